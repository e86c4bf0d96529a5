"""The relations KPIs read, made from the events of all sources of one process."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.definitions.condition import Name
from engine.definitions.process import Process
from engine.definitions.settings import Exclusion, Settings
from engine.definitions.source import AttributeType, Source
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, Column, compile_condition, quote, text_literal
from engine.errors import EventLogError, Location, Problem
from engine.events import case_rows, counts, dimensions, visits
from engine.events.case_rows import Input
from engine.events.fidelity import given_by
from engine.events.log import EventLog, WorkingTime, mark_numbers, relation
from engine.events.reached import out_of_order
from engine.events.report import SourceReport
from engine.events.together import last_attributes
from engine.events.visits import Fidelity, Partition
from engine.machine import allowed_moves

EVENTS_AT_ONCE = 18_000_000
_TYPES: dict[str, AttributeType] = {
    "VARCHAR": "text",
    "DOUBLE": "number",
    "BIGINT": "number",
    "INTEGER": "number",
    "TIMESTAMP": "time",
    "DATE": "date",
    "BOOLEAN": "flag",
}


def prepare(
    engine: Engine,
    process: Process,
    settings: Settings,
    reports: Sequence[SourceReport],
    *,
    as_of: datetime | None,
    since: datetime | None = None,
    until: datetime | None = None,
    uses: Collection[str] = (),
    events_at_once: int = EVENTS_AT_ONCE,
    working: WorkingTime | None = None,
) -> EventLog:
    """Make the relations of `process` (docs/design.md) from every source that has rows for it.

    `as_of`, `since`, `until`: in the workspace's zone unless they carry their own; `as_of` may only be earlier than
    the log was observed until (D1), and what happened later is ignored. `uses`: more names to split or ask by.
    `working`: the calendar of the process.
    Raises EventLogError where no source has events of the process.
    """
    given = _input(engine, process, settings, reports, as_of)
    visits.create_points(engine, process, allowed_moves(process))
    excluded = _exclude(engine, process, settings, given)
    names = dimensions.used_names(process, settings, uses)
    partitions = max(1, -(-given.events // events_at_once))
    table = "table" if partitions > 1 else "temp table"
    visits.create_tables(engine, process, given.fidelity, table)
    parts = [Partition(number=number, of=partitions) for number in range(partitions)]
    found = case_rows.used_dimensions(process, given, names, working)
    case_rows.fill(engine, process, settings, given, names, found, parts, working, table)
    period = _local(since, settings.time_zone), _local(until, settings.time_zone)
    middle = case_rows.middle_of(engine, process, period)
    dims = case_rows.create_cases(engine, process, given, found, middle if dimensions.HALF in names else None)
    counts.create_counts(engine, process, settings, given.counts, given.observed_until)
    if process.counters:
        dims = counts.create_channels(engine, process)
    cases, truncated, crossed = _summary(engine, process)
    log = EventLog(
        engine=engine,
        process=process,
        settings=settings,
        time_zone=settings.time_zone,
        observed_until=given.observed_until,
        attributes=given.attributes,
        columns=_columns(process, given.attributes, dims),
        dimensions=dims,
        sources=given.sources,
        cases=cases,
        truncated=truncated,
        out_of_order=crossed,
        excluded=excluded,
        since=period[0],
        until=period[1],
        middle=middle,
        hindsight=given.hindsight,
        has_days=given.fidelity.days,
        manager_varies=given.fidelity.managers,
        robots_known=given.fidelity.robots,
        worked=working.worked if working else None,
        working_day=working.day if working else None,
        branch=working.branch if working else None,
        given=given_by(process, settings, reports, given.sources),
        table=table,
    )
    log.activate()
    return log


# --- the sources ------------------------------------------------------------------------------------------------------


def _input(
    engine: Engine, process: Process, settings: Settings, reports: Sequence[SourceReport], as_of: datetime | None
) -> Input:
    sources, counted = _sources(engine, process, settings, reports), counts.sources_of(engine, process)
    if not sources and not counted:
        where = Location("voronka.yaml")
        message = f"no source has events of process `{process.process}`"
        hint = "look at `process:` and `map:` of the sources, and at the import report"
        raise EventLogError([Problem(where=where, code="no-events", message=message, hint=hint)])
    engine.execute(f"create or replace temp view {relation(process, 'input')} as {_union(engine, sources, process)}")
    observed = _observed_until(engine, process, counted if process.counters else sources, reports)
    asked = _utc(as_of, settings.time_zone)
    end = min(moment for moment in (observed, asked) if moment) if observed or asked else None
    events, days, managers, gaps, robots, marks = engine.row(f"""
