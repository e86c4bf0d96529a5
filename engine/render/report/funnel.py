"""The first page: the funnel of each process, the largest losses, what to do first, what has changed."""

from dataclasses import dataclass

from engine.audit import Change
from engine.kpis.flow import ProcessFlow, Stage
from engine.render.report.look import Look, Mark
from engine.rules.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """A stage: cases that reached it, and where the others are. The widths are shares of the first stage."""

    title: str
    reached: str
    share: str
    from_previous: str
    lost: str
    open: str
    median: str
    width: float
    lost_width: float
    open_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A process as a funnel of its stages."""

    process: str
    title: str
    summary: str
    rows: tuple[FunnelRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossShown:
    """One of the largest losses, with what it costs in a month where that is known."""

    finding: str
    title: str
    where: str
    mark: Mark
    cost: str
    gain: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """A control point before and after."""

    title: str
    process: str
    before: str
    after: str
    change: str
    direction: str
    note: str


def funnel_of(look: Look, flow: ProcessFlow) -> Funnel:
    """The funnel of one process."""
    stages = [stage for stage in flow.stages if stage.reached or stage.entered]
    first = max((stage.reached for stage in stages), default=0)
    rows = [_row(look, stage, before, first) for before, stage in zip([None, *stages], stages, strict=False)]
    notes = []
    if not flow.lost_recorded:
        notes.append(look.words.t("funnel.lost_not_recorded"))
    if flow.truncated:
        notes.append(look.words.t("funnel.truncated", n=flow.truncated))
    return Funnel(
        process=flow.process, title=flow.title, summary=_summary(look, flow), rows=tuple(rows), notes=tuple(notes)
    )


def _row(look: Look, stage: Stage, before: Stage | None, first: int) -> FunnelRow:
    words = look.words
    return FunnelRow(
        title=stage.title,
        reached=words.count(stage.reached),
        share=words.share(stage.reached / first) if first else "",
        from_previous=words.share(min(1.0, stage.reached / before.reached)) if before and before.reached else "",
        lost=words.count(stage.lost) if stage.lost else "",
        open=words.count(stage.open) if stage.open else "",
        median="" if stage.median_seconds is None else words.duration(stage.median_seconds),
        width=stage.reached / first if first else 0.0,
        lost_width=stage.lost / first if first else 0.0,
        open_width=stage.open / first if first else 0.0,
    )


def _summary(look: Look, flow: ProcessFlow) -> str:
    parts = [look.words.t("funnel.cases", n=flow.cases)]
    parts += [look.words.t(f"funnel.{name}", n=n) for name, n in _ends(flow) if n]
    return ", ".join(parts)


def _ends(flow: ProcessFlow) -> tuple[tuple[str, int], ...]:
    return (("won", flow.won), ("lost", flow.lost), ("void", flow.void), ("open", flow.open))


# --- losses -----------------------------------------------------------------------------------------------------------


def largest_losses(look: Look, limit: int = 3) -> tuple[LossShown, ...]:
    """The findings that cost most: by money, then by cases, then by severity."""
    ordered = sorted(look.audit.findings, key=_size)
    return tuple(_loss(look, finding) for finding in ordered[:limit])


def _size(finding: Finding) -> tuple[float, int, bool, str]:
    return (-(finding.lost_amount or 0.0), -(finding.lost_cases or 0), finding.severity != "red", finding.id)


def _loss(look: Look, finding: Finding) -> LossShown:
    where = ", ".join(filter(None, (look.process_title(finding.process), look.segment(finding.segment))))
    return LossShown(
        finding=finding.id,
        title=finding.title,
        where=where,
        mark=look.plain(finding.severity),
        cost=cost_of(look, finding),
        gain=_gain(look, finding),
        message=finding.message,
    )


def cost_of(look: Look, finding: Finding) -> str:
    """`≈ 12 обращений и 1,2 млн ₽ в месяц`; over the whole period where the months are not known."""
    per = "month" if look.months else "period"
    parts = []
    if finding.lost_cases:
        cases = look.per_month(finding.lost_cases) if look.months else finding.lost_cases
        parts.append(_cases(look, cases or 0.0))
    if finding.lost_amount:
        amount = look.per_month(finding.lost_amount) if look.months else finding.lost_amount
        parts.append(look.words.money(amount or 0.0))
    return look.words.t(f"cost.{per}", what=look.words.t("and").join(parts)) if parts else ""


def _cases(look: Look, cases: float) -> str:
    if cases < 1:
        return look.words.t("cost.less_than_one")
    return look.words.t("cost.cases", n=int(cases + 0.5))


def _gain(look: Look, finding: Finding) -> str:
    """What the measures against a finding may bring back, as a range; nothing where no measure says."""
    ranges = [item.expected for item in look.audit.plan if finding.id in item.because and item.expected]
    if not ranges:
        return ""
    best = max(ranges, key=lambda expected: (expected.won, expected.low))
    return look.words.t("gain", span=won_span(look, best.low, best.high))


def won_span(look: Look, low: float, high: float) -> str:
    """`от 2 до 6`, with one decimal below ten."""
    digits = 1 if high < 10 else 0
    first, last = look.words.number(low, digits), look.words.number(high, digits)
    if first == last:
        return look.words.t("about", value=first)
    return look.words.t("from_to", low=first, high=last)


# --- changes ----------------------------------------------------------------------------------------------------------


def change_of(look: Look, change: Change) -> ChangeShown | None:
    """A comparison of two periods in words; None where its control point is not in the audit."""
    point = look.points.get((change.process, change.control_point))
    if point is None:
        return None
    sure = change.low > 0 or change.high < 0
    up_is_better = {"higher": True, "lower": False}.get(point.better)
    direction = (
        "same" if not sure or up_is_better is None else "better" if (change.change > 0) == up_is_better else "worse"
    )
    return ChangeShown(
        title=point.title,
        process=look.process_title(change.process),
        before=look.words.value(change.before.value, point.unit),
        after=look.words.value(change.after.value, point.unit),
        change=look.words.t(f"change.{direction}"),
        direction=direction,
        note=_change_note(look, change),
    )


def _change_note(look: Look, change: Change) -> str:
    parts = [look.words.t("change.simpson", by=look.dimension(change.by))] if change.simpson and change.by else []
    return " ".join([*parts, *([change.note] if change.note else [])])
