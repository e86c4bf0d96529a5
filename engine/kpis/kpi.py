"""A KPI: a function whose signature is the YAML schema of its control points; parameters bound with what is wrong."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Literal, ParamSpec, Union, cast, get_args, get_origin, get_type_hints

from engine.definitions.condition import Expr
from engine.definitions.document import Span, WrongValue, did_you_mean
from engine.definitions.process import Process
from engine.kpis.measure import AttributeName, Counter, Measure, Point, Quantity, StateName

P = ParamSpec("P")
Unit = Literal["ratio", "seconds", "count", "number", "money"]
Better = Literal["higher", "lower", "neither"]
PeriodOf = Literal["start", "end of the visit", "event", "moment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A key of the control point. `kinds`: the types its text may be read as, tried in this order."""

    name: str
    kinds: tuple[object, ...]
    required: bool
    default: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A KPI of the catalogue: what it takes, what it gives, whose period a case belongs to."""

    name: str
    unit: Unit
    better: Better
    period_of: PeriodOf
    about: str
    parameters: tuple[Parameter, ...]
    make: Callable[[Mapping[str, object]], Measure]


registered: dict[str, Kpi] = {}
"""Filled by `@kpi`; read through `engine.kpis.catalogue`."""


def kpi(*, unit: Unit, better: Better, period_of: PeriodOf) -> Callable[[Callable[P, Measure]], Callable[P, Measure]]:
    """Put a function into the catalogue; its signature is the schema, its docstring the passport."""

    def register(make: Callable[P, Measure]) -> Callable[P, Measure]:
        name = make.__name__.removesuffix("_")
        signature, hints = inspect.signature(make), get_type_hints(make)
        own = {parameter.removesuffix("_"): parameter for parameter in signature.parameters}

        def from_values(values: Mapping[str, object]) -> Measure:
            return make(**{own[key]: value for key, value in values.items()})  # type: ignore[call-arg, arg-type]

        registered[name] = Kpi(
            name=name,
            unit=unit,
            better=better,
            period_of=period_of,
            about=inspect.cleandoc(make.__doc__ or ""),
            parameters=tuple(_parameter(p, hints[p.name]) for p in signature.parameters.values()),
            make=from_values,
        )
        return make

    return register


def _parameter(parameter: inspect.Parameter, hint: object) -> Parameter:
    required = parameter.default is inspect.Parameter.empty
    return Parameter(
        name=parameter.name.removesuffix("_"),
        kinds=tuple(kind for kind in _flat(hint) if kind is not type(None)),
        required=required,
        default=None if required else parameter.default,
    )


def _flat(hint: object) -> tuple[object, ...]:
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for part in get_args(hint) for kind in _flat(part))
    return (hint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with a parameter: its key (or None for the control point), code, message, hint."""

    key: str | None
    code: str
    message: str
    hint: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the sources of a process give: names of attributes and those that are times; None: not known."""

    attributes: frozenset[str] | None = None
    times: frozenset[str] | None = None


def bind(
    kpi: Kpi, parameters: Mapping[str, object], process: Process, known: Known | None = None
) -> tuple[Measure | None, tuple[Wrong, ...]]:
    """The measure that a control point asks for, or everything that is wrong with its parameters."""
    names = [parameter.name for parameter in kpi.parameters]
    wrong = [
        Wrong(key=key, code="unknown-parameter", message=f"`{kpi.name}` has no `{key}`", hint=did_you_mean(key, names))
        for key in parameters
        if key not in names
    ]
    values: dict[str, object] = {}
    for parameter in kpi.parameters:
        if parameter.name not in parameters:
            if parameter.required:
                message = f"`{kpi.name}` needs `{parameter.name}`"
                wrong.append(Wrong(key=None, code="missing-parameter", message=message))
            continue
        try:
            values[parameter.name] = _read(parameter, parameters[parameter.name], process, known or Known())
        except WrongValue as error:
            wrong.append(
                Wrong(key=parameter.name, code=error.code, message=str(error), hint=error.hint, offset=error.offset)
            )
    if wrong:
        return None, tuple(wrong)
    try:
        return kpi.make(values), ()
    except WrongValue as error:
        return None, (Wrong(key=None, code=error.code, message=str(error), hint=error.hint),)


def _read(parameter: Parameter, raw: object, process: Process, known: Known) -> object:
    failures = []
    for kind in parameter.kinds:
        try:
            return _READERS[_kind_name(kind)](kind, raw, process, known)
        except WrongValue as error:
            failures.append(error)
    if process.counters and Counter in parameter.kinds:
        raise failures[parameter.kinds.index(Counter)]
    raise failures[0] if len(failures) == 1 or not _looks_like_name(raw) else failures[-1]


def _looks_like_name(raw: object) -> bool:
    return isinstance(raw, str) and raw[:1].isalpha()


def _kind_name(kind: object) -> str:
    if get_origin(kind) is Literal:
        return "Literal"
    return str(getattr(kind, "__name__", kind))


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise WrongValue("expected a text", code="bad-type")
    return raw


def _as_counter(_: object, raw: object, process: Process, __: Known) -> Counter:
    if _text(raw) not in process.counter_names:
        hint = did_you_mean(_text(raw), process.counter_names)
        raise WrongValue(f"unknown counter `{raw}`", code="unknown-counter", hint=hint)
    return Counter(_text(raw))


def _as_point(_: object, raw: object, process: Process, __: Known) -> Point:
    if process.counters:
        raise _no_cases(process)
    names = [state.name for state in process.states] + [mark.name for mark in process.marks]
    if _text(raw) not in names:
        raise WrongValue(f"unknown state or mark `{raw}`", code="unknown-point", hint=did_you_mean(_text(raw), names))
    return Point(_text(raw))


def _no_cases(process: Process) -> WrongValue:
    hint = f"its counters: {', '.join(process.counter_names)}"
    return WrongValue("the process has counters and no cases", code="kpi-needs-cases", hint=hint)


def _as_state(_: object, raw: object, process: Process, __: Known) -> StateName:
    if process.counters:
        raise _no_cases(process)
    names = [state.name for state in process.states]
    if _text(raw) not in names:
        raise WrongValue(f"unknown state `{raw}`", code="unknown-state", hint=did_you_mean(_text(raw), names))
    return StateName(_text(raw))


def _as_attribute(_: object, raw: object, process: Process, known: Known) -> AttributeName:
    if process.counters:
        raise _no_cases(process)
    names = known.attributes
    if names is not None and _text(raw) not in names:
        hint = did_you_mean(_text(raw), sorted(names))
        raise WrongValue(f"unknown attribute `{raw}`", code="unknown-attribute", hint=hint)
    return AttributeName(_text(raw))


def _as_quantity(_: object, raw: object, process: Process, __: Known) -> Quantity:
    names = [*process.counter_names, *process.control_points]
    if _text(raw) not in names:
        hint = did_you_mean(_text(raw), names)
        raise WrongValue(f"`{raw}` is no counter and no control point of the process", code="unknown-name", hint=hint)
    return Quantity(_text(raw))


def _as_span(_: object, raw: object, __: Process, ___: Known) -> Span:
    return Span.parse(_text(raw))


def _as_float(_: object, raw: object, __: Process, ___: Known) -> float:
    text = _text(raw).strip()
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise WrongValue(f"`{raw}` is no number", code="bad-type") from None


def _as_bool(_: object, raw: object, __: Process, ___: Known) -> bool:
    if _text(raw) not in ("true", "yes", "false", "no"):
        raise WrongValue("expected yes or no", code="bad-type")
    return raw in ("true", "yes")


def _as_condition(_: object, raw: object, __: Process, ___: Known) -> Expr:
    return Expr.parse(_text(raw))


def _as_one_of(kind: object, raw: object, _: Process, __: Known) -> str:
    words = cast(tuple[str, ...], get_args(kind))
    if raw not in words:
        message = f"`{raw}` is not one of {', '.join(f'`{word}`' for word in words)}"
        raise WrongValue(message, code="bad-value", hint=did_you_mean(str(raw), words))
    return _text(raw)


_Reader = Callable[[object, object, Process, Known], object]
_READERS: dict[str, _Reader] = {
    "Counter": _as_counter,
    "Point": _as_point,
    "StateName": _as_state,
    "AttributeName": _as_attribute,
    "Quantity": _as_quantity,
    "Span": _as_span,
    "float": _as_float,
    "bool": _as_bool,
    "Expr": _as_condition,
    "Literal": _as_one_of,
}
