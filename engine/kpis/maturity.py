"""When to look again whether an action worked: cases that show the change, months, the day of the review (D18)."""

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """When a plan item can be judged: months of cases, the day they are complete, the day they have matured."""

    months: int
    cases_complete: date
    review: date


def cases_needed_exact(before: float, after: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """Cases per period to see a change of a share with this power in a two-sided test of this level.

    Source: the classic formula for two independent shares (pooled variance under no change): n = (z(1−level/2)·√(2p̄q̄)
    + z(power)·√(p0q0 + p1q1))² / (p1 − p0)². ValueError where the shares are equal or outside [0, 1].
    """
    if before == after or not (0 <= before <= 1 and 0 <= after <= 1):
        raise ValueError("two different shares are needed")
    normal, middle = NormalDist(), (before + after) / 2
    none = normal.inv_cdf(1 - level / 2) * math.sqrt(2 * middle * (1 - middle))
    some = normal.inv_cdf(power) * math.sqrt(before * (1 - before) + after * (1 - after))
    return float(((none + some) / (after - before)) ** 2)


def cases_needed(before: float, after: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """The same as whole cases."""
    return math.ceil(cases_needed_exact(before, after, power=power, level=level))


def review_date(due: date, cases: int, cases_per_month: float, horizon: int) -> Review:
    """Due + whole months until so many cases have come + the horizon (seconds, whole days upwards) (D18).

    ValueError where no cases come.
    """
    if cases_per_month <= 0:
        raise ValueError("no cases come in a month")
    months = math.ceil(cases / cases_per_month)
    complete = _months_later(due, months)
    return Review(months=months, cases_complete=complete, review=complete + timedelta(days=math.ceil(horizon / 86400)))


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
