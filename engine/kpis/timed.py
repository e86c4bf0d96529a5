"""KPIs of time: how many get there, how long it takes, how long they stay."""

from typing import Literal

from engine.definitions.document import Span, WrongValue
from engine.kpis.kpi import kpi
from engine.kpis.measure import (
    Age,
    AttributeName,
    BeganAgain,
    ByDeadline,
    Counter,
    Measure,
    PerOther,
    Point,
    Quantity,
    StateName,
    Stay,
    Timed,
)


@kpi(unit="ratio", better="higher", period_of="start")
def conversion(
    from_: Counter | Point, to: Counter | Point, within: Span | None = None, strict: bool = False
) -> Measure:
    """Share of the cases that reached `from` which go on to reach `to` within the horizon (D3, D4, D7).

    Of counters: one total per the other, such as receipts per visitor, by the spread between periods (D19).
    """
    _differ(from_, to)
    if isinstance(from_, Counter):
        if within or strict:
            raise WrongValue("`within` and `strict` are about cases, and counters have none", code="kpi-needs-cases")
        return PerOther(of=Quantity(to), per=Quantity(from_))
    return Timed(start=Point(from_), end=Point(to), strict=strict, horizon=within)


@kpi(unit="seconds", better="lower", period_of="start")
def elapsed(
    from_: Point, to: Point, quantile: float = 0.5, of: Literal["arrived", "all"] = "arrived", strict: bool = False
) -> Measure:
    """Time from `from` to `to` that this share of the cases does not exceed (D5); people's answers, not robots'."""
    _differ(from_, to)
    return Timed(start=from_, end=to, strict=strict, own=True, quantile=_share(quantile), of=of)


@kpi(unit="ratio", better="higher", period_of="start")
def within(from_: Point, to: Point, limit: Span | AttributeName) -> Measure:
    """Share of the cases that get from `from` to `to` within a limit, or by a time of their own (D6)."""
    _differ(from_, to)
    if isinstance(limit, Span):
        return Timed(start=from_, end=to, own=True, horizon=limit)
    return ByDeadline(start=from_, end=to, deadline=limit)


@kpi(unit="seconds", better="lower", period_of="end of the visit")
def sojourn(state: StateName, quantile: float = 0.5) -> Measure:
    """Length of the visits of a state that are over, at a quantile (D5); beside it how many are still inside."""
    return Stay(state=state, quantile=_share(quantile))


@kpi(unit="seconds", better="lower", period_of="moment")
def age(state: StateName | None = None, quantile: float = 0.5) -> Measure:
    """How long what is open at the moment has been open (in the state), at a quantile; a census."""
    return Age(state=state, quantile=_share(quantile))


@kpi(unit="ratio", better="higher", period_of="start")
def repeat_rate(within: Span | None = None) -> Measure:
    """Share of the clients that begin again within the horizon after their first case; by `client` (D3, D4)."""
    return BeganAgain(horizon=within)


def _differ(from_: str, to: str) -> None:
    if from_ == to:
        raise WrongValue("`from` and `to` are the same point", code="bad-value")


def _share(quantile: float) -> float:
    if not 0 < quantile < 1:
        raise WrongValue(f"`quantile: {quantile:g}` is not between 0 and 1", code="bad-value", hint="write 0.9 or 90%")
    return quantile
