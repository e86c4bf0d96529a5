"""The little language of working hours: `mon-fri`, `09:00-13:00,14:00-18:00`, `22:00-06:00`, `closed`."""

import re
from collections.abc import Mapping
from itertools import pairwise

from engine.definitions.document import WrongValue, did_you_mean, shortened

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
Ranges = tuple[tuple[int, int], ...]
"""(begin, end) in seconds from midnight; an end beyond 86 400 is on the next day."""


def parse_days(text: str) -> tuple[int, ...]:
    """`fri`, `mon-fri`, `sun-thu` (passes the week's end), `mon,wed` as weekdays, Monday is 0; in that order."""
    days: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().casefold().partition("-")
        begin = _weekday(first.strip(), text)
        end = _weekday(last.strip(), text) if dash else begin
        days.extend((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(days)


def _weekday(word: str, text: str) -> int:
    if word not in DAYS:
        hint = did_you_mean(word, DAYS) or "write mon, mon-fri or mon,wed,fri"
        raise WrongValue(f"`{shortened(text)}` is no day of the week", code="bad-hours", hint=hint)
    return DAYS.index(word)


def parse_hours(text: str) -> Ranges:
    """Ranges of one day, ascending, from midnight in seconds; `closed` gives none."""
    if text.strip().casefold() == "closed":
        return ()
    ranges = sorted(_range(part.strip(), text) for part in text.split(","))
    for (_, end), (begin, _) in pairwise(ranges):
        if begin < end:
            raise WrongValue(f"ranges overlap in `{shortened(text)}`", code="hours-overlap", hint="join them into one")
    return tuple(ranges)


def _range(part: str, text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", part)
    hint = "write 09:00-18:00, 09:00-13:00,14:00-18:00, 22:00-06:00 or closed"
    if not match:
        raise WrongValue(f"`{shortened(text)}` are no working hours", code="bad-hours", hint=hint)
    hour, minute, to_hour, to_minute = map(int, match.groups())
    begin, end = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
    if minute > 59 or to_minute > 59 or begin >= DAY_SECONDS or end > DAY_SECONDS:
        raise WrongValue(f"`{shortened(part)}` holds no time of day", code="bad-hours", hint=hint)
    if begin == end:
        raise WrongValue(f"`{shortened(part)}` is empty", code="bad-hours", hint="write 00:00-24:00 for the whole day")
    return begin, end if end > begin else end + DAY_SECONDS


def overlapping_day(week: Mapping[int, Ranges]) -> int | None:
    """The first weekday whose hours begin before those of the day before (past midnight) are over."""
    for day in sorted(week):
        spill = max((end - DAY_SECONDS for _, end in week.get((day - 1) % 7, ())), default=0)
        if any(begin < spill for begin, _ in week[day]):
            return day
    return None
