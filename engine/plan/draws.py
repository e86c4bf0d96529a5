"""What is only known from counts, drawn: 4,096 fixed low-discrepancy points, and the range of what comes of them."""

import bisect
import functools
import hashlib
import itertools
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

DRAWS = 4096
LEVEL = 0.9
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
_GRID = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The expected gain: mean and median, the ends of the 90 % range, how likely it is above zero."""

    mean: float
    low: float
    median: float
    high: float
    probability_positive: float


def range_of(gains: Iterable[float]) -> Drawn:
    """The range of a gain from its draws."""
    ordered = sorted(gains)
    return Drawn(
        mean=math.fsum(ordered) / len(ordered),
        low=_at(ordered, (1 - LEVEL) / 2),
        median=_at(ordered, 0.5),
        high=_at(ordered, (1 + LEVEL) / 2),
        probability_positive=(len(ordered) - bisect.bisect_right(ordered, 0.0)) / len(ordered),
    )


def shuffled(gains: Sequence[float], name: str) -> list[float]:
    """The same draws in an order fixed by a name: what has another name is independent of them."""
    order = list(gains)
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    random.Random(seed).shuffle(order)  # noqa: S311  (nothing secret; equal on every machine)
    return order


def _at(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def points(dimensions: int) -> Iterable[tuple[float, ...]]:
    """Hammersley's points: the count itself, then radical inverses of it in prime bases; beyond those in any order."""
    return zip(*(_coordinate(dimension) for dimension in range(dimensions)), strict=True)


@functools.cache
def _coordinate(dimension: int) -> Sequence[float]:
    if 1 <= dimension <= len(_BASES):
        return [_radical_inverse(i, _BASES[dimension - 1]) for i in range(1, DRAWS + 1)]
    even = [(i - 0.5) / DRAWS for i in range(1, DRAWS + 1)]
    return shuffled(even, str(dimension)) if dimension else even


def _radical_inverse(i: int, base: int) -> float:
    found, digit = 0.0, 1.0 / base
    while i:
        i, rest = divmod(i, base)
        found += rest * digit
        digit /= base
    return found


def beta_quantiles(a: float, b: float) -> Callable[[float], float]:
    """The quantile function of Beta(a, b), tabulated.

    With x = sin²θ the density of θ is sin^(2a-1)·cos^(2b-1), which has no poles from a = b = 1/2 on; it is added up by
    trapezoids over the part that matters and inverted by interpolation (to 1e-5 of a standard deviation).
    """
    mean = math.asin(math.sqrt(a / (a + b)))
    reach = 9 * 0.5 / math.sqrt(a + b)
    low, high = max(0.0, mean - reach), min(math.pi / 2, mean + reach)
    angles = [low + (high - low) * k / _GRID for k in range(_GRID + 1)]
    logs = [_log(math.sin(angle), 2 * a - 1) + _log(math.cos(angle), 2 * b - 1) for angle in angles]
    top = max(logs)
    density = [math.exp(log - top) for log in logs]
    sums = [0.0, *itertools.accumulate((x + y) / 2 for x, y in itertools.pairwise(density))]

    def quantile(u: float) -> float:
        wanted = u * sums[-1]
        k = min(max(bisect.bisect_right(sums, wanted), 1), _GRID)
        step = sums[k] - sums[k - 1]
        part = (wanted - sums[k - 1]) / step if step else 0.0
        return math.sin(angles[k - 1] + part * (angles[k] - angles[k - 1])) ** 2

    return quantile


def _log(base: float, power: float) -> float:
    if power == 0:
        return 0.0
    return power * math.log(base) if base > 0 else -math.inf
