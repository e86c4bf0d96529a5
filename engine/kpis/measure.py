"""What a KPI asks of the event log, without SQL: one kind of measure per way of estimating."""

from dataclasses import dataclass
from typing import Literal, NewType

from engine.definitions.condition import Expr
from engine.definitions.document import Span

Point = NewType("Point", str)
"""A state or a mark of the process."""
StateName = NewType("StateName", str)
AttributeName = NewType("AttributeName", str)
Quantity = NewType("Quantity", str)
"""A counter, or a control point of the process that gives a sum of money or a number per case."""


class Counter(str):
    """A counter of a process that is fed by counts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Time from a point to another, with the cases that are still open (D2, D3, D5 to D7).

    `own`: only cases with an entry of `start` itself (elapsed, within); `people`: only people's entries of `end`.
    `quantile` None estimates the share that has arrived by the horizon.
    """

    start: Point
    end: Point
    strict: bool = False
    own: bool = False
    horizon: Span | None = None
    quantile: float | None = None
    of: Literal["arrived", "all"] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDeadline:
    """Share of the cases that arrive by the moment their own attribute names (D6)."""

    start: Point
    end: Point
    deadline: AttributeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Length of the visits of a state that are over."""

    state: StateName
    quantile: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How long what is open has been so: cases, or visits of a state."""

    state: StateName | None
    quantile: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """How many cases are open (or in a state) at a moment: a census."""

    state: StateName | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """How many entries of a point there were."""

    of: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class PerCase:
    """Entries of a point per case."""

    of: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Sum or mean of a money attribute over the cases (of an outcome)."""

    of: AttributeName
    outcome: Literal["won", "lost", "void", "open"] | None
    how: Literal["sum", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerOther:
    """One total per another."""

    of: Quantity
    per: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterTotal:
    """What a counter comes to, or what it comes to in one of its periods (days, or what is longer) on average."""

    of: Counter
    how: Literal["sum", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """A total as a share of its targets, over the periods that have one."""

    of: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What was spent per case that began, that got to a point, or that was won."""

    per: Literal["case", "won"] | Point


@dataclass(frozen=True, slots=True, kw_only=True)
class BeganAgain:
    """Share of the clients that begin again within the horizon after their first case."""

    horizon: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Share of the cases in a state that entered it again after leaving."""

    state: StateName


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFrom:
    """Share of the visits that were left for a lost state."""

    state: StateName


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Share of the cases for which a condition holds."""

    of: Expr
    among: Literal["all", "open", "lost", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """Share of the cases that were no inquiries (D8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conforming:
    """Share of the cases that keep to the machine, of those that do or do not."""


Measure = (
    Timed | ByDeadline | Stay | Age | Open | Entries | PerCase | Money | PerOther | Again | LostFrom | Holding | Void
    | Conforming | CounterTotal | Attained | Cost | BeganAgain
)  # fmt: skip
