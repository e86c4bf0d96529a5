"""Cells of a row in SQL: trimmed, null where empty, conditions over them; unknown columns become problems."""

import re
from collections.abc import Sequence

from engine.definitions.condition import Call, Expr, Name
from engine.definitions.document import Key, did_you_mean
from engine.engines.duckdb import Engine, Row
from engine.engines.sql import Bound, Column, compile_condition, quote
from engine.events.table import BLANKS, Table
from engine.events.trouble import Desk

SPACES = f"'{''.join(BLANKS)}'"
NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
)


class Cells:
    """The columns of a table as the source wants them read."""

    def __init__(self, engine: Engine, desk: Desk, table: Table, empty: Sequence[str], bound: Bound) -> None:
        self.engine, self.desk, self.table, self.empty, self.bound = engine, desk, table, tuple(empty), bound
        self.clean: dict[str, bool] = {}
        self.looked_at_later: set[str] = set()
        """Columns of which the ends of cells are not looked at here: the caller does, where they are fewer."""
        self.reported: set[tuple[str, tuple[Key, ...]]] = set()

    def known(self, column: str, *at: Key, offset: int = 0) -> bool:
        """Whether the files have the column; a problem at its place otherwise."""
        if column in self.table.columns:
            return True
        if (column, at) not in self.reported:
            self.reported.add((column, at))
            names = tuple(self.table.columns)
            hint = did_you_mean(column, names) or _listed(names)
            if len(names) == 1:
                hint = "only one column was found: declare the right `delimiter:`"
            elif sum(name.startswith("column ") for name in names) * 2 > len(names):
                hint = "the names of the columns seem to stand in another row: declare `header:` (from 1)"
            self.desk.says("missing-column", f"no column `{column}` in {self.table.named}", hint, at=at, offset=offset)
        return False

    def rows(self, sql: str) -> list[Row]:
        """Rows of a query over these columns."""
        return self.engine.rows(sql, self.used(sql))

    def used(self, sql: str) -> Bound:
        """The bound values that a statement speaks of: DuckDB refuses others."""
        names = set(re.findall(r"\$(v\d+)", re.sub(r'"(?:[^"]|"")*"', "", sql)))
        return Bound({name: value for name, value in self.bound.values.items() if name in names})

    def kind(self, column: str) -> str:
        """text number time date flag zoned: how DuckDB holds the column."""
        held = self.table.columns.get(column, "VARCHAR")
        if held in NUMBERS or held.startswith("DECIMAL"):
            return "number"
        if held == "TIMESTAMP WITH TIME ZONE":
            return "zoned"
        if held.startswith("TIMESTAMP"):
            return "time"
        return {"DATE": "date", "BOOLEAN": "flag"}.get(held, "text")

    def text(self, column: str, *at: Key, empty: Sequence[str] = (), rare: bool = False) -> str:
        """The cell as text: trimmed, null where it is empty or holds a marker of emptiness.

        `rare`: it is hardly ever asked for, and not worth a look at the whole column.
        """
        if not self.known(column, *at):
            return "null::varchar"
        held = self.table.columns[column]
        plain = quote(column) if held == "VARCHAR" else f"{quote(column)}::varchar"
        clean = held != "VARCHAR" or (not rare and self._is_clean(column))
        trimmed = plain if clean else f"trim({plain}, {SPACES})"
        markers = (*self.empty, *empty)
        if not markers:
            return trimmed if clean else f"nullif({trimmed}, '')"
        listed = ", ".join(f"{self.bound(marker)}::varchar" for marker in dict.fromkeys(markers))
        return f"case when {trimmed} in ('', {listed}) then null else {trimmed} end"

    def _is_clean(self, column: str) -> bool:
        """Whether no cell of a large table is empty or has blanks around it: then 10 million need no trimming."""
        if not self.table.streamed:
            return False
        if column not in self.clean:
            name = quote(column)
            test = f"{name} < '!'"  # DuckDB knows it of whole parts of a table
            test += f" or starts_with({name}, '\u00a0')" if "\u00a0" in self.table.blanks else ""
            if column not in self.looked_at_later:
                test += f" or {self.ends_blank(name)}"
            self.clean[column] = self.engine.row(f"select count(*) from {self.table.sql} where {test}")[0] == 0
        return self.clean[column]

    def ends_blank(self, text: str) -> str:
        """SQL: a text ends with a blank that the files have."""
        return " or ".join(f"suffix({text}, '{blank}')" for blank in self.table.blanks)

    def filled(self, columns: Sequence[str]) -> bool:
        """Whether it is known of a large table that no cell of the columns is empty or holds a marker of emptiness."""
        if not self.table.streamed or self.empty or not all(column in self.table.columns for column in columns):
            return False
        texts = [column for column in columns if self.table.columns[column] == "VARCHAR"]
        if not all(self._is_clean(column) for column in texts):
            return False
        test = " or ".join(f"{quote(column)} is null" for column in columns)
        return self.engine.row(f"select count(*) from {self.table.sql} where {test}")[0] == 0

    def joined(self, columns: Sequence[str], separator: str, *at: Key) -> str:
        """Several cells as one text; null where any is empty."""
        texts = [
            self.text(column, *(at if len(columns) == 1 else (*at, number))) for number, column in enumerate(columns)
        ]
        return texts[0] if len(texts) == 1 else f"({f' || {separator!r} || '.join(texts)})"

    def condition(self, expression: Expr, *at: Key) -> str:
        """A `where:` over the columns of the row."""
        calls = [node for node in expression.nodes() if isinstance(node, Call)]
        for call in calls:
            hint = "conditions on rows compare columns"
            text = f"function `{call.function}` cannot be used here"
            self.desk.says("unknown-function", text, hint, at=at, offset=call.offset)
        if calls:
            return "true"
        return compile_condition(expression.tree, lambda name: self._column(name, at), {}, self.bound)

    def _column(self, name: Name, at: tuple[Key, ...]) -> Column:
        if not self.known(name.name, *at, offset=name.offset):
            return Column("null::varchar", "text")
        kind = self.kind(name.name)
        if kind in ("text", "zoned"):
            return Column(self.text(name.name), "text")
        return Column(quote(name.name), kind)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"columns: {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")
