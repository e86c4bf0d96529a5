"""Checks of the machine as a graph; every state that it names is listed."""

from collections.abc import Iterable, Iterator

from engine.definitions.document import Document, shortened
from engine.definitions.process import Process
from engine.errors import Problem

Move = tuple[str, str]


def check_graph(document: Document, process: Process) -> Iterator[Problem]:
    """Problems of transitions, reachability and the happy path."""
    yield from _transitions(document, process)
    yield from _reach(document, process)
    yield from _happy_path(document, process)
    yield from _lost(document, process)


def _transitions(document: Document, process: Process) -> Iterator[Problem]:
    final = {state.name for state in process.states if state.final}
    first: dict[Move, tuple[int, int]] = {}
    for position, transition in enumerate(process.transitions):
        path = ("transitions", position)
        for number, source in enumerate(transition.source):
            if source in final and not transition.reopens:
                message = f"`{shortened(transition.trigger)}` leaves the final state `{shortened(source)}`"
                hint = "add reopens: true where that is meant"
                yield document.problem((*path, "source", number), "leaves-final", message, hint)
        twice = [
            source
            for number, source in enumerate(process.sources_of(transition))
            if first.setdefault((transition.trigger, source), (position, number)) != (position, number)
        ]
        if twice:
            names = ", ".join(f"`{shortened(name)}`" for name in twice[:3])
            line = document.at("transitions", first[(transition.trigger, twice[0])][0]).line
            message = f"`{shortened(transition.trigger)}` leaves {names} twice (first in line {line})"
            yield document.problem(
                (*path, "trigger"), "duplicate-transition", message, "one trigger leads to one state"
            )


def _moves(process: Process) -> set[Move]:
    moves = {(source, t.dest) for t in process.transitions for source in process.sources_of(t)}
    if process.skips == "allowed":
        moves |= set(zip(process.happy_path, process.happy_path[1:], strict=False))
    return moves


def _reached(begin: Iterable[str], moves: Iterable[Move]) -> set[str]:
    following: dict[str, list[str]] = {}
    for source, dest in moves:
        following.setdefault(source, []).append(dest)
    reached, pending = set(begin), list(begin)
    while pending:
        for dest in following.get(pending.pop(), ()):
            if dest not in reached:
                reached.add(dest)
                pending.append(dest)
    return reached


def _reach(document: Document, process: Process) -> Iterator[Problem]:
    moves = _moves(process)
    final = [state.name for state in process.states if state.final]
    reachable = _reached(process.start_states, moves)
    finishing = _reached(final, {(dest, source) for source, dest in moves})
    if not final:
        message, hint = (
            "no state is final: no case can ever finish",
            "add final: true and an outcome to the last states",
        )
        yield document.problem(("states",), "no-final-state", message, hint, key=True)
    for position, state in enumerate(process.states):
        path = ("states", position, "name")
        if state.name not in reachable:
            message = f"state `{shortened(state.name)}` cannot be reached"
            hint = "add a transition to it, or start: true where a case may begin in it"
            yield document.problem(path, "unreachable-state", message, hint)
        if final and state.name not in finishing:
            message = f"a case in `{shortened(state.name)}` can never finish"
            hint = "add a transition that leads to a final state, or final: true"
            yield document.problem(path, "stuck-state", message, hint)


def _happy_path(document: Document, process: Process) -> Iterator[Problem]:
    path = process.happy_path
    if not path:
        message, hint = "key `happy_path` is missing", "list the states of a case that goes well, from first to won"
        yield document.problem((), "missing-key", message, hint)
        return
    seen: set[str] = set()
    moves = _moves(process)
    for position, name in enumerate(path):
        place = ("happy_path", position)
        if name in seen:
            yield document.problem(place, "happy-path", f"`{shortened(name)}` stands twice in the happy path")
        elif position and (path[position - 1], name) not in moves:
            message = f"no transition leads from `{shortened(path[position - 1])}` to `{shortened(name)}`"
            yield document.problem(place, "happy-path", message, "add it, or write skips: allowed")
        seen.add(name)
    if path[0] != process.initial:
        message = f"the happy path begins in `{shortened(path[0])}`, not in the initial state"
        yield document.problem(("happy_path", 0), "happy-path", message, f"begin with `{process.initial}`")
    if process.state(path[-1]).outcome != "won":
        message = f"the happy path ends in `{shortened(path[-1])}`, which is not won"
        hint = "end it in a state with final: true and outcome: won"
        yield document.problem(("happy_path", len(path) - 1), "happy-path", message, hint)


def _lost(document: Document, process: Process) -> Iterator[Problem]:
    says_lost = any(state.outcome == "lost" for state in process.states)
    if process.lost == "recorded" and not says_lost:
        message, hint = "no state says that a case is lost", "write lost: not recorded, or add such a state"
        yield document.problem(("states",), "no-lost-state", message, hint, key=True, level="warning")
    if process.lost == "not recorded" and says_lost:
        message, hint = "`lost: not recorded`, but a state has outcome: lost", "delete one of the two"
        yield document.problem(("lost",), "lost-recorded", message, hint)
