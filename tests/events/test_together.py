"""One case from several sources: calls linked to deals, inquiries merged, deals going on from leads; by hand."""
# ruff: noqa: E501  (a row of a table is one line)

from datetime import datetime

import pytest

from engine.engines.duckdb import Engine
from engine.events.phones import numbers
from engine.events.relations import prepare
from engine.events.report import KeyMatches, Links, Merged
from tests import logs

from .conftest import Workspace
from .test_importing import dump

DEALS = """
- name: deals
  process: p
  path: deals.csv
  shape: milestones
  case: id
  milestones: {received: created}
  attributes: {phone: phone, manager: who}
"""
CALLS = """
- name: calls
  path: calls.csv
  activity: result
  at: at
  link: {to: deals, on: {phone: phone}, after: received, within: 3d, which: %s}
  map: [{activity: ANSWERED, state: contacted}, {activity: "*", mark: call_attempt}]
"""
DEAL_ROWS = """\
id,created,phone,who
1,2026-02-02 10:00,+7 (912) 345-67-89,Anna
2,2026-02-10 10:00,8 912 345 67 89,Boris
3,2026-02-02 11:00,"+7 495 111-22-33, 8 (916) 000-11-22 доб. 5",Anna
4,2026-02-02 12:00:00,79990001122,Anna
5,2026-02-02 12:00:50,79990001122,Boris
"""
CALL_ROWS = """\
src,result,at,operator
89123456789,NO ANSWER,2026-02-02 09:00,Vera
89123456789,NO ANSWER,2026-02-02 10:05,Vera
+79123456789,ANSWERED,2026-02-03 10:05,Gleb
79123456789,ANSWERED,2026-02-06 10:05,Vera
9123456789,ANSWERED,2026-02-10 10:05,Vera
9160001122,ANSWERED,2026-02-02 11:30,Vera
8 999 000 11 22,ANSWERED,2026-02-02 13:00,Vera
anonymous,ANSWERED,2026-02-02 13:00,Vera
"""


@pytest.fixture
def linked(workspace: Workspace) -> Workspace:
    """Five deals, two of one phone within a minute, and eight calls."""
    workspace.write("deals.csv", DEAL_ROWS)
    workspace.write("calls.csv", CALL_ROWS.replace("src,", "phone,"))
    return workspace


def joined(workspace: Workspace, source: str = "calls") -> list[tuple[object, ...]]:
    """(case, state or mark, time) of the events of a source that belong to deals."""
    return workspace.engine.rows(f"""
        select case_id, coalesce(state, mark), happened_at
        from "source:{source}".events join "source:deals".cases using (process, case_key)
        where process = 'p'
        order by case_id, happened_at, seq, state nulls last""")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-02-{text}")


def test_calls_join_the_latest_deal_of_their_number(linked: Workspace) -> None:
    """Within the window after the deal was received; before it, too late, ambiguous or nameless: none."""
    _, report = linked.run(DEALS + CALLS % "every")
    assert joined(linked) == [
        ("1", "call_attempt", at("02 10:05")),
        ("1", "contacted", at("03 10:05")),
        ("1", "call_attempt", at("03 10:05")),
        ("2", "contacted", at("10 10:05")),
        ("2", "call_attempt", at("10 10:05")),
        ("3", "contacted", at("02 11:30")),
        ("3", "call_attempt", at("02 11:30")),
    ]
    assert report.links == Links(
        matched=4, ambiguous=1, none=3, by_key=(KeyMatches(key="phone", matched=4, ambiguous=1),)
    )
    assert (report.rows, report.used, report.cases, report.events) == (8, 8, 3, 7)


