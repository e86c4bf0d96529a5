"""Shape `snapshot`: what one or several saved states of the cases tell of their moves, and what they do not."""

from datetime import datetime

from engine.definitions.process import Process
from tests import logs

from .conftest import Workspace, adds_up

SALE: Process = logs.process("""
process: sale
initial: new
states: [{name: new}, {name: called}, {name: won, final: true, outcome: won}]
happy_path: [new, called, won]
transitions: [{trigger: call, source: new, dest: called}, {trigger: pay, source: called, dest: won}]
""")
ONE = "- {name: s, process: sale, path: a.csv, shape: snapshot, case: id, activity: stage, created: made%s}"
MANY = "- {name: s, process: sale, path: 'a-*.csv', shape: snapshot, case: id, activity: stage, created: made%s}"


def moves(workspace: Workspace) -> list[tuple[object, ...]]:
    """case, state, time, whether only the day is known."""
    return workspace.events("case_id, state, happened_at, day_only")


def test_one_snapshot_dates_what_it_declares(workspace: Workspace) -> None:
    """created is the start, closed the end, changed the entry into the current stage."""
    workspace.write(
        "a.csv",
        "id,stage,made,moved,done\n"
        "1,new,2026-03-01 10:00,,\n"
        "2,called,2026-03-01 11:00,2026-03-04 12:00,\n"
        "3,won,2026-03-02 09:00,2026-03-05 09:30,2026-03-05 09:00\n",
    )
    report = workspace.one(ONE % ", changed: moved, closed: done, exported_at: 2026-03-10T18:00", processes=(SALE,))
    assert moves(workspace) == [
        ("1", "new", datetime(2026, 3, 1, 10), False),
        ("2", "new", datetime(2026, 3, 1, 11), False),
        ("2", "called", datetime(2026, 3, 4, 12), False),
        ("3", "new", datetime(2026, 3, 2, 9), False),
        ("3", "won", datetime(2026, 3, 5, 9), False),
    ]
    assert report.fidelity == ("outcome", "current_stage", "age", "closing_time", "stage_entry")
    assert report.last == datetime(2026, 3, 10, 18)
    assert adds_up(report)


def test_a_case_that_stands_where_it_began_began_when_it_was_created(workspace: Workspace) -> None:
    """A later change of the row is no entry into the initial state."""
    workspace.write("a.csv", "id,stage,made,moved\n1,new,2026-03-01 10:00,2026-03-08 10:00\n")
    workspace.one(ONE % ", changed: moved, exported_at: 2026-03-10T18:00", processes=(SALE,))
    assert moves(workspace) == [("1", "new", datetime(2026, 3, 1, 10), False)]


def test_a_date_may_stand_in_two_columns(workspace: Workspace) -> None:
    """A day and a clock are one time, as in `at`."""
    workspace.write("a.csv", "id,stage,day,clock\n1,new,2026-03-01,10:30\n")
    source = ONE.replace("made%s", "[day, clock], exported_at: 2026-03-10T18:00")
    report = workspace.one(source, processes=(SALE,))
    assert moves(workspace) == [("1", "new", datetime(2026, 3, 1, 10, 30), False)]
    assert adds_up(report)


def test_what_has_no_date_was_seen_by_the_snapshot(workspace: Workspace) -> None:
    """Without a date an entry is only known to lie before the snapshot: a day, not a time."""
    workspace.write("a.csv", "id,stage,made\n1,called,2026-03-01 10:00\n")
    workspace.one(ONE % ", taken: {date: 2026-03-10T18:00}", processes=(SALE,))
    assert moves(workspace) == [
        ("1", "new", datetime(2026, 3, 1, 10), False),
        ("1", "called", datetime(2026, 3, 10, 18), True),
    ]


