"""Several tables of one client: the one with the cases, others that add columns to it, and the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.draft import words
from engine.draft.columns import MOSTLY, Column, columns_of
from engine.draft.model import Joined
from engine.draft.shapes import form_of
from engine.draft.sheets import Sheet
from engine.draft.totals import totals_of
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.table import Table
from engine.render.words import Words

OVERLAP = 0.5
LOOKED_UP = 0.8
"""Share of our rows that must find a row of a table that merely holds the same values under another name."""
FEW = 200
_BARE = ("id", "№", "n", "no", "номер", "код", "number", "№ п п")


def together(
    engine: Engine, sheets: Sequence[Sheet], say: Words
) -> tuple[Sheet, tuple[Joined, ...], tuple[Sheet, ...]]:
    """The main table with the columns of those that can be joined; what was joined; the rest."""
    main = _main(engine, sheets, say)
    joined, rest = [], []
    for other in sheets:
        if other is main:
            continue
        found = _join(engine, main, other)
        if found:
            joined.append(found)
        else:
            rest.append(other)
    return (_widened(engine, main, joined) if joined else main), tuple(joined), tuple(rest)


def _main(engine: Engine, sheets: Sequence[Sheet], say: Words) -> Sheet:
    """A log of events where there is one, else the table that tells most of deals; of equal ones the largest."""
    if len(sheets) == 1:
        return sheets[0]
    forms = [(sheet, form_of(engine, sheet, {}, say)) for sheet in sheets if not totals_of(engine, sheet, say)]
    found = [(3.0 * (form.shape == "events") + _worth(sheet), sheet) for sheet, form in forms if form]
    return max(found, key=lambda pair: pair[0])[1] if found else sheets[0]


def _worth(sheet: Sheet) -> float:
    """How much a table looks like one of deals: it names money, a stage, a reason of loss, and is no list of calls."""
    money = any(column.is_called("amount") for column in sheet.columns)
    reason = any(column.is_called("loss_reason") for column in sheet.columns)
    stage = any(words.is_called("stage", column.name) for column in sheet.columns)
    calls = any(words.is_called("call", name) for name in (sheet.name, *(column.name for column in sheet.columns)))
    return 0.6 * money + 0.6 * reason + 0.4 * stage - 1.0 * calls


def _join(engine: Engine, main: Sheet, other: Sheet) -> Joined | None:
    """By a column whose values stand in a column of the other, there once each."""
    for ours, theirs in _pairs(main, other):
        a, b = quote(ours.name), quote(theirs.name)
        sql = f"""
select (select count(*) filter ({b} in (select {a} from {main.relation})) / count({b}) from {other.relation}),
       (select count(*) filter ({a} in (select {b} from {other.relation})) / count({a}) from {main.relation})"""
        of_theirs, of_ours = (float(str(value or 0)) for value in engine.row(sql))
        alike = theirs.name.casefold() == ours.name.casefold() or ours.is_called("case")
        if (alike and of_theirs >= OVERLAP) or of_ours >= LOOKED_UP:
            return Joined(sheet=other, ours=ours.name, theirs=theirs.name, found=of_ours)
    return None


def _pairs(main: Sheet, other: Sheet) -> Iterator[tuple[Column, Column]]:
    """Columns of one name, columns that both name a case, columns of the same few words."""
    keys = [
        column
        for column in other.columns
        if column.filled and column.distinct == column.filled >= other.rows * 0.98 and not column.is_time
    ]
    for theirs in keys:
        for ours in main.columns:
            same = ours.name.casefold() == theirs.name.casefold()
            if (same or (ours.is_called("case") and theirs.is_called("case"))) and not _counted(main, ours, other):
                yield ours, theirs
    for theirs in keys:
        for ours in main.columns:
            words_ = theirs.numeric < 0.5 and ours.numeric < 0.5 and not ours.is_time and not ours.personal
            if words_ and 2 <= ours.distinct <= FEW and other.rows <= 2 * FEW:
                yield ours, theirs


def _counted(main: Sheet, ours: Column, other: Sheet) -> bool:
    """Whether two tables number their own rows: equal numbers under such a name say nothing."""
    if words.plain(ours.name) not in _BARE or ours.numeric < MOSTLY:
        return False
    return ours.length <= len(str(10 * max(main.rows, other.rows))) and ours.distinct == ours.filled


def _widened(engine: Engine, main: Sheet, joined: Sequence[Joined]) -> Sheet:
    """The main table with the new columns of the others, looked at again."""
    names = [column.name for column in main.columns]
    listed = [f"m.{quote(name)}" for name in names]
    joins = []
    for number, join in enumerate(joined):
        taken = {name.casefold() for name in names}
        new = [c.name for c in join.sheet.columns if c.name != join.theirs and c.name.casefold() not in taken]
        names += new
        listed += [f"j{number}.{quote(name)}" for name in new]
        on = f"j{number}.{quote(join.theirs)} = m.{quote(join.ours)}"
        joins.append(f"left join {join.sheet.relation} j{number} on {on}")
    order = "order by m.rowid"
    engine.execute(
        f'create or replace temp table "draft wide" as select {", ".join(listed)} from {main.relation} m'
        f" {' '.join(joins)} {order}"
    )
    table = Table(sql='"draft wide"', columns=dict.fromkeys(names, "VARCHAR"), files=())
    columns, rows = columns_of(engine, table, (), "draft joined")
    return replace(main, relation=quote("draft joined"), columns=columns, rows=rows)
