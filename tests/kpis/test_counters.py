"""Counters instead of cases: what is computed from totals, over which periods, and what cannot be."""

from datetime import datetime, timedelta

import pytest

from engine.engines.duckdb import Engine
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from tests import logs

PROCESS = """
process: shop
counters: [visitors, receipts, {name: revenue, money: true}]
control_points:
  buyers: {kpi: conversion, from: visitors, to: receipts}
  average: {kpi: ratio, of: revenue, per: receipts}
  flow: {kpi: volume, of: visitors, by: channel}
  sales: {kpi: value, of: revenue}
  a_day: {kpi: value, of: revenue, how: mean}
  plan: {kpi: attainment, of: sales}
"""
DAYS = [(120, 31, 310), (98, 22, 200), (143, 40, 500), (110, 19, 190), (131, 36, 400), (87, 25, 250), (150, 30, 300)]


def counted(rows: list[tuple[datetime, str, str, float]], workspace: str = "", grain: str = "week") -> dict[str, Fact]:
    """The facts of PROCESS by key."""
    log = prepared(rows, workspace)
    compute(log, [Request(control_point=p, by=p.by or ()) for p in log.process.control_points.values()], (grain,))
    return {fact.key.removeprefix("shop."): fact for fact in facts(log.engine)}


def prepared(rows: list[tuple[datetime, str, str, float]], workspace: str = "") -> EventLog:
    engine, process = Engine(), logs.process(PROCESS)
    engine.execute('create schema "source:s"')
    engine.execute(
        'create table "source:s".counts '
        "(process varchar, period_start timestamp, channel varchar, counter varchar, value double)"
    )
    columns = ("process", "period_start", "channel", "counter", "value")
    engine.insert('"source:s".counts', columns, [("shop", *row) for row in rows])
    return prepare(engine, process, logs.settings(workspace), [logs.report("s", end(rows))], as_of=None)


def end(rows: list[tuple[datetime, str, str, float]]) -> datetime:
    return max(row[0] for row in rows) + timedelta(days=1)


def days(start: datetime = datetime(2026, 3, 2), channel: str = "north") -> list[tuple[datetime, str, str, float]]:
    """A week of DAYS."""
    names = ("visitors", "receipts", "revenue")
    return [
        (start + timedelta(days=n), channel, name, float(value))
        for n, day in enumerate(DAYS)
        for name, value in zip(names, day, strict=True)
    ]


def test_a_ratio_is_of_sums_and_its_range_from_the_spread_of_days() -> None:
    """The value is that of the sums; the range is by Student's t over the days, and `n` is days."""
    found = counted(days())
    fact = found["buyers"]
    assert (fact.value, fact.n) == (pytest.approx(203 / 839), 7)
    assert (fact.low, fact.high) == (pytest.approx(0.2011635861), pytest.approx(0.2827458298))
    assert found["average"].value == pytest.approx(2150 / 203)
    assert found["buyers@2026-03-02T00:00"].value == fact.value


def test_hours_of_a_day_go_together() -> None:
    """Split into hours the same totals give the same fact: hours of a day are no further evidence."""
    halves = [
        (at + timedelta(hours=hour), channel, counter, value / 2)
        for at, channel, counter, value in days()
        for hour in (10, 15)
        if counter == "visitors"
    ]
    others = [row for row in days() if row[2] != "visitors"]
    assert counted(halves + others)["buyers"] == counted(days())["buyers"]


def test_a_day_without_one_of_the_numbers_has_no_ratio() -> None:
    """A counter that stood still for a day takes that day out of the ratio, and out of nothing else."""
    found = counted([row for row in days() if not (row[0].day == 4 and row[2] == "receipts")])
    assert (found["buyers"].n, found["flow"].n) == (6, 7)
    assert found["buyers"].value == pytest.approx((203 - 40) / (839 - 143))


def test_months_are_not_cut_into_weeks() -> None:
    """Totals of months give facts of months and quarters; a week of them would be made up."""
    rows = [
        (datetime(2026, month, 1), "north", name, float(value))
        for month, day in enumerate(DAYS, 1)
        for name, value in zip(("visitors", "receipts", "revenue"), day, strict=True)
    ]
    assert not [key for key in counted(rows) if "@" in key]
    assert counted(rows, grain="month")["buyers@2026-02-01T00:00"].n == 1
    assert counted(rows, grain="quarter")["sales@2026-01-01T00:00"].value == 1010


def test_totals_means_and_channels() -> None:
    """Two doors: their sum is the whole, each has a fact of its own."""
    found = counted(days() + days(channel="south"))
    assert (found["flow"].value, found["flow"].n) == (1678, 7)
    assert found["flow[channel=north]"].value == 839
    assert found["sales"].value == 4300
    assert found["a_day"].value == pytest.approx(4300 / 7)


def test_attainment_counts_whole_periods() -> None:
    """Of a day, a week and a year the days are taken, as the shortest that is whole; without a target it is said."""
    settings = "targets: {shop.sales: {2026-W10: 2000, 2026: 100000, 2026-W12: 500}}"
    found = counted(days(), settings)
    assert (found["plan"].value, found["plan"].n, found["plan"].low) == (pytest.approx(1.075), 1, None)
    assert counted(days())["plan"].note == "no-target"


def test_days_that_are_excluded_do_not_count() -> None:
    """`exclude` with from and to leaves days of totals out."""
    found = counted(days(), "exclude: [{from: 2026-03-04, to: 2026-03-05, why: sensor broken}]")
    assert found["flow"].value == 839 - 143


def test_a_counter_that_was_never_counted_is_missing() -> None:
    """No value and no error: the fact says what is not there."""
    found = counted([row for row in days() if row[2] != "revenue"])
    assert (found["average"].value, found["average"].note) == (None, "missing=revenue")
    assert found["buyers"].value is not None
