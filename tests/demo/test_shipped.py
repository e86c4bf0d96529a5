"""The shipped processes, rules and actions: complete, in both languages, honest about what is known."""

import re
import shutil
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.bdd.rulecases import RuleTest, RuleTests
from engine.definitions import document
from engine.definitions.checks import check_actions, check_process, check_rules
from engine.definitions.document import LocalText
from engine.definitions.process import Process
from engine.definitions.rule import Action, Actions, Rule, Rules
from engine.kpis.catalogue import catalogue
from engine.machine import draw_svg
from engine.rules.applies import places_of
from engine.workspace import check
from engine.workspace.files import library, shipped
from tests.command import voronka

PROCESSES = tuple(sorted(path.stem for path in (library() / "processes").glob("*.yaml")))
SVG = "{http://www.w3.org/2000/svg}"
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
    for path in sorted(p for p in (library() / "rules").glob("*.yaml") if not p.stem.endswith(".test")):
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
    titles = [found.title, *(state.title for state in found.states), *(mark.title for mark in found.marks)]
    titles += [counter.title for counter in found.counters]
    titles += [transition.title for transition in found.transitions]
    titles += [dimension.title for dimension in found.dimensions.values()]
    titles += [point.title for point in found.control_points.values()]
    assert [title for title in titles if not in_both(title)] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_every_state_says_what_is_done_and_kept_there(name: str) -> None:
    """A regulation of handling inquiries has no gaps: who, what, what to write down, wherever a case may wait."""
    waits = [state for state in process(name).states if not state.final]
    assert [state.name for state in waits if not (state.responsible and state.work and state.record)] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_control_points_are_complete(name: str) -> None:
    """A KPI of the catalogue, somebody responsible, and an own horizon for every conversion."""
    for point in process(name).control_points.values():
        assert point.kpi in catalogue
        assert in_both(point.responsible), point.name
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
    known = {f"{name}.{point}" for name in PROCESSES for point in process(name).control_points}
    known |= {point.partition(".")[2] for point in known}
    assert {rule.control_point for rule in rules() if rule.control_point} <= known


@pytest.mark.parametrize("name", PROCESSES)
def test_one_limit_judges_a_control_point(name: str) -> None:
    """No two rules with a limit look at the same control point of a process: one loss, one finding."""
    found = process(name)
    judged = [point for rule in rules() for _, point in places_of(rule.control_point, (found,)) if not rule.where]
    assert sorted(judged) == sorted(set(judged))


@pytest.mark.parametrize("name", PROCESSES)
def test_every_conversion_and_time_has_a_rule(name: str) -> None:
    """What is measured of a stage is judged: by a limit of its own, or by another of the same two points."""
    found = process(name)
    judged = {point for rule in rules() for _, point in places_of(rule.control_point, (found,))}
    ends = {(found.control_points[point].parameters.get(key)) for point in judged for key in ("to", "state")}
    left = [p for p in found.control_points.values() if p.kpi in ("conversion", "elapsed", "sojourn")]
    assert [point.name for point in left if point.name not in judged and point.parameters.get("to") not in ends] == []


def test_no_process_repeats_another() -> None:
    """What two processes say alike stands in a part: less than a third of their own lines are common."""
    lines = {
        name: {line.strip() for line in (library() / "processes" / f"{name}.yaml").read_text("utf-8").splitlines()[1:]}
        for name in PROCESSES
    }
    for one, two in combinations(PROCESSES, 2):
        assert len(lines[one] & lines[two]) < len(lines[one] | lines[two]) / 3, (one, two)


@pytest.mark.parametrize("name", [name for name in PROCESSES if process(name).states])
def test_every_process_is_drawn(name: str) -> None:
    """Its states are in the picture."""
    picture = draw_svg(process(name), "ru", {})
    assert all(state.title and state.title.ru[:6] in picture for state in process(name).states)


