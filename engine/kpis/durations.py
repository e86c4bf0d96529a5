"""How long it is between two moments: the one place where it is computed, by the wall clock or in working time."""

from typing import Literal

from engine.engines.sql import Bound, text_literal
from engine.events.log import EventLog


class NotAssessable(Exception):
    """A number that the data cannot give; the note of the fact says why."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


def local_sql(log: EventLog, moment: str) -> str:
    """A moment (UTC) in the workspace's zone."""
    if log.time_zone in ("UTC", "Etc/UTC"):
        return f"({moment})"
    return f"(({moment}) at time zone 'UTC' at time zone {text_literal(log.time_zone)})"


def with_seconds(
    log: EventLog,
    bound: Bound,
    relation: str,
    start: str,
    end: str,
    day_only: str,
    clock: Literal["wall", "business"],
    name: str,
) -> str:
    """A query: the relation with `name`, the whole seconds from `start` to `end`, floored.

    Where `day_only` holds, a moment is a date: whole calendar days in the workspace's zone, times 86,400.
    Raises NotAssessable for the business clock where the log cannot count working time.
    """
    if clock == "business":
        if log.worked is None:
            raise NotAssessable("no-calendar")
        timed, seconds = log.worked(bound, relation, start, end, name), f'"{name}"'
    else:
        timed = f"select *, (epoch_us({end}) - epoch_us({start})) // 1000000 as {name} from ({relation})"
        seconds = name
    if not log.has_days:
        return timed
    days = f"date_diff('day', {local_sql(log, start)}::date, {local_sql(log, end)}::date) * 86400"
    return f"select * replace (case when {day_only} then {days} else {seconds} end as {name}) from ({timed})"
