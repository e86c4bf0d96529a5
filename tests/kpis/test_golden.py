"""Golden cases of the numbers, from logs in to facts out, to 1e-6."""

from typing import Any

import pytest

from engine.engines.duckdb import Engine
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from engine.kpis.stats.intervals import create_macros
from tests import logs
from tests.kpis.golden import golden, log_of_table, of_topic, only

near = pytest.approx


def close(value: float | None) -> Any:
    return None if value is None else near(value, rel=1e-6, abs=1e-6)


def merged(parts: list[list[list[int]]]) -> list[list[int]]:
    return [row for part in parts for row in part]


@pytest.mark.parametrize("name", of_topic("interval of a share"))
def test_interval_of_a_share(name: str) -> None:
    """The interval of a share is Wilson's, also for a fractional number of cases."""
    case = golden()[name]
    given, expected = case["input"], case["expected"]
    share = given.get("value", given.get("hits", 0) / given.get("n", 1))
    with Engine() as engine:
        create_macros(engine)
        bound = {"p": share, "n": float(given.get("n_eff", given.get("n")))}
        low, high = engine.row("select wilson_low($p::double, $n::double), wilson_high($p::double, $n::double)", bound)
    assert (low, high) == (close(expected["low"]), close(expected["high"]))


@pytest.mark.parametrize("exact_rows", [0, 10**9], ids=["pooled", "exact"])
@pytest.mark.parametrize("name", of_topic("conversion with open cases"))
def test_conversion_with_open_cases(name: str, exact_rows: int) -> None:
    """Cases that are still open count with what was seen of them; pooling times changes nothing."""
    given, expected = golden()[name]["input"], golden()[name]["expected"]
    point = f"{{kpi: conversion, from: received, to: contacted, within: {given['horizon']}s}}"
    fact = only(log_of_table(given["rows"], point), exact_rows=exact_rows)
    assert (fact.value, fact.n_eff) == (close(expected["value"]), close(expected["n_eff"]))
    assert (fact.low, fact.high) == (close(expected["low"]), close(expected["high"]))
    assert (fact.n, fact.known, fact.pending) == (expected["n"], expected["known"], expected["pending"])
    assert fact.horizon == given["horizon"]


def test_partials_of_case_partitions_add_up() -> None:
    """One estimate of the summed tables, not the mean of two estimates."""
    case = golden()["aj-merge"]
    point = f"{{kpi: conversion, from: received, to: contacted, within: {case['input']['horizon']}s}}"
    fact = only(log_of_table(merged(case["input"]["parts"]), point))
    assert fact.value == close(case["expected"]["merged_value"])


def test_horizon_by_the_ladder() -> None:
    """Without `within`, the horizon is the ladder step after 95 % of those who ever arrive have arrived."""
    case = golden()["horizon-rule"]
    days = [[row[0] * 86400, *row[1:]] for row in case["input"]["rows"]]
    fact = only(log_of_table(days, "{kpi: conversion, from: received, to: contacted}"))
    assert fact.horizon == case["expected"]["horizon"] * 86400
    forecast = golden()["aj-300-H45"]["input"]["rows"] == case["input"]["rows"]
    assert not forecast or fact.value is not None


@pytest.mark.parametrize("exact_rows", [0, 10**9], ids=["pooled", "exact"])
@pytest.mark.parametrize("name", [n for n in of_topic("quantile") if "limits" not in golden()[n]["input"]])
def test_quantile(name: str, exact_rows: int) -> None:
    """A quantile is the first time at which the curve gets there, its ends those at which the interval does."""
    given, expected = golden()[name]["input"], golden()[name]["expected"]
    rows = given.get("rows") or [[value, 1, 0, 0] for value in given["values"]]
    of = given.get("of", "all")
    point = f"{{kpi: elapsed, from: received, to: contacted, quantile: {given['p']}, of: {of}}}"
    horizons = {"sale.point": given["horizon"]} if "horizon" in given else {}
    fact = only(log_of_table(rows, point), horizons=horizons, exact_rows=exact_rows)
    assert (fact.value, fact.low, fact.high) == tuple(close(expected[end]) for end in ("value", "low", "high"))
    assert fact.reached is (None not in (fact.value, fact.low, fact.high))


