"""The five real sets, imported by the workspaces beside this file: cases, rows and events as counted by hand."""

import json
from pathlib import Path

import pytest

from engine.definitions.document import read
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.events.importing import import_sources
from engine.events.report import SourceReport

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not beside this checkout")
Imported = tuple[Engine, SourceReport]


def imported(name: str) -> Imported:
    """A set in a store of its own."""
    document = read(HERE / name / "voronka.yaml", "voronka.yaml")
    settings: Settings = document.shaped(Settings)
    processes = [read(path, path.name) for path in sorted((HERE / name / "processes").glob("*.yaml"))]
    shaped: list[Process] = [process.shaped(Process) for process in processes]
    assert not [problem for one in (document, *processes) for problem in one.problems]
    engine = Engine()
    (report,) = import_sources(engine, settings, HERE / name, document=document, processes=shaped)
    assert report.rows == report.used + report.filtered + report.ignored + report.duplicates + report.rejected
    assert report.rejected == 0
    assert report.mapped_share == 1
    return engine, report


def reference(name: str) -> list[dict[str, object]]:
    """Numbers computed independently."""
    values: dict[str, list[dict[str, object]]] = json.loads(
        (DATA / "reference_values.json").read_text(encoding="utf-8")
    )
    return values[name]


def states(engine: Engine, source: str) -> dict[object, object]:
    """Cases by state they entered."""
    sql = f'select state, count(distinct case_key) from "source:{source}".events where state is not null group by 1'
    return {row[0]: row[1] for row in engine.rows(sql)}


def test_olist() -> None:
    """8,000 leads with the 842 deals joined; by origin as counted independently, the empty origin apart."""
    engine, report = imported("olist")
    assert (report.rows, report.cases, report.events) == (8000, 8000, 8842)
    assert len(report.path) == 2
    found = engine.rows("""
        select a_source, count(*), count(won.case_key)
        from "source:leads".cases
        left join (select case_key from "source:leads".events where state = 'won') won using (case_key)
        group by 1""")
    assert sorted(found) == sorted((row["origin"], row["leads"], row["won"]) for row in reference("olist"))
    assert states(engine, "leads") == {"received": 8000, "won": 842}


def test_airbnb() -> None:
    """Of 7,823 inquiries 7,219 were answered, 3,627 accepted, 2,174 booked; bands of the reply as in the reference."""
    engine, report = imported("airbnb_dublin")
    assert (report.rows, report.cases, report.events) == (7823, 7823, 20843)
    assert states(engine, "inquiries") == {"received": 7823, "replied": 7219, "accepted": 3627, "booked": 2174}
    assert str(report.last) == "2015-02-03 14:16:42"
    sql = """
        select
            case
                when replied is null then '4 no reply'
                when replied - received <= interval 1 hour then '1 <=1h'
                when replied - received <= interval 24 hour then '2 <=24h'
                else '3 >24h'
            end,
            count(*), count(accepted), count(booked)
        from (pivot (select case_key, state, happened_at from "source:inquiries".events)
              on state in ('received', 'replied', 'accepted', 'booked') using min(happened_at))
        group by 1 order by 1"""
    expected = [(row["reply"], row["n"], row["accepted"], row["booked"]) for row in reference("airbnb_dublin")]
    assert engine.rows(sql) == expected


def test_bank() -> None:
    """33,344 calls; 22 end after midnight, 16 of them while being served; hang-ups and the queue by type as counted."""
    engine, report = imported("anonymous_bank")
    assert (report.rows, report.cases, report.events) == (33344, 33344, 85024)
    assert any(note.startswith("22 rows pass midnight") for note in report.notes)
    local = "(timezone('Asia/Jerusalem', timezone('UTC', {})))::date"
    served = f"{local.format('left_at')} > {local.format('happened_at')}"
    assert engine.row(f"select count(*) from \"source:calls\".events where state = 'answered' and {served}") == (16,)
    expected = {str(row["type"]): row for row in reference("anonymous_bank_by_type")}
    sql = """
        select a_source, count(*), round(100 * avg((hung.case_key is not null)::int), 2),
            median(epoch(left_at - happened_at)) filter (a_stored_wait > 0), max(a_stored_wait)
        from "source:calls".cases c
        left join (select case_key from "source:calls".events where state = 'hung_up') hung using (case_key)
        left join (select case_key, happened_at, left_at from "source:calls".events where state = 'queued') q
            using (case_key)
        group by 1"""
    for kind, calls, hang, median, longest in engine.rows(sql):
        row = expected[str(kind)]
        assert (calls, hang, median, longest) == (row["calls"], row["hang_pct"], row["median_q_s"], row["max_q_s"])


def test_receipt() -> None:
    """1,434 permits; 1,329 closed by their `enddate`; late ones and people by channel as in the reference."""
    engine, report = imported("receipt")
    assert (report.rows, report.cases) == (8577, 1434)
    assert states(engine, "permits") == {"received": 1434, "examined": 1309, "decided": 1283, "closed": 1329}
    sql = """
        select a_source, count(*), count(*) filter (happened_at > a_deadline), count(*) - count(happened_at),
            count(distinct a_manager)
        from "source:permits".cases
        left join (select case_key, happened_at from "source:permits".events where state = 'closed') using (case_key)
        group by 1"""
    rows = reference("receipt_by_channel")
    expected = sorted((r["channel"], r["cases"], r["late"], r["no_end"], r["responsibles"]) for r in rows)
    assert sorted(engine.rows(sql)) == expected


def test_bpic2012() -> None:
    """262,200 events of 13,087 applications; cases with each of 24 activities as in the reference."""
    engine, report = imported("bpic2012")
    assert (report.rows, report.cases, report.events) == (262_200, 13_087, 111_315)
    found = engine.rows('select activity, cases from "source:loans".activities')
    expected = [(row["activity"], row["cases"]) for row in reference("bpic2012_cases_with_activity")]
    assert sorted(found) == sorted(expected)
    assert engine.row('select count(*) from "source:loans".events where manager is not null') != (0,)
