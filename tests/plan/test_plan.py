"""Plans: who does what by when, and what was left out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.definitions.document import LocalText, Span, read
from engine.definitions.rule import Action, Actions, Cause, Effort, Moves, Rule
from engine.definitions.settings import AuditSettings, Budget, Settings
from engine.kpis.fact import Fact, Verdict
from engine.plan.calendar import add_working_days, due_on
from engine.plan.check import check_actions
from engine.plan.item import NotChosen, Plan
from engine.plan.make import item_id, make_plan
from engine.rules.finding import CauseVerdict, CauseWord, Finding
from tests.rules.facts import process, rule, units

AS_OF = date(2026, 6, 1)


def action(name: str, hours: float = 4, due_in: str = "14d", **more: object) -> Action:
    """An action of four hours, due in two weeks."""
    fields: dict[str, object] = {
        "title": LocalText(f"Сделать {name}", f"Do {name}"),
        "steps": (LocalText("шаг", "step"),),
        "responsible": LocalText("РОП", "head of sales"),
        "effort": Effort(hours=hours, money=float(str(more.pop("money", 0)))),
        "due_in": Span.parse(due_in),
    }
    return Action(name=name, **{**fields, **more})  # type: ignore[arg-type]


def finding(
    name: str = "r", lost: int | None = 50, causes: dict[str, CauseWord] | None = None, **more: object
) -> Finding:
    """A red finding of the rule of that name."""
    verdicts = tuple(CauseVerdict(name=n, title=n, verdict=v) for n, v in (causes or {}).items())
    fields: dict[str, object] = {
        "id": f"id_{name}",
        "rule": name,
        "title": name,
        "process": "web",
        "severity": "red",
        "message": name,
        "facts": ("web.rate",),
        "lost_cases": lost,
        "causes": verdicts,
    }
    return Finding(**{**fields, **more})  # type: ignore[arg-type]


def acting(name: str, *actions: str, causes: tuple[Cause, ...] = ()) -> Rule:
    """A rule with a limit and actions."""
    return rule(name, yellow="< 50%", red="< 40%", actions=actions, causes=causes)


def settings(budget: Budget | None = None) -> Settings:
    """A workspace with one person."""
    audit = AuditSettings(budget=budget)
    return Settings(format="1", client="x", time_zone="UTC", audit=audit, people={"РОП": "Иванова А. П."})


FACT = Fact(process="web", control_point="rate", value=0.4, low=0.35, high=0.45, n=600, horizon=60 * 86_400)


def plan(findings, rules, actions, budget=None, fact=FACT, **more) -> Plan:  # type: ignore[no-untyped-def]
    """A plan over the first half of 2026's first six months."""
    facts = {fact.key: fact}
    period = {"since": date(2025, 12, 1), "until": AS_OF, "units": units(process())}
    return make_plan(findings, rules, actions, settings(budget), [process()], facts, AS_OF, "ru", **{**period, **more})


def asking(*actions: str) -> tuple[list[Finding], list[Rule]]:
    """A finding and a rule for each action: every one of them is asked for."""
    return [finding(name) for name in actions], [acting(name, name) for name in actions]


def left_out(name: str, why: str, with_: str | None = None) -> NotChosen:
    """An action of these tests that is not in the plan."""
    return NotChosen(action=name, why=why, with_=with_, title=f"Сделать {name}")  # type: ignore[arg-type]


def names(made: Plan) -> list[str]:
    """The actions of a plan in their order."""
    return [item.action for item in made.items]


def test_an_item_is_complete() -> None:
    """An item says what, who, by when, when to look again, by what measure, from where to where."""
    one = action("reply", moves=(Moves(control_point="rate", direction="up"),))
    fact = replace(FACT, verdicts=(Verdict(rule="r", verdict="red", yellow=0.5, red=0.4),))
    (item,) = plan([finding()], [acting("r", "reply")], [one], fact=fact).items
    assert (item.title, item.steps, item.responsible, item.person) == (
        "Сделать reply",
        ("шаг",),
        "РОП",
        "Иванова А. П.",
    )
    assert (item.due, item.because, item.rank) == (date(2026, 6, 15), ("id_r",), 1)
    assert (item.verify.control_point, item.verify.target) == ("web.rate", 0.5)
    assert item.verify.baseline
    assert (item.verify.baseline.value, item.verify.baseline.n) == (0.4, 600)
    # 388 cases for 40 % -> 50 % at 600 in half a year: 4 months, and 60 days for the last of them
    assert item.review == date(2026, 12, 14)
    assert item.id == item_id("reply", "web", "rate") == "b6c02c0783"


