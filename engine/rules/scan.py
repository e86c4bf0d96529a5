"""The scan of segments (D14): in which part of the cases is a breached control point worse than in the rest."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.kpis.fact import Segment
from engine.rules import scan_tables
from engine.rules.applies import Z
from engine.rules.error_control import detectable
from engine.rules.scan_choice import Chosen, Suspect, chosen
from engine.rules.shrink import Spread, between_variance, shrink

METHOD = (
    "each segment against the rest, one-sided; Benjamini-Hochberg at 2.5 % for single dimensions and for pairs, "
    "over all breached control points"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTarget:
    """A breached control point and its cases.

    `relation(credit double, half tinyint, d_NAME varchar ...)`: a table or view, one row per mature or credited case
    (D11); `credit` in [0, 1] or null (not in the control point); `half`: 1 or 2, of the period; a dimension without a
    value is null. `dimensions`: the NAMEs, in the order in which a segment that two of them tell is to be told.
    """

    process: str
    control_point: str
    relation: str
    dimensions: tuple[str, ...]
    better: Literal["higher", "lower"]
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A segment that is worse than the rest (of `others` cases).

    `value`, `rest`: mean credits as they are, with the `z` between them.

    `difference` with `low` and `high` (95 %): segment minus rest, the segment shrunk to the mean of its dimension,
    because the worst of many looks worse than it is. `q`: adjusted p. `steady`: worse in both halves of the period.
    `parent`: of a pair, the single segment that is found too and that the pair is still worse than. `variant`: the
    rule whose condition the cases meet, else empty.
    """

    process: str
    control_point: str
    variant: str = ""
    segment: Segment
    n: int
    value: float
    others: int = 0
    rest: float
    difference: float
    low: float
    high: float
    z: float
    q: float
    steady: bool
    parent: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The smallest difference (in the unit of credits) that shows for a segment of the middle size of a dimension."""

    process: str
    control_point: str
    variant: str = ""
    dimension: str
    n: int
    difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the scan found, worst first, out of how many comparisons, and what it could not have seen.

    `detectable`: the smallest difference that would have shown anywhere; `sights`: by control point and dimension.
    """

    comparisons: int = 0
    method: str = METHOD
    detectable: float | None = None
    sights: tuple[Sight, ...] = ()
    found: tuple[Found, ...] = ()


def scan(engine: Engine, targets: Iterable[ScanTarget]) -> Scan:
    """Scan all breached control points of an audit at once: the more there are, the surer each finding must be."""
    known = tuple(targets)
    scan_tables.begin(engine)
    for number, target in enumerate(known):
        columns = tuple(f"d_{name}" for name in target.dimensions)
        worse = target.better == "lower"
        scan_tables.count(engine, number, quote(target.relation), columns, more_is_worse=worse)
    scan_tables.score(engine)
    comparisons = _comparisons(engine)
    sights = _sights(engine, known, comparisons.get(1, 0))
    spreads = _spreads(engine)
    smallest = _smallest(engine, comparisons.get(1, 0))
    suspects = chosen(_suspects(engine), comparisons)
    scan_tables.end(engine)
    return Scan(
        comparisons=sum(comparisons.values()),
        detectable=smallest,
        sights=sights,
        found=tuple(_found(known[one.suspect.target], one, spreads) for one in suspects),
    )


def _comparisons(engine: Engine) -> dict[int, int]:
    rows = engine.rows("select layer, count(*) from scan_scored where compared group by layer")
    return {int(str(layer)): int(str(n)) for layer, n in rows}


_SUSPECTS = """
select
    target, layer, dim_a, value_a, n_a, credit_a, dim_b, value_b, n_b, credit_b,
    sign, dispersion, n, credit, all_n, all_credit, variance, z, deviance, steady
from scan_scored
where harmful
    and abs(z) >= {z}
    and deviance >= {z} * {z}
order by target, layer, dim_a, dim_b, value_a, value_b
"""


def _suspects(engine: Engine) -> list[Suspect]:
    """Segments that a test of their own would reject at 2.5 %: no other can be rejected among many."""
    rows = engine.records(_SUSPECTS.format(z=repr(Z - 1e-9)))
    return [Suspect(**row) for row in rows]  # type: ignore[arg-type]


