"""The shipped processes, rules and actions: complete, in both languages, honest about what is known."""

import re
from functools import cache
from pathlib import Path

import pytest

from engine.definitions import document
from engine.definitions.checks import check_actions, check_process, check_rules
from engine.definitions.document import LocalText
from engine.definitions.process import Process
from engine.definitions.rule import Action, Actions, Rule, Rules
from engine.kpis.catalogue import catalogue
from engine.workspace.files import library, shipped

PROCESSES = tuple(sorted(path.stem for path in (library() / "processes").glob("*.yaml")))
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@cache
def process(name: str) -> Process:
    read = shipped(name)
    found = read.shaped(Process)
    assert read.problems == []
    assert list(check_process(read, found)) == []
    assert isinstance(found, Process)
    return found


@cache
def rules() -> tuple[Rule, ...]:
    found: list[Rule] = []
    for path in sorted(path for path in (library() / "rules").glob("*.yaml") if not path.stem.endswith(".test")):
        read = document.read(path, path.name)
        shaped = read.shaped(Rules)
        assert read.problems == []
        assert list(check_rules(read, shaped)) == []
        found.extend(shaped.rules)
    return tuple(found)


@cache
def actions() -> tuple[Action, ...]:
    found: list[Action] = []
    for path in sorted((library() / "rules" / "actions").glob("*.yaml")):
        read = document.read(path, path.name)
        shaped = read.shaped(Actions)
        assert read.problems == []
        assert list(check_actions(read, shaped)) == []
        found.extend(shaped.actions)
    return tuple(found)


def in_both(text: LocalText | None) -> bool:
    """Whether a text is Russian in Russian and English in English."""
    return text is not None and bool(CYRILLIC.search(text.ru)) and not CYRILLIC.search(text.en) and text.en != ""


def in_both_or_name(text: LocalText) -> bool:
    """As `in_both`, or a name that is the same in both."""
    return in_both(text) or text.ru == text.en


@pytest.mark.parametrize("name", PROCESSES)
def test_everything_a_person_reads_of_a_process_is_in_both_languages(name: str) -> None:
    """States, marks, moves, dimensions and control points of a shipped process have Russian and English titles."""
    found = process(name)
    titles = [
        found.title,
        *(counter.title for counter in found.counters),
        *(state.title for state in found.states),
        *(mark.title for mark in found.marks),
    ]
    titles += [transition.title for transition in found.transitions]
    titles += [dimension.title for dimension in found.dimensions.values()]
    titles += [point.title for point in found.control_points.values()]
    assert [title for title in titles if not in_both(title)] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_control_points_are_complete(name: str) -> None:
    """A KPI of the catalogue, somebody responsible, and an own horizon for every conversion."""
    for point in process(name).control_points.values():
        assert point.kpi in catalogue
        assert point.responsible
        assert point.kpi != "conversion" or "within" in point.parameters, point.name


@pytest.mark.parametrize("name", PROCESSES)
def test_control_points_measure_between_points_of_their_process(name: str) -> None:
    """`from`, `to`, `state` and the mark of a count are states or marks of the process."""
    found = process(name)
    points = {state.name for state in found.states} | {mark.name for mark in found.marks} | {*found.counter_names}
    for point in found.control_points.values():
        keys = ("from", "to", "state", *(("of",) if point.kpi in ("count", "volume") else ()))
        assert {point.parameters[key] for key in keys if key in point.parameters} <= points, point.name


def test_rules_judge_control_points_that_exist() -> None:
    """Every limit stands on a control point of a shipped process."""
    points = {name: set(process(name).control_points) for name in PROCESSES}
    known = {f"{name}.{point}" for name in PROCESSES for point in points[name]}.union(*points.values())
    assert {rule.control_point for rule in rules() if rule.control_point} <= known


def test_rule_names_differ() -> None:
    """No two shipped rules, and no two shipped actions, have one name."""
    assert len({rule.name for rule in rules()}) == len(rules())
    assert len({action.name for action in actions()}) == len(actions())


