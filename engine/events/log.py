"""The event log of one process: its relations, how long it was watched, what a condition on cases may name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.definitions.source import AttributeType
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, Column, quote
from engine.events.fidelity import Given

Worked = Callable[[Bound, str, str, str, str], str]
"""(bound, relation, start, end, name) -> a query: the relation, and whole working seconds as `name`."""

InHours = Callable[[Bound, str, str, str], str]
"""(bound, relation, moment, name) -> a query: the relation with whether the calendar is open then as `name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """The calendar of a process: queries that count by it, the length of a working day, the zone of its days.

    `day` in working seconds; `local`: SQL of the start of a case by the calendar's own clock, over the rows of cases;
    `branch`: the attribute that names the calendar of a case, where it is one per branch.
    """

    worked: Worked
    in_hours: InHours
    day: int
    local: str
    branch: str | None = None


RELATIONS = ("cases", "visits", "moves", "marks", "points", "allowed", "segments", "counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """The relations of one process are made; see docs/design.md. Moments are UTC without a zone.

    `columns` is what a condition or a dimension may name, as SQL over `cases`; `dimensions` are the `d_NAME` there are.
    `since` and `until` bound what is measured, in the workspace's zone; `middle`: half-way from its first case to its
    last. `worked` counts working time, where known;
    `branch` is the attribute it finds the calendar of a case by. `horizons`: seconds by `process.control_point`, those
    of earlier audits and those found in this one (D4). `given`: what the sources can say at all. `table`: the
    kind of table for a row a case: a large log keeps them in the store, compressed.
    """

    engine: Engine
    process: Process
    settings: Settings
    time_zone: str
    observed_until: datetime | None
    attributes: Mapping[str, AttributeType]
    columns: Mapping[str, Column]
    dimensions: tuple[str, ...]
    sources: tuple[str, ...]
    cases: int
    truncated: int
    out_of_order: int
    excluded: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    middle: datetime | None = None
    hindsight: bool = False
    has_days: bool = False
    manager_varies: bool = False
    robots_known: bool = False
    worked: Worked | None = None
    working_day: int | None = None
    branch: str | None = None
    horizons: dict[str, int] = field(default_factory=dict)
    table: str = "temp table"
    given: Given

    def relation(self, name: str) -> str:
        """The quoted table of this process: one of RELATIONS."""
        return relation(self.process, name)

    def state_no(self, state: str) -> int:
        """The number of a state in the relations."""
        return state_numbers(self.process)[state]

    def activate(self) -> None:
        """Point the plain names (`cases`, `visits`, ...) at the relations of this process."""
        for name in RELATIONS:
            self.engine.execute(f"create or replace temp view {name} as from {self.relation(name)}")


def relation(process: Process, name: str) -> str:
    """The quoted name of a relation of a process."""
    return quote(f"{process.process}:{name}")


def state_numbers(process: Process) -> dict[str, int]:
    """Position of each state in `process.states`."""
    return {state.name: number for number, state in enumerate(process.states)}


def mark_numbers(process: Process) -> dict[str, int]:
    """Position of each mark in `process.marks`."""
    return {mark.name: number for number, mark in enumerate(process.marks)}


def moment_sql(moment: datetime) -> str:
    """A moment as an SQL literal; made from a datetime, so nothing of a user's text gets in."""
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S.%f}'"
