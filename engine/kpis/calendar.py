"""Working time: when a calendar is open, and how many working seconds lie between two moments, in Python and in SQL."""

import bisect
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.definitions.calendar import Calendar, working_day_seconds
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.errors import KpiError, Location, Problem
from engine.kpis.calendar_days import ONE_DAY, Workdays

Hours = tuple[tuple[datetime, datetime], ...]
"""(opens, closes) in UTC without a zone, sorted, never touching."""

MARGIN = timedelta(days=400)
EPOCH = datetime(1970, 1, 1)
FIRST, LAST = datetime(1970, 1, 3), datetime(2100, 1, 1)
"""Beyond these nothing is covered: no source keeps such a moment."""
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
SLOTS = (86400, 43200, 28800, 21600, 14400, 10800, 7200, 3600, 1800, 1200, 900, 600, 300, 60)


# --- when a calendar is open ------------------------------------------------------------------------------------------


def opening_hours(calendar: Calendar, zone: str, since: date, until: date) -> Hours:
    """When the calendar is open from the beginning of `since` to the beginning of `until`, days of `zone`.

    Hours are what the clock on the wall shows: a shift over a change of the clock has its true length. A time that
    comes twice that night opens at its first and closes at its second coming; a time that is left out is the moment of
    the change. Raises KpiError for a calendar or zone that cannot be read.
    """
    clock = _zone(zone)
    first, last = _midnight(since), _midnight(until)
    begin, end = _closing(clock, first), _closing(clock, last)
    workdays = Workdays(calendar, since, until)
    found: list[tuple[datetime, datetime]] = []
    # a shift of the day before may reach into the first day
    for midnight in (first + timedelta(days=n) for n in range(-1, (last - first).days)):
        for start, stop in workdays.hours(midnight.date()):
            opens = max(begin, _opening(clock, midnight + start * MINUTE))
            closes = min(end, _closing(clock, midnight + stop * MINUTE))
            if opens < closes:
                found.append((opens, closes))
    return _merged(found)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where, hint = Location("voronka.yaml"), "write a name such as Europe/Moscow"
        problem = Problem(where=where, code="bad-zone", message=f"`{name}` is no time zone", hint=hint)
        raise KpiError([problem]) from None


def _merged(ranges: list[tuple[datetime, datetime]]) -> Hours:
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(ranges):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _opening(zone: ZoneInfo, wall: datetime) -> datetime:
    """UTC of the first moment at which the wall shows this time or a later one."""
    first, second = _offsets(zone, wall)
    return _change(zone, wall) if first < second else wall - first


def _closing(zone: ZoneInfo, wall: datetime) -> datetime:
    """UTC of the moment from which on the wall never again shows an earlier time."""
    first, second = _offsets(zone, wall)
    if first < second:
        return _change(zone, wall)
    before, after = _offsets(zone, wall - MINUTE)
    comes_twice = first > second and before > after
    return wall - second if comes_twice else wall - first


def _offsets(zone: ZoneInfo, wall: datetime) -> tuple[timedelta, timedelta]:
    """Offsets from UTC before and after a change of the clock at this time; equal on any other night."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return first, second


def _change(zone: ZoneInfo, wall: datetime) -> datetime:
    """UTC of the change of the clock that leaves this wall time out."""
    before, after = _offsets(zone, wall)
    low, high = wall - after, wall - before
    while high - low > MINUTE:
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        offset = middle.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).utcoffset()
        low, high = (middle, high) if offset == before else (low, middle)
    return high


# --- one moment at a time (simulated clock) ---------------------------------------------------------------------------


def worked_between(hours: Hours, start: datetime, end: datetime) -> int:
    """Whole working seconds, floored, from `start` to `end` (UTC without a zone); negative where `end` is earlier."""
    return (_open_until(hours, end) - _open_until(hours, start)) // SECOND


def _open_until(hours: Hours, moment: datetime) -> timedelta:
    return sum((min(moment, closes) - opens for opens, closes in hours if opens < moment), timedelta())


def next_opening(hours: Hours, moment: datetime) -> datetime:
    """The moment itself where the calendar is open then, else the next opening; KpiError where none is known."""
    place = bisect.bisect_right(hours, moment, key=lambda span: span[1])
    if place == len(hours):
        raise _beyond(f"no opening after {moment:%Y-%m-%d %H:%M} UTC is known")
    return max(moment, hours[place][0])


def add_working_seconds(hours: Hours, start: datetime, seconds: int) -> datetime:
    """The moment by which so many working seconds after `start` have passed: a closing, not the next opening."""
    moment = next_opening(hours, start)
    left = timedelta(seconds=seconds)
    for opens, closes in hours:
        begin = max(opens, moment)
        if begin < closes and left <= closes - begin:
            return begin + left
        left -= max(closes - begin, timedelta())
    raise _beyond(f"{seconds} working seconds after {start:%Y-%m-%d %H:%M} UTC are not known")


def add_working_days(hours: Hours, start: datetime, days: int, calendar: Calendar) -> datetime:
    """When a limit of so many working days is over: n working days are n times a working day in working seconds."""
    return add_working_seconds(hours, start, days * working_day_seconds(calendar))


def _beyond(message: str) -> KpiError:
    hint = "the calendar is known 400 days before and after the events of the log; look for a wrong year in the data"
    return KpiError([Problem(where=Location("voronka.yaml"), code="calendar-range", message=message, hint=hint)])


def calendars_of(settings: Settings) -> dict[str, tuple[Calendar, str]]:
    """Each calendar of the workspace with its zone, the workspace's where it names none."""
    return {name: (calendar, calendar.time_zone or settings.time_zone) for name, calendar in settings.calendars.items()}


