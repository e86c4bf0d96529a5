"""Did it work: golden numbers, words, and that luck is not taken for success."""

import pytest

from benchmarks.simulations.worked import verdicts
from engine.plan.worked import Counted, did_it_work
from tests.rules.golden import golden


@pytest.mark.parametrize("name", ["did-it-work-equal-managers", "did-it-work-real-difference"])
def test_golden(name: str) -> None:
    """Pooled share, tau², shrunken baseline, change, interval and word are the golden ones."""
    given, expected = golden(name)
    before = [Counted(n=n, hits=hits) for n, hits in zip(given["n"], given["hits"], strict=True)]
    found = did_it_work(before, given["chosen"], Counted(n=given["after_n"], hits=given["after_hits"]))
    for field, value in expected.items():
        assert getattr(found, field) == (value if field == "verdict" else pytest.approx(value, abs=1e-6)), field


def test_words() -> None:
    """The direction is that of the control point, and few cases after are too early whatever they say."""
    before = [Counted(n=400, hits=hits) for hits in (40, 160, 165, 170)]
    up = Counted(n=400, hits=200)
    assert did_it_work(before, 0, up).verdict == "worked"
    assert did_it_work(before, 0, up, better="lower").verdict == "made it worse"
    assert did_it_work(before, 2, Counted(n=400, hits=60)).verdict == "made it worse"
    assert did_it_work(before, 2, Counted(n=400, hits=60), better="lower").verdict == "worked"
    assert did_it_work(before, 0, Counted(n=29, hits=29)).verdict == "too early"
    assert did_it_work(before, 0, up, at_least=500).verdict == "too early"


def test_the_others_are_shown_beside() -> None:
    """A change that came to all shows in the control line."""
    before = [Counted(n=200, hits=60), Counted(n=200, hits=80), Counted(n=0, hits=0)]
    after = Counted(n=200, hits=80)
    found = did_it_work(before, 0, after, others_after=[Counted(n=200, hits=100)])
    assert found.control
    assert (found.control.before, found.control.after) == (0.4, 0.5)
    assert found.control.low < found.control.change < found.control.high
    assert did_it_work(before, 0, after).control is None


def test_cases_are_needed() -> None:
    """Without cases before or after there is nothing to compare."""
    with pytest.raises(ValueError, match="before and after"):
        did_it_work([Counted(n=100, hits=4)], 0, Counted(n=0, hits=0))


def test_the_worst_of_equals_has_not_improved() -> None:
    """The worst of ten equal managers comes back by itself; that is called success in few logs (all: benchmarks)."""
    said = verdicts(300)
    assert said["worked"] <= 0.06 * 300
    assert verdicts(300, n=300, change=0.1)["worked"] >= 0.87 * 300