def test_which_of_the_calls(linked: Workspace) -> None:
    """`first` is the first call after the deal's creation, `last` the last one; the others are matched all the same."""
    _, report = linked.run(DEALS + CALLS % "first")
    assert [row for row in joined(linked) if row[0] == "1"] == [("1", "call_attempt", at("02 10:05"))]
    assert report.links is not None
    assert report.links.matched == 4
    linked.run(DEALS + CALLS % "last")
    assert linked.engine.rows("""
        select happened_at, superseded_at
        from "source:calls".events join "source:deals".cases using (process, case_key)
        where case_id = '1' and mark = 'call_attempt'
        order by 1""") == [(at("02 10:05"), at("03 10:05")), (at("03 10:05"), None)]


def test_keys_in_order_of_trust(linked: Workspace) -> None:
    """A call that names its deal belongs to it, whatever the number; one that does not is found by the number."""
    linked.write("calls.csv", "deal,phone,result,at\n5,89123456789,X,2026-02-02 13:00\n,89990001122,X,2026-02-02 12:00:20\n"
                 "9,89123456789,X,2026-02-02 13:00\n")  # fmt: skip
    calls = (CALLS % "every").replace("on: {phone: phone}", "on: {deal: id, phone: phone}")
    _, report = linked.run(DEALS + calls)
    assert joined(linked) == [
        ("1", "call_attempt", at("02 13:00")),
        ("4", "call_attempt", at("02 12:00:20")),
        ("5", "call_attempt", at("02 13:00")),
    ]
    assert report.links == Links(matched=3, ambiguous=0, none=0, by_key=(
        KeyMatches(key="deal", matched=1, ambiguous=0), KeyMatches(key="phone", matched=2, ambiguous=0)))  # fmt: skip


CDR = """
- name: calls
  process: p
  path: cdr.csv
  shape: milestones
  case: linkedid
  milestones:
    ringing: {at: calldate, take: first}
    answered: {at: calldate, plus: duration, minus: billsec, where: "disposition == 'ANSWERED' and lastapp == 'Dial'", take: first}
    missed: {at: calldate, plus: duration, take: last, unless: answered}
  attributes:
    manager: {column: dstchannel, where: "disposition == 'ANSWERED' and lastapp == 'Dial'"}
    phone: {column: src, where: "dcontext == 'from-trunk'", else: dst}
"""
CDR_ROWS = """calldate,src,dst,dcontext,lastapp,dstchannel,duration,billsec,disposition,linkedid
2026-02-02 10:00:00,79123456789,600,from-trunk,Queue,,40,38,ANSWERED,1.1
2026-02-02 10:00:02,79123456789,101,from-trunk,Dial,SIP/101,20,0,NO ANSWER,1.1
2026-02-02 10:00:02,79123456789,102,from-trunk,Dial,SIP/102,38,30,ANSWERED,1.1
2026-02-02 11:00:30,89161112233,102,from-trunk,Dial,SIP/102,20,0,NO ANSWER,2.1
2026-02-02 11:00:00,89161112233,101,from-trunk,Dial,SIP/101,25,0,BUSY,2.1
2026-02-02 11:30:00,101,89161112233,from-internal,Dial,SIP/trunk,10,5,ANSWERED,3.1
"""


def test_legs_of_a_call_are_one_call(workspace: Workspace) -> None:
    """Answered where a person answered any leg; first ring, last hang-up; who answered; whose number it is."""
    workspace.write("cdr.csv", CDR_ROWS)
    report = workspace.one(CDR)
    rows = workspace.events("case_id, coalesce(state, mark), happened_at", "calls")
    assert rows == [
        ("1.1", "ringing", at("02 10:00:00")),
        ("1.1", "answered", at("02 10:00:10")),
        ("2.1", "ringing", at("02 11:00:00")),
        ("2.1", "missed", at("02 11:00:50")),
        ("3.1", "ringing", at("02 11:30:00")),
        ("3.1", "answered", at("02 11:30:05")),
    ]
    assert (report.rows, report.used, report.cases) == (6, 6, 3)
    people = workspace.cases("case_id, a_manager, a_phone", "calls")
    assert [row[:2] for row in people] == [("1.1", "SIP/102"), ("2.1", None), ("3.1", "SIP/trunk")]
    assert people[1][2] == people[2][2] != people[0][2]


