"""The scan in SQL: every value of every dimension and every pair of values, counted and scored.

Temp tables over all control points that are scanned:
- `scan_totals(target, sign, n, credit, n1, credit1, variance, dispersion)`: one row a control point; `sign` is 1 where
  more is worse, else -1; `n1`, `credit1`: the first half of the period; `variance` of one credit, `dispersion` its part
  of P(1 - P), below 1 where open cases count in part.
- `scan_segments(target, layer, dim_a, value_a, n_a, credit_a, dim_b, value_b, n_b, credit_b, n, credit, n1, credit1)`:
  layer 1 is single values, layer 2 pairs with the two single segments they are of.
"""

from collections.abc import Iterator

from engine.engines.duckdb import Engine
from engine.engines.sql import quote

AT_LEAST = 30

# Credits are added up as whole numbers of 2^-40: such a sum is the same in whatever order threads bring it.
_FIXED = "(credit * 1099511627776)::bigint"
_UNIT = "1099511627776::double"

_TOTALS_TABLE = """
create or replace temp table scan_totals (
    target integer, sign double, n bigint, credit double, n1 bigint, credit1 double, variance double, dispersion double)
"""
_SEGMENTS_TABLE = """
create or replace temp table scan_segments (
    target integer, layer integer,
    dim_a integer, value_a varchar, n_a bigint, credit_a double,
    dim_b integer, value_b varchar, n_b bigint, credit_b double,
    n bigint, credit double, n1 bigint, credit1 double)
"""

_TOTALS = """
insert into scan_totals
with summed as (
    select
        count(*) as n,
        sum({fixed}) / {unit} as credit,
        sum((credit * credit * {unit})::bigint) / {unit} as squares,
        count(*) filter (half = 1) as n1,
        coalesce(sum({fixed}) filter (half = 1), 0) / {unit} as credit1
    from {relation}
    where credit is not null
)
select
    {target}, {sign}, n, credit, n1, credit1,
    greatest(squares / n - (credit / n) ** 2, 0) as variance,
    if(credit > 0 and credit < n, variance / (credit / n * (1 - credit / n)), null) as dispersion
from summed
where n > 0
"""

# A value of fewer cases than a segment takes is in no pair of as many either, so it gets no code.
_VALUES = """
create or replace temp table scan_values as
with halves as ({dimensions})
select
    dim,
    value,
    sum(n)::bigint as n,
    sum(fixed) as fixed,
    coalesce(sum(n) filter (half = 1), 0)::bigint as n1,
    coalesce(sum(fixed) filter (half = 1), 0) as fixed1,
    row_number() over (partition by dim order by value)::integer as code
from halves
group by dim, value
having sum(n) >= {at_least}
"""
_VALUES_OF_ONE = """
    select {dim} as dim, {column}::varchar as value, half, count(*) as n, sum({fixed}) as fixed
    from {relation}
    where {column} is not null and credit is not null
    group by value, half
"""
_CODED = """
create or replace temp table scan_coded as
select
    {fixed} as fixed,
    (half is not distinct from 1)::utinyint as in_first,
    if(in_first = 1, fixed, 0) as fixed_in_first,
    {codes}
from {relation} as credited
{joins}
where credit is not null
"""
_CODE = "coalesce(v{dim}.code, 0)::{kind} as c{dim}"
_JOIN = """left join (select value, code from scan_values where dim = {dim}) as v{dim}
    on v{dim}.value = credited.{column}::varchar"""
_CELLS_TABLE = """
create or replace temp table scan_cells (
    a integer, b integer, code_a integer, code_b integer, n bigint, fixed hugeint, n1 bigint, fixed1 hugeint)
"""
_CELLS = """
insert into scan_cells
select
    {a}, {b}, c{a}, c{b},
    count(*),
    sum(fixed),
    sum(in_first),
    sum(fixed_in_first)
from scan_coded
where c{a} > 0 and c{b} > 0
group by c{a}, c{b}
having count(*) >= {at_least}
"""

# Two values that hold for exactly the same cases are one segment, told by the first dimension. A pair that is all of
# one of its values is no segment of its own.
_PAIRS = """
create or replace temp table scan_pairs as
select
    cells.*,
    of_a.value as value_a, of_a.n as n_a, of_a.fixed as fixed_a,
    of_b.value as value_b, of_b.n as n_b, of_b.fixed as fixed_b
from scan_cells as cells
join scan_values as of_a on of_a.dim = a and of_a.code = code_a
join scan_values as of_b on of_b.dim = b and of_b.code = code_b
"""
_SAME = """
create or replace temp table scan_same as
select distinct b as dim, code_b as code
from scan_pairs
where n = n_a and n = n_b
"""
_INSERT = """
insert into scan_segments
select
    {target}, 1, dim, value, null, null, null, null, null, null, n, fixed / {unit}, n1, fixed1 / {unit}
from scan_values
anti join scan_same using (dim, code)
union all
select
    {target}, 2, a, value_a, n_a, fixed_a / {unit}, b, value_b, n_b, fixed_b / {unit},
    n, fixed / {unit}, n1, fixed1 / {unit}
from scan_pairs
where n < n_a
    and n < n_b
    and (a, code_a) not in (select (dim, code) from scan_same)
    and (b, code_b) not in (select (dim, code) from scan_same)
"""

