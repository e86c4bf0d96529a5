"""How often an interval covers the truth: a thousand logs are a thousand segments of one, computed by one statement."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.engines.duckdb import Engine
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts

from .world import DAY, SALE, exponential, normal, process, sales, uniform, watched, write

WINDOW = 90
SIZES, RATES, HORIZONS = (100, 300, 1000), (0.1, 0.4, 0.8), (30, 60)


@dataclass(frozen=True)
class Cell:
    """A row of the table: what was simulated, and the share of logs whose interval covers the truth."""

    what: str
    n: int
    logs: int
    covered: float
    bias: float


def covers(fact: Fact, truth: float) -> bool:
    """An end that does not exist is beyond everything."""
    low = fact.low if fact.low is not None else (math.inf if fact.value is None else 0.0)
    return low <= truth <= (fact.high if fact.high is not None else math.inf)


def shares(
    logs: int, sizes: tuple[int, ...] = SIZES, rates: tuple[float, ...] = RATES, seed: int = 1
) -> Iterator[Cell]:
    """The headline of a conversion: 90 days of entries, wins after 20 days and losses after 14 on average."""
    text = SALE + "".join(
        f"  in_{days}: {{kpi: conversion, from: received, to: won, within: {days}d}}\n" for days in HORIZONS
    )
    for n in sizes:
        for rate in rates:
            with Engine() as engine:
                sales(engine, logs=logs, n=n, rate=rate, days=WINDOW, seed=seed + n + int(rate * 100))
                of = process(text)
                found = _by_log(engine, text, tuple(of.control_points))
            for days in HORIZONS:
                truth = rate * (1 - math.exp(-days / 20))
                yield _cell(f"{rate:.0%}, within {days} days", n, found[f"in_{days}"], truth)


def _by_log(engine: Engine, text: str, names: tuple[str, ...], until: int = WINDOW * DAY) -> dict[str, list[Fact]]:
    """The facts of every log, by control point."""
    of = process(text)
    log = watched(engine, of, until, uses=("log",))
    compute(log, [Request(control_point=of.control_points[name], by=("log",)) for name in names], ())
    return {name: [fact for fact in facts(engine, control_points=[name]) if fact.segment] for name in names}


def _cell(what: str, n: int, found: list[Fact], truth: float) -> Cell:
    values = [fact.value for fact in found if fact.value is not None]
    return Cell(
        what=what,
        n=n,
        logs=len(found),
        covered=sum(covers(fact, truth) for fact in found) / len(found),
        bias=(sum(values) / len(values) - truth) / truth if values else math.nan,
    )


ANSWERED, ANSWER_AFTER, DAYS = 0.95, 7200, 3
REPLY = SALE.replace("won, final: true, outcome: won", "answered").replace("won", "answered")


def quantiles(logs: int, sizes: tuple[int, ...] = SIZES, seed: int = 1) -> Iterator[Cell]:
    """Median and P90 of a reaction of two hours on average: 19 of 20 are ever answered, three days are watched."""
    text = REPLY.replace("control_points:\n", "control_points:\n") + "".join(
        f"  {name}: {{kpi: elapsed, from: received, to: answered, quantile: {p}, of: {of}}}\n"
        for name, p, of in _QUANTILES
    )
    for n in sizes:
        with Engine() as engine:
            answered = f"{uniform(1, seed + n)} < {ANSWERED}"
            write(
                engine,
                cases=logs * n,
                columns={
                    "begun": f"({uniform(0, seed + n)} * {DAYS * DAY})::bigint",
                    "ended": f"begun + {exponential(ANSWER_AFTER, 2, seed + n)}",
                    "last": f"case when {answered} then 'answered' else 'lost' end",
                    "a_log": f"(i // {n})::varchar",
                },
                events="[{'s': 'received', 't': begun}, {'s': last, 't': ended}]",
                until=DAYS * DAY,
            )
            found = _by_log(engine, text, tuple(name for name, _, _ in _QUANTILES), DAYS * DAY)
        for name, p, of in _QUANTILES:
            yield _cell(f"P{p * 100:.0f} of {of}", n, found[name], _true_quantile(p, of, found[name][0].horizon))


_QUANTILES = (("p50_all", 0.5, "all"), ("p90_all", 0.9, "all"), ("p50_in", 0.5, "arrived"), ("p90_in", 0.9, "arrived"))


def _true_quantile(p: float, of: str, horizon: int | None) -> float:
    reached = p / ANSWERED if of == "all" else p * (1 - math.exp(-(horizon or math.inf) / ANSWER_AFTER))
    return -math.log(1 - reached) * ANSWER_AFTER


SPREAD = 0.8
MEAN = 100_000.0


def money(logs: int, sizes: tuple[int, ...] = SIZES, seed: int = 1) -> Iterator[Cell]:
    """The mean of log-normal amounts (sigma 0.8)."""
    text = SALE + "  mean: {kpi: value, of: amount, how: mean}\n"
    centre = math.log(MEAN) - SPREAD**2 / 2
    for n in sizes:
        with Engine() as engine:
            write(
                engine,
                cases=logs * n,
                columns={
                    "begun": f"({uniform(0, seed + n)} * {WINDOW * DAY})::bigint",
                    "a_amount": f"exp({centre!r} + {SPREAD} * {normal(3, seed + n)})",
                    "a_log": f"(i // {n})::varchar",
                },
                events="[{'s': 'received', 't': begun}]",
                until=WINDOW * DAY,
            )
            found = _by_log(engine, text, ("mean",))
        yield _cell("mean of amounts", n, found["mean"], MEAN)
