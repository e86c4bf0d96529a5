"""How cases flow through a process: what the funnel, the losses and the conformance of a report are made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCount:
    """Events and cases of an activity, and what it was mapped to."""

    activity: str
    to: str | None
    events: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Visits of a state; entered = advanced + aside + moved_back + lost + void + open + resting + reopened (D9).

    `happy_path`: a stage of the funnel, else a state beside it; `outcome`: of a final state.
    """

    state: str
    title: str
    reached: int
    skipped: int
    entered: int
    advanced: int
    lost: int
    void: int
    moved_back: int
    aside: int
    open: int
    resting: int
    reopened: int
    median_seconds: float | None
    oldest_open_seconds: int | None
    happy_path: bool = True
    outcome: Literal["won", "lost", "void"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Cases lost from a state, by reason where the source says one."""

    state: str
    reason: str | None
    cases: int
    amount: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A move that the machine does not allow."""

    from_: str
    to: str
    moves: int
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """Cases by how they keep to the machine; an unfinished case without a deviation is pending."""

    cases: int
    conforming: int
    pending: int
    deviating: int
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterFlow:
    """What a counter came to in the period of the audit, and in how many of its periods (days, or longer ones)."""

    counter: str
    title: str
    money: bool
    total: float
    periods: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFlow:
    """One process of the audit; a process of counters has no cases."""

    process: str
    title: str
    channel: str | None
    cases: int
    truncated: int
    out_of_order: int
    won: int
    lost: int
    void: int
    open: int
    observed_until: datetime | None
    lost_recorded: bool
    activities: tuple[ActivityCount, ...] = ()
    stages: tuple[Stage, ...] = ()
    loss: tuple[Loss, ...] = ()
    conformance: Conformance
    excluded: dict[str, int] = field(default_factory=dict)
    counters: tuple[CounterFlow, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    """The titles of the marks, by name."""