def test_calls_of_several_legs_are_linked_as_one(workspace: Workspace) -> None:
    """The unit of a link is the call, not its row: all its events go to the case, and `first` counts calls."""
    workspace.write("cdr.csv", CDR_ROWS)
    workspace.write("deals.csv", "id,created,phone,who\n7,2026-02-02 09:00,8-916-111-22-33,A\n")
    calls = CDR.replace("process: p", "link: {to: deals, on: {phone: phone}, which: first}")
    _, report = workspace.run(DEALS + calls)
    assert report.links == Links(
        matched=2, ambiguous=0, none=1, by_key=(KeyMatches(key="phone", matched=2, ambiguous=0),)
    )
    assert joined(workspace) == [("7", "ringing", at("02 11:00:00")), ("7", "missed", at("02 11:00:50"))]


INQUIRIES = """
- name: calls
  process: p
  path: calls.csv
  exported_at: 2026-03-01
  case: id
  activity: what
  at: at
  attributes: {client: {column: phone, type: phone}, manager: who, amount: {column: sum, type: money}}
  merge: {by: client, within: 1d}
- name: forms
  process: p
  exported_at: 2026-03-01
  path: forms.csv
  case: id
  activity: what
  at: at
  attributes: {client: {column: tel, type: phone}, manager: who, city: city}
  merge: {by: client, within: 1d}
"""


def test_three_calls_and_a_form_are_one_inquiry(workspace: Workspace) -> None:
    """One case from the first inquiry on; after the window a new one; without a number each stands alone."""
    workspace.write("calls.csv", """\
        id,what,at,phone,who,sum
        c1,ring,2026-02-02 10:00,89123456789,,5
        c2,ring,2026-02-02 15:00,+7 912 345-67-89,Anna,7
        c3,ring,2026-02-03 09:59,79123456789,Boris,
        c4,ring,2026-02-03 10:01,79123456789,Vera,9
        c5,ring,2026-02-02 10:00,,Vera,1
        """.replace("        ", ""))  # fmt: skip
    workspace.write(
        "forms.csv",
        "id,what,at,tel,who,city\nf1,form,2026-02-02 12:00,8 (912) 345 67 89,Gleb,Perm\nf2,form,2026-02-04,79990000001,Gleb,Omsk\n",
    )
    calls, forms = workspace.run(INQUIRIES)
    assert calls.merged == Merged(inquiries=5, cases=3, without=1)
    assert forms.merged == Merged(inquiries=2, cases=2, without=0)
    of = logs.process("""
process: p
initial: ring
states: [{name: ring}, {name: form}, {name: won, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
happy_path: [ring, form, won]
transitions:
  - {trigger: a, source: ring, dest: form}
  - {trigger: b, source: form, dest: won}
  - {trigger: c, source: "*", dest: lost}
""")
    log = prepare(workspace.engine, of, workspace.settings, (calls, forms), as_of=None)
    rows = log.engine.rows(f"select case_id, a_manager, a_amount, a_city from {log.relation('cases')} order by case_id")
    assert rows == [
        ("c1", "Gleb", 7, "Perm"),
        ("c4", "Vera", 9, None),
        ("c5", "Vera", 1, None),
        ("f2", "Gleb", None, "Omsk"),
    ]


CHAIN = """
- {name: orders, process: order, exported_at: 2026-03-01, path: orders.csv, shape: milestones, case: id, milestones: {paid: at},
   continues: {process: deal, on: deal}, attributes: {amount: {column: sum, type: money}}}
- {name: deals, process: deal, exported_at: 2026-03-01, path: deals.csv, shape: milestones, case: id, milestones: {quoted: at},
   continues: {process: lead, on: lead_id}, attributes: {amount: {column: sum, type: money}, manager: who}}
- {name: leads, process: lead, exported_at: 2026-03-01, path: leads.csv, shape: milestones, case: id, milestones: {received: at},
   attributes: {amount: {column: sum, type: money}, manager: who}}
"""


