"""The table of control points, the segments beneath them and their course over time."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit import MeasuredPoint, Trend, TrendPoint
from engine.kpis.fact import Fact
from engine.render.report.look import Look, Mark, limit_of, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """A control point (or one segment of it) with its verdict."""

    key: str
    title: str
    value_of: str
    process: str
    value: str
    span: str
    limit: str
    limit_red: str
    norm: str
    norm_kind: str
    caveat: str
    mark: Mark
    n: str
    pending: str
    horizon: str
    raw: str
    note: str
    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTable:
    """One control point split by one dimension (or by several together)."""

    title: str
    process: str
    dimension: str
    whole: str
    scale: float
    whole_at: float | None
    limit_at: float | None
    rows: tuple[PointRow, ...]
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A point of a trend; hollow: provisional, not judged."""

    value: float | None
    hollow: bool
    signal: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendShown:
    """A control point over time: what a chart of it needs, and a line of text that says the same."""

    title: str
    process: str
    dots: tuple[Dot, ...]
    mean: float | None
    lower: float | None
    upper: float | None
    limit: float | None
    top: float
    first: str
    last: str
    low_label: str
    high_label: str
    limit_label: str
    summary: str
    text: str
    changed: bool


def point_rows(look: Look) -> tuple[PointRow, ...]:
    """Every control point as a whole, in the order of the processes."""
    rows = []
    for point in look.audit.control_points:
        rows += [row_of(look, fact, point) for fact in _of(look, point) if not fact.segment]
    return tuple(rows)


def _of(look: Look, point: MeasuredPoint) -> tuple[Fact, ...]:
    return look.facts_of.get((point.process, point.name), ())


def row_of(look: Look, fact: Fact, point: MeasuredPoint) -> PointRow:
    """A fact as a row: what it is, how sure, against what."""
    verdict = worst(fact.verdicts)
    rule = look.rules.get(verdict.rule) if verdict else None
    title = look.segment(fact.segment) or point.title
    if fact.variant and fact.variant in look.rules:
        title = f"{title}: {look.rules[fact.variant].title}"
    limit, limit_red = look.limit(point, verdict) if verdict else ("", "")
    silent = fact.value is None or (verdict is not None and verdict.verdict in ("not assessable", "error"))
    mark = look.mark(fact)
    return PointRow(
        key=fact.key,
        title=title,
        value_of=" × ".join(value or look.words.t("segment.empty") for _, value in fact.segment),
        process=look.process_title(fact.process),
        value=look.value(fact, point) if fact.value is not None or not fact.reached else look.words.t("value.none"),
        span="" if silent or _is_count(point) else look.span(fact.low, fact.high, point),
        limit=limit,
        limit_red=limit_red,
        norm=_norm(look, rule.norm) if rule and rule.norm else "",
        norm_kind=_norm(look, rule.norm).partition(": ")[0] if rule and rule.norm else "",
        caveat=(rule.caveat or "") if rule else "",
        mark=mark,
        n=look.words.count(fact.n),
        pending=look.words.count(fact.pending) if fact.pending else "",
        horizon=look.words.duration(fact.horizon) if fact.horizon and point.unit == "ratio" else "",
        raw=_raw(look, fact, point),
        note=note if (note := look.note(fact)) != mark.more else "",
        low=fact.low,
        mid=fact.value,
        high=fact.high,
    )


def _is_count(point: MeasuredPoint) -> bool:
    """What was counted is what was: 340 calls in March have no range (D19); audit.json has it, for comparing."""
    return point.unit == "count" or (point.kpi == "value" and point.parameters.get("how", "sum") == "sum")


def _norm(look: Look, label: str) -> str:
    key = f"norm.{label}"
    return look.words.t(key) if look.words.has(key) else label


def _raw(look: Look, fact: Fact, point: MeasuredPoint) -> str:
    if fact.raw is None or point.unit != "ratio" or fact.value is None or not fact.pending:
        return ""
    return look.words.t("value.raw", value=look.words.share(fact.raw))


# --- segments ---------------------------------------------------------------------------------------------------------


