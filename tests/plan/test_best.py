"""The best set within a budget: as good as trying every set, and kept to what a plan must be."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.document import LocalText
from engine.definitions.rule import Effort
from engine.definitions.settings import Budget
from engine.plan.best import Option, best, value_of
from engine.plan.calendar import HOURS_A_WEEK, MOST_IN_A_WEEK, Load
from engine.plan.item import Plan
from tests.plan.test_plan import AS_OF, action, asking, names, plan

NAMES = "abcdefg"


def allowed(chosen: Sequence[Option], budget: Budget) -> bool:
    """Within the budget, with all it needs and without rivals."""
    inside = {option.name for option in chosen}
    return (
        (budget.hours is None or sum(option.hours for option in chosen) <= budget.hours)
        and (budget.money is None or sum(option.money for option in chosen) <= budget.money)
        and all(set(option.needs) <= inside and not set(option.rivals) & inside for option in chosen)
    )


def tried(options: Sequence[Option], levers: dict[str, float], budget: Budget) -> float:
    """The value of the best set, by trying all of them."""
    sets = itertools.chain.from_iterable(itertools.combinations(options, n) for n in range(len(options) + 1))
    return max(value_of(chosen, levers) for chosen in sets if allowed(chosen, budget))


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Option], dict[str, float], Budget]:
    """Up to seven actions on four levers, needing and excluding each other."""
    names_ = NAMES[: draw(st.integers(1, 7))]
    options = [
        Option(
            name=name,
            hours=draw(st.integers(0, 20)),
            money=draw(st.integers(0, 5)),
            levers=frozenset(draw(st.sets(st.sampled_from("wxyz"), max_size=2))),
            value=draw(st.integers(0, 3)) / 10,
            needs=tuple(draw(st.sets(st.sampled_from(names_[:place] or "a"), max_size=1)) - {name}) if place else (),
            rivals=tuple(draw(st.sets(st.sampled_from(names_), max_size=1)) - {name}),
        )
        for place, name in enumerate(names_)
    ]
    levers = {lever: float(draw(st.integers(0, 50))) for lever in "wxyz"}
    hours, money = draw(st.integers(0, 60)), draw(st.none() | st.integers(0, 15))
    return options, levers, Budget(hours=hours, money=money)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(problems())
def test_nothing_better_fits(given_: tuple[list[Option], dict[str, float], Budget]) -> None:
    """HiGHS finds a set that is allowed and worth as much as the best of all sets, whatever the order of the input."""
    options, levers, budget = given_
    found = best(options, levers, budget)
    assert allowed([option for option in options if option.name in found], budget)
    worth = value_of([option for option in options if option.name in found], levers)
    assert worth == pytest.approx(tried(options, levers, budget), abs=1e-3)
    assert found == best(options[::-1], levers, budget)


def test_equal_sets() -> None:
    """Of two that are worth the same, the one of less effort; then the first by name."""
    twins = [Option(name=name, hours=hours, money=0, value=1.0) for name, hours in (("a", 5), ("b", 4), ("c", 4))]
    assert best(twins, {}, Budget(hours=5)) == {"b"}


def test_a_second_action_on_one_thing_counts_little() -> None:
    """What another chosen action moves already is worth a tenth: the money goes to what nothing moves yet."""
    options = [
        Option(name="a", hours=4, money=0, levers=frozenset("x")),
        Option(name="b", hours=4, money=0, levers=frozenset("x")),
        Option(name="c", hours=4, money=0, levers=frozenset("y")),
    ]
    assert best(options, {"x": 10.0, "y": 2.0}, Budget(hours=8)) == {"a", "c"}


# --- what a plan must be ----------------------------------------------------------------------------------------------


@st.composite
def wanted(draw: st.DrawFn) -> tuple[Plan, list[object], Budget | None]:
    """A plan of up to seven actions that need and exclude each other."""
    chosen = NAMES[: draw(st.integers(1, 7))]
    actions = []
    for place, name in enumerate(chosen):
        needs = draw(st.sets(st.sampled_from(chosen[:place]), max_size=2)) if place else set()
        rivals = draw(st.sets(st.sampled_from(chosen), max_size=1)) - {name}
        made = action(
            name,
            draw(st.integers(1, 30)),
            f"{draw(st.integers(1, 40))}d",
            prerequisites=tuple(sorted(needs)),
            conflicts=tuple(sorted(rivals)),
            responsible=LocalText(*[draw(st.sampled_from(("РОП", "маркетолог")))] * 2),
        )
        actions.append(made)
    budget = draw(st.none() | st.builds(Budget, hours=st.integers(0, 80)))
    return plan(*asking(*chosen), actions, budget), actions, budget


@settings(derandomize=True, max_examples=60, deadline=None)
@given(wanted())
def test_a_plan_can_be_done(given_: tuple[Plan, list, Budget | None]) -> None:  # type: ignore[type-arg]
    """No two that conflict, what is needed before what needs it and due no later, within the budget, nobody overloaded,
    everybody named, and every other action accounted for."""
    made, actions, budget = given_
    by_name = {one.name: one for one in actions}
    order = names(made)
    due = {item.action: item.due for item in made.items}
    for item in made.items:
        assert item.responsible
        for needed in by_name[item.action].prerequisites:
            assert order.index(needed) < order.index(item.action)
            assert due[needed] <= due[item.action]
        assert not set(by_name[item.action].conflicts) & set(order)
    if budget and budget.hours is not None:
        assert sum(item.effort.hours for item in made.items) <= budget.hours
    assert sorted([*order, *(left.action for left in made.not_chosen)]) == sorted(by_name)
    for item in made.items:
        own = [one for one in made.items if (one.person or one.responsible) == (item.person or item.responsible)]
        week = [one for one in own if one.due.isocalendar()[:2] == item.due.isocalendar()[:2]]
        assert len(week) <= MOST_IN_A_WEEK
        earlier = sum(one.effort.hours for one in own if one.due <= item.due)
        weeks = (item.due - AS_OF).days // 7 + 1
        assert earlier <= HOURS_A_WEEK * weeks + 1e-6


def test_long_work_takes_its_weeks() -> None:
    """Twenty-five hours at ten a week are done in the third week; work of a year too long to be true ends too."""
    load = Load()
    assert load.place("a", AS_OF, begin=AS_OF, hours=25).isocalendar().week == AS_OF.isocalendar().week + 2
    assert load.place("b", AS_OF, begin=AS_OF, hours=1e12).year < 2035


def test_small_changes_do_not_shuffle() -> None:
    """A few cases more or less leave the order; equal ones stand by name."""
    findings, rules = asking("b", "a", "c")
    actions = [action(name) for name in "abc"]
    before = names(plan(findings, rules, actions))
    more = [replace(one, lost_cases=(one.lost_cases or 0) + number) for number, one in enumerate(findings)]
    assert before == names(plan(more, rules, actions)) == ["a", "b", "c"]


def test_what_would_swap_the_first_two() -> None:
    """The first item says how little the second would have to take to come before it."""
    findings, rules = asking("a", "b")
    made = plan(findings, rules, [action("a", 2), action("b", 4)])
    assert made.items[0].swaps_if == "на «Сделать b» уйдёт меньше 2 ч (сейчас 4 ч)"
    assert made.items[1].swaps_if is None
    quick = plan(findings, rules, [action("a", 2), action("b", 1.5)])
    assert names(quick) == ["b", "a"]


def test_whose_hours() -> None:
    """Hours are those of whom the effort names; who answers for it is somebody else."""
    one = action("a", effort=Effort(hours=40, of=LocalText("маркетолог", "маркетолог")))
    two = action("b", 4)
    made = {item.action: item for item in plan(*asking("a", "b"), [one, two]).items}
    assert made["a"].due > made["b"].due
