"""Rules checked when they are loaded: limits in the unit of the KPI and the right way up, diagnoses that make sense."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.document import Document, Path_
from engine.definitions.process import Process
from engine.definitions.rule import Limit, Rule
from engine.errors import Location, Problem
from engine.rules.applies import Units, places_of
from engine.rules.when_check import Place, diagnosis_problems

Documents = Mapping[str, tuple[Document, Path_]]
"""Rule name -> its file and the path of the rule in it, such as ("rules", 3)."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule and where its keys are."""

    rule: Rule
    document: Document | None
    path: Path_

    def at(self, key: str, offset: int = 0) -> Location:
        if self.document is None:
            return Location(f"rule {self.rule.name}")
        return self.document.at(*self.path, key, offset=offset)

    def problem(self, key: str, code: str, message: str, hint: str = "", offset: int = 0) -> Problem:
        return Problem(where=self.at(key, offset), code=code, message=message, hint=hint)


def check(
    processes: Sequence[Process],
    rules: Sequence[Rule],
    units: Units,
    documents: Documents,
    days: Mapping[str, int] | None = None,
) -> tuple[Problem, ...]:
    """Problems of rules that only show beside the KPIs: units and sides of limits, units and calls of `when:`.

    The form of a rule, unknown names and circles are found before, without KPIs: what is unknown here is passed over.
    `days`: seconds of a working day by process, for limits in working days. Problems come sorted by place, each once.
    """
    found: set[Problem] = set()
    for rule in rules:
        document, path = documents.get(rule.name, (None, ()))
        placed = _Placed(rule, document, path)
        found.update(_limits(placed, processes, units))
        found.update(_working_days(placed, processes, units, days or {}))
    places = {rule.name: _place(rule, documents) for rule in rules if rule.when}
    found.update(diagnosis_problems(rules, processes, units, places))
    return tuple(sorted(found, key=lambda problem: problem.order))


def _place(rule: Rule, documents: Documents) -> Place:
    document, path = documents.get(rule.name, (None, ()))
    placed = _Placed(rule, document, path)
    return lambda offset: placed.at("when", offset)


def _limits(placed: _Placed, processes: Sequence[Process], units: Units) -> Iterator[Problem]:
    rule = placed.rule
    limits = [(key, limit) for key, limit in (("yellow", rule.yellow), ("red", rule.red)) if limit is not None]
    for process, point in places_of(rule.control_point, processes):
        unit = units.get((process.process, point))
        for key, limit in limits if unit else ():
            yield from _limit(placed, key, limit, *(unit or ("", "")), point)


def _working_days(
    placed: _Placed, processes: Sequence[Process], units: Units, days: Mapping[str, int]
) -> Iterator[Problem]:
    """A limit in working days needs the working clock, and one length of a working day."""
    rule = placed.rule
    places = [
        (process, process.control_points[point])
        for process, point in places_of(rule.control_point, processes)
        if units.get((process.process, point), ("",))[0] == "seconds"
    ]
    for key, limit in (("yellow", rule.yellow), ("red", rule.red)):
        if limit is None or limit.unit != "wd":
            continue
        for process, point in places:
            if point.clock != "business":
                message = f"`{limit.text}` does not fit `{point.name}`, which every hour counts for"
                yield placed.problem(key, "bad-unit", message, "write hours, `16h`, or give it `clock: business`")
            elif not days.get(process.process):
                message = f"`{limit.text}` needs the working days of `{process.process}`, which has no calendar"
                yield placed.problem(key, "bad-unit", message, "give the process a `calendar`")
        if len({days.get(process.process) for process, _ in places}) > 1:
            message = f"`{limit.text}` is not the same in processes whose working days differ in length"
            hint = f"write a rule for each: `{places[0][0].process}.{places[0][1].name}`"
            yield placed.problem(key, "bad-unit", message, hint)


def _limit(placed: _Placed, key: str, limit: Limit, unit: str, better: str, point: str) -> Iterator[Problem]:
    if limit.own is not None:
        if better == "neither":
            message = f"`{limit.text}` needs to know what is better, and `{point}` does not say"
            yield placed.problem(
                key, "no-better", message, "give the control point `better: higher` or `better: lower`"
            )
        return
    hint = unit_hint(limit.value or 0.0, limit.unit, unit)
    if hint is not None:
        message = f"the unit of `{limit.text}` does not fit `{point}`, which is {_UNITS[unit]}"
        yield placed.problem(key, "bad-unit", message, hint)
    side = {"higher": "<", "lower": ">"}.get(better)
    if side and limit.operator and not limit.operator.startswith(side):
        turned = side + limit.text.strip().lstrip("<>")
        message = f"`{limit.text}` is upside down: a limit says what is wrong, and of `{point}` {better} is better"
        yield placed.problem(key, "upside-down", message, f"write `{turned}`")


_UNITS = {
    "ratio": "a share",
    "seconds": "a time",
    "money": "money",
    "count": "a number of things",
    "number": "a number",
}


def unit_hint(value: float, written: str, unit: str) -> str | None:
    """What to write instead, where a literal of the unit `written` does not fit a KPI of `unit`; None where it fits."""
    if unit == "ratio":
        if written == "%" or (written == "" and 0 <= value <= 1):
            return None if 0 <= value <= 1 else "a share is at most 100%"
        return f"write `{value:g}%`" if written == "" else "write a share, such as `40%`"
    if unit == "seconds":
        return None if written in ("s", "wd") else "write a time: `15m`"
    return None if written == "" else "write a plain number"
