"""Totals by period: how long the periods of a counter are, and the relation of them that KPIs read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import quote, text_literal
from engine.events.log import moment_sql, relation

UNITS = ("hour", "day", "week", "month", "quarter")
"""Lengths of a period, the shortest first."""


def unit_sql(start: str) -> str:
    """SQL over the periods of a counter: the unit that all of them begin with (a single day is a day)."""
    several = f"count(distinct {start}) > 1"
    return f"""
case
  when bool_or({start} <> date_trunc('day', {start})) then 'hour'
  when {several} and bool_and({start} = date_trunc('quarter', {start})) then 'quarter'
  when {several} and bool_and({start} = date_trunc('month', {start})) then 'month'
  when {several} and bool_and({start} = date_trunc('week', {start})) then 'week'
  else 'day'
end"""


def end_sql(start: str, unit: str) -> str:
    """SQL of when a period that begins at `start` is over; of an hour, the day: shops close. `unit` is SQL too."""
    lengths = " ".join(f"when {text_literal(name)} then {start} + {_length(name)}" for name in UNITS[1:])
    return f"case {unit} when 'hour' then date_trunc('day', {start}) + interval 1 day {lengths} end"


def _length(unit: str) -> str:
    return "interval 3 month" if unit == "quarter" else f"interval 1 {unit}"


def extent(engine: Engine, process: Process) -> tuple[datetime | None, datetime | None]:
    """Start of the first period and of the last, on the clock of the workspace."""
    first, last = engine.row(f"select min(period_start), max(period_start) from {relation(process, 'counts')}")
    return (first if isinstance(first, datetime) else None, last if isinstance(last, datetime) else None)


def utc_sql(local: str, zone: str) -> str:
    """SQL of a time on the clock of a zone as UTC."""
    return f"(({local}) at time zone {text_literal(zone)} at time zone 'UTC')"


def sources_of(engine: Engine, process: Process) -> tuple[str, ...]:
    """Schemas of the sources that have counts of the process."""
    rows = engine.rows("""
select table_schema
from information_schema.tables
where table_schema like 'source:%'
  and table_name = 'counts'
order by 1""")
    sql = "select exists(select 1 from {}.counts where process = $process)"
    bound = {"process": process.process}
    return tuple(str(schema) for (schema,) in rows if engine.row(sql.format(quote(str(schema))), bound)[0])


def create_counts(
    engine: Engine, process: Process, settings: Settings, sources: Sequence[str], observed_until: datetime | None
) -> None:
    """The relation `counts`: period_start on the clock of the workspace, channel, counter, value, unit of the counter.

    Days of `exclude` and periods that begin after the log was observed until are left out.
    """
    name = text_literal(process.process)
    parts = [
        f"select period_start, channel, counter, value from {quote(source)}.counts where process = {name}"
        for source in sources
    ]
    nothing = "select null::timestamp as period_start, '' as channel, '' as counter, 0.0 as value where false"
    tests = _kept(settings)
    if observed_until:
        tests.append(f"{utc_sql('period_start', settings.time_zone)} < {moment_sql(observed_until)}")
    engine.execute(f"""
create or replace temp table {relation(process, "counts")} as
with units as (
  select counter, {unit_sql("period_start")} as unit
  from ({" union all ".join(parts) or nothing})
  group by counter)
select period_start::timestamp as period_start, channel, counter, value, unit
from ({" union all ".join(parts) or nothing})
join units using (counter)
{f"where {' and '.join(tests)}" if tests else ""}
order by all""")


def _kept(settings: Settings) -> list[str]:
    """Conditions: not on a day that `exclude` leaves out. What it says of cases is nothing about totals."""
    tests = []
    for exclusion in settings.exclude:
        ends = [
            f"period_start {operator} {moment_sql(moment.replace(tzinfo=None))}"
            for operator, moment in ((">=", exclusion.from_), ("<", exclusion.to))
            if moment and not exclusion.where
        ]
        if ends:
            tests.append(f"not ({' and '.join(ends)})")
    return tests


def units(engine: Engine, process: Process) -> Mapping[str, str]:
    """The length of the periods of each counter that there is."""
    rows = engine.rows(f"select distinct counter, unit from {relation(process, 'counts')} order by all")
    return {str(counter): str(unit) for counter, unit in rows}


def create_channels(engine: Engine, process: Process) -> tuple[str, ...]:
    """The one dimension that totals have, where a source says it: `segments` holds the channels."""
    counted = relation(process, "counts")
    if not engine.row(f"select count(channel) from {counted}")[0]:
        return ()
    engine.execute(f"""
create or replace temp table {relation(process, "segments")} as
select row_number() over (order by segment)::integer as code, 'channel' as dimension, segment
from (select distinct coalesce(channel, '') as segment from {counted})
order by code""")
    return ("channel",)
