"""A plan item: what is done, by whom, by when, what it is measured by."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.definitions.planfile import Status
from engine.kpis.fact import Segment
from engine.plan.effect import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortOf:
    """Hours of work and money in the workspace's currency."""

    hours: float
    money: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Extra won cases a month, as a range, and what the range rests on.

    `probability` that it is above zero. `what`: title of the won state, where it is not known to be a sale.
    """

    won: float
    low: float
    high: float
    money: float | None = None
    per: Literal["month"] = "month"
    level: float = 0.9
    pass_through: tuple[float, float] = (0.5, 1.0)
    basis: Basis
    probability: float = 1.0
    what: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointEffect:
    """What the open items bring together a month: the funnel computed again with all of them, never the sum."""

    won: float
    low: float
    high: float
    money: float | None = None
    per: Literal["month"] = "month"
    level: float = 0.9
    basis: Basis = "assumption"
    what: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOf:
    """How well it is known that the action works: grade E1 (best) to E5, P (practice of a platform)."""

    grade: str
    source: str
    url: str | None = None
    caveat: str | None = None


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
    """One line of the improvement plan; never without `responsible` and `due`.

    `needs` are titles of what comes before it. `status`, `note`, `done_on` and what people changed of person and due
    come from their plan.yaml; `overdue`: open, and due before the day the audit looks from.
    """

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
    status: Status = "proposed"
    needs: tuple[str, ...] = ()
    when_not: str | None = None
    evidence: EvidenceOf | None = None
    needs_capacity: bool = False
    since_last: Literal["new", "kept"] = "new"
    overdue: bool = False
    note: str | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChosen:
    """An action that was left out of the plan, and why; cause: what it would mend is not borne out by the data."""

    action: str
    why: Literal["conflict", "prerequisite", "budget", "when_not", "duplicate", "cause", "capacity", "rejected"]
    with_: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An item of the last plan.yaml that is in this plan no more: people rejected it, or nothing asks for it now."""

    id: str
    action: str
    title: str
    status: Status
    person: str | None = None
    due: date | None = None
    done_on: date | None = None
    note: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, in order."""

    items: tuple[PlanItem, ...]
    not_chosen: tuple[NotChosen, ...] = ()
    joint: JointEffect | None = None
    dropped: tuple[Dropped, ...] = ()
