"""Plan attainment: a total beside its targets, period by period; whole periods only, a part says little of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from engine.definitions.checks.settings import target_value
from engine.definitions.process import Process
from engine.engines.sql import quote
from engine.events.log import EventLog, moment_sql
from engine.kpis import fact_table
from engine.kpis.durations import NotAssessable, local_sql
from engine.kpis.fact_table import Key
from engine.kpis.kpi import Known, bind
from engine.kpis.measure import Attained, CounterTotal, Entries, Money, PerCase, Quantity
from engine.kpis.rows import Wanted
from engine.kpis.rows_counts import counter_named, counter_rows, unit_of
from engine.kpis.rows_plain import entries_rows, money_rows
from engine.kpis.rows_timed import end_of_log

_GRAINS = ("day", "week", "month", "quarter", "year")
Target = tuple[str, datetime, datetime, float]
"""Grain, since, until, what is to be reached."""


def targets_of(process: Process, name: str, targets: Mapping[str, Mapping[str, str]]) -> tuple[Target, ...]:
    """The targets of a total of a process, in order of time; `process.name` wins over `name`."""
    said = targets.get(f"{process.process}.{name}") or targets.get(name) or {}
    return tuple(sorted((*_bounds(period), float(str(target_value(text).value))) for period, text in said.items()))


def _bounds(period: str) -> tuple[str, datetime, datetime]:
    """`2026`, `2026-Q4`, `2026-10`, `2026-W41`, `2026-10-05` as grain and days (checked when the workspace is read)."""
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        start = datetime(int(match[1]), 3 * int(match[2]) - 2, 1)
        return "quarter", start, _month_on(start, 3)
    if re.fullmatch(r"\d{4}-W\d\d", period):
        start = datetime.strptime(f"{period}-1", "%G-W%V-%u")
        return "week", start, start + timedelta(days=7)
    numbers = [int(part) for part in period.split("-")]
    year, month, day = [*numbers, 1, 1][:3]
    start = datetime(year, month, day)
    if len(numbers) == 3:
        return "day", start, start + timedelta(days=1)
    return ("month", start, _month_on(start, 1)) if len(numbers) == 2 else ("year", start, _month_on(start, 12))


def _month_on(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return datetime(year, month + 1, 1)


_SHARES = """
select cell, actual / target as value, null::double as raw, null::double as low, null::double as high, n,
       n::double as n_eff, n as known, 0 as pending, 0 as skipped, null::bigint as of_,
       case when n > 0 then 1e9 else 0 end as watched, true as reached, 0 as negative, null::double as never
from attained"""


def append(log: EventLog, key: Key, measure: Attained, wanted: Wanted, grains: Sequence[str]) -> None:
    """Append the facts: of all whole periods together (of the shortest kind that has a target), and of each period.

    `n` is the number of periods. What was sold is a fact, so there is no interval. NotAssessable without a target.
    """
    targets = targets_of(log.process, measure.of, log.settings.targets)
    if not targets:
        raise NotAssessable("no-target")
    rows = _rows(wanted, measure.of)
    columns = "grain varchar, since timestamp, until timestamp, target double"
    log.engine.execute(f"create or replace temp table targets ({columns})")
    log.engine.insert("targets", ("grain", "since", "until", "target"), list(targets))
    log.engine.execute(f"create or replace temp table cells as {_periods(log, rows, grains)}", wanted.bound)
    log.engine.execute("""
create or replace temp table attained as
select cell, actual, target, whole as n
from cells
union all
select 0, sum(actual) filter (whole = 1), sum(target) filter (whole = 1), coalesce(sum(whole), 0)::bigint
from cells
where finest""")
    log.engine.execute("""
create or replace temp table cells as
select 0 as cell, null::varchar as dimension, null::varchar as segment, null::timestamp as since,
       null::timestamp as until, null::boolean as partial
union all
select cell, null, null, since, until, whole = 0
from cells
where shown""")
    fact_table.insert(log, key, _SHARES)


def _periods(log: EventLog, rows: str, grains: Sequence[str]) -> str:
    """A row per target: what was reached of it, and whether the data hold the whole period."""
    seen = local_sql(log, end_of_log(log))
    bounds = [f"since >= {moment_sql(log.since)}"] if log.since else []
    bounds += [f"until <= {moment_sql(log.until)}"] if log.until else []
    order = " ".join(f"when '{grain}' then {number}" for number, grain in enumerate(_GRAINS))
    shown = ", ".join(f"'{grain}'" for grain in grains if grain in _GRAINS) or "null"
    return f"""
with rows as (
  from ({rows})),
began as (
  select date_trunc('day', min(p)) as first from rows),
reached as (
  select grain, since, until, target, coalesce(sum(x), 0) as actual,
         (until <= {seen} and since + interval 1 day >= (select first from began))::bigint as whole
  from targets
  left join rows
    on p >= since
    and p < until
  {f"where {' and '.join(bounds)}" if bounds else ""}
  group by grain, since, until, target
  having until > (select first from began) and since < {seen})
select row_number() over (order by since, until)::integer as cell, *,
       case grain {order} end = min(case grain {order} end) filter (whole = 1) over () as finest,
       grain in ({shown}) as shown
from reached"""


def _rows(wanted: Wanted, name: Quantity) -> str:
    """x and p of what makes up the total."""
    from engine.kpis.catalogue import catalogue

    log = wanted.log
    if log.process.counters:
        counter = CounterTotal(of=counter_named(log.process, name), how="sum")
        return counter_rows(wanted, counter, unit_of(wanted, (counter.of,)))
    point = log.process.control_points[name]
    measure, _ = bind(catalogue[point.kpi], point.parameters, log.process, Known())
    if isinstance(measure, Money) and measure.of not in log.attributes:
        raise NotAssessable(f"missing={measure.of}")
    narrowed = Wanted(log=log, where=(*wanted.where, *([point.where] if point.where else [])), bound=wanted.bound)
    match measure:
        case Money():
            return money_rows(narrowed, measure)
        case Entries() | PerCase():
            return entries_rows(narrowed, Entries(of=measure.of))
        case _:
            raise TypeError(f"{quote(name)} is no total")
