"""When an action is due: working days counted, and nobody loaded with everything in one week."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.definitions.document import Span

MOST_IN_A_WEEK = 3
HOURS_A_WEEK = 10.0
"""Hours a week that one person has for the plan beside the daily work."""
MOST_HOURS = 2000.0
"""Of one action: a year's work; what takes longer is no action."""


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
    """What each person has to finish in which week, and the hours of each week that are given away already."""

    weeks: Counter[tuple[str, date]] = field(default_factory=Counter)
    hours: dict[tuple[str, date], float] = field(default_factory=dict)

    def place(self, who: str, due: date, *, begin: date, hours: float, worker: str | None = None) -> date:
        """The day from `due` on by which the work can be done and the person has room in that week; the same weekday.

        The hours are those of `worker` (default: who answers for it), week after week from `begin` on.
        """
        done = self._work(worker or who, begin, hours)
        while _monday(due) < done or self.weeks[who, _monday(due)] >= MOST_IN_A_WEEK:
            due += timedelta(weeks=1)
        self.weeks[who, _monday(due)] += 1
        return due

    def keep(self, who: str, due: date) -> None:
        """A day that was given before: it counts, and stays."""
        self.weeks[who, _monday(due)] += 1

    def _work(self, who: str, begin: date, hours: float) -> date:
        """Give away the hours; the week (its Monday) in which the last of them is."""
        week, left = _monday(begin), min(hours, MOST_HOURS)
        while True:
            taken = self.hours.get((who, week), 0.0)
            now = min(left, HOURS_A_WEEK - taken)
            self.hours[who, week] = taken + now
            left -= now
            if left <= 1e-9:
                return week
            week += timedelta(weeks=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
