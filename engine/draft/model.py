"""A drafted process: states, moves, marks and control points, each with the reason it is there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.draft.guess import Guess
from engine.draft.shapes import Shape
from engine.draft.sheets import Aside, Sheet
from engine.draft.words import Outcome

LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How a state is read from a row that is a case: columns of its time, instead of them others, a condition.

    The condition: the column `status` holds one of `values`. `dated`: whether a time of its own is known.
    """

    at: tuple[str, ...]
    otherwise: tuple[tuple[str, ...], ...] = ()
    leave: tuple[str, ...] = ()
    status: str | None = None
    values: tuple[str, ...] = ()
    dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the draft. `activities`: its words in the export; `when`: where a row is a case; `cases` that came."""

    name: str
    title: str
    activities: tuple[str, ...] = ()
    when: When | None = None
    cases: int = 0
    outcome: Outcome | None = None
    start: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity that is no state: a mark, or ignored by name (`mark` empty), with the reason."""

    activity: str
    mark: str
    title: str
    events: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move of the export: allowed, or so rare that it is a deviation. `made`: added so that cases can finish."""

    source: str
    dest: str
    count: int
    allowed: bool
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counter of a table of totals and its column."""

    name: str
    title: str
    column: str
    money: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The states in order, the moves between them, the way of a case that goes well."""

    states: tuple[State, ...]
    others: tuple[Activity, ...]
    moves: tuple[Move, ...]
    happy_path: tuple[str, ...]
    skips: bool
    ways: str
    won_cases: int

    @property
    def outcomes(self) -> dict[str, Outcome | None]:
        """The outcome of each state."""
        return {state.name: state.outcome for state in self.states}

    def state(self, name: str) -> State:
        """The state of that name; KeyError where there is none."""
        return {state.name: state for state in self.states}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A candidate for a control point: the KPI, its parameters, what was seen, the measures that move it."""

    name: str
    title: str
    kpi: str
    parameters: dict[str, str]
    why: str
    judged: bool = True
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A table that adds columns: our column and its own that are equal, how many of our rows found a row of it."""

    sheet: Sheet
    ours: str
    theirs: str
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKey:
    """Our column, what of the cases it is equal to (an attribute, or the column of the case), rows that found one."""

    ours: str
    theirs: str
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A table whose rows join cases: by which keys (the most trusted first), within which window, as which marks.

    `activity`: the column that tells the marks apart, empty where each row is the same mark. `exported`: the last time
    of the cases, where that of these rows is earlier.
    """

    sheet: Sheet
    keys: tuple[LinkKey, ...]
    within: str
    case: str
    activity: str
    at: tuple[str, ...]
    marks: tuple[Activity, ...]
    rows: int
    exported: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Everything that was guessed of an export.

    Of a snapshot, `dates` are the columns of `created`, `changed`, `closed`; `exported` says when it was saved.
    """

    locale: Literal["ru", "en"]
    sheet: Sheet
    joined: tuple[Joined, ...] = ()
    linked: tuple[Linked, ...] = ()
    aside: tuple[Aside, ...] = ()
    shape: Shape
    guesses: dict[str, Guess]
    status: Guess | None = None
    attributes: dict[str, Guess] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    format: str = ""
    empty_clock: str = ""
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exported: str = ""
    flow: Flow
    points: tuple[Point, ...]
    bands: bool = False
    counters: tuple[Counter, ...] = ()
    cases: int = 0
    notes: tuple[str, ...] = ()

    @property
    def moves_seen(self) -> bool:
        """Whether the export shows how cases went from state to state."""
        return self.shape == "events" or (self.shape == "snapshot" and self.sheet.taken is not None)


def slug(text: str, taken: Iterable[str] = ()) -> str:
    """A name for a state that conditions can write, and that no other has: letters, digits, `_`, no digit first."""
    words = re.sub(r"\W+", "_", text.casefold()).strip("_")[:LONGEST].strip("_")
    base = words if words and not words[0].isdigit() else f"s_{words}".rstrip("_")
    if base.startswith(("to_", "is_", "may_", "on_enter", "on_exit", "__")) or base in ("state", "trigger", "model"):
        base = f"s_{base}"
    names, name, number = {name.casefold() for name in taken}, base, 2
    while name.casefold() in names:
        name, number = f"{base}_{number}", number + 1
    return name
