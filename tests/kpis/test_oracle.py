"""The same numbers by a loop over cases in Python, by statsmodels and by numpy; and what must hold of any log."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from engine.events.log import EventLog
from engine.kpis.compute import Request, compute, measure_of, wanted_of
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.kpis.process_flow import flow
from engine.kpis.rows_timed import timed_rows
from tests import logs
from tests.kpis.golden import log_of_table, only

PROCESS = """
process: sale
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: quoted}
  - {name: thinking}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
  - {name: spam, final: true, outcome: void}
happy_path: [received, contacted, quoted, won]
skips: allowed
transitions:
  - {trigger: reach, source: received, dest: contacted}
  - {trigger: quote, source: [contacted, thinking], dest: quoted}
  - {trigger: think, source: [contacted, quoted], dest: thinking}
  - {trigger: pay, source: quoted, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
  - {trigger: junk, source: received, dest: spam}
control_points:
  contact: {kpi: conversion, from: received, to: contacted, within: 6s}
  quote: {kpi: conversion, from: contacted, to: quoted, within: 6s}
  strict: {kpi: conversion, from: contacted, to: quoted, within: 6s, strict: yes}
  lost: {kpi: conversion, from: received, to: lost, within: 6s}
  wait: {kpi: elapsed, from: received, to: contacted, of: all}
  kept: {kpi: conformance}
"""
PATH = ["received", "contacted", "quoted", "won"]
FINAL = {"won", "lost", "spam"}
UNTIL = 30
ORDER = {name: position for position, name in enumerate(PATH)}

events = st.lists(
    st.tuples(st.sampled_from([*PATH, "thinking", "lost", "spam"]), st.integers(0, 20)), min_size=1, max_size=6
)
some_cases = st.lists(events, min_size=1, max_size=8).map(lambda rows: {f"c{n}": row for n, row in enumerate(rows)})
few = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(few, max_examples=8)


def ordered(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Time, happy path first, file order, a final state last; equal consecutive states once."""

    def rank(item: tuple[int, tuple[str, int]]) -> tuple[int, int, int]:
        number, (state, time) = item
        return (time, 1000 if state in FINAL else ORDER.get(state, 500), number)

    path: list[tuple[str, int]] = []
    for _, (state, time) in sorted(enumerate(rows), key=rank):
        if not path or path[-1][0] != state:
            path.append((state, time))
    return path


def entries(path: list[tuple[str, int]], state: str, later: bool) -> list[int]:
    return [t for s, t in path if s == state or (later and state in ORDER and ORDER.get(s, -1) >= ORDER[state])]


def naive(cases: Mapping[str, list[tuple[str, int]]], point: Any) -> dict[str, tuple[str, int]]:
    """Case -> (kind, seconds) of a pair, by the words of the definition (D7)."""
    start, end, strict, own = point.start, point.end, point.strict, point.own
    found = {}
    for case, rows in cases.items():
        path = ordered(rows)
        if path[-1][0] == "spam":
            continue
        if path[0][0] != "received":
            stages = [ORDER[state] for state, _ in path if state in ORDER]
            times = {state: min(t for s, t in path if s == state) for state, _ in path if state in ORDER}
            first = min(times, key=lambda s: (times[s], ORDER[s])) if stages else None
            beyond = first is None or ORDER[first] > ORDER[start]
            if beyond and not any(state == start for state, _ in path):
                continue

        starts = entries(path, start, later=not strict)
        if not starts or (own and not entries(path, start, later=False)):
            continue
        t0 = min(entries(path, start, later=False)) if own else min(starts)
        ends = entries(path, end, later=not strict)
        if strict or end not in ORDER:
            ends = [t for t in ends if t >= t0]
        if ends and own and min(ends) < t0:
            continue
        if ends:
            found[case] = ("arrived", min(ends) - t0)
        elif path[-1][0] in FINAL:
            found[case] = ("gone", path[-1][1] - t0)
        else:
            found[case] = ("pending", UNTIL - t0)
    return found


def log_of(cases: Mapping[str, list[tuple[str, int]]], **options: Any) -> EventLog:
    return logs.log(logs.process(PROCESS), cases, until=UNTIL, **options)


@few
@given(some_cases)
def test_times_equal_a_loop_over_cases(cases: dict[str, list[tuple[str, int]]]) -> None:
    """Who arrived, left or is open, and after how long: set-based and by a loop."""
    log = log_of(cases)
    for name in ("contact", "quote", "strict", "lost", "wait"):
        point = log.process.control_points[name]
        measure: Any = measure_of(log, point)
        wanted = wanted_of(log, Request(control_point=point))
        sql = (
            f"select case_id, k, s from ({timed_rows(wanted, measure, None)}) join cases using (case_key) where k <= 2"
        )
        rows = log.engine.rows(sql, wanted.bound)
        words = ("arrived", "gone", "pending")
        assert {case: (words[int(str(k))], s) for case, k, s in rows} == naive(cases, measure), name
    log.engine.close()


@few
@given(some_cases)
def test_every_visit_is_accounted_for(cases: dict[str, list[tuple[str, int]]]) -> None:
    """entered = advanced + aside + moved back + lost + void + open + resting + reopened, and the rest of D9."""
    log = log_of(cases)
    found = flow(log)
    for stage in found.stages:
        parts = (stage.advanced, stage.aside, stage.moved_back, stage.lost, stage.void, stage.open)
        assert stage.entered == sum(parts) + stage.resting + stage.reopened
        assert min(parts) >= 0
        assert stage.reached - stage.skipped <= stage.entered
    (lost,) = [stage for stage in found.stages if stage.state == "lost"]
    assert lost.entered - lost.reopened == found.lost
    assert found.won + found.lost + found.void + found.open == found.cases == len(cases)
    assert sum(loss.cases for loss in found.loss) == found.lost
    kept = found.conformance
    assert kept.conforming + kept.pending + kept.deviating == kept.cases
    log.engine.close()


def _rounded(fact: Fact) -> Fact:
    """The fact without the last digits, which the order of a sum decides."""
    floats = {key: round(value, 12) for key, value in asdict(fact).items() if isinstance(value, float)}
    return replace(fact, **floats)  # type: ignore[arg-type]


@fewer
@given(some_cases, st.randoms(use_true_random=False))
def test_order_of_cases_and_size_of_partitions_do_not_matter(
    cases: dict[str, list[tuple[str, int]]], dice: Any
) -> None:
    """Rows in another order, cases in small partitions, cells in turn give the same facts; shares are in [0, 1]."""
    shuffled = dict(sorted(cases.items(), key=lambda _: dice.random()))
    found = []
    for given_cases, options, turns in (
        (cases, {}, {}),
        (shuffled, {}, {}),
        (cases, {"events_at_once": 12}, {"rows_at_once": 0}),
    ):
        log = log_of(given_cases, **options)
        requests = [Request(control_point=point) for point in log.process.control_points.values()]
        compute(log, requests, ("week", "month"), **turns)
        found.append(([_rounded(fact) for fact in facts(log.engine)], flow(log)))
        log.engine.close()
    assert found[0] == found[1] == found[2]
    for fact in found[0][0]:
        if fact.control_point != "wait" and fact.value is not None:
            assert -1e-12 <= (fact.low or 0) <= fact.value + 1e-12 <= (fact.high or 0) + 2e-12 <= 1 + 1e-9


table = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8
).filter(lambda rows: sum(row[1] for row in rows) > 0)


