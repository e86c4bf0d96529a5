"""How long it takes to see whether an action worked: cases, months, the day of the review (D18)."""

import math
from calendar import monthrange
from datetime import date, timedelta
from statistics import NormalDist

LEVEL = 0.05
POWER = 0.8


def cases_needed(before: float, after: float, *, level: float = LEVEL, power: float = POWER) -> float:
    """Cases in each period to see a share change from `before` to `after`: the two-sample formula, two-sided.

    Not whole; infinite where nothing changes. (z(1-a/2)·√(2p̄q̄) + z(power)·√(p1q1+p2q2))² / (p1-p2)².
    """
    if before == after:
        return math.inf
    middle = (before + after) / 2
    under_null = NormalDist().inv_cdf(1 - level / 2) * math.sqrt(2 * middle * (1 - middle))
    under_change = NormalDist().inv_cdf(power) * math.sqrt(before * (1 - before) + after * (1 - after))
    return ((under_null + under_change) / (before - after)) ** 2


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cases_complete(due: date, cases: float, cases_per_month: float) -> date:
    """When enough cases have come after `due`, in whole months."""
    return add_months(due, math.ceil(math.ceil(cases) / cases_per_month - 1e-9))


def review_date(due: date, cases: float, cases_per_month: float, horizon_days: int) -> date:
    """`due`, whole months until enough cases have come, and the horizon in which the last of them may still arrive."""
    return cases_complete(due, cases, cases_per_month) + timedelta(days=horizon_days)
