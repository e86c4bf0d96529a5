"""A limit on a quantile and the share within it are one question with one answer (D5, D6, D12)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.definitions.document import read_text
from engine.definitions.rule import Rule, Rules
from engine.kpis import timed_facts
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from engine.rules.verdicts import judge, read_verdicts
from tests import logs
from tests.kpis.golden import TWO_STEPS, log_of_table

LIMIT = 10
RULES = """
rules:
  - {{name: quantile, title: t, control_point: point, yellow: "> {limit}s", red: "> {limit}s", at_least: {least}}}
  - {{name: within, title: t, control_point: kept, yellow: "< {p}", red: "< {p}", at_least: {least}}}
"""
table = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8
).filter(lambda rows: sum(row[1] for row in rows) > 0)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table, st.sampled_from([0.5, 0.8, 0.9]))
def test_the_quantile_and_the_share_within_a_limit_never_disagree(
    rows: list[tuple[int, int, int, int]], p: float
) -> None:
    """Red, yellow and green are the same word for both, whatever is open and whoever left; or one cannot say yet."""
    point = f"{{kpi: elapsed, from: received, to: contacted, quantile: {p}, of: all}}"
    kept = f"\n  kept: {{kpi: within, from: received, to: contacted, limit: {LIMIT}s}}"
    log = log_of_table(rows, point + kept)
    compute(log, [Request(control_point=one) for one in log.process.control_points.values()], ())
    units = {("sale", "point"): ("seconds", "lower"), ("sale", "kept"): ("ratio", "higher")}
    judge(log.engine, _rules(p), (log.process,), units)
    words = {place[1]: verdicts[0].verdict for place, verdicts in read_verdicts(log.engine).items()}
    log.engine.close()
    assert words["point"] == words["kept"] or "grey" in words.values()


def _rules(p: float) -> tuple[Rule, ...]:
    text = RULES.format(limit=LIMIT, p=p, least=1)
    made = read_text(text, "rules.yaml").shaped(Rules)
    assert isinstance(made, Rules)
    return made.rules


def test_the_share_at_a_limit_stands_on_the_fact_of_the_quantile() -> None:
    """F(Y), pooled and exact: what the score test of a segment takes."""
    log = log_of_table([(3, 4, 0, 0), (9, 3, 1, 1), (30, 2, 0, 0)], "{kpi: elapsed, from: received, to: contacted}")
    request = Request(control_point=log.process.control_points["point"], limit=9.0)
    for exact_rows in (0, 10**9):
        compute(log, [request], (), horizons={"sale.point": 60}, exact_rows=exact_rows)
        assert log.engine.row("select round(at_limit, 9), limit_at from facts") == (0.7, 9.0)


def test_a_curve_made_dimension_by_dimension_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What very large logs need: facts of the whole, of segments and of weeks do not depend on how they are made."""
    point = "{kpi: elapsed, from: received, to: contacted, of: all}"
    process = logs.process(TWO_STEPS.format(point=point) + "  kept: {kpi: conversion, from: received, to: contacted}\n")
    cases: dict[str, list[tuple[str, int]]] = {}
    for number in range(60):
        end = [("contacted", number * 9000 + number % 7 * 50)] if number % 3 else []
        cases[f"c{number}"] = [("received", number * 9000), *end]
    managers = {name: {"manager": f"m{number % 4}"} for number, name in enumerate(cases)}
    made = []
    for at_once in (10**9, 0):
        monkeypatch.setattr(timed_facts, "ROWS_AT_ONCE", at_once)
        log = logs.log(process, cases, managers, uses=("manager",))
        requests = [Request(control_point=one, by=("manager",)) for one in log.process.control_points.values()]
        compute(log, requests, ("day", "week"))
        made.append(facts(log.engine))
        log.engine.close()
    assert len(made[0]) > 10
    for one, other in zip(*made, strict=True):
        assert one.key == other.key
        for name in ("value", "raw", "low", "high", "n_eff", "forecast"):
            wanted = getattr(other, name)
            assert getattr(one, name) == (None if wanted is None else pytest.approx(wanted, rel=1e-6)), (one.key, name)
