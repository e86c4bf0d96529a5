"""The result of an audit: what audit.json, and through it every document, is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.events.report import SourceReport
from engine.kpis.fact import Fact, Segment
from engine.kpis.flow import ProcessFlow
from engine.plan.item import Dropped, JointEffect, NotChosen, PlanItem
from engine.rules.dose import Dose
from engine.rules.finding import Finding
from engine.rules.managers import ManagerCompared
from engine.rules.scan import Scan

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPeriod:
    """What the audit looks at: cases (events) from `since` to before `until`; grain of the trends."""

    since: datetime | None
    until: datetime | None
    grain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What a number means: everything a reader may ask about a control point."""

    population: str
    clock: Literal["wall", "business"]
    window: str
    horizon_seconds: int | None
    repeats: str
    skips: str
    open_cases: str
    at_least: int
    interval: str
    source_of_formula: str
    counted: Literal["cases", "periods"] = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPoint:
    """A control point as it was measured."""

    process: str
    name: str
    title: str
    kpi: str
    parameters: dict[str, str]
    unit: Literal["ratio", "seconds", "count", "number", "money"]
    better: Literal["higher", "lower", "neither"]
    responsible: str | None
    passport: Passport


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What the sources of a process cannot give: which control points it takes, and what to ask the client for."""

    process: str
    lacks: str
    why: str
    ask: str
    control_points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One period of a trend; provisional: too young to be judged (D10) until `ready`."""

    since: datetime
    until: datetime
    value: float | None
    n: int
    partial: bool = False
    provisional: bool = False
    signal: Literal["outside", "shift", "trend", "two_of_three"] | None = None
    direction: Literal["better", "worse", "neutral"] = "neutral"
    ready: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A control point over time, with its process limits where there are enough points (D20); grain of its periods."""

    process: str
    control_point: str
    points: tuple[TrendPoint, ...]
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    provisional: bool = True
    variation: str | None = None
    assurance: str | None = None
    grain: str = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSide:
    """One side of a comparison of periods."""

    since: datetime
    until: datetime
    value: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSegment:
    """A segment's part in a change: `mix` by its share of the cases, `rate` by its own result; they add up."""

    segment: str
    mix: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStage:
    """What a stage brought to the change of the cases that arrived; `state` None: what more or fewer cases brought."""

    state: str | None
    cases: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A control point in two periods: the change with its interval, split into mix and rate (D13).

    `by` is the dimension of mix and rate, `segments` its parts in order of their size; `stages` add up to the change of
    the cases that arrived, in the order of the happy path.
    """

    process: str
    control_point: str
    before: ChangeSide
    after: ChangeSide
    change: float
    low: float
    high: float
    mix: float | None = None
    rate: float | None = None
    by: str | None = None
    simpson: bool = False
    segments: tuple[ChangeSegment, ...] = ()
    stages: tuple[ChangeStage, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """What a reader asks of a limit: its title, its norm, the dimensions beneath."""

    name: str
    title: str
    norm: str | None
    caveat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A step from our total to the client's: `kind` says which, `cases` how much more (or less) he counts.

    Of a total of money `cases` is money.
    """

    why: str
    cases: float
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A total of the client against ours, with the bridge between them: ours + bridge + rest = client.

    `month` as `2026-04`, None for several together; `manager` None for all; `by`: the date that he counts by; `rest`:
    what is not explained; `partial`: a month that was not over.
    """

    what: str
    client: float | None
    ours: float
    bridge: tuple[Bridge, ...] = ()
    counted: Literal["cases", "won", "amount"] = "cases"
    by: Literal["created", "closed"] = "created"
    month: str | None = None
    manager: str | None = None
    rest: float | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Everything an audit found; `documents` are written from this and from nothing else."""

    format: int = FORMAT
    voronka: str
    client: str
    locale: Literal["ru", "en"]
    currency: str
    time_zone: str
    definitions_sha256: str
    as_of: datetime | None
    hindsight: bool = False
    period: AuditPeriod
    provisional: tuple[str, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    processes: tuple[ProcessFlow, ...] = ()
    control_points: tuple[MeasuredPoint, ...] = ()
    rules: tuple[RuleShown, ...] = ()
    facts: tuple[Fact, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    trends: tuple[Trend, ...] = ()
    changes: tuple[Change, ...] = ()
    dose: tuple[Dose, ...] = ()
    scan: Scan = field(default_factory=Scan)
    managers: tuple[ManagerCompared, ...] = ()
    findings: tuple[Finding, ...] = ()
    resolved: tuple[str, ...] = ()
    plan: tuple[PlanItem, ...] = ()
    not_chosen: tuple[NotChosen, ...] = ()
    joint_effect: JointEffect | None = None
    dropped: tuple[Dropped, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    segments: tuple[str, ...] = field(default=())


def fact_of(audit: Audit, process: str, control_point: str, segment: Segment = ()) -> Fact | None:
    """The fact of the audit period as a whole (or of one segment of it)."""
    for fact in audit.facts:
        where = (fact.process, fact.control_point, fact.segment)
        if fact.period is None and not fact.variant and where == (process, control_point, segment):
            return fact
    return None
