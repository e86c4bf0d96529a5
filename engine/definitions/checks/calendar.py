"""Checks of the calendars of voronka.yaml."""

import contextlib
from collections.abc import Iterator

from engine.definitions.calendar import Calendar
from engine.definitions.checks.common import not_keys, unknown, wrong_value
from engine.definitions.document import Document, Path_, WrongValue, parse_day
from engine.definitions.hours import DAYS, Ranges, overlapping_day, parse_days, parse_hours
from engine.errors import Problem


def check_calendar(document: Document, path: Path_, calendar: Calendar) -> Iterator[Problem]:
    """Problems of one calendar; its time zone is checked with the others."""
    yield from not_keys(document, path, ("name",))
    yield from _week(document, (*path, "hours"), calendar)
    yield from _days(document, (*path, "days"), calendar)
    if calendar.holidays is not None:
        yield from _holidays(document, (*path, "holidays"), calendar.holidays)
    elif calendar.short is not None:
        message, hint = "`short` needs to know the public holidays", "add holidays: RU (or another country)"
        yield document.problem((*path, "short"), "short-without-holidays", message, hint, key=True)


def _week(document: Document, path: Path_, calendar: Calendar) -> Iterator[Problem]:
    week: dict[int, Ranges] = {}
    keys: dict[int, str] = {}
    wrong_ones = False
    for days, hours in calendar.hours.items():
        weekdays: tuple[int, ...] = ()
        ranges: Ranges = ()
        try:
            weekdays = parse_days(days)
        except WrongValue as wrong:
            wrong_ones = True
            yield wrong_value(document, (*path, days), wrong, key=True)
        try:
            ranges = parse_hours(hours)
        except WrongValue as wrong:
            wrong_ones = True
            yield wrong_value(document, (*path, days), wrong)
        for day in weekdays:
            if day in week:
                message, hint = f"{DAYS[day]} stands twice in the hours", "name each day once"
                yield document.problem((*path, days), "day-twice", message, hint, key=True)
                break
        week |= dict.fromkeys(weekdays, ranges)
        keys |= dict.fromkeys(weekdays, days)
    if not wrong_ones:
        yield from _sense(document, path, week, keys)


def _sense(document: Document, path: Path_, week: dict[int, Ranges], keys: dict[int, str]) -> Iterator[Problem]:
    if not any(week.values()):
        message, hint = "the calendar is never open", "write hours: {mon-fri: '09:00-18:00'}"
        yield document.problem(path, "never-open", message, hint, key=True)
    day = overlapping_day(week)
    if day is not None:
        message = f"the hours of {DAYS[day]} begin before those of {DAYS[(day - 1) % 7]} are over (past midnight)"
        yield document.problem((*path, keys[day]), "hours-overlap", message)


def _days(document: Document, path: Path_, calendar: Calendar) -> Iterator[Problem]:
    for day, hours in calendar.days.items():
        try:
            parse_day(day)
        except WrongValue as wrong:
            yield wrong_value(document, (*path, day), wrong, key=True)
        try:
            parse_hours(hours)
        except WrongValue as wrong:
            yield wrong_value(document, (*path, day), wrong)


def _holidays(document: Document, path: Path_, code: str) -> Iterator[Problem]:
    from holidays.registry import EntityLoader

    codes = set(EntityLoader.get_country_codes())
    if code not in codes:
        known = code.upper() if code.upper() in codes else ""
        yield unknown(document, path, "unknown-holidays", "country", code, [known] if known else sorted(codes))


def time_zone_problem(document: Document, path: Path_, name: str | None) -> Iterator[Problem]:
    """A time zone that this computer does not know."""
    import zoneinfo

    if name is None:
        return
    with contextlib.suppress(KeyError, ValueError, OSError):
        zoneinfo.ZoneInfo(name)
        return
    yield unknown(document, path, "unknown-time-zone", "time zone", name, _zones(name))


def _zones(name: str) -> list[str]:
    """Time zones to guess from: full names, and for `Moscow` those whose last part it resembles."""
    import zoneinfo

    zones = sorted(zoneinfo.available_timezones())
    last = name.casefold().replace(" ", "_")
    exact = [zone for zone in zones if zone.casefold().rpartition("/")[2] == last.rpartition("/")[2]]
    return exact or zones
