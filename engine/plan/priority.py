"""What to do first: what an action may bring, by how sure it is and what it costs."""

from typing import Literal

WORK_DAY_HOURS = 8.0
LEAST_HOURS = 0.5
WITHOUT_COUNT = {"red": 10.0, "yellow": 3.0}
"""Cases a finding is taken for, where it does not say how many were lost."""
TRUST: dict[str, float] = {"supported": 1.0, "open": 0.5, "rule": 0.4}
"""How far an action may be trusted to meet what is wrong: its cause is borne out, not refuted, or none is named."""


def score(extra_money: float, probability: float, effort_days: float) -> float:
    """Expected extra money x probability that it is above zero / effort in person-days."""
    return extra_money * probability / effort_days


def overtakes_below(extra_money: float, probability: float, ahead: float) -> float:
    """The effort in person-days below which an action would come before one with the score `ahead`."""
    return extra_money * probability / ahead


def priority(lost_cases: int | None, severity: Literal["red", "yellow"], trust: str, hours: float) -> float:
    """Cases to be won back for an hour of work, until their money is estimated; quick wins come first."""
    cases = float(lost_cases) if lost_cases else WITHOUT_COUNT[severity]
    return cases * TRUST[trust] / max(hours, LEAST_HOURS)
