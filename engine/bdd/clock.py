"""The simulated clock: local moments of one calendar, time that passes on the wall or in working hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.bdd.words import Wait
from engine.definitions.calendar import Calendar, working_day_seconds

if TYPE_CHECKING:
    from engine.kpis.calendar import Hours

_MARGIN = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time zone of a process, and the calendar its working hours come from (None: it has none)."""

    zone: str
    calendar: Calendar | None

    def later(self, now: datetime, wait: Wait) -> datetime:
        """The local moment at which so much time has passed since `now` (local, without a zone)."""
        if not wait.business:
            return self._local(self._utc(now) + timedelta(seconds=wait.seconds))
        from engine.kpis.calendar import add_working_seconds

        seconds = wait.seconds + wait.working_days * self.working_day()
        return self._local(add_working_seconds(self._hours(now), self._utc(now), seconds))

    def passed(self, start: datetime, end: datetime, *, business: bool) -> int:
        """Whole seconds from one local moment to another."""
        if not business:
            return int((self._utc(end) - self._utc(start)).total_seconds())
        from engine.kpis.calendar import worked_between

        return worked_between(self._hours(start, end), self._utc(start), self._utc(end))

    def working_day(self) -> int:
        """Seconds of a working day of the calendar."""
        return working_day_seconds(self._own())

    def _own(self) -> Calendar:
        if self.calendar is None:
            raise LookupError("the process has no calendar")
        return self.calendar

    def _hours(self, start: datetime, end: datetime | None = None) -> "Hours":
        from engine.kpis.calendar import opening_hours

        until = (end or start) + (timedelta(days=2) if end else _MARGIN)
        return opening_hours(self._own(), self.zone, (start - timedelta(days=2)).date(), until.date())

    def _utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)

    def _local(self, utc: datetime) -> datetime:
        return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
