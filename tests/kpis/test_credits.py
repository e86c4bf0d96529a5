"""Credits of cases: golden, their mean is the headline, their sum over open cases the forecast (D11)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.kpis.compute import Request
from engine.kpis.credits import credit_rows
from tests.kpis.golden import golden, log_of_table, only

few = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONVERSION = "{{kpi: conversion, from: received, to: contacted, within: {horizon}s}}"


def credits_of(log: Any) -> list[tuple[Any, ...]]:
    """(seconds since START, credit, pending) of each case, sorted."""
    rows = credit_rows(log, Request(control_point=log.process.control_points["point"]))
    assert rows is not None
    sql = f"select case_key, credit, pending from ({rows.sql}) order by 1"
    return log.engine.rows(sql, rows.bound)  # type: ignore[no-any-return]


def test_golden_credits() -> None:
    """An open case counts as the chance that a case of its age still has."""
    case = golden()["credit-ties"]
    given_ = case["input"]
    log = log_of_table(given_["rows"], CONVERSION.format(horizon=given_["horizon"]))
    found = credits_of(log)
    expected = case["expected"]
    assert sum(row[1] for row in found) / len(found) == pytest.approx(expected["mean"], abs=1e-6)
    pending = sorted(row[1] for row in found if row[2])
    wanted = sorted(
        row[3]
        for row, counts in zip(expected["credits"], given_["rows"], strict=True)
        if row[0] < given_["horizon"]
        for _ in range(counts[3])
    )
    assert pending == pytest.approx(wanted, abs=1e-6)


def test_golden_forecast() -> None:
    """How many of the open cases will still come."""
    case = golden()["credit-forecast"]
    log = log_of_table(case["input"]["rows"], CONVERSION.format(horizon=case["input"]["horizon"]))
    expected = case["expected"]
    fact = only(log)
    assert fact.value == pytest.approx(expected["headline"], abs=1e-6)
    assert fact.forecast == pytest.approx(expected["expected_from_pending"], abs=1e-6)
    found = credits_of(log)
    assert sum(row[1] for row in found if row[2]) == pytest.approx(expected["expected_from_pending"], abs=1e-6)
    assert sum(row[1] == 1 for row in found if not row[2]) == expected["arrived_by_H"]


table = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8
).filter(lambda rows: sum(sum(row[1:]) for row in rows) > 0)


@few
@given(table, st.integers(1, 12))
def test_the_mean_credit_is_the_headline(rows: list[tuple[int, int, int, int]], horizon: int) -> None:
    """To 1e-12, whatever is open; a credit is a share."""
    log = log_of_table(rows, CONVERSION.format(horizon=horizon))
    fact, found = only(log), credits_of(log)
    assert len(found) == fact.n
    assert sum(row[1] for row in found) / len(found) == pytest.approx(fact.value, abs=1e-12)
    assert all(-1e-12 <= row[1] <= 1 + 1e-12 for row in found)
    log.engine.close()


def test_a_time_has_credits_by_its_limit() -> None:
    """Who kept the limit counts as 1; without a limit there are no credits."""
    log = log_of_table([(1, 2, 0, 0), (5, 1, 1, 0)], "{kpi: elapsed, from: received, to: contacted, of: all}")
    request = Request(control_point=log.process.control_points["point"])
    assert credit_rows(log, request) is None
    rows = credit_rows(log, request, limit=3.0)
    assert rows is not None
    assert log.engine.row(f"select sum(credit), count(*) from ({rows.sql})", rows.bound) == (2.0, 4)
