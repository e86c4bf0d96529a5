"""Did it work (D18): a segment after an action against its own past, less what the past owed to being picked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.rules.applies import DEFAULT_AT_LEAST, Z
from engine.rules.causes import newcombe
from engine.rules.shrink import Spread, shrink, spread

WorkedWord = Literal["worked", "no change to be seen", "made it worse", "too early"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Cases of a segment and the sum of their credits (hits)."""

    n: int
    hits: float

    @property
    def share(self) -> float:
        """Mean credit."""
        return self.hits / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLine:
    """What the segments that nothing was done about did meanwhile; 95 % interval by Newcombe."""

    before: float
    after: float
    change: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The verdict on an action. `change` is after - shrunken baseline, with its 95 % interval.

    `pooled`, `q`, `between_variance`: of the segments of the dimension before; `change_raw` is what a plain before and
    after would say, which takes luck for success where the worst segment was picked.
    """

    pooled: float
    q: float
    between_variance: float
    baseline_raw: float
    baseline_shrunk: float
    change_raw: float
    change: float
    low: float
    high: float
    verdict: WorkedWord
    control: ControlLine | None = None


def did_it_work(
    before: Sequence[Counted],
    chosen: int,
    after: Counted,
    *,
    others_after: Sequence[Counted] = (),
    better: Literal["higher", "lower"] = "higher",
    at_least: int = DEFAULT_AT_LEAST,
) -> Worked:
    """Judge the segment at place `chosen` of its dimension `before`, by its cases `after`.

    v = P(1-P)/n, tau² (DerSimonian and Laird), B = v/(v+tau²), m = B·P + (1-B)·p, V = (1-B)·v + B²·P(1-P)/N;
    se² = V + p1(1-p1)/n1. Under `at_least` cases after it is too early: give what the review date was computed for.
    `others_after`: the other segments after, in any order, for the control line. ValueError without cases.
    """
    if not after.n or not before[chosen].n:
        raise ValueError("a comparison takes cases before and after")
    among, one_case = _spread(before)
    baseline = shrink(before[chosen].share, one_case / before[chosen].n, among)
    change = after.share - baseline.value
    half = Z * math.sqrt(baseline.variance + after.share * (1 - after.share) / after.n)
    return Worked(
        pooled=among.mean,
        q=among.q,
        between_variance=among.between,
        baseline_raw=before[chosen].share,
        baseline_shrunk=baseline.value,
        change_raw=after.share - before[chosen].share,
        change=change,
        low=change - half,
        high=change + half,
        verdict=_word(change - half, change + half, better, early=after.n < at_least),
        control=_control([one for i, one in enumerate(before) if i != chosen], others_after),
    )


def _spread(segments: Sequence[Counted]) -> tuple[Spread, float]:
    """The spread of the segments before, and the variance of one case at their pooled share."""
    known = [one for one in segments if one.n]
    n = sum(one.n for one in known)
    pooled = math.fsum(one.hits for one in known) / n
    variance = pooled * (1 - pooled)
    return spread([one.share for one in known], [variance / one.n for one in known], pooled, variance / n), variance


def _word(low: float, high: float, better: str, *, early: bool) -> WorkedWord:
    if early:
        return "too early"
    if low > 0:
        return "worked" if better == "higher" else "made it worse"
    if high < 0:
        return "made it worse" if better == "higher" else "worked"
    return "no change to be seen"


def _control(before: Sequence[Counted], after: Sequence[Counted]) -> ControlLine | None:
    n0, n1 = sum(one.n for one in before), sum(one.n for one in after)
    if not n0 or not n1:
        return None
    p0, p1 = (math.fsum(one.hits for one in side) / n for side, n in ((before, n0), (after, n1)))
    change, low, high = newcombe(p1, n1, p0, n0)
    return ControlLine(before=p0, after=p1, change=change, low=low, high=high)
