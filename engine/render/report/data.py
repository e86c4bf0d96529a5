"""What the report rests on: every row of the sources, totals against the client's, what it cannot see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.audit import Lacking, MeasuredPoint
from engine.events.doctor.catalogue import catalogue
from engine.events.report import SourceReport
from engine.kpis.flow import Deviation, ProcessFlow
from engine.render.report.look import Look
from engine.render.report.where import blind_spot
from engine.rules import asks


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """A source: rows = used + filtered + ignored + duplicates + rejected."""

    name: str
    files: tuple[str, ...]
    span: str
    exported: str
    rows: str
    used: str
    filtered: str
    ignored: str
    duplicates: str
    rejected: str
    adds_up: bool
    cases: str
    events: str
    mapped: str
    covers: str
    rejects: tuple[str, ...]
    unmapped: tuple[str, ...]
    notes: tuple[str, ...]
    diagnoses: tuple[str, ...]
    joined: tuple[str, ...] = ()
    privacy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    """Visits of a stage: entered, and where each of them went (D9)."""

    title: str
    entered: str
    advanced: str
    aside: str
    moved_back: str
    lost: str
    void: str
    open: str
    resting: str
    reopened: str
    adds_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessData:
    """A process in numbers: identity of its stages, losses by reason, how it keeps to what was agreed."""

    title: str
    observed_until: str
    stages: tuple[IdentityRow, ...]
    losses: tuple[tuple[str, str, str, str, float], ...]
    conformance: str
    deviations: tuple[tuple[str, str, str, str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    void_share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportShown:
    """What a control point means."""

    title: str
    process: str
    key: str
    lines: tuple[tuple[str, str], ...]


def source_of(look: Look, source: SourceReport) -> SourceShown:
    """A source in words."""
    words = look.words
    span = _span(look, source)
    parts = source.used + source.filtered + source.ignored + source.duplicates + source.rejected
    return SourceShown(
        name=source.name,
        files=tuple(path.replace("\\", "/").rsplit("/", 1)[-1] for path in source.path),
        span=span,
        exported=words.moment(look.local(source.exported_at)) if source.exported_at else "",
        rows=words.count(source.rows),
        used=words.count(source.used),
        filtered=words.count(source.filtered),
        ignored=words.count(source.ignored),
        duplicates=words.count(source.duplicates),
        rejected=words.count(source.rejected),
        adds_up=parts == source.rows,
        cases=words.count(source.cases),
        events=words.count(source.events),
        mapped=words.share(source.mapped_share),
        covers=_covers(look, source, span),
        rejects=tuple(_rejects(look, source)),
        unmapped=tuple(_unmapped(look, source)),
        notes=source.notes,
        diagnoses=tuple(_diagnoses(look, source)),
        joined=tuple(_joined(look, source)),
        privacy=words.t("privacy.source", names=", ".join(source.personal)) if source.personal else "",
    )


def _span(look: Look, source: SourceReport) -> str:
    """From the first day to the last; the last period of counts ends with its last day."""
    if not source.first or not source.last:
        return ""
    last = look.last_day(source.last) if source.shape == "counts" else look.local(source.last)
    return look.words.days(look.local(source.first), last)


def _covers(look: Look, source: SourceReport, span: str) -> str:
    """What a source is about, in numbers of its shape; nothing where it holds no time."""
    words, mapped = look.words, look.words.share(source.mapped_share)
    if not span:
        return ""
    if source.shape == "counts":
        return words.t("data.covers.counts", span=span, values=source.events, mapped=mapped)
    if source.shape == "snapshot":
        taken = words.day(look.local(source.taken[-1])) if source.taken else ""
        return words.t("data.covers.snapshot", n=len(source.taken), taken=taken, cases=source.cases, mapped=mapped)
    cases, events = words.count(source.cases), words.count(source.events)
    return words.t("data.covers", span=span, cases=cases, events=events, mapped=mapped)


def _joined(look: Look, source: SourceReport) -> Iterator[str]:
    """What of a source found the cases of another, and what became of inquiries of one client."""
    t, count = look.words.t, look.words.count
    if (links := source.links) is not None:
        total = links.matched + links.ambiguous + links.none
        numbers = {"matched": count(links.matched), "total": count(total), "none": count(links.none)}
        yield t("links.found", ambiguous=count(links.ambiguous), **numbers)
        for key in links.by_key:
            yield t("links.key", name=key.key, matched=count(key.matched), ambiguous=count(key.ambiguous))
    if (merged := source.merged) is not None:
        numbers = {"inquiries": count(merged.inquiries), "cases": count(merged.cases), "without": count(merged.without)}
        yield t("links.merged", **numbers)


def _rejects(look: Look, source: SourceReport) -> Iterator[str]:
    for reason in source.reject_reasons:
        column = look.words.t("reject.column", column=reason.first.column) if reason.first.column else ""
        yield look.words.t(
            "reject", what=reason.message or reason.code, n=reason.rows, line=str(reason.first.line), column=column
        )


def _diagnoses(look: Look, source: SourceReport) -> Iterator[str]:
    """What the doctor says: what it is, how many rows, where, a sample, what to do."""
    t = look.words.t
    for found in source.diagnoses:
        what, advice = catalogue[found.code].said(look.words.locale)
        column = t("doctor.column", column=found.column) if found.column else ""
        lines = ", ".join(str(line) for line in found.lines) + (", …" if found.rows > len(found.lines) else "")
        at = (
            t("doctor.lines", file=found.file.replace("\\", "/").rsplit("/", 1)[-1], lines=lines) if found.lines else ""
        )
        yield t(
            "doctor.line",
            what=what,
            rows=t("doctor.rows", n=found.rows) if found.rows else "",
            place=column + at,
            sample=t("doctor.sample", sample=found.sample) if found.sample else "",
            advice=advice,
        )
    if source.diagnoses and 0 < source.looked_at < source.used:
        yield t("doctor.part", looked=source.looked_at, rows=source.rows)


def _unmapped(look: Look, source: SourceReport) -> Iterator[str]:
    for activity in source.unmapped:
        near = look.words.t("unmapped.near", state=activity.nearest) if activity.nearest else ""
        yield look.words.t("unmapped", activity=activity.activity, n=activity.events, near=near)


# --- processes --------------------------------------------------------------------------------------------------------


def process_of(look: Look, flow: ProcessFlow) -> ProcessData:
    """The tables of one process."""
    return ProcessData(
        title=flow.title,
        observed_until=look.words.moment(look.local(flow.observed_until)) if flow.observed_until else "",
        stages=tuple(_identity(look, flow)),
        losses=tuple(_losses(look, flow)),
        conformance=_conformance(look, flow),
        deviations=tuple(_deviation(look, flow, deviation) for deviation in flow.conformance.deviations),
        excluded=tuple((why, look.words.count(n)) for why, n in sorted(flow.excluded.items())),
        void_share=_void_share(look, flow),
    )


def _void_share(look: Look, flow: ProcessFlow) -> str:
    return look.words.t("identity.void_share", share=look.words.share(flow.void / flow.cases)) if flow.cases else ""


def _identity(look: Look, flow: ProcessFlow) -> Iterator[IdentityRow]:
    for stage in flow.stages:
        ways = (stage.advanced, stage.aside, stage.moved_back, stage.lost, stage.void, stage.open)
        shown = [look.words.count(n) if n else "" for n in (*ways, stage.resting, stage.reopened)]
        yield IdentityRow(
            title=stage.title,
            entered=look.words.count(stage.entered),
            advanced=shown[0],
            aside=shown[1],
            moved_back=shown[2],
            lost=shown[3],
            void=shown[4],
            open=shown[5],
            resting=shown[6],
            reopened=shown[7],
            adds_up=stage.entered == sum(ways) + stage.resting + stage.reopened,
        )


def _losses(look: Look, flow: ProcessFlow) -> Iterator[tuple[str, str, str, str, float]]:
    """(stage, reason, cases, money, share of the largest), the largest first."""
    most = max((loss.cases for loss in flow.loss), default=0)
    for loss in sorted(flow.loss, key=lambda loss: (-loss.cases, loss.state, loss.reason or "")):
        reason = loss.reason if loss.reason is not None else look.words.t("loss.no_reason")
        money = look.words.money(loss.amount) if loss.amount is not None else ""
        share = loss.cases / most if most else 0.0
        yield (look.state_title(flow.process, loss.state), reason, look.words.count(loss.cases), money, share)


def _conformance(look: Look, flow: ProcessFlow) -> str:
    kept = flow.conformance
    judged = kept.conforming + kept.deviating
    if not judged:
        return look.words.t("conformance.none")
    return look.words.t(
        "conformance", share=look.words.share(kept.conforming / judged), n=kept.deviating, pending=kept.pending
    )


def _deviation(look: Look, flow: ProcessFlow, deviation: Deviation) -> tuple[str, str, str, str, str]:
    from_, to = (look.state_title(flow.process, state) for state in (deviation.from_, deviation.to))
    counts = (look.words.count(deviation.moves), look.words.count(deviation.cases))
    return (from_, to, *counts, ", ".join(deviation.examples))


def passport_of(look: Look, point: MeasuredPoint) -> PassportShown:
    """Everything a reader may ask about a control point."""
    passport, t = point.passport, look.words.t
    horizon = look.words.duration(passport.horizon_seconds) if passport.horizon_seconds else ""
    lines = (
        ("population", passport.population),
        ("clock", t(f"clock.{passport.clock}")),
        ("window", passport.window),
        ("horizon", horizon),
        ("repeats", passport.repeats),
        ("skips", passport.skips),
        ("open_cases", passport.open_cases),
        ("at_least", t(f"passport.at_least.{look.counted(point.process, point.name)}", n=passport.at_least)),
        ("interval", passport.interval),
        ("formula", passport.source_of_formula),
        ("responsible", point.responsible or ""),
    )
    shown = tuple((t(f"passport.{name}"), text) for name, text in lines if text)
    return PassportShown(
        title=point.title,
        process=look.process_title(point.process),
        key=f"{point.process}.{point.name}",
        lines=shown,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportGroup:
    """Control points that are computed alike: each with what is its own, then what all of them share."""

    points: tuple[tuple[str, str, str], ...]
    lines: tuple[tuple[str, str], ...]


def passport_groups(look: Look) -> tuple[PassportGroup, ...]:
    """The passports of all control points: what is the same for many is said once. Points: (title, key, own)."""
    own_names = {look.words.t(f"passport.{name}") for name in ("clock", "horizon", "at_least", "responsible")}
    groups: dict[tuple[tuple[str, str], ...], list[tuple[str, str, str]]] = {}
    for point in look.audit.control_points:
        shown = passport_of(look, point)
        shared = tuple(line for line in shown.lines if line[0] not in own_names)
        own = "; ".join(f"{name}: {text}" for name, text in shown.lines if name in own_names)
        groups.setdefault(shared, []).append((f"{shown.title} ({shown.process})", shown.key, own))
    return tuple(PassportGroup(points=tuple(points), lines=lines) for lines, points in groups.items())


def unseen(look: Look) -> tuple[str, ...]:
    """What the report cannot see, one sentence each."""
    audit, t = look.audit, look.words.t
    lines = list(audit.provisional)
    if audit.hindsight:
        lines.append(t("unseen.hindsight"))
    for flow in audit.processes:
        lines += _unseen_of(look, flow)
    lines += lacking_said(look, audit.lacking)
    for fact in audit.facts:
        if asks.lacking_of(fact.note):
            continue
        point = look.points.get((fact.process, fact.control_point))
        if point and not fact.segment and any(v.verdict == "not assessable" for v in fact.verdicts):
            lines.append(t("unseen.point", title=point.title, why=look.note(fact) or t("unseen.no_data")))
    for source in audit.sources:
        lost = source.ties_share
        if lost >= 0.005:
            lines.append(t("unseen.ties", source=source.name, share=look.words.share(lost)))
        if source.links and (source.links.ambiguous or source.links.none):
            lines.append(t("unseen.links", source=source.name, n=source.links.ambiguous + source.links.none))
    if any(source.personal for source in audit.sources):
        lines.append(t("unseen.pseudonyms"))
    return tuple(dict.fromkeys(filter(None, (*lines, blind_spot(look)))))


def lacking_said(look: Look, lacking: Iterable[Lacking]) -> tuple[str, ...]:
    """`«Реакция», «КП» нельзя оценить: не видно …; попросите …`; what several processes lack alike is said once."""
    return tuple(dict.fromkeys(_lacking_said(look, one) for one in lacking))


def _lacking_said(look: Look, one: Lacking) -> str:
    points = [look.points[one.process, name].title for name in one.control_points if (one.process, name) in look.points]
    titles = ", ".join(look.words.t("quoted", what=title) for title in points)
    return look.words.t("unseen.lacking", what=titles, why=one.why, ask=one.ask)


def _unseen_of(look: Look, flow: ProcessFlow) -> Iterator[str]:
    if flow.truncated:
        yield look.words.t("unseen.truncated", process=flow.title, n=flow.truncated)
    if flow.out_of_order:
        yield look.words.t("unseen.out_of_order", process=flow.title, n=flow.out_of_order)
    if not flow.lost_recorded:
        yield look.words.t("unseen.lost", process=flow.title)
