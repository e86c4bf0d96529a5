"""The tables of a source by its shape, and what is learnt of the source while they are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.definitions.source import Shape
from engine.events.accounts import Understood
from engine.events.building import build_events, build_milestones, build_snapshots
from engine.events.count_rows import build_counts, count_rows, unmapped_counters
from engine.events.event_rows import event_rows
from engine.events.milestone_rows import milestone_rows
from engine.events.snapshots import Snapshots, dates, taken_stamp
from engine.events.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was learnt of a source while its tables were built."""

    names: tuple[str, ...] = ()
    understood: Understood | None = None
    snapshots: Snapshots | None = None


def _events(work: Work) -> Built:
    rows = event_rows(work)
    build_events(work, rows)
    return Built(names=rows.mapping.names)


def _milestones(work: Work) -> Built:
    build_milestones(work, milestone_rows(work))
    return Built()


def _counts(work: Work) -> Built:
    counted = count_rows(work)
    build_counts(work, counted)
    return Built(understood=unmapped_counters(work, counted))


def _snapshots(work: Work) -> Built:
    stamp = taken_stamp(work)
    if work.desk.problems:
        raise work.desk.stop()
    rows = event_rows(work, stamp, dates(work))
    return Built(names=rows.mapping.names, snapshots=build_snapshots(work, rows))


BUILD: Mapping[Shape, Callable[[Work], Built]] = MappingProxyType(
    {
        "events": _events,
        "milestones": _milestones,
        "counts": _counts,
        "snapshot": _snapshots,
    }
)
"""What makes the tables of a source, by its shape."""
