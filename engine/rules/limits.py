"""Rules checked when they are loaded: limits in the unit of the KPI and the right way up, diagnoses that make sense."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.document import Document, Path_
from engine.definitions.process import Process
from engine.definitions.rule import Limit, Rule
from engine.errors import Location, Problem
from engine.rules.applies import Units, periods_of, places_of
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
    processes: Sequence[Process], rules: Sequence[Rule], units: Units, documents: Documents
) -> tuple[Problem, ...]:
    """Problems of rules that only show beside the KPIs: units, sides, names and calls of `when:`, cycles of findings.

    A control point that no process has is left to the check of references. Problems come sorted by place, each once.
    """
    found: set[Problem] = set()
    for rule in rules:
        document, path = documents.get(rule.name, (None, ()))
        placed = _Placed(rule, document, path)
        found.update(_whole(placed))
        found.update(_limits(placed, processes, units))
    places = {rule.name: _place(rule, documents) for rule in rules if rule.when}
    found.update(diagnosis_problems(rules, processes, units, places))
    return tuple(sorted(found, key=lambda problem: problem.order))


def _place(rule: Rule, documents: Documents) -> Place:
    document, path = documents.get(rule.name, (None, ()))
    placed = _Placed(rule, document, path)
    return lambda offset: placed.at("when", offset)


def _whole(placed: _Placed) -> Iterator[Problem]:
    rule = placed.rule
    if rule.when is None and (rule.control_point is None or not (rule.yellow or rule.red)):
        hint = "give it `control_point:` with `yellow:` or `red:`, or `when:`"
        yield placed.problem("name", "no-limit", f"rule `{rule.name}` has no limit", hint)
    if rule.when is not None and (rule.yellow or rule.red or rule.control_point):
        hint = "make two rules of it; a diagnosis may say `finding(other_rule)`"
        yield placed.problem("when", "two-rules", "a rule has either a limit or `when:`", hint)
    if rule.for_ is not None and not periods_of(rule):
        yield placed.problem("for", "bad-for", f"`{rule.for_}` is no number of periods", "write `for: 2 periods`")
    if rule.at_least is not None and rule.at_least < 1:
        yield placed.problem("at_least", "bad-value", "`at_least` is a number of cases from 1 on")


def _limits(placed: _Placed, processes: Sequence[Process], units: Units) -> Iterator[Problem]:
    rule = placed.rule
    limits = [(key, limit) for key, limit in (("yellow", rule.yellow), ("red", rule.red)) if limit is not None]
    for process, point in places_of(rule.control_point, processes):
        unit = units.get((process.process, point))
        for key, limit in limits if unit else ():
            yield from _limit(placed, key, limit, *(unit or ("", "")), point)
    if rule.yellow and rule.red:
        yield from _pair(placed, rule.yellow, rule.red)


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
        if written == "s":
            return None
        return "a limit in working days is not known; write hours, `16h`" if written == "wd" else "write a time: `15m`"
    return None if written == "" else "write a plain number"


def _pair(placed: _Placed, yellow: Limit, red: Limit) -> Iterator[Problem]:
    if yellow.operator is None or red.operator is None or yellow.value is None or red.value is None:
        return
    if yellow.operator[0] != red.operator[0]:
        yield placed.problem("red", "limit-order", "`yellow` and `red` look to different sides")
        return
    sign = 1 if red.operator.startswith(">") else -1
    if yellow.unit == red.unit and sign * red.value < sign * yellow.value:
        hint = "`red` is the worse of the two; swap them"
        yield placed.problem("red", "limit-order", f"`{red.text}` is milder than yellow, `{yellow.text}`", hint)
