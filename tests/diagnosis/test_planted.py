"""Planted problems in small: `python -m benchmarks.diagnosis` measures the same in full."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.diagnosis.auditing import audited, workspace_of
from benchmarks.diagnosis.clients import CLEAN, PLANTED, SINCE, UNTIL, made
from benchmarks.diagnosis.scoring import RIGHT, planted_segment, right
from engine.audit import Audit
from engine.definitions.process import Process
from engine.demo.client import Client
from engine.demo.simulate import simulate
from engine.workspace.files import shipped


def test_every_kind_has_its_answer() -> None:
    """For each kind it is fixed what counts as found; a segment that counts is one that was planted."""
    assert set(RIGHT) == set(PLANTED)
    for kind, want in RIGHT.items():
        assert want.rules
        assert want.segment or want.actions
        assert not want.segment or planted_segment(made(kind, 1))[0][0] == want.segment


def test_one_table_of_limits_for_all_clients(tmp_path: Path) -> None:
    """Limits are never tuned to a case: two clients of one channel have the same rules to the byte."""
    for kind in ("weak manager", "rework loop"):
        workspace_of(made(kind, 7, per_week=3), tmp_path / kind)
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / k / "rules").glob("*.yaml")}
                  for k in ("weak manager", "rework loop"))  # fmt: skip
    assert one == other
    assert b'yellow: "< 51%"' in one["quote.yaml"]


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """A client with one weak manager, half the cases of the benchmark."""
    return audited(made("weak manager", 3, per_week=77), tmp_path_factory.mktemp("weak"))


def test_a_weak_manager_is_named_first(weak: Audit) -> None:
    """The first item names the weak manager, in its title and in what it is measured by, and has something for him."""
    client = made("weak manager", 3, per_week=77)
    assert right(client, weak)
    first = weak.plan[0]
    assert client.client.weak_manager in first.title
    assert first.verify.segment == (("manager", client.client.weak_manager),)
    assert first.action.startswith("manager_")


def test_a_healthy_client_gets_no_plan(tmp_path: Path) -> None:
    """At his limits, and nothing planted: findings may be yellow, none is red, and nothing is to be done."""
    audit = audited(made(CLEAN, 2, per_week=77), tmp_path)
    assert audit.plan == ()
    assert not [one for one in audit.findings if one.severity == "red"]


def test_what_a_follow_up_would_bring_holds_the_truth(tmp_path: Path) -> None:
    """The truth of going back to clients after the quote, by the simulator, is inside the range of that lever.

    Those who pay soon are never gone back to, so that a comparison of those who waited flatters it by half again.
    """
    planted = made("no follow-up after the quote", 1)
    audit = audited(planted, tmp_path)
    found = next(one for one in audit.plan if one.action == "next_step")
    assert found.expected is not None
    months = (UNTIL - SINCE).days / 30.4375
    healthy = replace(planted.client, planted=frozenset())
    truth = sum(_won(healthy, s) - _won(planted.client, s) for s in (1, 2, 3)) / 3 / months
    assert found.expected.low < truth < found.expected.high


def _won(client: Client, seed: int) -> int:
    process = shipped("web_form").shaped(Process)
    assert process is not None
    return len({one.case for one in simulate(process, client, seed, SINCE, UNTIL) if one.name == "won"})
