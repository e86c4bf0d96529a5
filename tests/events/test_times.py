"""Times: formats found for whole columns, zones, clock changes, days without a clock, future and absurd times."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.engines.duckdb import Engine
from engine.events import zones

from .conftest import Workspace, adds_up


def times(workspace: Workspace, events: str, *stamps: str, zone: str = "UTC", more: str = "") -> list[object]:
    """The times that come out of a column."""
    rows = "".join(f"{number:02};x{number};{stamp}\n" for number, stamp in enumerate(stamps))
    workspace.write("a.csv", "id;what;when\n" + rows)
    workspace.one(events.format(path="a.csv") + more, zone=zone)
    return [row[0] for row in workspace.events("happened_at")]


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-12-31 18:05:00",
        "2026-12-31T18:05",
        "2026-12-31T18:05:00.000",
        "31.12.2026 18:05:00",
        "31.12.2026 18:05",
        "31.12.2026, 18:05",
        "31.12.26 18:05",
        "31/12/2026 18:05",
        "12/31/2026 18:05",
        "12/31/2026 6:05 PM",
        "31-12-2026 18:05",
        "2026/12/31 18:05:00",
        "20261231180500",
        "2026-12-31T21:05:00+03:00",
        "2026-12-31 21:05:00+0300",
        "2026-12-31T18:05:00Z",
        "1798740300",
        "1798740300000",
        "31 декабря 2026 г. 18:05",
        "31 дек. 2026, 18:05:00",
        "31\u00a0Декабря 2026 в 18:05",
        "Dec 31, 2026 6:05 PM",
        "December 31, 2026, 18:05",
        "31 Dec 2026 18:05:00",
        "31-Dec-2026 at 6:05 PM",
        "Dec 31, 2026, 6:05:00\u202fPM",
    ],
)
def test_common_forms_are_detected(workspace: Workspace, events: str, stamp: str) -> None:
    """Every common way to write a time is read without being declared; an offset makes it absolute."""
    assert times(workspace, events, stamp) == [datetime(2026, 12, 31, 18, 5)]


def test_one_form_for_the_whole_column(workspace: Workspace, events: str) -> None:
    """05/03 is March where another row has a 25th day first, and May where a 25th stands second; doubt is noted."""
    assert times(workspace, events, "05/03/2026 10:00", "25/03/2026 10:00")[0] == datetime(2026, 3, 5, 10)
    assert times(workspace, events, "05/03/2026 10:00", "05/25/2026 10:00")[0] == datetime(2026, 5, 3, 10)
    workspace.write("a.csv", "id;what;when\n1;x;05/03/2026 10:00\n")
    report = workspace.one(events.format(path="a.csv"))
    assert any("month comes first" in note for note in report.notes)


def test_days_without_a_clock_are_local_midnights(workspace: Workspace, events: str) -> None:
    """A date alone is `day_only`, at local midnight; in a column of dotted times each row for itself."""
    assert times(workspace, events, "01.07.2026", "01.07.2026 10:00", zone="Europe/Moscow") == [
        datetime(2026, 6, 30, 21),
        datetime(2026, 7, 1, 7),
    ]
    assert workspace.events("day_only") == [(True,), (False,)]


def test_another_format_from_the_middle_of_a_large_file(workspace: Workspace, events: str) -> None:
    """What is written otherwise further down is seen before anything is read: the file is read once, as text."""
    minutes = (datetime(2026, 1, 1) + timedelta(minutes=n) for n in range(60_000))
    rows = (f"{n % 500};x;{at:%d.%m.%Y %H:%M}{':00' if n < 30_000 else ''}\n" for n, at in enumerate(minutes))
    workspace.write("a.csv", "id;what;when\n" + "".join(rows))
    with Engine() as engine:
        engine.journal = []
        report = workspace.one(events.format(path="a.csv"), engine=engine)
        assert sum('temp table "voronka raw"' in statement for statement in engine.journal) == 1
    assert (report.used, report.rejected, report.last) == (60_000, 0, datetime(2026, 2, 11, 15, 59))


ISO, DOTTED, DAYS = "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %-H:%M", "%d.%m.%Y"


@pytest.mark.parametrize(
    ("usual", "odd", "becomes"),
    [
        (ISO, "2026-2-6 9:05:07", ""),
        (ISO, " 2026-02-16 10:00:00 ", ""),
        (ISO, '"2026-02-16 10:00:00"', ""),
        (ISO, "2026-02-16T10:00:00", ""),
        (ISO, "2026-02-16 10:00:00.5", ""),
        (ISO, "2026-02-16", ""),
        (ISO, "2026-02-30 10:00:00", "time"),
        (ISO, "16.02.2026 10:00:00", "time"),
        (ISO, "infinity", "time"),
        (ISO, "26-02-16 10:00:00", "time"),
        (ISO, "0001-01-01 00:00:00", "impossible"),
        (ISO, "-", "time"),
        (ISO, "   ", "no-time"),
        (ISO, "", "no-time"),
        (DOTTED, "16.2.2026 09:05", ""),
        (DOTTED, "16.02.2026 9:05:07", ""),
        (DOTTED, "16.02.2026", ""),
        (DOTTED, "30.02.2026 9:05", "time"),
        (DOTTED, "2026-02-16 10:00:00", "time"),
        (DOTTED, "01.01.0001 0:00", "impossible"),
        (DAYS, "16.02.2026 9:05", ""),
        (DAYS, "16.02.26", "time"),
    ],
)
@pytest.mark.parametrize("files", [1, 2])
def test_one_odd_time_far_down_a_file(
    workspace: Workspace, events: str, usual: str, odd: str, becomes: str, files: int
) -> None:
    """What is read as times, because the first of them are usual, says the same of a later cell as if it came first."""
    days = [datetime(2026, 1, number % 28 + 1, number % 24, 30) for number in range(90)]
    rows = [f"{number:02};x;{day.strftime(usual)}\n" for number, day in enumerate(days)]
    told = []
    for text in ([f"odd;x;{odd}\n", *rows], [*rows, f"odd;x;{odd}\n"]):
        workspace.write("a.csv", "id;what;when\n" + "".join(text))
        if files > 1:
            workspace.write("b.csv", f"id;what;when\nb;x;{days[0].strftime(usual)}\n")
        report = workspace.one(events.format(path="[a.csv, b.csv]" if files > 1 else "a.csv"), zone="Europe/Moscow")
        assert adds_up(report)
        reasons = [(reason.code, reason.message) for reason in report.reject_reasons]
        told.append((reasons, workspace.events("case_id, happened_at, day_only"), report.used, report.first))
    assert told[0] == told[1]
    assert [code for code, _ in told[0][0]] == ([becomes] if becomes else [])


@pytest.mark.parametrize(
    ("usual", "name"), [(ISO, "ISO 8601"), (DOTTED, "%d.%m.%Y %H:%M:%S"), (DAYS, "%d.%m.%Y %H:%M:%S")]
)
@pytest.mark.parametrize("declared", [False, True])
def test_a_column_of_one_format(workspace: Workspace, events: str, usual: str, name: str, declared: bool) -> None:
    """Read as times or as texts, declared or not, it says the same; a rejected time stands as the file has it."""
    days = [datetime(2026, 1, 1 + number, number % 24, 30) for number in range(20)]
    written = [day.strftime(usual) for day in days]
    declaration = usual.replace("%-", "%")
    more = f'\n  exported_at: 2026-01-15\n  format: "{declaration}"' if declared else "\n  exported_at: 2026-01-15"
    workspace.write("a.csv", "id;what;when\n" + "".join(f"{n:02};x;{text}\n" for n, text in enumerate(written)))
    report = workspace.one(events.format(path="a.csv") + more)
    found = [row[0] for row in workspace.events("happened_at")]
    assert found == [datetime.strptime(text, declaration) for text in written[: len(found)]]
    assert 10 < len(found) < 20
    assert f"`when`: {declaration if declared else name}" in report.notes
    assert report.reject_reasons[0].message.endswith(f"`{written[len(found)]}`")
    assert {row[0] for row in workspace.events("day_only")} == {usual == DAYS}


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York", "Etc/GMT+5", "UTC"])
@pytest.mark.parametrize("stamp", ["{}-12-31 23:59:59", "31.12.{} 23:59:59"])
def test_years_of_no_date(workspace: Workspace, events: str, zone: str, stamp: str) -> None:
    """The first and the last year that there is stand for no date: their rows are rejected, the others read as ever."""
    usual = stamp.format("2025")
    assert len(times(workspace, events, usual, stamp.format("0001"), zone=zone)) == 1
    assert len(times(workspace, events, usual, stamp.format("9999"), zone=zone)) == 1


def test_a_marker_of_emptiness_may_be_a_time(workspace: Workspace, events: str) -> None:
    """A time that stands for none is none, however usual it is written."""
    assert times(
        workspace, events, "2026-02-16 10:00:00", "2000-01-01 00:00:00", more='\n  empty: ["2000-01-01 00:00:00"]'
    ) == [datetime(2026, 2, 16, 10)]


def test_values_that_fit_no_form_are_rejected(workspace: Workspace, events: str) -> None:
    """One bad value is a rejected row with line and column; a whole column of them is one problem with samples."""
    workspace.write("a.csv", "id;what;when\n1;x;01.02.2026\n2;x;31.02.2026\n")
    report = workspace.one(events.format(path="a.csv"))
    assert adds_up(report)
    assert (report.rejected, report.reject_reasons[0].code, report.reject_reasons[0].first.line) == (1, "time", 3)
    workspace.write("a.csv", "id;what;when\n1;x;soon\n2;x;later\n")
    (problem,) = workspace.problems(events.format(path="a.csv"))
    assert problem.code == "bad-times"
    assert "`later`, `soon`" in problem.message
    assert (problem.where.line, problem.where.column) == (10, 9)


def test_declared_formats(workspace: Workspace, events: str) -> None:
    """The first declared format that fits the whole column; what is no format is a problem at its place."""
    more = '  format: ["%Y-%m-%d", "%y%m%d %H%M"]\n'
    assert times(workspace, events, "990201 0702", more=more) == [datetime(1999, 2, 1, 7, 2)]
    (problem,) = workspace.problems(events.format(path="a.csv") + '  format: "%d.%m.%Q"\n')
    assert problem.code == "bad-format"


def test_hours_of_a_clock_change_are_read_the_same_way_always(workspace: Workspace, events: str) -> None:
    """Berlin: 02:30 never happens on 29 March, twice on 25 October 2026; both go by the old offset, and are noted."""
    found = times(workspace, events, "2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 03:30", zone="Europe/Berlin")
    assert found == [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 2, 30)]
    report = workspace.one(events.format(path="a.csv"), zone="Europe/Berlin")
    assert any("2 times in an hour that the clock change repeats or skips" in note for note in report.notes)


ENGINE = Engine()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    name=st.sampled_from(["Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    moments=st.lists(st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=5),
)
def test_zones_agree_with_the_standard_library(name: str, moments: list[datetime]) -> None:
    """Local times become the UTC that `zoneinfo` gives with fold=0, in gaps and overlaps too."""
    zone = ZoneInfo(name)
    sql = zones.to_utc("t", zone, min(moments), max(moments))
    for moment in moments:
        (found,) = ENGINE.row(f"select {sql} from (select $t::timestamp as t)", {"t": moment})
        offset = moment.replace(tzinfo=zone).utcoffset()
        assert offset is not None
        assert found == moment - offset


def test_times_after_the_export_are_rejected(workspace: Workspace, events: str) -> None:
    """After `exported_at` (or now) and before 1990 nothing has happened; `last` does not see them; `planned` may be."""
    workspace.write("a.csv", "id;what;when\n1;x;2026-02-01\n1;y;2027-02-01\n1;z;1970-01-01\n")
    exported = events.format(path="a.csv") + "  exported_at: 2026-03-01T00:00\n"
    for report in (
        workspace.one(exported),
        workspace.one(events.format(path="a.csv"), now=datetime(2026, 3, 1)),
    ):
        assert adds_up(report)
        assert {reason.code for reason in report.reject_reasons} == {"future", "impossible"}
        assert report.last == datetime(2026, 2, 1)
    report = workspace.one(exported + "  planned: when\n")
    assert (report.used, report.last) == (2, datetime(2026, 2, 1))


def test_a_later_now_takes_up_what_was_future(workspace: Workspace, events: str) -> None:
    """Rows rejected as future come in on a later day although the file has not changed."""
    workspace.write("a.csv", "id;what;when\n1;x;2026-02-01\n1;y;2026-02-03\n")
    source = events.format(path="a.csv")
    assert workspace.one(source, now=datetime(2026, 2, 2)).events == 1
    assert workspace.one(source, now=datetime(2026, 2, 2) + timedelta(days=2)).events == 2


def test_an_unknown_zone_is_a_problem(workspace: Workspace, events: str) -> None:
    """A time zone that does not exist is said at its place."""
    workspace.write("a.csv", "id;what;when\n1;x;2026-02-01\n")
    (problem,) = workspace.problems(events.format(path="a.csv") + "  time_zone: Europe/Moskow\n")
    assert problem.code == "time-zone"
