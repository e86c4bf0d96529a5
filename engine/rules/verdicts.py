"""Limits x facts -> verdicts: all rules, segments and periods decided by one statement (D12)."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

from engine.definitions.process import Process
from engine.definitions.rule import Limit, Rule
from engine.engines.duckdb import Engine
from engine.engines.sql import Value
from engine.kpis.fact import Verdict, VerdictWord
from engine.rules.applies import Applied, Units, Z, applied, periods_of
from engine.rules.error_control import FALSE_DISCOVERIES, SURE

MONTHS_FOR_OWN_LIMIT = 3
ONE_SIDED = 1.6448536269514722
"""The normal quantile of 95 %."""
VerdictPlace = tuple[str, str, str, str | None, str | None, datetime | None]
"""(process, control point, variant, dimension, segment, since) of a fact."""
Grain = Literal["day", "week", "month", "quarter"]

# All limits in one bound text: hundreds of single inserts would take longer than the verdicts.
_LIMITS = """
create or replace temp table limits as
select unnest(from_json($limits, $columns), recursive := true)
"""
_COLUMNS = {
    "rule": "VARCHAR",
    "process": "VARCHAR",
    "control_point": "VARCHAR",
    "variant": "VARCHAR",
    "sign": "DOUBLE",
    "yellow": "DOUBLE",
    "red": "DOUBLE",
    "inclusive_yellow": "BOOLEAN",
    "inclusive_red": "BOOLEAN",
    "capped": "BOOLEAN",
    "own_yellow": "VARCHAR",
    "own_red": "VARCHAR",
    "own_z": "DOUBLE",
    "at_least": "DOUBLE",
    "periods": "INTEGER",
    "unit": "VARCHAR",
    "by_periods": "BOOLEAN",
    "quantile": "DOUBLE",
    "dimensions": ["VARCHAR"],
}

# The best and the median month among the mature ones with enough cases, in the unit of the KPI. The best of equal
# months would be luck: each is moved towards the whole by what is chance in it (DerSimonian and Laird, as in `shrink`),
# all the way where Cochran's Q at 5 % finds no difference. `own_z`: how sure it is that they differ at all, Q against
# chi-squared as a normal deviate (Wilson and Hilferty 1931). Months without an interval stand as they are.
_OWN = """
update limits set
    yellow = coalesce(own.yellow, limits.yellow),
    red = coalesce(own.red, limits.red),
    own_z = own.own_z
from (
    with months as (
        select
            rule, process, control_point, sign, own_yellow, own_red, month.value, whole.value as centre,
            nullif(greatest((month.high - month.low) / (2 * {z}), 0) ** 2, 0) as v
        from limits
        join facts as month using (process, control_point, variant)
        join facts as whole using (process, control_point, variant)
        where (own_yellow is not null or own_red is not null)
            and month.dimension is null
            and month.until = month.since + interval 1 month
            and month.maturity = 'mature'
            and not coalesce(month.partial, false)
            and coalesce(month.n_eff, month.n) >= at_least
            and month.value is not null
            and whole.dimension is null
            and whole.since is null
    ),
    spread as (
        select
            rule, process, control_point,
            bool_and(v is not null and centre is not null) as known,
            count(v) - 1 as df,
            fsum((value - centre) ** 2 / v) as q,
            if(df > 0, (cbrt(q / df) - (1 - 2 / (9 * df))) / sqrt(2 / (9 * df)), null) as own_z,
            greatest(0, (q - df) / nullif(fsum(1 / v) - fsum(1 / v ** 2) / fsum(1 / v), 0)) as between_months
        from months
        group by all
        having count(*) >= $months
    ),
    shrunk as (
        select
            months.* exclude (value), own_z,
            case
                when not known then value
                when own_z <= {one_sided} then centre
                else centre + (value - centre) * between_months / (between_months + v)
            end as value
        from months
        join spread using (rule, process, control_point)
    )
    select
        rule, process, control_point, any_value(own_z) as own_z,
        case own_yellow when 'best month' then sign * min(sign * value) when 'median month' then median(value) end
            as yellow,
        case own_red when 'best month' then sign * min(sign * value) when 'median month' then median(value) end as red
    from shrunk
    group by rule, process, control_point, own_yellow, own_red, sign
) as own
where limits.rule = own.rule
    and limits.process = own.process
    and limits.control_point = own.control_point
"""

# Signed so that more is always worse, with an edge beyond which a limit is breached: equal keeps it, also after
# floating point. What is not reached is worse than any limit; a census has no interval and is judged by its value.
_EDGES = """
create or replace temp table edges as
select
    *,
    row_number() over () as edge,
    sign * yellow + if(inclusive_yellow, -1e-9, 1e-9) * greatest(1, abs(yellow)) as y,
    sign * red + if(inclusive_red, -1e-9, 1e-9) * greatest(1, abs(red)) as r
