"""Nothing is green by accident: one bad file for each kind of mistake, in both languages."""

from pathlib import Path

import pytest

from engine.bdd.messages import MESSAGES, shown
from engine.bdd.parsing import parse
from engine.bdd.reading import BadFeature, read

from .conftest import Run, Site

RU = "# language: ru\nФункция: Ф\n"
EN = "# language: en\nFeature: F\n"

BAD: list[tuple[str, int, str | bytes, str | bytes]] = [
    ("empty-file", 1, "", ""),
    ("empty-file", 1, "# language: ru\n# ничего\n", "# language: en\n# nothing\n"),
    ("encoding-utf16", 1, (RU + "Сценарий: а").encode("utf-16"), (EN + "Scenario: a").encode("utf-16")),
    ("encoding", 2, (RU + "Сценарий: а\n").encode("koi8-r"), b"Xeature: F\n\xff\xfe\x98\n"),
    ("language-unknown", 1, "# language: rus\nФункция: Ф\n", "# language: eng\nFeature: F\n"),
    ("language-wrong", 2, "# language: en\nФункция: Ф\n", "# language: ru\nFeature: F\n"),
    (
        "language-wrong",
        5,
        RU + "  Сценарий: а\n    Дано процесс web_form\n    When a case arrives\n",
        EN + "  Scenario: a\n    Given the process web_form\n    Когда поступила заявка\n",
    ),
    ("no-feature", 1, "Сценарий: а\n  Дано процесс web_form\n", "Scenario: a\n  Given the process web_form\n"),
    (
        "second-feature",
        5,
        RU + "Сценарий: а\n  Дано процесс web_form\nФункция: Г\n",
        EN + "Scenario: a\n  Given the process web_form\nFeature: G\n",
    ),
    ("no-scenarios", 2, RU, EN),
    (
        "duplicate-scenario",
        5,
        RU + "Сценарий: а\n  Дано процесс web_form\nСценарий: а\n  Дано процесс web_form\n",
        EN + "Scenario: a\n  Given the process web_form\nScenario: a\n  Given the process web_form\n",
    ),
    (
        "duplicate-scenario",
        7,
        RU + "Правило: п\nСценарий: а\n  Дано процесс web_form\nПравило: р\nСценарий: а\n  Дано процесс web_form\n",
        EN + "Rule: p\nScenario: a\n  Given the process web_form\nRule: r\nScenario: a\n  Given the process web_form\n",
    ),
    ("no-name", 3, RU + "Сценарий:\n  Дано процесс web_form\n", EN + "Scenario:\n  Given the process web_form\n"),
    (
        "no-steps",
        3,
        RU + "Сценарий: а\nСценарий: б\n  Дано процесс web_form\n",
        EN + "Scenario: a\nScenario: b\n  Given the process web_form\n",
    ),
    (
        "no-steps",
        5,
        RU + "Предыстория:\n  Дано процесс web_form\nСценарий: а\n",
        EN + "Background:\n  Given the process web_form\nScenario: a\n",
    ),
    (
        "keyword-colon",
        4,
        RU + "Сценарий: а\n  Дано: процесс web_form\n  Когда поступила заявка\n",
        EN + "Scenario: a\n  Given: the process web_form\n  When a case arrives\n",
    ),
    (
        "keyword-colon",
        5,
        RU + "Сценарий: а\n  Дано процесс web_form\n  Когда: поступила заявка\n",
        EN + "Scenario: a\n  Given the process web_form\n  When: a case arrives\n",
    ),
    (
        "keyword-case",
        4,
        RU + "Сценарий: а\n  дано процесс web_form\n  Когда поступила заявка\n",
        EN + "Scenario: a\n  given the process web_form\n  When a case arrives\n",
    ),
    (
        "not-a-step",
        4,
        RU + "Сценарий: а\n  процесс web_form\n  Когда поступила заявка\n",
        EN + "Scenario: a\n  the process web_form\n  When a case arrives\n",
    ),
    (
        "not-a-step",
        5,
        RU + "Сценарий: а\n  Дано процесс web_form\n  поступила заявка\n",
        EN + "Scenario: a\n  Given the process web_form\n  a case arrives\n",
    ),
    (
        "step-before-scenario",
        3,
        RU + "  Дано процесс web_form\nСценарий: а\n  Когда поступила заявка\n",
        EN + "  Given the process web_form\nScenario: a\n  When a case arrives\n",
    ),
    (
        "step-before-scenario",
        5,
        RU + "  Как менеджер\n\n  процесс web_form\nСценарий: а\n  Когда поступила заявка\n",
        EN + "  As a manager\n\n  the process web_form\nScenario: a\n  When a case arrives\n",
    ),
    ("and-first", 4, RU + "Сценарий: а\n  И процесс web_form\n", EN + "Scenario: a\n  And the process web_form\n"),
    (
        "no-examples",
        3,
        RU + "Структура сценария: а\n  Дано процесс <п>\n",
        EN + "Scenario Outline: a\n  Given the process <p>\n",
    ),
    (
        "no-examples",
        5,
        RU + "Структура сценария: а\n  Дано процесс <п>\n  Примеры:\n    | п |\n",
        EN + "Scenario Outline: a\n  Given the process <p>\n  Examples:\n    | p |\n",
    ),
    (
        "unknown-placeholder",
        4,
        RU + "Структура сценария: а\n  Дано процесс <п> <р>\n  Примеры:\n  | п |\n  | 1 |\n",
        EN + "Scenario Outline: a\n  Given the process <p> <r>\n  Examples:\n  | p |\n  | 1 |\n",
    ),
    ("unknown-placeholder", 4, RU + "Сценарий: а\n  Дано процесс <п>\n", EN + "Scenario: a\n  Given the process <p>\n"),
    (
        "unused-column",
        6,
        RU + "Структура сценария: а\n  Дано процесс <п>\n  Примеры:\n  | п | р |\n  | 1 | 2 |\n",
        EN + "Scenario Outline: a\n  Given the process <p>\n  Examples:\n  | p | r |\n  | 1 | 2 |\n",
    ),
    (
        "duplicate-column",
        6,
        RU + "Структура сценария: а\n  Дано процесс <п>\n  Примеры:\n  | п | п |\n  | 1 | 2 |\n",
        EN + "Scenario Outline: a\n  Given the process <p>\n  Examples:\n  | p | p |\n  | 1 | 2 |\n",
    ),
    (
        "duplicate-row",
        8,
        RU + "Структура сценария: а\n  Дано процесс <п>\n  Примеры:\n  | п |\n  | 1 |\n  | 1 |\n",
        EN + "Scenario Outline: a\n  Given the process <p>\n  Examples:\n  | p |\n  | 1 |\n  | 1 |\n",
    ),
    (
        "table-cells",
        6,
        RU + "Сценарий: а\n  Когда история заявки\n  | а | б |\n  | а |\n",
        EN + "Scenario: a\n  When the history of the case\n  | a | b |\n  | a |\n",
    ),
    (
        "bad-tag",
        3,
        RU + "@кто:иванов\nСценарий: а\n  Дано процесс web_form\n",
        EN + "@who:smith\nScenario: a\n  Given the process web_form\n",
    ),
    (
        "unexpected-end",
        5,
        RU + 'Сценарий: а\n  Дано процесс web_form\n  """\n',
        EN + 'Scenario: a\n  Given the process web_form\n  """\n',
    ),
    (
        "syntax",
        5,
        RU + "Сценарий: а\n  Дано процесс web_form\nПредыстория:\n  Дано процесс web_form\n",
        EN + "Scenario: a\n  Given the process web_form\nBackground:\n  Given the process web_form\n",
    ),
]
AT_RUN_TIME = {"extension", "undefined-step", "ambiguous-step", "unused-table", "missing-table"}


