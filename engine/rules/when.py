"""`when:` over facts, in five shades of true: what holds for the whole interval, for the value, or is not known."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from engine.definitions.condition import Binary, Call, Expr, Expression, Literal, Membership, Name, Unary


class Truth(IntEnum):
    """Ordered, so that `and` is the smallest and `or` the largest; `not` mirrors it (Kleene, with two more levels)."""

    FALSE = 0
    UNLIKELY = 1
    UNKNOWN = 2
    LIKELY = 3
    TRUE = 4

    @property
    def word(self) -> str:
        """The word that `explain` prints."""
        return self.name.lower()


def negate(truth: Truth) -> Truth:
    """Not true is false, not likely is unlikely, not unknown is unknown."""
    return Truth(Truth.TRUE - truth)


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its ends; all nan where nothing is known. What is not reached is infinite."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether it can be compared."""
        return not any(math.isnan(end) for end in (self.value, self.low, self.high))


UNKNOWN = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a condition may ask of one process: facts by control point, cases, segments of rules, and findings."""

    facts: Mapping[str, Interval]
    cases: Mapping[str, int]
    findings: Mapping[str, Truth]
    segments: Mapping[tuple[str, str], "SegmentCounts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCounts:
    """Segments of one dimension that a rule could judge: red, yellow, all of them."""

    red: int
    yellow: int
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A condition with what it came to: its text, its truth (or its value and interval), and its parts."""

    text: str
    truth: Truth | None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    parts: tuple["Explained", ...] = ()


def truth_of(condition: Expr, world: World) -> Truth:
    """Whether a condition holds of a process."""
    return explain(condition.tree, world).truth or Truth.FALSE


def explain(node: Expression, world: World) -> Explained:
    """A condition part by part; comparisons show the numbers on both sides."""
    match node:
        case Binary("and" | "or" as word, left, right):
            parts: tuple[Explained, ...] = (explain(left, world), explain(right, world))
            truths = [_truth(part) for part in parts]
            return Explained(text=text_of(node), truth=min(truths) if word == "and" else max(truths), parts=parts)
        case Unary("not", operand):
            inner = explain(operand, world)
            return Explained(text=text_of(node), truth=negate(_truth(inner)), parts=(inner,))
        case Binary("==" | "!=" | "<" | "<=" | ">" | ">=" as operator, left, right):
            a, b = interval_of(left, world), interval_of(right, world)
            parts = tuple(_shown(side, world) for side in (left, right) if not isinstance(side, Literal))
            return Explained(text=text_of(node), truth=compare(operator, a, b), parts=parts)
        case Membership(item, values):
            a = interval_of(item, world)
            truth = max(compare("==", a, interval_of(value, world)) for value in values)
            return Explained(text=text_of(node), truth=truth, parts=(_shown(item, world),))
        case Call("finding", (Name(name), *_)):
            return Explained(text=text_of(node), truth=world.findings.get(name, Truth.UNKNOWN))
        case Literal(bool() as flag):
            return Explained(text=text_of(node), truth=Truth.TRUE if flag else Truth.FALSE)
    return Explained(text=text_of(node), truth=Truth.UNKNOWN, parts=(_shown(node, world),))


def _truth(part: Explained) -> Truth:
    return Truth.UNKNOWN if part.truth is None else part.truth


