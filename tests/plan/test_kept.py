"""The plan that people keep: what they write survives the next audit, and nothing of theirs is overwritten."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.definitions.document import read_text
from engine.history.reports import History, shaped
from engine.kpis.fact import Fact
from engine.pipeline.earlier import Earlier
from engine.plan.make import Kept
from engine.rules.since import LastFinding, with_past
from tests.command import ACTIONS, HEADER, RULES, rows, voronka, workspace
from tests.plan.test_plan import FACT, acting, action, asking, finding, names, plan
from tests.plan.test_plan import left_out as left

EARLY, LATE = "2026-03-01", "2026-04-01"


def kept(**lines: dict[str, str]) -> Kept:
    """What people said, by action."""
    text = "\n".join(
        f"  - {{id: x, action: {name}, {', '.join(f'{key}: {value}' for key, value in more.items())}}}"
        for name, more in lines.items()
    )
    file = shaped(read_text(f"format: 1\naudited: 2026-05-01\nitems:\n{text}\n", "plan.yaml"))
    return Kept(lines={line.action: line for line in file.items}, before=frozenset(lines))


def test_what_people_said_is_taken_over() -> None:
    """Status, person, day and note stay; accepted comes first and is overdue after its day; the rest is new."""
    people = kept(b={"status": "accepted", "person": "Ким", "due": "2026-05-20", "note": "с Ким"})
    made = plan(*asking("a", "b"), [action("a", 1), action("b", 8)], kept=people)
    first, second = made.items
    assert (first.action, first.status, first.person, first.due) == ("b", "accepted", "Ким", date(2026, 5, 20))
    assert (first.overdue, first.note, first.since_last) == (True, "с Ким", "kept")
    assert (second.since_last, second.overdue, second.status) == ("new", False, "proposed")


def test_what_is_done_stands_last_and_counts() -> None:
    """A done item is shown with its day, needs no budget, and what needs it may begin."""
    people = kept(a={"status": "done", "done_on": "2026-05-20"})
    actions = [action("a", 1), action("b", 8, prerequisites=("a",))]
    made = plan(*asking("a", "b"), actions, kept=people)
    assert names(made) == ["b", "a"]
    assert (made.items[1].status, made.items[1].done_on, made.items[1].overdue) == ("done", date(2026, 5, 20), False)


def test_what_was_rejected_stays_out() -> None:
    """A rejected action is left out, with what needs it, and is remembered with the reason."""
    people = kept(a={"status": "rejected", "why": "нет денег"})
    made = plan(*asking("a"), [action("a", 1)], kept=people)
    assert names(made) == []
    assert made.not_chosen == (left("a", "rejected"),)
    assert [(one.action, one.status, one.why) for one in made.dropped] == [("a", "rejected", "нет денег")]


def test_what_nothing_asks_for_any_more() -> None:
    """An item whose finding has gone drops out of the plan and is named."""
    made = plan(*asking("a"), [action("a", 1)], kept=kept(old={"status": "proposed"}))
    assert [one.action for one in made.dropped] == ["old"]


def test_overloaded_people_get_no_more_work() -> None:
    """An action that takes free hands is left out where the data bear out that managers are overloaded."""
    from engine.definitions.condition import Expr
    from engine.definitions.rule import Cause

    causes = (Cause(name="c", exposure=Expr.parse("load > 40"), actions=("more",)),)
    rules, actions = [acting("r", causes=causes)], [action("more", needs_capacity=True)]
    made = plan([finding(causes={"c": "supported"})], rules, actions)
    assert (names(made), made.not_chosen) == ([], (left("more", "capacity"),))
    free = plan([finding(causes={"c": "undecided"})], rules, actions)
    assert [item.needs_capacity for item in free.items] == [True]


# --- findings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "value", "expected"),
    [
        ("red", 0.4, "same"),
        ("yellow", 0.4, "worse"),
        ("red", 0.3, "better"),
        ("red", 0.5, "worse"),
        ("red", None, "same"),
    ],
)
def test_since_last(severity: str, value: float | None, expected: str) -> None:
    """Worse or better by severity, else only where last time's value is outside of what it is likely to be now."""
    before = {"id_r": LastFinding(process="web", severity=severity, first_seen="2026-01-01", value=value)}
    facts: dict[str, Fact] = {FACT.key: FACT}
    (found,) = with_past((finding(),), before, facts, {("web", "rate"): "higher"}, "2026-06-01")
    assert (found.since_last, found.first_seen) == (expected, "2026-01-01")


def test_a_new_finding_and_one_that_has_gone() -> None:
    """A finding that the last audit did not have is new, first seen today; one that fires no more is resolved."""
    (found,) = with_past((finding(),), {}, {}, {}, "2026-06-01")
    assert (found.since_last, found.first_seen) == ("new", "2026-06-01")
    gone = LastFinding(process="web", severity="red")
    earlier = Earlier(findings={"id_r": gone, "gone": gone, "other": LastFinding(process="x", severity="red")})
    assert earlier.resolved([found], ["web"]) == ("gone",)


# --- files ------------------------------------------------------------------------------------------------------------


