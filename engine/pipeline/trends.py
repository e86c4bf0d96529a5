"""Control points over time: points of each period, and signals where there are enough mature ones (D10, D20)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from engine.audit import Trend, TrendPoint
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.kpis.fact import Fact
from engine.kpis.signals import ENOUGH_POINTS, Signals, assurance, xmr
from engine.rules.applies import DEFAULT_AT_LEAST, Units, applied

Signal = Literal["outside", "shift", "trend", "two_of_three"]
_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92}


def trends(
    facts: Sequence[Fact], units: Units, rules: Sequence[Rule], processes: Sequence[Process], grain: str
) -> tuple[Trend, ...]:
    """A trend of every control point that has facts of periods of this grain, sorted."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.period and not fact.segment and not fact.variant and _is_of(fact, grain):
            found[fact.process, fact.control_point].append(fact)
    limits = _limits(rules, processes, units)
    return tuple(_trend(key, found[key], units[key], limits.get(key)) for key in sorted(found))


def _is_of(fact: Fact, grain: str) -> bool:
    """Months stand among the facts too where a limit is the client's own best one."""
    if fact.period is None:
        return False
    days = (fact.period.until - fact.period.since).days
    nearest = min(_DAYS, key=lambda name: abs(_DAYS[name] - days))
    return nearest == grain


def _limits(rules: Sequence[Rule], processes: Sequence[Process], units: Units) -> Mapping[tuple[str, str], float]:
    found = {}
    for one in applied(rules, processes, units):
        limit = one.rule.yellow or one.rule.red
        if limit and limit.value is not None and not one.variant:
            found[one.process, one.control_point] = limit.value
    return found


def _trend(key: tuple[str, str], facts: Sequence[Fact], unit: tuple[str, str], limit: float | None) -> Trend:
    ordered = sorted(facts, key=lambda fact: fact.period.since if fact.period else fact.key)
    sound = [fact for fact in ordered if _enters(fact)]
    signals = xmr([fact.value for fact in sound if fact.value is not None]) if len(sound) >= ENOUGH_POINTS else None
    marked = _marked(sound, signals)
    points = tuple(_point(fact, marked.get(fact.key), signals, unit[1]) for fact in ordered)
    if signals is None:
        return Trend(process=key[0], control_point=key[1], points=points)
    share = unit[0] == "ratio"
    lower, upper = signals.shown_limits(0.0, 1.0 if share else None)
    return Trend(
        process=key[0],
        control_point=key[1],
        points=points,
        mean=signals.mean,
        lower=lower,
        upper=upper,
        provisional=False,
        variation="special" if marked else "usual",
        assurance=assurance(signals.lower, signals.upper, limit, unit[1])  # type: ignore[arg-type]
        if limit is not None and unit[1] != "neither"
        else None,
    )


def _enters(fact: Fact) -> bool:
    """Mature, whole, with enough cases and a value: only such a point may signal (D10, D20)."""
    whole = fact.period is not None and not fact.period.partial
    return whole and fact.maturity == "mature" and fact.n >= DEFAULT_AT_LEAST and fact.value is not None


def _marked(sound: Sequence[Fact], signals: Signals | None) -> dict[str, Signal]:
    """The signal of each point, the strongest first; `Signals` counts points from 1."""
    if signals is None:
        return {}
    kinds: tuple[tuple[Signal, tuple[int, ...]], ...] = (
        ("two_of_three", signals.two_of_three),
        ("trend", signals.trend),
        ("shift", signals.shift),
        ("outside", signals.outside),
    )
    return {sound[number - 1].key: kind for kind, numbers in kinds for number in numbers}


def _point(fact: Fact, signal: Signal | None, signals: Signals | None, better: str) -> TrendPoint:
    assert fact.period is not None
    direction: Literal["better", "worse", "neutral"] = "neutral"
    if signal and signals and fact.value is not None and better != "neither":
        direction = "better" if (fact.value > signals.mean) == (better == "higher") else "worse"
    return TrendPoint(
        since=fact.period.since,
        until=fact.period.until,
        partial=fact.period.partial,
        provisional=fact.maturity != "mature",
        value=fact.value,
        n=fact.n,
        signal=signal,
        direction=direction,
    )
