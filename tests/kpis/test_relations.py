"""What the relations promise: order of ties, exclusions, dates without a time, robots, who held a case, dimensions."""

from datetime import datetime

import pytest

from engine.engines.duckdb import Engine
from engine.errors import EventLogError
from engine.events.relations import prepare
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from engine.kpis.missed import missed_cases
from engine.kpis.process_flow import flow
from tests import logs
from tests.kpis.golden import only

PROCESS = """
process: sale
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
marks: [{name: call}]
happy_path: [received, contacted, won]
transitions:
  - {trigger: reach, source: received, dest: contacted}
  - {trigger: pay, source: contacted, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
dimensions:
  speed: {elapsed: [received, contacted], bands: [1h, 24h]}
  size: {of: amount, bands: [1000]}
control_points:
  wait: {kpi: elapsed, from: received, to: contacted, of: all}
  rate: {kpi: conversion, from: received, to: contacted, within: 30d}
  late: {kpi: conversion, from: contacted, to: won, within: 30d}
  stay: {kpi: sojourn, state: received}
"""


def test_equal_times_go_along_the_happy_path_and_end_last() -> None:
    """At one moment a case goes forward, and a final state comes last, whatever the order of rows."""
    log = logs.log(logs.process(PROCESS), {"a": [("lost", 5), ("contacted", 5), ("received", 5)]})
    rows = log.engine.rows("select state_no from visits order by visit_no")
    assert rows == [(0,), (1,), (3,)]


def test_equal_consecutive_states_are_one_visit_and_a_declared_leave_wins() -> None:
    """The visit begins with the first of them and ends with the declared leave, not with the next entry."""
    events = [("received", 0), {"point": "received", "time": 4, "left": 6}, ("contacted", 9)]
    log = logs.log(logs.process(PROCESS), {"a": events})
    rows = log.engine.rows("select date_diff('second', entered_at, left_at) from visits order by visit_no")
    assert rows == [(6,), (None,)]


def test_excluded_cases_are_counted_by_reason() -> None:
    """A condition on attributes, or the days a case began in; the first reason that holds."""
    text = """
exclude:
  - {where: "source == 'test'", why: tests}
  - {from: 2026-03-02T00:00:10, to: 2026-03-02T00:00:20, why: outage}
"""
    cases = {"a": [("received", 0)], "b": [("received", 1)], "c": [("received", 12)], "d": [("received", 30)]}
    attributes = {"b": {"source": "test"}, "a": {"source": "ads"}, "c": {"source": None}, "d": {"source": None}}
    log = logs.log(logs.process(PROCESS), cases, attributes, workspace=logs.settings(text))
    assert log.excluded == {"tests": 1, "outage": 1}
    assert log.cases == 2


def test_dates_without_a_time_count_whole_days() -> None:
    """From one date to another are whole days in the workspace's zone, whatever the clock of the other end."""
    start = {"point": "received", "time": datetime(2026, 3, 1, 21), "day_only": True}
    log = logs.log(
        logs.process(PROCESS),
        {"a": [start, ("contacted", datetime(2026, 3, 4, 20, 59))]},
        workspace=logs.settings("time_zone: Europe/Moscow"),
    )
    assert only(log, "wait").value == 2 * 86400


def test_a_robot_answers_nobody() -> None:
    """Times count the first answer of a person, conversions that of anybody."""
    events = [
        ("received", 0),
        {"point": "contacted", "time": 1, "actor_kind": "robot"},
        {"point": "contacted", "time": 50, "actor_kind": "person"},
    ]
    log = logs.log(logs.process(PROCESS), {"a": events}, until=100)
    assert only(log, "wait").value == 50
    assert log.engine.row("select first_1 = person_1 from cases") == (False,)


def test_a_fact_is_of_the_manager_who_held_the_case() -> None:
    """Where events carry the manager, a fact is of the one at `from`, not of today's."""
    events = [
        {"point": "received", "time": 0, "manager": "Ann"},
        {"point": "call", "time": 1, "manager": "Bob"},
        ("contacted", 2),
        {"point": "won", "time": 9, "manager": "Eve"},
    ]
    log = logs.log(logs.process(PROCESS), {"a": events}, {"a": {"manager": "Eve"}}, uses=("manager",))
    points = log.process.control_points
    compute(log, [Request(control_point=points[name], by=("manager",)) for name in ("rate", "late")], ())
    by = {fact.control_point: fact.segment[0][1] for fact in facts(log.engine) if fact.segment}
    assert by == {"rate": "Ann", "late": "Bob"}


def test_dimensions_of_the_process_and_across_cases() -> None:
    """Bands by the wall clock with `never`, bands of a number, returning clients, what a manager had open."""
    cases = {
        "a": [("received", 0), ("contacted", 1)],
        "b": [("received", 1), ("contacted", 3), ("lost", 4)],
        "c": [("received", 30)],
        "d": [("received", 40), ("contacted", 100)],
    }
    attributes = {
        "a": {"client": "x", "manager": "m", "amount": 10.0},
        "b": {"client": "x", "manager": "m", "amount": 5000.0},
        "c": {"client": "y", "manager": "m", "amount": None},
        "d": {"client": None, "manager": "m", "amount": 1000.0},
    }
    names = ("speed", "size", "returning", "load", "weekday_hour", "month")
    log = logs.log(logs.process(PROCESS), cases, attributes, types={"amount": "money"}, unit=3600, uses=names)
    rows = log.engine.rows(
        "select d_speed, d_size, d_returning, d_load, d_weekday_hour, d_month from cases order by case_id"
    )
    assert rows == [
        ("<= 1h", "<= 1000", "false", "0", "mon 00", "2026-03"),
        ("<= 24h", "> 1000", "true", "1", "mon 01", "2026-03"),
        ("never", "", "false", "1", "tue 06", "2026-03"),
        ("> 24h", "<= 1000", "", "2", "tue 16", "2026-03"),
    ]