def test_one_item_for_all_findings() -> None:
    """An action that several findings ask for is one item with all of them as reasons."""
    made = plan([finding("a"), finding("b")], [acting("a", "x"), acting("b", "x")], [action("x")])
    assert [item.because for item in made.items] == [("id_a", "id_b")]


@pytest.mark.parametrize(
    ("verdict", "expected", "left"),
    [
        ("supported", ["cure"], ["general"]),
        ("undecided", ["cure", "general"], []),
        ("not assessable", ["cure", "general"], []),
        ("refuted", ["general"], ["cure"]),
    ],
)
def test_causes(verdict: CauseWord, expected: list[str], left: list[str]) -> None:
    """A supported cause alone says what to do; without one the open causes and the rule do, refuted ones never."""
    causes = (Cause(name="c", actions=("cure",)),)
    made = plan(
        [finding(causes={"c": verdict})], [acting("r", "general", causes=causes)], [action("cure"), action("general")]
    )
    assert names(made) == expected
    assert made.items[0].cause == ("c" if "cure" in expected else None)
    assert [(n.action, n.why, n.title) for n in made.not_chosen] == [
        (name, "cause", f"Сделать {name}") for name in left
    ]


def test_guesses_do_not_fill_the_plan() -> None:
    """Without a supported cause a finding brings two actions, of two causes where it has them; the rest is left out."""
    causes = (Cause(name="c", actions=("a", "b")), Cause(name="d", actions=("e",)))
    made = plan(
        [finding(causes={"c": "undecided", "d": "not assessable"})],
        [acting("r", "f", causes=causes)],
        [action(name) for name in "abef"],
    )
    assert names(made) == ["a", "e"]
    assert [(n.action, n.why) for n in made.not_chosen] == [("b", "cause"), ("f", "cause")]


def test_what_another_finding_asks_for_is_not_left_out() -> None:
    """An action that one finding only might have asked for is in the plan where another one asks for it."""
    rules = [acting("a", causes=(Cause(name="c", actions=("x",)), Cause(name="d", actions=("y",)))), acting("b", "y")]
    found = [finding("a", causes={"c": "supported", "d": "undecided"}), finding("b")]
    made = plan(found, rules, [action("x"), action("y")])
    assert (set(names(made)), made.not_chosen) == ({"x", "y"}, ())


def test_what_is_not_certain_is_measured_again() -> None:
    """A finding that may be chance brings no action, but another measurement where the workspace has one."""
    unsure = replace(finding(severity="yellow"), certain=False)
    made = plan([unsure], [acting("r", "x")], [action("x")])
    assert (names(made), [n.why for n in made.not_chosen]) == ([], ["cause"])
    assert names(plan([unsure], [acting("r", "x")], [action("x"), action("measure_again")])) == ["measure_again"]
    assert names(plan([finding(severity="yellow")], [acting("r", "x")], [action("x")])) == ["x"]


def test_missing_data_are_to_be_collected() -> None:
    """Where a cause could not be assessed for want of data, collecting them is an action."""
    cause = CauseVerdict(name="c", title="c", verdict="not assessable", missing=("call",))
    made = plan([replace(finding(), causes=(cause,))], [acting("r")], [action("collect_data")])
    assert names(made) == ["collect_data"]


def test_quick_wins_first() -> None:
    """What brings more cases for an hour of work comes first."""
    rules = [acting("a", "big", "small"), acting("b", "other")]
    made = plan(
        [finding("a", lost=50), finding("b", lost=10)],
        rules,
        [action("big", 40), action("small", 1), action("other", 1)],
    )
    assert names(made) == ["small", "other", "big"]


def test_prerequisites_come_first() -> None:
    """What an action needs stands before it and is due no later, though no finding asks for it."""
    actions = [action("b", 1, "1d", prerequisites=("a",)), action("a", 40, "30d", prerequisites=("z",)), action("z")]
    made = plan([finding()], [acting("r", "b")], actions)
    assert names(made) == ["z", "a", "b"]
    assert made.items[1].due <= made.items[2].due
    assert made.items[0].because == ("id_r",)


def test_unknown_prerequisite() -> None:
    """An action whose prerequisite nobody knows is left out, and the plan says why."""
    made = plan([finding()], [acting("r", "b")], [action("b", prerequisites=("ghost",))])
    assert made == Plan(items=(), not_chosen=(left_out("b", "prerequisite", "ghost"),))


