"""Working time against an oracle that shares no code with it: it looks at the clock on the wall minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.calendar import Calendar, Short
from engine.definitions.document import Span
from engine.engines.duckdb import Engine
from engine.kpis.calendar import create_working_time, opening_hours, with_in_hours, with_worked, worked_between

MADE = "'made'"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LIBRARY = {code: holidays.country_holidays(code, years=range(2024, 2028)) for code in ("RU", "IL", "NL")}
# the official short days of the weeks below
SHORT_IN_RUSSIA = {"2024-11-02", "2025-11-01", "2026-04-30", "2026-05-08", "2026-06-11"}


def _text_of(calendar: Calendar, day: date) -> str:
    """The hours of a day as they were written."""
    if day.isoformat() in calendar.days:
        return calendar.days[day.isoformat()]
    name = NAMES[day.weekday()]
    if calendar.holidays:
        known = LIBRARY[calendar.holidays]
        if day in known:
            return "closed"
        name = "fri" if day in known.weekend_workdays else name
    for key, text in calendar.hours.items():
        first, _, last = key.partition("-")
        at = NAMES.index(first)
        while NAMES[at] != (last or first) and NAMES[at] != name:
            at = (at + 1) % 7
        if NAMES[at] == name:
            return text
    return "closed"


def _minutes(text: str) -> list[list[int]]:
    """For each range the minutes it holds, from midnight of its day."""
    shifts = []
    for part in text.split(",") if text != "closed" else []:
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in part.split("-"))
        shifts.append(list(range(start, end if end > start else end + 1440)))
    return shifts


def _shifts(calendar: Calendar, day: date) -> list[list[int]]:
    shifts = _minutes(_text_of(calendar, day))
    own = day.isoformat() in calendar.days
    if calendar.short is None or calendar.holidays is None or own:
        return shifts
    tomorrow = day + DAY
    short = day.isoformat() in SHORT_IN_RUSSIA if calendar.holidays == "RU" else tomorrow in LIBRARY[calendar.holidays]
    for _ in range(calendar.short.before_holiday.seconds // 60 if short else 0):
        if shifts and not shifts[-1]:
            shifts.pop()
        if shifts:
            shifts[-1].pop()
    return [shift for shift in shifts if shift]


def _opened(calendar: Calendar, zone: str, first: datetime, last: datetime) -> set[datetime]:
    """Every open minute of [first, last), UTC: a shift is open from its first minute to its last, however long."""
    found: dict[tuple[date, int], list[datetime]] = {}
    known = {
        (first.date() + n * DAY): _shifts(calendar, first.date() + n * DAY) for n in range(-3, (last - first).days + 4)
    }
    minute = first - DAY
    while minute < last + DAY:
        wall = minute.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        for back in (0, 1):
            day = wall.date() - back * DAY
            for number, shift in enumerate(known[day]):
                if wall.hour * 60 + wall.minute + 1440 * back in shift:
                    found.setdefault((day, number), []).append(minute)
        minute += MINUTE
    opened: set[datetime] = set()
    for minutes in found.values():
        opened.update(minutes[0] + n * MINUTE for n in range((minutes[-1] - minutes[0]) // MINUTE + 1))
    return {minute for minute in opened if first <= minute < last}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def _hours(draw: st.DrawFn) -> str:
    """One or two ranges at odd minutes; the last may pass midnight or end with the day."""
    times = sorted(draw(st.sets(st.integers(0, 287), min_size=4, max_size=4)))
    a, b, c, d = (5 * time + draw(st.integers(0, 4)) for time in times)
    kind = draw(st.sampled_from(["one", "two", "night", "end", "closed"]))
    if kind == "closed":
        return "closed"
    if kind == "night":
        return f"{_clock(b)}-{_clock(c)},{_clock(d)}-{_clock(a)}"
    if kind == "end":
        return f"{_clock(a)}-24:00"
    return f"{_clock(a)}-{_clock(b)}" + (f",{_clock(c)}-{_clock(d)}" if kind == "two" else "")


@st.composite
def _calendars(draw: st.DrawFn, week: date) -> Calendar:
    keys = draw(
        st.sampled_from([["mon-fri"], ["sun-thu"], ["mon-sun"], ["fri-mon"], ["mon-fri", "sat"], ["thu", "fri"]])
    )
    return Calendar(
        name="made",
        hours={key: draw(_hours()) for key in keys},
        holidays=draw(st.sampled_from([None, "RU", "IL", "NL"])),
        short=draw(
            st.sampled_from([None, Short(before_holiday=Span.parse("1h")), Short(before_holiday=Span.parse("9h"))])
        ),
        days={(week + draw(st.integers(0, 3)) * DAY).isoformat(): draw(_hours())} if draw(st.booleans()) else {},
    )


# weeks in which something happens: changes of the clock, holidays, moved and short days
WEEKS = ["2024-10-31", "2025-10-30", "2026-03-05", "2026-03-26", "2026-10-23", "2026-04-28", "2026-05-06", "2026-06-09"]
ZONES = [
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
]


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.data())
def test_python_and_sql_agree_with_the_clock_on_the_wall(data: st.DataObject) -> None:
    """Random calendars, zones and intervals around changes of the clock, holidays, moved and short days."""
    week = date.fromisoformat(data.draw(st.sampled_from(WEEKS)))
    calendar, zone = data.draw(_calendars(week)), data.draw(st.sampled_from(ZONES))
    start = datetime(week.year, week.month, week.day) + data.draw(st.integers(0, 3 * 1440)) * MINUTE
    end = start + data.draw(st.integers(0, 3 * 1440)) * MINUTE
    opened = _opened(calendar, zone, start, end)
    hours = opening_hours(calendar, zone, week - 2 * DAY, week + 9 * DAY)
    assert worked_between(hours, start, end) == 60 * len(opened)
    assert worked_between(hours, end, start) == -60 * len(opened)
    with Engine() as engine:
        create_working_time(engine, {"other": (Calendar(hours={}), "UTC"), "made": (calendar, zone)}, week, week)
        times = f"select timestamp '{start}' as a, timestamp '{end}' as b"
        assert engine.rows(f"select w from ({with_worked(times, 'a', 'b', MADE, 'w')})") == [(60 * len(opened),)]
        assert engine.rows(f"select w from ({with_in_hours(times, 'a', MADE, 'w')})") == [
            (start in _opened(calendar, zone, start, start + MINUTE),)
        ]
