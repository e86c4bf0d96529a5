"""What the sources of a process cannot give is not assessable, and the fact says what to ask for."""

import dataclasses
from datetime import datetime

import pytest

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.events.fidelity import given_by
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.events.report import SourceReport
from engine.kpis.assessable import lacks
from engine.kpis.compute import Request, compute, measure_of
from engine.kpis.durations import NotAssessable
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.rules import asks
from tests import logs
from tests.kpis.test_cases import PROCESS

POINTS = """
  reaction: {kpi: elapsed, from: received, to: contacted}
  quotes: {kpi: conversion, from: received, to: quoted, within: 14d}
  wins: {kpi: conversion, from: received, to: won, within: 14d}
  stay: {kpi: sojourn, state: quoted}
  age: {kpi: age}
  quoted_age: {kpi: age, state: quoted}
  calls: {kpi: count, of: call}
  again: {kpi: rework, state: quoted}
  kept: {kpi: conformance}
  spent: {kpi: cost}
  mix: {kpi: share, of: "outcome == 'won'"}
"""
ALL = "stage_history"


def source(keys: str) -> Settings:
    return logs.settings(f"sources: [{{name: log, process: sale, path: a.csv, shape: snapshot, case: id, {keys}}}]")


def report(*taken: datetime) -> SourceReport:
    return dataclasses.replace(logs.report("log", taken[-1]), shape="snapshot", taken=taken)


def measured(keys: str, *taken: datetime) -> dict[str, Fact]:
    """Facts of a log that is said to come from snapshots."""
    process: Process = logs.process(PROCESS + POINTS)
    engine, settings, reports = Engine(), source(keys), [report(*taken)]
    logs.store(
        engine, process, {"a": [("received", 90000), ("quoted", 950000), ("won", 990000)], "b": [("received", 0)]}
    )
    log = prepare(engine, process, settings, reports, as_of=None)
    compute(log, [Request(control_point=point) for point in process.control_points.values()], ())
    return {fact.control_point: fact for fact in facts(engine)}


OF_HISTORY = dict.fromkeys(("reaction", "quotes", "stay", "calls", "again", "kept"), ALL)
NOT_BEGUN = dict.fromkeys(("reaction", "quotes", "wins", "age", "spent"), "created")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("created: a", {**OF_HISTORY, "wins": "closed", "quoted_age": "changed", "spent": "spend"}),
        ("created: a, closed: b, changed: c", {**OF_HISTORY, "spent": "spend"}),
        ("changed: c, closed: b", {**OF_HISTORY, **NOT_BEGUN}),
    ],
)
def test_one_snapshot(keys: str, expected: dict[str, str]) -> None:
    """A snapshot knows outcome and age; what needs more names the date or the history that is lacking."""
    found = measured(keys, datetime(2026, 4, 1))
    assert {name: asks.lacking_of(fact.note) for name, fact in found.items() if asks.lacking_of(fact.note)} == expected
    assert all(fact.value is None for name, fact in found.items() if name in expected)
    assert found["mix"].value == 0.5


def test_several_snapshots_give_ranges() -> None:
    """A stage seen between snapshots a week apart has a share with no upper end, and says how far apart they are."""
    weeks = (datetime(2026, 3, 3), datetime(2026, 3, 10), datetime(2026, 4, 1))
    found = measured("created: a, closed: b", *weeks)
    assert found["quotes"].note == f"fidelity={ALL}"  # 22 days between the last two, and 14 days of horizon
    found = measured("created: a, closed: b", *weeks[:2], datetime(2026, 3, 17))
    assert (found["quotes"].high, found["quotes"].note) == (1.0, "interval=604800")
    assert found["quotes"].n == 1  # b began before the first snapshot: what it went through by then is not known
    assert (found["wins"].n, found["wins"].note) == (2, None)
    assert found["reaction"].low == 0.0


@pytest.mark.parametrize(
    ("contacted", "won", "expected"),
    [
        ("", ", dated: false", {"wins": "closed", "stay": "closed"}),
        (", dated: false", "", {"reaction": ALL}),
        (", margin: 3m", "", {"reaction": "times"}),
        ("", ", margin: 3m", {}),
        ("", ", margin: 15d", {"wins": "times"}),
    ],
)
def test_milestones_that_are_not_dated(contacted: str, won: str, expected: dict[str, str]) -> None:
    """Who was won is known, when is not, or not exactly: what waits for it cannot be told, all else is as ever."""
    told = """
sources:
  - name: log
    process: sale
    path: a.csv
    case: id
    milestones: {received: a, contacted: {at: b%s}, won: {at: b%s}}"""
    found = []
    for more in (("", ""), (contacted, won)):
        log = of_milestones(told % more)
        compute(log, [Request(control_point=point) for point in log.process.control_points.values()], ())
        found.append({fact.control_point: asks.lacking_of(fact.note) for fact in facts(log.engine)})
    plain, doubtful = found
    assert {name: why for name, why in doubtful.items() if why != plain.get(name)} == expected


def test_events_beside_a_snapshot_give_their_own_points() -> None:
    """Calls that join the cases of a snapshot date what they stand for."""
    process = logs.process(PROCESS + POINTS)
    settings = logs.settings("""
sources:
  - {name: log, process: sale, path: a.csv, shape: snapshot, case: id, created: a, closed: b}
  - name: calls
    path: b.csv
    link: {to: log, on: {a: b}}
    activity: x
    at: t
    map: [{activity: y, state: contacted}, {activity: z, mark: call}]
""")
    reports = [report(datetime(2026, 4, 1)), logs.report("calls")]
    given = given_by(process, settings, reports, ("source:log", "source:calls"))
    assert given.exact == {"received", "won", "lost", "spam", "contacted", "call"}
    assert not given.returns


def of_milestones(sources: str) -> EventLog:
    """A log that is said to come from milestones."""
    process, engine = logs.process(PROCESS + POINTS), Engine()
    logs.store(engine, process, {"a": [("received", 0), ("won", 9)]})
    told = dataclasses.replace(logs.report("log"), shape="milestones")
    return prepare(engine, process, logs.settings(sources), [told], as_of=None)


def test_milestones_show_no_second_visit() -> None:
    """One time a milestone: nobody comes back."""
    log = of_milestones("sources: [{name: log, process: sale, path: a.csv, case: id, milestones: {won: a}}]")
    with pytest.raises(NotAssessable) as caught:
        measure_of(log, log.process.control_points["again"])
    assert caught.value.note == f"fidelity={ALL}"
    assert lacks(log, measure_of(log, log.process.control_points["kept"]), "wall") is None


def test_every_lack_is_said_in_two_languages() -> None:
    """Whatever can be lacking has a reason and a request, in Russian and in English."""
    from typing import get_args

    from engine.kpis.assessable import Lacks

    assert set(asks.ASKS) == set(get_args(Lacks))
    assert all(asks.why(one, "ru") != asks.why(one, "en") and asks.ask(one, "ru") for one in asks.ASKS)
