"""Shape `milestones`: a row is a case; several columns a stamp; the last file's row wins."""

from datetime import datetime

from .conftest import Workspace, adds_up

CALLS = """day\tid\tin\tq1\tq2\ts1\ts2\tresult
990201\t1\t23:59:50\t23:59:55\t0:00:10\t0:00:10\t0:05:00\tAGENT
990202\t2\t10:00:00\t0:00:00\t0:00:00\t0:00:00\t0:00:00\tHANG
990202\t3\t10:00:00\t9:59:58\t10:01:00\t0:00:00\t0:00:00\tHANG
990202\t4\t0:00:00\t0:00:00\t0:00:00\t0:00:00\t0:00:00\tHANG
990202\t5\t10:00:00\t10:00:00\t10:00:61\t0:00:00\t0:00:00\tHANG
"""
SOURCE = """
- name: s
  process: phone
  path: a.csv
  case: [day, id]
  empty: ["0:00:00"]
  format: "%y%m%d %H:%M:%S"
  next_day: 12h
  milestones:
    ringing: [day, in]
    queued: {at: [day, q1], leave: [day, q2]}
    answered: {at: [day, s1], leave: [day, s2], where: "result == 'AGENT'"}
    hung_up: {at: [day, q2], else: [[day, in]], where: "result == 'HANG'"}
"""


def test_clocks_beside_a_date(workspace: Workspace) -> None:
    """Date and clock make a stamp; a clock far back is the next day's; `leave`, `else`, `where` and `empty` hold."""
    workspace.write("a.csv", CALLS)
    report = workspace.one(SOURCE)
    rows = workspace.events("case_id, state, happened_at, left_at")
    assert rows[:3] == [
        ("990201/1", "ringing", datetime(1999, 2, 1, 23, 59, 50), None),
        ("990201/1", "queued", datetime(1999, 2, 1, 23, 59, 55), datetime(1999, 2, 2, 0, 0, 10)),
        ("990201/1", "answered", datetime(1999, 2, 2, 0, 0, 10), datetime(1999, 2, 2, 0, 5)),
    ]
    assert rows[3:] == [
        ("990202/2", "hung_up", datetime(1999, 2, 2, 10), None),
        ("990202/2", "ringing", datetime(1999, 2, 2, 10), None),
        ("990202/3", "queued", datetime(1999, 2, 2, 9, 59, 58), datetime(1999, 2, 2, 10, 1)),
        ("990202/3", "ringing", datetime(1999, 2, 2, 10), None),
        ("990202/3", "hung_up", datetime(1999, 2, 2, 10, 1), None),
    ]
    assert adds_up(report)
    assert {reason.code: reason.first.line for reason in report.reject_reasons} == {"no-time": 5, "time": 6}
    assert "1 rows pass midnight: later clocks were taken as the next day's" in report.notes


def test_the_last_files_row_wins(workspace: Workspace) -> None:
    """A case in two files is what the later file says; equal rows of one file are one; different ones stay."""
    workspace.write("d1.csv", "id,in,won,who\n1,2026-02-01,,Anna\n2,2026-02-01,2026-02-02,Anna\n")
    workspace.write(
        "d2.csv", "id,in,won,who\n1,2026-02-01,2026-02-09,Boris\n1,2026-02-01,2026-02-09,Boris\n3,2026-02-03,,\n"
    )
    report = workspace.one("""
        - {name: s, process: p, path: d*.csv, case: id, milestones: {new: in, won: won}, attributes: {manager: who}}
        """)
    assert workspace.events("case_id, state, happened_at") == [
        ("1", "new", datetime(2026, 2, 1)),
        ("1", "won", datetime(2026, 2, 9)),
        ("2", "new", datetime(2026, 2, 1)),
        ("2", "won", datetime(2026, 2, 2)),
        ("3", "new", datetime(2026, 2, 3)),
    ]
    assert workspace.cases("case_id, a_manager") == [("1", "Boris"), ("2", "Anna"), ("3", None)]
    assert (report.rows, report.used, report.duplicates) == (5, 3, 2)


def test_planned_times_may_lie_ahead(workspace: Workspace) -> None:
    """A visit agreed for next week is no mistake where it is declared; elsewhere the row is rejected as future."""
    workspace.write("a.csv", "id,in,visit\n1,2026-02-01,2026-02-20\n")
    source = (
        "- {name: s, process: p, path: a.csv, case: id, exported_at: 2026-02-10, milestones: {new: in, visit: visit}%s}"
    )
    assert workspace.problems(source % "")[0].code == "all-rejected"
    report = workspace.one(source % ", planned: [visit]")
    assert (report.events, report.last) == (2, datetime(2026, 2, 1))


def test_a_join_adds_columns(workspace: Workspace) -> None:
    """`one` is a promise that is checked; `first` and `last` choose; rows without a match keep their own columns."""
    workspace.write("a.csv", "id,in\n1,2026-02-01\n2,2026-02-01\n")
    workspace.write("b.csv", "deal;won\n1;05.02.2026\n1;06.02.2026\n7;06.02.2026\n")
    source = """
    - name: s
      process: p
      path: a.csv
      case: id
      milestones: {new: in, won: won}
      join: [{path: b.csv, on: {id: deal}, rows: %s}]
    """
    (problem,) = workspace.problems(source % "one")
    assert (problem.code, problem.where.line) == ("join-many", 10)
    for rows, day in (("first", 5), ("last", 6)):
        report = workspace.one(source % rows)
        won = [row for row in workspace.events("case_id, state, happened_at") if row[1] == "won"]
        assert won == [("1", "won", datetime(2026, 2, day))]
        assert report.path == ("a.csv", "b.csv")
    (problem,) = workspace.problems((source % "one").replace("deal", "dael"))
    assert (problem.code, problem.hint) == ("missing-column", "did you mean `deal`?")