from limits
"""
# A verdict holds the number of its edge, not its names: writing those of a million takes a quarter of the time.
_JUDGE = """
create or replace temp table judged as
with signed as (
    select
        edge, dimension, segment, since, until, yellow, red, capped, at_least, unit, own_red, own_z, by_periods, y, r,
        sign * yellow as limit_y,
        coalesce(n_eff, n) as cases,
        coalesce(sign * value, if(coalesce(reached, true), null, 'infinity'::double)) as v,
        coalesce(sign * if(sign > 0, low, high), if(coalesce(reached, true), sign * value, 'infinity'::double)) as good,
        coalesce(sign * if(sign > 0, high, low), if(coalesce(reached, true), sign * value, 'infinity'::double)) as bad,
        n is null as failed,
        yellow is null or red is null or (value is null and note is not null and coalesce(reached, true))
            as not_assessable,
        coalesce(n_eff, n) < at_least - 1e-9 as too_few,
        maturity = 'too young'
            or (since is not null and (maturity <> 'mature' or coalesce(partial, false))) as too_young,
        {share_test} as share_z
    from facts
    join edges using (process, control_point, variant)
    where dimension is null or dimensions is null or list_contains(dimensions, dimension)
),
worded as materialized (
    select
        edge, dimension, segment, since, until,
        case
            when failed then 'error'
            when not_assessable then 'not assessable'
            when too_young or too_few then 'grey'
            when v is null then 'error'
            when v > r and good > y then if(capped, 'yellow', 'red')
            when v <= y and (bad <= r or own_red is not null) then 'green'
            else 'yellow'
        end::{words} as word,
        v > y and (if(capped, good > y, v <= r)) as is_between,
        if(too_few, ceil(at_least - cases - 1e-9)::bigint, null) as needed,
        case
            when too_young or too_few or v is null then null
            when dimension is null and v = good and v > y then 'infinity'::double
            when unit = 'ratio' and not by_periods and yellow > 0 and yellow < 1
                then (v - limit_y) / sqrt(yellow * (1 - yellow) / cases)
            when share_z is not null then share_z
            when v > good and v < 'infinity' then {z} * (v - limit_y) / (v - good)
            when dimension is null and v > good and good > y then {z} + 0.5
        end as deviate,
        if(dimension is null, least(deviate, own_z), deviate) as z,
        dimension is not null as is_segment
    from signed
),
ranked as (
    select is_segment, z, row_number() over (partition by is_segment order by z desc) as place
    from worded
    where z >= {z}
        and (is_segment or since is null)
),
many as (
    select is_segment, count(*) as judged
    from worded
    where (is_segment or since is null)
        and word in ('red', 'yellow', 'green')
    group by is_segment
),
accepted as (
    select is_segment, min(z) as z
    from ranked
    join many using (is_segment)
    where z = 'infinity' or {tail} <= place * if(is_segment, {q}, {sure}) / judged
    group by is_segment
),
final as (
    select
        *,
        coalesce(worded.z >= accepted.z, false) as sure,
        if(word = 'red' and is_segment and not sure, 'yellow'::{words}, word) as verdict
    from worded
    left join accepted using (is_segment)
)
select
    edge, dimension, segment, since, until, verdict,
    if(verdict = 'yellow', if(word = 'yellow' and is_between, 'between', 'uncertain'), null) as why,
    if(verdict = 'grey', needed, null) as needed,
    sure
from final
"""
_VERDICTS = """
create or replace temp view verdicts as
select
    rule, process, control_point, variant, dimension, segment, since, until, verdict, why, needed, yellow,
    if(capped, null, red) as red,
    sure
from judged
join edges using (edge)
"""
_WORD_OF: dict[str, VerdictWord] = {word: word for word in get_args(VerdictWord)}
_WORDS = "enum('red', 'yellow', 'green', 'grey', 'not assessable', 'error')"

# `for: 2 periods`: a breach that the last complete, mature periods do not all show is no verdict yet.
_HOLD = """
with last as (
    select
        edge, dimension, segment, periods,
        coalesce(sign * value, if(coalesce(reached, true), null, 'infinity'::double)) > y as breach,
        row_number() over (partition by edge, dimension, segment order by since desc) as back
    from facts
    join edges using (process, control_point, variant)
    where periods > 0
        and until = since + {grain}
        and maturity = 'mature'
        and not coalesce(partial, false)
),
lasting as (
    select edge, dimension, segment
    from last
    where back <= periods
    group by all
    having count(*) filter (breach) = any_value(periods)
)
update judged set verdict = 'grey', why = null
from edges
where edges.periods > 0
    and edges.edge = judged.edge
    and judged.since is null
    and judged.verdict in ('red', 'yellow')
    and not exists (
        from lasting
        where lasting.edge = judged.edge
            and lasting.dimension is not distinct from judged.dimension
            and lasting.segment is not distinct from judged.segment
    )
