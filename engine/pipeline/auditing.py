"""The whole story: relations of each process -> facts -> verdicts -> findings -> plan -> audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version

from engine.audit import Audit, AuditPeriod
from engine.definitions.process import Process
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.events.counts import extent
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.events.report import SourceReport
from engine.kpis.compute import Request, compute
from engine.kpis.fact import Fact
from engine.kpis.flow import ProcessFlow
from engine.kpis.process_flow import flow
from engine.kpis.signals import ENOUGH_POINTS
from engine.kpis.working import prepare_working_time, working_time
from engine.pipeline.cases import Cases, CaseTable
from engine.pipeline.causes import Causes
from engine.pipeline.changes import changes
from engine.pipeline.checks import units_of
from engine.pipeline.doubts import provisional
from engine.pipeline.earlier import Earlier, EarlierThan, no_earlier
from engine.pipeline.horizons import keep, kept
from engine.pipeline.insight import Insight, look
from engine.pipeline.levers import effects_of
from engine.pipeline.opening import Asked, Tell, silent
from engine.pipeline.reconciling import reconcile
from engine.pipeline.shown import facts_with_verdicts, lacking_of_sources, measured_points, rules_shown
from engine.pipeline.trends import trends
from engine.pipeline.zones import local
from engine.plan.item import Plan
from engine.plan.make import make_plan
from engine.rules.applies import DEFAULT_AT_LEAST, FactRequest, Units, requests
from engine.rules.causes import controlled
from engine.rules.finding import Finding
from engine.rules.findings import find, in_order
from engine.rules.since import with_past
from engine.rules.verdicts import judge
from engine.workspace import Workspace

ALIKE = ("source", "manager", "returning")
"""What cases are compared within, whoever asks (D15, D16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An audit, the cases of each finding as tables, the logs it rests on (until the store is audited again)."""

    audit: Audit
    case_tables: Mapping[str, CaseTable]
    units: Units
    logs: Mapping[str, EventLog]


def audit(
    workspace: Workspace,
    store: Engine,
    reports: Sequence[SourceReport],
    asked: Asked,
    tell: Tell = silent,
    earlier: EarlierThan = no_earlier,
) -> Result:
    """Audit what the store holds, with no way out to files from here on. EventLogError where no process has events.

    `earlier` is asked, once the day is known that the audit looks from, what the audits before it found.
    """
    store.lock_down()
    processes = with_events(workspace, store, asked)
    units = units_of(processes)
    wanted = requests(workspace.rules, processes, units, workspace.settings.audit.segments)
    logs, flows = {}, []
    for number, process in enumerate(processes):
        tell(process.process, number / len(processes))
        log = prepared(workspace, store, reports, asked, process)
        compute(log, _requests(workspace, process, wanted), grains(workspace, log))
        logs[process.process] = log
        flows.append(flow(log))
    if not any(one.cases or one.counters for one in flows):
        hint = f"the log is of {_span(reports)}"
        message = "no case began in the period asked for"
        raise EventLogError([Problem(where=Location("voronka.yaml"), code="no-cases", message=message, hint=hint)])
    keep(store, logs.values())
    tell("rules", 0.9)
    return _concluded(
        _Measured(
            workspace=workspace,
            store=store,
            reports=reports,
            asked=asked,
            processes=processes,
            units=units,
            logs=logs,
            flows=tuple(flows),
        ),
        earlier,
    )


def _span(reports: Sequence[SourceReport]) -> str:
    """First and last day of what was imported."""
    first = min((report.first for report in reports if report.first), default=None)
    last = max((report.last for report in reports if report.last), default=None)
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "no time at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What was measured, before anything is said about it."""

    workspace: Workspace
    store: Engine
    reports: Sequence[SourceReport]
    asked: Asked
    processes: tuple[Process, ...]
    units: Units
    logs: Mapping[str, EventLog]
    flows: tuple[ProcessFlow, ...]


def _concluded(on: _Measured, earlier: EarlierThan) -> Result:
    """Verdicts, findings and plan, on what was measured."""
    settings, rules = on.workspace.settings, on.workspace.rules
    judge(on.store, rules, on.processes, on.units, grain=settings.audit.period)
    facts = facts_with_verdicts(on.store)
    cases = Cases(on.logs, on.flows, rules, facts, settings)
    findings = find(
        on.store,
        rules,
        on.processes,
        on.units,
        locale=settings.locale,
        currency=settings.currency,
        cases_of=cases.of,
        causes_of=Causes(on.logs, on.workspace, on.units).of,
    )
    findings = controlled(findings)
    insight = look(on.store, on.workspace, on.logs, on.units, cases)
    findings = in_order((*findings, *insight.findings))
    period = audit_period(on.workspace, on.asked, on.flows, on.logs)
    past = earlier(_day(period))
    whole = {fact.key: fact for fact in facts if fact.period is None}
    better = {place: side for place, (_, side) in on.units.items()}
    findings = with_past(findings, past.findings, whole, better, _day(period).isoformat())
    plan = _plan(on, findings, whole, period, past)
    audited = replace(
        _said(on, facts, findings, plan, period, insight),
        resolved=past.resolved(findings, (flow.process for flow in on.flows)),
    )
    return Result(audit=audited, case_tables=cases.tables(findings), units=on.units, logs=on.logs)


def _plan(
    on: _Measured, findings: Sequence[Finding], facts: Mapping[str, Fact], period: AuditPeriod, past: Earlier
) -> Plan:
    since, until = period.since, period.until
    return make_plan(
        findings,
        on.workspace.rules,
        on.workspace.actions.values(),
        on.workspace.settings,
        on.processes,
        facts,
        _day(period),
        on.workspace.settings.locale,
        since=since.date() if since else None,
        until=until.date() if until else None,
        units=on.units,
        effects=effects_of(on.logs, on.flows, on.workspace, facts, period),
        kept=past.kept,
    )


def _day(period: AuditPeriod) -> date:
    """The day an audit looks from, in the workspace's zone."""
    return (period.until or datetime(1970, 1, 1)).date()


def _said(
    on: _Measured,
    facts: tuple[Fact, ...],
    findings: tuple[Finding, ...],
    plan: Plan,
    period: AuditPeriod,
    insight: Insight,
) -> Audit:
    """Everything together, with times as the workspace's clock shows them."""
    settings, rules = on.workspace.settings, on.workspace.rules
    return Audit(
        voronka=engine_version(),
        client=settings.client,
        locale=settings.locale,
        currency=settings.currency,
        time_zone=settings.time_zone,
        definitions_sha256=on.workspace.definitions_sha256,
        as_of=period.until,
        hindsight=any(log.hindsight for log in on.logs.values()),
        period=period,
        provisional=provisional(on.workspace, on.reports, on.asked, on.logs),
        sources=tuple(_in_zone(report, settings.time_zone) for report in on.reports),
        processes=tuple(_flow_in_zone(one, settings.time_zone) for one in on.flows),
        control_points=measured_points(on.processes, rules, facts, on.units, settings.locale),
        rules=rules_shown(rules, settings.locale),
        facts=_written(facts),
        lacking=lacking_of_sources(facts, settings.locale),
        trends=trends(facts, on.units, rules, on.processes, settings.audit.period),
        changes=changes(on.logs, facts, on.units, settings.audit.segments),
        dose=insight.dose,
        scan=insight.scan,
        managers=insight.managers,
        findings=findings,
        plan=plan.items,
        not_chosen=plan.not_chosen,
        joint_effect=plan.joint,
        dropped=plan.dropped,
        reconciliation=reconcile(on.store, on.logs, settings, period.until),
        segments=settings.audit.segments,
    )


def with_events(workspace: Workspace, store: Engine, asked: Asked) -> tuple[Process, ...]:
    """The processes asked for that the store has events of; EventLogError where there are none."""
    present: set[object] = set()
    for schema, table in store.rows(
        "select distinct table_schema, table_name from information_schema.tables "
        "where table_name in ('events', 'counts') and table_schema like 'source:%' order by all"
    ):
        present |= {row[0] for row in store.rows(f"select distinct process from {quote(str(schema))}.{table}")}
    found = tuple(workspace.processes[name] for name in asked.processes if name in present)
    if not found:
        hint = "name an export in `sources` of voronka.yaml, with the process it is about"
        message = "there are no events to audit"
        raise EventLogError([Problem(where=Location("voronka.yaml"), code="no-events", message=message, hint=hint)])
    return found


def prepared(
    workspace: Workspace,
    store: Engine,
    reports: Sequence[SourceReport],
    asked: Asked,
    process: Process,
    uses: Sequence[str] = (),
) -> EventLog:
    """The relations of one process, with every dimension that its rules and control points split by or ask for."""
    prepare_working_time(store, workspace.settings, reports)
    log = prepare(
        store,
        process,
        workspace.settings,
        reports,
        as_of=asked.as_of,
        since=asked.since,
        until=asked.until,
        uses=(*names_in_rules(workspace, process), *uses),
        working=working_time(process, workspace.settings),
    )
    return replace(log, horizons=kept(store, log))


def names_in_rules(workspace: Workspace, process: Process) -> tuple[str, ...]:
    """Dimensions and attributes that rules split by or put conditions on."""
    names: list[str] = [*workspace.settings.audit.segments, *ALIKE, "half", "month"]
    for rule in workspace.rules:
        names += rule.by or ()
        conditions = [rule.where, *(cause.exposure for cause in rule.causes)]
        names += [name.name for condition in conditions if condition for name in condition.names()]
    for point in process.control_points.values():
        names += point.by or ()
    return tuple(dict.fromkeys(names))


def _requests(workspace: Workspace, process: Process, wanted: Sequence[FactRequest]) -> tuple[Request, ...]:
    """Every control point as it is, and the variants that rules ask for; split by its own dimensions and theirs."""
    found = {}
    for name, point in process.control_points.items():
        by = point.by if point.by is not None else workspace.settings.audit.segments
        found[name, ""] = Request(control_point=point, by=tuple(by))
    for one in wanted:
        if one.process != process.process:
            continue
        point = process.control_points[one.control_point]
        plain = found[one.control_point, ""]
        by = tuple(dict.fromkeys((*(plain.by if not one.variant else ()), *one.by)))
        found[one.control_point, one.variant] = Request(
            control_point=point,
            variant=one.variant,
            where=one.where,
            by=by,
            at_least=one.at_least,
            limit=next(iter(one.limits), None),
        )
    return tuple(found[key] for key in sorted(found))


def grains(workspace: Workspace, log: EventLog) -> tuple[str, ...]:
    """The grain of the settings, months for comparisons, days or quarters where only they can show signals (D20)."""
    first = started(log)
    days = (log.observed_until - first).days if first and log.observed_until else 0
    short = ("day",) if ENOUGH_POINTS <= days < ENOUGH_POINTS * 7 else ()
    long = ("quarter",) if days >= ENOUGH_POINTS * 92 else ()
    return tuple(dict.fromkeys((workspace.settings.audit.period, "month", *short, *long)))


def started(log: EventLog) -> datetime | None:
    """When the first case began, or the first period of counts, by the clock of the workspace."""
    if log.process.counters:
        return extent(log.engine, log.process)[0]
    first = log.engine.row(f"select min(local_at) from {log.relation('cases')}")[0]
    return first if isinstance(first, datetime) else None


def _written(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of audit.json: the whole, periods of the whole, and segments that were judged or are large enough."""
    return tuple(fact for fact in facts if not fact.segment or fact.verdicts or fact.n >= DEFAULT_AT_LEAST)


def audit_period(
    workspace: Workspace, asked: Asked, flows: Sequence[ProcessFlow], logs: Mapping[str, EventLog]
) -> AuditPeriod:
    """From the first case (or what was asked for) to the moment all processes were observed until."""
    settings = workspace.settings
    ends = [one.observed_until for one in flows if one.observed_until]
    until = min((local(end, settings.time_zone) for end in ends), default=None)
    starts = [start for log in logs.values() if (start := started(log))]
    since = asked.since or min(starts, default=None)
    return AuditPeriod(since=since, until=asked.until or until, grain=settings.audit.period)


def _in_zone(report: SourceReport, zone: str) -> SourceReport:
    return replace(
        report,
        first=local(report.first, zone) if report.first else None,
        last=local(report.last, zone) if report.last else None,
        exported_at=local(report.exported_at, zone) if report.exported_at else None,
        taken=tuple(local(moment, zone) for moment in report.taken),
    )


def _flow_in_zone(one: ProcessFlow, zone: str) -> ProcessFlow:
    return replace(one, observed_until=local(one.observed_until, zone) if one.observed_until else None)


def engine_version() -> str:
    """Version of the installed package."""
    try:
        return version("voronka")
    except PackageNotFoundError:
        return "0"
