"""Control points checked at load: every problem at its place."""

from dataclasses import dataclass, field
from typing import Any

from engine.definitions.document import Document, read_text
from engine.definitions.process import Process
from engine.errors import Problem
from engine.kpis.check import check
from tests import logs

TEXT = """process: sale
initial: received
states: [{name: received}, {name: contacted}, {name: won, final: true, outcome: won}]
marks: [{name: call}]
happy_path: [received, contacted, won]
control_points:
  a: {kpi: convresion, from: received, to: won}
  b: {kpi: conversion, from: recieved, to: won, wihtin: 3d}
  c: {kpi: conversion, from: received}
  d: {kpi: within, from: received, to: contacted, limit: 3x}
  e: {kpi: within, from: received, to: contacted, limit: deadlin}
  f: {kpi: elapsed, from: received, to: contacted, quantile: "2", clock: business}
  g: {kpi: volume, where: "sorce == 'ads' and amount > 3d and count(cal) > 1"}
  h: {kpi: share, of: "returning == 3"}
  j: {kpi: volume, where: "half == 'frist' or half == 'second'"}
  i: {kpi: conversion, from: received, to: call, within: 3d, where: "source != 'ads' and count(call) > 1"}
"""


@dataclass
class Workspace:
    processes: dict[str, Process]
    document: Document
    settings: Any = field(
        default_factory=lambda: logs.settings(
            "sources: [{name: log, process: sale, path: x.csv, attributes: {deadline: {column: d, type: time}}}]"
        )
    )

    def problem(
        self, kind: str, name: str, path: Any, code: str, message: str, hint: str = "", **options: Any
    ) -> Problem:
        where = self.document.at(*path, key=options.get("key", False), offset=options.get("offset", 0))
        return Problem(where=where, code=code, message=message, hint=hint)


def test_every_problem_has_its_place_and_a_hint() -> None:
    """KPI, parameters, conditions: all problems at once, with line, column and the nearest word."""
    document = read_text(TEXT, "sale.yaml")
    workspace = Workspace({"sale": document.shaped(Process)}, document)
    found = [(p.where.line, p.where.column, p.code, p.hint) for p in check(workspace)]
    assert found == [
        (7, 12, "unknown-kpi", "did you mean `conversion`?"),
        (8, 49, "unknown-parameter", "did you mean `within`?"),
        (8, 30, "unknown-point", "did you mean `received`?"),
        (9, 6, "missing-parameter", ""),
        (10, 58, "bad-duration", "write 30s, 15m, 4h, 3d, 2w or 2wd"),
        (11, 58, "unknown-attribute", "did you mean `deadline`?"),
        (12, 6, "bad-value", "write 0.9 or 90%"),
        (12, 74, "no-calendar", "give the process `calendar:`"),
        (13, 28, "unknown-name", "did you mean `source`?"),
        (13, 56, "bad-unit", "compare it with a number"),
        (13, 69, "unknown-point", "did you mean `call`?"),
        (14, 37, "bad-unit", "compare it with yes or no"),
        (15, 36, "unknown-value", "did you mean `first`?"),
    ]