_SPREADS = """
with weighed as (
    select target, layer, dim_a, dim_b, n, value, dispersion, sum(credit) over dimension / sum(n) over dimension as mean
    from scan_scored
    window dimension as (partition by target, layer, dim_a, dim_b)
),
summed as (
    select
        target, dim_a, dim_b, any_value(mean) as mean, any_value(dispersion * mean * (1 - mean)) as variance,
        count(*) as segments,
        sum(n) as n,
        sum(n * n) as squares,
        sum(((value - mean) ** 2 * n * 1099511627776)::hugeint) / 1099511627776 as apart
    from weighed
    group by target, layer, dim_a, dim_b
)
select target, dim_a, dim_b, mean, variance, segments, n::double, squares::double, apart
from summed
where variance > 0
"""


Spreads = Mapping[tuple[int, int, int | None], tuple[Spread, float]]
"""By target, dimension and second dimension: the spread of the segments, the variance of one credit among them."""


def _spreads(engine: Engine) -> Spreads:
    """How much the segments of each dimension, and of each pair of dimensions, differ beyond chance."""
    spreads = {}
    for target, dim_a, dim_b, *numbers in engine.rows(_SPREADS):
        mean, variance, segments, n, squares, apart = (float(str(number)) for number in numbers)
        q = apart / variance
        between = between_variance(q, int(segments), n / variance, squares / variance**2)
        key = (int(str(target)), int(str(dim_a)), None if dim_b is None else int(str(dim_b)))
        spreads[key] = (Spread(mean=mean, mean_variance=variance / n, q=q, between=between), variance)
    return spreads


_SIZES = """
select target, dim_a, quantile_disc(n, 0.5), any_value(all_n), any_value(variance)
from scan_scored
where compared and layer = 1
group by target, dim_a
order by target, dim_a
"""


def _sights(engine: Engine, targets: tuple[ScanTarget, ...], comparisons: int) -> tuple[Sight, ...]:
    sights = []
    for row in engine.rows(_SIZES):
        number, dimension, n, of = (int(str(value)) for value in row[:4])
        target = targets[number]
        sight = Sight(
            process=target.process,
            control_point=target.control_point,
            variant=target.variant,
            dimension=target.dimensions[dimension],
            n=n,
            difference=detectable(n, of, float(str(row[4])), comparisons),
        )
        sights.append(sight)
    return tuple(sights)


_BEST = """
select n, all_n, variance
from scan_scored
where compared and layer = 1
order by variance * (1 / n + 1 / rest_n)
limit 1
"""


def _smallest(engine: Engine, comparisons: int) -> float | None:
    for row in engine.rows(_BEST):
        n, of, variance = (float(str(value)) for value in row)
        return detectable(n, of, variance, comparisons)
    return None


def _found(target: ScanTarget, one: Chosen, spreads: Spreads) -> Found:
    suspect = one.suspect
    rest = suspect.total.without(suspect.group)
    value, rest_value = suspect.credit / suspect.n, rest.credit / rest.n
    among, variance = spreads[suspect.target, suspect.dim_a, suspect.dim_b]
    shrunken = shrink(value, variance / suspect.n, among)
    difference = shrunken.value - rest_value
    half = Z * math.sqrt(shrunken.variance + suspect.variance / rest.n)
    return Found(
        process=target.process,
        control_point=target.control_point,
        variant=target.variant,
        segment=_segment(target, suspect),
        n=suspect.n,
        value=value,
        others=rest.n,
        rest=rest_value,
        difference=difference,
        low=difference - half,
        high=difference + half,
        z=suspect.z,
        q=one.q,
        steady=suspect.steady,
        parent=((target.dimensions[one.parent[1]], one.parent[2]),) if one.parent else None,
    )


def _segment(target: ScanTarget, suspect: Suspect) -> Segment:
    first = (target.dimensions[suspect.dim_a], suspect.value_a)
    if suspect.dim_b is None or suspect.value_b is None:
        return (first,)
    return (first, (target.dimensions[suspect.dim_b], suspect.value_b))