def _problems(folder: Path, content: str | bytes, locale: str) -> tuple[list[tuple[int, str]], str]:
    path = folder / "x.feature"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadFeature) as caught:
        parse(path, read(path, "features/x.feature", locale))
    found = caught.value
    return [(p.where.line, p.code) for p in found.problems], "\n".join(shown(p, found.locale) for p in found.problems)


@pytest.mark.parametrize(("code", "line", "ru", "en"), BAD, ids=[f"{i}-{bad[0]}" for i, bad in enumerate(BAD)])
def test_every_mistake_is_red_at_its_line(
    tmp_path: Path, code: str, line: int, ru: str | bytes, en: str | bytes
) -> None:
    """Each kind of mistake is the one problem of its file, with its line and advice in the feature's language."""
    for locale, content, advice in (("ru", ru, "совет: "), ("en", en, "hint: ")):
        problems, text = _problems(tmp_path, content, locale)
        assert problems == [(line, code)], text
        assert advice in text


def test_the_table_has_every_code() -> None:
    """No message is without its bad file."""
    assert {bad[0] for bad in BAD} | AT_RUN_TIME == set(MESSAGES)


def test_the_texts(tmp_path: Path) -> None:
    """The words of one problem in each language."""
    russian = _problems(tmp_path, RU + "Сценарий: а\n  Дано: процесс web_form\n  Когда поступила заявка\n", "ru")[1]
    assert russian == (
        "features/x.feature:4: после `Дано` стоит двоеточие, и шаг не выполнился бы [keyword-colon]\n"
        "  совет: уберите двоеточие: `Дано процесс web_form`"
    )
    english = _problems(tmp_path, EN + "Scenario: a\n  given the process web_form\n  When a case arrives\n", "en")[1]
    assert english == (
        "features/x.feature:4: the step begins with `given` and would not run [keyword-case]\n"
        "  hint: begin with a capital letter: `Given the process web_form`"
    )


