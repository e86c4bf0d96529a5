"""The table of control points and the segments beneath them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.audit import MeasuredPoint
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
    forecast: str
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


NOT_ASKED = frozenset({"no-target", "fidelity=spend"})
"""Notes of what the workspace gives nothing for, neither a plan nor spending: no row, one sentence tells it."""


def point_rows(look: Look) -> tuple[PointRow, ...]:
    """Every control point as a whole, in the order of the processes; none for what nobody has asked for."""
    rows = []
    for point in look.audit.control_points:
        shown = (fact for fact in _of(look, point) if not fact.segment and fact.note not in NOT_ASKED)
        rows += [row_of(look, fact, point) for fact in shown]
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
        value_of=" × ".join(look.named(name, value) or look.words.t("segment.empty") for name, value in fact.segment),
        process=look.process_title(fact.process),
        value=look.value(fact, point) if fact.value is not None or not fact.reached else look.words.t("value.none"),
        span="" if silent or _is_count(point) else look.span(fact.low, fact.high, point),
        limit=limit,
        limit_red=limit_red,
        norm=_norm(look, rule.norm) if rule and rule.norm else "",
        norm_kind=_norm(look, rule.norm).partition(": ")[0] if rule and rule.norm else "",
        caveat=(rule.caveat or "") if rule else "",
        mark=mark,
        n=_rests_on(look, fact),
        pending=look.words.count(fact.pending) if fact.pending else "",
        forecast=_forecast(look, fact, point),
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


def _rests_on(look: Look, fact: Fact) -> str:
    """How many cases; where there are none, how many days or months, and that it is those."""
    counted = look.counted(fact.process, fact.control_point)
    return look.words.count(fact.n) if counted == "case" else look.words.t(f"counted.{counted}", n=fact.n)


def _norm(look: Look, label: str) -> str:
    key = f"norm.{label}"
    return look.words.t(key) if look.words.has(key) else label


def _forecast(look: Look, fact: Fact, point: MeasuredPoint) -> str:
    """How many of the open cases will still arrive; not of what is better lower: nobody "gets" to a loss."""
    if fact.forecast is None or not fact.pending or point.kpi != "conversion" or point.better == "lower":
        return ""
    n = int(fact.forecast + 0.5)
    return look.words.t("points.forecast", n=n) if n else look.words.t("points.forecast.none")


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


def judged(look: Look, point: MeasuredPoint, *words: str) -> bool:
    """Whether some rule says one of these words of the control point as a whole."""
    verdicts = [verdict for fact in _of(look, point) if not fact.segment for verdict in fact.verdicts]
    return any(verdict.verdict in words for verdict in verdicts)


def _tables(look: Look, point: MeasuredPoint) -> Iterator[SegmentTable]:
    facts = [fact for fact in _of(look, point) if fact.segment and not fact.variant]
    for dimensions in sorted({_dimensions(fact) for fact in facts}):
        own = not set(dimensions) <= {*look.audit.segments, *_HOURS}
        split = [fact for fact in facts if _dimensions(fact) == dimensions]
        telling = [fact for fact in split if not _silent(fact)]
        bad = judged(look, point, "red") or any(_red(fact) for fact in telling)
        if telling and (own or (bad and dimensions[0] not in _HOURS and _differ(look, point, telling))):
            yield _table(look, point, split)


def _red(fact: Fact) -> bool:
    return any(verdict.verdict == "red" for verdict in fact.verdicts)


def _differ(look: Look, point: MeasuredPoint, facts: Sequence[Fact]) -> bool:
    """Whether the range of some segment leaves out the value of all together."""
    whole = whole_of(look, point)
    if whole is None or whole.value is None:
        return True
    inside = [_end(f.low, 0.0) <= whole.value <= _end(f.high, math.inf) for f in facts]
    return not all(inside)


def _end(end: float | None, missing: float) -> float:
    return missing if end is None else end


def whole_of(look: Look, point: MeasuredPoint) -> Fact | None:
    return next((fact for fact in _of(look, point) if not fact.segment and not fact.variant), None)


def _dimensions(fact: Fact) -> tuple[str, ...]:
    return tuple(name for name, _ in fact.segment)


def _table(look: Look, point: MeasuredPoint, facts: list[Fact]) -> SegmentTable:
    whole = whole_of(look, point)
    ordered = sorted(facts, key=lambda fact: _worst_first(fact, point))
    shown = [fact for fact in ordered if not _silent(fact)][:MOST_ROWS]
    limit = limit_of(worst(whole.verdicts)) if whole else None
    ends = [value for fact in shown for value in (fact.value, fact.high, limit) if value is not None]
    return SegmentTable(
        title=point.title,
        process=look.process_title(point.process),
        dimension=_split_by(look, facts),
        whole=look.value(whole, point) if whole else "",
        scale=max(ends, default=1.0) * 1.02 or 1.0,
        whole_at=whole.value if whole else None,
        limit_at=limit,
        rows=tuple(row_of(look, fact, point) for fact in shown),
        rest=_rest(look, ordered, len(shown)),
    )


def _split_by(look: Look, facts: Sequence[Fact]) -> str:
    """Names of the dimensions; who the manager was then is not always known, only who he is today (D21)."""
    names = " × ".join(look.dimension(name) for name in _dimensions(facts[0]))
    today = any("manager=today" in (fact.note or "") for fact in facts)
    return f"{names} ({look.words.t('note.manager')})" if today else names


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