# --- set-based --------------------------------------------------------------------------------------------------------


def create_working_time(
    engine: Engine, calendars: Mapping[str, tuple[Calendar, str]], since: date, until: date
) -> None:
    """Make the relations that `with_worked` and `with_in_hours` read, 400 days wider than `since` to `until` (UTC).

    `working_time(calendar, opens_at, closes_at, open_before)`: each opening; open_before in seconds, cumulative.
    `working_calendars(calendar, zone, first_slot, slot_us, since_us, until_us)`: where slots begin, what is covered.
    `working_slots(slot, low_us, high_us, offset_us)`: time cut into slots so short that each holds one open piece at
    most (a day for 9 to 18, two hours around a lunch, a minute at worst); the open microseconds up to t are
    offset_us + t held to [low_us, high_us]. A dense number joins much faster than the nearest earlier opening does, and
    is as exact.
    """
    begin = max(FIRST + MARGIN, _midnight(since)) - MARGIN
    end = min(LAST - MARGIN, _midnight(until)) + MARGIN + ONE_DAY
    hours = {
        name: opening_hours(calendar, zone, (begin - ONE_DAY).date(), (end + 2 * ONE_DAY).date())
        for name, (calendar, zone) in sorted(calendars.items())
    }
    rows = [
        [name, (opens - EPOCH) // SECOND, (closes - EPOCH) // SECOND]
        for name, openings in hours.items()
        for opens, closes in openings
    ]
    engine.execute(_WORKING_TIME, {"rows": json.dumps(rows)})
    named = [[name, calendars[name][1], _slot(openings)] for name, openings in hours.items()]
    bounds = {"since": (begin - EPOCH) // SECOND, "until": (end - EPOCH) // SECOND}
    engine.execute(_WORKING_CALENDARS, {"named": json.dumps(named), **bounds})
    engine.execute(_WORKING_SLOTS)


def _slot(hours: Hours) -> int:
    """The longest slot of which none holds pieces of two openings."""
    for seconds in SLOTS[:-1]:
        closed = [(closes - EPOCH - SECOND) // timedelta(seconds=seconds) for _, closes in hours]
        opened = [(opens - EPOCH) // timedelta(seconds=seconds) for opens, _ in hours]
        if all(last < first for last, first in zip(closed, opened[1:], strict=False)):
            return seconds
    return SLOTS[-1]


_WORKING_TIME = """
create or replace temp table working_time as
with given as (
  select unnest(from_json($rows::json, '["json"]')) as item),
opening as (
  select item ->> 0 as calendar,
         make_timestamp((item ->> 1)::bigint * 1000000) as opens_at,
         make_timestamp((item ->> 2)::bigint * 1000000) as closes_at
  from given)
select *,
       coalesce(sum(date_diff('second', opens_at, closes_at)) over (
         partition by calendar
         order by opens_at
         rows between unbounded preceding and 1 preceding), 0)::bigint as open_before
from opening
order by calendar, opens_at
"""

# slots of all calendars are numbered through: those of one follow those of another
_WORKING_CALENDARS = """
create or replace temp table working_calendars as
with given as (
  select unnest(from_json($named::json, '["json"]')) as item),
named as (
  select item ->> 0 as calendar,
         item ->> 1 as zone,
         (item ->> 2)::bigint * 1000000 as slot_us,
         $since::bigint * 1000000 as since_us,
         $until::bigint * 1000000 as until_us
  from given),
sized as (
  select *,
         until_us // slot_us - since_us // slot_us + 1 as slots
  from named)
select calendar,
       zone,
       (sum(slots) over (order by calendar) - slots - since_us // slot_us)::bigint as first_slot,
       slot_us,
       since_us,
       until_us
from sized
order by calendar
"""

# each opening gives the slots from its own to the one before the next opening; an empty one stands before the first
_WORKING_SLOTS = """
create or replace temp table working_slots as
with opening as (
  select calendar,
         epoch_us(opens_at) as opens_us,
         epoch_us(closes_at) as closes_us,
         open_before * 1000000 as before_us
  from working_time
  union all
  select calendar,
         since_us,
         since_us,
         0
  from working_calendars
  where not exists (
    from working_time
    where working_time.calendar = working_calendars.calendar
    and epoch_us(opens_at) // slot_us <= since_us // slot_us)),
numbered as (
  select opening.*,
         first_slot,
         slot_us,
         since_us // slot_us as first_number,
         until_us // slot_us as last_number,
         unnest(range(
           opens_us // slot_us,
           coalesce(
             lead(opens_us // slot_us) over (partition by calendar order by opens_us),
             until_us // slot_us + 1))) as number
  from opening
  join working_calendars using (calendar)),
piece as (
  select *,
         greatest(number * slot_us, opens_us) as low_us,
         least((number + 1) * slot_us, closes_us) as high_us
  from numbered
  where number between first_number and last_number)
select first_slot + number as slot,
       low_us,
       greatest(low_us, high_us) as high_us,
       before_us + least(low_us, closes_us) - opens_us - low_us as offset_us
from piece
order by slot
"""


def with_worked(relation_sql: str, start: str, end: str, calendar: str, as_: str) -> str:
    """A query: all columns of the relation, and `as_`: whole working seconds, floored, from `start` to `end` (bigint).

    `relation_sql` is a table or a query without its parentheses; `start`, `end` (timestamps, UTC) and `calendar` (a
    name) are SQL expressions over it. A moment out of hours counts from the next opening. Negative where `end` is
    earlier; null where a moment or the calendar is null. A calendar that was not made, or a moment that is not covered,
    makes the statement fail.
    """
    value = """floor((
             finish.offset_us + least(greatest(asked."~end", finish.low_us), finish.high_us)
             - opening.offset_us - least(greatest(asked."~start", opening.low_us), opening.high_us)
           ) / 1000000)::bigint"""
    return _looked_up(relation_sql, {"start": ("opening", start), "end": ("finish", end)}, calendar, value, as_)


def with_in_hours(relation_sql: str, moment: str, calendar: str, as_: str) -> str:
    """A query: all columns of the relation, and `as_`: whether the calendar is open at `moment` (boolean or null)."""
    value = """asked."~moment" >= opening.low_us and asked."~moment" < opening.high_us"""
    return _looked_up(relation_sql, {"moment": ("opening", moment)}, calendar, value, as_)


def _looked_up(relation_sql: str, moments: Mapping[str, tuple[str, str]], calendar: str, value: str, as_: str) -> str:
    """Each of the moments (name: alias of its slot, SQL) with its slot; `~` keeps clear of the relation's columns."""
    asked = "".join(f',\n         epoch_us({sql}) as "~{name}"' for name, (_, sql) in moments.items())
    hidden = ", ".join(f'"~{name}"' for name in ("calendar", *moments))
    missing = " or ".join(f'asked."~{name}" is null' for name in ("calendar", *moments))
    outside = " or ".join(f'asked."~{name}" < known.since_us or asked."~{name}" >= known.until_us' for name in moments)
    joins = "".join(
        f"""
left join working_slots as {alias}
  on {alias}.slot = known.first_slot + asked."~{name}" // known.slot_us"""
        for name, (alias, _) in moments.items()
    )
    return f"""
select asked.* exclude ({hidden}),
       case
         when {missing} then null
         when known.calendar is null then error('working time: a calendar that is not defined')
         when {outside} then error('working time: a moment that the calendar does not cover')
         else {value}
       end as {quote(as_)}
from (
  select *,
         {calendar} as "~calendar"{asked}
  from ({relation_sql})) as asked
left join working_calendars as known
  on known.calendar = asked."~calendar"{joins}
"""


def calendar_expression(process: Process, bound: Bound) -> str | None:
    """SQL of the calendar's name over `cases` (`a_NAME`); null for a branch that has none; None without a calendar."""
    if not isinstance(process.calendar, dict):
        return f"cast({bound(process.calendar)} as varchar)" if process.calendar else None
    column = quote(f"a_{process.calendar['by']}")
    branches = [(branch, name) for branch, name in process.calendar.items() if branch != "by"]
    cases = " ".join(f"when {bound(branch)} then {bound(name)}" for branch, name in branches)
    return f"cast(case {column} {cases} end as varchar)" if cases else "cast(null as varchar)"
