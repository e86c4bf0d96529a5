"""Review dates and priorities, to the golden numbers."""

import json
import math
from datetime import date
from pathlib import Path

import pytest

from engine.plan.power import add_months, cases_complete, cases_needed, review_date
from engine.plan.priority import overtakes_below, priority, score

GOLDEN = json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())["cases"]
TO_SEE = [case for case in GOLDEN if case["id"].startswith("cases-to-see")]


def golden(identity: str):  # type: ignore[no-untyped-def]
    """One golden case."""
    return next(case for case in GOLDEN if case["id"] == identity)


@pytest.mark.parametrize("case", TO_SEE, ids=[case["id"] for case in TO_SEE])
def test_cases_needed(case) -> None:  # type: ignore[no-untyped-def]
    """The cases it takes to see a change with 80 % power at 5 % are the golden ones."""
    n = cases_needed(case["input"]["before"], case["input"]["after"])
    assert n == pytest.approx(case["expected"]["n_exact"], rel=1e-6)
    assert math.ceil(n) == case["expected"]["n"]
    assert math.ceil(n) / case["input"]["cases_per_month"] == pytest.approx(case["expected"]["months"], abs=1e-6)


def test_review_date() -> None:
    """Review = due + whole months until enough cases have come + horizon."""
    given, expected = golden("review-date")["input"], golden("review-date")["expected"]
    due = date.fromisoformat(given["due"])
    complete = cases_complete(due, given["cases_needed"], given["cases_per_month"])
    assert complete == date.fromisoformat(expected["cases_complete"])
    review = review_date(due, given["cases_needed"], given["cases_per_month"], given["horizon_days"])
    assert review == date.fromisoformat(expected["review"])


def test_nothing_changes() -> None:
    """No number of cases shows a change that is none."""
    assert cases_needed(0.4, 0.4) == math.inf


def test_months() -> None:
    """A month later is the same day, or the last one of a shorter month; years are passed."""
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 15), 14) == date(2028, 1, 15)


def test_score() -> None:
    """Extra money x probability / effort; and the effort below which the second would lead."""
    case = golden("priority")
    items = case["input"]["items"]
    scores = [score(i["extra_won"] * i["order"], i["probability"], i["effort"]) for i in items]
    assert scores == pytest.approx(case["expected"]["scores"])
    b = items[1]
    effort = overtakes_below(b["extra_won"] * b["order"], b["probability"], max(scores))
    assert effort == pytest.approx(case["expected"]["b_leads_when_its_effort_is_below"])


def test_quick_wins() -> None:
    """Before money is known: cases for an hour of work, by how sure the cause is; red before yellow."""
    assert priority(100, "red", "supported", 2) > priority(100, "red", "supported", 8)
    assert priority(100, "red", "supported", 2) > priority(100, "red", "open", 2) > priority(100, "red", "rule", 2)
    assert priority(None, "red", "rule", 2) > priority(None, "yellow", "rule", 2)
    assert priority(100, "red", "rule", 0) == priority(100, "red", "rule", 0.5)
