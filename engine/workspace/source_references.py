"""What voronka.yaml and the processes refer to: processes, states, marks, calendars, dimensions, control points."""

from collections.abc import Iterator

from engine.definitions.document import Path_
from engine.definitions.papers import Lists
from engine.definitions.process import Process
from engine.definitions.source import Source
from engine.errors import Problem
from engine.workspace.known import Known, points_of


def check_settings_references(known: Known) -> Iterator[Problem]:
    """Names in voronka.yaml."""
    settings = known.workspace.settings
    if not known.processes() and not known.any_broken("process"):
        message, hint = "there is no process", "write processes/NAME.yaml"
        yield known.workspace.problem("settings", "", (), "no-process", message, hint)
    for position, source in enumerate(settings.sources):
        path: Path_ = ("sources", position)
        yield from _processes(known, path, source)
        yield from _points(known, path, source)
        if source.continues is not None and not known.may_be_process(source.continues.process):
            yield _unknown_process(known, (*path, "continues", "process"), source.continues.process)
    yield from _segments(known)
    yield from _targets(known)
    yield from _answers(known)
    yield from _papers(known)


def _papers(known: Known) -> Iterator[Problem]:
    """Processes of the totals to reconcile with; states and steps of the working lists that no process has."""
    settings, processes = known.workspace.settings, tuple(known.workspace.processes.values())
    for position, one in enumerate(settings.reconcile):
        for number, name in enumerate(one.process):
            if not known.may_be_process(name):
                yield _unknown_process(known, ("reconcile", position, "process", number), name)
    if known.any_broken("process"):
        return
    states, marks = points_of(processes)
    for key in ("missed", "quoted"):
        for number, name in enumerate(getattr(settings.lists, key)):
            if name not in states and getattr(settings.lists, key) != getattr(Lists(), key):
                yield known.unknown("settings", "", ("lists", key, number), "unknown-state", "state", name, states)
    step, steps = settings.lists.next_step, sorted({*marks, *known.attributes(processes)})
    if step != Lists().next_step and step not in steps:
        place = ("lists", "next_step")
        yield known.unknown("settings", "", place, "unknown-point", "mark or attribute", step, steps)


def _counters(known: Known, path: Path_, source: Source, processes: tuple[Process, ...]) -> Iterator[Problem]:
    """Totals belong to a process of counters, cases to one of states; a counter must be one of its own."""
    totals = source.form == "counts"
    other = next((process.process for process in processes if bool(process.counters) != totals), None)
    if other is not None and source.form is not None:
        has, what = ("states", "totals") if totals else ("counters", "cases")
        message = f"process `{other}` has {has}, and this source gives {what}"
        hint = "make another process: one has states and is fed cases, one has counters and is fed totals"
        yield known.workspace.problem("settings", "", (*path, "process"), "counters-and-cases", message, hint)
        return
    names = sorted({name for process in processes for name in process.counter_names})
    for name in source.counters:
        if name not in names:
            place = (*path, "counters", name)
            yield known.unknown("settings", "", place, "unknown-counter", "counter", name, names, key=True)


def _unknown_process(known: Known, path: Path_, name: str) -> Problem:
    return known.unknown("settings", "", path, "unknown-process", "process", name, known.processes())


def _processes(known: Known, path: Path_, source: Source) -> Iterator[Problem]:
    if source.process is None:
        return
    if source.process.name is not None and not known.may_be_process(source.process.name):
        yield _unknown_process(known, (*path, "process", "name"), source.process.name)
    for value, name in source.process.is_.items():
        if not known.may_be_process(name):
            yield _unknown_process(known, (*path, "process", "is", value), name)


def _points(known: Known, path: Path_, source: Source) -> Iterator[Problem]:
    processes = known.processes_of(source)
    if processes is None:
        return
    yield from _counters(known, path, source, processes)
    if any(process.counters for process in processes):
        return
    states, marks = points_of(processes)
    points = (*states, *marks)
    for position, line in enumerate(source.map):
        place = (*path, "map", position)
        if line.state is not None and line.state not in states:
            yield _unknown_point(known, (*place, "state"), "state", line.state, states, marks)
        if line.mark is not None and line.mark not in marks:
            yield _unknown_point(known, (*place, "mark"), "mark", line.mark, marks, states)
    for value, state in source.states.items():
        if state not in states:
            yield _unknown_point(known, (*path, "states", value), "state", state, states, marks)
    for key, names in (("milestones", source.milestones), ("moments", source.moments)):
        for name in names:
            if name not in points:
                place = (*path, key, name)
                yield known.unknown("settings", "", place, "unknown-point", "state or mark", name, points, key=True)
    if source.link is not None and source.link.after is not None and source.link.after not in points:
        place = (*path, "link", "after")
        yield known.unknown("settings", "", place, "unknown-point", "state or mark", source.link.after, points)


