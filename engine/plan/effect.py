"""What an action would bring: extra won cases, with what is known of the stages drawn into the range (D17)."""

import bisect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

DRAWS = 4096
LEVEL = 0.9
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
_GRID = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Removes the part `removes` of the losses of a stage (from 0)."""

    stage: int
    removes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Won cases without any measure; extra ones of each alone, added up, and of all together."""

    baseline: float
    alone: dict[str, float]
    sum: float
    joint: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The expected gain: mean and median, the ends of the 90 % range, how likely it is above zero."""

    mean: float
    low: float
    median: float
    high: float
    probability_positive: float


def won(cases: float, stages: Sequence[float]) -> float:
    """Cases that pass every stage."""
    return cases * math.prod(stages)


def joint_effect(cases: float, stages: Sequence[float], measures: Mapping[str, Measure]) -> Joint:
    """Measures on one stage multiply what is left of its loss; the funnel is computed again with all of them."""
    baseline = won(cases, stages)
    alone = {name: won(cases, _improved(stages, [one])) - baseline for name, one in measures.items()}
    together = won(cases, _improved(stages, measures.values())) - baseline
    return Joint(baseline=baseline, alone=alone, sum=math.fsum(alone.values()), joint=together)


def _improved(stages: Sequence[float], measures: Iterable[Measure]) -> list[float]:
    losses = [1 - stage for stage in stages]
    for one in measures:
        losses[one.stage] *= 1 - one.removes
    return [1 - loss for loss in losses]


def raised(cases: float, stages: Sequence[float], stage: int, by: float, pass_through: float = 1.0) -> float:
    """Extra won of one segment when a stage lets the share `by` more through.

    Those rescued go on at `pass_through` times the segment's own downstream conversion: 1 at best, 0.5 at the low end.
    """
    return won(cases, stages[:stage]) * by * pass_through * math.prod(stages[stage + 1 :])


def rescued(cases: float, stages: Sequence[float], measure: Measure, pass_through: float = 1.0) -> float:
    """Extra won of one segment by a measure alone."""
    by = (1 - stages[measure.stage]) * measure.removes
    return raised(cases, stages, measure.stage, by, pass_through)


def to_target(cases: float, hits: Sequence[int], of: Sequence[int], stage: int, target: float) -> Drawn:
    """Extra won if a stage were at `target`: every stage is Beta(hits + 1/2, misses + 1/2), independent."""

    def extra(stages: Sequence[float]) -> float:
        return won(cases, stages[:stage]) * (target - stages[stage]) * math.prod(stages[stage + 1 :])

    return drawn(extra, list(zip(hits, of, strict=True)))


def drawn(gain: Callable[[Sequence[float]], float], shares: Sequence[tuple[int, int]]) -> Drawn:
    """A gain as a function of shares known by (hits, of): over 4,096 fixed low-discrepancy points."""
    quantiles = [_beta_quantiles(hits + 0.5, of - hits + 0.5) for hits, of in shares]
    gains = sorted(
        gain([quantile(u) for quantile, u in zip(quantiles, point, strict=True)]) for point in _points(len(shares))
    )
    return Drawn(
        mean=math.fsum(gains) / DRAWS,
        low=_at(gains, (1 - LEVEL) / 2),
        median=_at(gains, 0.5),
        high=_at(gains, (1 + LEVEL) / 2),
        probability_positive=(DRAWS - bisect.bisect_right(gains, 0.0)) / DRAWS,
    )


def _at(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def _points(dimensions: int) -> Iterable[tuple[float, ...]]:
    """Hammersley's points: the count itself, then radical inverses of it in prime bases."""
    if dimensions > len(_BASES) + 1:
        raise ValueError(f"at most {len(_BASES) + 1} shares can be drawn together")
    first = ((i - 0.5) / DRAWS for i in range(1, DRAWS + 1))
    rest = ([_radical_inverse(i, base) for i in range(1, DRAWS + 1)] for base in _BASES[: dimensions - 1])
    return zip(first, *rest, strict=True)


def _radical_inverse(i: int, base: int) -> float:
    found, digit = 0.0, 1.0 / base
    while i:
        i, rest = divmod(i, base)
        found += rest * digit
        digit /= base
    return found


def _beta_quantiles(a: float, b: float) -> Callable[[float], float]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Extra hits if slow cases were as fast ones: Jeffreys' mean, and the delta method's error and 90 % ends."""

    mean: float
    error: float
    low: float
    high: float


def dose_effect(n_slow: int, hits_slow: int, n_fast: int, hits_fast: int) -> Dose:
    """Making slow cases fast: n_slow · (p_fast - p_slow); both shares are estimates, and so is their difference."""
    slow, fast = hits_slow / n_slow, hits_fast / n_fast
    mean = n_slow * ((hits_fast + 0.5) / (n_fast + 1) - (hits_slow + 0.5) / (n_slow + 1))
    error = n_slow * math.sqrt(fast * (1 - fast) / n_fast + slow * (1 - slow) / n_slow)
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    middle = n_slow * (fast - slow)
    return Dose(mean=mean, error=error, low=middle - half, high=middle + half)
