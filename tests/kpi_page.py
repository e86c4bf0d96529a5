"""docs/kpis.md, made from the catalogue: `python -m tests.kpi_page` writes it, a test says whether it is current."""

import re
from pathlib import Path
from typing import Literal, get_args, get_origin

from engine.definitions.condition import Expr
from engine.definitions.document import Span
from engine.kpis.catalogue import catalogue
from engine.kpis.kpi import Kpi, Parameter
from engine.kpis.measure import AttributeName, Counter, Point, Quantity, StateName

PAGE = Path(__file__).parents[1] / "docs" / "kpis.md"
HEAD = """# KPIs

A control point is a KPI of this list with its parameters, at a place of the process:
`win_rate: {kpi: conversion, from: received, to: won, within: 60d}`. Every control point also takes `title`, `where` (a
condition on cases), `by` (dimensions), `responsible`, `better` and `clock` (`wall`: every hour counts; `business`: the
working hours of the calendar of the process). A point is a state or a mark. `voronka kpi PROCESS.NAME --about` says
what the number means.

This page is made from the catalogue of the engine.
"""
KINDS: dict[object, str] = {
    Point: "a state or a mark",
    StateName: "a state",
    AttributeName: "an attribute of the case",
    Counter: "a counter",
    Quantity: "a counter or a control point of the process",
    Span: "a duration: `15m`, `2wd`",
    Expr: "a condition",
    bool: "`yes` or `no`",
    float: "a number",
}
PERIODS = {
    "start": "began in it",
    "end of the visit": "left the state in it",
    "event": "had the event in it",
    "moment": "are counted at its end",
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *map(_kpi, catalogue.values())])


def _kpi(kpi: Kpi) -> str:
    sides = {"higher": "higher is better", "lower": "lower is better", "neither": "neither side is better"}
    lines = [f"## {kpi.name}", "", re.sub(r" \(D[0-9D, ]+\)", "", kpi.about), ""]
    lines += [f"Unit: {kpi.unit}; {sides[kpi.better]}. To a period belong the cases that {PERIODS[kpi.period_of]}.", ""]
    if kpi.parameters:
        lines += ["| parameter | takes | default |", "|---|---|---|", *map(_parameter, kpi.parameters), ""]
    return "\n".join(lines)


def _parameter(parameter: Parameter) -> str:
    takes = " or ".join(_kind(kind) for kind in parameter.kinds)
    given = "" if parameter.default in (None, "") else f"`{_text(parameter.default)}`"
    default = "required" if parameter.required else given
    return f"| `{parameter.name}` | {takes} | {default} |".replace("|  |", "| |")


def _kind(kind: object) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(kind))
    return KINDS[kind]


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
