"""`map`: every matching line applies; unmapped activities are listed with the nearest state."""

from engine.definitions.process import Mark, Process, State

from .conftest import Workspace, adds_up

CALLS = """id,what,when,seconds,user
1,NEW,2026-02-01 10:00,,Robot
1,CALL out,2026-02-01 10:05,0,Anna
1,CALL in,2026-02-01 10:09,45,Anna
1,SYSTEM ping,2026-02-01 10:10,,Robot
1,SYSTEM WON,2026-02-02 10:00,,Anna
2,SYSTEM ping,2026-02-02 10:00,,Anna
3,Recieved,2026-02-02 10:00,,Anna
3,50% off,2026-02-02 11:00,,Anna
"""
SOURCE = """
- name: s
  process: web
  path: a.csv
  case: id
  activity: what
  at: when
  actor: {column: user, robots: [Robot]}
  map:
    - {activity: [NEW, UC_1], state: received}
    - {activity: "CALL*", mark: call_attempt}
    - {activity: "CALL*", where: "seconds > 30", mark: talk}
    - {activity: "CALL*", where: "seconds > 30", state: contacted}
    - {activity: "SYSTEM*", ignore: true}
    - {activity: "*WON", state: won}
    - {activity: "5*%_off", state: never}
"""


def test_every_matching_line_applies(workspace: Workspace) -> None:
    """A state and two marks of a row are three events; `ignore` holds where nothing else does; % and _ are letters."""
    workspace.write("a.csv", CALLS)
    report = workspace.one(SOURCE)
    assert workspace.events("case_id, activity, state, mark, actor_kind") == [
        ("1", "NEW", "received", None, "robot"),
        ("1", "CALL out", None, "call_attempt", "person"),
        ("1", "CALL in", "contacted", None, "person"),
        ("1", "CALL in", None, "call_attempt", "person"),
        ("1", "CALL in", None, "talk", "person"),
        ("1", "SYSTEM WON", "won", None, "person"),
        ("3", "Recieved", None, None, "person"),
        ("3", "50% off", None, None, "person"),
    ]
    assert adds_up(report)
    assert (report.rows, report.used, report.ignored, report.cases) == (8, 6, 2, 2)
    assert report.mapped_share == 0.75
    assert [(u.activity, u.events, u.nearest) for u in report.unmapped] == [
        ("50% off", 1, None),
        ("Recieved", 1, "received"),
    ]


def test_activities_are_counted_ignored_ones_too(workspace: Workspace) -> None:
    """The table of activities holds every activity of the log with what became of it."""
    workspace.write("a.csv", CALLS)
    workspace.one(SOURCE)
    rows = workspace.engine.rows(
        'select activity, mapped_to, events, cases from "source:s".activities order by activity'
    )
    assert ("CALL in", "contacted", 1, 1) in rows
    assert ("SYSTEM ping", "ignored", 2, 2) in rows
    assert ("Recieved", None, 1, 1) in rows
    assert sum(int(str(row[2])) for row in rows) == 8


def test_two_states_for_one_row_are_a_problem(workspace: Workspace) -> None:
    """An event has at most one state: lines that give it two are named."""
    workspace.write("a.csv", CALLS)
    (problem,) = workspace.problems(SOURCE + '    - {activity: "N*", state: other}\n')
    assert (problem.code, "`NEW`" in problem.message) == ("two-states", True)


def test_states_is_short_for_map(workspace: Workspace) -> None:
    """`states: {NEW: received}` maps as a line of `map` does."""
    workspace.write("a.csv", CALLS)
    head = SOURCE.split("  map:")[0]
    report = workspace.one(head + "  states: {NEW: received, Recieved: received}\n")
    assert workspace.events("state, count(*) over ()")[0] == ("received", 8)
    assert report.mapped_share == 0.25


def test_an_activity_column_may_hold_state_names(workspace: Workspace, events: str) -> None:
    """Without `map` the activity is the state; where the process is known, the rest is unmapped."""
    workspace.write("a.csv", "id,what,when\n1,received,2026-02-01\n1,call,2026-02-02\n1,Won,2026-02-03\n")
    workspace.one(events.format(path="a.csv"))
    assert workspace.events("state, mark") == [("received", None), ("call", None), ("Won", None)]
    process = Process(process="web", states=(State(name="received"), State(name="won")), marks=(Mark(name="call"),))
    report = workspace.one(events.format(path="a.csv"), processes=(process,))
    assert workspace.events("state, mark") == [("received", None), (None, "call"), (None, None)]
    assert report.unmapped[0].nearest == "won"


def test_conditions_name_unknown_columns_and_functions(workspace: Workspace) -> None:
    """A wrong word in `where` has its line, its column and the nearest column."""
    workspace.write("a.csv", CALLS)
    (problem,) = workspace.problems(SOURCE.replace('"seconds > 30", mark', "\"what == 'x' and secnds > 30\", mark"))
    assert (problem.code, problem.hint) == ("missing-column", "did you mean `seconds`?")
    assert (problem.where.line, problem.where.column) == (15, 37 + len("what == 'x' and "))
    (problem,) = workspace.problems(SOURCE.replace('"seconds > 30", mark', '"count(x) > 30", mark'))
    assert problem.code == "unknown-function"


def test_rows_are_filtered_and_sent_to_processes(workspace: Workspace) -> None:
    """`where` leaves rows out, counted; a process by column rejects (or ignores) other values."""
    workspace.write(
        "a.csv", "id,what,when,p,d\n1,a,2026-02-01,C1,\n2,a,2026-02-01,C2,\n3,a,2026-02-01,C9,\n4,a,2026-02-01,C1,Y\n"
    )
    source = """
    - name: s
      process: {column: p, is: {C1: web, C2: phone}%s}
      path: a.csv
      case: id
      activity: what
      at: when
      where: "d != 'Y'"
    """
    report = workspace.one(source % "")
    assert (report.used, report.filtered, report.rejected, report.ignored) == (2, 1, 1, 0)
    assert (report.reject_reasons[0].code, report.reject_reasons[0].first.column) == ("process", "p")
    assert workspace.cases("process, case_id") == [("web", "1"), ("phone", "2")]
    report = workspace.one(source % ", other: ignore")
    assert (report.used, report.filtered, report.rejected, report.ignored) == (2, 1, 0, 1)


def test_moments_of_the_case_become_events(workspace: Workspace, events: str) -> None:
    """A time attribute repeated in every row is one event per case; impossible ones are noted; a mark stays a mark."""
    text = """\
        id,what,when,closed,visit
        1,a,2026-02-01,2026-02-05,2026-02-02
        1,b,2026-02-02,2026-02-05,2026-02-02
        2,a,2026-02-01,2030-01-01,
        """
    workspace.write("a.csv", text)
    process = Process(
        process="web", states=(State(name="a"), State(name="b"), State(name="won")), marks=(Mark(name="seen"),)
    )
    more = "  moments: {won: closed, seen: visit}\n  exported_at: 2026-03-01\n"
    report = workspace.one(events.format(path="a.csv") + more, processes=(process,))
    assert workspace.events("case_id, state, mark") == [
        ("1", "a", None),
        ("1", "b", None),
        ("1", None, "seen"),
        ("1", "won", None),
        ("2", "a", None),
    ]
    assert any("1 times in the future" in note for note in report.notes)
    assert report.ties_share == 0.4
