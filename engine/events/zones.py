"""Local times to UTC in SQL, by the offsets of a time zone: the same answer for gaps and overlaps every time."""

import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STEP = timedelta(days=7)
KNOWN = datetime(1900, 1, 1), datetime(2100, 1, 1)
"""Between these, changes of offset are looked for: programs write 0001-01-01 and 9999-12-31 for no date at all."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of offset (seconds east of UTC) at a moment of UTC."""

    at: datetime
    before: int
    after: int

    @property
    def ends(self) -> datetime:
        """The local time from which the new offset is taken (a doubtful hour is read by the old one)."""
        return self.at + timedelta(seconds=max(self.before, self.after))

    @property
    def begins(self) -> datetime:
        """The local time from which the hour is doubtful: it happens twice, or never."""
        return self.at + timedelta(seconds=min(self.before, self.after))


@functools.cache
def zone(name: str) -> ZoneInfo | None:
    """A time zone, or None where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def changes(name: ZoneInfo, since: datetime, until: datetime) -> tuple[Change, ...]:
    """The changes of offset between two naive moments, a few days wider."""
    found = []
    low, end = known(since) - 2 * STEP, known(until) + 2 * STEP
    while low < end:
        high = low + STEP
        before, after = _offset(name, low), _offset(name, high)
        if before != after:
            found.append(Change(_moment(name, low, high, before), before, after))
        low = high
    return tuple(found)


def known(moment: datetime) -> datetime:
    """The moment, or the nearest one of which offsets are asked."""
    return min(max(moment, KNOWN[0]), KNOWN[1])


def _offset(name: ZoneInfo, at: datetime) -> int:
    offset = at.replace(tzinfo=UTC).astimezone(name).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _moment(name: ZoneInfo, low: datetime, high: datetime, before: int) -> datetime:
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(name, middle) == before else (low, middle)
    return high


def to_utc(local: str, name: ZoneInfo, since: datetime, until: datetime) -> str:
    """SQL of a local time as UTC, for times between `since` and `until` (local, naive)."""
    steps = changes(name, since, until)
    if not steps:
        return _shifted(local, _offset(name, known(since)))
    branches = " ".join(f"when {local} < {_literal(step.ends)} then {_shifted(local, step.before)}" for step in steps)
    return f"(case {branches} else {_shifted(local, steps[-1].after)} end)"


def doubtful(local: str, name: ZoneInfo, since: datetime, until: datetime) -> str | None:
    """SQL that is true for local times that happen twice or never; None where there is none between the two."""
    tests = [
        f"({local} >= {_literal(step.begins)} and {local} < {_literal(step.ends)})"
        for step in changes(name, since, until)
        if step.ends >= since and step.begins <= until
    ]
    return f"({' or '.join(tests)})" if tests else None


def _shifted(local: str, offset: int) -> str:
    if not offset:
        return local
    return f"make_timestamp(epoch_us({local}) - {offset * 1_000_000})"  # a third of the time an interval takes


def _literal(moment: datetime) -> str:
    return f"timestamp '{moment.isoformat(' ')}'"