# z of D14 (pooled variance) and the signed root of the deviance, which keeps its level where hits or misses are few.
_SCORED = """
create or replace temp table scan_scored as
with placed as (
    select
        segments.*, totals.sign, totals.variance, totals.dispersion,
        totals.n as all_n, totals.credit as all_credit,
        totals.n - segments.n as rest_n,
        segments.credit / segments.n as value,
        (totals.credit - segments.credit) / rest_n as rest,
        segments.credit1 / nullif(segments.n1, 0)
            - (totals.credit1 - segments.credit1) / nullif(totals.n1 - segments.n1, 0) as first,
        (segments.credit - segments.credit1) / nullif(segments.n - segments.n1, 0)
            - (totals.credit - segments.credit - totals.credit1 + segments.credit1)
            / nullif(totals.n - segments.n - totals.n1 + segments.n1, 0) as second
    from scan_segments as segments
    join scan_totals as totals using (target)
    where segments.n < totals.n
)
select
    *,
    (value - rest) / sqrt(variance * (1 / n + 1 / rest_n)) as z,
    sign * (value - rest) > 0
        and n >= {at_least}
        and rest_n >= {at_least}
        and variance > 1e-12 as harmful,
    n >= {at_least} and rest_n >= {at_least} and variance > 1e-12 as compared,
    2 * (n * {own} + rest_n * {others} - all_n * {all}) / dispersion as deviance,
    coalesce(sign * first > 0 and sign * second > 0, false) as steady
from placed
"""


def begin(engine: Engine) -> None:
    """Make the two tables, empty."""
    engine.execute(_TOTALS_TABLE)
    engine.execute(_SEGMENTS_TABLE)


def count(engine: Engine, target: int, relation: str, columns: tuple[str, ...], *, more_is_worse: bool) -> None:
    """Count one relation under the number `target`; `columns` are its dimensions, a segment is told by their place."""
    words = {"relation": relation, "fixed": _FIXED, "unit": _UNIT, "target": target, "at_least": AT_LEAST}
    engine.execute(_TOTALS.format(**words, sign="1" if more_is_worse else "-1"))
    if not columns:
        return
    one = (_VALUES_OF_ONE.format(**words, dim=i, column=quote(c)) for i, c in enumerate(columns))
    engine.execute(_VALUES.format(dimensions="union all".join(one), at_least=AT_LEAST))
    _count_pairs(engine, relation, columns)
    engine.execute(_PAIRS)
    engine.execute(_SAME)
    engine.execute(_INSERT.format(**words))
    for name in ("scan_coded", "scan_cells", "scan_pairs", "scan_same", "scan_values"):
        engine.execute(f"drop table {name}")


def _count_pairs(engine: Engine, relation: str, columns: tuple[str, ...]) -> None:
    kind = "utinyint" if _most_values(engine) < 256 else "integer"
    numbers = range(len(columns))
    codes = ", ".join(_CODE.format(dim=i, kind=kind) for i in numbers)
    joins = "\n".join(_JOIN.format(dim=i, column=quote(columns[i])) for i in numbers)
    engine.execute(_CODED.format(fixed=_FIXED, codes=codes, relation=relation, joins=joins))
    engine.execute(_CELLS_TABLE)
    for a, b in _pairs(len(columns)):
        engine.execute(_CELLS.format(a=a, b=b, at_least=AT_LEAST))


def _most_values(engine: Engine) -> int:
    return int(str(engine.row("select coalesce(max(code), 0) from scan_values")[0]))


def _pairs(dimensions: int) -> Iterator[tuple[int, int]]:
    return ((a, b) for b in range(dimensions) for a in range(b))


def score(engine: Engine) -> None:
    """Make `scan_scored`: every segment against the rest of its control point."""
    words = {name: _entropy(share) for name, share in _SHARES.items()}
    engine.execute(_SCORED.format(at_least=AT_LEAST, **words))


def end(engine: Engine) -> None:
    """Drop all that the scan made."""
    for name in ("scan_scored", "scan_segments", "scan_totals"):
        engine.execute(f"drop table {name}")


_SHARES = {"own": "value", "others": "rest", "all": "(all_credit / all_n)"}


def _entropy(p: str) -> str:
    return f"if({p} <= 0 or {p} >= 1, 0, {p} * ln({p}) + (1 - {p}) * ln(1 - {p}))"
