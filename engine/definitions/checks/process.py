"""Checks of a process file: is its machine a machine, and its happy path a path."""

from collections.abc import Iterator

from engine.definitions.checks.common import duplicates, names_allowed, not_keys, unknown
from engine.definitions.checks.dimensions import check_dimensions
from engine.definitions.checks.graph import check_graph
from engine.definitions.document import Document, shortened
from engine.definitions.process import Process
from engine.errors import Problem

_OF_THE_MODEL = ("state", "trigger", "model", "machine")
_PREFIXES = ("to_", "is_", "may_", "on_enter_", "on_exit_", "__")


def check_process(document: Document, process: Process) -> Iterator[Problem]:
    """Problems within one process file."""
    yield from names_allowed(document, "process", [(("process",), process.process)])
    points = [(("control_points", name), name) for name in process.control_points]
    yield from names_allowed(document, "control point", points, key=True)
    if isinstance(process.calendar, dict) and "by" not in process.calendar:
        hint = "write {by: branch, Moscow: office, Perm: ural}"
        yield document.problem(("calendar",), "missing-key", "key `by` is missing", hint)
    for name in process.control_points:
        yield from not_keys(document, ("control_points", name), ("name", "parameters"))
    for name in process.dimensions:
        yield from not_keys(document, ("dimensions", name), ("name",))
    if process.counters:
        yield from _counters(document, process)
        return
    if not process.states:
        hint = "list `states`, or `counters` where only totals are known"
        yield document.problem((), "no-states", "the process has no states", hint)
        return
    yield from _states(document, process)
    yield from _triggers(document, process)
    yield from check_dimensions(document, process)
    known = list(_known_states(document, process))
    yield from known
    if not known:
        yield from check_graph(document, process)


def _counters(document: Document, process: Process) -> Iterator[Problem]:
    for key in ("states", "marks", "initial", "happy_path", "transitions", "dimensions"):
        if getattr(process, key):
            message = f"a process has `counters` or states, not both: `{key}` stands beside `counters`"
            hint = "make two processes of it"
            yield document.problem((key,), "counters-and-states", message, hint, key=True)
    named = [(("counters", position, "name"), name) for position, name in enumerate(process.counter_names)]
    yield from duplicates(document, "duplicate-counter", "counter", named)
    yield from names_allowed(document, "counter", named)


def _states(document: Document, process: Process) -> Iterator[Problem]:
    states = [(("states", position, "name"), state.name) for position, state in enumerate(process.states)]
    marks = [(("marks", position, "name"), mark.name) for position, mark in enumerate(process.marks)]
    yield from duplicates(document, "duplicate-state", "state", states)
    yield from duplicates(document, "duplicate-mark", "mark", marks)
    folded = {name.casefold(): name for _, name in states}
    for path, name in marks:
        if name.casefold() in folded:
            message = f"mark `{shortened(name)}` is named like a state"
            yield document.problem(path, "mark-like-state", message, "give the mark another name")
    for path, name in [*states, *marks]:
        if not name.strip() or name == "*":
            yield document.problem(path, "bad-name", f"`{name}` cannot be a name here", "write a word")
    for position, state in enumerate(process.states):
        if state.final and state.outcome is None:
            message = f"final state `{shortened(state.name)}` has no outcome"
            yield document.problem(("states", position), "no-outcome", message, "add outcome: won, lost or void")
        if state.outcome is not None and not state.final:
            message = f"state `{shortened(state.name)}` has an outcome but is not final"
            hint = "add final: true, or delete the outcome"
            yield document.problem(("states", position, "outcome"), "outcome-not-final", message, hint)


def _triggers(document: Document, process: Process) -> Iterator[Problem]:
    for position, transition in enumerate(process.transitions):
        trigger = transition.trigger
        if trigger in _OF_THE_MODEL or trigger.startswith(_PREFIXES) or not trigger.strip():
            message = f"a trigger cannot be called `{shortened(trigger)}`: the machine uses that name itself"
            path = ("transitions", position, "trigger")
            yield document.problem(path, "reserved-trigger", message, "give it another name")


def _known_states(document: Document, process: Process) -> Iterator[Problem]:
    """States that are named but not listed; where there are any, the graph is not looked at."""
    names = tuple(state.name for state in process.states)
    marks = {mark.name for mark in process.marks}
    if process.initial is None:
        hint = f"write initial: {shortened(names[0])}"
        yield document.problem((), "missing-key", "key `initial` is missing", hint)
    elif process.initial not in names:
        yield unknown(document, ("initial",), "unknown-state", "state", process.initial, names)
    for position, name in enumerate(process.happy_path):
        if name not in names:
            yield unknown(document, ("happy_path", position), "unknown-state", "state", name, names)
    for position, transition in enumerate(process.transitions):
        for number, name in enumerate(transition.source):
            if name not in (*names, "*"):
                source = ("transitions", position, "source", number)
                yield unknown(document, source, "unknown-state", "state", name, names)
        if transition.dest in marks:
            message = f"`{shortened(transition.dest)}` is a mark; only states can be reached"
            yield document.problem(("transitions", position, "dest"), "unknown-state", message)
        elif transition.dest not in names:
            path = ("transitions", position, "dest")
            yield unknown(document, path, "unknown-state", "state", transition.dest, names)
