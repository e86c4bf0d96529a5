"""Working time of a process: its calendars as relations, and how a log counts by them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.definitions.calendar import working_day_seconds
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.events.log import Worked
from engine.kpis.calendar import (
    calendar_expression,
    calendars_of,
    create_working_time,
    with_in_hours,
    with_worked,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How working seconds are counted, whether a moment is in hours, and the length of a working day in seconds.

    Where branches have calendars of their own, a limit in working days is in days of the first.
    """

    worked: Worked
    in_hours: Callable[[Bound, str, str, str], str]
    day: int


def working(store: Engine, settings: Settings, process: Process) -> Working | None:
    """Make the calendars of the workspace over the time of all events; None where the process has none, or no events.

    All of them, for the relations of several processes are read side by side.
    """
    names, known, extent = _names(process), calendars_of(settings), _extent(store)
    if not names or extent is None:
        return None
    create_working_time(store, known, extent[0].date(), extent[1].date())

    def worked(bound: Bound, relation: str, start: str, end: str, name: str) -> str:
        return with_worked(relation, start, end, _calendar(process, bound), name)

    def in_hours(bound: Bound, relation: str, moment: str, name: str) -> str:
        return with_in_hours(relation, moment, _calendar(process, bound), name)

    return Working(worked=worked, in_hours=in_hours, day=working_day_seconds(known[names[0]][0]))


def _names(process: Process) -> tuple[str, ...]:
    """Calendars of the process, each once."""
    if not isinstance(process.calendar, dict):
        return (process.calendar,) if process.calendar else ()
    return tuple(dict.fromkeys(name for branch, name in process.calendar.items() if branch != "by"))


def _calendar(process: Process, bound: Bound) -> str:
    return calendar_expression(process, bound) or "null::varchar"


def _extent(store: Engine) -> tuple[datetime, datetime] | None:
    """First and last moment in the store, ends of visits included."""
    schemas = store.rows(
        "select distinct table_schema from information_schema.tables where table_name = 'events' order by 1"
    )
    parts = [f"select happened_at, left_at from {quote(str(schema))}.events" for (schema,) in schemas]
    if not parts:
        return None
    events = " union all ".join(parts)
    first, last = store.row(
        f"select min(least(happened_at, left_at)), max(greatest(happened_at, left_at)) from ({events})"
    )
    return (first, last) if isinstance(first, datetime) and isinstance(last, datetime) else None
