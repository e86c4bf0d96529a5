"""A process of an inbound channel: states, transitions, control points (processes/*.yaml)."""

from dataclasses import field
from typing import Annotated, Literal

from engine.definitions.condition import Condition
from engine.definitions.document import Many, Named, Raw, Text, rest, shape, shorthand

Outcome = Literal["won", "lost", "void"]
Clock = Literal["wall", "business"]


def _wall(raw: Raw) -> Raw:
    return "wall" if raw == "calendar" else raw


ClockWord = Annotated[Clock, shorthand(_wall, also={"enum": ["calendar"]})]
"""`calendar` is another word for `wall`: every hour counts."""


@shape
class State:
    """Where a case can be. A state on the happy path is a stage.

    `work`: what is done with the case there; `record`: what is written into the client's system. Both are for the
    programme and the regulation.
    """

    name: str
    title: Text | None = None
    work: Text | None = None
    record: Many[Text] = ()
    responsible: Text | None = None
    final: bool = False
    start: bool = False
    outcome: Outcome | None = None


@shape
class Mark:
    """What happens to a case without moving it."""

    name: str
    title: Text | None = None


@shape
class Transition:
    """An allowed move; `source: "*"` is every state that is not final."""

    trigger: str
    source: Many[str]
    dest: str
    title: Text | None = None
    reopens: bool = False


@shape
class Dimension:
    """A dimension of the process: bands of a time between two points, or of a number attribute."""

    name: str = ""
    title: Text | None = None
    elapsed: tuple[str, str] | None = None
    of: str | None = None
    bands: Many[str]
    clock: ClockWord = "wall"


CONTROL_POINT_KEYS = ("name", "kpi", "title", "where", "by", "responsible", "clock", "better", "review")


@shape
class ControlPoint:
    """What is measured, where and for whom. `parameters` are the KPI's own keys, checked by its signature.

    `review`: how often people look at it; without it a number that is known within a week is looked at every week.
    """

    name: str = ""
    kpi: str
    title: Text | None = None
    where: Condition | None = None
    by: Many[str] | None = None
    responsible: Text | None = None
    clock: ClockWord = "wall"
    better: Literal["higher", "lower"] | None = None
    review: Literal["day", "week", "month", "quarter"] | None = None
    parameters: dict[str, object] = field(default_factory=dict)


def _named(raw: Raw) -> Raw:
    return {"name": raw} if isinstance(raw, str) else raw


@shape
class Counter:
    """What is counted where there are no cases: visitors, receipts; `money`: it is a sum of money."""

    name: str
    title: Text | None = None
    money: bool = False


@shape
class Process:
    """One process; `counters` instead of states where it is fed by counts alone."""

    process: str
    title: Text | None = None
    channel: str | None = None
    calendar: str | dict[str, str] | None = None
    initial: str | None = None
    states: tuple[State, ...] = ()
    marks: tuple[Mark, ...] = ()
    happy_path: tuple[str, ...] = ()
    transitions: tuple[Transition, ...] = ()
    skips: Literal["allowed", "forbidden"] = "forbidden"
    lost: Literal["recorded", "not recorded"] = "recorded"
    dimensions: Named[Dimension] = field(default_factory=dict)
    control_points: Named[Annotated[ControlPoint, rest(CONTROL_POINT_KEYS, "parameters")]] = field(default_factory=dict)
    counters: tuple[Annotated[Counter, shorthand(_named)], ...] = ()
    extends: Many[str] = ()

    def state(self, name: str) -> State:
        """The state of that name; KeyError otherwise."""
        return next(state for state in self.states if state.name == name)

    @property
    def counter_names(self) -> tuple[str, ...]:
        """Names of the counters, in their order."""
        return tuple(counter.name for counter in self.counters)

    @property
    def stage_order(self) -> dict[str, int]:
        """Position of each state of the happy path."""
        return {name: position for position, name in enumerate(self.happy_path)}

    @property
    def start_states(self) -> tuple[str, ...]:
        """States a case may begin in."""
        return tuple(s.name for s in self.states if s.start or s.name == self.initial)

    def sources_of(self, transition: Transition) -> tuple[str, ...]:
        """The states a transition leaves, `*` written out."""
        if "*" in transition.source:
            return tuple(s.name for s in self.states if not s.final)
        return transition.source
