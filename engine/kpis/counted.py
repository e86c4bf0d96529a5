"""KPIs of volume and value: how many, how much."""

from typing import Literal

from engine.kpis.kpi import kpi
from engine.kpis.measure import (
    AttributeName,
    Entries,
    Measure,
    Money,
    Open,
    PerCase,
    PerOther,
    Point,
    Quantity,
    StateName,
)

INITIAL = Point("")
"""Stands for the initial state of the process."""


@kpi(unit="count", better="higher", period_of="event")
def volume(of: Point = INITIAL) -> Measure:
    """Entries of a point (the initial state), with the interval of a Poisson count."""
    return Entries(of=of)


@kpi(unit="number", better="neither", period_of="start")
def count(of: Point) -> Measure:
    """How often a mark (or state) happens per case, on average."""
    return PerCase(of=of)


@kpi(unit="count", better="lower", period_of="moment")
def wip(state: StateName | None = None) -> Measure:
    """How many cases are open (in the state) at `as_of` or at the end of the period; a census, so no interval."""
    return Open(state=state)


@kpi(unit="money", better="higher", period_of="event")
def value(
    of: AttributeName = AttributeName("amount"),  # noqa: B008  a NewType call makes nothing
    outcome: Literal["won", "lost", "void", "open"] | None = None,
    how: Literal["sum", "mean"] = "sum",
) -> Measure:
    """Money of the cases (of an outcome), as a sum or a mean (D19)."""
    return Money(of=of, outcome=outcome, how=how)


@kpi(unit="number", better="higher", period_of="event")
def ratio(of: Quantity, per: Quantity) -> Measure:
    """One total per another: won money per quoted money (D19)."""
    return PerOther(of=of, per=per)
