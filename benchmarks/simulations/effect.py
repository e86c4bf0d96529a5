"""Expected effects against a planted truth: how often the range of a cause covers what its removal would bring.

python -m benchmarks.simulations.effect [LOGS]

Cases with the cause (four in ten) are won by five points less. The lever is measured by the engine on each log, and its
range compared with five points of the exposed cases.
"""

import sys

from benchmarks.simulations.world import DAY, SALE, WIN_AFTER, exponential, process, uniform, watched, write
from engine.definitions.condition import Expr
from engine.definitions.process import ControlPoint
from engine.engines.duckdb import Engine
from engine.kpis.process_flow import flow
from engine.pipeline.levers import Levers, Turn
from engine.plan.draws import range_of
from engine.plan.effect import Lever, extra

POINTS, EXPOSED, RATE = 0.05, 0.4, 0.5
POINT = "  rate: {kpi: conversion, from: received, to: won, within: 120d}\n"


def covered(logs: int, n: int = 400, seed: int = 1) -> int:
    """In how many of `logs` logs (`n` cases each, begun over 90 days, watched for 300) the range holds the truth."""
    of, months = process(SALE + POINT), 3.0
    won = f"{uniform(1, seed)} < case when a_late = 'yes' then {RATE - POINTS} else {RATE} end"
    with Engine() as engine:
        write(
            engine,
            cases=logs * n,
            columns={
                "a_log": f"(i // {n})::varchar",
                "a_late": f"case when {uniform(3, seed)} < {EXPOSED} then 'yes' else 'no' end",
                "begun": f"({uniform(0, seed)} * {90 * DAY})::bigint",
                "ended": f"begun + {exponential(WIN_AFTER, 2, seed)}",
                "last": f"case when {won} then 'won' else 'lost' end",
            },
            events="[{'s': 'received', 't': begun}, {'s': last, 't': ended}]",
            until=300 * DAY,
        )
        log = watched(engine, of, 300 * DAY, uses=("log", "late"))
        levers = Levers({of.process: log}, (flow(log),), (), {}, months, ())
        found = [_lever(levers, of.process, str(number), log.process.control_points["rate"]) for number in range(logs)]
    return sum(_holds(lever) for lever in found)


def _lever(levers: Levers, name: str, number: str, point: ControlPoint) -> Lever:
    turn = Turn(
        key=number,
        point=point,
        where=Expr.parse(f"log == '{number}'"),
        exposure=Expr.parse("late == 'yes'"),
        basis="association",
    )
    lever = levers.measured(name, turn)
    assert lever is not None
    return lever


def _holds(lever: Lever) -> bool:
    found = range_of(extra(lever))
    return found.low <= lever.cases * POINTS <= found.high


def main(logs: int) -> None:
    """Print how many ranges hold the truth."""
    for n in (400, 2000):
        held = covered(logs, n) / logs
        print(f"{n} cases, a planted difference of {POINTS:.0%}: the 90 % range holds it in {held:.1%} of {logs} logs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
