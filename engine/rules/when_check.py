"""The units and calls of `when:`, checked at load; and the order of diagnoses that build on others."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from engine.definitions.condition import Binary, Call, Expr, Expression, Literal, Membership, Name, Unary
from engine.definitions.document import did_you_mean
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.errors import Location, Problem
from engine.rules.applies import Units, places_of

Place = Callable[[int], Location]
"""Offset in the text of a condition -> its place in the file."""

FUNCTIONS = ("count", "share", "finding")
NUMBERS = ("number", "count")


def diagnosis_problems(
    rules: Sequence[Rule], processes: Sequence[Process], units: Units, places: Mapping[str, Place]
) -> Iterator[Problem]:
    """Problems of every `when:`: units that do not compare, unknown functions, wrong calls."""
    for rule in rules:
        if rule.when is not None:
            yield from _Checker(rule.when, processes, units, rules, places[rule.name]).problems()


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules with a `when:`, each after those whose findings it asks for; by name otherwise.

    Raises CycleError where they go in a circle, which the check of references reports at load.
    """
    diagnoses = {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name) if rule.when}
    graph = {name: [n for n in _asked(rule) if n in diagnoses] for name, rule in diagnoses.items()}
    return tuple(diagnoses[name] for name in TopologicalSorter(graph).static_order())


def _asked(rule: Rule) -> tuple[str, ...]:
    """The rules whose finding or segments a diagnosis looks at."""
    calls = [node for node in rule.when.nodes() if isinstance(node, Call)] if rule.when else []
    return tuple(
        sorted(
            {
                call.arguments[0].name
                for call in calls
                if call.function == "finding" and call.arguments and isinstance(call.arguments[0], Name)
            }
        )
    )


