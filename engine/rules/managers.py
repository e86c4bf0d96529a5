"""Managers compared like for like: each against what all of them make of the same kinds of cases."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.rules.applies import DEFAULT_AT_LEAST
from engine.rules.error_control import FALSE_DISCOVERIES, adjusted, upper_tail
from engine.rules.shrink import Spread, shrink, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagersTarget:
    """A control point whose managers are compared.

    `relation(credit double, MANAGER text, STRATA ...)`: one row a mature or credited case (D11), `credit` in [0, 1] or
    null. Cases of nobody are left out. `strata`: columns that say which cases are alike: source, new or returning.
    """

    process: str
    control_point: str
    relation: str
    manager: str = "d_manager"
    strata: tuple[str, ...] = ("d_source", "d_returning")
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Cases of one manager of one kind: how many, the sum of their credits and of the squares."""

    manager: str
    stratum: tuple[str, ...]
    n: int
    credit: float
    squares: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A manager against expectation: `expected` share of such cases, the share standardised to the mix of all.

    `z` takes what is expected as known; `sure` is z less the manager's own part in it, for the test.
    """

    manager: str
    n: int
    raw: float
    expected: float
    standardised: float
    variance: float
    z: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerCompared:
    """A manager like for like.

    `raw`: the share as it is; `standardised`: as if the cases were of the mix of all; `shrunken` with `low`, `high`
    (95 %): that, less what is chance. `q`: adjusted one-sided p in the harmful direction, over all managers and
    control points compared; `word` is worse only where it is rejected, and `too few` under the least number of cases.
    """

    process: str
    control_point: str
    manager: str
    n: int
    raw: float
    expected: float
    standardised: float
    z: float
    q: float | None
    shrunken: float
    low: float
    high: float
    word: Literal["worse", "not told apart", "too few"]
    standardised_by: tuple[str, ...] = ()


def standings(kinds: Sequence[Kind]) -> tuple[Standing, ...]:
    """Indirect standardisation: observed / expected x overall share; z = (O - E) / sqrt(sum of n x variance)."""
    strata: dict[tuple[str, ...], list[Kind]] = defaultdict(list)
    managers: dict[str, list[Kind]] = defaultdict(list)
    for kind in kinds:
        strata[kind.stratum].append(kind)
        managers[kind.manager].append(kind)
    shares = {stratum: _all(rows) for stratum, rows in strata.items()}
    overall = math.fsum(kind.credit for kind in kinds) / max(1, sum(kind.n for kind in kinds))
    return tuple(_standing(name, managers[name], shares, overall) for name in sorted(managers))


def _share_and_variance(kinds: Sequence[Kind]) -> tuple[float, float]:
    n = sum(kind.n for kind in kinds)
    share = math.fsum(kind.credit for kind in kinds) / n
    return share, max(0.0, math.fsum(kind.squares for kind in kinds) / n - share * share)


@dataclass(frozen=True, slots=True, kw_only=True)
class _All:
    """Cases of a stratum, of whichever manager."""

    n: int
    share: float
    variance: float


def _all(kinds: Sequence[Kind]) -> _All:
    share, variance = _share_and_variance(kinds)
    return _All(n=sum(kind.n for kind in kinds), share=share, variance=variance)


def _standing(name: str, kinds: Sequence[Kind], shares: dict[tuple[str, ...], _All], overall: float) -> Standing:
    n, observed = sum(kind.n for kind in kinds), math.fsum(kind.credit for kind in kinds)
    alike = [(kind.n, shares[kind.stratum]) for kind in kinds]
    expected = math.fsum(own * every.share for own, every in alike)
    variance = math.fsum(own * every.variance for own, every in alike)
    # What the others make of such cases is compared: of a stratum that is all the manager's nothing can be said.
    against = math.fsum(own * every.variance * (1 - own / every.n) for own, every in alike)
    scale = overall / expected if expected > 0 else 0.0
    return Standing(
        manager=name,
        n=n,
        raw=observed / n,
        expected=expected / n,
        standardised=observed * scale,
        variance=variance * scale * scale,
        z=(observed - expected) / math.sqrt(variance) if variance > 0 else 0.0,
        sure=(observed - expected) / math.sqrt(against) if against > 1e-9 else 0.0,
    )


def managers_compared(engine: Engine, targets: Iterable[ManagersTarget]) -> tuple[ManagerCompared, ...]:
    """All managers of all control points at once, by process, control point and name: one error control for all."""
    known = tuple(targets)
    of_target = [(target, _kinds(engine, target)) for target in known]
    placed = [(target, one, among) for target, kinds in of_target for one, among in _placed(kinds)]
    judged = [i for i, (_, one, _) in enumerate(placed) if one.n >= DEFAULT_AT_LEAST]
    tails = [upper_tail(placed[i][1].sure * (-1 if placed[i][0].better == "higher" else 1)) for i in judged]
    q = dict(zip(judged, adjusted(tails), strict=True))
    found = (_compared(*row, q.get(i)) for i, row in enumerate(placed))
    return tuple(sorted(found, key=lambda one: (one.process, one.control_point, one.manager)))


def _placed(kinds: Sequence[Kind]) -> list[tuple[Standing, Spread]]:
    if not kinds:
        return []
    all_of_them = standings(kinds)
    n = sum(one.n for one in all_of_them)
    mean, variance = _share_and_variance(kinds)
    among = spread([one.standardised for one in all_of_them], [one.variance for one in all_of_them], mean, variance / n)
    return [(one, among) for one in all_of_them]


def _compared(target: ManagersTarget, one: Standing, among: Spread, q: float | None) -> ManagerCompared:
    shrunken = shrink(one.standardised, one.variance, among)
    word: Literal["worse", "not told apart", "too few"] = "too few"
    if q is not None:
        word = "worse" if q <= FALSE_DISCOVERIES else "not told apart"
    return ManagerCompared(
        process=target.process,
        control_point=target.control_point,
        manager=one.manager,
        n=one.n,
        raw=one.raw,
        expected=one.expected,
        standardised=one.standardised,
        z=one.z,
        q=q,
        shrunken=shrunken.value,
        low=max(0.0, shrunken.value - shrunken.half),
        high=min(1.0, shrunken.value + shrunken.half),
        word=word,
        standardised_by=tuple(column.removeprefix("d_") for column in target.strata),
    )


_KINDS = """
select
    {manager}::varchar as manager,
    {strata} as stratum,
    count(*),
    sum((credit * 1099511627776)::bigint) / 1099511627776::double,
    sum((credit * credit * 1099511627776)::bigint) / 1099511627776::double
from {relation}
where credit is not null
    and {manager} is not null
group by manager, stratum
order by manager, stratum
"""


def _kinds(engine: Engine, target: ManagersTarget) -> list[Kind]:
    columns = ", ".join(f"coalesce({quote(column)}::varchar, '')" for column in target.strata)
    statement = _KINDS.format(
        manager=quote(target.manager),
        strata=f"[{columns}]::varchar[]",
        relation=quote(target.relation),
    )
    return [
        Kind(
            manager=str(manager),
            stratum=tuple(map(str, stratum)) if isinstance(stratum, list) else (),
            n=int(str(n)),
            credit=float(str(credit)),
            squares=float(str(squares)),
        )
        for manager, stratum, n, credit, squares in engine.rows(statement)
    ]
