"""Shape `counts`: totals by period, in long and wide form; the last file wins, no row is lost, no case is made."""

from datetime import datetime

import pytest

from engine.definitions.process import Process
from tests import logs

from .conftest import Workspace, adds_up

SHOP: Process = logs.process("process: shop\ncounters: [visitors, {name: receipts, title: Чеки}, revenue]\n")
WIDE = "- {name: s, process: shop, path: '*.csv', period: day, counters: {visitors: in, revenue: sum}}"


def values(workspace: Workspace) -> list[tuple[object, ...]]:
    """Everything in the table, by period and counter."""
    return workspace.engine.rows(
        'select period_start, channel, counter, value from "source:s".counts order by period_start, channel, counter'
    )


def test_a_column_for_each_counter(workspace: Workspace) -> None:
    """Numbers as people write them; an empty cell is no value; no case and no event comes of a total."""
    workspace.write("a.csv", 'day;in;sum\n01.03.2026;120;"1 200,50"\n02.03.2026;98;\n')
    report = workspace.one(WIDE, processes=(SHOP,))
    assert values(workspace) == [
        (datetime(2026, 3, 1), None, "revenue", 1200.5),
        (datetime(2026, 3, 1), None, "visitors", 120.0),
        (datetime(2026, 3, 2), None, "visitors", 98.0),
    ]
    assert (report.cases, report.events, report.fidelity) == (0, 3, ("ratios", "trends"))
    assert (report.first, report.last) == (datetime(2026, 3, 1), datetime(2026, 3, 3))
    assert adds_up(report)


def test_a_column_that_names_the_counter(workspace: Workspace) -> None:
    """Names are taken as they are or as `counters` calls them; what the process does not count is listed, not lost."""
    workspace.write(
        "a.csv",
        "month,door,what,n\n2026-02,1,Вошло,10\n2026-03,1,Вошло,20\n2026-03,2,receipts,5\n2026-03,2,visitrs,7\n",
    )
    report = workspace.one(
        "- {name: s, process: shop, path: a.csv, period: month, channel: door, counter: what, value: n,"
        " counters: {visitors: Вошло}}",
        processes=(SHOP,),
    )
    assert values(workspace) == [
        (datetime(2026, 2, 1), "1", "visitors", 10.0),
        (datetime(2026, 3, 1), "1", "visitors", 20.0),
        (datetime(2026, 3, 1), "2", "receipts", 5.0),
    ]
    assert report.mapped_share == 0.75
    assert [(one.activity, one.nearest) for one in report.unmapped] == [("visitrs", "visitors")]
    assert report.last == datetime(2026, 4, 1)


def test_the_last_file_wins(workspace: Workspace) -> None:
    """A period that a later file holds again is that file's; its older row is a duplicate; rows of one file add up."""
    workspace.write("a.csv", "day,in,sum\n2026-03-01,1,10\n2026-03-02,2,20\n")
    workspace.write("b.csv", "day,in,sum\n2026-03-02,5,50\n2026-03-02,6,60\n")
    report = workspace.one(WIDE, processes=(SHOP,))
    assert [row[3] for row in values(workspace)] == [10.0, 1.0, 110.0, 11.0]
    assert (report.used, report.duplicates) == (3, 1)
    assert any("added up" in note for note in report.notes)
    assert adds_up(report)


def test_hours_and_months(workspace: Workspace) -> None:
    """A day and an hour make a period, `10:00-11:00` begins at 10; the log lasts to the end of the last day."""
    workspace.write("a.csv", "day;hour;in;sum\n01.03.2026;10:00-11:00;1;2\n01.03.2026;9;3;4\n")
    report = workspace.one(WIDE.replace("period: day", "period: [day, hour]"), processes=(SHOP,))
    assert {row[0] for row in values(workspace)} == {datetime(2026, 3, 1, 9), datetime(2026, 3, 1, 10)}
    assert report.last == datetime(2026, 3, 2)


def test_bad_rows_are_rejected_with_their_place(workspace: Workspace) -> None:
    """No period, no number, nothing at all, a day to come: each reason with its first row."""
    workspace.write(
        "a.csv", "day,in,sum\n2026-03-01,1,1\n,1,1\n2026-03-02,many,1\n2026-03-03,,\n2027-01-01,1,1\n2026-03-04,2,2\n"
    )
    report = workspace.one(WIDE, processes=(SHOP,), now=datetime(2026, 4, 1))
    found = {(reason.code, reason.first.line, reason.first.column) for reason in report.reject_reasons}
    assert found == {("no-time", 3, "day"), ("number", 4, "in"), ("no-value", 5, "in"), ("future", 6, "day")}
    assert adds_up(report)


def test_spending_is_read_like_totals(workspace: Workspace) -> None:
    """The table of `spend:` is a source of its own; its problems stand under `spend:`."""
    workspace.write("a.csv", "id,what,when\n1,x,2026-02-01\n")
    workspace.write("ads.csv", "Канал;Месяц;Расход\nads;03.2026;10 000\n;03.2026;500\n")
    source = "- {name: a, process: p, path: a.csv, case: id, activity: what, at: when}\nspend: "
    text = "{path: ads.csv, source: Канал, period: Месяц, amount: %s}"
    from engine.definitions.document import read_text
    from engine.definitions.settings import Settings
    from engine.errors import EventLogError
    from engine.events.importing import import_sources

    def run(amount: str) -> tuple[object, ...]:
        head = "format: 1\nclient: T\ntime_zone: UTC\nsources:\n"
        document = read_text(head + "  " + source + text % amount, "voronka.yaml")
        made: Settings = document.shaped(Settings)
        return import_sources(workspace.engine, made, workspace.root, document=document)

    run("Расход")
    rows = workspace.engine.rows('select channel, value from "source:spend".counts order by value')
    assert rows == [(None, 500.0), ("ads", 10000.0)]
    with pytest.raises(EventLogError) as caught:
        run("Расхо")
    assert [(p.code, p.where.line) for p in caught.value.problems] == [("missing-column", 6)]
