"""Several tables of one client: the one with the cases, others that add columns to it, others left aside."""

from collections.abc import Sequence
from dataclasses import replace

from engine.draft.columns import columns_of
from engine.draft.shapes import form_of
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.table import Table
from engine.render.words import Words

OVERLAP = 0.5

Joined = tuple[tuple[Sheet, str, str], ...]
"""A joined table, the column of ours and the column of its own that are equal."""


def together(engine: Engine, sheets: Sequence[Sheet], say: Words) -> tuple[Sheet, Joined, tuple[Sheet, ...]]:
    """The main table with the columns of those that can be joined; what was joined; what was not."""
    main = _main(engine, sheets, say)
    joined, aside = [], []
    for other in sheets:
        if other is main:
            continue
        key = _key(engine, main, other)
        if key:
            joined.append((other, *key))
        else:
            aside.append(other)
    return (_widened(engine, main, joined) if joined else main), tuple(joined), tuple(aside)


def _main(engine: Engine, sheets: Sequence[Sheet], say: Words) -> Sheet:
    """A log of events where there is one, else the largest table with times."""
    if len(sheets) == 1:
        return sheets[0]
    forms = [(sheet, form_of(engine, sheet, {}, say)) for sheet in sheets]
    logs = [sheet for sheet, form in forms if form and form.shape == "events"]
    cases = [sheet for sheet, form in forms if form]
    return (logs or cases or list(sheets))[0]


def _key(engine: Engine, main: Sheet, other: Sheet) -> tuple[str, str] | None:
    """A column of the main table whose values stand in a column of the other, there once each."""
    ours = {column.name.casefold(): column for column in main.columns}
    for theirs in other.columns:
        if theirs.distinct < theirs.filled or theirs.filled < other.rows * 0.98 or theirs.is_time:
            continue
        same = ours.get(theirs.name.casefold())
        likely = [same] if same else [c for c in main.columns if c.is_called("case") and theirs.is_called("case")]
        for column in likely:
            sql = f"""
select count(*) filter (t in (select {quote(column.name)} from {main.relation})) / count(*)
from (select {quote(theirs.name)} as t from {other.relation} where {quote(theirs.name)} is not null)"""
            if float(str(engine.row(sql)[0] or 0)) >= OVERLAP:
                return column.name, theirs.name
    return None


def _widened(engine: Engine, main: Sheet, joined: Sequence[tuple[Sheet, str, str]]) -> Sheet:
    """The main table with the new columns of the others, looked at again."""
    names = [column.name for column in main.columns]
    listed = [f"m.{quote(name)}" for name in names]
    joins = []
    for number, (other, ours, theirs) in enumerate(joined):
        taken = {name.casefold() for name in names}
        new = [c.name for c in other.columns if c.name != theirs and c.name.casefold() not in taken]
        names += new
        listed += [f"j{number}.{quote(name)}" for name in new]
        joins.append(f"left join {other.relation} j{number} on j{number}.{quote(theirs)} = m.{quote(ours)}")
    order = "order by m.rowid"
    engine.execute(
        f'create or replace temp table "draft wide" as select {", ".join(listed)} from {main.relation} m'
        f" {' '.join(joins)} {order}"
    )
    table = Table(sql='"draft wide"', columns=dict.fromkeys(names, "VARCHAR"), files=())
    columns, rows = columns_of(engine, table, (), "draft joined")
    return replace(main, relation=quote("draft joined"), columns=columns, rows=rows)
