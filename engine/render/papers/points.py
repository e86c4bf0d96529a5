"""A control point as it is agreed: what is measured where, limit and norm, who answers, how often it is looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from engine.audit import MeasuredPoint
from engine.definitions.document import Span, WrongValue
from engine.definitions.process import ControlPoint, Process
from engine.definitions.rule import Rule
from engine.kpis.fact import Verdict
from engine.render.papers.terms import Terms
from engine.render.report.look import Mark
from engine.render.report.points import row_of, whole_of
from engine.rules.applies import Applied

Review = Literal["day", "week", "month", "quarter"]
_WEEK = 7 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDefined:
    """A control point before it is measured; `value`, `span`, `mark`, `n` once it is.

    `stage`: the state it belongs to ("" for the process as a whole). `beyond`: what calls for `responsible`;
    `own`: the limit is to be agreed with the client.
    """

    title: str
    place: str
    stage: str
    kind: Literal["time", "share", "other"]
    limit: str
    beyond: str
    norm: str
    norm_kind: str
    own: bool
    caveat: str
    clock: str
    role: str
    responsible: str
    review: Review
    reviewed: str
    first: date
    value: str = ""
    span: str = ""
    n: str = ""
    mark: Mark | None = None


def points_of(terms: Terms, process: Process) -> tuple[PointDefined, ...]:
    """The control points of a process: stage by stage, those of the whole process last."""
    found = []
    for name, point in process.control_points.items():
        measured = terms.look.points.get((process.process, name))
        if measured is not None:
            found.append(_defined(terms, process, point, measured))
    order = {state.name: number for number, state in enumerate(process.states)} | process.stage_order
    return tuple(sorted(found, key=lambda point: order.get(point.stage, len(order)) if point.stage else 10_000))


def _defined(terms: Terms, process: Process, point: ControlPoint, measured: MeasuredPoint) -> PointDefined:
    applied = terms.limits_of.get((process.process, point.name), ())
    limit, beyond = _limits(terms, measured, applied[0].rule) if applied else ("", "")
    rule = terms.look.rules.get(applied[0].rule.name) if applied else None
    label = applied[0].rule.norm.label if applied and applied[0].rule.norm else ""
    review = _review(point, measured)
    role = measured.responsible or ""
    shown = PointDefined(
        title=measured.title,
        place=_place(terms, process, point),
        stage=_stage(process, point),
        kind="time" if _is_time(point, measured) else "share" if measured.unit == "ratio" else "other",
        limit=_of_whom(terms, applied[0], limit, measured) if applied else "",
        beyond=beyond,
        norm=_norm(terms, label, rule.norm or "") if rule else "",
        norm_kind=terms.t(f"norm.{label}") if label else "",
        own=label in ("", "agree with the client"),
        caveat=(rule.caveat or "") if rule else "",
        clock=terms.t(f"clock.{measured.passport.clock}"),
        role=role,
        responsible=terms.who(role),
        review=review,
        reviewed=terms.t(f"review.{review}"),
        first=first_look(terms.start, review, _horizon(point)),
    )
    return _with_value(terms, shown, measured)


def _with_value(terms: Terms, shown: PointDefined, measured: MeasuredPoint) -> PointDefined:
    """What was measured, where anything was."""
    fact = whole_of(terms.look, measured)
    if fact is None:
        return shown
    row = row_of(terms.look, fact, measured)
    return replace(shown, value=row.value, span=row.span, n=row.n, mark=row.mark)


def _is_time(point: ControlPoint, measured: MeasuredPoint) -> bool:
    return point.kpi in ("elapsed", "within") or (measured.unit == "seconds" and point.kpi == "sojourn")


def _stage(process: Process, point: ControlPoint) -> str:
    """The state in which the work is done that a control point measures."""
    names = {state.name for state in process.states}
    for key in ("from", "state"):
        name = point.parameters.get(key)
        if isinstance(name, str) and name in names:
            return name
    return ""


def _place(terms: Terms, process: Process, point: ControlPoint) -> str:
    """`Заявка → Разговор`, a stage, or the whole process."""
    from_, to = (point.parameters.get(key) for key in ("from", "to"))
    if isinstance(from_, str) and isinstance(to, str):
        return f"{terms.state(process, from_)} → {terms.state(process, to)}"
    stage = _stage(process, point)
    return terms.state(process, stage) if stage else terms.t("papers.whole")


def _horizon(point: ControlPoint) -> int:
    """How many seconds a case has to be watched before its number is known, as far as the definition says."""
    for key in ("within", "limit"):
        span = point.parameters.get(key)
        if isinstance(span, str):
            return _seconds(span)
    return 0


def _seconds(text: str) -> int:
    try:
        span = Span.parse(text)
    except WrongValue:
        return 0  # an attribute that holds the limit of each case
    return span.seconds or span.working_days * 86_400


# --- limits -----------------------------------------------------------------------------------------------------------


def _limits(terms: Terms, point: MeasuredPoint, rule: Rule) -> tuple[str, str]:
    """`не меньше 40 из 100`, and `меньше 30 из 100`, which is red (or the only limit there is)."""
    given = [limit for limit in (rule.yellow, rule.red) if limit is not None]
    if given[0].own:
        return terms.t(f"limit.{given[0].own}"), terms.t(f"beyond.{given[-1].own or given[0].own}")
    numbers = [limit.value for limit in given]
    limit, _ = terms.look.limit(point, Verdict(rule="", verdict="grey", yellow=numbers[0]))
    side = "most" if point.better == "lower" else "least"
    said = terms.look.said(numbers[-1] or 0.0, point, genitive=True)
    return limit, terms.t(f"beyond.{side}", value=said)


def _of_whom(terms: Terms, applied: Applied, limit: str, point: MeasuredPoint) -> str:
    """A limit on a quantile says of how many people it speaks."""
    if applied.quantile is None or not limit or point.unit != "seconds":
        return limit
    return terms.t("limit.of", people=terms.look.words.quantile(applied.quantile), limit=limit)


def _norm(terms: Terms, label: str, told: str) -> str:
    """The kind of norm as the client reads it, and its source."""
    _, _, source = told.partition(": ")
    return ": ".join(filter(None, (terms.t(f"norm.{label}") if label else "", source)))


# --- when it is looked at ---------------------------------------------------------------------------------------------


def _review(point: ControlPoint, measured: MeasuredPoint) -> Review:
    """As the control point says; else weekly where a number is known within a week, monthly otherwise."""
    if point.review:
        return point.review
    slow = measured.unit in ("count", "money") or _horizon(point) > _WEEK or point.kpi in ("drop_off", "conformance")
    return "month" if slow else "week"


def first_look(start: date, review: Review, horizon: int) -> date:
    """The first day on which a whole period after `start` can be judged: its end, and the horizon of its last case."""
    begins = _begin(start, review)
    return _next(begins, review) + timedelta(days=-(-horizon // 86_400))


def _begin(day: date, review: Review) -> date:
    """The first day, from this one on, that a period begins with."""
    if review == "day":
        return day
    if review == "week":
        return day + timedelta(days=-day.weekday() % 7)
    first = day if day.day == 1 else _next_month(day)
    while review == "quarter" and first.month % 3 != 1:
        first = _next_month(first)
    return first


def _next(day: date, review: Review) -> date:
    if review in ("day", "week"):
        return day + timedelta(days=1 if review == "day" else 7)
    for _ in range(1 if review == "month" else 3):
        day = _next_month(day)
    return day


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def of_stage(points: Sequence[PointDefined], stage: str) -> Iterator[PointDefined]:
    """Those measured at a stage."""
    return (point for point in points if point.stage == stage)