def test_a_limit_on_a_quantile_and_on_the_share_within_it_agree() -> None:
    """low(P90) > L exactly when high(share within L) < 90 %."""
    case = golden()["quantile-share-duality"]
    rows, expected = case["input"]["rows"], case["expected"]
    for number, limit in enumerate(case["input"]["limits"]):
        fact = only(log_of_table(rows, f"{{kpi: within, from: received, to: contacted, limit: {limit}s}}"))
        assert (fact.low, fact.high) == (close(expected["share_low"][number]), close(expected["share_high"][number]))
        assert (expected["p90"]["low"] > limit) == ((fact.high or 0) < case["input"]["p"])


def test_share_within_a_limit() -> None:
    """Cases younger than the limit are censored, older unanswered ones are breaches."""
    given, expected = golden()["within-limit-pending"]["input"], golden()["within-limit-pending"]["expected"]
    fact = only(
        log_of_table(given["rows"], f"{{kpi: within, from: received, to: contacted, limit: {given['limit']}s}}")
    )
    assert (fact.value, fact.n_eff) == (close(expected["value"]), close(expected["n_eff"]))
    assert (fact.low, fact.high) == (close(expected["low"]), close(expected["high"]))
    assert (fact.n, fact.known, fact.pending) == (expected["n"], expected["known"], expected["pending"])


FUNNEL = """
process: sale
initial: received
states:
  - {{name: received}}
  - {{name: contacted}}
  - {{name: qualified}}
  - {{name: estimated}}
  - {{name: quoted}}
  - {{name: won, final: true, outcome: won}}
  - {{name: lost, final: true, outcome: lost}}
happy_path: [received, contacted, qualified, estimated, quoted, won]
transitions:
  - {{trigger: go, source: received, dest: contacted}}
  - {{trigger: give_up, source: "*", dest: lost}}
control_points:
  point: {{kpi: conversion, from: {from_}, to: {to}, within: 24s, strict: {strict}}}
"""


@pytest.mark.parametrize("name", of_topic("reached, skipped, reopened"))
def test_reached(name: str) -> None:
    """Who reached `from` and `to`, when; who left; who skipped; who began before the log did."""
    given, expected = golden()[name]["input"], golden()[name]["expected"]
    strict = "yes" if given["strict"] else "no"
    process = logs.process(FUNNEL.format(from_=given["from"], to=given["to"], strict=strict))
    log = logs.log(process, given["cases"], until=given["as_of"])
    fact = only(log)
    assert (fact.n, fact.skipped) == (expected["n"], expected["skipped"])
    assert fact.value == close(expected["value_at_24"])
    assert kinds(log) == {kind: sorted(expected[kind]) for kind in ("arrived", "gone", "pending")}
    assert log.truncated == 1


def kinds(log: Any) -> dict[str, list[list[Any]]]:
    """Cases and times by kind, as the rows of the measure have them."""
    from engine.kpis.compute import measure_of, wanted_of
    from engine.kpis.rows_timed import timed_rows

    request = Request(control_point=log.process.control_points["point"])
    wanted = wanted_of(log, request)
    measure = measure_of(log, request.control_point)
    rows = log.engine.rows(
        f"""
select k, case_id, s
from ({timed_rows(wanted, measure, 24)})
join {log.relation("cases")} using (case_key)
order by case_id""",
        wanted.bound,
    )
    return {
        word: [[case, s] for k, case, s in rows if k == no] for no, word in enumerate(("arrived", "gone", "pending"))
    }


AMOUNTS = """
process: sale
initial: received
states: [{name: received}, {name: won, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
happy_path: [received, won]
transitions: [{trigger: pay, source: received, dest: won}, {trigger: give_up, source: received, dest: lost}]
control_points:
  won: {kpi: value, of: amount, outcome: won}
  mean: {kpi: value, of: amount, outcome: won, how: mean}
  quoted: {kpi: value, of: amount}
  by_money: {kpi: ratio, of: won, per: quoted}
"""