def _shown(node: Expression, world: World) -> Explained:
    at = interval_of(node, world)
    if not at.known:
        return Explained(text=text_of(node), truth=None)
    return Explained(
        text=text_of(node), truth=None, value=_finite(at.value), low=_finite(at.low), high=_finite(at.high)
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def compare(operator: str, a: Interval, b: Interval) -> Truth:
    """True or false where it is so for both intervals as wholes, likely or unlikely by the values, else unknown."""
    if not a.known or not b.known:
        return Truth.UNKNOWN
    match operator:
        case "<":
            return _shade(a.high < b.low, a.low >= b.high, a.value < b.value)
        case "<=":
            return _shade(a.high <= b.low, a.low > b.high, a.value <= b.value)
        case ">" | ">=":
            return compare({">": "<", ">=": "<="}[operator], b, a)
        case "!=":
            return negate(compare("==", a, b))
    points = a.low == a.high == b.low == b.high
    return _shade(points, a.high < b.low or b.high < a.low, a.value == b.value)


def _shade(always: bool, never: bool, likely: bool) -> Truth:
    if always:
        return Truth.TRUE
    if never:
        return Truth.FALSE
    return Truth.LIKELY if likely else Truth.UNLIKELY


def interval_of(node: Expression, world: World) -> Interval:
    """A number of a condition, by interval arithmetic: wider than it would be if the facts' errors were independent."""
    match node:
        case Literal(value) if not isinstance(value, str | bool):
            return Interval(value, value, value)
        case Name(name):
            return world.facts.get(name, UNKNOWN)
        case Call("count", (Name(name),)):
            count = float(world.cases.get(name, math.nan))
            return Interval(count, count, count)
        case Call("count" | "share" as function, (Name(rule), Name(dimension))):
            return _segments(function, world.segments.get((rule, dimension)))
        case Unary("-", operand):
            a = interval_of(operand, world)
            return Interval(-a.value, -a.high, -a.low)
        case Binary("+" | "-" | "*" | "/" as operator, left, right):
            return _arithmetic(operator, interval_of(left, world), interval_of(right, world))
    return UNKNOWN


def _segments(function: str, counts: SegmentCounts | None) -> Interval:
    """Red segments for certain, yellow ones at most."""
    if counts is None or not counts.judged:
        return UNKNOWN
    of = counts.judged if function == "share" else 1
    return Interval(counts.red / of, counts.red / of, (counts.red + counts.yellow) / of)


def _arithmetic(operator: str, a: Interval, b: Interval) -> Interval:
    if not a.known or not b.known or (operator == "/" and b.low <= 0 <= b.high):
        return UNKNOWN
    ends = [_apply(operator, x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    if any(math.isnan(end) for end in ends):
        return UNKNOWN
    return Interval(_apply(operator, a.value, b.value), min(ends), max(ends))


def _apply(operator: str, x: float, y: float) -> float:
    match operator:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
    return x / y


def text_of(node: Expression) -> str:
    """A condition written out again, with brackets where they are needed."""
    match node:
        case Literal():
            return _literal_text(node)
        case Name(name):
            return name if name.replace(".", "").isidentifier() else f"`{name}`"
        case Call(function, arguments):
            return f"{function}({', '.join(map(text_of, arguments))})"
        case Unary("not", operand):
            return f"not {_bracketed(operand)}"
        case Unary(_, operand):
            return f"-{_bracketed(operand)}"
        case Membership(item, values):
            return f"{text_of(item)} in [{', '.join(map(text_of, values))}]"
        case Binary(operator, left, right):
            return f"{_inside(left, node)} {operator} {_inside(right, node, right=True)}"


_STRENGTH = {"or": 0, "and": 1, "+": 3, "-": 3, "*": 4, "/": 4}


def _inside(node: Expression, outer: Binary, right: bool = False) -> str:
    if not isinstance(node, Binary):
        return text_of(node)
    own, around = _STRENGTH.get(node.operator, 2), _STRENGTH.get(outer.operator, 2)
    return f"({text_of(node)})" if own < around or (right and own == around) else text_of(node)


def _bracketed(node: Expression) -> str:
    return f"({text_of(node)})" if isinstance(node, Binary | Membership) else text_of(node)


_SPANS = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def _literal_text(node: Literal) -> str:
    if isinstance(node.value, bool):
        return "yes" if node.value else "no"
    if isinstance(node.value, str):
        return f"'{node.value}'"
    if node.unit == "%":
        return f"{node.value * 100:.10g}%"
    if node.unit == "wd":
        return f"{node.value:g}wd"
    return _span_text(int(node.value)) if node.unit == "s" else f"{node.value:.15g}"


def _span_text(seconds: int) -> str:
    parts = []
    for unit, length in _SPANS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