select count(*),
       coalesce(bool_or(day_only), false),
       count(manager) > 0,
       count(manager) < count(*),
       coalesce(bool_or(actor_kind = 'robot'), false),
       count(mark) > 0
from {relation(process, "input")}""")
    return Input(
        sources=sources,
        counts=counted,
        attributes=_attributes(engine, process, settings, sources),
        fidelity=Fidelity(
            days=bool(days), managers=bool(managers), gaps=bool(gaps), robots=bool(robots), marks=bool(marks)
        ),
        events=int(str(events)),
        observed_until=end,
        hindsight=bool(asked and observed and asked < observed),
    )


def _sources(engine: Engine, process: Process, settings: Settings, reports: Sequence[SourceReport]) -> tuple[str, ...]:
    """Schemas of the sources that have events of the process: as they are declared, those that join others last."""
    found = engine.rows("""
select distinct table_schema
from information_schema.tables
where table_schema like 'source:%'
  and table_name = 'events'
order by 1""")
    known = {f"source:{report.name}" for report in reports}
    declared = {f"source:{source.name}": (_joining(source), n) for n, source in enumerate(settings.sources)}
    names = [str(row[0]) for row in found if not known or str(row[0]) in known]
    names.sort(key=lambda name: (declared.get(name, (0, 0)), name))
    bound = {"process": process.process}
    sql = "select exists(select 1 from {}.events where process = $process)"
    return tuple(name for name in names if engine.row(sql.format(quote(name)), bound)[0])


def _joining(source: Source) -> int:
    """0: cases begin here, 1: they go on, 2: events join them."""
    return 2 if source.link else 1 if source.continues else 0


def _union(engine: Engine, sources: tuple[str, ...], process: Process) -> str:
    """Events of all sources; a later source's rows come after an earlier one's at equal times.

    `superseded_at`: from then on another event of the case stands in its place (`which: last`).
    """
    name = text_literal(process.process)
    superseded = {
        source: "" if "superseded_at" in engine.columns(f"{quote(source)}.events") else "null::timestamp as "
        for source in sources
    }
    parts = [
        f"""
select case_key, state, mark, happened_at, day_only, left_at, {number}::bigint << 48 | seq as seq, actor_kind, manager,
       {superseded[source]}superseded_at
from {quote(source)}.events
where process = {name}"""
        for number, source in enumerate(sources)
    ]
    return "\nunion all".join(parts) or _NO_EVENTS


_NO_EVENTS = """
select 0::ubigint as case_key, null::varchar as state, null::varchar as mark, null::timestamp as happened_at,
       false as day_only, null::timestamp as left_at, 0::bigint as seq, null::varchar as actor_kind,
       null::varchar as manager, null::timestamp as superseded_at
where false"""


def _observed_until(
    engine: Engine, process: Process, sources: tuple[str, ...], reports: Sequence[SourceReport]
) -> datetime | None:
    """The earliest of the sources: its declared export, else its latest event (D1)."""
    by_name = {f"source:{report.name}": report for report in reports}
    ends = []
    for source in sources:
        report = by_name.get(source)
        end = (report.exported_at or report.last) if report else None
        if end is None:
            latest = "max(period_start) + interval 1 day" if process.counters else "max(happened_at)"
            table = "counts" if process.counters else "events"
            sql = f"select {latest} from {quote(source)}.{table} where process = $process"
            last = engine.row(sql, {"process": process.process})[0]
            end = last if isinstance(last, datetime) else None
        if end:
            ends.append(_utc(end, "UTC") or end)
    return min(ends, default=None)


def _utc(moment: datetime | None, zone: str) -> datetime | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC).replace(tzinfo=None)


def _local(moment: datetime | None, zone: str) -> datetime | None:
    if moment is None or not moment.tzinfo:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _attributes(
    engine: Engine, process: Process, settings: Settings, sources: tuple[str, ...]
) -> dict[str, AttributeType]:
    """The attributes of the cases, one relation over all sources; money is what the source's definition calls so.

    Where several sources say something of a case, the first to speak of it counts, of `last` attributes the last one:
    sources stand in their order, and parts of a case (merged, gone on, linked) in that of their beginning.
    """
    money = {name for source in settings.sources for name, a in source.attributes.items() if a.type == "money"}
    name = text_literal(process.process)
    parts, found = [], dict[str, AttributeType]()
    for number, source in enumerate(sources):
        if not engine.exists(source, "cases"):
            continue
        table = "parts" if len(sources) > 1 and engine.exists(source, "parts") else "cases"
        columns = engine.columns(f"{quote(source)}.{table}")
        named = "".join(f", {quote(column)}" for column in columns if column.startswith("a_"))
        began = "coalesce(epoch_us(began_at), 0)" if "began_at" in columns else "0"
        parts.append(f"""
