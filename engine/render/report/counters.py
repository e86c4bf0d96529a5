"""A process without cases: what each counter came to, and what the control points make of it beside the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.audit import MeasuredPoint
from engine.kpis.flow import CounterFlow, ProcessFlow
from engine.render.report.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRow:
    """A counter: its total, the mean of its periods, the control points about it; `width` beside the first counter."""

    title: str
    total: str
    each: str
    rates: tuple[str, ...]
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterTable:
    """The counters of a process."""

    process: str
    title: str
    rows: tuple[CounterRow, ...]


def counters_of(look: Look, flow: ProcessFlow) -> CounterTable:
    """The counters of one process, in its order."""
    widths = _widths(look, flow)
    rows = tuple(_row(look, flow, counter, widths.get(counter.counter, 0.0)) for counter in flow.counters)
    return CounterTable(process=flow.process, title=flow.title, rows=rows)


def _row(look: Look, flow: ProcessFlow, counter: CounterFlow, width: float) -> CounterRow:
    mean = _amount(look, counter, counter.total / counter.periods) if counter.periods else ""
    return CounterRow(
        title=counter.title,
        total=_amount(look, counter, counter.total),
        each=look.words.t(f"counters.each.{counter.unit}", value=mean) if mean else "",
        rates=tuple(_rates(look, flow, counter)),
        width=width,
    )


def _amount(look: Look, counter: CounterFlow, value: float) -> str:
    return look.words.money(value) if counter.money else look.words.number(value, 0 if value >= 10 else 1)


def _rates(look: Look, flow: ProcessFlow, counter: CounterFlow) -> list[str]:
    """`Покупают из вошедших — 22 из 100`: the ratios that have this counter above the line."""
    found = []
    for point in look.audit.control_points:
        value = _value(look, point)
        if point.process == flow.process and _pair(point)[1] == counter.counter and value is not None:
            found.append(look.words.t("counters.rate", title=point.title, value=look.said(value, point)))
    return found


def _pair(point: MeasuredPoint) -> tuple[str, str]:
    """Below and above the line of a ratio or a conversion."""
    keys = {"conversion": ("from", "to"), "ratio": ("per", "of")}.get(point.kpi)
    return (point.parameters.get(keys[0], ""), point.parameters.get(keys[1], "")) if keys else ("", "")


def _value(look: Look, point: MeasuredPoint) -> float | None:
    facts = look.facts_of.get((point.process, point.name), ())
    return next((fact.value for fact in facts if not fact.segment and not fact.variant), None)


def _widths(look: Look, flow: ProcessFlow) -> Mapping[str, float]:
    """Bars of what is a part of another counter: the conversions, beginning with whoever begins them."""
    points = [point for point in look.audit.control_points if point.process == flow.process]
    steps = {_pair(p)[1]: (_pair(p)[0], _value(look, p)) for p in points if p.kpi == "conversion"}
    widths: dict[str, float] = {}
    for counter in flow.counters:
        before, value = steps.get(counter.counter, ("", None))
        if before in widths and value is not None:
            widths[counter.counter] = min(1.0, widths[before] * value)
        elif any(step[0] == counter.counter for step in steps.values()):
            widths[counter.counter] = 1.0
    return widths