GOOD = """\
Функция: Ф
  Сценарий: а
    Дано процесс web_form
    Когда поступила заявка
    Тогда заявка в состоянии received
"""


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        ("# language: ru\n" + GOOD).encode("utf-8-sig"),
        GOOD.encode("cp1251"),
        ("# Language: ru\n" + GOOD).replace("\n", "\r\n").encode(),
        GOOD.replace("Дано", "*").replace("Когда", "*").replace("Тогда", "*").encode(),
        GOOD.replace("    Дано процесс web_form\n", "")
        .replace("Функция: Ф\n", "Функция: Ф\n  Предыстория:\n    Дано процесс web_form\n")
        .replace("    Когда поступила заявка\n    Тогда заявка", "    Когда поступила заявка\n    Тогда заявка")
        .encode(),
        GOOD.replace("Функция: Ф\n", "Функция: Ф\n  Если клиент ждёт, он уходит.\n  И это дорого.\n").encode(),
    ],
    ids=["no-header", "bom", "cp1251", "crlf", "star", "background", "story"],
)
def test_what_other_editors_write_runs(site: Site, bdd: Run, content: bytes) -> None:
    """A mark of order, Windows-1251, no header, `*` and free text in the feature run as they should."""
    site(x=content)
    bdd().assert_outcomes(passed=1)


def test_no_row_replaces_a_scenario(site: Site, bdd: Run) -> None:
    """A scenario that is called like a row of an outline still runs: both do."""
    outline = "  Структура сценария: а\n    Дано процесс <п>\n    Примеры:\n      | п |\n      | web_form |\n"
    site(x=RU + outline + "  Сценарий: а [web_form]\n    Дано процесс web_form\n")
    bdd().assert_outcomes(passed=2)


def test_and_continues_a_background(site: Site, bdd: Run) -> None:
    """A scenario may begin with And where a background comes before it."""
    text = "Функция: Ф\n  Предыстория:\n    Дано процесс web_form\n  Сценарий: а\n    И у заявки source partner\n"
    site(x=text)
    bdd().assert_outcomes(passed=1)


def test_a_bad_file_is_red_and_the_others_run(site: Site, bdd: Run) -> None:
    """A file that cannot run makes the session red; no line of Python is shown."""
    site(good=GOOD, bad=RU + "Сценарий: а\n")
    result = bdd()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["features/bad.feature:3: в сценарии «а» нет ни одного шага [[]no-steps]"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*")


def test_a_feature_that_is_called_txt(site: Site, bdd: Run) -> None:
    """A file that an editor called `.feature.txt` is red, not passed over."""
    root = site(x=GOOD)
    (root / "features" / "y.feature.txt").write_text(GOOD, encoding="utf-8")
    result = bdd()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["features/y.feature.txt: *[[]extension]", "*переименуйте его в `y.feature`"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            GOOD + "    И заявка пляшет\n",
            ["features/x.feature:6: такого шага нет: И заявка пляшет [[]undefined-step]", "*похоже на*"],
        ),
        (GOOD + "    | а |\n", ["features/x.feature:5: *Тогда заявка в состоянии received [[]unused-table]"]),
        (
            GOOD.replace("поступила заявка", "история заявки"),
            ["features/x.feature:4: *Когда история заявки [[]missing-table]"],
        ),
    ],
    ids=["undefined", "unused", "missing"],
)
def test_a_step_that_means_nothing(site: Site, bdd: Run, text: str, lines: list[str]) -> None:
    """An unknown step, and a table that is not what the step reads, are red before anything runs."""
    site(x=text)
    result = bdd()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(lines)


AMBIGUOUS = """\
from pytest_bdd import given, parsers

@given(parsers.parse("клиент {кто}"))
def a(кто): pass

@given("клиент Иванов")
def b(): pass
"""


def test_a_step_with_two_meanings(site: Site, bdd: Run) -> None:
    """Two definitions that fit one step are red; a conftest may still replace a step of the library."""
    root = site(x=RU + "  Сценарий: а\n    Дано клиент Иванов\n")
    (root / "conftest.py").write_text(AMBIGUOUS, encoding="utf-8")
    result = bdd()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["features/x.feature:4: шаг понимают двояко: Дано клиент Иванов [[]ambiguous-step]"])


def test_a_conftest_replaces_a_step(site: Site, bdd: Run) -> None:
    """The workspace's own step goes before the library's of the same words."""
    root = site(x=RU + "  Сценарий: а\n    Дано процесс какой-то свой\n")
    own = 'from pytest_bdd import given, parsers\n@given(parsers.parse("процесс {п}"))\ndef a(п): pass\n'
    (root / "conftest.py").write_text(own, encoding="utf-8")
    bdd().assert_outcomes(passed=1)