MOST_ROWS = 12
"""Rows of a table of segments: the worst; the others are counted in words."""
_HOURS = ("weekday_hour", "hour")


def segment_tables(look: Look) -> tuple[SegmentTable, ...]:
    """Breached control points by manager, source and the like, where some segment differs from all the others.

    Also what the control point itself asks for (`by:`). Hours of the week are no table: audit.json has them.
    """
    return tuple(table for point in look.audit.control_points for table in _tables(look, point))


def _judged(look: Look, point: MeasuredPoint, *words: str) -> bool:
    """Whether some rule says one of these words of the control point as a whole."""
    verdicts = [verdict for fact in _of(look, point) if not fact.segment for verdict in fact.verdicts]
    return any(verdict.verdict in words for verdict in verdicts)


def _tables(look: Look, point: MeasuredPoint) -> Iterator[SegmentTable]:
    facts = [fact for fact in _of(look, point) if fact.segment and not fact.variant]
    for dimensions in sorted({_dimensions(fact) for fact in facts}):
        own = not set(dimensions) <= {*look.audit.segments, *_HOURS}
        split = [fact for fact in facts if _dimensions(fact) == dimensions]
        judged = [fact for fact in split if not _silent(fact)]
        bad = _judged(look, point, "red") or any(_red(fact) for fact in judged)
        if judged and (own or (bad and dimensions[0] not in _HOURS and _differ(look, point, judged))):
            yield _table(look, point, split)


def _red(fact: Fact) -> bool:
    return any(verdict.verdict == "red" for verdict in fact.verdicts)


def _differ(look: Look, point: MeasuredPoint, facts: Sequence[Fact]) -> bool:
    """Whether the range of some segment leaves out the value of all together."""
    whole = _whole(look, point)
    if whole is None or whole.value is None:
        return True
    inside = [_end(f.low, 0.0) <= whole.value <= _end(f.high, math.inf) for f in facts]
    return not all(inside)


def _end(end: float | None, missing: float) -> float:
    return missing if end is None else end


def _whole(look: Look, point: MeasuredPoint) -> Fact | None:
    return next((fact for fact in _of(look, point) if not fact.segment and not fact.variant), None)


def _dimensions(fact: Fact) -> tuple[str, ...]:
    return tuple(name for name, _ in fact.segment)


def _table(look: Look, point: MeasuredPoint, facts: list[Fact]) -> SegmentTable:
    whole = _whole(look, point)
    ordered = sorted(facts, key=lambda fact: _worst_first(fact, point))
    shown = [fact for fact in ordered if not _silent(fact)][:MOST_ROWS]
    limit = limit_of(worst(whole.verdicts)) if whole else None
    ends = [value for fact in shown for value in (fact.value, fact.high, limit) if value is not None]
    return SegmentTable(
        title=point.title,
        process=look.process_title(point.process),
        dimension=" × ".join(look.dimension(name) for name in _dimensions(facts[0])),
        whole=look.value(whole, point) if whole else "",
        scale=max(ends, default=1.0) * 1.02 or 1.0,
        whole_at=whole.value if whole else None,
        limit_at=limit,
        rows=tuple(row_of(look, fact, point) for fact in shown),
        rest=_rest(look, ordered, len(shown)),
    )


def _rest(look: Look, facts: Sequence[Fact], shown: int) -> str:
    """What is not in the table, in words."""
    silent = sum(_silent(fact) for fact in facts)
    parts = []
    if more := len(facts) - silent - shown:
        parts.append(look.words.t("segments.better", n=more))
    if silent:
        parts.append(look.words.t("segments.silent", n=silent))
    return " ".join(parts)


def _worst_first(fact: Fact, point: MeasuredPoint) -> tuple[bool, float, str]:
    size = fact.value or 0.0
    return (_silent(fact), -size if point.better == "lower" else size, fact.key)


def _silent(fact: Fact) -> bool:
    """A segment that says nothing: no value, or too little data for a verdict."""
    verdict = worst(fact.verdicts)
    return fact.value is None or (verdict is not None and verdict.verdict in ("grey", "not assessable", "error"))


# --- trends -----------------------------------------------------------------------------------------------------------


