"""What to do first: what an action may bring, by how sure it is and what it costs; what would turn the order round."""

from typing import Literal

WORK_DAY_HOURS = 8.0
LEAST_HOURS = 0.5
WITHOUT_COUNT = {"red": 10.0, "yellow": 3.0}
"""Cases a finding is taken for, where it does not say how many were lost."""
TRUST: dict[str, float] = {"supported": 1.0, "segment": 0.8, "part": 0.5, "open": 0.5, "rule": 0.4}
"""How far an action may be trusted to meet what is wrong: its cause is borne out, it is about those who are worse (and
why all are, or a part of it), its cause is not refuted, or none is named."""
ALIKE = 0.9
"""Scores within ten percent of the best of them are alike, so that a few cases more do not turn a plan round."""


def score(extra_money: float, probability: float, effort_days: float) -> float:
    """Expected extra money x probability that it is above zero / effort in person-days."""
    return extra_money * probability / effort_days


def days(hours: float) -> float:
    """Effort in person-days; what takes no time still takes half an hour."""
    return max(hours, LEAST_HOURS) / WORK_DAY_HOURS


def overtakes_below(extra_money: float, probability: float, ahead: float) -> float:
    """The effort in person-days below which an action would come before one with the score `ahead`."""
    return extra_money * probability / ahead


def guess(lost_cases: int | None, severity: Literal["red", "yellow"], trust: str) -> float:
    """What stands for an effect that nobody can put a number to: the cases beyond the limit, by how sure the cause is.

    Of use only to order such actions among themselves.
    """
    cases = float(lost_cases) if lost_cases else WITHOUT_COUNT[severity]
    return cases * TRUST[trust]
