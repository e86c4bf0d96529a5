"""KPIs of volume and value: how many, how much."""

from typing import Literal

from engine.definitions.document import WrongValue
from engine.kpis.kpi import kpi
from engine.kpis.measure import (
    Attained,
    AttributeName,
    Cost,
    Counter,
    CounterTotal,
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
def volume(of: Counter | Point = INITIAL) -> Measure:
    """Entries of a point (the initial state), with the interval of a Poisson count; or what a counter comes to."""
    return CounterTotal(of=of, how="sum") if isinstance(of, Counter) else Entries(of=of)


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
    of: Counter | AttributeName = AttributeName("amount"),  # noqa: B008  a NewType call makes nothing
    outcome: Literal["won", "lost", "void", "open"] | None = None,
    how: Literal["sum", "mean"] = "sum",
) -> Measure:
    """Money of the cases (of an outcome), as a sum or a mean; of a counter, its sum or that of a period (D19)."""
    if isinstance(of, Counter):
        if outcome is not None:
            raise WrongValue("`outcome` is one of cases, and a counter has none", code="kpi-needs-cases")
        return CounterTotal(of=of, how=how)
    return Money(of=of, outcome=outcome, how=how)


@kpi(unit="number", better="higher", period_of="event")
def ratio(of: Quantity, per: Quantity) -> Measure:
    """One total per another: won money per quoted money, receipts per visitor (D19)."""
    return PerOther(of=of, per=per)


@kpi(unit="ratio", better="higher", period_of="event")
def attainment(of: Quantity) -> Measure:
    """A total (a counter, money, a number of entries) as a share of its `targets`, over whole periods that have one."""
    return Attained(of=of)


@kpi(unit="money", better="lower", period_of="event")
def cost(per: Literal["case", "won"] | Point = "case") -> Measure:
    """What was spent (the `spend` table) per case that began, was won or got to a point, by month and by source."""
    return Cost(per=per)