def log_of_amounts(amounts: list[tuple[float, int]]) -> Any:
    cases = {f"c{number}": [("received", 0), ("won" if won else "lost", 1)] for number, (_, won) in enumerate(amounts)}
    attributes = {f"c{number}": {"amount": float(amount)} for number, (amount, _) in enumerate(amounts)}
    return logs.log(logs.process(AMOUNTS), cases, attributes, types={"amount": "money"})


def test_mean_and_sum_of_money() -> None:
    """Intervals of money are computed on the log scale."""
    amounts = [(amount, 1) for amount in golden()["money-mean"]["input"]["amounts"]]
    log = log_of_amounts(amounts)
    mean, expected = only(log, "mean"), golden()["money-mean"]["expected"]
    assert (mean.value, mean.low, mean.high) == tuple(close(expected[key]) for key in ("mean", "low", "high"))
    total, expected = only(log, "won"), golden()["money-sum"]["expected"]
    assert (total.value, total.low, total.high) == tuple(close(expected[key]) for key in ("sum", "low", "high"))


def test_conversion_by_money() -> None:
    """Won money per quoted money is a ratio estimator with its error from the spread between cases."""
    given, expected = golden()["conversion-by-money"]["input"], golden()["conversion-by-money"]["expected"]
    fact = only(log_of_amounts(given["rows"]), "by_money")
    assert fact.value == close(expected["value"])
    assert fact.high is not None
    assert fact.value is not None
    assert (fact.high - fact.value) / student(7) == close(expected["se"])


def student(df: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, df))


def test_ratio_of_counters() -> None:
    """Receipts per visitor: no share of cases, so its interval comes from the spread between periods."""
    given, expected = golden()["counts-ratio"]["input"], golden()["counts-ratio"]["expected"]
    process = logs.process(
        AMOUNTS + "  per_visitor: {kpi: ratio, of: receipts, per: visitors}\ncounters: [visitors, receipts]\n"
    )
    with Engine() as engine:
        engine.execute('create schema "source:counts"')
        engine.execute(
            'create table "source:counts".counts '
            "(process varchar, period_start date, channel varchar, counter varchar, value double)"
        )
        rows: list[tuple[Any, ...]] = []
        for day, pair in enumerate(given["rows"], 1):
            for counter, value in zip(given["columns"], pair, strict=True):
                rows.append(("sale", f"2026-03-{day:02}", "shop", counter, float(value)))
        engine.insert('"source:counts".counts', ("process", "period_start", "channel", "counter", "value"), rows)
        log = logs.log(process, {"A": [("received", 0)]}, engine=engine)
        fact = only(log, "per_visitor")
        assert (fact.value, fact.low, fact.high) == tuple(close(expected[key]) for key in ("value", "low", "high"))


def test_maturity() -> None:
    """A period is mature once its cases have had their horizon before the earliest export of the sources."""
    case = golden()["maturity"]
    from datetime import datetime

    from engine.events.relations import prepare

    process = logs.process(FUNNEL.format(from_="received", to="contacted", strict="no").replace("24s", "60d"))
    with Engine() as engine:
        cases = {
            f"c{month}{day}": [("received", datetime(2026, month, day)), ("contacted", datetime(2026, month, day, 1))]
            for month in range(1, 7)
            for day in range(1, 29)
        }
        logs.store(engine, process, cases, source="crm")
        logs.store(engine, process, {"x": [("contacted", datetime(2026, 6, 29))]}, source="calls")
        reports = [
            logs.report("crm", datetime.fromisoformat(case["input"]["exported"]["crm"])),
            logs.report("calls", datetime.fromisoformat(case["input"]["exported"]["calls"])),
        ]
        log = prepare(engine, process, logs.settings(), reports, as_of=None)
        assert log.observed_until == datetime.fromisoformat(case["expected"]["observed_until"])
        compute(log, [Request(control_point=process.control_points["point"])], "month")
        mature = [
            f.period.since.strftime("%Y-%m") for f in facts(engine, periods=True) if f.period and f.maturity == "mature"
        ]
    assert mature == case["expected"]["mature"]
