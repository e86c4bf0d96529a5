"""Parquet: types are kept, nothing is read row by row."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.events import stored_cases

from .conftest import Workspace, adds_up

SOURCE = """
- name: s
  process: web
  path: {path}
  case: case_id
  activity: activity
  at: "at"
  attributes: {{amount: {{column: sum, type: money}}, manager: who}}
"""


def parquet(workspace: Workspace, name: str, select: str) -> None:
    """Write a query as a file."""
    workspace.engine.execute(f"copy ({select}) to '{workspace.root / name}' (format parquet)")


def test_typed_columns_keep_their_types(workspace: Workspace) -> None:
    """Times, zoned times, dates, numbers and texts of a Parquet file need no format; empty texts are empty."""
    parquet(
        workspace,
        "a.parquet",
        """
        select 7 as case_id, 'new' as activity, timestamp '2026-07-01 10:00:00' as "at", 10.5 as sum, '' as who
        union all
        select 7, 'won', timestamp '2026-07-02 10:00:00', 20.5, 'Anna'
        """,
    )
    workspace.one(SOURCE.format(path="a.parquet"), zone="Europe/Moscow")
    assert workspace.events("case_id, state, happened_at, manager, a_amount, a_manager") == [
        ("7", "new", datetime(2026, 7, 1, 7), None, 20.5, "Anna"),
        ("7", "won", datetime(2026, 7, 2, 7), "Anna", 20.5, "Anna"),
    ]


def test_zoned_times_and_days(workspace: Workspace) -> None:
    """A zoned time is absolute whatever the zone of the workspace; a date is a whole day."""
    for name, value in (("z", "timestamptz '2026-07-01 10:00:00+05'"), ("d", "date '2026-07-01'")):
        parquet(
            workspace,
            f"{name}.parquet",
            f"select 1 as case_id, 'a' as activity, {value} as \"at\", 1 as sum, 'x' as who",
        )
        report = workspace.one(SOURCE.format(path=f"{name}.parquet"), zone="Europe/Moscow")
        expected = (datetime(2026, 7, 1, 5), False) if name == "z" else (datetime(2026, 6, 30, 21), True)
        assert workspace.events("happened_at, day_only") == [expected]
        assert ("whole_days" in report.fidelity) == (name == "d")


def test_equal_rows_across_files_are_one(workspace: Workspace) -> None:
    """Overlapping exports give every event once, in the order of the files, and the duplicates are counted."""
    rows = """
        select
            n % 50 as case_id, 'a' || n as activity, timestamp '2026-01-01' + to_minutes(n) as "at",
            n as sum, 'x' as who
        """
    parquet(workspace, "a1.parquet", f"{rows} from range(1000) t(n)")
    parquet(workspace, "a2.parquet", f"{rows} from range(900, 1500) t(n)")
    report = workspace.one(SOURCE.format(path="a*.parquet"))
    assert adds_up(report)
    assert (report.rows, report.duplicates, report.events, report.cases) == (1600, 100, 1500, 50)
    last = workspace.engine.row('select max(n) from (select count(*) n from "source:s".events group by activity)')
    assert last == (1,)


def test_rows_that_cannot_be_used_have_their_row_number(workspace: Workspace) -> None:
    """No case, no time, a time before 1990: rejected with the row of the file (from 1)."""
    parquet(
        workspace,
        "a.parquet",
        """
        select * from (values
            (1, 'a', timestamp '2026-01-01', 1, 'x'), (null, 'a', timestamp '2026-01-01', 1, 'x'),
            (1, 'a', null, 1, 'x'), (1, 'a', timestamp '1970-01-01', 1, 'x'), (1, null, timestamp '2026-01-01', 1, 'x')
        ) t(case_id, activity, "at", sum, who)
        """,
    )
    report = workspace.one(SOURCE.format(path="a.parquet"))
    assert adds_up(report)
    assert {reason.code: reason.first.line for reason in report.reject_reasons} == {
        "no-case": 2,
        "no-time": 3,
        "impossible": 4,
        "no-activity": 5,
    }
    assert report.first == datetime(2026, 1, 1)


def test_a_large_log_is_gone_through_in_parts(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases made part by part are the cases made at once."""
    rows = "select n % 50 as case_id, 'a' as activity, timestamp '2026-01-01' + to_minutes(n) as \"at\""
    parquet(workspace, "a.parquet", f"{rows}, n as sum, n as who from range(1000) t(n)")
    report = workspace.one(SOURCE.format(path="a.parquet"))
    whole = workspace.cases()
    monkeypatch.setattr(stored_cases, "PART", 100)
    assert workspace.one(SOURCE.format(path="a.parquet") + "  empty: [nothing]\n") == report
    assert workspace.cases() == whole
    assert len(whole) == 50


def test_patterns_in_folder_names_are_names(workspace: Workspace) -> None:
    """A folder called `[2026]` is found."""
    Path(workspace.root / "[2026]").mkdir()
    parquet(
        workspace, "[2026]/a.parquet", "select 1 as case_id, 'a' as activity, now() as \"at\", 1 as sum, 'x' as who"
    )
    assert workspace.one(SOURCE.format(path='"[2026]/a.parquet"')).events == 1
