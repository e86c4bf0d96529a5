"""Databases: the rows of a query fetched piece by piece, read only, into a CSV file of our own."""

import csv
import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from engine.engines.duckdb import Engine, SqlError
from engine.engines.sql import quote
from engine.errors import EngineError
from engine.events.files import File
from engine.events.secrets import misread, without_secrets
from engine.events.table import LINE
from engine.events.trouble import Desk

AT_ONCE = 10_000
SECONDS_TO_CONNECT = 15
Rows = Generator[Sequence[object], None, None]


class DatabaseError(Exception):
    """A database refuses, in its own words."""


def fetched(desk: Desk, file: File, query: str, folder: Path) -> File:
    """The rows of the query as a CSV file that carries line numbers; BrokenSourceError where there are none to get."""
    text = query.strip().rstrip(";").strip()
    target = folder / f"fetched-{len(list(folder.iterdir()))}.csv"
    readers = {"postgresql": _postgresql, "sqlite": _sqlite, "duckdb": _duckdb}
    try:
        with closing(readers[file.kind](file, text)) as rows:
            _write(rows, target)
    except ModuleNotFoundError:
        hint = "pip install 'voronka[postgres]'"
        desk.says("missing-extra", "reading PostgreSQL needs the extra `postgres`", hint, at=("path",))
        raise desk.stop() from None
    except (DatabaseError, sqlite3.Error, SqlError, EngineError) as error:
        said = without_secrets(" ".join(str(error).split()), file.url)
        hint = "a query reads: `select ...`; a name and a password that are not in the URL come from PGUSER, PGPASSWORD"
        desk.says("database", f"{file.shown} refuses: {said}", hint, at=("query",))
        raise desk.stop() from None
    return File(path=target, shown=file.shown, kind="fetched", packed=False)


def tables(desk: Desk, file: File, folder: Path) -> dict[str, str]:
    """Every table and view of a database by its name, with the query that reads it; BrokenSourceError: it refuses."""
    listed = fetched(desk, file, _LISTED[file.kind], folder).path
    with listed.open(encoding="utf-8", newline="") as stream:
        rows = [(row[1], row[2]) for row in csv.reader(stream)][1:]
    alone = len({schema for schema, _ in rows}) < 2
    found = {}
    for schema, name in rows:
        parts = (name,) if alone else (schema, name)
        found[".".join(parts)] = f"select * from {'.'.join(quote(part) for part in parts)}"
    return found


_LISTED: Mapping[str, str] = {
    "sqlite": "select '' as s, name from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%'"
    " escape '\\' order by 2",
    **dict.fromkeys(
        ("duckdb", "postgresql"),
        "select table_schema, table_name from information_schema.tables"
        " where table_schema not in ('information_schema', 'pg_catalog') order by 1, 2",
    ),
}


def _write(rows: Rows, target: Path) -> None:
    """The first row holds the names of the columns."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, row in enumerate(rows):
            writer.writerow([number or LINE, *(_text(cell) for cell in row)])


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case bytes() | memoryview():
            return bytes(cell).decode("utf-8", "replace").replace("\0", "")
        case _:
            return str(cell).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


# --- the databases ----------------------------------------------------------------------------------------------------


def _postgresql(file: File, query: str) -> Rows:
    """By a cursor of the server, in a transaction that cannot write; every value as the text PostgreSQL gives it.

    A cursor is declared for one `select`, `values` or `with` only, and the extended protocol takes one statement.
    """
    import psycopg
    from psycopg.types.string import TextLoader

    if misread(file.url):
        raise DatabaseError("the password holds @ / ? or #: write %40 %2F %3F %23, or set PGPASSWORD")
    try:
        psycopg.conninfo.conninfo_to_dict(file.url)
    except psycopg.Error:
        raise DatabaseError("the URL cannot be read: postgresql://USER@HOST:PORT/DATABASE") from None
    try:
        with psycopg.connect(file.url, connect_timeout=SECONDS_TO_CONNECT, client_encoding="UTF8") as connection:
            connection.read_only = True
            for kind in psycopg.adapters.types:
                connection.adapters.register_loader(kind.oid, TextLoader)
            connection.execute("set time zone 'UTC'")
            connection.execute("set datestyle to ISO")
            with connection.cursor(name="voronka") as cursor:
                cursor.itersize = AT_ONCE
                cursor.execute(query.encode())
                yield [column.name for column in cursor.description or ()]
                yield from cursor
    except (psycopg.Error, UnicodeError) as error:
        raise DatabaseError(str(error)) from None


def _sqlite(file: File, query: str) -> Rows:
    """Opened for reading; a statement that does anything else is refused before it runs."""
    with closing(sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.set_authorizer(_reading_only)
        cursor = connection.execute(query)
        yield [column[0] for column in cursor.description or ()]
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _reading_only(action: int, *_: str | None) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _duckdb(file: File, query: str) -> Rows:
    """Opened for reading, and shut off from files and the network before the query runs."""
    with Engine(file.path, memory="1GB", read_only=True) as engine:
        engine.lock_down()
        inner = f"(\n{query}\n)"
        names = list(engine.columns(inner))
        yield names
        yield from engine.stream(f"select columns(*)::varchar from {inner}", AT_ONCE)


def databases(found: Iterable[File]) -> bool:
    """Whether any of the files is a database."""
    return any(file.kind in ("postgresql", "sqlite", "duckdb") for file in found)