def test_rules_are_in_both_languages_with_three_causes() -> None:
    """A rule has a title, a message and three causes at least; each cause is tested or asked, and leads to actions."""
    for rule in rules():
        assert in_both(rule.title), rule.name
        assert in_both(rule.message), rule.name
        assert len(rule.causes) >= 3, rule.name
        for cause in rule.causes:
            assert in_both(cause.title), (rule.name, cause.name)
            assert cause.exposure is not None or in_both(cause.ask), (rule.name, cause.name)
            assert cause.actions, (rule.name, cause.name)


def test_every_limit_says_where_it_comes_from() -> None:
    """A published or industry norm has evidence, source, population, year, caveat and the month it was checked."""
    for rule in rules():
        if rule.control_point is None:
            continue
        assert rule.norm is not None, rule.name
        if rule.norm.label == "agree with the client":
            assert in_both(rule.norm.caveat), rule.name
            continue
        norm = rule.norm
        assert norm.evidence, rule.name
        assert norm.ref is not None, rule.name
        assert in_both_or_name(norm.ref), rule.name
        assert in_both(norm.population), rule.name
        assert norm.year, rule.name
        assert in_both(norm.caveat), rule.name
        assert norm.checked, rule.name


def test_a_limit_without_a_norm_is_the_clients_own_or_agreed() -> None:
    """`best month` and `median month` never carry somebody else's norm."""
    own = [rule for rule in rules() if rule.yellow is not None and rule.yellow.own]
    assert own
    assert {rule.norm.label for rule in own if rule.norm} == {"agree with the client"}


def test_actions_are_complete() -> None:
    """Title, three to five steps in both languages, responsible, effort, due, what it moves, when not, evidence."""
    assert len(actions()) >= 30
    for action in actions():
        assert in_both(action.title), action.name
        assert 3 <= len(action.steps) <= 5, action.name
        assert all(in_both(step) for step in action.steps), action.name
        assert action.responsible, action.name
        assert action.effort.hours > 0, action.name
        assert action.effort.of, action.name
        assert action.due_in.seconds, action.name
        assert action.moves, action.name
        assert in_both(action.when_not), action.name
        assert action.evidence is not None, action.name
        assert in_both_or_name(action.evidence.source), action.name


def test_actions_refer_to_each_other_and_to_control_points() -> None:
    """Prerequisites and conflicts are actions, conflicts are mutual or one-sided but real, moves are control points."""
    names = {action.name for action in actions()}
    points = {point for name in PROCESSES for point in process(name).control_points}
    for action in actions():
        assert {*action.prerequisites, *action.conflicts} <= names - {action.name}, action.name
        assert not {*action.prerequisites} & {*action.conflicts}, action.name
        assert {moves.control_point for moves in action.moves} <= points, action.name


def test_every_action_is_used_and_every_used_action_exists() -> None:
    """Rules and actions fit: nothing is left over, nothing is missing."""
    used = {name for rule in rules() for name in (*rule.actions, *(a for c in rule.causes for a in c.actions))}
    assert used == {action.name for action in actions()}


def test_no_percentage_of_growth_is_promised() -> None:
    """No title, step or source promises `+N %` or that something will grow by so much."""
    promise = re.compile(
        r"\+\s*\d+[.,]?\d*\s*%|(рост|прирост|увелич\w+|вырас\w+|growth|increase\w*|rise\w*) (на|by|of) \d"
    )
    texts: list[LocalText] = []
    for action in actions():
        assert action.evidence is not None
        texts += [action.title, *action.steps, action.evidence.source]
        texts += [action.evidence.caveat] if action.evidence.caveat else []
    texts += [text for rule in rules() for text in (rule.title, rule.message) if text is not None]
    assert [text for text in texts if promise.search(text.ru) or promise.search(text.en)] == []


def test_untraceable_claims_are_not_shipped() -> None:
    """Numbers that nobody can trace appear nowhere in the library as norms or evidence."""
    folder = library()
    shipped: list[Path] = [*(folder / "processes").rglob("*.yaml"), *(folder / "rules").rglob("*.yaml")]
    refused = re.compile(r"391\s*%|78\s*%|62\s*%|85\s*% (never|не)|evidence: M|grade: M")
    assert [path.name for path in shipped if refused.search(path.read_text("utf-8"))] == []