def test_a_half_is_one_of_the_period() -> None:
    """Half-way from the first case that is measured to the last: what began before `since` moves nothing."""
    cases = {name: [("received", day)] for name, day in (("a", 0), ("b", 70), ("c", 81), ("d", 90))}
    for since, halves in ((None, "fsss"), (logs.moment(70, 86400), "ffss")):
        log = logs.log(logs.process(PROCESS), cases, unit=86400, uses=("half",), since=since)
        rows = log.engine.rows("select d_half, segment from cases join segments on code = k_half order by case_id")
        assert ["".join(text[0] for text in row) for row in rows] == [half * 2 for half in halves]


def test_what_happens_after_as_of_is_not_known() -> None:
    """An earlier as_of cuts the events after it; a later one is cut to what was observed."""
    process = logs.process(PROCESS)
    cases = {"a": [("received", 0), ("contacted", 50)], "b": [("received", 80)]}
    with Engine() as engine:
        logs.store(engine, process, cases)
        report = [logs.report("log", logs.moment(100))]
        early = prepare(engine, process, logs.settings(), report, as_of=logs.moment(40))
        assert (early.cases, early.hindsight, only(early, "rate").raw) == (1, True, 0)
        late = prepare(engine, process, logs.settings(), report, as_of=logs.moment(900))
        assert (late.observed_until, late.hindsight) == (logs.moment(100), False)


def test_a_process_without_events_is_said_so() -> None:
    """No source of the process is a problem with a hint, not an empty report."""
    with Engine() as engine, pytest.raises(EventLogError) as error:
        prepare(engine, logs.process(PROCESS), logs.settings(), [], as_of=None)
    assert [problem.code for problem in error.value.problems] == ["no-events"]


def test_cases_behind_a_finding() -> None:
    """Those that did not get there though they could have been seen to, with their money, by start."""
    cases = {"a": [("received", 0), ("contacted", 5)], "b": [("received", 2), ("lost", 3)], "c": [("received", 1)]}
    attributes = {"b": {"amount": 10.0, "manager": "m"}, "c": {"amount": 5.0, "manager": None}, "a": {"amount": 1.0}}
    log = logs.log(logs.process(PROCESS), cases, attributes, types={"amount": "money"}, until=31, unit=86400)
    points = log.process.control_points
    missed = missed_cases(log, Request(control_point=points["rate"]))
    assert (missed.cases, missed.amount) == (2, 15)
    assert log.engine.rows("select case_id, seconds, state, manager from missed order by started_at, case_id") == [
        ("c", 30 * 86400, "received", None),
        ("b", 86400, "lost", "m"),
    ]
    assert missed_cases(log, Request(control_point=points["stay"]), 3 * 86400).cases == 2


def test_a_case_that_skipped_a_state_was_held_there_by_nobody() -> None:
    """It is in no segment of managers, and leaves the curve of the whole alone (D21)."""
    ways = {f"walked {n}": [("received", 0), ("contacted", 1), ("won", 60 + n)] for n in range(3)}
    ways |= {f"skipped {n}": [("received", 0), ("won", 5)] for n in range(4)}
    cases = {
        case: [{"point": point, "time": time, "manager": "Ann"} for point, time in way] for case, way in ways.items()
    }
    text = PROCESS.replace("to: contacted, of: all", "to: contacted}\n  deal: {kpi: elapsed, from: contacted, to: won")
    log = logs.log(logs.process(text), cases, {case: {"manager": "Ann"} for case in cases}, uses=("manager",))
    compute(log, [Request(control_point=log.process.control_points["deal"], by=("manager",))], ())
    whole, ann = sorted(facts(log.engine, control_points=["deal"]), key=lambda fact: fact.segment)
    assert (whole.value, whole.n, whole.skipped, whole.note) == (60, 3, 4, "never=0.0")
    assert (ann.value, ann.n, ann.skipped) == (60, 3, 0)


def test_the_funnel_follows_the_path() -> None:
    """Stages stand in the order of the happy path, whatever the order states are written in."""
    text = PROCESS.replace("  - {name: contacted}\n", "").replace("marks:", "  - {name: contacted}\nmarks:")
    log = logs.log(logs.process(text), {"a": [("received", 0), ("contacted", 1), ("won", 2)]})
    assert [stage.state for stage in flow(log).stages] == ["received", "contacted", "won", "lost"]


def test_what_may_begin_in_several_states_is_counted_by_its_beginnings() -> None:
    """Who walked in unbooked is an inquiry as well, once, whatever the case enters later."""
    text = PROCESS.replace("{name: contacted}", "{name: contacted, start: true}")
    text += "  inquiries: {kpi: volume}\n"
    cases = {"a": [("received", 0), ("contacted", 1)], "b": [("contacted", 2)], "c": [("contacted", 3), ("won", 4)]}
    log = logs.log(logs.process(text), cases)
    assert only(log, "inquiries").value == 3
