"""Control points checked at load: the KPI, its parameters, the names and units of its conditions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal as OneOf
from typing import Protocol

from engine.definitions.condition import Binary, Call, Expr, Literal, Membership, Name
from engine.definitions.document import Key, did_you_mean, nearest
from engine.definitions.process import ControlPoint, Process
from engine.definitions.settings import Settings
from engine.definitions.source import AttributeType
from engine.errors import Level, Problem
from engine.events.dimensions import ACROSS, DERIVED, HALF, values_of
from engine.kpis.catalogue import catalogue
from engine.kpis.kpi import Known, bind
from engine.kpis.measure import Attained, CounterTotal, Holding, Measure, PerOther

TOTALS = ("value", "volume", "count")
ALWAYS: Mapping[str, AttributeType] = {
    "manager": "text",
    "source": "text",
    "product": "text",
    "channel": "text",
    "amount": "money",
    "loss_reason": "text",
    "client": "text",
    "branch": "text",
    "outcome": "text",
    "in_hours": "flag",
    "returning": "flag",
    "load": "number",
}
"""Names every process knows; `load` and `returning` look across cases."""


class Defined(Protocol):
    """What is asked of a workspace."""

    @property
    def processes(self) -> Mapping[str, Process]:
        """Processes by name."""

    @property
    def settings(self) -> Settings:
        """voronka.yaml."""

    def problem(
        self,
        kind: OneOf["process"],
        name: str,
        path: tuple[Key, ...],
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        offset: int = 0,
        level: Level = "error",
    ) -> Problem:
        """A problem at a place of a process."""


def check(workspace: Defined) -> Iterator[Problem]:
    """Everything that is wrong with the control points of every process."""
    for process in workspace.processes.values():
        for point in process.control_points.values():
            yield from _control_point(workspace, process, point)


def _control_point(workspace: Defined, process: Process, point: ControlPoint) -> Iterator[Problem]:
    path: tuple[Key, ...] = ("control_points", point.name)
    kpi = catalogue.get(point.kpi)
    if kpi is None:
        hint = did_you_mean(point.kpi, catalogue)
        yield workspace.problem(
            "process", process.process, (*path, "kpi"), "unknown-kpi", f"unknown KPI `{point.kpi}`", hint
        )
        return
    types = attribute_types(workspace.settings, process)
    known = Known(attributes=frozenset(types), times=frozenset(n for n, t in types.items() if t in ("time", "date")))
    measure, wrong = bind(kpi, point.parameters, process, known)
    for found in wrong:
        place = (*path, found.key) if found.key else path
        misspelt = found.code == "unknown-parameter"
        yield workspace.problem(
            "process", process.process, place, found.code, found.message, found.hint, key=misspelt, offset=found.offset
        )
    if isinstance(measure, PerOther | Attained):
        yield from _totals(workspace, process, path, measure)
    if process.counters:
        yield from _of_counters(workspace, process, point, measure)
        return
    if point.clock == "business" and not process.calendar:
        message, hint = "`clock: business` needs a calendar", "give the process `calendar:`"
        yield workspace.problem("process", process.process, (*path, "clock"), "no-calendar", message, hint)
    if point.where:
        yield from _condition(workspace, process, (*path, "where"), point.where, types)
    if isinstance(measure, Holding):
        yield from _condition(workspace, process, (*path, "of"), measure.of, types)


def _totals(
    workspace: Defined, process: Process, path: tuple[Key, ...], measure: PerOther | Attained
) -> Iterator[Problem]:
    """What is divided must be a total: a sum of money, a number of entries."""
    named = [("of", measure.of), *([("per", measure.per)] if isinstance(measure, PerOther) else [])]
    for key, name in named:
        if name in process.counter_names:
            continue
        point = process.control_points[name]
        if point.kpi not in TOTALS or point.parameters.get("how") == "mean":
            message = f"`{name}` is no total"
            hint = "name a control point of the KPI `value` (a sum), `volume` or `count`"
            yield workspace.problem("process", process.process, (*path, key), "not-a-total", message, hint)


def _of_counters(
    workspace: Defined, process: Process, point: ControlPoint, measure: Measure | None
) -> Iterator[Problem]:
    """A process of counters has totals and what is made of them; conditions and working time are about cases."""
    path: tuple[Key, ...] = ("control_points", point.name)
    hint = "of counters there are `ratio`, `volume`, `value` and `attainment`"
    if measure is not None and not isinstance(measure, PerOther | CounterTotal | Attained):
        message = f"`{point.kpi}` is about cases, and the process has counters"
        yield workspace.problem("process", process.process, (*path, "kpi"), "kpi-needs-cases", message, hint)
    for key, there in (("where", point.where is not None), ("clock", point.clock == "business")):
        if there:
            message = f"`{key}` is about cases, and the process has counters"
            place = (*path, key)
            yield workspace.problem(
                "process", process.process, place, "kpi-needs-cases", message, "delete it", key=True
            )


def attribute_types(settings: Settings, process: Process) -> dict[str, AttributeType]:
    """Every name a condition on the cases of a process may use, with its type; dimensions are texts."""
    types: dict[str, AttributeType] = dict.fromkeys((*DERIVED, HALF, *ACROSS, *process.dimensions), "text")
    types |= ALWAYS
    for source in settings.sources:
        of = source.process
        if of is None or of.name in (None, process.process):
            types |= {
                name: "text" if attribute.type == "phone" else attribute.type
                for name, attribute in source.attributes.items()
            }
    return types


def _condition(
    workspace: Defined, process: Process, path: tuple[Key, ...], condition: Expr, types: Mapping[str, AttributeType]
) -> Iterator[Problem]:
    for code, message, hint, offset in wrong_words(condition, process, types):
        yield workspace.problem("process", process.process, path, code, message, hint, offset=offset)


WrongWord = tuple[str, str, str, int]
"""Code, message, hint, and the character of the condition it begins at."""


def wrong_words(condition: Expr, process: Process, types: Mapping[str, AttributeType]) -> Iterator[WrongWord]:
    """Names, units and calls of a condition on the cases of a process that are wrong; `types` as `attribute_types`."""
    for name in condition.names():
        if name.name not in types:
            hint = did_you_mean(name.name, sorted(types))
            yield "unknown-name", f"unknown name `{name.name}`", hint, name.offset
    for node in condition.nodes():
        if wrong := _wrong_node(node, process, types):
            yield wrong


def _wrong_node(node: object, process: Process, types: Mapping[str, AttributeType]) -> WrongWord | None:
    match node:
        case Call(function, arguments, offset):
            return _wrong_call(function, arguments, offset, process)
        case Binary("==" | "!=" | "<" | "<=" | ">" | ">=", Name() as name, Literal() as literal):
            return _wrong_unit(name, literal, types) or _wrong_value(name, literal, process, types)
        case Binary("==" | "!=" | "<" | "<=" | ">" | ">=", Literal() as literal, Name() as name):
            return _wrong_unit(name, literal, types) or _wrong_value(name, literal, process, types)
        case Membership(Name() as name, values):
            wrong = (_wrong_unit(name, value, types) or _wrong_value(name, value, process, types) for value in values)
            return next(filter(None, wrong), None)
        case _:
            return None


def _wrong_call(function: str, arguments: tuple[object, ...], offset: int, process: Process) -> WrongWord | None:
    if function != "count":
        hint = did_you_mean(function, ["count"])
        return (
            "unknown-function",
            f"there is no function `{function}` of cases",
            hint or "there is `count(POINT)`",
            offset,
        )
    points = [s.name for s in process.states] + [m.name for m in process.marks]
    match arguments:
        case (Name(name),) if name in points:
            return None
        case (Name(name, at),):
            return ("unknown-point", f"unknown state or mark `{name}`", did_you_mean(name, points), at)
        case _:
            return ("bad-call", "`count` takes one state or mark", "write `count(call_attempt)`", offset)


def _wrong_unit(name: Name, literal: Literal, types: Mapping[str, AttributeType]) -> WrongWord | None:
    """A number compared with a text, a flag with a number: it would silently never hold."""
    kind = types.get(name.name)
    value = "flag" if isinstance(literal.value, bool) else "text" if isinstance(literal.value, str) else "number"
    if kind in ("number", "money") and (value != "number" or literal.unit in ("s", "wd")):
        return ("bad-unit", f"`{name.name}` is a number", "compare it with a number", literal.offset)
    if kind in ("time", "date") and value != "text":
        return ("bad-unit", f"`{name.name}` is a {kind}", "compare it with '2026-09-30'", literal.offset)
    if kind == "flag" and value != "flag":
        return ("bad-unit", f"`{name.name}` is yes or no", "compare it with yes or no", literal.offset)
    return None


def _wrong_value(
    name: Name, literal: Literal, process: Process, types: Mapping[str, AttributeType]
) -> WrongWord | None:
    """A word that a derived dimension never is: the comparison would silently never hold."""
    written = _written(literal)
    if name.name not in types or name.name not in (*DERIVED, HALF, "outcome", *process.dimensions):
        return None
    known = values_of(name.name, process)
    if known is None:  # a month
        right = isinstance(literal.value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", written) is not None
        hint = "write '2026-09'"
    else:
        right = isinstance(literal.value, str) and written in known
        hint = _meant(written, name.name, known)
    return None if right else ("unknown-value", f"`{name.name}` is never {written!r}", hint, literal.offset)


def _written(literal: Literal) -> str:
    return f"{literal.value:g}" if isinstance(literal.value, float) else str(literal.value)


def _meant(written: str, name: str, known: Sequence[str]) -> str:
    """The value that was meant: a number is that day of the week, or an hour of two digits."""
    if name == "weekday" and re.fullmatch("[1-7]", written):
        return f"did you mean '{known[int(written) - 1]}'?"
    padded = re.sub(r"\b\d$", r"0\g<0>", written)
    if padded in known:
        return f"write '{padded}'"
    return nearest(written, known) or f"write '{known[0]}', '{known[1]}', ..."
