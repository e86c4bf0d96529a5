"""A case file per KPI: events in, facts out."""

from pathlib import Path
from typing import Any

import pytest

from engine.definitions.document import read
from engine.engines.duckdb import Engine
from engine.kpis.catalogue import catalogue
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from tests import logs

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
PROCESS = """
process: sale
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: quoted}
  - {name: thinking}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
  - {name: spam, final: true, outcome: void}
marks: [{name: call}, {name: missed}]
happy_path: [received, contacted, quoted, won]
transitions:
  - {trigger: reach, source: received, dest: contacted}
  - {trigger: quote, source: [contacted, thinking], dest: quoted}
  - {trigger: think, source: [contacted, quoted], dest: thinking}
  - {trigger: pay, source: quoted, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
  - {trigger: junk, source: received, dest: spam}
  - {trigger: reopen, source: lost, dest: contacted, reopens: true}
control_points:
"""
UNITS = {"seconds": 1, "hours": 3600, "days": 86400}


def load(file: Path) -> Any:
    document = read(file, file.name)
    assert not document.problems
    return document.data


def control_points(points: dict[str, dict[str, str]]) -> str:
    lines = []
    for name, keys in points.items():
        lines.append(f"  {name}:")
        lines += [f'    {key}: "{value}"' if key != "by" else f"    {key}: {value}" for key, value in keys.items()]
    return "\n".join(lines)


def number(text: str) -> float | None:
    return None if text == "none" else float(text)


def spending(rows: list[str]) -> Engine:
    """A store with what was spent, as the table of `spend:` leaves it: rows of `month source amount`."""
    engine = Engine()
    if rows:
        engine.execute('create schema "source:spend"')
        engine.execute(
            'create table "source:spend".counts '
            "(process varchar, period_start timestamp, channel varchar, counter varchar, value double)"
        )
        split = [row.split() for row in rows]
        engine.insert(
            '"source:spend".counts',
            ("process", "period_start", "channel", "counter", "value"),
            [("", f"{month}-01", source, "amount", float(amount)) for month, source, amount in split],
        )
    return engine


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_case_file(file: Path) -> None:
    """The facts of the file, and what they say of cases that are pending or skipped, come out of its events."""
    data = load(file)
    process = logs.process(PROCESS + control_points(data["control_points"]))
    unit = UNITS[data.get("unit", "seconds")]
    cases = {case: [tuple(event.split("@")) for event in events.split()] for case, events in data["cases"].items()}
    log = logs.log(
        process,
        {case: [(point, float(time)) for point, time in events] for case, events in cases.items()},
        data.get("attributes"),
        types=data.get("types"),
        until=float(data["until"]),
        unit=unit,
        workspace=logs.settings(data.get("settings", "")),
        engine=spending(data.get("spend", [])),
    )
    requests = [Request(control_point=point, by=point.by or ()) for point in process.control_points.values()]
    compute(log, requests, data.get("grain", ()))
    found = {fact.key.removeprefix("sale."): fact for fact in facts(log.engine)}
    for key, expected in data["facts"].items():
        fact = found[key]
        for name, text in expected.items():
            value = getattr(fact, name)
            wanted = text if name in ("note", "maturity") else number(text)
            assert value == (pytest.approx(wanted, abs=1e-6) if isinstance(wanted, float) else wanted), (key, name)


def test_every_kpi_has_a_case_file() -> None:
    """A KPI without events in and facts out is not in the catalogue."""
    assert {file.stem for file in FILES} == set(catalogue)
