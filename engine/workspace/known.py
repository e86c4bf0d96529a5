"""What names exist in a workspace, for the checks of references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.definitions.document import Path_, nearest, shortened
from engine.definitions.joining import fed
from engine.definitions.names import DERIVED_DIMENSIONS, KNOWN_ATTRIBUTES
from engine.definitions.process import Process
from engine.definitions.source import Source
from engine.errors import Level, Problem
from engine.workspace.types import Kind, Workspace

Broken = frozenset[tuple[Kind, str]]
ANY = ""
"""Name of what stands in a file that cannot be read at all: it may be anything."""


@dataclass(frozen=True, slots=True)
class Known:
    """The workspace, and what cannot be said of it because a file has not the right shape."""

    workspace: Workspace
    broken: Broken

    def any_broken(self, kind: Kind) -> bool:
        """Whether a file of that kind could not be read."""
        return any(broken_kind == kind for broken_kind, _ in self.broken)

    def processes(self) -> tuple[str, ...]:
        """Names of processes, also of those that have not the right shape."""
        broken = (name for kind, name in self.broken if kind == "process" and name != ANY)
        return tuple(sorted({*self.workspace.processes, *broken}))

    def may_be_process(self, name: str) -> bool:
        """Whether there is, or may be, a process of that name."""
        return name in self.processes() or ("process", ANY) in self.broken

    def control_points(self) -> tuple[str, ...]:
        """`name` and `process.name` of every control point."""
        processes = self.workspace.processes.items()
        full = {f"{process}.{name}" for process, found in processes for name in found.control_points}
        return tuple(sorted(full | {name for _, found in processes for name in found.control_points}))

    def counters(self) -> tuple[str, ...]:
        """`name` and `process.name` of every counter."""
        processes = self.workspace.processes.items()
        full = {f"{process}.{name}" for process, found in processes for name in found.counter_names}
        return tuple(sorted(full | {name for _, found in processes for name in found.counter_names}))

    def has_control_point(self, name: str) -> bool:
        """Whether a name or `process.name` is (or may be) a control point."""
        process = name.partition(".")[0]
        if "." in name and process in self.workspace.processes:
            return name in self.control_points()
        return name in self.control_points() or self.any_broken("process")

    def processes_with(self, control_point: str) -> tuple[Process, ...]:
        """Processes that have the control point `name` or `process.name`."""
        process, dot, name = control_point.rpartition(".")
        found = self.workspace.processes.values()
        return tuple(p for p in found if name in p.control_points and (not dot or p.process == process))

    def processes_of(self, source: Source) -> tuple[Process, ...] | None:
        """The processes that a source feeds, a linked one those of its target; None: it cannot be said."""
        sources = self.workspace.settings.sources
        names = fed(source, sources)
        if source.process is not None and source.process.column is not None and not source.process.is_:
            names = tuple(self.workspace.processes)
        known = [self.workspace.processes.get(name) for name in names]
        found = tuple(process for process in known if process is not None)
        return found if len(found) == len(known) and found else None

    def attributes(self, processes: Iterable[Process]) -> frozenset[str]:
        """Every attribute that cases of one of the processes may have."""
        names = set(KNOWN_ATTRIBUTES)
        fed = {process.process for process in processes}
        for source in self.workspace.settings.sources:
            of = self.processes_of(source)
            if of is None or fed & {process.process for process in of}:
                names |= set(source.attributes)
        return frozenset(names)

    def dimensions(self, processes: tuple[Process, ...]) -> frozenset[str]:
        """Every dimension that cases of one of the processes may be split by."""
        own = (name for process in processes for name in process.dimensions)
        return self.attributes(processes) | {*DERIVED_DIMENSIONS, *own}

    def unknown(
        self,
        kind: Kind,
        name: str,
        path: Path_,
        code: str,
        what: str,
        word: str,
        known: Sequence[str],
        *,
        key: bool = False,
        offset: int = 0,
        level: Level = "error",
    ) -> Problem:
        """A word that leads nowhere, with the nearest one that does not."""
        message, hint = f"unknown {what} `{shortened(word)}`", nearest(word, known)
        return self.workspace.problem(kind, name, path, code, message, hint, key=key, offset=offset, level=level)


def points_of(processes: Iterable[Process]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The states and the marks of all of the processes."""
    states = {state.name for process in processes for state in process.states}
    marks = {mark.name for process in processes for mark in process.marks}
    return tuple(sorted(states)), tuple(sorted(marks))