def test_moves_lie_between_snapshots(workspace: Workspace) -> None:
    """A stage that changed stands at the later snapshot; one that did not is no move; who is gone is counted."""
    workspace.write("a-2026-03-01.csv", "id,stage,made\n1,new,2026-03-01\n2,new,2026-03-01\n")
    workspace.write("a-2026-03-08.csv", "id,stage,made\n1,called,2026-03-01\n2,new,2026-03-01\n3,new,2026-03-05\n")
    workspace.write("a-2026-03-15.csv", "id,stage,made\n1,won,2026-03-01\n3,new,2026-03-05\n")
    report = workspace.one(MANY % ', taken: {file: "a-%Y-%m-%d.csv"}', processes=(SALE,))
    assert moves(workspace) == [
        ("1", "new", datetime(2026, 3, 1), True),
        ("1", "called", datetime(2026, 3, 8, 23, 59), True),
        ("1", "won", datetime(2026, 3, 15, 23, 59), True),
        ("2", "new", datetime(2026, 3, 1), True),
        ("3", "new", datetime(2026, 3, 5), True),
    ]
    assert [f"{moment:%m-%d}" for moment in report.taken] == ["03-01", "03-08", "03-15"]
    assert report.vanished == 1
    assert (report.rows, report.used) == (7, 7)


def test_a_date_between_two_snapshots_is_taken(workspace: Workspace) -> None:
    """`closed` that lies between the snapshots dates the end exactly; one from before the last sight does not."""
    workspace.write(
        "a.csv",
        "id,stage,made,done,seen\n"
        "1,new,2026-03-01 10:00,,2026-03-08 20:00\n1,won,2026-03-01 10:00,2026-03-12 15:00,2026-03-15 20:00\n"
        "2,new,2026-03-01 10:00,,2026-03-08 20:00\n2,won,2026-03-01 10:00,2026-03-02 15:00,2026-03-15 20:00\n",
    )
    workspace.one(ONE % ", closed: done, taken: seen", processes=(SALE,))
    ends = [row for row in moves(workspace) if row[1] == "won"]
    assert ends == [
        ("1", "won", datetime(2026, 3, 12, 15), False),
        ("2", "won", datetime(2026, 3, 15, 20), True),
    ]


def test_when_it_was_taken_must_be_known(workspace: Workspace) -> None:
    """Several files without dates are refused, as is a name that does not fit; one file may be as old as its times."""
    workspace.write("a-1.csv", "id,stage,made\n1,new,2026-03-01\n")
    workspace.write("a-2.csv", "id,stage,made\n1,won,2026-03-01\n")
    (problem,) = workspace.problems(MANY % "", processes=(SALE,))
    assert problem.code == "no-taken"
    assert {p.code for p in workspace.problems(MANY % ', taken: {file: "a-%Y-%m-%d.csv"}')} == {"no-taken"}
    workspace.write("a.csv", "id,stage,made\n1,new,2026-03-01 10:00\n2,called,2026-03-03 12:00\n")
    report = workspace.one(ONE % "", processes=(SALE,))
    assert report.taken == (datetime(2026, 3, 3, 12),)
    assert any("not declared" in note for note in report.notes)


def test_unmapped_stages_and_rows_that_stand_twice(workspace: Workspace) -> None:
    """Stages are mapped like activities, by rows; of two rows of a case in one snapshot the last counts."""
    workspace.write("a.csv", "id,stage,made\n1,N,2026-03-01\n1,C,2026-03-01\n2,X,2026-03-02\n3,N,2026-03-03\n")
    report = workspace.one(ONE % ", exported_at: 2026-03-10, states: {N: new, C: called}", processes=(SALE,))
    assert (report.used, report.duplicates, round(report.mapped_share, 2)) == (3, 1, 0.67)
    assert [one.activity for one in report.unmapped] == ["X"]
    assert [row[1] for row in moves(workspace) if row[0] == "1"] == ["new", "called"]
    assert adds_up(report)


def test_planned_times_do_not_stretch_the_log(workspace: Workspace) -> None:
    """A visit that is planned for next month is no error, and the log was not watched until then."""
    workspace.write("a.csv", "id,stage,made,visit\n1,new,2026-03-01 10:00,2026-04-20 12:00\n2,new,2026-03-02 10:00,\n")
    source = "- {name: s, process: sale, path: a.csv, shape: milestones, case: id, planned: [visit],"
    report = workspace.one(
        source + " milestones: {new: made, called: visit}}", processes=(SALE,), now=datetime(2026, 3, 5)
    )
    assert (report.rejected, report.last) == (0, datetime(2026, 3, 2, 10))
    assert workspace.one(source + " milestones: {new: made, called: visit}}", processes=(SALE,)).last == report.last
