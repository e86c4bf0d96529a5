"""One made-up case: it moves only by triggers of its process, keeps its clock, and notes what happened as events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from engine.definitions.process import Process
from engine.demo.client import Client, Hours, Manager, Origin, after

Table = Mapping[tuple[str, str], str]
"""(state, trigger) -> state."""


def table(process: Process) -> Table:
    """The transitions of a process as a table: what `engine.machine` allows, without a machine for every case."""
    return {(s, t.trigger): t.dest for t in process.transitions for s in process.sources_of(t)}


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a case: `kind` state or mark, `name` of the process; local time; attributes as known then."""

    case: int
    happened_at: datetime
    kind: Literal["state", "mark"]
    name: str
    manager: str
    source: str
    product: str
    amount: int | None
    reason: str
    phone: str


@dataclass(slots=True, kw_only=True)
class Walk:
    """A case under way: where it is, when, with whom."""

    client: Client
    process: Process
    table: Table
    random: Random
    case: int
    now: datetime
    since: datetime
    until: datetime
    hours: Hours
    manager: Manager
    origin: Origin
    product: str
    price: int
    phone: str
    again: bool = False
    state: str = ""
    reason: str = ""
    priced: bool = False
    nobody: bool = False
    events: list[Event] = field(default_factory=list)

    @property
    def progress(self) -> float:
        """How far the case's start is through the simulated time, 0 to 1."""
        return (self.now - self.since) / (self.until - self.since)

    def chance(self, p: float) -> bool:
        """True with probability p; one draw whatever p is, so that a plan changes only what it plants."""
        return self.random.random() < p

    def begin(self, state: str) -> None:
        """The case begins in one of the start states."""
        if state not in self.process.start_states:
            raise ValueError(f"no case begins in {state}")
        self.state = state
        self._note("state", state)

    def fire(self, trigger: str) -> None:
        """Move by a trigger of the process; KeyError where the state has none of that name."""
        self.state = self.table[self.state, trigger]
        self._note("state", self.state)

    def jump(self, state: str) -> None:
        """Move where no trigger leads: a planted deviation."""
        self.state = state
        self._note("state", state)

    def mark(self, name: str) -> None:
        """Something happens without moving the case."""
        self._note("mark", name)

    def lose(self, reason: str) -> None:
        """The case is lost, with a reason."""
        self.reason = reason
        self.fire("give_up")

    def wait(self, median: float, spread: float = 0.8) -> None:
        """Working minutes go by: log-normal around the median."""
        minutes = median * self.random.lognormvariate(0.0, spread)
        self.now = after(self.hours, self.client.days_off, self.now, minutes) + self._seconds()

    def wait_days(self, median: float, spread: float = 0.5) -> None:
        """Calendar days go by, to an hour of work."""
        self.now += timedelta(days=median * self.random.lognormvariate(0.0, spread))
        self.wait(10)

    def _seconds(self) -> timedelta:
        return timedelta(seconds=self.random.randrange(1, 60))

    def _note(self, kind: Literal["state", "mark"], name: str) -> None:
        if self.now >= self.until:
            return
        manager = "" if self.nobody else self.manager.name
        amount = self.price if self.priced else None
        at = self.now.replace(microsecond=0)
        what = (self.origin.name, self.product, amount, self.reason, self.phone)
        self.events.append(Event(self.case, at, kind, name, manager, *what))
