"""Working hours, days off and moved days of a calendar (calendars of voronka.yaml)."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import field

from engine.definitions.document import Duration, WrongValue, did_you_mean, shape

Ranges = tuple[tuple[int, int], ...]
"""(start, end) in minutes from midnight of the day a range begins; an end past 1440 lies on the next day."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 1440
_HOURS_HINT = 'write "09:00-18:00", "09:00-13:00,14:00-18:00", "22:00-06:00" or closed'


@shape
class Short:
    """How much earlier a worked day before a public holiday ends."""

    before_holiday: Duration


@shape
class Calendar:
    """Working hours: `hours` by days (`mon-fri`), each a list of ranges in one text (`09:00-13:00,14:00-18:00`)."""

    name: str = ""
    hours: dict[str, str]
    time_zone: str | None = None
    holidays: str | None = None
    short: Short | None = None
    days: dict[str, str] = field(default_factory=dict)


def parse_hours(text: str) -> Ranges:
    """Ranges of a day, sorted, in minutes; `closed` is none, an end at or before its start is on the next day.

    Raises WrongValue (`bad-hours`) for what is no range of times, for an empty range and for ranges that overlap.
    """
    if text.strip() == "closed":
        return ()
    ranges: list[tuple[int, int]] = []
    offset = 0
    for part in text.split(","):
        ranges.append(_range(part, offset))
        offset += len(part) + 1
    ranges.sort()
    for (_, end), (start, _) in itertools.pairwise(ranges):
        if start < end:
            raise WrongValue(f"ranges of `{text}` overlap", code="bad-hours", hint="write each hour once")
    if ranges[-1][1] > ranges[0][0] + DAY:
        raise WrongValue(f"ranges of `{text}` overlap past midnight", code="bad-hours", hint="write each hour once")
    return tuple(ranges)


def _range(part: str, offset: int) -> tuple[int, int]:
    offset += len(part) - len(part.lstrip())
    part = part.strip()
    match = re.fullmatch(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)", part)
    if not match:
        raise WrongValue(f"`{part}` is no range of times", code="bad-hours", hint=_HOURS_HINT, offset=offset)
    first, second, third, fourth = map(int, match.groups())
    start, end = first * 60 + second, third * 60 + fourth
    if start >= DAY or end > DAY or second > 59 or fourth > 59:
        raise WrongValue(f"`{part}` has no time of day", code="bad-hours", hint=_HOURS_HINT, offset=offset)
    if start == end:
        hint = "a whole day is 00:00-24:00, none is closed"
        raise WrongValue(f"`{part}` begins and ends at once", code="bad-hours", hint=hint, offset=offset)
    return start, end if end > start else end + DAY


def parse_days(key: str) -> tuple[int, ...]:
    """Weekdays of a key of `hours`, Monday is 0: `mon-fri`, `sun-thu` (over the week's end), `sat`, `mon,wed`.

    Raises WrongValue (`bad-days`).
    """
    days: list[int] = []
    for part in key.lower().split(","):
        first, dash, last = part.strip().partition("-")
        start = _weekday(first, key)
        length = (_weekday(last, key) - start) % 7 + 1 if dash else 1
        days += [(start + step) % 7 for step in range(length)]
    if len(set(days)) < len(days):
        raise WrongValue(f"`{key}` names a day twice", code="bad-days", hint="write each day once")
    return tuple(days)


def _weekday(word: str, key: str) -> int:
    if word.strip() in WEEKDAYS:
        return WEEKDAYS.index(word.strip())
    hint = did_you_mean(word.strip(), WEEKDAYS) or "write mon-fri, sun-thu or sat"
    raise WrongValue(f"`{key}` is no day or range of days", code="bad-days", hint=hint)


def parse_week(hours: Mapping[str, str]) -> tuple[Ranges, ...]:
    """Ranges of the seven days, Monday first. Raises WrongValue; a day that stands in two keys is `bad-days`."""
    week: dict[int, Ranges] = {}
    for key, text in hours.items():
        for day in parse_days(key):
            if day in week:
                message = f"`{key}` names {WEEKDAYS[day]}, which has its hours already"
                raise WrongValue(message, code="bad-days", hint="write each day once")
            week[day] = parse_hours(text)
    return tuple(week.get(day, ()) for day in range(7))


def parse_holidays(code: str) -> tuple[str, str | None]:
    """Country and subdivision of `RU` or `DE-BY`. Raises WrongValue (`bad-holidays`) for a place the library lacks."""
    import holidays

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        hint = did_you_mean(country, known) or "write an ISO code, such as RU, IL, NL or DE-BY"
        raise WrongValue(f"no holidays are known for `{code}`", code="bad-holidays", hint=hint)
    if part and part not in known[country]:
        hint = did_you_mean(part, known[country]) or f"parts of {country}: {', '.join(known[country]) or 'none'}"
        raise WrongValue(f"no holidays are known for `{code}`", code="bad-holidays", hint=hint)
    return country, part or None


def working_day_seconds(calendar: Calendar) -> int:
    """Length of a working day: the median over the open days of the plain week, in seconds (0 where all are closed).

    A limit of n working days (`2wd`) is n times this in working seconds, and a length in working hours shows as days by
    the same measure, so that both say the same on a calendar whose days differ. Holidays, short days and changes of the
    clock do not touch it.
    """
    import statistics

    lengths = [sum(end - start for start, end in ranges) for ranges in parse_week(calendar.hours) if ranges]
    return int(statistics.median(lengths) * 60) if lengths else 0
