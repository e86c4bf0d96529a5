"""The course of the control points over time, with what is a signal and what is only the usual spread (D20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit import MeasuredPoint, Trend, TrendPoint
from engine.kpis.signals import RUN
from engine.render.report.look import Look, limit_of, worst
from engine.render.report.points import judged, whole_of


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
    hollow: str
    text: str
    changed: bool


def trend_of(look: Look, trend: Trend) -> TrendShown | None:
    """A trend as a chart shows it; None where there is nothing to draw, or nothing that anyone has to look at."""
    point = look.points.get((trend.process, trend.control_point))
    values = [dot.value for dot in trend.points if dot.value is not None]
    if point is None or not values or not (judged(look, point, "red") or _signals(trend)):
        return None
    whole = whole_of(look, point)
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
        hollow=_too_early(look, trend),
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


def _signals(trend: Trend) -> list[TrendPoint]:
    return [dot for dot in trend.points if dot.signal and not _hollow(dot)]


def _late(trend: Trend) -> list[TrendPoint]:
    whole = [dot for dot in trend.points if not _hollow(dot)]
    return [dot for dot in whole[-RECENT:] if dot.signal]


def _hollow(dot: TrendPoint) -> bool:
    """A point that is not judged: cut by the end of the log, or too young."""
    return dot.partial or dot.provisional


def _trend_summary(look: Look, trend: Trend, point: MeasuredPoint) -> str:
    """Has it changed or does it only jump about, and is the limit kept by the process as it is."""
    if not any(dot.value is not None and not _hollow(dot) for dot in trend.points):
        return ""
    if trend.variation is None or trend.lower is None or trend.upper is None:
        return look.words.t("trend.few")
    key = "trend.usual.only" if trend.variation == "usual" else "trend.usual"
    usual = look.words.t(key, span=look.words.span(trend.lower, trend.upper, point.unit))
    kept = look.words.t(f"assurance.{trend.assurance}") if trend.assurance else ""
    return " ".join(filter(None, (_signal(look, trend), usual, kept)))


def _signal(look: Look, trend: Trend) -> str:
    """The last signal in plain words; nothing where there is none."""
    signals = _signals(trend)
    if not signals:
        return ""
    last = signals[-1]
    said = look.words.t(f"signal.{last.signal}", run=RUN)
    if _late(trend):
        return look.words.t(f"trend.{last.direction}", signal=said)
    return look.words.t("trend.was", day=look.words.day_tick(look.local(last.since)), signal=said)


def _too_early(look: Look, trend: Trend) -> str:
    """What the hollow points mean, and when the last whole one of them can be judged."""
    hollow = [dot for dot in trend.points if _hollow(dot) and dot.value is not None]
    if not hollow:
        return ""
    whole = [dot for dot in hollow if not dot.partial]
    ready = whole[-1].ready if whole else None
    many = min(len(hollow), 2)
    if ready is None:
        return look.words.t("trend.hollow", n=many)
    return look.words.t("trend.hollow.ready", n=many, day=look.words.day(look.local(ready)))


RECENT = 6
"""A signal in so many last judged periods is told as news, an older one as something that has passed."""
_BLOCKS = "▁▂▃▄▅▆▇█"


def _blocks(dots: Sequence[TrendPoint], top: float) -> str:
    """A trend as a line of characters, for a text document; what is provisional stands after `┊`."""
    whole = "".join(_block(dot.value, top) for dot in dots if not _hollow(dot))
    young = "".join(_block(dot.value, top) for dot in dots if _hollow(dot))
    return f"{whole}┊{young}" if young else whole


def _block(value: float | None, top: float) -> str:
    steps = len(_BLOCKS) - 1
    return "·" if value is None else _BLOCKS[min(steps, max(0, round(value / (top or 1.0) * steps)))]
