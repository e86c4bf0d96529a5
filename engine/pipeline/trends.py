"""Control points over time: points of each period, and signals where there are enough mature ones (D10, D20)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from engine.audit import Trend, TrendPoint
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.kpis.fact import Fact, Period
from engine.kpis.signals import ENOUGH_POINTS, GRAINS, Grain, Signals, assurance, finest_grain, xmr
from engine.rules.applies import DEFAULT_AT_LEAST, Units, applied, by_periods

Signal = Literal["outside", "shift", "trend", "two_of_three"]
_DAYS: Mapping[Grain, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92}


def trends(
    facts: Sequence[Fact], units: Units, rules: Sequence[Rule], processes: Sequence[Process], grain: str
) -> tuple[Trend, ...]:
    """A trend of every control point, sorted: on the finest grain that can show signals, else on this one (D20)."""
    found: dict[tuple[str, str], dict[Grain, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        if fact.period and not fact.segment and not fact.variant:
            found[fact.process, fact.control_point][grain_of(fact.period)].append(fact)
    totals = {(p.process, name) for p in processes for name, point in p.control_points.items() if by_periods(p, point)}
    limits = _limits(rules, processes, units)
    # A period of totals is one number, whole as it is; of cases it takes many to make one.
    least = {**_least(rules, processes, units), **dict.fromkeys(totals, 1)}
    return tuple(
        _trend(key, chosen, found[key][chosen], units[key], limits.get(key), 1 if key in totals else DEFAULT_AT_LEAST)
        for key in sorted(found)
        if (chosen := _grain(found[key], least.get(key, DEFAULT_AT_LEAST), grain)) is not None
    )


def _grain(by_grain: Mapping[Grain, Sequence[Fact]], at_least: int, grain: str) -> Grain | None:
    """The finest that can show signals, else the one asked for, else (totals of months) the finest there is."""
    known = _finest(by_grain, at_least) or next((name for name in by_grain if name == grain), None)
    if known is None and at_least == 1:
        return min(by_grain, key=GRAINS.index, default=None)
    return known


def grain_of(period: Period) -> Grain:
    """The grain whose length a period has."""
    days = (period.until - period.since).days
    return min(_DAYS, key=lambda name: abs(_DAYS[name] - days))


def _finest(by_grain: Mapping[Grain, Sequence[Fact]], at_least: int) -> Grain | None:
    """The finest grain with 13 mature periods, all of them with cases enough."""
    cases = {grain: [fact.n for fact in facts if _mature(fact)] for grain, facts in by_grain.items()}
    return finest_grain(cases, at_least)


def _least(rules: Sequence[Rule], processes: Sequence[Process], units: Units) -> Mapping[tuple[str, str], int]:
    """The cases that the rules of a control point take; the fewest where there are several."""
    found: dict[tuple[str, str], int] = {}
    for one in applied(rules, processes, units):
        key = (one.process, one.control_point)
        found[key] = min(found.get(key, one.at_least), one.at_least)
    return found


def _limits(rules: Sequence[Rule], processes: Sequence[Process], units: Units) -> Mapping[tuple[str, str], float]:
    found = {}
    for one in applied(rules, processes, units):
        limit = one.rule.yellow or one.rule.red
        if limit and limit.value is not None and not one.variant:
            found[one.process, one.control_point] = limit.value
    return found


def _trend(
    key: tuple[str, str],
    grain: Grain,
    facts: Sequence[Fact],
    unit: tuple[str, str],
    limit: float | None,
    at_least: int,
) -> Trend:
    ordered = sorted(facts, key=lambda fact: fact.period.since if fact.period else fact.key)
    sound = [fact for fact in ordered if _enters(fact, at_least)]
    signals = xmr([fact.value for fact in sound if fact.value is not None]) if len(sound) >= ENOUGH_POINTS else None
    marked = _marked(sound, signals)
    points = tuple(_point(fact, marked.get(fact.key), signals, unit[1]) for fact in ordered)
    if signals is None:
        return Trend(process=key[0], control_point=key[1], points=points, grain=grain)
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
        grain=grain,
        variation="special" if marked else "usual",
        assurance=assurance(signals.lower, signals.upper, limit, unit[1])  # type: ignore[arg-type]
        if limit is not None and unit[1] != "neither"
        else None,
    )


def _enters(fact: Fact, at_least: int) -> bool:
    """Mature, whole, with enough cases and a value: only such a point may signal (D10, D20)."""
    return _mature(fact) and fact.n >= at_least and fact.value is not None


def _mature(fact: Fact) -> bool:
    return fact.period is not None and not fact.period.partial and fact.maturity == "mature"


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
        ready=fact.ready,
        direction=direction,
    )
