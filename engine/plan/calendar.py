"""When an action is due: working days counted, and nobody loaded with everything in one week."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.definitions.document import Span

MOST_IN_A_WEEK = 3


def due_on(as_of: date, span: Span) -> date:
    """`as_of` and the span: days of 24 h, begun ones count whole; `2wd` is two days of Monday to Friday."""
    if span.working_days:
        return add_working_days(as_of, span.working_days)
    return as_of + timedelta(days=math.ceil(span.seconds / 86_400))


def add_working_days(day: date, count: int) -> date:
    """The `count`-th day of Monday to Friday after `day`."""
    weeks, rest = divmod(count, 5)
    start = day - timedelta(days=max(0, day.weekday() - 4))
    found = start + timedelta(weeks=weeks)
    return found + timedelta(days=rest + (2 if found.weekday() + rest > 4 else 0))


@dataclass(slots=True)
class Load:
    """What each person has to finish in which week."""

    weeks: Counter[tuple[str, date]] = field(default_factory=Counter)

    def place(self, who: str, due: date) -> date:
        """The first week from `due` on in which the person has room; the same weekday."""
        while self.weeks[who, _monday(due)] >= MOST_IN_A_WEEK:
            due += timedelta(weeks=1)
        self.weeks[who, _monday(due)] += 1
        return due


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
