"""KPIs of quality: what goes back, drops off, deviates, or lacks something."""

from typing import Literal

from engine.definitions.condition import Expr
from engine.kpis.kpi import kpi
from engine.kpis.measure import Again, Conforming, Holding, LostFrom, Measure, StateName, Void


@kpi(unit="ratio", better="lower", period_of="start")
def rework(state: StateName) -> Measure:
    """Share of the cases in a state that entered it again after leaving it."""
    return Again(state=state)


@kpi(unit="ratio", better="lower", period_of="start")
def drop_off(state: StateName) -> Measure:
    """Share of the visits of a state, of those that are over, that were left for a lost state."""
    return LostFrom(state=state)


@kpi(unit="ratio", better="lower", period_of="start")
def share(of: Expr, among: Literal["all", "open", "lost", "void"] = "all") -> Measure:
    """Share of the cases for which a condition holds, among all, the open, the lost or the void ones."""
    return Holding(of=of, among=among)


@kpi(unit="ratio", better="lower", period_of="start")
def void_share() -> Measure:
    """Share of the cases that were no inquiries: spam, duplicates, suppliers (D8)."""
    return Void()


@kpi(unit="ratio", better="higher", period_of="start")
def conformance() -> Measure:
    """Share of the cases that keep to the machine, of those that are finished or have deviated."""
    return Conforming()
