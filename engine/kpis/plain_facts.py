"""Facts of shares, totals, censuses and ratios: sums that add up over cases, and one estimate of them (D3, D8, D19)."""

from collections.abc import Sequence
from dataclasses import replace

from engine.engines.sql import quote, text_literal
from engine.events.log import EventLog
from engine.kpis import attained, fact_table
from engine.kpis.cells import by_cell, code_rows, name_cells
from engine.kpis.durations import local_sql
from engine.kpis.fact_table import Key
from engine.kpis.kpi import Known, bind
from engine.kpis.measure import (
    Again,
    Attained,
    ByDeadline,
    Conforming,
    Cost,
    CounterTotal,
    Entries,
    Holding,
    LostFrom,
    Measure,
    Money,
    Open,
    PerCase,
    PerOther,
    Point,
    Quantity,
    Void,
)
from engine.kpis.rows import Wanted, cases_query
from engine.kpis.rows_costs import cost_rows
from engine.kpis.rows_counts import counter_rows, counters_of, grains_within, unit_of
from engine.kpis.rows_plain import (
    again_rows,
    conforming_rows,
    entered,
    entries_rows,
    holding_rows,
    lost_rows,
    money_rows,
    outcome_sql,
    per_case_rows,
    void_rows,
)
from engine.kpis.rows_timed import deadline_rows, end_of_log, open_at, open_from

_SHARE = """
select cell, hits / n as value, hits / n as raw, wilson_low(hits / n, n) as low, wilson_high(hits / n, n) as high,
       n, n::double as n_eff, n as known, pending, skipped, null::bigint as of_, 1e9 as watched, true as reached,
       0 as negative, null::double as never
from sums
where n > 0"""

_REST = """
       n, n::double as n_eff, n as known, 0 as pending, 0 as skipped, null::bigint as of_, 1e9 as watched,
       true as reached, 0 as negative, null::double as never
from sums
where n > 0"""

_COUNTED = (
    """
select cell, n::double as value, null::double as raw, poisson_low(n) as low, poisson_high(n) as high,"""
    + _REST
)

_MEAN = (
    """
select cell, sum_x / n as value, median as raw,
       greatest(value - student(n - 1) * spread(n, sum_x, sum_xx) / sqrt(n), case when lowest >= 0 then 0 end) as low,
       value + student(n - 1) * spread(n, sum_x, sum_xx) / sqrt(n) as high,"""
    + _REST
)

# On the log scale an interval of money stays positive, and covers better where amounts are skewed (D19).
_MONEY_MEAN = (
    """
select cell, sum_x / n as value, median as raw,
       case when sum_x > 0 then value * exp(-log_mean_half(n, sum_x, sum_xx)) end as low,
       case when sum_x > 0 then value * exp(log_mean_half(n, sum_x, sum_xx)) end as high,"""
    + _REST
)

_MONEY_SUM = (
    """
select cell, sum_x as value, null::double as raw,
       case when sum_x > 0 then sum_x * exp(-log_sum_half(sum_x, sum_xx)) else sum_x end as low,
       case when sum_x > 0 then sum_x * exp(log_sum_half(sum_x, sum_xx)) else sum_x end as high,"""
    + _REST
)

# A counter counts everybody: its own spread from period to period is all there is to say how sure a total is.
_COUNTER_SUM = (
    """
select cell, sum_x as value, null::double as raw,
       sum_x - student(n - 1) * spread(n, sum_x, sum_xx) * sqrt(n) as low,
       sum_x + student(n - 1) * spread(n, sum_x, sum_xx) * sqrt(n) as high,"""
    + _REST
)

_COUNTER_MEAN = (
    """
select cell, sum_x / n as value, median as raw,
       value - student(n - 1) * spread(n, sum_x, sum_xx) / sqrt(n) as low,
       value + student(n - 1) * spread(n, sum_x, sum_xx) / sqrt(n) as high,"""
    + _REST
)

_RATIO = (
    """
select cell, sum_y / nullif(sum_x, 0) as value, null::double as raw,
       value - student(n - 1) * ratio_error(n, sum_x, sum_y, sum_xx, sum_yy, sum_xy) as low,
       value + student(n - 1) * ratio_error(n, sum_x, sum_y, sum_xx, sum_yy, sum_xy) as high,"""
    + _REST
)


