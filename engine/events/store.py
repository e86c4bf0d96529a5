"""The store: what has been imported, with which fingerprint; an older or alien one is rebuilt."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from engine.definitions.source import Source
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.report import (
    Diagnosis,
    KeyMatches,
    Links,
    Merged,
    Place,
    RejectReason,
    SourceReport,
    Unmapped,
)

FORMAT = "4"
PREFIX = "source:"
SPEND = "spend"
"""What the table of `spend:` is called among the sources."""
TOGETHER = "together"
"""The key of what the cases of several sources were made of; nothing where they are to be made anew."""


def totals_name(position: int) -> str:
    """What a table of `reconcile:` is called among the sources."""
    return f"reconcile {position + 1}"


def open_store(engine: Engine) -> None:
    """Make `main.meta` and `main.imports`; empty a store of another format or another DuckDB (its hash may differ).

    What the last audit of a large log kept here is dropped: every audit makes its own.
    """
    engine.execute("create table if not exists main.meta (key varchar, value varchar)")
    version = f"{FORMAT} {engine.row('select version()')[0]}"
    held = engine.rows("select value from main.meta where key = 'store_format'")
    if held != [(version,)]:
        for schema in _schemas(engine):
            engine.execute(f"drop schema {quote(schema)} cascade")
        engine.execute("drop table if exists main.imports")
        engine.execute("delete from main.meta where key = 'store_format'")
        engine.execute("insert into main.meta values ('store_format', $version)", {"version": version})
    engine.execute("create table if not exists main.imports (source varchar, fingerprint varchar, report varchar)")
    for (table,) in engine.rows(_LEFT):
        engine.execute(f"drop table main.{quote(str(table))}")


# The tables of an audit have a colon in their names (`PROCESS:cases`); what stays from one to the next has none.
_LEFT = """
select table_name
from duckdb_tables()
where database_name = current_database()
  and schema_name = 'main'
  and not temporary
  and table_name like '%:%'"""


def _schemas(engine: Engine) -> list[str]:
    rows = engine.rows(
        "select distinct schema_name from information_schema.schemata where catalog_name = current_database()"
    )
    return sorted(str(row[0]) for row in rows if str(row[0]).startswith(PREFIX))


def drop_others(engine: Engine, names: Iterable[str]) -> None:
    """Forget sources that are no longer declared."""
    kept = set(names)
    for schema in _schemas(engine):
        if schema.removeprefix(PREFIX) not in kept:
            engine.execute(f"drop schema {quote(schema)} cascade")
    for row in engine.rows("select source from main.imports"):
        if row[0] not in kept:
            engine.execute("delete from main.imports where source = $name", {"name": str(row[0])})


def begin(engine: Engine, name: str) -> None:
    """An empty schema for a source."""
    engine.execute(f"drop schema if exists {quote(PREFIX + name)} cascade")
    engine.execute(f"create schema {quote(PREFIX + name)}")
    engine.execute("delete from main.imports where source = $name", {"name": name})
    note(engine, TOGETHER, "")


def begin_again(engine: Engine, name: str) -> None:
    """Drop what this transaction has made of a source; DuckDB 2.0 would not commit it with its schema dropped."""
    schema = PREFIX + name
    for kind in ("view", "table"):
        sql = f"select {kind}_name from duckdb_{kind}s() where schema_name = $schema"
        for (made,) in engine.rows(sql, {"schema": schema}):
            engine.execute(f"drop {kind} {quote(schema)}.{quote(str(made))}")


def remember(engine: Engine, name: str, fingerprint: str, report: SourceReport) -> None:
    """Note what was imported."""
    values = {"name": name, "fingerprint": fingerprint, "report": _text(report)}
    engine.execute("insert into main.imports values ($name, $fingerprint, $report)", values)


def _text(report: SourceReport) -> str:
    return json.dumps(dataclasses.asdict(report), default=_iso, ensure_ascii=False, sort_keys=True)


def replace_report(engine: Engine, report: SourceReport) -> None:
    """Say more of a source that is there."""
    values = {"name": report.name, "report": _text(report)}
    engine.execute("update main.imports set report = $report where source = $name", values)


def fingerprints(engine: Engine) -> tuple[tuple[str, str], ...]:
    """What every source was imported from, by name."""
    rows = engine.rows("select source, fingerprint from main.imports order by source")
    return tuple((str(name), str(fingerprint)) for name, fingerprint in rows)


def noted(engine: Engine, key: str) -> str | None:
    """What was noted under a key of `main.meta`."""
    rows = engine.rows("select value from main.meta where key = $key", {"key": key})
    return str(rows[0][0]) if rows else None


def note(engine: Engine, key: str, value: str) -> None:
    """Note something of the store as a whole."""
    engine.execute("delete from main.meta where key = $key", {"key": key})
    engine.execute("insert into main.meta values ($key, $value)", {"key": key, "value": value})


def imported(engine: Engine, name: str) -> bool:
    """Whether a source of that name was imported, from whatever files."""
    return bool(engine.rows("select 1 from main.imports where source = $name", {"name": name}))


def remembered(engine: Engine, name: str, fingerprint: str) -> SourceReport | None:
    """The report of an earlier import of the same files by the same definition."""
    rows = engine.rows(
        "select report from main.imports where source = $name and fingerprint = $fingerprint",
        {"name": name, "fingerprint": fingerprint},
    )
    return _report(str(rows[0][0])) if rows else None


def stored_reports(engine: Engine) -> tuple[SourceReport, ...]:
    """What the last import said of each source, by name; () where nothing was imported yet."""
    if not engine.exists("main", "imports"):
        return ()
    return tuple(_report(str(row[0])) for row in engine.rows("select report from main.imports order by source"))


def fingerprint(source: Source, around: Iterable[str], hashes: Iterable[str]) -> str:
    """Of the bytes of the files, the definition of the source and whatever else decides what it gives."""
    parts = (FORMAT, repr(source), *around, *hashes)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _report(text: str) -> SourceReport:
    data = json.loads(text)
    for name in ("path", "sha256", "fidelity", "notes", "personal"):
        data[name] = tuple(data[name])
    for name in ("first", "last", "exported_at"):
        data[name] = datetime.fromisoformat(data[name]) if data[name] else None
    data["taken"] = tuple(datetime.fromisoformat(moment) for moment in data["taken"])
    data["reject_reasons"] = tuple(
        RejectReason(**{**reason, "first": Place(**reason["first"])}) for reason in data["reject_reasons"]
    )
    data["unmapped"] = tuple(Unmapped(**unmapped) for unmapped in data["unmapped"])
    data["diagnoses"] = tuple(Diagnosis(**{**one, "lines": tuple(one["lines"])}) for one in data["diagnoses"])
    data["merged"] = Merged(**data["merged"]) if data["merged"] else None
    if links := data["links"]:
        data["links"] = Links(**{**links, "by_key": tuple(KeyMatches(**found) for found in links["by_key"])})
    return SourceReport(**data)