select case_key, case_id, {began}::hugeint * 1000 + {number} as said_at{named}
from {quote(source)}.{table}
where process = {name}""")
        for column, kind in columns.items():
            if column.startswith("a_"):
                found[column[2:]] = "money" if column[2:] in money else _TYPES.get(kind.split("(")[0], "text")
    if not parts:
        parts = [
            f"select 0 as said_at, case_key, case_key::varchar as case_id from {relation(process, 'input')} where false"
        ]
    union = "\nunion all by name\n".join(parts)
    if len(parts) > 1:
        lasts = last_attributes(settings.sources)
        taken = "".join(
            f", arg_{'max' if n in lasts else 'min'}({quote(f'a_{n}')}, said_at) as {quote(f'a_{n}')}" for n in found
        )
        union = f"select case_key, min(case_id) as case_id, 0 as said_at{taken} from ({union}) group by case_key"
    union = f"select * exclude (said_at) from ({union})"
    engine.execute(f"create or replace temp view {relation(process, 'attributes')} as {union}")
    return found


# --- exclusions -------------------------------------------------------------------------------------------------------


def _exclude(engine: Engine, process: Process, settings: Settings, given: Input) -> dict[str, int]:
    """The cases that `exclude` of the settings leaves out: a table, and their number by the first reason that holds."""
    table = relation(process, "excluded")
    engine.execute(f"create or replace temp table {table} (case_key ubigint, reason integer)")
    for number, exclusion in enumerate(settings.exclude):
        bound = Bound()
        keys = _excluded_keys(process, settings, exclusion, given, bound)
        if keys:
            engine.execute(
                f"insert into {table} select case_key, {number} from ({keys}) anti join {table} using (case_key)", bound
            )
    counts = {
        int(str(number)): int(str(cases))
        for number, cases in engine.rows(f"""
select reason, count(distinct case_key)
from {table}
semi join {relation(process, "input")} using (case_key)
group by reason""")
    }
    return {
        exclusion.why.of(settings.locale): counts.get(number, 0) for number, exclusion in enumerate(settings.exclude)
    }


def _excluded_keys(
    process: Process, settings: Settings, exclusion: Exclusion, given: Input, bound: Bound
) -> str | None:
    if exclusion.where:
        columns = _columns(process, given.attributes, ())
        if any(isinstance(node, Name) and node.name not in columns for node in exclusion.where.nodes()):
            return None
        condition = compile_condition(exclusion.where.tree, lambda name: columns[name.name], {}, bound)
        return f"select case_key from {relation(process, 'attributes')} where {condition}"
    tests = [
        f"min(happened_at) {operator} {bound(_utc(moment, settings.time_zone))}"
        for operator, moment in ((">=", exclusion.from_), ("<", exclusion.to))
        if moment
    ]
    if not tests:
        return None
    return f"""
select case_key
from {relation(process, "input")}
where state is not null
group by case_key
having {" and ".join(tests)}"""


# --- what is there ----------------------------------------------------------------------------------------------------


def _summary(engine: Engine, process: Process) -> tuple[int, int, int]:
    """Cases, truncated ones, and those whose clock contradicts the order of the stages they entered."""
    row = engine.row(f"""
select count(*),
       count(*) filter (truncated),
       count(*) filter ({out_of_order(process)})
from {case_rows.rows_of(process)}""")
    cases, truncated, crossed = (int(str(value)) for value in row)
    return cases, truncated, crossed


def _columns(process: Process, attributes: Mapping[str, AttributeType], dims: Iterable[str]) -> dict[str, Column]:
    """What a condition on cases may name."""
    columns = {name: Column(quote(f"d_{name}"), "text") for name in dims}
    columns |= {name: Column(quote(f"a_{name}"), kind) for name, kind in attributes.items()}
    columns["outcome"] = columns.get("outcome", Column("outcome", "text"))
    if "returning" in dims:
        columns["returning"] = Column("x_returning", "flag")
    if "swept" in dims:
        columns["swept"] = Column("x_swept", "flag")
    if "in_hours" in dims and "in_hours" not in attributes:
        columns["in_hours"] = Column("x_in_hours", "flag")
    if "load" in dims:
        columns["load"] = Column("x_load", "number")
    for mark in mark_numbers(process):
        columns.pop(mark, None)
    return columns
