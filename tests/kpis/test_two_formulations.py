"""Every KPI computed twice, independently: set-based SQL and loops over cases."""

import pytest

from tests.kpis.naive import disagreements


@pytest.mark.parametrize("seed", range(60))
def test_both_formulations_agree(seed: int) -> None:
    """On a random log with ties, returns, open cases and forbidden moves, every KPI has one answer."""
    assert disagreements(seed) == []
