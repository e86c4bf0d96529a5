"""Which of the segments that look worse are told: error control, then a pair or the single segment it is part of."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.rules.error_control import FALSE_DISCOVERIES, adjusted, upper_tail

LEAST_DIFFERENCE = 0.05
CLEARLY_WORSE = 3.0
UNREMARKABLE = 1.645

Key = tuple[int, int, str]
"""Target, dimension, value of a single segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some cases: how many, and the sum of their credits."""

    n: int
    credit: float

    def without(self, part: "Group") -> "Group":
        """The cases that are not in the part."""
        return Group(n=self.n - part.n, credit=self.credit - part.credit)


def two_groups(one: Group, other: Group, dispersion: float = 1.0) -> float:
    """z of the difference of two mean credits, pooled variance; `dispersion`: variance of a credit by P(1 - P)."""
    mean = (one.credit + other.credit) / (one.n + other.n)
    variance = dispersion * mean * (1 - mean) * (1 / one.n + 1 / other.n)
    return (one.credit / one.n - other.credit / other.n) / math.sqrt(variance) if variance > 0 else 0.0


def leads(
    total: Group, parent: Group, child: Group, *, sign: float = -1.0, dispersion: float = 1.0
) -> Literal["parent", "child"]:
    """Whether a pair or the single segment it is part of is what is wrong; `sign` is 1 where more is worse.

    The child, where it is much worse than the rest of its parent, or where the parent without it is unremarkable.
    """
    others = parent.without(child)
    if sign * two_groups(child, others, dispersion) > CLEARLY_WORSE:
        return "child"
    return "child" if unremarkable(total, parent, child, sign=sign, dispersion=dispersion) else "parent"


def unremarkable(total: Group, parent: Group, child: Group, *, sign: float = -1.0, dispersion: float = 1.0) -> bool:
    """Whether the parent without the child is not worse than what is outside the parent."""
    return sign * two_groups(parent.without(child), total.without(parent), dispersion) < UNREMARKABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A segment that looks worse than the rest; columns as in `scan_scored`."""

    target: int
    layer: int
    dim_a: int
    value_a: str
    n_a: int | None = None
    credit_a: float | None = None
    dim_b: int | None = None
    value_b: str | None = None
    n_b: int | None = None
    credit_b: float | None = None
    sign: float
    dispersion: float
    n: int
    credit: float
    all_n: int
    all_credit: float
    variance: float
    z: float
    deviance: float
    steady: bool

    @property
    def group(self) -> Group:
        """Its cases."""
        return Group(n=self.n, credit=self.credit)

    @property
    def total(self) -> Group:
        """All cases of the control point."""
        return Group(n=self.all_n, credit=self.all_credit)

    @property
    def difference(self) -> float:
        """Mean credit of the segment minus that of the rest."""
        rest = self.total.without(self.group)
        return self.credit / self.n - rest.credit / rest.n

    @property
    def p(self) -> float:
        """One-sided p by the more careful of the score and the deviance: the score overstates where hits are few."""
        return upper_tail(min(abs(self.z), math.sqrt(max(self.deviance, 0.0))))

    @property
    def parents(self) -> tuple[tuple[Key, Group], ...]:
        """Of a pair, its two single segments."""
        if self.dim_b is None or self.value_b is None or self.n_a is None or self.n_b is None:
            return ()
        return (
            ((self.target, self.dim_a, self.value_a), Group(n=self.n_a, credit=self.credit_a or 0.0)),
            ((self.target, self.dim_b, self.value_b), Group(n=self.n_b, credit=self.credit_b or 0.0)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A segment that is told, its adjusted p, and of a pair the found single segment it is worse than."""

    suspect: Suspect
    q: float
    parent: Key | None = None


def chosen(suspects: Iterable[Suspect], comparisons: Mapping[int, int]) -> tuple[Chosen, ...]:
    """The segments to tell, worst first; `comparisons` by layer, over the whole audit."""
    found = _rejected(tuple(suspects), comparisons)
    singles = {(s.target, s.dim_a, s.value_a): s for s, _ in found if s.layer == 1}
    kept, explained = [], set()
    for suspect, q in found:
        above = [(key, group) for key, group in suspect.parents if key in singles]
        if any(_leads(suspect, group) == "parent" for _, group in above):
            continue
        explained |= {key for key, group in above if _explains(suspect, group, singles[key])}
        kept.append((suspect, q, above))
    told = [
        Chosen(suspect=suspect, q=q, parent=_strongest([key for key, _ in above if key not in explained], singles))
        for suspect, q, above in kept
        if suspect.layer == 2 or (suspect.target, suspect.dim_a, suspect.value_a) not in explained
    ]
    return tuple(sorted(told, key=lambda one: -abs(one.suspect.z)))


def _rejected(suspects: tuple[Suspect, ...], comparisons: Mapping[int, int]) -> list[tuple[Suspect, float]]:
    found = []
    for layer in (1, 2):
        of_layer = [suspect for suspect in suspects if suspect.layer == layer]
        q = adjusted([suspect.p for suspect in of_layer], comparisons.get(layer, 0))
        found += list(zip(of_layer, q, strict=True))
    return [(one, q) for one, q in found if q <= FALSE_DISCOVERIES and abs(one.difference) >= LEAST_DIFFERENCE]


def _leads(pair: Suspect, parent: Group) -> Literal["parent", "child"]:
    return leads(pair.total, parent, pair.group, sign=pair.sign, dispersion=pair.dispersion)


def _explains(pair: Suspect, parent: Group, single: Suspect) -> bool:
    """A pair that is clearer than its parent and leaves nothing wrong with the rest of it is told in its place."""
    clearer = abs(pair.z) > abs(single.z)
    return clearer and unremarkable(pair.total, parent, pair.group, sign=pair.sign, dispersion=pair.dispersion)


def _strongest(keys: list[Key], singles: Mapping[Key, Suspect]) -> Key | None:
    return max(keys, key=lambda key: abs(singles[key].z), default=None)
