"""`join`: more columns from other files by equal keys."""

from pathlib import Path

from engine.definitions.document import did_you_mean
from engine.definitions.source import Join
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events import reading
from engine.events.cells import SPACES
from engine.events.files import File
from engine.events.table import INTERNAL, ROW, Table
from engine.events.trouble import Desk


def joined(
    engine: Engine, desk: Desk, table: Table, join: Join, number: int, found: tuple[File, ...], folder: Path
) -> Table:
    """The table with the columns of the joined file behind its own; rows without a match keep them empty."""
    folder.mkdir()
    other = reading.read(engine, desk, found, join, f"{reading.JOINED} {number}", folder)
    _check_keys(desk, table, other, join, number)
    names = [name for name in other.columns if _is_new(name, table, join)]
    keys = [
        f"trim({quote(theirs)}::varchar, {SPACES}) as {quote(f'key {n}')}" for n, theirs in enumerate(join.on.values())
    ]
    listed = ", ".join(quote(f"key {n}") for n in range(len(keys)))
    columns = "".join(f", {quote(name)}" for name in names)
    plain = f"select {', '.join(keys)}{columns}, {quote(ROW)} as row_no from {other.sql}"
    order = "row_no desc" if join.rows == "last" else "row_no"
    rank = f"row_number() over (partition by {listed} order by {order})"
    one = f"select * exclude (row_no) from ({plain}) qualify {rank} = 1"
    test = " and ".join(
        f"j.{quote(f'key {n}')} = trim(t.{quote(ours)}::varchar, {SPACES})" for n, ours in enumerate(join.on)
    )
    if join.rows == "one":
        _check_one(engine, desk, table, f"select distinct * exclude (row_no) from ({plain})", listed, test, number)
    excluded = f"exclude ({listed})"
    sql = f"(select t.*, j.* {excluded} from {table.sql} t left join ({one}) j on {test})"
    return Table(
        sql=sql,
        columns={**table.columns, **{name: other.columns[name] for name in names}},
        files=table.files,
        streamed=table.streamed,
        misfits=table.misfits,
        blank=table.blank,
        notes=[*table.notes, *other.notes, *_unread(other)],
        first_rows=table.first_rows,
        lines=table.lines,
        signs=table.signs,
        held=table.held,
        times=table.times,
        blanks=tuple(dict.fromkeys((*table.blanks, *other.blanks))),
    )


def _is_new(name: str, table: Table, join: Join) -> bool:
    ours = {column.casefold() for column in table.columns}
    return name not in INTERNAL and name.casefold() not in ours and name not in join.on.values()


def _unread(other: Table) -> list[str]:
    return [f"{other.files[0]}: {len(other.misfits)} rows could not be read"] if other.misfits else []


def _check_keys(desk: Desk, table: Table, other: Table, join: Join, number: int) -> None:
    before = len(desk.problems)
    for ours, theirs in join.on.items():
        for column, columns, where in ((ours, table.columns, table.files[0]), (theirs, other.columns, other.files[0])):
            if column not in columns:
                hint = did_you_mean(column, columns)
                desk.says("missing-column", f"{where} has no column `{column}`", hint, at=("join", number, "on"))
    if len(desk.problems) > before:
        raise desk.stop()


def _check_one(engine: Engine, desk: Desk, table: Table, rows: str, listed: str, test: str, number: int) -> None:
    """`rows: one` is a promise: no row of ours may match several different rows."""
    many = f"select {listed} from ({rows}) group by all having count(*) > 1"
    count = engine.row(f"select count(*) from {table.sql} t join ({many}) j on {test}")[0]
    if count:
        message = f"`join`: {count} rows match several different rows"
        desk.says("join-many", message, "say `rows: first` or `rows: last`", at=("join", number, "rows"))
        raise desk.stop()
