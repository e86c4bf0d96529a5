"""The first page: the funnel of each process, the largest losses and what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kpis.flow import ProcessFlow, Stage
from engine.render.report.look import Look, Mark, limit_of
from engine.render.words import Words
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
    aside: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossShown:
    """One of the largest losses, with what it costs in a month where that is known."""

    finding: str
    title: str
    where: str
    mark: Mark
    cost: str
    money: str
    gain: str
    message: str


def funnel_of(look: Look, flow: ProcessFlow) -> Funnel:
    """The funnel of one process."""
    stages = [stage for stage in flow.stages if stage.happy_path]
    first = max((stage.reached for stage in stages), default=0)
    rows = [_row(look, stage, before, first) for before, stage in zip([None, *stages], stages, strict=False)]
    notes = []
    if not flow.lost_recorded:
        notes.append(look.words.t("funnel.lost_not_recorded"))
    if flow.truncated:
        notes.append(look.words.t("funnel.truncated", n=flow.truncated))
    return Funnel(
        process=flow.process,
        title=flow.title,
        summary=_summary(look, flow),
        rows=tuple(rows),
        aside=tuple(_aside(look, stage) for stage in flow.stages if _is_aside(stage)),
        notes=tuple(notes),
    )


def _is_aside(stage: Stage) -> bool:
    return not stage.happy_path and stage.outcome is None and stage.reached > 0


def _aside(look: Look, stage: Stage) -> str:
    """A state beside the happy path: how many were there, and how many of them got lost."""
    gone = look.words.t("funnel.aside.lost", n=stage.lost) if stage.lost else ""
    waiting = look.words.t("funnel.aside.open", n=stage.open) if stage.open else ""
    more = ", ".join(filter(None, (gone, waiting)))
    return look.words.t("funnel.aside.of" if more else "funnel.aside", title=stage.title, n=stage.reached, more=more)


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
    """`4 432 обращения: Оплата — 355, Отказ — 3 466, ещё в работе — 441`, in the words of the process."""
    ends = [*_ends(look, flow), *([look.words.t("funnel.open", n=flow.open)] if flow.open else [])]
    cases = look.words.t("funnel.cases", n=flow.cases)
    return look.words.t("funnel.summary", cases=cases, ends=", ".join(ends)) if ends else cases


def _ends(look: Look, flow: ProcessFlow) -> Iterator[str]:
    """How the cases ended, by the titles of the final states where those account for all of them."""
    for outcome, total in (("won", flow.won), ("lost", flow.lost), ("void", flow.void)):
        stages = [stage for stage in flow.stages if stage.outcome == outcome and stage.resting]
        if stages and sum(stage.resting for stage in stages) == total:
            yield from (look.words.t("funnel.end", title=stage.title, n=stage.resting) for stage in stages)
        elif total:
            yield look.words.t(f"funnel.{outcome}", n=total)


# --- losses -----------------------------------------------------------------------------------------------------------


def largest_losses(look: Look, limit: int = 3) -> tuple[LossShown, ...]:
    """The findings that cost most: by money, then by cases, then by severity."""
    ordered = sorted(look.told, key=_size)
    return tuple(_loss(look, finding) for finding in ordered[:limit])


def _size(finding: Finding) -> tuple[float, int, bool, str]:
    return (-(finding.lost_amount or 0.0), -(finding.lost_cases or 0), finding.severity != "red", finding.id)


def _loss(look: Look, finding: Finding) -> LossShown:
    where = ", ".join(filter(None, (look.process_title(finding.process), look.segment(finding.segment))))
    return LossShown(
        finding=finding.id,
        title=finding.title,
        where=where,
        mark=look.mark_of(finding),
        cost=cost_of(look, finding),
        money=money_of(look, finding),
        gain=_gain(look, finding),
        message=finding.message,
    )


def cost_of(look: Look, finding: Finding) -> str:
    """`от 90 до 105 обращений в месяц мимо норматива`; over the whole period where months are not known.

    The cases are those that would have to do better for the limit to be kept.
    """
    if not finding.lost_cases:
        return ""
    return look.words.t(f"cost.{_per(look)}", cases=_cases(look, *_short_a_month(look, finding)))


def money_of(look: Look, finding: Finding) -> str:
    """`это от 2,9 до 3,4 млн ₽ в месяц`: what such cases usually bring; nothing where nobody knows."""
    if not finding.lost_cases or not finding.lost_amount:
        return ""
    each = finding.lost_amount / finding.lost_cases
    low, high = (end * each for end in _short_a_month(look, finding))
    return look.words.t(f"cost.money.{_per(look)}", money=look.words.span(low, high, "money"))


def _per(look: Look) -> str:
    return "month" if look.months else "period"


def _short_a_month(look: Look, finding: Finding) -> tuple[float, float]:
    low, high = _short_of_limit(look, finding)
    return low / (look.months or 1.0), high / (look.months or 1.0)


def _short_of_limit(look: Look, finding: Finding) -> tuple[float, float]:
    """The fewest and the most cases beyond the limit, of a share; of anything else all that breach it."""
    cases = float(finding.lost_cases or 0)
    fact = look.facts.get(finding.facts[0]) if finding.facts else None
    point = look.points.get((fact.process, fact.control_point)) if fact else None
    limit = next((limit_of(v) for v in fact.verdicts if v.rule == finding.rule), None) if fact else None
    if fact is None or point is None or limit is None or point.unit != "ratio" or fact.low is None or fact.high is None:
        return cases, cases
    ends = (fact.low - limit, fact.high - limit) if point.better == "lower" else (limit - fact.high, limit - fact.low)
    low, high = (max(0.0, end * fact.n) for end in ends)
    return (low, high) if low <= cases <= high else (cases, cases)


def _cases(look: Look, low: float, high: float) -> str:
    first, last = int(low + 0.5), int(high + 0.5)
    if last < 1:
        return look.words.t("cost.less_than_one")
    if first == last:
        return look.words.t("cost.cases", n=last)
    return look.words.t("cost.cases.span" if first else "cost.cases.most", low=look.words.count(first), n=last)


def _gain(look: Look, finding: Finding) -> str:
    """What a measure against this finding alone may bring back, as a range; nothing where no measure says."""
    ranges = [item.expected for item in look.audit.plan if item.because == (finding.id,) and item.expected]
    if not ranges:
        return ""
    best = max(ranges, key=lambda expected: (expected.what is None, expected.won, expected.low))
    if best.low <= 0:
        return ""
    return look.words.t(
        "gain.of" if best.what else "gain", span=won_span(look.words, best.low, best.high), what=best.what
    )


def won_span(words: Words, low: float, high: float) -> str:
    """`от 2 до 6`, with one decimal below ten."""
    digits = 1 if high < 10 else 0
    first, last = words.number(low, digits), words.number(high, digits)
    if first == last:
        return words.t("about", value=first)
    return words.t("from_to", low=first, high=last)
