"""DuckDB: one connection, bounded memory, no network; its errors become ours."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.engines.sql import Bound, Value, literal, quote, written_out
from engine.errors import EngineError, Location, Problem

if TYPE_CHECKING:
    import duckdb

Row = tuple[object, ...]


ROWS_AT_ONCE = 500
"""Rows of one `insert`: one statement is many times faster than one for each row."""


class SqlError(Exception):
    """DuckDB refused a statement; callers turn it into a problem with a place."""


class Engine:
    """A DuckDB database, in memory or in a file. Not safe for threads.

    Where `journal` is a list, every statement is added to it with its values written out.
    """

    def __init__(self, path: Path | None = None, *, memory: str | None = None, read_only: bool = False) -> None:
        import duckdb

        self._errors = duckdb.Error
        self.journal: list[str] | None = None
        self._locked = False
        self._made: set[str] = set()
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory or os.environ.get("VORONKA_MEMORY", "3GB"),
            "preserve_insertion_order": True,
            # Parts of a table that a file gave are seldom full; to fill them up, closing a store wrote all of it twice.
            "max_vacuum_tasks": 0,
            # What is freed goes back at once: kept, it comes on top of the limit, a tenth of it and more.
            "allocator_flush_threshold": "16MB",
            "allocator_bulk_deallocation_flush_threshold": "32MB",
        }
        try:
            self._connection: duckdb.DuckDBPyConnection = duckdb.connect(
                str(path) if path else ":memory:", config=config, read_only=read_only
            )
            self._connection.execute("set enable_progress_bar = false")
            self._connection.execute("set TimeZone = 'UTC'")  # refused as part of `config`: ICU is not loaded yet
            # DuckDB 2.0.0: this rewrite of several distinct aggregates in one statement joins in a way that ends, with
            # several threads, in an internal error ("dict-surviving cache"), and the database is unusable from then on.
            # `partitioned_execution` reads a sorted file once for each range of its keys, on top of the parts we make.
            self._connection.execute("set disabled_optimizers = 'distinct_aggregate_rewrite,partitioned_execution'")
        except duckdb.Error as error:
            message = f"cannot be opened as a store: {_first_line(error)}"
            hint = "close the other program that uses it, or delete it: the next audit imports again"
            raise EngineError([Problem(where=Location(str(path)), code="store", message=message, hint=hint)]) from None

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def execute(self, sql: str, bound: Bound | Mapping[str, Value] | None = None) -> None:
        """Run one statement."""
        self._run(sql, bound)

    def first_time(self, what: str) -> bool:
        """Whether it is asked for the first time: what a connection keeps, such as macros, is made once."""
        new = what not in self._made
        self._made.add(what)
        return new

    def rows(self, sql: str, bound: Bound | Mapping[str, Value] | None = None) -> list[Row]:
        """All rows of a query as Python values; cast zoned timestamps to `timestamp` first."""
        result = self._run(sql, bound)
        try:
            return result.fetchall()
        except self._errors as error:
            raise SqlError(_first_line(error)) from error

    def row(self, sql: str, bound: Bound | Mapping[str, Value] | None = None) -> Row:
        """The only row of a query."""
        (only,) = self.rows(sql, bound)
        return only

    def records(self, sql: str, bound: Bound | Mapping[str, Value] | None = None) -> list[dict[str, object]]:
        """All rows of a query by column name."""
        result = self._run(sql, bound)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def stream(self, sql: str, at_once: int) -> Iterator[Row]:
        """Rows of a query, `at_once` of them held in memory; nothing else may run on the engine in between."""
        result = self._run(sql, None)
        try:
            while rows := result.fetchmany(at_once):
                yield from rows
        except self._errors as error:
            raise SqlError(_first_line(error)) from error

    def columns(self, relation: str) -> dict[str, str]:
        """Name and DuckDB type of each column of a table or query in SQL."""
        return {str(row[0]): str(row[1]) for row in self.rows(f"describe select * from {relation}")}

    def exists(self, schema: str, table: str) -> bool:
        """Whether a table or view of that name is there."""
        sql = "select count(*) from information_schema.tables where table_schema = $schema and table_name = $table"
        return self.row(sql, {"schema": schema, "table": table})[0] != 0

    def insert(self, table: str, columns: tuple[str, ...], rows: list[tuple[Value, ...]]) -> None:
        """Insert rows made in Python; for small tables (limits, holidays), not for events."""
        if not rows:
            return
        names = ", ".join(quote(column) for column in columns)
        if self.journal is not None:
            written = (", ".join(literal(value) for value in row) for row in rows)
            self.journal.append(f"insert into {table} ({names}) values {', '.join(f'({row})' for row in written)}")
        place = f"({', '.join('?' for _ in columns)})"
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            values = [value for row in some for value in row]
            self._connection.execute(f"insert into {table} ({names}) values {', '.join([place] * len(some))}", values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside, or none."""
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def lock_down(self) -> None:
        """No files and no network from here on; cannot be taken back on this connection."""
        if not self._locked:
            self._connection.execute("set enable_external_access = false")
            self._connection.execute("set lock_configuration = true")
        self._locked = True

    def _run(self, sql: str, bound: Bound | Mapping[str, Value] | None) -> "duckdb.DuckDBPyConnection":
        values = bound.values if isinstance(bound, Bound) else dict(bound or {})
        if self.journal is not None:
            self.journal.append(written_out(sql, values))
        try:
            return self._connection.execute(sql, values) if values else self._connection.execute(sql)
        except self._errors as error:
            raise SqlError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
