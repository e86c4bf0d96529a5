"""A report: an audit in the words of its reader, ready for any document; it has no number that the audit has not."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.audit import Audit
from engine.render.report.changes import ChangeShown, changes_of
from engine.render.report.counters import CounterTable, counters_of
from engine.render.report.crm import crm_of
from engine.render.report.data import (
    PassportGroup,
    ProcessData,
    SourceShown,
    lacking_said,
    passport_groups,
    process_of,
    source_of,
    unseen,
)
from engine.render.report.findings import FindingShown, finding_of, in_full
from engine.render.report.funnel import Funnel, LossShown, funnel_of, largest_losses
from engine.render.report.interview import Interview, interview_of
from engine.render.report.look import Look, Mark
from engine.render.report.managers import ManagersTable, managers_tables
from engine.render.report.plan import ItemShown, item_of, joint_of, kept_of, not_chosen_of
from engine.render.report.points import PointRow, SegmentTable, point_rows, segment_tables
from engine.render.report.reaction import ReactionShown, reaction_of
from engine.render.report.reconciliation import ReconciliationTable, reconciliation_tables
from engine.render.report.trends import TrendShown, trend_of
from engine.render.report.where import blind_spot
from engine.render.words import Words

MOST_ITEMS = 12
"""Plan items shown in full: what people can begin with; the others stand in a table."""
MOST_MONDAY = 5
_MARKS = ("red", "yellow", "green", "grey")
_TERMS = """
case state stage conversion limit norm range median quantile open raw provisional segment channel source void rework
association
"""
_GLOSSARY = tuple(_TERMS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a template prints. Texts are in the locale of the audit; `changed` sums up what is new since last time.

    `findings` and `plan` are told in full; `more_findings` and `backlog` are the rest, for a table.
    """

    client: str
    locale: str
    period: str
    as_of: str
    hindsight: bool
    version: str
    definitions: str
    funnels: tuple[Funnel, ...]
    counters: tuple[CounterTable, ...]
    losses: tuple[LossShown, ...]
    monday: tuple[ItemShown, ...]
    interview: Interview | None
    changed: tuple[str, ...]
    changes: tuple[ChangeShown, ...]
    unchanged: str
    tally: tuple[tuple[Mark, int], ...]
    points: tuple[PointRow, ...]
    compared: bool
    blind: str
    findings: tuple[FindingShown, ...]
    more_findings: tuple[FindingShown, ...]
    segments: tuple[SegmentTable, ...]
    managers: tuple[ManagersTable, ...]
    reactions: tuple[ReactionShown, ...]
    trends: tuple[TrendShown, ...]
    plan: tuple[ItemShown, ...]
    backlog: tuple[ItemShown, ...]
    gains: bool
    joint: str
    kept: tuple[str, ...]
    not_chosen: tuple[str, ...]
    sources: tuple[SourceShown, ...]
    processes: tuple[ProcessData, ...]
    reconciliation: tuple[ReconciliationTable, ...]
    reconciled: bool
    unseen: tuple[str, ...]
    crm: tuple[str, ...]
    lacking: tuple[str, ...]
    passports: tuple[PassportGroup, ...]
    diagrams: tuple[tuple[str, str], ...]
    glossary: tuple[tuple[str, str], ...]


def report_of(audit: Audit, words: Words, diagrams: Mapping[str, str] | None = None) -> Report:
    """The report of an audit. `words` speak the language of the audit and know the messages of the documents.

    `diagrams`: pictures of its processes by name, as data addresses.
    """
    look = Look(audit, words)
    points, changes = point_rows(look), changes_of(look)
    told, others = in_full(look.told)
    with_cases = [flow for flow in audit.processes if not flow.counters]
    plan = tuple(item_of(look, item) for item in sorted(audit.plan, key=lambda item: (item.rank, item.id)))
    return Report(
        client=audit.client,
        locale=audit.locale,
        period=_period(look),
        as_of=words.moment(look.local(audit.as_of)) if audit.as_of else "",
        hindsight=audit.hindsight,
        version=audit.voronka,
        definitions=audit.definitions_sha256[:12],
        funnels=tuple(funnel_of(look, flow) for flow in with_cases),
        counters=tuple(counters_of(look, flow) for flow in audit.processes if flow.counters),
        losses=largest_losses(look),
        monday=tuple(item for item in plan if item.open)[:MOST_MONDAY],
        interview=interview_of(look),
        changed=tuple(_changed(look)),
        changes=changes.rows,
        unchanged=changes.others,
        tally=_tally(look, points),
        points=points,
        compared=bool(audit.scan.comparisons),
        blind=blind_spot(look),
        findings=tuple(finding_of(look, finding) for finding in told),
        more_findings=tuple(finding_of(look, finding) for finding in others),
        segments=segment_tables(look),
        managers=managers_tables(look),
        reactions=tuple(reaction_of(look, one) for one in audit.dose),
        trends=tuple(filter(None, (trend_of(look, trend) for trend in audit.trends))),
        plan=plan[:MOST_ITEMS],
        backlog=plan[MOST_ITEMS:],
        gains=any(item.expected for item in audit.plan),
        joint=joint_of(look),
        kept=kept_of(look, audit.dropped),
        not_chosen=not_chosen_of(look, audit.not_chosen),
        sources=tuple(source_of(look, source) for source in audit.sources),
        processes=tuple(process_of(look, flow) for flow in with_cases),
        reconciliation=reconciliation_tables(look),
        reconciled=any(line.client is not None for line in audit.reconciliation),
        unseen=unseen(look),
        crm=crm_of(look),
        lacking=lacking_said(look, audit.lacking),
        diagrams=tuple(
            (flow.title, diagrams[flow.process]) for flow in audit.processes if diagrams and flow.process in diagrams
        ),
        passports=passport_groups(look),
        glossary=tuple((words.t(f"term.{name}"), words.t(f"term.{name}.is")) for name in _GLOSSARY),
    )


def _period(look: Look) -> str:
    period, words = look.audit.period, look.words
    if period.since and period.until:
        return words.days(look.local(period.since), look.last_day(period.until))
    if period.since:
        return words.t("period.since", day=words.day(look.local(period.since)))
    if period.until:
        return words.t("period.until", day=words.day(look.last_day(period.until)))
    return words.t("period.all")


def _changed(look: Look) -> list[str]:
    """What is new, worse, better or gone since the last audit, one line each."""
    audit, lines = look.audit, []
    if not audit.resolved and all(finding.since_last == "new" for finding in audit.findings):
        return []
    for word in ("new", "worse", "better"):
        titles = [look.words.t("quoted", what=f.title) for f in look.told if f.since_last == word]
        if titles:
            lines.append(look.words.t(f"changed.{word}", what=", ".join(titles)))
    if audit.resolved:
        lines.append(look.words.t("changed.resolved", n=len(audit.resolved)))
    return lines


def _tally(look: Look, points: tuple[PointRow, ...]) -> tuple[tuple[Mark, int], ...]:
    """How many control points have each verdict."""
    counts = {code: sum(row.mark.code == code for row in points) for code in _MARKS}
    return tuple((look.plain(code), n) for code, n in counts.items() if n)
