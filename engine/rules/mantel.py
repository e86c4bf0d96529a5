"""Two groups compared within strata, so that a difference of mix is not taken for one of result (Mantel-Haenszel)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.rules.applies import Z


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Cases of one stratum: with (1) and without (0) what is compared, and the sums of their credits (hits)."""

    n1: int
    hits1: float
    n0: int
    hits0: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """A difference of shares within strata, with its standard error and 95 % interval."""

    difference: float
    error: float

    @property
    def low(self) -> float:
        """Lower end."""
        return self.difference - Z * self.error

    @property
    def high(self) -> float:
        """Upper end."""
        return self.difference + Z * self.error


def mantel_haenszel(strata: Iterable[Stratum]) -> Standardised | None:
    """The difference with minus without; None where no stratum has both. Its variance: Sato 1989."""
    both = [s for s in strata if s.n1 and s.n0]
    if not both:
        return None
    weight = math.fsum(s.n1 * s.n0 / (s.n1 + s.n0) for s in both)
    difference = math.fsum((s.hits1 * s.n0 - s.hits0 * s.n1) / (s.n1 + s.n0) for s in both) / weight
    p = math.fsum(_sato_p(s) for s in both)
    q = math.fsum(_sato_q(s) for s in both)
    return Standardised(difference=difference, error=math.sqrt(max(0.0, difference * p + q)) / weight)


def _sato_p(s: Stratum) -> float:
    n = s.n1 + s.n0
    return (s.n1**2 * s.hits0 - s.n0**2 * s.hits1 + s.n1 * s.n0 * (s.n0 - s.n1) / 2) / n**2


def _sato_q(s: Stratum) -> float:
    return (s.hits1 * (s.n0 - s.hits0) + s.hits0 * (s.n1 - s.hits1)) / (2 * (s.n1 + s.n0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Directly:
    """Shares with and without, each as if its cases were mixed as all cases are."""

    with_: float
    without: float
    error: float

    @property
    def difference(self) -> float:
        """With minus without."""
        return self.with_ - self.without


def direct(strata: Sequence[Stratum]) -> Directly | None:
    """Direct standardisation to the mix of all cases; None where a stratum lacks one of the groups."""
    if not strata or not all(s.n1 and s.n0 for s in strata):
        return None
    total = sum(s.n1 + s.n0 for s in strata)
    weights = [(s.n1 + s.n0) / total for s in strata]
    shares = [(s.hits1 / s.n1, s.hits0 / s.n0) for s in strata]
    variance = math.fsum(
        w * w * (p1 * (1 - p1) / s.n1 + p0 * (1 - p0) / s.n0)
        for w, s, (p1, p0) in zip(weights, strata, shares, strict=True)
    )
    return Directly(
        with_=math.fsum(w * p1 for w, (p1, _) in zip(weights, shares, strict=True)),
        without=math.fsum(w * p0 for w, (_, p0) in zip(weights, shares, strict=True)),
        error=math.sqrt(variance),
    )


def cochran_armitage(groups: Sequence[tuple[int, float]]) -> float | None:
    """z of a trend of the share over ordered groups (n, hits), scores 0, 1, 2 ...; None where it cannot be had.

    Source: Armitage 1955, variance with the number of cases, not that less one.
    """
    n = sum(cases for cases, _ in groups)
    if not n:
        return None
    share = math.fsum(hits for _, hits in groups) / n
    middle = math.fsum(i * cases for i, (cases, _) in enumerate(groups)) / n
    spread = math.fsum(cases * (i - middle) ** 2 for i, (cases, _) in enumerate(groups))
    variance = share * (1 - share) * spread
    if variance <= 0:
        return None
    return math.fsum((i - middle) * (hits - cases * share) for i, (cases, hits) in enumerate(groups)) / math.sqrt(
        variance
    )
