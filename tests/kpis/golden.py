"""The golden cases, and logs that give exactly a table of (time, arrived, gone, pending)."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from engine.events.log import EventLog
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from tests import logs

FILE = Path(__file__).parents[1] / "golden" / "golden-stat.json"

TWO_STEPS = """
process: sale
initial: received
states:
  - {{name: received}}
  - {{name: contacted}}
  - {{name: lost, final: true, outcome: lost}}
happy_path: [received, contacted]
transitions:
  - {{trigger: reach, source: received, dest: contacted}}
  - {{trigger: give_up, source: received, dest: lost}}
control_points:
  point: {point}
"""


@cache
def golden() -> dict[str, Any]:
    """Every golden case by its id."""
    return {case["id"]: case for case in json.loads(FILE.read_text())["cases"]}


def of_topic(topic: str) -> list[str]:
    """Ids of the golden cases of a topic."""
    return [name for name, case in golden().items() if case["topic"] == topic]


def log_of_table(rows: Sequence[Sequence[int]], point: str) -> EventLog:
    """A log of two steps whose cases have these times (seconds) and kinds."""
    last = max(int(row[0]) for row in rows) + 1
    cases: dict[str, list[tuple[str, int]]] = {}
    for time, arrived, gone, pending in rows:
        for kind, count in (("contacted", arrived), ("lost", gone)):
            for _ in range(int(count)):
                cases[f"c{len(cases)}"] = [("received", 0), (kind, int(time))]
        for _ in range(int(pending)):
            cases[f"c{len(cases)}"] = [("received", last - int(time))]
    return logs.log(logs.process(TWO_STEPS.format(point=point)), cases, until=last)


def only(log: EventLog, point: str = "point", **options: Any) -> Fact:
    """The fact of a control point for the whole."""
    request = Request(control_point=log.process.control_points[point])
    compute(log, [request], options.pop("grain", ()), **options)
    (fact,) = facts(log.engine, control_points=[point], periods=False)
    return fact
