"""Rows with a verdict -> the table `event_rows` of the store, and the view `events` that everybody reads."""

from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType

from engine.engines.sql import quote, text_literal, written_out
from engine.events.attributes import finished
from engine.events.event_rows import EventRows
from engine.events.mapping import ACTIVITY
from engine.events.milestone_rows import MilestoneRows
from engine.events.table import ROW, impossible, own
from engine.events.work import USED, Work

COLUMNS = {
    "process": "varchar",
    "case_key": "ubigint",
    "activity": "varchar",
    "state": "varchar",
    "mark": "varchar",
    "happened_at": "timestamp",
    "day_only": "boolean",
    "left_at": "timestamp",
    "seq": "bigint",
    "actor": "varchar",
    "actor_kind": "varchar",
    "manager": "varchar",
}
"""Of an event, with their types."""
_NOTHING: Mapping[str, str] = MappingProxyType({})


def write_events(work: Work, rows: EventRows) -> None:
    """The table `event_rows`, and `events`: a column that says nothing of its own is not written, but made there."""
    made = made_of(work, rows)
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items() if name not in made)
    work.engine.execute(f"create table {work.schema}.event_rows ({columns})")
    selects = [_event(work, rows, own("state"), own("mark"), "true")]
    for number, (mark, _) in enumerate(rows.mapping.also):
        name = f"{work.cells.bound(mark)}::varchar"
        selects.append(_event(work, rows, "null::varchar", name, own(f"also {number}")))
    union = "\n        union all".join(selects)
    work.execute(f"insert into {work.schema}.event_rows {union}")
    show_events(work, made)


def show_events(work: Work, made: Mapping[str, str] = _NOTHING) -> None:
    """`events`: all columns of events, those that `made` says in SQL beside those of `event_rows`."""
    work.engine.execute(f"""
        create or replace view {work.schema}.events as
        select {shown(COLUMNS, made)}
        from {work.schema}.event_rows""")


def shown(names: Iterable[str], made: Mapping[str, str]) -> str:
    """Columns of `events` over those of `event_rows`."""
    return ", ".join(f"{made[name]} as {name}" if name in made else name for name in names)


def made_of(work: Work, rows: EventRows) -> dict[str, str]:
    """The columns that say the same of every event, or of every one of an activity, with what they say in SQL."""
    made = {"left_at": "null::timestamp"}
    if work.source.process is not None and work.source.process.name is not None:
        made["process"] = text_literal(work.source.process.name)
    if not rows.actor:
        made |= {"actor": "null::varchar", "actor_kind": text_literal("person")}
    if not rows.manager:
        made["manager"] = "null::varchar"
    if rows.moments:  # they have an activity, a state and a clock of their own
        return made
    if rows.day_only in ("true", "false"):
        made["day_only"] = rows.day_only
    if rows.mapping.alone and not rows.mapping.also:
        made |= {"state": _of_activity(work, rows.mapping.state), "mark": _of_activity(work, rows.mapping.mark)}
    return made


def _of_activity(work: Work, point: str) -> str:
    """A state or mark as it follows from the column `activity` of an event."""
    return written_out(point.replace(ACTIVITY, "activity"), work.cells.bound.values)


def _event(work: Work, rows: EventRows, state: str, mark: str, condition: str) -> str:
    """The events of the rows that a condition holds for; nothing is selected of columns that are made anew."""
    manager = next((a for a in rows.attributes if a.name == "manager"), None)
    salted = f"{work.cells.bound(work.salt)}::varchar"
    person = finished(manager, own("manager"), salted, None) if manager and rows.manager else "null::varchar"
    ignored = "" if rows.mapping.ignored is None else f" and not {own('ignored')}"
    columns = {
        "process": own("process"),
        "case_key": own("key"),
        "activity": own("activity"),
        "state": state,
        "mark": mark,
        "happened_at": own("at"),
        "day_only": own("day_only"),
        "left_at": "null",
        "seq": quote(ROW),
        "actor": own("actor"),
        "actor_kind": f"case when {own('robot')} then 'robot' else 'person' end",
        "manager": f"({person})::varchar",
    }
    written = ", ".join(sql for name, sql in columns.items() if name not in made_of(work, rows))
    return f"""
        select {written}
        from {work.rows}
        where {USED}{ignored} and {condition}"""


def write_moments(work: Work, rows: EventRows, made: Container[str]) -> None:
    """A time attribute of the case as an event; impossible ones are counted and left out. `made`: columns made anew."""
    told = {"process": "process", "actor_kind": "'person' as actor_kind"}
    written = "".join(f", {sql}" for name, sql in told.items() if name not in made)
    for number, (name, column, _) in enumerate(rows.moments):
        at = own(f"moment {number}")
        planned = {name, column} & set(work.source.planned)
        wrong = f"({'false' if planned else work.future(at)} or {impossible(at)})"
        bound = work.cells.bound
        sql = f"""
            insert into {work.schema}.event_rows by name
            select
                case_key,
                {bound(column)}::varchar as activity,
                {bound(name)}::varchar as {"mark" if work.is_mark(name) else "state"},
                {at} as happened_at,
                {own(f"moment day {number}")} as day_only,
                last_row as seq{written}
            from {work.schema}.cases
            where {at} is not null and not {wrong}"""
        work.execute(sql)
        left = work.number(f"select count(*) from {work.schema}.cases where {at} is not null and {wrong}")
        if left:
            work.notes.append(f"`{column}`: {left} times in the future, before 1990 or after 2099 were left out")


def write_milestones(work: Work, rows: MilestoneRows) -> None:
    """The events of a milestones source: each time of a row that is given."""
    selects = []
    for number, name in enumerate(rows.names):
        bound = f"{work.cells.bound(name)}::varchar"
        selects.append(f"""
        select
            {own("process")} as process,
            {own("key")} as case_key,
            {bound} as activity,
            {"null::varchar" if work.is_mark(name) else bound} as state,
            {bound if work.is_mark(name) else "null::varchar"} as mark,
            {own(f"at {number}")} as happened_at,
            {own(f"day {number}")} as day_only,
            {own(f"leave {number}")} as left_at,
            {quote(ROW)}::bigint as seq,
            null::varchar as actor,
            'person' as actor_kind,
            null::varchar as manager
        from {work.rows}
        where {USED} and {own(f"at {number}")} is not null""")
    work.execute(f"create table {work.schema}.event_rows as {' union all '.join(selects)}")
    _one_time_each(work)
    show_events(work)


def _one_time_each(work: Work) -> None:
    """Of a milestone in several rows of a case, the time it says; none where the case reached what it says `unless`."""
    bound, events = work.cells.bound, f"{work.schema}.event_rows"
    for name, milestone in work.source.milestones.items():
        if milestone.unless is not None:
            work.execute(f"""
                delete from {events}
                where activity = {bound(name)}
                  and (process, case_key) in (
                    select process, case_key from {events} where activity = {bound(milestone.unless)})""")
        if milestone.take is not None:
            order = "happened_at desc" if milestone.take == "last" else "happened_at"
            work.execute(f"""
                delete from {events}
                where activity = {bound(name)}
                  and rowid not in (
                    select first(rowid order by {order}, seq)
                    from {events}
                    where activity = {bound(name)}
                    group by process, case_key)""")