def append(log: EventLog, key: Key, measure: Measure, wanted: Wanted, grains: Sequence[str]) -> None:
    """Append the facts of a measure that is no timed one."""
    match measure:
        case Again() | LostFrom() | Holding() | Void() | Conforming() | ByDeadline():
            at_moment = isinstance(measure, Holding) and measure.among == "open"
            _shares(log, key, share_rows(wanted, measure), wanted, () if at_moment else grains)
        case Entries():
            _totals(log, key, entries_rows(wanted, measure), wanted, grains, _COUNTED)
        case PerCase():
            _totals(log, key, per_case_rows(wanted, measure), wanted, grains, _MEAN)
        case Money():
            estimate = _MONEY_SUM if measure.how == "sum" else _MONEY_MEAN
            _totals(log, key, money_rows(wanted, measure), wanted, grains, estimate)
        case CounterTotal():
            estimate = _COUNTER_SUM if measure.how == "sum" else _COUNTER_MEAN
            _counters(log, key, measure, wanted, grains, estimate)
        case PerOther() if counted(log):
            _counters(log, key, measure, wanted, grains, _RATIO)
        case PerOther():
            _totals(log, key, _ratio_rows(wanted, measure), wanted, grains, _RATIO)
        case Attained():
            attained.append(log, key, measure, wanted, grains)
        case Cost():
            _costs(log, key, measure, wanted, grains)
        case Open():
            _census(log, key, measure, wanted, grains)
        case _:
            raise TypeError(f"{measure} is estimated elsewhere")


def share_rows(wanted: Wanted, measure: Again | LostFrom | Holding | Void | Conforming | ByDeadline) -> str:
    """The rows of a share: case_key, hit, pending, skipped, p, segments."""
    match measure:
        case Again():
            return again_rows(wanted, measure)
        case LostFrom():
            return lost_rows(wanted, measure)
        case Holding():
            return holding_rows(wanted, measure)
        case Void():
            return void_rows(wanted, measure)
        case Conforming():
            return conforming_rows(wanted, measure)
        case ByDeadline():
            return deadline_rows(wanted, measure)


def _shares(log: EventLog, key: Key, rows: str, wanted: Wanted, grains: Sequence[str]) -> None:
    codes = code_rows(log, rows, wanted.bound, wanted.by, grains, "hit, pending, skipped")
    columns = """
       count(*) filter (not pending) as n,
       count(*) filter (hit and not pending) as hits,
       count(*) filter (pending) as pending,
       count(*) filter (skipped) as skipped"""
    _sums(log, codes, columns, grains)
    fact_table.insert(log, key, _SHARE)


def _totals(log: EventLog, key: Key, rows: str, wanted: Wanted, grains: Sequence[str], estimate: str) -> None:
    codes = code_rows(log, rows, wanted.bound, wanted.by, grains, "x, y")
    columns = """
       count(x) as n,
       fsum(x) as sum_x,
       fsum(y) as sum_y,
       fsum(x * x) as sum_xx,
       fsum(y * y) as sum_yy,
       fsum(x * y) as sum_xy,
       min(x) as lowest"""
    if "median" in estimate:
        columns += ",\n       median(x) as median"
    _sums(log, codes, columns, grains)
    fact_table.insert(log, key, estimate)


def _sums(log: EventLog, codes: int, columns: str, grains: Sequence[str]) -> None:
    log.engine.execute(f"create or replace temp table sums as {by_cell(codes, columns, 'base')}")
    name_cells(log, "sums", grains)


# --- one total per another --------------------------------------------------------------------------------------------


def counted(log: EventLog) -> bool:
    """Whether the quantities are counters: a process has those or cases."""
    return bool(log.process.counters)


def _counters(
    log: EventLog, key: Key, measure: PerOther | CounterTotal, wanted: Wanted, grains: Sequence[str], estimate: str
) -> None:
    """Facts from the periods of counters; then those of each channel, whose rows are another kind."""
    unit = unit_of(wanted, counters_of(log.process, measure))
    rows = counter_rows(replace(wanted, by=()), measure, unit)
    _totals(log, key, rows, replace(wanted, by=()), grains_within(unit, grains), estimate)
    if "channel" in wanted.by:
        split = Wanted(log=log, by=("channel",))
        _totals(log, key, counter_rows(split, measure, unit), split, (), f"{estimate} and cell <> 0")


def _costs(log: EventLog, key: Key, measure: Cost, wanted: Wanted, grains: Sequence[str]) -> None:
    """What was spent per case, from months; then by source."""
    plain = replace(wanted, by=())
    _totals(log, key, cost_rows(plain, measure), plain, grains_within("month", grains), _RATIO)
    if "source" in wanted.by:
        split = Wanted(log=log, where=wanted.where, by=("source",))
        _totals(log, key, cost_rows(split, measure), split, (), f"{_RATIO} and cell <> 0")