def test_a_chain_from_lead_to_deal_to_order_is_one_case(workspace: Workspace) -> None:
    """Events go to the case of the lead; a deal without a known lead stands alone in its own process."""
    workspace.write("leads.csv", "id,at,sum,who\nL1,2026-02-01,1,Anna\nL2,2026-02-01,2,Anna\n")
    workspace.write("deals.csv", "id,at,lead_id,sum,who\nD1,2026-02-02,L1,10,Boris\nD2,2026-02-02,,20,Boris\n"
                    "D3,2026-02-02,L9,30,Boris\n")  # fmt: skip
    workspace.write("orders.csv", "id,at,deal,sum\nO1,2026-02-03,D1,100\nO2,2026-02-03,D2,200\nO3,2026-02-03,D8,300\n")
    orders, deals, leads = workspace.run(CHAIN)
    assert deals.links == Links(matched=1, ambiguous=0, none=2)
    assert orders.links == Links(matched=2, ambiguous=0, none=1)
    found = workspace.engine.rows("""
        select process, state, case_id, a_amount
        from "source:orders".events join "source:orders".cases using (process, case_key) order by 1, 3""")
    assert found == [("deal", "paid", "D2", 200), ("lead", "paid", "L1", 100), ("order", "paid", "O3", 300)]
    of = logs.process("""
process: lead
initial: received
states: [{name: received}, {name: quoted}, {name: paid, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
happy_path: [received, quoted, paid]
transitions:
  - {trigger: a, source: received, dest: quoted}
  - {trigger: b, source: quoted, dest: paid}
  - {trigger: c, source: "*", dest: lost}
""")
    log = prepare(workspace.engine, of, workspace.settings, (orders, deals, leads), as_of=None)
    rows = log.engine.rows(f"select case_id, outcome, a_manager, a_amount from {log.relation('cases')} order by 1")
    assert rows == [("L1", "won", "Anna", 100), ("L2", "open", "Anna", 2)]


def test_importing_twice_changes_nothing_and_any_change_is_followed(linked: Workspace) -> None:
    """The same files give the same store; a changed target alone places the events of the linked source anew."""
    first = linked.run(DEALS + CALLS % "every")
    before = dump(linked.engine)
    assert linked.run(DEALS + CALLS % "every") == first
    assert dump(linked.engine) == before
    with Engine() as other:
        assert linked.run(DEALS + CALLS % "every", engine=other) == first
        assert dump(other) == before
    linked.write("deals.csv", DEAL_ROWS.replace("02-02 11:00", "02-02 11:45"))
    report = linked.run(DEALS + CALLS % "every")[1]
    assert report.links is not None
    assert report.links.matched == 3
    assert "3" not in {row[0] for row in joined(linked)}


def test_calls_read_again_on_a_later_day_are_linked_again(linked: Workspace) -> None:
    """A source with calls of tomorrow is read anew every day, although its file is the same: its links stay."""
    linked.write("calls.csv", CALL_ROWS.replace("src,", "phone,") + "89123456789,ANSWERED,2026-02-11 10:00,Vera\n")
    sources = DEALS + CALLS % "every"
    first = linked.run(sources, now=datetime(2026, 2, 10, 12))[1]
    second = linked.run(sources, now=datetime(2026, 2, 10, 13))[1]
    later = linked.run(sources, now=datetime(2026, 2, 12))[1]
    assert first.rejected == second.rejected == 1
    assert first.links is not None
    assert later.links is not None
    assert first.links == second.links
    assert (first.links.matched, later.links.matched) == (4, 5)