def _unknown_point(
    known: Known, path: Path_, what: str, name: str, names: tuple[str, ...], others: tuple[str, ...]
) -> Problem:
    if name in others:
        other = "mark" if what == "state" else "state"
        message, hint = f"`{name}` is a {other}, not a {what}", f"write {other}: {name}"
        return known.workspace.problem("settings", "", path, f"unknown-{what}", message, hint)
    return known.unknown("settings", "", path, f"unknown-{what}", what, name, names)


def _segments(known: Known) -> Iterator[Problem]:
    dimensions = known.dimensions(tuple(known.workspace.processes.values()))
    for position, name in enumerate(known.workspace.settings.audit.segments):
        if name not in dimensions and not known.any_broken("process"):
            path = ("audit", "segments", position)
            words = sorted(dimensions)
            yield known.unknown("settings", "", path, "unknown-dimension", "dimension", name, words)


def _targets(known: Known) -> Iterator[Problem]:
    for name in known.workspace.settings.targets:
        if name != "revenue" and not known.has_control_point(name) and name not in known.counters():
            words = ("revenue", *known.control_points(), *known.counters())
            yield known.unknown(
                "settings", "", ("targets", name), "unknown-control-point", "control point", name, words, key=True
            )


def _answers(known: Known) -> Iterator[Problem]:
    if known.any_broken("rule"):
        return
    causes = [f"{rule.name}.{cause.name}" for rule in known.workspace.rules for cause in rule.causes if cause.ask]
    for name in known.workspace.settings.answers:
        if name not in causes:
            path = ("answers", name)
            yield known.unknown("settings", "", path, "unknown-question", "question", name, causes, key=True)


def check_process_references(known: Known, process: Process) -> Iterator[Problem]:
    """Calendars and dimensions that a process names, and dimensions called like an attribute."""
    yield from _calendars(known, process)
    dimensions = known.dimensions((process,))
    for name, point in process.control_points.items():
        for position, by in enumerate(point.by or ()):
            if by not in dimensions:
                path: Path_ = ("control_points", name, "by", position)
                words = sorted(dimensions)
                yield known.unknown("process", process.process, path, "unknown-dimension", "dimension", by, words)
    attributes = known.attributes((process,))
    for name, dimension in process.dimensions.items():
        if name in attributes:
            message, hint = f"dimension `{name}` is named like an attribute of its cases", "give it another name"
            place = ("dimensions", name)
            yield known.workspace.problem(
                "process", process.process, place, "duplicate-dimension", message, hint, key=True
            )
        if dimension.of is not None and dimension.of not in attributes:
            path = ("dimensions", name, "of")
            words = sorted(attributes)
            yield known.unknown("process", process.process, path, "unknown-attribute", "attribute", dimension.of, words)


def _calendars(known: Known, process: Process) -> Iterator[Problem]:
    calendars = known.workspace.settings.calendars
    named: list[tuple[Path_, str]] = []
    if isinstance(process.calendar, str):
        named.append((("calendar",), process.calendar))
    elif process.calendar is not None:
        named.extend((("calendar", key), name) for key, name in process.calendar.items() if key != "by")
        by = process.calendar.get("by")
        dimensions = sorted(known.dimensions((process,)))
        if by is not None and by not in dimensions:
            place = ("calendar", "by")
            yield known.unknown("process", process.process, place, "unknown-dimension", "dimension", by, dimensions)
    for path, name in named:
        if name not in calendars:
            words = tuple(calendars)
            yield known.unknown("process", process.process, path, "unknown-calendar", "calendar", name, words)
    if process.calendar is None:
        for name, point in process.control_points.items():
            if point.clock == "business":
                message, hint = "the business clock needs a calendar", "add calendar: NAME to the process"
                path = ("control_points", name, "clock")
                yield known.workspace.problem("process", process.process, path, "no-calendar", message, hint)