@fewer
@given(table, st.integers(1, 12))
def test_curve_equals_statsmodels(rows: list[tuple[int, int, int, int]], horizon: int) -> None:
    """Aalen-Johansen to 1e-9, also when equal times are pooled."""
    times = [t for t, *counts in rows for count in counts for _ in range(count)]
    status = [kind for _, *counts in rows for kind, count in zip((1, 2, 0), counts, strict=True) for _ in range(count)]
    point = f"{{kpi: conversion, from: received, to: contacted, within: {horizon}s}}"
    exact, pooled = (only(log_of_table(rows, point), exact_rows=limit) for limit in (10**9, 0))
    with np.errstate(all="ignore"):
        curve = CumIncidenceRight(np.array(times, dtype=float), np.array(status))
    before = np.flatnonzero(curve.times <= horizon)
    expected = float(curve.cinc[0][before[-1]]) if len(before) else 0.0
    assert exact.value == pytest.approx(expected, abs=1e-9)
    assert (pooled.value, pooled.low, pooled.high) == pytest.approx((exact.value, exact.low, exact.high), abs=1e-9)
    assert pooled.n_eff == pytest.approx(exact.n_eff, rel=1e-6)


@fewer
@given(table, st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from(["all", "arrived"]))
def test_pooled_quantiles_equal_exact_ones(rows: list[tuple[int, int, int, int]], p: float, of: str) -> None:
    """Looking closer only where a quantile lies finds the same seconds."""
    long = [(time * 997, *counts) for time, *counts in rows]
    point = f"{{kpi: elapsed, from: received, to: contacted, quantile: {p}, of: {of}}}"
    exact, *others = (
        only(log_of_table(long, point), **options)
        for options in ({"exact_rows": 10**9}, {"exact_rows": 0}, {"exact_rows": 0, "rows_at_once": 0})
    )
    for pooled in others:
        assert (pooled.value, pooled.raw, pooled.low, pooled.high) == (exact.value, exact.raw, exact.low, exact.high)