class _Checker:
    """Walks one condition: `kind` of every expression is a unit, "plain", "text", "flag", or "" where unknown."""

    def __init__(
        self, condition: Expr, processes: Sequence[Process], units: Units, rules: Sequence[Rule], place: Place
    ) -> None:
        self.condition, self.processes, self.units, self.place = condition, processes, units, place
        self.diagnoses = {rule.name for rule in rules if rule.when is not None}
        self.limit_rules = {rule.name for rule in rules if rule.when is None}
        self.found: list[Problem] = []

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the condition, in the order of reading."""
        if self.kind(self.condition.tree) not in ("flag", ""):
            self.add(self.condition.tree, "condition", "a number is no condition", "compare it: `contact_rate < 50%`")
        return tuple(self.found)

    def add(self, node: Expression, code: str, message: str, hint: str = "") -> str:
        self.found.append(Problem(where=self.place(node.offset), code=code, message=message, hint=hint))
        return ""

    def kind(self, node: Expression) -> str:
        match node:
            case Literal():
                return self.literal(node)
            case Name():
                return self.name(node)
            case Call():
                return self.call(node)
            case Unary("not", operand):
                return self.truths(node, operand)
            case Unary(_, operand):
                return self.kind(operand)
            case Membership(item, values):
                for value in values:
                    self.compared(node, item, value)
                return "flag"
            case Binary("and" | "or", left, right):
                return self.truths(node, left, right)
            case Binary("+" | "-" | "*" | "/" as operator, left, right):
                return self.arithmetic(node, operator, left, right)
            case Binary(_, left, right):
                self.compared(node, left, right)
        return "flag"

    def literal(self, node: Literal) -> str:
        if isinstance(node.value, bool):
            return "flag"
        if isinstance(node.value, str):
            return self.add(node, "bad-unit", "facts are numbers; a text cannot be compared with them")
        if node.unit == "wd":
            return self.add(node, "bad-unit", "working days cannot be compared with a time", "write hours: `16h`")
        return {"%": "ratio", "s": "seconds"}.get(node.unit, "plain")

    def name(self, node: Name) -> str:
        kinds = {self.units.get((p.process, point), ("",))[0] for p, point in places_of(node.name, self.processes)}
        return min(kinds, default="")

    def call(self, node: Call) -> str:
        if node.function not in FUNCTIONS:
            hint = did_you_mean(node.function, FUNCTIONS) or "known are count, share and finding"
            return self.add(node, "unknown-function", f"unknown function `{node.function}`", hint)
        names = [argument for argument in node.arguments if isinstance(argument, Name)]
        if len(names) != len(node.arguments) or len(names) not in _ARGUMENTS[node.function]:
            return self.add(node, "bad-call", f"`{node.function}` is called wrongly", _HINTS[node.function])
        if node.function == "count" and len(names) == 1:
            self.counted(names[0])
        elif node.function != "finding":
            self.rule(names[0])
        return {"count": "count", "share": "ratio", "finding": "flag"}[node.function]

    def counted(self, node: Name) -> None:
        if not places_of(node.name, self.processes):
            known = {n for p in self.processes for point in p.control_points for n in (point, f"{p.process}.{point}")}
            message = f"unknown control point `{node.name}`"
            self.add(node, "unknown-control-point", message, did_you_mean(node.name, sorted(known)))

    def rule(self, node: Name) -> None:
        if node.name in self.diagnoses:
            message = f"rule `{node.name}` is a diagnosis and has no segments"
            self.add(node, "bad-call", message, "name a rule with a limit")
        elif node.name not in self.limit_rules:
            message = f"unknown rule `{node.name}`"
            self.add(node, "unknown-rule", message, did_you_mean(node.name, sorted(self.limit_rules)))

    def truths(self, node: Expression, *operands: Expression) -> str:
        for operand in operands:
            if self.kind(operand) not in ("flag", ""):
                self.add(operand, "condition", "a number is no condition", "compare it: `contact_rate < 50%`")
        return "flag"

    def compared(self, node: Expression, left: Expression, right: Expression) -> None:
        a, b = self.kind(left), self.kind(right)
        if a and b and not self.alike(node, left, right, a, b):
            self.add(node, "bad-unit", f"{_words(a)} cannot be compared with {_words(b)}", _unit_hint(a, b, right))

    def alike(self, node: Expression, left: Expression, right: Expression, a: str, b: str) -> bool:
        if "flag" in (a, b):
            return False
        for kind, other, literal in ((a, b, right), (b, a, left)):
            if other == "plain" and kind == "ratio" and isinstance(literal, Literal):
                return isinstance(literal.value, float) and 0 <= literal.value <= 1
        return a == b or ("plain" in (a, b) and "seconds" not in (a, b)) or {a, b} <= {*NUMBERS, "plain", "ratio"}

    def arithmetic(self, node: Expression, operator: str, left: Expression, right: Expression) -> str:
        a, b = self.kind(left), self.kind(right)
        if not a or not b:
            return ""
        if "flag" in (a, b):
            return self.add(node, "bad-unit", f"`{operator}` takes numbers")
        plain = (*NUMBERS, "plain", "ratio")
        if operator in "+-":
            if a != b and not (a in plain and b in plain) and not {a, b} <= {"money", "plain"}:
                return self.add(node, "bad-unit", f"{_words(a)} and {_words(b)} do not add up", _unit_hint(a, b, right))
            return b if a == "plain" else a
        if operator == "/" and a == b:
            return "number"
        if b in plain:
            return "number" if a in plain else a
        return b if a in plain and operator == "*" else "number"


_ARGUMENTS = {"count": (1, 2), "share": (2,), "finding": (1,)}
_HINTS = {
    "count": "write `count(control_point)` (cases) or `count(rule, dimension)` (segments that are red)",
    "share": "write `share(rule, dimension)`: segments that are red of those that could be judged",
    "finding": "write `finding(rule)`",
}
_WORDS = {"ratio": "a share", "seconds": "a time", "money": "money", "flag": "yes or no", "text": "a text"}


def _words(kind: str) -> str:
    return _WORDS.get(kind, "a number")


def _unit_hint(a: str, b: str, right: Expression) -> str:
    if "seconds" in (a, b):
        return "write a time: `15m`"
    if "ratio" in (a, b) and isinstance(right, Literal) and isinstance(right.value, float):
        return f"write `{re.sub(r'[.]0$', '', str(right.value))}%`"
    return ""
