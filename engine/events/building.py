"""Rows with a verdict -> the tables of the store: cases, events, activities; duplicates found on the way."""

from collections.abc import Container, Iterable, Sequence
from collections.abc import Mapping as SqlMapping
from types import MappingProxyType

from engine.engines.sql import quote, text_literal, written_out
from engine.events.attributes import TYPES, Taken, finished
from engine.events.event_rows import EventRows
from engine.events.keys import write_keys
from engine.events.mapping import ACTIVITY
from engine.events.milestone_rows import MilestoneRows
from engine.events.phones import without_contacts, without_contacts_sql
from engine.events.snapshots import Snapshots, keep_last_rows, write_events
from engine.events.table import FILE, ROW, own
from engine.events.work import DUPLICATE, EARLIEST, Work

USED = own("used")
BITS = 63
PART = 60_000_000  # rows whose cases are made at once: more of them would not fit into memory
SUSPECTS, TIED = '"voronka suspects"', '"voronka tied"'
HELPERS = ("n", "last_row", "suspect")


def build_events(work: Work, rows: EventRows) -> None:
    """The tables of an events source."""
    _one_state(work, rows)
    _write_cases(work, rows.attributes, _order_of_events(), own("at"), rows)
    _drop_equal_rows(work, own("at"), own("ignored"))
    _write_events(work, rows)
    _write_activities(work, rows)
    _write_moments(work, rows, _same(work, rows))
    _hide_contacts(work)
    write_keys(work)
    _drop_helpers(work, rows)


def build_snapshots(work: Work, rows: EventRows) -> Snapshots:
    """The tables of a source of snapshots."""
    _one_state(work, rows)
    keep_last_rows(work)
    _write_cases(work, rows.attributes, _order_of_events(), own("at"), rows)
    found = write_events(work, rows)
    show_events(work)
    _write_activities(work, rows, of_rows=True)
    _write_moments(work, rows, ())
    _hide_contacts(work)
    write_keys(work)
    _drop_helpers(work, rows)
    return found


def build_milestones(work: Work, rows: MilestoneRows) -> None:
    """The tables of a milestones source."""
    _drop_older_files(work)
    _write_cases(work, rows.attributes, quote(ROW), own("key"), None)
    _drop_equal_rows(work, own("key"), "false")
    _write_milestones(work, rows)
    write_keys(work)
    _drop_helpers(work, None)
    sql = f"""
        create table {work.schema}.activities as
        select process, activity, activity as mapped_to, count(*) as events, count(distinct case_key) as cases
        from {work.schema}.events
        group by process, activity
        order by process, events desc, activity"""
    work.engine.execute(sql)


def _order_of_events() -> str:
    """One whole number that orders events by time, then by row: what `first` and `last` go by."""
    return f"(epoch_us({own('at')})::hugeint * 1152921504606846976 + {quote(ROW)})"


def _one_state(work: Work, rows: EventRows) -> None:
    if rows.mapping.twice is None:
        return
    found = work.select(
        f"""
        select {own("activity")}, count(*)
        from {work.rows}
        where {own("twice")}
        group by all
        order by 2 desc, 1
        limit 3"""
    )
    if found:
        shown = ", ".join(f"`{without_contacts(str(row[0]))}` ({row[1]} rows)" for row in found)
        hint = "an event has at most one state: make the lines exclude each other"
        work.desk.says("two-states", f"lines of `map` give two states to {shown}", hint, at=("map",))
        raise work.desk.stop()


