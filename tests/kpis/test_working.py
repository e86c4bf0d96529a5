"""Working time through the public way: calendars of the workspace, a small log, facts out."""

from datetime import datetime
from typing import Any

import pytest

from engine.engines.duckdb import Engine
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.kpis.working import prepare_working_time, wall_seconds, working_time
from tests import logs

CALENDARS = """
time_zone: Europe/Moscow
calendars:
  office: {hours: {mon-fri: "09:00-18:00"}}
  ural: {hours: {mon-fri: "09:00-18:00"}, time_zone: Asia/Yekaterinburg}
"""
PROCESS = """
process: sale
calendar: CALENDAR
initial: received
states: [{name: received}, {name: contacted}, {name: lost, final: true, outcome: lost}]
happy_path: [received, contacted]
transitions: [{trigger: reach, source: received, dest: contacted}, {trigger: give_up, source: received, dest: lost}]
control_points:
  wait: {kpi: elapsed, from: received, to: contacted, of: all, clock: business}
  wall: {kpi: elapsed, from: received, to: contacted, of: all}
  two_days: {kpi: within, from: received, to: contacted, limit: 2wd, clock: business}
  stay: {kpi: sojourn, state: received, clock: business}
  age: {kpi: age, clock: business}
  rate: {kpi: conversion, from: received, to: contacted, within: 2wd, clock: business}
"""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in UTC; the 2nd is a Monday, Moscow is three hours ahead, the Urals five."""
    return datetime(2026, 3, day, hour, minute)


def log_of(cases: dict[str, Any], calendar: str = "office", **options: Any) -> EventLog:
    """A log with its calendar, the way an audit prepares it."""
    process, settings, engine = logs.process(PROCESS.replace("CALENDAR", calendar)), logs.settings(CALENDARS), Engine()
    attributes = options.pop("attributes", None)
    logs.store(engine, process, cases, attributes)
    report = logs.report("log", options.pop("until", None))
    prepare_working_time(engine, settings, [report])
    working = working_time(process, settings)
    return prepare(engine, process, settings, [report], as_of=None, working=working, **options)


def fact_of(log: EventLog, name: str, **options: Any) -> Fact:
    """The fact of the whole."""
    compute(log, [Request(control_point=log.process.control_points[name])], options.pop("grain", ()), **options)
    (fact,) = facts(log.engine, control_points=[name], periods=False)
    return fact


def test_nights_and_week_ends_do_not_count() -> None:
    """Asked on Friday at 17:00, answered on Monday at 10:00: two working hours, by the wall 65."""
    log = log_of({"A": [("received", at(6, 14)), ("contacted", at(9, 7))]})
    assert fact_of(log, "wait").value == 2 * 3600
    assert fact_of(log, "wall").value == 65 * 3600
    assert fact_of(log, "stay").value == 2 * 3600


def test_open_cases_age_in_working_time() -> None:
    """A case that came on Friday evening has waited for nobody until Monday morning."""
    log = log_of({"A": [("received", at(6, 16))]}, until=at(9, 7))
    assert fact_of(log, "age").value == 3600


def test_each_branch_has_its_calendar() -> None:
    """The same moments are two hours of the Urals' day and none of Moscow's; an unknown branch is in no number."""
    branches = "{by: branch, Москва: office, Пермь: ural}"
    cases = {name: [("received", at(2, 4)), ("contacted", at(2, 6))] for name in ("msk", "perm", "other")}
    given = {"msk": {"branch": "Москва"}, "perm": {"branch": "Пермь"}, "other": {"branch": "Сочи"}}
    log = log_of(cases, branches, attributes=given, uses=("branch",))
    compute(log, [Request(control_point=log.process.control_points["wait"], by=("branch",))], ())
    found = {fact.segment[0][1]: fact.value for fact in facts(log.engine) if fact.segment}
    assert found == {"Москва": 0, "Пермь": 2 * 3600}
    assert fact_of(log, "wait").n == 2


def test_a_calendar_by_branch_without_branches_is_not_assessable() -> None:
    """The fact says what is missing."""
    log = log_of({"A": [("received", at(2, 7)), ("contacted", at(2, 8))]}, "{by: branch, Москва: office}")
    assert fact_of(log, "wait").note == "missing=branch"


def test_a_limit_in_working_days() -> None:
    """Two working days are eighteen open hours: Thursday 17:00 to Monday 17:00 keeps the limit, 17:01 does not."""
    cases = {
        "kept": [("received", at(5, 14)), ("contacted", at(9, 14))],
        "late": [("received", at(5, 14)), ("contacted", at(9, 14, 1))],
    }
    fact = fact_of(log_of(cases), "two_days")
    assert (fact.horizon, fact.value) == (18 * 3600, 0.5)


def test_in_hours_is_a_dimension_by_the_calendar() -> None:
    """Split by it, and named in a condition."""
    cases = {"day": [("received", at(2, 7)), ("contacted", at(2, 8))], "night": [("received", at(2, 20))]}
    log = log_of(cases, uses=("in_hours",))
    point = log.process.control_points["wall"]
    compute(log, [Request(control_point=point, by=("in_hours",))], ())
    assert {f.segment[0][1]: f.n for f in facts(log.engine) if f.segment} == {"true": 1, "false": 1}
    assert log.columns["in_hours"].type == "flag"


@pytest.mark.parametrize(("calendar", "hour"), [("office", "09"), ("ural", "11")])
def test_days_and_hours_are_those_of_the_calendars_zone(calendar: str, hour: str) -> None:
    """Six in UTC is nine in Moscow and eleven in Perm."""
    log = log_of({"A": [("received", at(2, 6))]}, calendar, uses=("hour",))
    assert log.engine.row("select d_hour from cases") == (hour,)


def test_a_period_is_mature_when_its_working_time_has_passed() -> None:
    """Two working days after a Thursday are over on Monday evening, not on Saturday."""
    cases = {"A": [("received", at(5, 7)), ("contacted", at(5, 8))], "B": [("received", at(6, 7))]}
    assert wall_seconds(log_of(cases, until=at(10, 15)), 18 * 3600) == 2 * 86400 - 15 * 3600
    log = log_of(cases, until=at(9, 14))
    fact_of(log, "rate", grain="day")
    matured = {f.period.since.day: f.maturity for f in facts(log.engine, periods=True) if f.period}
    assert matured[6] != "mature"


def test_without_a_calendar_the_fact_says_so() -> None:
    """A process that names no calendar gives no working time."""
    process = logs.process(PROCESS.replace("calendar: CALENDAR\n", ""))
    log = logs.log(process, {"A": [("received", 0), ("contacted", 5)]})
    assert fact_of(log, "wait").note == "no-calendar"
