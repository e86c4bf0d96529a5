"""Signals, changes and dates of review against the golden cases (to 1e-6) and at their edges."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from engine.kpis.compare import Estimate, Funnel, SegmentCredits, difference, mix_and_rate, stage_parts
from engine.kpis.maturity import (
    cases_needed,
    cases_needed_exact,
    review_date,
)
from engine.kpis.signals import assurance, finest_grain, xmr

HERE = Path(__file__)
PLACES = [HERE.parents[1] / "golden-stat.json", HERE.parents[2] / ".." / "shared" / "golden" / "golden-stat.json"]
GOLDEN = next((place for place in PLACES if place.exists()), None)
pytestmark = pytest.mark.skipif(GOLDEN is None, reason="golden-stat.json is not there")
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"] if GOLDEN else []


def _cases(topic: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["topic"] == topic]


def near(expected: object) -> object:
    """Equal to 1e-6."""
    return pytest.approx(expected, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("case", [case for case in _cases("signal layer") if case.id.startswith("xmr")])
def test_signals(case: dict[str, Any]) -> None:
    """Limits and signals are those of NHSRplotthedots."""
    made, expected = xmr(case["input"]["values"], screen_outliers=case["input"]["screen_outliers"]), case["expected"]
    for name in ("mean", "average_moving_range", "lower", "upper"):
        assert getattr(made, name) == near(expected[name])
    for name in ("outside", "shift", "trend", "two_of_three"):
        assert list(getattr(made, name)) == expected[name]


@pytest.mark.parametrize("case", [case for case in _cases("signal layer") if case.id == "assurance"])
def test_assurance(case: dict[str, Any]) -> None:
    """A limit beyond the limits of the process is met always or never; for what should be low, the other way round."""
    given_ = case["input"]
    words = [assurance(given_["lower"], given_["upper"], limit, given_["better"]) for limit in given_["limits"]]
    assert words == case["expected"]["words"]
    turned = [assurance(given_["lower"], given_["upper"], limit, "lower") for limit in given_["limits"]]
    assert turned == ["misses", *words[1:-1], "meets"]


def test_signals_of_a_flat_and_of_a_short_series() -> None:
    """A series that never moves has no signals; one value has no chart; clipped limits do not touch the rules."""
    flat = xmr([5.0] * 20)
    assert (flat.lower, flat.upper, flat.points) == (5.0, 5.0, ())
    with pytest.raises(ValueError, match="two values"):
        xmr([1.0])
    assert xmr([0.1, 0.3, 0.1, 0.3]).shown_limits(0, 1)[0] == 0


def test_finest_grain() -> None:
    """Thirteen periods with cases enough in each: weeks where days are too thin, nothing where months are too few."""
    assert finest_grain({"day": [40] * 20, "week": [200] * 13}, 30) == "day"
    assert finest_grain({"day": [40] * 20 + [3], "week": [200] * 13}, 30) == "week"
    assert finest_grain({"day": [3] * 180, "week": [20] * 26, "month": [90] * 6}, 30) is None


@pytest.mark.parametrize("case", _cases("comparison"))
def test_difference(case: dict[str, Any]) -> None:
    """Newcombe for two shares, MOVER for any two facts with an interval."""
    given_ = case["input"]
    if "hits1" in given_:
        after, before = (
            Estimate(value=given_[f"hits{k}"] / given_[f"n{k}"], low=low, high=high)
            for k in (1, 0)
            for low, high in [proportion_confint(given_[f"hits{k}"], given_[f"n{k}"], method="wilson")]
        )
    else:
        after, before = Estimate(**given_["first"]), Estimate(**given_["second"])
    made = difference(after, before)
    assert {name: getattr(made, name) for name in case["expected"]} == near(case["expected"])


def test_difference_without_an_end() -> None:
    """An end that is not reached leaves the end that needs it open, and only that."""
    made = difference(Estimate(value=5, low=3, high=None), Estimate(value=2, low=1, high=4))
    assert made.high is None
    assert made.low == pytest.approx(3 - 8**0.5)


@pytest.mark.parametrize("case", _cases("mix and rate parts"))
def test_mix_and_rate(case: dict[str, Any]) -> None:
    """Parts by segment, their sums and the headline."""
    rows = [dict(zip(case["input"]["columns"], row, strict=True)) for row in case["input"]["rows"]]
    made = mix_and_rate(
        [
            SegmentCredits(segment=r["segment"], n0=r["n0"], credits0=r["hits0"], n1=r["n1"], credits1=r["hits1"])
            for r in rows
        ]
    )
    expected = case["expected"]
    for name in {"before", "after", "change", "mix", "rate"} & set(expected):
        assert getattr(made, name) == near(expected[name])
    for part, (segment, mix, rate) in zip(made.parts, expected.get("parts", []), strict=False):
        assert (part.segment, part.mix, part.rate) == (segment, near(mix), near(rate))
    assert made.headline == expected.get("headline")


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=1, max_size=5))
def test_mix_and_rate_add_up(rows: list[tuple[int, int, int, int]]) -> None:
    """Whatever the segments, mix + rate is the change; periods swapped only change the signs."""
    segments = [
        SegmentCredits(segment=str(at), n0=a + b, credits0=a, n1=c + d, credits1=c)
        for at, (a, b, c, d) in enumerate(rows)
    ]
    if not sum(s.n0 for s in segments) or not sum(s.n1 for s in segments):
        with pytest.raises(ValueError, match="both periods"):
            mix_and_rate(segments)
        return
    made = mix_and_rate(segments)
    assert made.mix + made.rate == pytest.approx(made.change, abs=1e-12)
    swapped = [
        SegmentCredits(segment=s.segment, n0=s.n1, credits0=s.credits1, n1=s.n0, credits1=s.credits0) for s in segments
    ]
    back = mix_and_rate(swapped)
    assert (back.mix, back.rate) == (pytest.approx(-made.mix, abs=1e-12), pytest.approx(-made.rate, abs=1e-12))


@pytest.mark.parametrize("case", _cases("which stage brought the change"))
def test_which_stage(case: dict[str, Any]) -> None:
    """Log-mean parts add up to the change in won cases."""
    before, after = (
        Funnel(volume=case["input"][side]["volume"], stages=tuple(case["input"][side]["stages"]))
        for side in ("before", "after")
    )
    made, expected = stage_parts(before, after), case["expected"]
    for name in ("won_before", "won_after", "change", "volume"):
        assert getattr(made, name) == near(expected[name])
    assert made.stages is not None
    assert list(made.stages) == near(expected["stages"])
    assert made.volume is not None
    assert made.volume + sum(made.stages) == pytest.approx(made.change)


def test_which_stage_at_its_edges() -> None:
    """A stage that lets nobody through leaves no parts, and says so; no change has parts that cancel out."""
    made = stage_parts(Funnel(volume=100, stages=(0.5, 0.0)), Funnel(volume=100, stages=(0.5, 0.2)))
    assert (made.volume, made.stages, made.note) == (None, None, "a stage lets nobody through")
    same = stage_parts(Funnel(volume=100, stages=(0.5, 0.2)), Funnel(volume=100, stages=(0.2, 0.5)))
    assert same.stages is not None
    assert sum(same.stages) == pytest.approx(0)


@pytest.mark.parametrize("case", [case for case in _cases("review date") if case.id != "review-date"])
def test_cases_needed(case: dict[str, Any]) -> None:
    """Cases per period for 80 % power."""
    before, after = case["input"]["before"], case["input"]["after"]
    assert cases_needed_exact(before, after) == near(case["expected"]["n_exact"])
    assert cases_needed(before, after) == case["expected"]["n"]
    assert cases_needed(before, after) / case["input"]["cases_per_month"] == near(case["expected"]["months"])


@pytest.mark.parametrize("case", [case for case in _cases("review date") if case.id == "review-date"])
def test_review_date(case: dict[str, Any]) -> None:
    """Due + months of cases + horizon."""
    given_, expected = case["input"], case["expected"]
    due = date.fromisoformat(given_["due"])
    made = review_date(due, given_["cases_needed"], given_["cases_per_month"], given_["horizon_days"] * 86400)
    assert (made.months, str(made.cases_complete), str(made.review)) == tuple(expected.values())
    assert review_date(date(2026, 1, 31), 90, 90, 0).cases_complete == date(2026, 2, 28)
