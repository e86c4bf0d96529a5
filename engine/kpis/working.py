"""The calendar of a process, handed to its event log: working time, working hours, days of the calendar's zone."""

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.definitions.calendar import working_day_seconds
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote, text_literal
from engine.events.log import EventLog, WorkingTime
from engine.events.report import SourceReport
from engine.kpis.calendar import (
    calendar_expression,
    calendars_of,
    create_working_time,
    with_in_hours,
    with_worked,
)


def prepare_working_time(engine: Engine, settings: Settings, reports: Sequence[SourceReport] = ()) -> None:
    """Make the relations of working time for every calendar of the workspace, over all that the store holds."""
    if not settings.calendars:
        return
    first, last = _span(engine, [report.exported_at for report in reports if report.exported_at])
    create_working_time(engine, calendars_of(settings), first.date(), last.date())


def _span(engine: Engine, exports: Sequence[datetime]) -> tuple[datetime, datetime]:
    """The first and the last moment (UTC) of the store: events, and exports that were declared later."""
    schemas = engine.rows("""
select distinct table_schema
from information_schema.tables
where table_schema like 'source:%'
  and table_name = 'events'
order by 1""")
    moments = list(exports)
    for (schema,) in schemas:
        sql = f"select min(happened_at), max(happened_at), max(left_at) from {quote(str(schema))}.events"
        moments += [moment for moment in engine.row(sql) if isinstance(moment, datetime)]
    if not moments:
        return datetime(2026, 1, 1), datetime(2026, 12, 31)
    return min(moments), max(moments)


def working_time(process: Process, settings: Settings) -> WorkingTime | None:
    """How a process counts working time; None where it names no calendar. The relations must have been made."""
    calendars = calendars_of(settings)
    names = _names(process)
    if not any(name in calendars for name in names):
        return None

    def worked(bound: Bound, relation: str, start: str, end: str, name: str) -> str:
        return with_worked(relation, start, end, _calendar(process, bound), name)

    def in_hours(bound: Bound, relation: str, moment: str, name: str) -> str:
        return with_in_hours(relation, moment, _calendar(process, bound), name)

    return WorkingTime(
        worked=worked,
        in_hours=in_hours,
        # branches with days of different length: the longest, so that a limit is never stricter than it was meant
        day=max(working_day_seconds(calendars[name][0]) for name in names if name in calendars),
        local=_local(process, settings),
        branch=process.calendar["by"] if isinstance(process.calendar, dict) else None,
    )


def _names(process: Process) -> tuple[str, ...]:
    if isinstance(process.calendar, dict):
        return tuple(name for branch, name in process.calendar.items() if branch != "by")
    return (process.calendar,) if process.calendar else ()


def _calendar(process: Process, bound: Bound) -> str:
    return calendar_expression(process, bound) or "cast(null as varchar)"


def _local(process: Process, settings: Settings) -> str:
    """SQL of the start of a case by the clock of its calendar's zone; `local_at` where that is the workspace's."""
    zones = {name: zone for name, (_, zone) in calendars_of(settings).items()}
    if all(zones.get(name, settings.time_zone) == settings.time_zone for name in _names(process)):
        return "local_at"
    if not isinstance(process.calendar, dict):
        return _at(zones[process.calendar or ""])
    whens = " ".join(
        f"when {text_literal(branch)} then {_at(zones[name])}"
        for branch, name in process.calendar.items()
        if branch != "by" and name in zones
    )
    return f"(case {quote('a_' + process.calendar['by'])} {whens} else local_at end)"


def _at(zone: str) -> str:
    return f"((started_at at time zone 'UTC') at time zone {text_literal(zone)})"


def moment_before(log: EventLog, seconds: int) -> datetime | None:
    """The latest moment (UTC) from which so many working seconds passed until the log was observed, by every calendar.

    None where the log was not observed for so long, or has no calendar.
    """
    names = [name for name in _names(log.process) if name in log.settings.calendars]
    if log.observed_until is None or not names:
        return None
    bound = Bound()
    listed = ", ".join(bound(name) for name in names)
    until = bound(log.observed_until)
    row = log.engine.row(
        f"""
with open as (
  select calendar,
         sum(greatest(0, date_diff('second', opens_at, least(closes_at, {until}::timestamp)))) as seconds
  from working_time
  where calendar in ({listed})
  group by calendar),
found as (
  select calendar,
         max(opens_at + to_seconds(least(open.seconds - {bound(seconds)}, open_before
           + date_diff('second', opens_at, closes_at)) - open_before)) as moment
  from working_time
  join open using (calendar)
  where open_before <= open.seconds - {bound(seconds)}
  group by calendar)
select case when count(*) = {len(names)} then min(moment) end from found""",
        bound,
    )
    return row[0] if isinstance(row[0], datetime) else None


def wall_seconds(log: EventLog, seconds: int) -> int:
    """How long by the clock on the wall so many working seconds have lasted that ended with the log, in seconds."""
    moment = moment_before(log, seconds)
    if moment is None or log.observed_until is None:
        return seconds
    return max(seconds, int((log.observed_until.replace(tzinfo=UTC) - moment.replace(tzinfo=UTC)).total_seconds()))
