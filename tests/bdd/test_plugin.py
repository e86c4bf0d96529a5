"""Feature files are ordinary tests: ids, selection, tags, workers, reports, and an off switch."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.bdd import running
from engine.bdd.commands import run as run_features

from .conftest import Run, Site

FIRST = """\
# language: ru
@срочно
Функция: Первая
  Сценарий: Быстрый ответ
    Дано процесс web_form
    Когда поступила заявка
    И через 12 минут менеджер дозвонился
    Тогда контрольная точка reaction_time зелёная

  Структура сценария: Цвет по времени
    Когда поступила заявка
    И через <ждали> менеджер дозвонился
    Тогда контрольная точка reaction_time <цвет>

    @долго
    Примеры:
      | ждали   | цвет    |
      | 5 минут | зелёная |
      | 2 часа  | красная |
"""
SECOND = """\
Feature: Second
  @slow
  Scenario: paid in the end
    When a case arrives
    And after 1 hour reach
    And after 1 hour quote
    And after 2 days pay
    Then the case is won
"""
IDS = [
    "features/first.feature::Быстрый ответ",
    "features/first.feature::Цвет по времени [5 минут, зелёная]",
    "features/first.feature::Цвет по времени [2 часа, красная]",
    "features/second.feature::paid in the end",
]


def test_a_folder_without_python_runs(site: Site, bdd: Run) -> None:
    """YAML and two feature files are enough; ids are the names as they are written."""
    root = site(first=FIRST, second=SECOND)
    result = bdd("-v", "-v")
    result.assert_outcomes(passed=4)
    assert not list(root.rglob("*.py"))
    for name in IDS:
        result.stdout.fnmatch_lines([f"{name.replace('[', '[[]')} PASSED*"])


@pytest.mark.parametrize(
    ("args", "passed", "deselected"),
    [
        (("-k", "быстрый"), 1, 3),
        (("-k", "paid or цвет"), 3, 1),
        (("-m", "срочно"), 3, 1),
        (("-m", "долго"), 2, 2),
        (("-m", "срочно and not долго", "--strict-markers"), 1, 3),
        (("features/first.feature",), 3, 0),
        ((IDS[0],), 1, 0),
        ((IDS[2],), 1, 0),
    ],
)
def test_selection(site: Site, bdd: Run, args: tuple[str, ...], passed: int, deselected: int) -> None:
    """By part of a name, by a Cyrillic tag (of Examples too), by file, by id."""
    site(first=FIRST, second=SECOND)
    bdd(*args).assert_outcomes(passed=passed, deselected=deselected)


def test_reports(site: Site, bdd: Run, tmp_path: Path) -> None:
    """JUnit and Cucumber JSON carry names, steps, the language and what failed, without Python."""
    site(first=FIRST.replace("reaction_time зелёная", "reaction_time красная"))
    bdd(f"--junitxml={tmp_path / 'j.xml'}", f"--cucumberjson={tmp_path / 'c.json'}")
    cases = ElementTree.parse(tmp_path / "j.xml").getroot().iter("testcase")
    found = {case.get("name"): [child.text for child in case] for case in cases}
    assert set(found) == {name.partition("::")[2] for name in IDS[:3]}
    assert found["Быстрый ответ"][0].startswith("features/first.feature:8: Тогда контрольная точка")
    (feature,) = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert feature["language"] == "ru"
    steps = feature["elements"][0]["steps"]
    assert [step["result"]["status"] for step in steps] == ["passed", "passed", "passed", "failed"]
    assert "ожидалось: красная" in steps[3]["result"]["error_message"]


def test_off_switch_and_other_folders(site: Site, pytester: pytest.Pytester) -> None:
    """With `voronka_features = off`, and without a voronka.yaml above, feature files are left alone."""
    root = site(first=FIRST)
    plugins = running.plugins()
    (root / "pytest.ini").write_text("[pytest]\nvoronka_features = off\n", encoding="utf-8")
    assert pytester.runpytest_inprocess(*plugins).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    (root / "pytest.ini").unlink()
    pytester.runpytest_inprocess(*plugins).assert_outcomes(passed=3)
    (root / "voronka.yaml").rename(root / "other.yaml")
    from engine.bdd import plugin

    plugin.workspace_of.cache_clear()
    assert pytester.runpytest_inprocess(*plugins).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_exit_codes_of_voronka_test(site: Site) -> None:
    """0 where all came true; 1 for red, for a bad file, and for nothing to run."""
    root = site(first=FIRST)
    code = (
        "import sys, pathlib; from engine.bdd.commands import run; "
        "sys.exit(run(pathlib.Path(sys.argv[1]), *sys.argv[2:]))"
    )

    def exit_code(*args: str) -> int:
        words = [sys.executable, "-c", code, str(root), *args]
        return subprocess.run(words, capture_output=True, cwd=Path(__file__).parents[2]).returncode

    assert exit_code("-n", "2") == 0
    assert exit_code("-k", "нет такого") == 1
    (root / "features" / "bad.feature").write_text("", encoding="utf-8")
    assert exit_code() == 1


def test_broken_definitions_are_told_with_their_place(site: Site, bdd: Run) -> None:
    """A workspace with a mistake fails the scenario with the place of the mistake, not with a traceback."""
    root = site(first=FIRST)
    text = (root / "processes/web_form.yaml").read_text(encoding="utf-8")
    (root / "processes/web_form.yaml").write_text(
        text.replace("initial: received", "initial: recieved"), encoding="utf-8"
    )
    result = bdd("-k", "быстрый")
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(
        ["features/first.feature:5: рабочее место с ошибками", "processes/web_form.yaml:5:*recieved*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_public_function() -> None:
    """`engine.bdd.commands.run` is what the command calls."""
    assert callable(run_features)
