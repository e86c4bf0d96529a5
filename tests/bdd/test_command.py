"""`voronka test` and `voronka explain case --as-feature`, as a consultant runs them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import voronka

from .conftest import Run, Site
from .test_log import HEAD, with_log

GREEN = """\
  Сценарий: ответ
    Когда поступила заявка
    И через 5 минут reach
    Тогда заявка в состоянии contacted
"""
RED = GREEN.replace("ответ", "отказ").replace("в состоянии contacted", "выиграна")


def test_green_red_and_gate(site: Site) -> None:
    """0: all came true; 1: something did not, or too little is touched; 2: the definitions are wrong."""
    root = site(x=HEAD + GREEN)
    green = voronka("test", root)
    assert green.code == 0
    assert "покрытие процессов" in green.out
    assert voronka("test", root, "--min-coverage", "90").code == 1
    assert voronka("test", root, "--min-coverage", "10").code == 0
    (root / "features/y.feature").write_text(HEAD + RED, encoding="utf-8")
    red = voronka("test", root)
    assert red.code == 1
    assert "features/y.feature:6: Тогда заявка выиграна" in red.out
    assert voronka("test", root / "features/x.feature").code == 0
    assert voronka("test", root, "-k", "ответ").code == 0
    assert voronka("test", root, "-k", "ничего").code == 1
    (root / "rules/limits.yaml").write_text("rules: [{name: a, control_point: nothing, red: '> 1'}]", encoding="utf-8")
    assert voronka("test", root).code == 2


def test_steps_need_no_workspace() -> None:
    """Every step with an example in both languages."""
    listed = voronka("test", "--steps")
    assert listed.code == 0
    assert "  Дано журнал data/deals.csv\n  Given the log data/deals.csv\n" in listed.out


def test_suggestions_are_written_and_overwrite_nothing(site: Site) -> None:
    """Scenarios for what none takes: a file of their own, which then passes."""
    root = site(x=HEAD + GREEN)
    assert voronka("test", root, "--suggest").out == "wrote features/web_form_suggested.feature\n"
    assert voronka("test", root).code == 0
    assert voronka("test", root, "--suggest").out == ""
    (root / "features/web_form_suggested.feature").write_text(HEAD + GREEN, encoding="utf-8")
    assert voronka("test", root, "--suggest").out == "wrote features/web_form_suggested2.feature\n"


def test_a_case_of_the_export_replays(site: Site, bdd: Run) -> None:
    """A deviating case of the log as a scenario: it comes true, and names nobody."""
    root = with_log(site)
    text = voronka("explain", "case", "web_form", "3", "--as-feature", "--project", root).out
    assert "вопреки процессу" in text
    assert all(word not in text for word in ("Ким", "site", "2026", "обращение 3\n"))
    (root / "features/case.feature").write_text(text, encoding="utf-8")
    bdd().assert_outcomes(passed=1)


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_shipped_features_are_green(tmp_path: Path, locale: str) -> None:
    """A new workspace tests green, before anybody has changed anything, and there is nothing to add to it."""
    root = tmp_path / "client"
    assert voronka("init", root, "--locale", locale).code == 0
    assert voronka("test", root).code == 0
    assert voronka("test", root, "--suggest").err == "nothing to suggest\n"


def test_no_other_command_imports_pytest(tmp_path: Path) -> None:
    """A consultant's audit does not pay for the tests."""
    code = "import sys, engine.cli as c\ntry: c.main(['init', sys.argv[1]])\nexcept SystemExit: pass\n"
    code += "print('pytest' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
