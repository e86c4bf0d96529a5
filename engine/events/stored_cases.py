"""Rows with a verdict -> the table `cases` of the store: a row a case."""

from collections.abc import Sequence

from engine.engines.sql import quote, text_literal
from engine.events.attributes import TYPES, Taken, finished
from engine.events.event_rows import EventRows
from engine.events.phones import without_contacts_sql
from engine.events.table import ROW, own
from engine.events.work import USED, Work

SUSPECTS = '"voronka suspects"'
BITS = 63
PART = 60_000_000  # rows whose cases are made at once: more of them would not fit into memory
HELPERS = ("n", "last_row", "suspect")


def write_cases(work: Work, attributes: Sequence[Taken], order: str, at: str, rows: EventRows | None) -> None:
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
        select {", ".join(sql for _, sql in columns.values() if sql)}
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
    """The type of each column of a case, and what is selected for it; nothing for a process that all cases are of.

    `suspect`: the case may hold equal times, and so equal rows. A row sets one of 64 bits by the hash of its time:
    where there are as many bits as rows, all times differ, and only other cases are looked at again. The same is done
    by other bits of the hash, for two times of a case often set one bit by chance.
    """
    salted = f"{work.cells.bound(work.salt)}::varchar"
    process = work.source.process.name if work.source.process else None
    columns = {
        "process": ("varchar", own("process")) if process is None else (f"varchar as ({text_literal(process)})", ""),
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


def drop_helpers(work: Work, rows: EventRows | None) -> None:
    """Take what was of use on the way only from `cases`."""
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


def _word(work: Work, attribute: Taken) -> str | None:
    return None if attribute.empty_as is None else f"{work.cells.bound(attribute.empty_as)}::varchar"
