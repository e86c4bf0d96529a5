"""What the sources of a process can give: which entries are dated, how exactly, and whether moves and returns show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.definitions.source import Milestone, Source
from engine.events.report import SourceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What can be known of a process.

    `exact`: points of which every entry has its own date; `seen`: points of which entries are only known to lie between
    two snapshots, at most `gap` seconds apart, of cases that began after the first (`watched_since`). `current`:
    whether the entry into the state a case is in now is dated; `started`, `ended`: whether the first and the last are.
    `moves`: whether moves between states show (from snapshots most, but not all); `history`: whether every one of them
    does, and `returns`, whether a second entry does. `late`: by how many seconds entries of a point may have been later
    than their time says.
    """

    exact: frozenset[str]
    seen: frozenset[str] = frozenset()
    gap: int = 0
    watched_since: datetime | None = None
    current: bool = True
    started: bool = True
    ended: bool = True
    moves: bool = True
    history: bool = True
    returns: bool = True
    late: Mapping[str, int] = field(default_factory=dict)

    def dated(self, point: str) -> bool:
        """Whether the first entry of a point can be told, exactly or within the gap."""
        return point in self.exact or point in self.seen

    def since_of(self, points: Iterable[str]) -> datetime | None:
        """From when on cases must have begun for all their entries of these points to show; None: any."""
        return self.watched_since if self.gap_of(points) else None

    def gap_of(self, points: Iterable[str]) -> int:
        """How far the date of an entry may be off, in seconds: 0 where all are exact."""
        return self.gap if any(point not in self.exact for point in points) else 0


def everything(process: Process) -> Given:
    """A log of events: every entry as it happened."""
    return Given(exact=frozenset(_points(process)))


def given_by(process: Process, settings: Settings, reports: Sequence[SourceReport], sources: Sequence[str]) -> Given:
    """What the sources (schemas of the store) of a process give together; the best of them counts for each point."""
    reported = {f"source:{report.name}": report for report in reports}
    declared = {f"source:{source.name}": source for source in settings.sources}
    snapshots = [name for name in sources if (report := reported.get(name)) and report.shape == "snapshot"]
    others = [name for name in sources if name not in snapshots]
    shapes = {reported[name].shape for name in others if name in reported}
    final = {state.name for state in process.states if state.final}
    if not snapshots:
        doubtful = _doubtful(process, [declared[name] for name in others if name in declared])
        undated = {point for point, late in doubtful.items() if late is None}
        return Given(
            exact=everything(process).exact - undated,
            ended=not final & undated,
            returns=shapes != {"milestones"},
            late={point: late for point, late in doubtful.items() if late is not None},
        )
    taken = [(declared[name], reported[name]) for name in snapshots if name in declared]
    gaps = [gap for _, report in taken if (gap := _gap(report)) is not None]
    exact = {point for source, _ in taken for point in _exact(process, source)}
    exact |= {point for name in others if name in declared for point in _mapped(process, declared[name])}
    return Given(
        exact=frozenset(exact),
        seen=frozenset(_points(process) if gaps else ()),
        gap=max(gaps, default=0),
        watched_since=max(report.taken[0] for _, report in taken if report.taken) if gaps else None,
        current=all(bool(source.changed) for source, _ in taken),
        started=all(bool(source.created) for source, _ in taken),
        ended=final <= exact or bool(gaps),
        moves=bool(gaps),
        history=False,
        returns=False,
    )


def _points(process: Process) -> tuple[str, ...]:
    return (*(state.name for state in process.states), *(mark.name for mark in process.marks))


def _exact(process: Process, source: Source) -> set[str]:
    """Points a snapshot dates by itself: the start by `created`, the end by `closed`, moments."""
    found = set(source.moments)
    if source.created and process.initial:
        found.add(process.initial)
    if source.closed:
        found |= {state.name for state in process.states if state.final}
    return found


def _doubtful(process: Process, sources: Sequence[Source]) -> dict[str, int | None]:
    """Points that milestones do not date, or so many seconds too early, and no other source dates."""
    said = {
        name: milestone.margin.seconds if milestone.dated and milestone.margin else None
        for source in sources
        for name, milestone in source.milestones.items()
        if not _is_dated(milestone)
    }
    dated = {point for source in sources for point in _mapped(process, source)}
    return {name: late for name, late in said.items() if name not in dated}


def _is_dated(milestone: Milestone) -> bool:
    return milestone.dated and milestone.margin is None


def _mapped(process: Process, source: Source) -> set[str]:
    """Points a source that is no snapshot dates; without a mapping it may be any."""
    named = {name for line in source.map for name in (line.state, line.mark) if name}
    named |= {*source.states.values(), *source.moments}
    if source.milestones:
        return named | {name for name, milestone in source.milestones.items() if _is_dated(milestone)}
    return named or set(_points(process))


def _gap(report: SourceReport) -> int | None:
    """The longest time between two snapshots, in seconds; None where there is but one."""
    gaps: list[timedelta] = [after - before for before, after in pairwise(report.taken)]
    return int(max(gaps).total_seconds()) if gaps else None