def test_conflicts_are_never_together() -> None:
    """Of two actions in conflict the one with the higher priority stays; what needs the other goes as well."""
    actions = [action("a", 1), action("b", 2, conflicts=("a",)), action("c", 3, prerequisites=("b",))]
    made = plan(*asking("a", "b", "c"), actions)
    assert names(made) == ["a"]
    assert made.not_chosen == (
        left_out("b", "conflict", "a"),
        left_out("c", "prerequisite", "b"),
    )


def test_budget() -> None:
    """Hours and money are kept to, greedily: a cheaper one may still fit."""
    actions = [action("a", 5), action("b", 6), action("c", 7, money=10)]
    asked = asking("a", "b", "c")
    made = plan(*asked, actions, Budget(hours=12))
    assert (names(made), [n.action for n in made.not_chosen]) == (["a", "b"], ["c"])
    made = plan(*asked, actions, Budget(hours=12, money=5))
    assert made.not_chosen == (left_out("c", "budget"),)
    assert names(plan(*asked, actions, Budget(money=10))) == ["a", "b", "c"]


def test_nobody_gets_everything_in_one_week() -> None:
    """One person has at most three items due in a week; the later ones move to the next weeks."""
    actions = [action(f"a{i}", i + 1) for i in range(8)]
    made = plan(*asking(*(a.name for a in actions)), actions)
    weeks = [item.due.isocalendar().week for item in made.items]
    assert weeks == [25, 25, 25, 26, 26, 26, 27, 27]


def test_no_target_no_facts() -> None:
    """Without a fact and a limit an item still has a responsible, a day and a day to look again."""
    diagnosis = rule("r", when="rate < 1%", actions=("x",))
    made = make_plan([finding()], [diagnosis], [action("x")], settings(), [process()], {}, AS_OF, "en")
    (item,) = made.items
    assert (item.due, item.review, item.verify.baseline, item.verify.target) == (
        date(2026, 6, 15),
        date(2026, 7, 15),
        None,
        None,
    )


def test_a_change_too_small_to_see_has_no_review() -> None:
    """Where two years of cases would not show the change, no day is promised."""
    (item,) = plan([finding()], [acting("r", "x")], [action("x")], fact=replace(FACT, value=0.499)).items
    assert item.review is None


def test_order_of_input_does_not_matter() -> None:
    """The same findings, rules and actions in another order give the same plan."""
    findings = [finding(n, lost=i) for i, n in enumerate("abcd")]
    rules = [acting(n, *(f"x{i}" for i in range(k + 2))) for k, n in enumerate("abcd")]
    actions = [action(f"x{i}", 1 + i % 3, conflicts=(f"x{(i + 2) % 6}",)) for i in range(6)]
    assert plan(findings, rules, actions) == plan(findings[::-1], rules[::-1], actions[::-1])


def test_working_days() -> None:
    """`2wd` are two days of Monday to Friday; days of 24 h begun count whole."""
    friday, saturday = date(2026, 6, 5), date(2026, 6, 6)
    assert add_working_days(friday, 1) == date(2026, 6, 8)
    assert add_working_days(friday, 5) == date(2026, 6, 12)
    assert add_working_days(saturday, 1) == date(2026, 6, 8)
    assert add_working_days(saturday, 2) == date(2026, 6, 9)
    assert add_working_days(date(2026, 6, 1), 4) == friday
    assert due_on(friday, Span.parse("2wd")) == date(2026, 6, 9)
    assert due_on(friday, Span.parse("36h")) == date(2026, 6, 7)


def test_actions_are_checked(tmp_path: Path) -> None:
    """An action without a responsible or without time is a problem where it says so."""
    text = (
        "actions:\n"
        "  - {name: a, title: A, steps: [s], effort: {hours: 1}, responsible: ' ', due_in: 0d}\n"
        "  - {name: b, title: B, steps: [s], effort: {hours: 1}, responsible: x, due_in: 2wd}\n"
    )
    path = tmp_path / "actions.yaml"
    path.write_text(text)
    document = read(path, "actions.yaml")
    actions = document.shaped(Actions).actions
    homes = {one.name: (document, ("actions", i)) for i, one in enumerate(actions)}
    found = check_actions(actions, homes)
    assert [(p.where.line, p.where.column, p.code) for p in found] == [(2, 71, "no-responsible"), (2, 83, "no-due")]
