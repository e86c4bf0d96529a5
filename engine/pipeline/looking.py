"""Looking closer: one control point as a table, why a finding fired, the path of a case, moves for a diagram."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit import MeasuredPoint
from engine.definitions.document import did_you_mean
from engine.definitions.process import ControlPoint, Process
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import DefinitionError, Location, Problem
from engine.events.log import relation
from engine.events.report import SourceReport
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.machine import Replay, replay
from engine.pipeline.auditing import Result, prepared
from engine.pipeline.checks import units_of
from engine.pipeline.opening import Asked
from engine.pipeline.shown import measured_points
from engine.pipeline.zones import local
from engine.rules.diagnoses import explain_rule
from engine.rules.finding import Finding
from engine.rules.when import Explained
from engine.workspace import Workspace


def about(workspace: Workspace, process: Process, point: ControlPoint) -> MeasuredPoint:
    """The passport of a control point, without data."""
    units = units_of((process,))
    points = measured_points((process,), workspace.rules, (), units, workspace.settings.locale)
    return next(found for found in points if found.name == point.name)


def measure(
    workspace: Workspace,
    store: Engine,
    reports: Sequence[SourceReport],
    asked: Asked,
    process: Process,
    point: ControlPoint,
    by: Sequence[str],
    grain: str | None,
) -> tuple[Fact, ...]:
    """The facts of one control point: the whole, then by the dimensions, then by period."""
    log = prepared(workspace, store, reports, asked, process, uses=by)
    unknown = [name for name in by if name not in log.dimensions]
    if unknown:
        hint = did_you_mean(unknown[0], log.dimensions) or f"there are: {', '.join(log.dimensions)}"
        raise _problem("--by", "unknown-dimension", f"no dimension `{unknown[0]}` in {process.process}", hint)
    compute(log, (Request(control_point=point, by=tuple(by)),), grain or ())
    return facts(store, process=process.process, control_points=(point.name,))


def sql_of(
    workspace: Workspace,
    store: Engine,
    reports: Sequence[SourceReport],
    asked: Asked,
    process: Process,
    point: ControlPoint,
) -> str:
    """The statements that compute a control point, to paste into DuckDB on a copy of the store."""
    store.journal = []
    log = prepared(workspace, store, reports, asked, process)
    compute(log, (Request(control_point=point),), ())
    statements = [statement for statement in store.journal if not statement.lstrip().startswith("describe")]
    store.journal = None
    return ";\n\n".join((*(statement.strip() for statement in statements), "from facts;"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFinding:
    """A finding, the facts it rests on, and its conditions one by one."""

    finding: Finding
    conditions: Explained | None
    facts: tuple[Fact, ...]


def explain_finding(workspace: Workspace, store: Engine, result: Result, finding_id: str) -> ExplainedFinding:
    """Why a rule fired; DefinitionError where the audit has no such finding."""
    findings = {finding.id: finding for finding in result.audit.findings}
    if finding_id not in findings:
        known = ", ".join(f"{finding.id} ({finding.title})" for finding in result.audit.findings)
        raise _problem("ID", "unknown-finding", f"no finding `{finding_id}`", f"there are: {known or 'none'}")
    finding = findings[finding_id]
    rule = next(rule for rule in workspace.rules if rule.name == finding.rule)
    processes = tuple(workspace.processes[flow.process] for flow in result.audit.processes)
    conditions = explain_rule(store, rule, workspace.rules, processes, result.units, finding.process)
    shown = tuple(fact for fact in result.audit.facts if fact.key in finding.facts)
    return ExplainedFinding(finding=finding, conditions=conditions, facts=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of a case as it happened, in the workspace's zone; `state` or `mark` is what it was understood as."""

    happened_at: datetime
    activity: str | None
    state: str | None
    mark: str | None
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedCase:
    """The path of a case and how it kept to the process."""

    process: Process
    case_id: str
    steps: tuple[Step, ...]
    replayed: Replay
    attributes: Mapping[str, str]


def explain_case(
    workspace: Workspace, store: Engine, reports: Sequence[SourceReport], asked: Asked, process: Process, case_id: str
) -> ExplainedCase:
    """The events of one case in order, and where it left the process; DefinitionError for an unknown case."""
    prepared(workspace, store, reports, asked, process)
    keys = store.records(f"select * from {relation(process, 'cases')} where case_id = $case_id", {"case_id": case_id})
    if not keys:
        message = f"no case `{case_id}` in {process.process}"
        raise _problem("CASE", "unknown-case", message, "`cases/*.csv` of a report hold names of cases")
    steps = _steps(store, process, str(keys[0]["case_key"]), workspace.settings.time_zone)
    visited = store.rows(
        f"select state_no from {relation(process, 'visits')} where case_key = $key order by visit_no",
        {"key": int(str(keys[0]["case_key"]))},
    )
    states = [process.states[int(str(row[0]))].name for row in visited]
    return ExplainedCase(
        process=process,
        case_id=case_id,
        steps=steps,
        replayed=replay(process, states),
        attributes={
            name.removeprefix("a_"): str(value)
            for name, value in sorted(keys[0].items())
            if name.startswith("a_") and value is not None
        },
    )


def _steps(store: Engine, process: Process, key: str, zone: str) -> tuple[Step, ...]:
    schemas = store.rows(
        "select table_schema from information_schema.tables where table_name = 'events' order by table_schema"
    )
    rows: list[tuple[object, ...]] = []
    for (schema,) in schemas:
        rows += store.rows(
            f"select happened_at, seq, activity, state, mark, actor from {quote(str(schema))}.events "
            "where process = $process and case_key = $key",
            {"process": process.process, "key": int(key)},
        )
    ordered = sorted(rows, key=lambda row: (str(row[0]), int(str(row[1]))))
    return tuple(
        Step(
            happened_at=local(row[0], zone) if isinstance(row[0], datetime) else datetime.min,
            activity=_text(row[2]),
            state=_text(row[3]),
            mark=_text(row[4]),
            actor=_text(row[5]),
        )
        for row in ordered
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def counts_of_moves(
    workspace: Workspace, store: Engine, reports: Sequence[SourceReport], asked: Asked, process: Process
) -> dict[str | tuple[str, str], str]:
    """How many cases were in each state and took each move, for a diagram."""
    prepared(workspace, store, reports, asked, process)
    names = [state.name for state in process.states]
    visits = store.rows(
        f"select state_no, count(distinct case_key) from {relation(process, 'visits')} group by all order by all"
    )
    moves = store.rows(
        f"select from_state, to_state, count(distinct case_key) from {relation(process, 'moves')} "
        "group by all order by all"
    )
    found: dict[str | tuple[str, str], str] = {names[int(str(state))]: str(cases) for state, cases in visits}
    for origin, target, cases in moves:
        if origin is not None:
            found[names[int(str(origin))], names[int(str(target))]] = str(cases)
    return found


def _problem(where: str, code: str, message: str, hint: str) -> DefinitionError:
    return DefinitionError([Problem(where=Location(where), code=code, message=message, hint=hint)])