def trend_of(look: Look, trend: Trend) -> TrendShown | None:
    """A trend as a chart shows it; None where there is nothing to draw, or nothing that anyone has to look at."""
    point = look.points.get((trend.process, trend.control_point))
    values = [dot.value for dot in trend.points if dot.value is not None]
    if point is None or not values or not (_judged(look, point, "red") or _signals(trend)):
        return None
    whole = _whole(look, point)
    limit = limit_of(worst(whole.verdicts)) if whole else None
    known = [value for value in (*values, trend.upper, limit) if value is not None]
    top = 1.0 if point.unit == "ratio" and max(known) > 0.8 else max(known) * 1.1 or 1.0
    first, last = trend.points[0], trend.points[-1]
    return TrendShown(
        title=point.title,
        process=look.process_title(trend.process),
        dots=tuple(_dot(look, trend, point, n) for n in range(len(trend.points))),
        mean=trend.mean,
        lower=trend.lower,
        upper=trend.upper,
        limit=limit,
        top=top,
        first=look.words.day_tick(look.local(first.since)),
        last=look.words.day_tick(look.last_day(last.until)),
        low_label=_axis(look, 0.0, point),
        high_label=_axis(look, top, point),
        limit_label=look.words.t("trend.limit", value=_axis(look, limit, point)) if limit is not None else "",
        summary=_trend_summary(look, trend, point),
        text=_blocks(trend.points, max(values)),
        changed=bool(_late(trend)),
    )


def _axis(look: Look, value: float, point: MeasuredPoint) -> str:
    return look.words.percent(value) if point.unit == "ratio" else look.said(value, point)


def _dot(look: Look, trend: Trend, point: MeasuredPoint, n: int) -> Dot:
    dot = trend.points[n]
    since: datetime = look.local(dot.since)
    value = look.amount(dot.value, point)
    return Dot(
        value=dot.value,
        hollow=_hollow(dot),
        signal="" if dot.signal is None or _hollow(dot) else dot.direction,
        title=look.words.t("trend.dot", day=look.words.day_tick(since), value=value, n=dot.n),
    )


def _signals(trend: Trend) -> list[str]:
    return [dot.direction for dot in trend.points if dot.signal and not _hollow(dot)]


def _late(trend: Trend) -> list[str]:
    judged = [dot for dot in trend.points if not _hollow(dot)]
    return [dot.direction for dot in judged[-RECENT:] if dot.signal]


def _hollow(dot: TrendPoint) -> bool:
    """A point that is not judged: cut by the end of the log, or too young."""
    return dot.partial or dot.provisional


def _trend_summary(look: Look, trend: Trend, point: MeasuredPoint) -> str:
    """One sentence: has it changed, or does it only jump about."""
    signals = _signals(trend)
    if not any(dot.value is not None and not _hollow(dot) for dot in trend.points):
        return look.words.t("trend.young")
    if trend.lower is None or trend.upper is None:
        return look.words.t("trend.few")
    usual = look.words.t("trend.usual", span=look.words.span(trend.lower, trend.upper, point.unit))
    late = _late(trend)
    if not signals or late:
        kind = late[-1] if late else "none"
        return f"{look.words.t(f'trend.{kind}')} {usual}"
    last = next(dot for dot in reversed(trend.points) if dot.signal and not _hollow(dot))
    return f"{look.words.t('trend.was', day=look.words.day_tick(look.local(last.since)))} {usual}"


RECENT = 6
"""A signal in so many last judged periods is told as news, an older one as something that has passed."""
_BLOCKS = "▁▂▃▄▅▆▇█"


def _blocks(dots: Sequence[TrendPoint], top: float) -> str:
    """A trend as a line of characters, for a text document; what is provisional stands after `┊`."""
    judged = "".join(_block(dot.value, top) for dot in dots if not _hollow(dot))
    young = "".join(_block(dot.value, top) for dot in dots if _hollow(dot))
    return f"{judged}┊{young}" if young else judged


def _block(value: float | None, top: float) -> str:
    steps = len(_BLOCKS) - 1
    return "·" if value is None else _BLOCKS[min(steps, max(0, round(value / (top or 1.0) * steps)))]
