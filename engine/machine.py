"""A process as a `transitions.Machine`: a case simulated, a case replayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definitions.process import Process

if TYPE_CHECKING:
    from transitions import Machine

Move = tuple[str, str]
"""(from, to); from is "" where a case began in `to`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a case kept to the machine: exactly one of conforms, pending, or some deviations."""

    conforms: bool
    pending: bool
    deviations: tuple[Move, ...] = ()


class _Model:
    """What the machine moves; it gets `state`, `trigger` and the triggers as methods."""

    state: str


def build(process: Process, model: object | None = None) -> "Machine":
    """The machine of a process with states; `model` (nothing: none) is put into `initial`."""
    from transitions import Machine

    return Machine(
        model=model,
        states=[{"name": state.name, "final": state.final} for state in process.states],
        transitions=[
            {"trigger": transition.trigger, "source": source, "dest": transition.dest}
            for transition in process.transitions
            for source in process.sources_of(transition)
        ],
        initial=process.initial,
        auto_transitions=False,
    )


def allowed_moves(process: Process) -> frozenset[Move]:
    """Every (source, dest) the machine allows between two states, jumps along the happy path included.

    Where a case may begin is not among them: see `process.start_states`.
    """
    moves = {(source, t.dest) for t in process.transitions for source in process.sources_of(t)}
    if process.skips == "allowed":
        moves |= _jumps(process)
    return frozenset(moves)


def _jumps(process: Process) -> set[Move]:
    final = {state.name for state in process.states if state.final}
    path = process.happy_path
    return {(a, b) for i, a in enumerate(path) if a not in final for b in path[i + 1 :]}


class Case:
    """One case that is simulated: it has a state, and triggers that move it."""

    def __init__(self, process: Process, state: str | None = None) -> None:
        """A case in `state` (default: initial); ValueError where the process has no such state."""
        self._model = _Model()
        self._machine = build(process, self._model)
        self._jumps = _jumps(process) if process.skips == "allowed" else set()
        if state is not None:
            self.put(state)

    @property
    def state(self) -> str:
        """Where the case is."""
        return self._model.state

    def put(self, state: str) -> None:
        """Put the case into a state without a trigger, as a log may show it."""
        if state not in self._machine.states:
            raise ValueError(f"the process has no state `{state}`")
        self._machine.set_state(state, self._model)

    def triggers(self) -> tuple[str, ...]:
        """Triggers that may be fired now, in the order of the file."""
        found: list[str] = self._machine.get_triggers(self.state)
        return tuple(found)

    def may(self, trigger: str) -> bool:
        """Whether the trigger may be fired now; False for one the process does not know."""
        return trigger in self._machine.events and bool(getattr(self._model, f"may_{trigger}")())

    def fire(self, trigger: str) -> str:
        """Fire a trigger and return the state it led to; ValueError where the machine does not allow it."""
        if not self.may(trigger):
            raise ValueError(f"`{trigger}` cannot happen in `{self.state}`")
        self._machine.events[trigger].trigger(self._model)
        return self.state

    def move(self, to: str) -> bool:
        """Go to a state by a trigger that leads there or by an allowed jump; else stay and say False."""
        for trigger in self.triggers():
            if self._machine.get_transitions(trigger, self.state, to):
                self.fire(trigger)
                return True
        if (self.state, to) in self._jumps:
            self.put(to)
            return True
        return False


def replay(process: Process, states: Sequence[str]) -> Replay:
    """Drive a machine through the states of a case, in the order of its log (equal consecutive ones are one visit).

    After a move that is not allowed the case goes on from the state the log shows. ValueError for an unknown state.
    """
    if not states:
        return Replay(conforms=False, pending=True)
    deviations: list[Move] = [] if states[0] in process.start_states else [("", states[0])]
    case = Case(process, states[0])
    for state in states[1:]:
        here = case.state
        if state != here and not case.move(state):
            deviations.append((here, state))
            case.put(state)
    pending = not deviations and not process.state(case.state).final
    return Replay(conforms=not deviations and not pending, pending=pending, deviations=tuple(deviations))
