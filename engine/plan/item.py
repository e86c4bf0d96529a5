"""A plan item: what is done, by whom, by when, what it is measured by."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.kpis.fact import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortOf:
    """Hours of work and money in the workspace's currency."""

    hours: float
    money: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Extra won cases a month, as a range, and what the range rests on."""

    won: float
    low: float
    high: float
    money: float | None = None
    per: Literal["month"] = "month"
    level: float = 0.9
    pass_through: tuple[float, float] = (0.5, 1.0)
    basis: Literal["own data", "association", "study", "assumption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The fact that an item starts from."""

    since: date
    until: date
    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """How it will be seen whether it worked: the control point, its baseline, its target (unit of the KPI)."""

    control_point: str
    segment: Segment = ()
    baseline: Baseline | None
    target: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One line of the improvement plan; never without `responsible` and `due`."""

    id: str
    rank: int
    action: str
    title: str
    steps: tuple[str, ...]
    responsible: str
    person: str | None
    due: date
    review: date | None
    effort: EffortOf
    because: tuple[str, ...]
    cause: str | None = None
    expected: Expected | None = None
    verify: Verify
    priority: float | None = None
    swaps_if: str | None = None
    status: Literal["proposed", "accepted", "done", "rejected"] = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChosen:
    """An action that was left out of the plan, and why; cause: what it would mend is not borne out by the data."""

    action: str
    why: Literal["conflict", "prerequisite", "budget", "when_not", "duplicate", "cause"]
    with_: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, in order."""

    items: tuple[PlanItem, ...]
    not_chosen: tuple[NotChosen, ...] = ()
