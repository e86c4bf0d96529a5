"""Signals of a trend: an XmR chart of a series, and whether a limit is met by the process as it is (D20).

Source of the rules: NHSRplotthedots 0.2.2 ("Making Data Count", NHS England). A signal is shown, it is never a finding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Literal

LIMIT = 2.66
CLOSE = 2 * LIMIT / 3
SCREEN = 3.267
RUN = 7
ENOUGH_POINTS = 13

Assurance = Literal["meets", "hit-and-miss", "misses"]
Grain = Literal["day", "week", "month", "quarter"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Limits of a process, in the unit of its values, and the points that are signals, numbered from 1."""

    mean: float
    average_moving_range: float
    lower: float
    upper: float
    outside: tuple[int, ...]
    shift: tuple[int, ...]
    trend: tuple[int, ...]
    two_of_three: tuple[int, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """Every point that is a signal of any kind."""
        return tuple(sorted({*self.outside, *self.shift, *self.trend, *self.two_of_three}))

    def shown_limits(self, least: float | None, most: float | None) -> tuple[float, float]:
        """The limits clipped to what a value can be (a share: 0 and 1); the rules use the unclipped ones."""
        lower = self.lower if least is None else max(self.lower, least)
        upper = self.upper if most is None else min(self.upper, most)
        return lower, upper


def xmr(values: Sequence[float], *, screen_outliers: bool = True) -> Signals:
    """Limits mean ± 2.66 · average moving range, and the signals of four rules.

    `screen_outliers` drops moving ranges of at least 3.267 times their average, once. The rules: outside the limits;
    shift: 7 in a row on one side of the mean; trend: 7 in a row rising or falling; two of three: 2 of 3 points in a row
    beyond 2/3 of the way to a limit, all 3 on one side of the mean. ValueError below two values.
    """
    if len(values) < 2:
        raise ValueError("a moving range takes two values")
    mean = fmean(values)
    average = _average_range(values, screen_outliers)
    lower, upper = mean - LIMIT * average, mean + LIMIT * average
    sides = [_sign(value - mean) for value in values]
    outside = [value < lower or value > upper for value in values]
    close = [not out and abs(v - mean) > CLOSE * average for v, out in zip(values, outside, strict=True)]
    steps = [0, *(_sign(second - first) for first, second in pairwise(values))]
    return Signals(
        mean=mean,
        average_moving_range=average,
        lower=lower,
        upper=upper,
        outside=tuple(number for number, out in enumerate(outside, 1) if out),
        shift=_windows(len(values), RUN, lambda at: _one_way(sides[at : at + RUN])),
        trend=_windows(len(values), RUN, lambda at: _one_way(steps[at + 1 : at + RUN])),
        two_of_three=tuple(number for number in _two_of_three(sides, close) if close[number - 1]),
    )


def _average_range(values: Sequence[float], screen_outliers: bool) -> float:
    ranges = [abs(second - first) for first, second in pairwise(values)]
    average = fmean(ranges)
    kept = [size for size in ranges if size < SCREEN * average] if screen_outliers else ranges
    return fmean(kept) if kept else average


def _two_of_three(sides: Sequence[int], close: Sequence[bool]) -> tuple[int, ...]:
    return _windows(len(sides), 3, lambda at: _one_way(sides[at : at + 3]) and sum(close[at : at + 3]) >= 2)


def _windows(length: int, size: int, holds: Callable[[int], bool]) -> tuple[int, ...]:
    """Numbers of the points of every window of that size for which the rule holds."""
    starts = [at for at in range(length - size + 1) if holds(at)]
    return tuple(sorted({number for at in starts for number in range(at + 1, at + size + 1)}))


def _one_way(signs: Sequence[int]) -> bool:
    return abs(sum(signs)) == len(signs)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def assurance(lower: float, upper: float, limit: float, better: Literal["higher", "lower"]) -> Assurance:
    """Whether a process within these limits of its own keeps a limit: always, never, or now and then, by chance."""
    if limit > upper:
        return "misses" if better == "higher" else "meets"
    if limit < lower:
        return "meets" if better == "higher" else "misses"
    return "hit-and-miss"


def finest_grain(cases: Mapping[Grain, Sequence[int]], at_least: int) -> Grain | None:
    """The finest grain with 13 mature periods and `at_least` cases in each of them; None: no trend can be drawn.

    `cases`: for each grain the cases of its mature periods.
    """
    for grain in GRAINS:
        counts = cases.get(grain, ())
        if len(counts) >= ENOUGH_POINTS and min(counts) >= at_least:
            return grain
    return None
