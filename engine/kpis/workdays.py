"""Which hours a calendar has on which day: the week, holidays, moved days, short days, days of its own."""

import csv
import functools
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING

from engine.definitions.calendar import Calendar, Ranges, parse_holidays, parse_hours, parse_week
from engine.definitions.document import WrongValue, parse_day
from engine.errors import KpiError, Location, Problem

if TYPE_CHECKING:
    import holidays

ONE_DAY = timedelta(days=1)
FRIDAY = 4


class Workdays:
    """The hours of each day from `since` to `until`; raises KpiError where the calendar's texts cannot be read."""

    def __init__(self, calendar: Calendar, since: date, until: date) -> None:
        try:
            self._week = parse_week(calendar.hours)
            self._own = {parse_day(day): parse_hours(text) for day, text in calendar.days.items()}
            self._days_off = _days_off(calendar.holidays, since, until)
        except WrongValue as wrong:
            where, message = Location("voronka.yaml"), f"calendar `{calendar.name}`: {wrong}"
            raise KpiError([Problem(where=where, code=wrong.code, message=message, hint=wrong.hint)]) from None
        self._cut = calendar.short.before_holiday.seconds // 60 if calendar.short else 0
        self._official = official_short_days(calendar.holidays) if calendar.holidays else {}

    def hours(self, day: date) -> Ranges:
        """Ranges that begin on this day, in local minutes from its midnight."""
        if day in self._own:
            return self._own[day]
        if self._is_off(day):
            return ()
        moved = self._days_off is not None and day in self._days_off.weekend_workdays
        ranges = self._week[FRIDAY if moved else day.weekday()]
        return shortened(ranges, self._cut) if self._cut and self._is_short(day) else ranges

    def _is_off(self, day: date) -> bool:
        return self._days_off is not None and day in self._days_off

    def _is_short(self, day: date) -> bool:
        if day.year in self._official:
            return day in self._official[day.year]
        return self._is_public_holiday(day + ONE_DAY)

    def _is_public_holiday(self, day: date) -> bool:
        """A holiday itself or the day off given for it; not a day off that was only moved here from elsewhere."""
        if self._days_off is None or day not in self._days_off:
            return False
        label = getattr(self._days_off, "substituted_label", None)
        moved = self._days_off.tr(label).partition("%s")[0] if label else ""
        return not moved or any(not name.startswith(moved) for name in self._days_off.get_list(day))


def shortened(ranges: Ranges, minutes: int) -> Ranges:
    """The ranges of a day that ends so much earlier: the last one is cut, then the one before it where need be."""
    while ranges and minutes:
        *before, (start, end) = ranges
        cut = min(minutes, end - start)
        minutes -= cut
        ranges = (*before, (start, end - cut)) if end - cut > start else tuple(before)
    return ranges


def _days_off(code: str | None, since: date, until: date) -> "holidays.HolidayBase | None":
    if code is None:
        return None
    import holidays

    country, part = parse_holidays(code)
    return holidays.country_holidays(country, subdiv=part, years=range(since.year - 1, until.year + 2), expand=False)


@functools.cache
def official_short_days(code: str) -> Mapping[int, frozenset[date]]:
    """Official short days by year, of the years that are known; empty for a country of which none are shipped."""
    file = resources.files("engine.kpis") / "short_days" / f"{code.partition('-')[0]}.csv"
    if not file.is_file():
        return {}
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {
        int(row["year"]): frozenset(date.fromisoformat(f"{row['year']}-{day}") for day in row["days"].split())
        for row in csv.DictReader(lines)
    }
