"""Small versions, with fixed seeds, of the simulations that `make proof` runs in full."""

import pytest

from benchmarks.simulations.coverage import money, quantiles, shares
from benchmarks.simulations.headline import TRUE, headline, seen_later
from benchmarks.simulations.reds import audits_with_a_red_manager


def test_the_headline_is_within_two_points_of_the_truth() -> None:
    """Where the plain share says 31 and that of the last month 19, the headline says 38."""
    made = headline()
    assert made.value == pytest.approx(TRUE, abs=0.02)
    assert made.raw == pytest.approx(0.31, abs=0.015)
    assert made.last_month == pytest.approx(0.19, abs=0.02)


def test_a_later_export_looked_at_as_of_the_same_day_gives_the_same_facts() -> None:
    """What happened since is not known yet: every fact is the same, to the last bit."""
    now, later = seen_later(cases=2000)
    assert now == later
    assert len(now) > 50


def test_intervals_cover_the_truth() -> None:
    """Of 200 logs with 300 cases; the bounds leave room for so few logs."""
    for cell in (*shares(200, sizes=(300,), rates=(0.4,)), *quantiles(200, sizes=(300,)), *money(200, sizes=(300,))):
        assert 0.90 <= cell.covered <= 0.995, cell
        assert abs(cell.bias) < 0.05


def test_a_client_at_his_limits_has_no_red_managers() -> None:
    """In a hundred audits at most eight may show one, where five are promised of many."""
    assert audits_with_a_red_manager(100) <= 0.08
