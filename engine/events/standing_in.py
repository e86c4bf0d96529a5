"""Columns that stand in for others (`else`), and those an export may lack (`optional`): one table with all of them."""

from dataclasses import replace

from engine.definitions.source import Source
from engine.engines.sql import quote
from engine.events.cells import SPACES
from engine.events.table import Table


def completed(table: Table, source: Source) -> Table:
    """The table with every column of `else` read from its stand-ins where it is empty, and what is optional there."""
    for column, others in source.else_.items():
        table = _filled(table, column, [other for other in others if other in table.columns])
    lacking = [column for column in source.optional if column not in table.columns]
    if not lacking:
        return table
    nothing = ", ".join(f"null::varchar as {quote(column)}" for column in lacking)
    named = ", ".join(f"`{column}`" for column in lacking)
    return replace(
        table,
        sql=f"(select *, {nothing} from {table.sql})",
        draw=None,
        pick=None,
        columns={**table.columns, **dict.fromkeys(lacking, "VARCHAR")},
        notes=[*table.notes, f"columns that the export may lack are not there: {named}"],
    )


def _filled(table: Table, column: str, others: list[str]) -> Table:
    """The first that says something; as they are held where all are held alike, as text otherwise."""
    if not others:
        return table
    every = [column, *others] if column in table.columns else others
    held = {table.columns[name] for name in every}
    alike = held.pop() if len(held) == 1 else "VARCHAR"
    replaced = [name for name in every if name.casefold() == column.casefold()]  # SQL does not tell them apart
    kept = f"* exclude ({', '.join(map(quote, replaced))})" if replaced else "*"
    first = ", ".join(_said(name, alike) for name in every)
    return replace(
        table,
        sql=f"(select {kept}, coalesce({first}) as {quote(column)} from {table.sql})",
        draw=None,
        pick=None,
        times={name: how for name, how in table.times.items() if name.casefold() != column.casefold()},
        columns={**table.columns, column: alike},
    )


def _said(column: str, held: str) -> str:
    """A cell, null where it is empty."""
    if held != "VARCHAR":
        return quote(column)
    text = f"{quote(column)}::varchar"
    return f"case when trim({text}, {SPACES}) <> '' then {text} end"
