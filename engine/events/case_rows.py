"""Events of a process -> visits, marks and a row a case, one partition of cases at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.definitions.source import AttributeType
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote, text_literal
from engine.events import dimensions, visits
from engine.events.dimensions import NOT_GIVEN
from engine.events.log import InHours, WorkingTime, moment_sql, relation
from engine.events.visits import Fidelity, Kind, Partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What the sources hold for this process."""

    sources: tuple[str, ...]
    counts: tuple[str, ...]
    attributes: Mapping[str, AttributeType]
    fidelity: Fidelity
    events: int
    observed_until: datetime | None
    hindsight: bool


def _events(process: Process, given: Input, settings: Settings, partition: Partition, kind: Kind) -> str:
    """The events of a partition with numbers for names, cut at observed until, without what is excluded."""
    conditions = [partition.sql("case_key"), *([f"points.{kind}_no is not null"] if kind else [])]
    if given.observed_until:
        end = moment_sql(given.observed_until)
        conditions.append(f"happened_at <= {end} and (superseded_at is null or superseded_at > {end})")
    anti = f"\nanti join {relation(process, 'excluded')} as excluded using (case_key)" if settings.exclude else ""
    manager, held = "null::integer", ""
    if given.fidelity.managers:
        manager = "held.code"
        held = f"""
left join {relation(process, "segments")} as held
  on held.dimension = 'manager'
  and held.segment = input.manager"""
    return f"""
select case_key, state_no, mark_no, rank, happened_at, day_only, left_at, seq, actor_kind, {manager} as manager_no
from {relation(process, "input")} as input
join {relation(process, "points")} as points
  on points.name = coalesce(input.state, input.mark)
  and (points.mark_no is not null) = (input.state is null){held}{anti}
where {" and ".join(conditions)}"""


def fill(
    engine: Engine,
    process: Process,
    settings: Settings,
    given: Input,
    names: frozenset[str],
    found: Mapping[str, str],
    parts: Sequence[Partition],
    working: WorkingTime | None,
    table: str,
) -> None:
    """Visits, marks and rows of cases, one partition at a time so that a large log fits into memory.

    What looks across cases is known when all are there: then the wide rows are kept until it is.
    """
    looked = dimensions.looked(names, given.attributes)
    in_hours = working.in_hours if working and "in_hours" in names else None
    dimensions.create_segments(engine, process)
    if given.fidelity.managers:
        held = f"coalesce(manager, '{NOT_GIVEN}')"
        dimensions.add_segments(engine, process, [("manager", held, relation(process, "input"))])
    for part in parts:
        visits.add_visits(engine, process, partial(_events, process, given, settings, part), given.fidelity)
        _widen(engine, process, settings, given, names, part, table if looked else "temp table", in_hours)
        if not looked:
            _code(engine, process, part, looked, found, table)
    visits.drop_partition(engine)
    if looked:
        across = relation(process, "across")
        wide = f"({' union all '.join(f'from {_wide(process, part)}' for part in parts)})"
        engine.execute(f"create or replace {table} {across} as {dimensions.across(wide, looked)}")
        for part in parts:
            _code(engine, process, part, looked, found, table)
        engine.execute(f"drop table {across}")


def used_dimensions(
    process: Process, given: Input, names: frozenset[str], working: WorkingTime | None
) -> dict[str, str]:
    """The dimensions that are used and known, as text over the wide row."""
    return {
        name: sql
        for name in sorted(names)
        if (sql := dimensions.column_sql(name, process, given.attributes, given.fidelity, working))
    }


def _widen(
    engine: Engine,
    process: Process,
    settings: Settings,
    given: Input,
    names: frozenset[str],
    partition: Partition,
    table: str,
    in_hours: InHours | None,
) -> None:
    """The wide rows of one partition of cases: what `visited` and `marked` say of them, and their attributes."""
    marks, bound = dimensions.marks_needed(process, names), Bound()
    wide = dimensions.with_first_marks(visits.wide(process, given.fidelity), marks)
    query = f"""
select rows.*,
       attributes.* exclude (case_key),
       (started_at at time zone 'UTC') at time zone {text_literal(settings.time_zone)} as local_at
       {dimensions.unknown(names, given.attributes)}
from ({wide}) as rows
left join {relation(process, "attributes")} as attributes
  using (case_key)"""
    if in_hours:
        query = in_hours(bound, f"from ({query})", "started_at", "x_in_hours")
    engine.execute(f"create or replace {table} {_wide(process, partition)} as {query}", bound)


def _wide(process: Process, partition: Partition) -> str:
    """The table of the wide rows of a partition."""
    return quote(f"{process.process}:wide {partition.number}")


def _code(
    engine: Engine,
    process: Process,
    partition: Partition,
    looked: Sequence[str],
    found: Mapping[str, str],
    table: str,
) -> None:
    """The wide rows of a partition, with the numbers of their segments, become rows of cases."""
    wide, rows = _wide(process, partition), rows_of(process)
    dimensions.add_segments(engine, process, dimensions.sources_of(process, wide, looked, found))
    begin = f"insert into {rows}" if partition.number else f"create or replace {table} {rows} as"
    engine.execute(f"{begin} {dimensions.coded(process, wide, looked, partition, found)}")
    engine.execute(f"drop table {wide}")


def rows_of(process: Process) -> str:
    """The table that `cases` is a view of."""
    return quote(f"{process.process}:case_rows")


def middle_of(engine: Engine, process: Process, period: tuple[datetime | None, datetime | None]) -> datetime | None:
    """Half of the time from the first case of the period to the last, in the workspace's zone."""
    bounds = zip((">=", "<"), period, strict=True)
    within = " and ".join(f"local_at {sign} {moment_sql(moment)}" for sign, moment in bounds if moment)
    (middle,) = engine.row(f"""
select min(local_at) + (max(local_at) - min(local_at)) / 2
from {rows_of(process)}
{f"where {within}" if within else ""}""")
    return middle if isinstance(middle, datetime) else None


def create_cases(
    engine: Engine, process: Process, given: Input, found: Mapping[str, str], middle: datetime | None
) -> tuple[str, ...]:
    """`cases`: the rows with the dimensions that are used, as text `d_NAME` and number `k_NAME` of `segments`.

    With a `middle` its halves are a dimension, unless there is one of that name.
    """
    end = moment_sql(given.observed_until) if given.observed_until else "null::timestamp"
    texts, codes = dict(found), ""
    if middle and dimensions.HALF not in texts:
        texts[dimensions.HALF], code = dimensions.add_halves(engine, process, middle)
        codes = f", {code} as {quote(f'k_{dimensions.HALF}')}"
    named = "".join(f", {sql} as {quote(f'd_{name}')}" for name, sql in texts.items())
    engine.execute(f"""
create or replace temp view {relation(process, "cases")} as
select *, {end} as observed_until{named}{codes}
from {rows_of(process)}""")
    return tuple(sorted(texts))