@few
@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 0.9]))
def test_quantile_of_lengths_equals_numpy(lengths: list[int], p: float) -> None:
    """The quantile of visits that are over is numpy's averaged_inverted_cdf."""
    rows = [(length, 1, 0, 0) for length in lengths]
    fact = only(log_of_table(rows, f"{{kpi: sojourn, state: received, quantile: {p}}}"))
    assert fact.value == np.quantile(lengths, p, method="averaged_inverted_cdf")


def test_another_segment_leaves_this_one_alone() -> None:
    """More cases of one manager change nothing of another's facts."""
    process = logs.process(PROCESS)
    base = {"a": [("received", 0), ("contacted", 3)], "b": [("received", 1)]}
    more = {**base, "c": [("received", 2), ("lost", 4)]}
    managers = {"a": {"manager": "x"}, "b": {"manager": "x"}, "c": {"manager": "y"}}
    found = []
    for cases in (base, more):
        log = logs.log(process, cases, {c: managers[c] for c in cases}, until=UNTIL, uses=("manager",))
        compute(log, [Request(control_point=process.control_points["contact"], by=("manager",))], ())
        found.append([f for f in facts(log.engine) if f.segment == (("manager", "x"),)])
    assert found[0] == found[1]
    assert len(found[0]) == 1


@few
@given(table, st.integers(1, 12))
def test_the_error_of_the_curve_equals_that_of_statsmodels(rows: list[tuple[int, int, int, int]], horizon: int) -> None:
    """Standard error of Aalen-Johansen to 1e-9, from partials of two partitions, with ties and zero durations."""
    times = [t for t, *counts in rows for count in counts for _ in range(count)]
    status = [kind for _, *counts in rows for kind, count in zip((1, 2, 0), counts, strict=True) for _ in range(count)]
    fact = only(log_of_table(rows, f"{{kpi: conversion, from: received, to: contacted, within: {horizon}s}}"))
    with np.errstate(all="ignore"):
        curve = CumIncidenceRight(np.array(times, dtype=float), np.array(status))
    before = np.flatnonzero(curve.times <= horizon)
    assert fact.value is not None
    assert fact.n_eff is not None
    if len(before) and 1e-9 < fact.value < 1 - 1e-9:
        expected = float(curve.cinc_se[0][before[-1]])
        if not np.isnan(expected):
            assert (fact.value * (1 - fact.value) / fact.n_eff) ** 0.5 == pytest.approx(expected, abs=1e-9)
