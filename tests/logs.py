"""Small logs for tests: a process in YAML and its cases become a prepared event log, by way of the store's tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.definitions.document import read_text
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import Value, quote
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.events.report import SourceReport

START = datetime(2026, 3, 2)
"""Monday; moments given as numbers are seconds (or `unit`) after it."""

TYPES = {"number": "double", "money": "double", "time": "timestamp", "date": "date", "flag": "boolean"}
EVENT = """
process varchar, case_key ubigint, activity varchar, state varchar, mark varchar, happened_at timestamp,
day_only boolean, left_at timestamp, seq bigint, actor varchar, actor_kind varchar, manager varchar"""


def process(text: str) -> Process:
    """A process from YAML; problems fail the test."""
    document = read_text(text, "process.yaml")
    made = document.shaped(Process)
    assert not document.problems, document.problems
    assert isinstance(made, Process)
    return made


def settings(text: str = "", **more: Any) -> Settings:
    """Settings of a workspace in UTC, with more keys in YAML."""
    base = "" if "time_zone" in text else "time_zone: UTC\n"
    document = read_text(f"format: 1\nclient: Test\nlocale: en\n{base}{text}", "voronka.yaml")
    made = document.shaped(Settings)
    assert not document.problems, document.problems
    assert isinstance(made, Settings)
    return made


def moment(value: Any, unit: int = 1) -> datetime:
    """A datetime as it is; a number of `unit` seconds after START."""
    return value if isinstance(value, datetime) else START + timedelta(seconds=float(value) * unit)


def store(
    engine: Engine,
    of: Process,
    cases: Mapping[str, Sequence[Any]],
    attributes: Mapping[str, Mapping[str, Value]] | None = None,
    *,
    source: str = "log",
    types: Mapping[str, str] | None = None,
    unit: int = 1,
) -> None:
    """Write a source: an event is (point, time) or a mapping with point, time and columns of `events`."""
    schema, marks = quote(f"source:{source}"), {mark.name for mark in of.marks}
    engine.execute(f"create schema if not exists {schema}")
    engine.execute(f"create table if not exists {schema}.events ({EVENT})")
    kinds = dict(types or {})
    names = sorted({name for row in (attributes or {}).values() for name in row})
    columns = "".join(f", {quote(f'a_{name}')} {TYPES.get(kinds.get(name, 'text'), 'varchar')}" for name in names)
    engine.execute(
        f"create table if not exists {schema}.cases (process varchar, case_key ubigint, case_id varchar{columns})"
    )
    keys = {case: int(str(engine.row("select hash($case)", {"case": case})[0])) for case in cases}
    rows: list[tuple[Value, ...]] = []
    for case, events in cases.items():
        for event in events:
            given = dict(event) if isinstance(event, Mapping) else {"point": event[0], "time": event[1]}
            point = given["point"]
            is_mark = point in marks
            left = moment(given["left"], unit) if "left" in given else None
            rows.append(
                (
                    of.process, keys[case], point, None if is_mark else point, point if is_mark else None,
                    moment(given["time"], unit), bool(given.get("day_only", False)), left, len(rows),
                    given.get("actor"), given.get("actor_kind"), given.get("manager"),
                )
            )  # fmt: skip
    event_columns = tuple(part.split()[0] for part in EVENT.replace("\n", " ").split(",") if part.strip())
    engine.insert(f"{schema}.events", event_columns, rows)
    engine.insert(
        f"{schema}.cases",
        ("process", "case_key", "case_id", *(f"a_{name}" for name in names)),
        [
            (of.process, keys[case], case, *((attributes or {}).get(case, {}).get(name) for name in names))
            for case in cases
        ],
    )
    engine.execute(f"""
create or replace table {schema}.activities as
select process, activity, coalesce(state, mark) as mapped_to, count(*) as events, count(distinct case_key) as cases
from {schema}.events
group by all""")


def log(
    of: Process,
    cases: Mapping[str, Sequence[Any]],
    attributes: Mapping[str, Mapping[str, Value]] | None = None,
    *,
    until: Any = None,
    workspace: Settings | None = None,
    types: Mapping[str, str] | None = None,
    unit: int = 1,
    engine: Engine | None = None,
    **options: Any,
) -> EventLog:
    """A prepared log; `until`: observed until (default: its last event)."""
    engine = engine or Engine()
    store(engine, of, cases, attributes, types=types, unit=unit)
    exported = moment(until, unit) if until is not None else None
    as_of = options.pop("as_of", None)
    return prepare(engine, of, workspace or settings(), [report("log", exported)], as_of=as_of, **options)


def report(source: str, exported_at: datetime | None = None) -> SourceReport:
    """What importing a source would have said; only its name and when it was exported matter here."""
    return SourceReport(
        name=source, path=(f"{source}.csv",), sha256=("",), shape="events", fidelity=("everything",), rows=0, used=0,
        filtered=0, ignored=0, duplicates=0, rejected=0, cases=0, events=0, first=None, last=None,
        exported_at=exported_at, mapped_share=1.0,
    )  # fmt: skip
