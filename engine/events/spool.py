"""Rows of any keys on their way to DuckDB: one line of JSON a row, its columns under short names."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from engine.engines.sql import Bound, quote
from engine.events.part import Part
from engine.events.table import FILE, LINE, Misfit, Sign, column_struct, sql_path, twice, unique_names
from engine.events.trouble import Desk

MAX_COLUMNS = 2000


class Spool:
    """A file that rows are written to one by one; every new key becomes a column."""

    def __init__(self, desk: Desk, path: Path, shown: str) -> None:
        self._desk, self._path, self._shown = desk, path, shown
        self._columns: dict[str, str] = {}
        self._stream = path.open("w", encoding="utf-8")
        self.rows = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stream.close()

    def write(self, row: Mapping[str, str], line: int) -> None:
        """Add a row with the line of the file it stands in."""
        columns = self._columns
        short = {columns.get(name) or self._new(name, line): value for name, value in row.items()}
        self._stream.write(json.dumps({**short, "line": str(line)}, ensure_ascii=False) + "\n")
        self.rows += 1

    def _new(self, name: str, line: int) -> str:
        if len(self._columns) >= MAX_COLUMNS:
            self._desk.blames(self._shown, "too-large", f"has more than {MAX_COLUMNS} columns", line=line)
            raise self._desk.stop()
        return self._columns.setdefault(name, f"c{len(self._columns)}")

    def part(self, number: int, bound: Bound, *, notes: Iterable[str] = (), misfits: Iterable[Misfit] = ()) -> Part:
        """The query that reads the rows back; a file without any is a problem."""
        if not self._columns:
            self._desk.blames(self._shown, "no-rows", "holds no row")
            raise self._desk.stop()
        names, renamed = unique_names(list(self._columns))
        struct = column_struct([*self._columns.values(), "line"])
        selected = ",\n            ".join(
            f"{short} as {quote(name)}" for short, name in zip(self._columns.values(), names, strict=True)
        )
        sql = f"""
        select
            {number}::integer as {quote(FILE)},
            line::bigint as {quote(LINE)},
            {selected}
        from read_json({bound(sql_path(self._path))}, format = 'newline_delimited', columns = {struct},
            maximum_object_size = 268435456)"""
        return Part(
            sql=sql,
            names=tuple(names),
            rejects=None,
            path=self._path,
            shown=self._shown,
            notes=(*notes, *renamed),
            misfits=tuple(misfits),
            signs=tuple(Sign(diagnosis="two-names", column=name) for name in twice(names, list(self._columns))),
        )