def _ratio_rows(wanted: Wanted, measure: PerOther) -> str:
    """A row per case with both quantities: y per x."""
    y, joins_y = _per_case(wanted, measure.of, "of")
    x, joins_x = _per_case(wanted, measure.per, "per")
    return cases_query(wanted, {"x": x, "y": y}, [f"({x} <> 0 or {y} <> 0)"], None, joins_x + joins_y)


def _per_case(wanted: Wanted, name: Quantity, alias: str) -> tuple[str, str]:
    """What a control point sums up, for one case: SQL over `cases`, and the joins it needs."""
    log = wanted.log
    point = log.process.control_points[name]
    from engine.kpis.catalogue import catalogue

    measure, _ = bind(catalogue[point.kpi], point.parameters, log.process, Known())
    match measure:
        case Money():
            value, joins = f"coalesce({quote(f'a_{measure.of}')}::double, 0)", ""
            tests = [outcome_sql(measure)]
        case Entries() | PerCase():
            of = measure.of or Point(log.process.initial or "")
            value, joins, tests = f"coalesce(entered_{alias}, 0)::double", entered(log, of, f"entered_{alias}"), []
        case _:
            raise TypeError(f"`{name}` is no total")
    narrowed = Wanted(log=log, where=(point.where,) if point.where else (), bound=wanted.bound)
    condition = narrowed.conditions(*tests).removeprefix("where ") or "true"
    return f"(case when {condition} then {value} else 0 end)", joins


# --- a census ---------------------------------------------------------------------------------------------------------


def open_rows(wanted: Wanted, measure: Open, moment: str) -> str:
    """A row per case (visit of the state) that is open at a moment."""
    log = wanted.log
    where = wanted.conditions(*open_at(log, measure.state, moment))
    source = open_from(log, measure.state)
    return f"select cases.case_key, {local_sql(log, moment)} as p{wanted.segments()} from {source} {where}"


_NOW = """
select cell, n::double as value, null::double as raw, n::double as low, n::double as high, $cases::bigint as n,
       $cases::double as n_eff, n as known, 0 as pending, 0 as skipped, null::bigint as of_, 1e9 as watched,
       true as reached, 0 as negative, null::double as never
from sums"""


def _census(log: EventLog, key: Key, measure: Open, wanted: Wanted, grains: Sequence[str]) -> None:
    """How many are open now, by segment, and at the end of each period."""
    rows = open_rows(wanted, measure, end_of_log(log))
    codes = code_rows(log, f"select *, 1 as x from ({rows})", wanted.bound, wanted.by, (), "x")
    _sums(log, codes, "count(*) as n", ())
    fact_table.insert(log, key, _NOW.replace("$cases", str(log.cases)))
    for grain in grains:
        _census_of_periods(log, key, measure, wanted, grain)


def _census_of_periods(log: EventLog, key: Key, measure: Open, wanted: Wanted, grain: str) -> None:
    """Who came less who left, cumulated to the end of each period."""
    plain = Wanted(log=log, where=wanted.where)
    came, left = ("started_at", "ended_at") if measure.state is None else ("entered_at", "left_at")
    state = "true" if measure.state is None else f"state_no = {log.state_no(measure.state)}"
    source = open_from(log, measure.state)
    changes = f"""
select {local_sql(log, came)} as moment, 1 as change from {source} {plain.conditions(state)}
union all
select {local_sql(log, left)}, -1 from {source} {plain.conditions(state, f"{left} is not null")}"""
    step = "interval 3 month" if grain == "quarter" else f"interval 1 {grain}"
    word, end = text_literal(grain), local_sql(log, end_of_log(log))
    log.engine.execute(
        f"""
create or replace temp table census as
with change as (
  select date_trunc({word}, moment)::timestamp as since, sum(change) as change, sum((change > 0)::int) as came
  from ({changes})
  group by 1),
period as (
  select unnest(generate_series(min(since), date_trunc({word}, {end})::timestamp, {step})) as since
  from change)
select row_number() over (order by since)::integer as cell,
       null::varchar as dimension,
       null::varchar as segment,
       since,
       since + {step} as until,
       {end} < since + {step} as partial,
       sum(coalesce(change, 0)) over (order by since) as n,
       sum(coalesce(came, 0)) over (order by since)::bigint as cases
from period
left join change using (since)""",
        plain.bound,
    )
    log.engine.execute("create or replace temp table sums as select cell, n, cases from census")
    log.engine.execute("create or replace temp table cells as select * exclude (n, cases) from census")
    bounds = [
        f"{side} timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
        for side, moment in (("since >=", log.since), ("until <=", log.until))
        if moment
    ]
    inside = f" where cell in (select cell from cells where {' and '.join(bounds)})" if bounds else ""
    fact_table.insert(log, key, _NOW.replace("$cases", "cases") + inside)
