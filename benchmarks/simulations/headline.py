"""The headline of a process with open cases against its truth, its raw share and that of its last month (D3)."""

from dataclasses import dataclass
from datetime import timedelta

from engine.engines.duckdb import Engine
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts

from .world import DAY, SALE, START, process, sales, watched

CASES, DAYS, RATE = 10_000, 90, 0.4
TRUE = 0.380
"""0.4 · (1 - exp(-60 / 20))."""
POINTS = """
  win_rate: {kpi: conversion, from: received, to: won, within: 60d}
  by_ladder: {kpi: conversion, from: received, to: won}
  wait: {kpi: elapsed, from: received, to: won}
  lost: {kpi: conversion, from: received, to: lost, within: 30d}
  ends: {kpi: sojourn, state: received}
  open: {kpi: wip}
"""


@dataclass(frozen=True)
class Headline:
    """Shares: the headline, the plain share, that of the cases of the last 30 days."""

    value: float
    raw: float
    last_month: float


def headline(cases: int = CASES, seed: int = 1) -> Headline:
    """One log through the engine."""
    with Engine() as engine:
        sales(engine, logs=1, n=cases, rate=RATE, days=DAYS, seed=seed)
        of = process(SALE + POINTS)
        request = Request(control_point=of.control_points["win_rate"])
        log = watched(engine, of, DAYS * DAY)
        compute(log, [request], ())
        (fact,) = facts(engine)
        last = START + timedelta(days=DAYS - 30)
        sql = f"select avg((outcome = 'won')::int) from cases where local_at >= timestamp '{last}'"
        return Headline(value=fact.value or 0.0, raw=fact.raw or 0.0, last_month=float(str(engine.row(sql)[0])))


def seen_later(cases: int = CASES, later: int = 60, seed: int = 1) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts of an export, and those of one made `later` days later that is looked at as of the first."""
    found = []
    for exported in (DAYS, DAYS + later):
        with Engine() as engine:
            sales(engine, logs=1, n=cases, rate=RATE, days=DAYS + later, seed=seed, until=exported * DAY)
            of = process(SALE + POINTS)
            log = watched(engine, of, exported * DAY, as_of=DAYS * DAY)
            compute(log, [Request(control_point=point) for point in of.control_points.values()], ("week", "month"))
            found.append(facts(engine))
    return found[0], found[1]
