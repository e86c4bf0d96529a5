"""Coverage of the processes: what scenarios touch, as a table, as a picture and as a gate."""

import xml.etree.ElementTree as ElementTree

import pytest

from engine.bdd.coverage import Coverage, percent
from engine.bdd.definitions import workspace
from engine.bdd.running import coverage_of
from engine.bdd.writing import Happened, case_as_feature, suggest, write_suggestions
from engine.machine import replay

from .conftest import Run, Site

ANSWER = """\
  Сценарий: ответ
    Когда поступила заявка
    И через 20 минут reach
    Тогда контрольная точка reaction_time жёлтая
"""
REFUSAL = """\
  Сценарий: отказ
    Когда поступила заявка
    И через 20 минут give_up
    Тогда заявка проиграна
"""
HEAD = "# language: ru\nФункция: Ф\n"
EVERYTHING = 5 + 6 + 4 + 4 + 3  # states, transitions, control points, limits, rules


def _touched(coverage: Coverage, kind: str) -> list[str]:
    return [item.name for item in coverage.items if item.kind == kind and item.scenarios]


def test_what_is_touched(site: Site) -> None:
    """States entered, transitions fired, control points judged, their rules, and the limits they lie beyond."""
    root = site(x=HEAD + ANSWER + REFUSAL)
    (coverage,) = coverage_of(root)
    assert _touched(coverage, "state") == ["received", "contacted", "lost"]
    assert _touched(coverage, "transition") == ["reach: received -> contacted", "give_up: received -> lost"]
    assert _touched(coverage, "control point") == ["reaction_time"]
    assert _touched(coverage, "limit") == ["slow_reaction.yellow"]
    assert _touched(coverage, "rule") == ["slow_reaction"]
    assert coverage.items[0].scenarios == ("features/x.feature::ответ", "features/x.feature::отказ")
    assert (coverage.touched, len(coverage.items)) == (8, EVERYTHING)


def test_removing_a_scenario_lowers_it_by_what_it_alone_touched(site: Site) -> None:
    """Without the refusal one state and one transition less are touched."""
    both = percent(coverage_of(site(x=HEAD + ANSWER + REFUSAL)))
    one = percent(coverage_of(site(x=HEAD + ANSWER)))
    assert both - one == pytest.approx(100 * 2 / EVERYTHING)


def test_failed_scenarios_touch_nothing(site: Site) -> None:
    """Only what came true counts."""
    (coverage,) = coverage_of(site(x=HEAD + ANSWER.replace("жёлтая", "зелёная")))
    assert coverage.touched == 0


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_gate(site: Site, bdd: Run, workers: tuple[str, ...]) -> None:
    """A green run that touches less than asked for is red, with workers too."""
    site(x=HEAD + ANSWER + REFUSAL)
    share = 100 * 8 / EVERYTHING
    assert bdd(*workers, f"--min-coverage={share - 0.1}").ret == 0
    result = bdd(*workers, f"--min-coverage={share + 0.1}")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["web_form: 36 %", "  состояния * 3/5 * quoted; won", "всего: 36.4 %", "нужно не менее 36.46* %"]
    )


def test_the_picture(site: Site, bdd: Run) -> None:
    """The state machine is drawn with the number of scenarios on each state and move."""
    root = site(x=HEAD + ANSWER + REFUSAL)
    bdd("--coverage-svg", "svg")
    text = (root / "svg/web_form.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert text.count("сценариев: 2") == 1
    assert "нет сценария" in text
    page = (root / "svg/index.html").read_text(encoding="utf-8")
    assert text in page
    assert page.count("<tr") == EVERYTHING
    assert page.count("class=missing") == EVERYTHING - 8


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_suggested_scenarios_pass_and_cover(site: Site, bdd: Run, locale: str) -> None:
    """Skeletons parse, pass, and leave no transition out; then there is nothing more to suggest."""
    root = site(locale=locale, x=HEAD + ANSWER)
    (text,) = suggest(workspace(root)).values()
    assert "reach из received" not in text
    (root / "features/suggested.feature").write_text(text, encoding="utf-8")
    bdd().assert_outcomes(passed=6)
    (coverage,) = coverage_of(root)
    assert all(item.scenarios for item in coverage.of("transition"))
    assert write_suggestions(root) == ()


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_a_case_of_the_log_replays(site: Site, bdd: Run, locale: str) -> None:
    """A real case, deviations and all, becomes a scenario that comes true and names nobody."""
    from datetime import datetime

    process = workspace(site(locale=locale)).processes["web_form"]
    events = [
        Happened(point="received", at=datetime(2026, 3, 4, 11, 5, 7)),
        Happened(point="call_attempt", at=datetime(2026, 3, 4, 11, 35)),
        Happened(point="received", at=datetime(2026, 3, 4, 11, 40)),
        Happened(point="contacted", at=datetime(2026, 3, 4, 12, 0, 1)),
        Happened(point="won", at=datetime(2026, 3, 9, 12)),
    ]
    text = case_as_feature(process, "+7 916 123-45-67", events, "ru" if locale == "ru" else "en")
    assert "916" not in text
    assert "2026" not in text
    assert replay(process, ["received", "contacted", "won"]).deviations == (("contacted", "won"),)
    site(locale=locale, x=text)
    bdd().assert_outcomes(passed=1)


CASE = """\
# language: ru
Функция: Заявка с сайта: обращение из журнала

  Сценарий: обращение 6b86b2
    Дано процесс web_form
    И сейчас вторник 09:00
    И заявка в состоянии contacted
    Когда через 1 день 2 часа 21 минуту quoted
    Тогда заявка в состоянии quoted
"""


def test_the_text_of_a_case(site: Site) -> None:
    """The scenario of a case, to the letter."""
    from datetime import datetime

    process = workspace(site()).processes["web_form"]
    events = [
        Happened(point="contacted", at=datetime(2026, 3, 3, 9)),
        Happened(point="quoted", at=datetime(2026, 3, 4, 11, 21)),
    ]
    assert case_as_feature(process, "1", events) == CASE