def audited(root: Path, day: str) -> dict[str, list[dict[str, object]]]:
    """audit.json of an audit as of a day."""
    ran = voronka("audit", root, "--as-of", day, "--format", "json")
    assert ran.code == 0, ran.text
    found: dict[str, list[dict[str, object]]] = json.loads((root / "reports" / day / "audit.json").read_text())
    return found


def client(root: Path) -> Path:
    """A workspace that has two actions."""
    made = workspace(root, data=HEADER + rows(120))
    (made / "rules/response.yaml").write_text(RULES.replace("[answer_first]", "[answer_first, second]"))
    second = ACTIONS.split("actions:\n")[1].replace("answer_first", "second")
    (made / "rules/actions/response.yaml").write_text(ACTIONS + second)
    return made


def test_a_plan_survives_the_next_audit(tmp_path: Path) -> None:
    """What people wrote into plan.yaml stands in the next audit, its plan.yaml, and `voronka plan`."""
    root = client(tmp_path)
    first = audited(root, EARLY)
    assert [item["since_last"] for item in first["plan"]] == ["new", "new"]
    path = root / "reports" / EARLY / "plan.yaml"
    text = path.read_text().replace("status: proposed", "status: accepted", 1).replace("note:", "note: ждём", 1)
    path.write_text(text.replace("person:", "person: Ким #", 1))
    later = audited(root, LATE)
    item = later["plan"][0]
    assert (item["status"], item["person"], item["note"], item["since_last"]) == ("accepted", "Ким", "ждём", "kept")
    assert item["due"] == first["plan"][0]["due"]
    assert item["overdue"] is True
    assert [finding["since_last"] for finding in later["findings"]] == ["same"]
    assert later["findings"][0]["first_seen"] == EARLY
    fresh = History(root).plan_in(root / "reports" / LATE)
    assert fresh
    assert next((line.status, line.person, line.note) for line in fresh.items) == ("accepted", "Ким", "ждём")
    shown = voronka("plan", root)
    assert (shown.code, "Ким" in shown.out, "срок прошёл" in shown.out) == (0, True, True)
    data = json.loads(voronka("plan", root, "--format", "json").out)
    assert [line["status"] for line in data["lines"]] == ["accepted", "proposed"]
    assert path.read_text().count("Ким #") == 1


def test_the_same_day_again(tmp_path: Path) -> None:
    """Audited again, the file of that day stays to the letter; a new action is put below what people wrote."""
    root = client(tmp_path)
    audited(root, EARLY)
    path = root / "reports" / EARLY / "plan.yaml"
    written = path.read_text().replace("status: proposed", "status: done  # наконец", 1)
    path.write_text(written)
    again = audited(root, EARLY)
    assert path.read_text() == written
    assert [item["status"] for item in again["plan"]] == ["proposed", "done"]
    third = ACTIONS.split("actions:\n")[1].replace("answer_first", "third")
    (root / "rules/actions/response.yaml").write_text((root / "rules/actions/response.yaml").read_text() + third)
    (root / "rules/response.yaml").write_text(RULES.replace("[answer_first]", "[third, answer_first]"))
    audited(root, EARLY)
    assert path.read_text().startswith(written)
    kept_now = History(root).plan_in(path.parent)
    assert kept_now
    assert [line.action for line in kept_now.items][-1] == "third"


def test_what_was_rejected_is_remembered(tmp_path: Path) -> None:
    """A rejected item goes into the next plan.yaml with its reason, below those of the plan."""
    root = client(tmp_path)
    audited(root, EARLY)
    path = root / "reports" / EARLY / "plan.yaml"
    path.write_text(
        path.read_text().replace("status: proposed", "status: rejected", 1).replace("why:", "why: дорого", 1)
    )
    later = audited(root, LATE)
    assert len(later["plan"]) == 1
    fresh = History(root).plan_in(root / "reports" / LATE)
    assert fresh
    assert [(line.status, line.why) for line in fresh.no_more] == [("rejected", "дорого")]
    assert [left["why"] for left in later["not_chosen"]] == ["rejected"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("status: proposed", "status: maybe", "plan.yaml:13:13"),
        ("note:", "notes:", "unknown-key"),
        ("items:", "items: [", "[yaml]"),
        ("format: 1", "format: 2", "plan.yaml:7:9"),
        ("due: 2026", "due: soon", "[bad-time]"),
        ('action: "second"', 'action: "answer_first"', "[duplicate-name]"),
    ],
)
def test_a_plan_that_cannot_be_read(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """What is wrong in plan.yaml is a problem with its place; the file stays as it is, and nothing is audited."""
    root = client(tmp_path)
    audited(root, EARLY)
    path = root / "reports" / EARLY / "plan.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    written = path.read_text()
    for command in (("audit", root, "--as-of", LATE), ("audit", root, "--as-of", EARLY), ("plan", root)):
        ran = voronka(*command)
        assert (ran.code, expected in ran.err) == (2, True), ran.text
    assert path.read_text() == written
    assert not (root / "reports" / LATE).exists()


def test_there_is_no_plan_yet(tmp_path: Path) -> None:
    """Without an audit there is nothing to show, and the command says what to do."""
    ran = voronka("plan", workspace(tmp_path))
    assert (ran.code, "[no-plan]" in ran.err, "voronka audit" in ran.err) == (2, True, True)
