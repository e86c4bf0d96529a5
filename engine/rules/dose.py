"""Reaction and result (D16): whether cases answered sooner end better. What it shows is an association, not a cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.rules.applies import DEFAULT_AT_LEAST
from engine.rules.causes import wilson
from engine.rules.error_control import upper_tail
from engine.rules.mantel import Stratum, cochran_armitage, direct, mantel_haenszel

LANDMARKS = (900, 3600, 14400, 86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseTarget:
    """What is answered and what comes of it.

    `relation(answered_seconds, ended_seconds, watched_seconds double, credit double, STRATA text ...)`: one row a case.
    Seconds from the start of the case, never negative: to the first answer (null: none yet), to its end (null: open),
    and as long as it has been watched (null: long enough). `credit` in [0, 1]: the outcome at the horizon from the
    start (D11), null: not in it. `strata`: columns to compare within, source and manager first of all. `described`: the
    column that the bands show, `credit` or what has come of each case by now.
    """

    process: str
    control_point: str
    outcome: str
    relation: str
    strata: tuple[str, ...] = ()
    bands: tuple[int, ...] = LANDMARKS
    landmarks: tuple[int, ...] = LANDMARKS
    described: str = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Cases answered within the same time, and the share that ends well with its 95 % interval."""

    band: str
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """Of the cases not ended `at` seconds from the start: those answered by then against those not (later or never).

    `difference` (answered - not answered) within strata; None where a side has too few cases or no stratum has both.
    `answered_value`, `not_answered_value`: shares as they are. `left_out`: cases ended, or not watched, until then.
    """

    at: int
    answered: int
    not_answered: int
    answered_value: float | None
    not_answered_value: float | None
    left_out: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    standardised: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A reaction and a result. `trend_z`: Cochran-Armitage over the answered bands, below 0 where later is worse."""

    process: str
    control_point: str
    outcome: str
    bands: tuple[Band, ...]
    trend_z: float | None
    trend_p: float | None
    landmarks: tuple[Landmark, ...]
    standardised_by: tuple[str, ...]
    basis: Literal["association"] = "association"


def dose(engine: Engine, target: DoseTarget, *, at_least: int = DEFAULT_AT_LEAST) -> Dose:
    """Bands as a description, landmarks as the comparison; a landmark with fewer cases on a side says nothing."""
    counted = _counted_bands(engine, target)
    trend = cochran_armitage([(n, hits) for n, hits in counted[:-1] if n])
    return Dose(
        process=target.process,
        control_point=target.control_point,
        outcome=target.outcome,
        bands=tuple(_band(name, *counts) for name, counts in zip(band_names(target.bands), counted, strict=True)),
        trend_z=trend,
        trend_p=None if trend is None else upper_tail(-trend),
        landmarks=_landmarks(engine, target, at_least),
        standardised_by=tuple(column.removeprefix("d_") for column in target.strata),
    )


def band_names(bounds: Sequence[int]) -> tuple[str, ...]:
    """`<= 15m`, `<= 1h`, ..., `> 1h`, `never`."""
    shorter = [f"<= {_duration(bound)}" for bound in bounds]
    return (*shorter, *(f"> {_duration(bound)}" for bound in bounds[-1:]), "never")


def _duration(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % size == 0 and (unit != "d" or seconds > size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _band(name: str, n: int, hits: float) -> Band:
    if not n:
        return Band(band=name, n=0, value=None, low=None, high=None)
    low, high = wilson(hits / n, n)
    return Band(band=name, n=n, value=hits / n, low=low, high=high)


# Sums of whole numbers do not depend on the order in which threads bring them.
_HITS = "sum(({of} * 1099511627776)::bigint) {only} / 1099511627776::double"

_BANDS = """
select
    if(answered_seconds is null, {never}, {beyond}) as band,
    count(*),
    {hits}
from {relation}
where credit is not null
group by band
"""


def _counted_bands(engine: Engine, target: DoseTarget) -> list[tuple[int, float]]:
    statement = _BANDS.format(
        never=len(target.bands) + 1,
        beyond=" + ".join(["0", *(f"(answered_seconds > {int(bound)})::integer" for bound in target.bands)]),
        relation=quote(target.relation),
        hits=_HITS.format(of=quote(target.described), only=""),
    )
    counted = {int(str(band)): (int(str(n)), float(str(hits))) for band, n, hits in engine.rows(statement)}
    return [counted.get(band, (0, 0.0)) for band in range(len(target.bands) + 2)]


_LANDMARKS = """
with points as (select unnest({landmarks}) as landmark),
placed as (
    select
        landmark, {strata} credit,
        coalesce(answered_seconds <= landmark, false) as answered,
        coalesce(ended_seconds >= landmark, true) and coalesce(watched_seconds >= landmark, true) as there
    from {relation}
    cross join points
    where credit is not null
)
select
    landmark,
    count(*) filter (there and answered),
    coalesce({hits1}, 0),
    count(*) filter (there and not answered),
    coalesce({hits0}, 0),
    count(*) filter (not there)
from placed
group by {strata} landmark
"""


def _landmarks(engine: Engine, target: DoseTarget, at_least: int) -> tuple[Landmark, ...]:
    statement = _LANDMARKS.format(
        landmarks=[int(at) for at in target.landmarks],
        strata="".join(f"{quote(column)}, " for column in target.strata),
        relation=quote(target.relation),
        hits1=_HITS.format(of="credit", only="filter (there and answered)"),
        hits0=_HITS.format(of="credit", only="filter (there and not answered)"),
    )
    strata: dict[int, list[Stratum]] = {at: [] for at in target.landmarks}
    left_out = dict.fromkeys(target.landmarks, 0)
    for at, n1, hits1, n0, hits0, out in engine.rows(statement):
        stratum = Stratum(n1=int(str(n1)), hits1=float(str(hits1)), n0=int(str(n0)), hits0=float(str(hits0)))
        left_out[int(str(at))] += int(str(out))
        strata[int(str(at))] += [stratum] if stratum.n1 + stratum.n0 else []
    return tuple(_landmark(at, strata[at], left_out[at], at_least) for at in target.landmarks)


def _landmark(at: int, strata: Iterable[Stratum], left_out: int, at_least: int) -> Landmark:
    # Rows of a grouping come in no order; the sums are exact, but which strata there are should read the same.
    known = sorted(strata, key=lambda s: (s.n1, s.hits1, s.n0, s.hits0))
    n1, n0 = sum(s.n1 for s in known), sum(s.n0 for s in known)
    enough = min(n1, n0) >= at_least
    found = mantel_haenszel(known) if enough else None
    mixed = direct(known) if enough else None
    return Landmark(
        at=at,
        answered=n1,
        not_answered=n0,
        answered_value=sum(s.hits1 for s in known) / n1 if n1 else None,
        not_answered_value=sum(s.hits0 for s in known) / n0 if n0 else None,
        left_out=left_out,
        difference=found.difference if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        standardised=(mixed.with_, mixed.without) if mixed else None,
    )
