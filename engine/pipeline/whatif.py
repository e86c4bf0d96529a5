"""What control points at other values would bring: each by itself, and all together by the funnel computed again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.definitions.condition import Expr
from engine.definitions.condition import Literal as Value
from engine.definitions.document import WrongValue
from engine.definitions.process import ControlPoint, Process
from engine.engines.duckdb import Engine
from engine.errors import DefinitionError, KpiError, Location, Problem
from engine.events.log import EventLog
from engine.events.report import SourceReport
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.kpis.process_flow import flow
from engine.pipeline.auditing import audit_period, prepared, with_events
from engine.pipeline.checks import units_of
from engine.pipeline.levers import Levers, Turn, months_of, won_titles
from engine.pipeline.opening import Asked, find_control_point
from engine.pipeline.working_limits import working_days
from engine.plan.effect import Lever
from engine.plan.item import Expected, JointEffect
from engine.plan.worth import Effects, expected_of, joint_of
from engine.rules.limits import unit_hint
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A control point at another value (unit of its KPI) and what that would bring, where a number can be put to it.

    `share_now`, `share_then`: the share of cases that keep the value, of a time. `rests_on`: a stage that more pass
    ("path"), or what goes with it in the outcome ("association").
    """

    process: str
    control_point: str
    title: str
    unit: str
    business: bool
    now: float | None
    becomes: float
    share_now: float | None = None
    share_then: float | None = None
    expected: Expected | None = None
    rests_on: Literal["path", "association"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Control points changed, and all of them together."""

    changes: tuple[Changed, ...]
    together: JointEffect | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    process: Process
    point: ControlPoint
    value: float


def what_if(
    workspace: Workspace,
    store: Engine,
    imported: Callable[[], Sequence[SourceReport]],
    asked: Asked,
    changes: Sequence[str],
) -> WhatIf:
    """Measure `NAME=VALUE` changes. DefinitionError with all that cannot be understood, before anything is read."""
    wishes = _understood(workspace, changes)
    reports = imported()
    store.lock_down()
    names = {wish.process.process for wish in wishes}
    present = [process for process in with_events(workspace, store, asked) if process.process in names]
    missing = sorted(names - {process.process for process in present})
    if missing:
        raise KpiError([_problem(missing[0], "no-events", f"there are no events of `{missing[0]}`", "")])
    logs = {process.process: prepared(workspace, store, reports, asked, process) for process in present}
    flows = [flow(log) for log in logs.values()]
    period = audit_period(workspace, asked, flows, logs)
    levers = Levers(logs, flows, (), {}, months_of(period), workspace.settings.audit.segments)
    effects = Effects(funnels=levers.funnels, won_titles=won_titles(flows))
    found = [levers.measured(wish.process.process, _turn(wish)) for wish in wishes]
    measured = [_fact(logs[wish.process.process], wish.point) for wish in wishes]
    return WhatIf(
        changes=tuple(
            _changed(workspace, wish, fact, lever, effects)
            for wish, fact, lever in zip(wishes, measured, found, strict=True)
        ),
        together=joint_of(effects, [lever for lever in found if lever]),
    )


def _fact(log: EventLog, point: ControlPoint) -> Fact | None:
    compute(log, (Request(control_point=point),), ())
    found = facts(log.engine, process=log.process.process, control_points=(point.name,))
    return next((fact for fact in found if not fact.segment and not fact.period), None)


def _turn(wish: _Wish) -> Turn:
    return Turn(key=f"{wish.process.process}.{wish.point.name}", point=wish.point, value=wish.value, limit=wish.value)


def _changed(workspace: Workspace, wish: _Wish, fact: Fact | None, lever: Lever | None, effects: Effects) -> Changed:
    unit = units_of((wish.process,))[wish.process.process, wish.point.name][0]
    locale = workspace.settings.locale
    return Changed(
        process=wish.process.process,
        control_point=wish.point.name,
        title=wish.point.title.of(locale) if wish.point.title else wish.point.name,
        unit=unit,
        business=wish.point.clock == "business",
        now=fact.value if fact else None,
        becomes=wish.value,
        share_now=lever.now.value if lever and unit == "seconds" else None,
        share_then=lever.then if lever and unit == "seconds" and isinstance(lever.then, float) else None,
        expected=expected_of(effects, [lever]) if lever else None,
        rests_on=("path" if lever.on_path else "association") if lever else None,
    )


# --- what was asked ---------------------------------------------------------------------------------------------------


def _understood(workspace: Workspace, changes: Sequence[str]) -> tuple[_Wish, ...]:
    problems: list[Problem] = []
    wishes: dict[tuple[str, str], _Wish] = {}
    for text in changes:
        name, _, value = text.partition("=")
        try:
            process, point = find_control_point(workspace, name.strip())
            day = working_days((process,), workspace.settings)[process.process] if point.clock == "business" else 0
            wish = _Wish(process, point, _value(name.strip(), value.strip(), process, point, day))
        except DefinitionError as error:
            problems += [_problem(text, one.code, one.message, one.hint) for one in error.problems]
            continue
        if (process.process, point.name) in wishes:
            problems.append(_problem(text, "duplicate-name", f"`{name}` is asked for twice", "keep one of the two"))
        wishes[process.process, point.name] = wish
    if problems:
        raise DefinitionError(problems)
    return tuple(wishes.values())


def _value(name: str, text: str, process: Process, point: ControlPoint, day: int) -> float:
    """A value in the unit of the KPI; `day`: seconds of a working day, if any. DefinitionError with what to write."""
    unit = units_of((process,))[process.process, point.name][0]
    try:
        literal = Expr.parse(text).tree
    except WrongValue as wrong:
        raise DefinitionError([_problem(name, wrong.code, str(wrong), wrong.hint)]) from None
    if not isinstance(literal, Value) or isinstance(literal.value, str | bool):
        instead = unit_hint(-1.0, "?", unit) or ""
        raise DefinitionError([_problem(name, "bad-value", f"`{text}` is not one value", instead)])
    hint = unit_hint(literal.value, literal.unit, unit)
    if literal.unit == "wd" and not day:
        hint = "write hours, `16h`: it has no working days"
    if hint is not None:
        raise DefinitionError([_problem(name, "bad-unit", f"the unit of `{text}` does not fit `{name}`", hint)])
    return literal.value * day if literal.unit == "wd" else literal.value


def _problem(where: str, code: str, message: str, hint: str) -> Problem:
    return Problem(where=Location(where), code=code, message=message, hint=hint)