@pytest.mark.parametrize("name", PROCESSES)
def test_no_text_of_a_picture_covers_another(name: str) -> None:
    """With a number at every state and on every move, no label stands on a label or on a box."""
    found = process(name)
    numbers: dict[str | tuple[str, str], str] = {state.name: "412 · 78 %" for state in found.states}
    numbers |= {(a, move.dest): "214 · 52 %" for move in found.transitions for a in found.sources_of(move)}
    root = ElementTree.fromstring(draw_svg(found, "ru", numbers))
    boxes = [
        tuple(float(box.attrib[key]) for key in ("x", "y", "width", "height"))
        for box in root.iter(f"{SVG}rect")
        if "x" in box.attrib
    ]
    areas = [(x, y, x + wide, y + high) for x, y, wide, high in boxes]
    areas += [_label_area(text) for text in root.iter(f"{SVG}text") if text.get("class") == "label"]
    for one, other in combinations(areas, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide <= 1 or high <= 3, (name, one, other)


def _label_area(text: ElementTree.Element) -> tuple[float, float, float, float]:
    x, y, width = float(text.attrib["x"]), float(text.attrib["y"]), 6 * len(text.text or "")
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
    return left, y - 9, left + width, y + 2


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
        assert (rule.norm.label == "platform rule") == (rule.norm.evidence == "P"), rule.name
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
    assert len(actions()) >= 80
    for action in actions():
        assert in_both(action.title), action.name
        assert 3 <= len(action.steps) <= 5, action.name
        assert all(in_both(step) for step in action.steps), action.name
        assert in_both(action.responsible), action.name
        assert action.effort.hours > 0, action.name
        assert in_both(action.effort.of), action.name
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
    assert used == {action.name for action in actions() if not action.segments}


def rule_tests() -> tuple[RuleTest, ...]:
    """Every shipped rule test."""
    found: list[RuleTest] = []
    for path in sorted((library() / "rules").glob("*.test.yaml")):
        shaped = document.read(path, path.name).shaped(RuleTests)
        assert shaped is not None, path.name
        found.extend(shaped.tests)
    return tuple(found)


def test_every_action_fires_in_a_rule_test() -> None:
    """What can be done follows from some finding, as a test shows."""
    fired = {action for test in rule_tests() for finding in test.findings or () for action in finding.actions}
    assert {action.name for action in actions() if not action.segments} - fired == set()


@pytest.fixture(scope="module", params=["ru", "en"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the library as one workspace, with the features of one language."""
    root = tmp_path_factory.mktemp(request.param)
    for folder in ("processes", "rules"):
        shutil.copytree(library() / folder, root / folder, ignore=shutil.ignore_patterns("actions"))  # shipped anyway
    shutil.copytree(library() / "features" / request.param, root / "features")
    if request.param == "en":  # rule tests say the same in both languages
        for path in (root / "rules").glob("*.test.yaml"):
            path.unlink()
    named = sorted({str(process(name).calendar) for name in PROCESSES})
    calendars = "".join(f'  {name}: {{hours: {{mon-fri: "09:00-18:00"}}}}\n' for name in named)
    settings = f"format: 1\nclient: All\nlocale: {request.param}\ntime_zone: Europe/Moscow\ncalendars:\n{calendars}"
    (root / "voronka.yaml").write_text(settings, "utf-8")
    return root


def test_nothing_is_wrong_with_all_of_it(workspace: Path) -> None:
    """`voronka check` has nothing to say of the whole library."""
    assert check(workspace) == ()


def test_all_of_it_is_covered(workspace: Path) -> None:
    """Scenarios are green in both languages and, with the rule tests, touch every transition, point, rule and limit."""
    least = ("--min-coverage", "100") if workspace.name.startswith("ru") else ()
    ran = voronka("test", workspace, *least)
    assert ran.code == 0, ran.out[-3000:]
    assert not least or "правила без тестов" not in ran.out


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
    files: list[Path] = [*(folder / "processes").rglob("*.yaml"), *(folder / "rules").rglob("*.yaml")]
    refused = re.compile(r"391\s*%|78\s*%|62\s*%|85\s*% (never|не)|evidence: M|grade: M")
    files = [path for path in files if not path.stem.endswith(".test")]
    assert [path.name for path in files if refused.search(path.read_text("utf-8"))] == []