def test_the_order_of_rows_does_not_matter(linked: Workspace) -> None:
    """Rows of either file backwards: the same events of the same cases."""
    linked.run(DEALS + CALLS % "first")
    before = joined(linked)
    for name, rows in (("deals.csv", DEAL_ROWS), ("calls.csv", CALL_ROWS.replace("src,", "phone,"))):
        head, *lines = rows.splitlines()
        linked.write(name, "\n".join([head, *reversed(lines)]) + "\n")
    linked.run(DEALS + CALLS % "first")
    assert joined(linked) == before


def test_a_log_looked_back_at_knows_no_later_call(workspace: Workspace) -> None:
    """`which: last` as of an earlier moment is the last call by then."""
    workspace.write("deals.csv", "id,created,phone,who\n1,2026-02-02 10:00,89123456789,A\n2,2026-02-09,89123456780,A\n")
    workspace.write("calls.csv", "phone,result,at\n89123456789,ANSWERED,2026-02-02 11:00\n89123456789,ANSWERED,2026-02-03\n"
                    "89123456789,ANSWERED,2026-02-09\n")  # fmt: skip
    reports = workspace.run(DEALS + (CALLS % "last").replace("within: 3d", "within: 30d"))
    of = logs.process(PROCESS)
    for as_of, entered in (("02-02T12:00", "02-02T11:00"), ("02-03T00:00", "02-03T00:00"), ("02-09", "02-09")):
        log = prepare(workspace.engine, of, workspace.settings, reports, as_of=datetime.fromisoformat(f"2026-{as_of}"))
        rows = log.engine.rows(
            f"select entered_at from {log.relation('visits')} where state_no = {log.state_no('contacted')}"
        )
        assert rows == [(datetime.fromisoformat(f"2026-{entered}"),)]


PROCESS = """
process: p
initial: received
states: [{name: received}, {name: contacted}, {name: won, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
marks: [{name: call_attempt}]
happy_path: [received, contacted, won]
transitions:
  - {trigger: a, source: received, dest: contacted}
  - {trigger: b, source: contacted, dest: won}
  - {trigger: c, source: "*", dest: lost}
"""


def test_a_column_of_a_key_that_is_not_there_has_its_place(linked: Workspace) -> None:
    """A key of a link or of `continues` names a column of the file, or an attribute."""
    (problem,) = linked.problems(DEALS + (CALLS % "every").replace("{phone: phone}", "{phon: phone}"))
    assert (problem.code, problem.where.line) == ("missing-column", 17)
    assert "did you mean `phone`" in problem.hint


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("+7 (912) 345-67-89", "79123456789"),
        ("8 912 345 67 89", "79123456789"),
        ("9123456789", "79123456789"),
        ("79123456789.0", "79123456789"),
        ("+7 8912 345 67 89", "79123456789"),
        ("8 (495) 123-45-67 доб. 12", "74951234567"),
        ("8(495)123-45-67/68", "74951234567"),
        ("+79123456789 +79161234567", "79123456789,79161234567"),
        ("+79123456789, 8 916 123-45-67 вн. 3; ext 7", "79123456789,79161234567"),
        ("89123456789 и 8 916 123 45 67", "79123456789,79161234567"),
        ("8 800 555 35 35", "78005553535"),
        ("+81 3 1234 5678", "81312345678"),
        ("+375 29 123-45-67", "375291234567"),
        ("810 49 30 1234567", "49301234567"),
        ("0049 30 1234567", "49301234567"),
        ("+1 212 555 1234", "12125551234"),
        ("anonymous", None),
        ("101", None),
        ("+7 000 000-00-00", None),
        ("7,91235E+10", None),
    ],
)
def test_phone_numbers_as_people_write_them(workspace: Workspace, cell: str, expected: str | None) -> None:
    """Digits only, 8, 7 and +7 equal, without extensions; several in a cell; placeholders are none."""
    sql = f"select {numbers('$cell::varchar')}"
    assert workspace.engine.row(sql, {"cell": cell}) == (expected,)