def _write_cases(work: Work, attributes: Sequence[Taken], order: str, at: str, rows: EventRows | None) -> None:
    """One row per case: its attributes as taken, and helpers that are dropped in the end.

    A large log is gone through once for each part of its cases: the texts of all of them would not fit into memory.
    """
    having = rows is not None and rows.mapping.ignored is not None
    columns = _case_columns(work, attributes, order, at, len(rows.moments) if rows else 0)
    made = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    work.engine.execute(f"create table {work.schema}.cases ({made})")
    count = work.number(f"select count(*) from {work.table.sql}")
    parts = max(-(-count // PART), 1)
    for part in range(parts):
        work.execute(f"""
        insert into {work.schema}.cases
        select {", ".join(sql for _, sql in columns.values())}
        from {work.rows}
        where {USED}{f" and {own('key')} % {parts} = {part}" if parts > 1 else ""}
        group by {own("case")}{"" if _constant(work) else f", {own('process')}"}
        {f"having not bool_and({own('ignored')})" if having else ""}""")
    key = "case_key" if _constant(work) else "(process, case_key)"
    if work.number(f"select count(*) - count(distinct {key}) from {work.schema}.cases"):
        work.desk.says(
            "case-collision", "two cases have the same hash", "rename one of them in the export", at=("case",)
        )
        raise work.desk.stop()
    if rows and work.table.streamed and not having:
        work.all_used = count == work.number(f"select sum(n) from {work.schema}.cases")
    _suspect(work)


def _case_columns(
    work: Work, attributes: Sequence[Taken], order: str, at: str, moments: int
) -> dict[str, tuple[str, str]]:
    """The type of each column of a case, and what is selected for it.

    `suspect`: the case may hold equal times, and so equal rows. A row sets one of 64 bits by the hash of its time: where
    there are as many bits as rows, all times differ, and only other cases are looked at again. The same is done by
    other bits of the hash, for two times of a case often set one bit by chance.
    """
    salted = f"{work.cells.bound(work.salt)}::varchar"
    name = work.source.process.name if work.source.process else None
    columns = {
        "process": ("varchar", own("process") if name is None else f"{work.cells.bound(name)}::varchar"),
        "case_key": ("ubigint", f"hash({own('case')})"),
        "case_id": ("varchar using compression zstd", own("case")),  # found in half the time of what DuckDB would take
    }
    for a in attributes:
        kind = "varchar" if a.personal else TYPES[a.type]
        columns[quote(f"a_{a.name}")] = kind, _told(a, finished(a, _take(a, order), salted, _word(work, a)))
    for n in range(moments):
        for name, kind in ((f"moment {n}", "timestamp"), (f"moment day {n}", "boolean")):
            given = f"filter ({own(f'moment {n}')} is not null)"
            columns[own(name)] = kind, f"arg_max({own(name)}, {order}) {given}"
    bits = [f"bit_count(bit_or(1::ubigint << (hash({at}) >> {shift} & {BITS})))" for shift in (0, 6)]
    return {
        **columns,
        "last_row": ("bigint", f"max({quote(ROW)})" if moments else "null"),
        "n": ("bigint", "count(*)"),
        "suspect": ("boolean", " and ".join(f"{count} < count(*)" for count in bits)),
    }


def _constant(work: Work) -> bool:
    """Whether all rows are of one process."""
    return work.source.process is not None and work.source.process.name is not None


def _suspect(work: Work) -> None:
    """A temp table of the cases that may hold equal times (of milestones: several rows)."""
    sql = f"""
        create temp table {SUSPECTS} as
        select case_key
        from {work.schema}.cases
        where suspect"""
    work.engine.execute(sql)


def _drop_helpers(work: Work, rows: EventRows | None) -> None:
    moments = [
        f"voronka {what} {n}" for n in range(len(rows.moments) if rows else 0) for what in ("moment", "moment day")
    ]
    for name in (*HELPERS, *moments):
        work.engine.execute(f"alter table {work.schema}.cases drop column {quote(name)}")


def _told(attribute: Taken, value: str) -> str:
    """What people write as a reason often names the client's number: it is left out."""
    return without_contacts_sql(value) if attribute.name == "loss_reason" and attribute.type == "text" else value


def _take(attribute: Taken, order: str) -> str:
    value = own(f"attribute {attribute.name}")
    return f"{'arg_max' if attribute.last else 'arg_min'}({value}, {order})"


def _drop_equal_rows(work: Work, at: str, ignored: str) -> None:
    """Equal rows of a case are one: the first stays. Equal rows have equal times, and few cases hold such."""
    work.execute(f"""
        create temp table "voronka met" as
        select list({quote(ROW)}) as rows
        from {work.of_cases(f"select case_key from {SUSPECTS}")}
        where {USED}
        group by {own("key")}, {at}
        having count(*) > 1""")
    work.execute(f"""
        create temp table {TIED} as
        select met.tie, met.row_no, {own("hash")} as said, {ignored} as ignored
        from {work.of_numbers('select unnest(rows) from "voronka met"')}
        join (select rowid as tie, unnest(rows) as row_no from "voronka met") as met on met.row_no = {quote(ROW)}""")
    work.engine.execute(f"""
        create temp table "voronka doubles" as
        select row_no
        from {TIED}
        qualify row_number() over (partition by tie, said order by row_no) > 1""")
    _mark(work, "voronka doubles")


def _drop_older_files(work: Work) -> None:
    """Of a case's rows in several files, those of the last file stay."""
    if len(work.table.files) == 1:
        return
    sql = f"""
        create temp table "voronka older" as
        select {quote(ROW)} as row_no
        from {work.rows}
        join (
            select {own("key")} as k, max({quote(FILE)}) as newest
            from {work.rows} where {USED} group by 1) on k = {own("key")}
        where {USED} and {quote(FILE)} < newest"""
    work.execute(sql)
    _mark(work, "voronka older")


def _mark(work: Work, table: str) -> None:
    """Make the rows of a table duplicates."""
    if not work.number(f"select count(*) from {quote(table)}"):
        return
    listed = f"{quote(ROW)} in (select row_no from {quote(table)})"
    if work.table.streamed and work.rows.startswith("("):
        verdict = f"case when {listed} then {text_literal(DUPLICATE)} else {own('verdict')} end as {own('verdict')}"
        work.rows = f"(select * replace ({verdict}, {USED} and not {listed} as {USED}) from {work.rows})"
    else:
        change = f"{own('verdict')} = {text_literal(DUPLICATE)}, {USED} = false"
        work.execute(f"update {work.rows} set {change} where {listed}")


def _word(work: Work, attribute: Taken) -> str | None:
    return None if attribute.empty_as is None else f"{work.cells.bound(attribute.empty_as)}::varchar"


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
_NOTHING: SqlMapping[str, str] = MappingProxyType({})


def _write_events(work: Work, rows: EventRows) -> None:
    """The table `event_rows`, and `events`: a column that says nothing of its own is not written, but made there."""
    same = _same(work, rows)
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items() if name not in same)
    work.engine.execute(f"create table {work.schema}.event_rows ({columns})")
    selects = [_event(work, rows, own("state"), own("mark"), "true")]
    for number, (mark, _) in enumerate(rows.mapping.also):
        name = f"{work.cells.bound(mark)}::varchar"
        selects.append(_event(work, rows, "null::varchar", name, own(f"also {number}")))
    union = "\n        union all".join(selects)
    work.execute(f"insert into {work.schema}.event_rows {union}")
    show_events(work, same)


def show_events(work: Work, made: SqlMapping[str, str] = _NOTHING) -> None:
    """`events`: all columns of events, those that `made` says in SQL beside those of `event_rows`."""
    work.engine.execute(f"""
        create or replace view {work.schema}.events as
        select {_shown(COLUMNS, made)}
        from {work.schema}.event_rows""")


def _shown(names: Iterable[str], made: SqlMapping[str, str]) -> str:
    """Columns of `events` over those of `event_rows`."""
    return ", ".join(f"{made[name]} as {name}" if name in made else name for name in names)


def _same(work: Work, rows: EventRows) -> dict[str, str]:
    """The columns that say the same of every event, or of every one of an activity, with what they say in SQL."""
    same = {"left_at": "null::timestamp"}
    if work.source.process is not None and work.source.process.name is not None:
        same["process"] = text_literal(work.source.process.name)
    if not rows.actor:
        same |= {"actor": "null::varchar", "actor_kind": text_literal("person")}
    if not rows.manager:
        same["manager"] = "null::varchar"
    if rows.moments:
        return same
    if rows.day_only in ("true", "false"):
        same["day_only"] = rows.day_only
    if rows.mapping.alone and not rows.mapping.also:
        same |= {"state": _of_activity(work, rows.mapping.state), "mark": _of_activity(work, rows.mapping.mark)}
    return same


def _of_activity(work: Work, point: str) -> str:
    """A state or mark as it follows from the column `activity` of an event."""
    return written_out(point.replace(ACTIVITY, "activity"), work.cells.bound.values)


def _event(work: Work, rows: EventRows, state: str, mark: str, condition: str) -> str:
    """The events of the rows that a condition holds for; of `same` columns nothing is selected."""
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
    written = ", ".join(sql for name, sql in columns.items() if name not in _same(work, rows))
    return f"""
        select {written}
        from {work.rows}
        where {USED}{ignored} and {condition}"""


def _write_moments(work: Work, rows: EventRows, same: Container[str]) -> None:
    """A time attribute of the case as an event; impossible ones are counted and left out. `same`: columns made anew."""
    told = {"process": "process", "actor_kind": "'person' as actor_kind"}
    written = "".join(f", {sql}" for name, sql in told.items() if name not in same)
    for number, (name, column, _) in enumerate(rows.moments):
        at = own(f"moment {number}")
        planned = {name, column} & set(work.source.planned)
        wrong = f"({'false' if planned else work.future(at)} or {at} < {EARLIEST})"
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
            work.notes.append(f"`{column}`: {left} times in the future or before 1990 were left out")


def _write_milestones(work: Work, rows: MilestoneRows) -> None:
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


def _write_activities(work: Work, rows: EventRows, *, of_rows: bool = False) -> None:
    """Every activity with what it was mapped to (`ignored`; null: to nothing), its events (or rows) and cases."""
    if rows.mapping.ignored or rows.mapping.also or of_rows:
        selected = ", ".join(f"{own(name)} as {name}" for name in (*MAPPED, "ignored"))
        _count_mapped(work, f"select {selected}, {own('key')} as case_key from {work.rows} where {USED}")
    elif not _count_few(work, _same(work, rows)):
        _count_mapped(work, f"select {', '.join(MAPPED)}, false as ignored, case_key from {work.schema}.events")
    several = 'select activity from "voronka mapped" group by process, activity having count(*) > 1'
    work.execute(f"""
        create table {work.schema}.activities as
        with several as (
            select {own("process")} as process, {own("activity")} as activity, count(distinct {own("key")}) as cases
            from {work.rows}
            where {USED} and {own("activity")} in ({several})
            group by all),
        whole as (
            select process, activity, string_agg(mapped_to, ', ' order by mapped_to) as mapped_to,
                sum(n)::bigint as events, max(cases) as cases
            from "voronka mapped"
            group by process, activity)
        select process, activity, mapped_to, events, coalesce(several.cases, whole.cases) as cases
        from whole left join several using (process, activity)
        order by process, events desc, activity""")


MAPPED = ("process", "activity", "state", "mark")
MAPPED_TO = "coalesce(state, mark, case when ignored then 'ignored' end) as mapped_to"


def _count_mapped(work: Work, source: str) -> None:
    """`voronka mapped`: events and cases by activity and what it was mapped to."""
    names = "process, activity, state, mark, ignored"
    work.execute(f"""
        create temp table "voronka mapped" as
        select process, activity, {MAPPED_TO}, n, cases
        from (
            select {names}, sum(n)::bigint as n, count(*) as cases
            from (select {names}, case_key, count(*) as n from ({source}) group by all)
            group by all)""")


def _count_few(work: Work, made: SqlMapping[str, str]) -> bool:
    """The same where there are at most 64 activities, each mapped to one thing: each is a bit of its cases."""
    written = ", ".join(name for name in MAPPED if name not in made)
    work.execute(f"""
        create or replace temp table "voronka few" as
        select {_shown(MAPPED, made)}, false as ignored, n, row_number() over (order by process, activity) - 1 as bit
        from (select {written}, count(*) as n from {work.schema}.event_rows group by all)""")
    few = 'select count(*) <= 64 and count(*) = count(distinct activity) from "voronka few"'
    if not work.select(few)[0][0]:
        return False
    work.execute(f"""
        create temp table "voronka mapped" as
        with bits as (
            select bit_or(sign) as bits
            from {work.schema}.event_rows
            join (select activity, 1::ubigint << bit as sign from "voronka few") using (activity)
            group by case_key),
        counted as (
            select bit, sum(n)::bigint as cases
            from (select bits, count(*) as n from bits group by bits)
            join (select bit from "voronka few") on bits >> bit & 1 = 1
            group by bit)
        select process, activity, {MAPPED_TO}, n, cases
        from "voronka few" join counted using (bit)""")
    return True


def _hide_contacts(work: Work) -> None:
    """Names of activities without phone numbers and addresses, where some hold any."""
    activities, told = f"{work.schema}.activities", without_contacts_sql("activity")
    if not work.number(f"select count(*) from {activities} where activity <> {told}"):
        return
    listed = f"activity in (select activity from {activities} where activity <> {told})"
    work.engine.execute(f"""
        create or replace table {work.schema}.event_rows as
        select * replace (case when {listed} then {told} else activity end as activity)
        from {work.schema}.events""")
    show_events(work)  # what was made of an activity is held now
    work.engine.execute(f"""
        create or replace table {activities} as
        select process, {told} as activity, mapped_to, sum(events)::bigint as events, sum(cases)::bigint as cases
        from {activities}
        group by all
        order by process, events desc, activity""")