"""
_GRAINS = {
    "day": "interval 1 day",
    "week": "interval 7 day",
    "month": "interval 1 month",
    "quarter": "interval 3 month",
}


def judge(
    engine: Engine, rules: Iterable[Rule], processes: Iterable[Process], units: Units, *, grain: Grain = "week"
) -> None:
    """Judge the temp table `facts` by every limit: makes the temp tables `limits`, `edges` and `judged`, and the
    view `verdicts` of them.

    A rule with `where` is judged on the facts of the variant of its name, any other on the plain ones; by its own
    dimensions, or by all there are. Segments are red only where Benjamini-Hochberg rejects them too (q = 2.5 %).
    `sure`: of the whole, that it breaches the milder limit is no chance among all that are judged (at 1 %).
    `grain` is the length of the periods that `for:` counts.
    """
    looked_at = applied(rules, processes, units)
    _write_limits(engine, looked_at)
    if any(limit.own for one in looked_at for limit in (one.rule.yellow, one.rule.red) if limit):
        engine.execute(_OWN.format(z=repr(Z), one_sided=repr(ONE_SIDED)), {"months": MONTHS_FOR_OWN_LIMIT})
    engine.execute(_EDGES)
    has_share = {"at_limit", "limit_at"} <= set(engine.columns("facts"))
    share_test = _SHARE_TEST if has_share else "null::double"
    tail = _upper_tail("z")
    levels = {"z": repr(Z), "q": FALSE_DISCOVERIES, "sure": SURE}
    engine.execute(_JUDGE.format(**levels, tail=tail, share_test=share_test, words=_WORDS))
    engine.execute(_VERDICTS)
    if any(periods_of(one.rule) for one in looked_at):
        engine.execute(_HOLD.format(grain=_GRAINS[grain]))


def read_verdicts(engine: Engine, *, whole_only: bool = False) -> dict[VerdictPlace, tuple[Verdict, ...]]:
    """The table `verdicts` by the fact they are of, rules in order; `whole_only`: of the audit period as a whole."""
    where = "where dimension is null and since is null" if whole_only else ""
    found: dict[VerdictPlace, tuple[Verdict, ...]] = {}
    for place, verdict in map(_read, engine.records(f"from verdicts {where} order by all")):
        found[place] = (*found.get(place, ()), verdict)
    return {place: tuple(sorted(verdicts, key=lambda one: one.rule)) for place, verdicts in found.items()}


def _read(row: dict[str, object]) -> tuple[VerdictPlace, Verdict]:
    since, why, needed = row["since"], row["why"], row["needed"]
    verdict = Verdict(
        rule=str(row["rule"]),
        verdict=_WORD_OF[str(row["verdict"])],
        why=None if why is None else "between" if why == "between" else "uncertain",
        needed=needed if isinstance(needed, int) else None,
        yellow=_number(row["yellow"]),
        red=_number(row["red"]),
    )
    dimension, segment = (None if row[name] is None else str(row[name]) for name in ("dimension", "segment"))
    moment = since if isinstance(since, datetime) else None
    return (str(row["process"]), str(row["control_point"]), str(row["variant"]), dimension, segment, moment), verdict


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


# Score test of a quantile: F(Y) against p; the fact brings F at the limit where that was asked for.
_SHARE_TEST = """case when quantile is not null and limit_at = yellow
            then sign * (quantile - at_limit) / sqrt(quantile * (1 - quantile) / coalesce(n_eff, n)) end"""


def _upper_tail(z: str, depth: int = 24) -> str:
    """SQL of P(normal > z) for z above 1.9 to six digits, by Laplace's continued fraction of Mills' ratio."""
    fraction = z
    for level in range(depth, 0, -1):
        fraction = f"({z} + {level} / {fraction})"
    return f"(exp(-{z} * {z} / 2) / sqrt(2 * pi()) / {fraction})"


def _write_limits(engine: Engine, looked_at: Iterable[Applied]) -> None:
    rows = [dict(zip(_COLUMNS, _row(one), strict=True)) for one in looked_at]
    engine.execute(_LIMITS, {"limits": json.dumps(rows), "columns": json.dumps([_COLUMNS])})


def _row(one: Applied) -> tuple[Value | tuple[str, ...], ...]:
    yellow, red = one.rule.yellow or one.rule.red, one.rule.red or one.rule.yellow
    if yellow is None or red is None:
        raise ValueError("only rules with a limit are judged")
    return (
        one.rule.name,
        one.process,
        one.control_point,
        one.variant,
        _sign(yellow, one.better),
        yellow.value,
        red.value,
        yellow.operator in ("<=", ">="),
        red.operator in ("<=", ">="),
        one.rule.red is None,
        yellow.own,
        red.own,
        None,
        float(one.at_least),
        periods_of(one.rule),
        one.unit,
        one.by_periods,
        one.quantile,
        one.rule.by,
    )


def _sign(limit: Limit, better: str) -> float:
    """+1 where more is worse: by the side of the limit, or by the KPI where the limit is the client's own."""
    if limit.operator:
        return 1.0 if limit.operator.startswith(">") else -1.0
    return 1.0 if better == "lower" else -1.0
