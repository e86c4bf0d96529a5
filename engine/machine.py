"""A process as a `transitions.Machine`: a case simulated, a case replayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.definitions.process import Process, State, Transition

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


Numbers = Mapping[str | Move, str]
"""Words to print on states (by name) and on moves (by from and to)."""


def draw(process: Process, locale: str, numbers: Numbers | None = None) -> str:
    """The process as a Mermaid stateDiagram-v2; titles in `locale`. Of counters: which is held against which."""
    process, numbers = _with_states(process), numbers or {}
    short = {state.name: f"s{position}" for position, state in enumerate(process.states)}
    lines = ["stateDiagram-v2", "    direction TB"]
    for state in process.states:
        title = state.title.of(locale) if state.title else state.name
        words = [_mermaid(word) for word in (title, numbers.get(state.name, "")) if word]
        lines.append(f'    state "{"<br/>".join(words)}" as {short[state.name]}')
    lines.extend(f"    [*] --> {short[name]}" for name in process.start_states)
    for (source, dest), label in _drawn_moves(process, locale, numbers).items():
        lines.append(f"    {short[source]} --> {short[dest]}" + (f": {_mermaid(label)}" if label else ""))
    lines.extend(f"    {short[state.name]} --> [*]" for state in process.states if state.final)
    return "\n".join(lines) + "\n"


def draw_svg(process: Process, locale: str, numbers: Numbers | None = None) -> str:
    """The process as one self-contained SVG: happy path from top to bottom, other states beside it."""
    from engine import machine_svg

    process, numbers = _with_states(process), numbers or {}
    return machine_svg.draw(process, locale, numbers, _drawn_moves(process, locale, numbers))


def _with_states(process: Process) -> Process:
    """A process of counters as boxes, with an arrow from a counter to each that a control point holds against it."""
    if not process.counters:
        return process
    known, moves = process.counter_names, []
    for point in process.control_points.values():
        given = point.parameters
        pair = (given.get("per") or given.get("from"), given.get("of") or given.get("to"))
        if pair[0] in known and pair[1] in known:
            moves.append(Transition(trigger=point.name, source=(str(pair[0]),), dest=str(pair[1]), title=point.title))
    states = tuple(State(name=counter.name, title=counter.title) for counter in process.counters)
    return replace(process, states=states, transitions=tuple(moves))


def _drawn_moves(process: Process, locale: str, numbers: Numbers) -> dict[Move, str]:
    """Every move of the transitions, and what is written on it: its number, else the titles of its triggers."""
    triggers: dict[Move, list[str]] = {}
    for transition in process.transitions:
        title = transition.title.of(locale) if transition.title else ""
        for source in process.sources_of(transition):
            named = triggers.setdefault((source, transition.dest), [])
            if title and title not in named:
                named.append(title)
    return {move: numbers.get(move, " / ".join(named)) for move, named in triggers.items()}


def _mermaid(text: str) -> str:
    """Text that Mermaid takes as such: its own signs as character codes, on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return "".join(f"#{ord(c)};" if c in '"#;:<>&{}[]%\\`' else c for c in plain)
