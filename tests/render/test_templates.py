"""Templates: where they are found, what they may do, where their mistakes are."""

import re
import time
from pathlib import Path

import pytest

from engine.definitions import document
from engine.errors import Problem, TemplateError
from engine.render.report import Report
from engine.render.sample import sample
from engine.render.templates import MESSAGES, Message, check_templates, find, folders, library, prepare, render


def _workspace(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "templates").mkdir()
    for name, text in files.items():
        (tmp_path / "templates" / name.replace("__", ".")).write_text(text, "utf-8")
    return tmp_path


def _problems(tmp_path: Path, text: str) -> list[Problem]:
    return list(check_templates(_workspace(tmp_path, own__html__j2=text), "ru"))


def test_the_shipped_templates_have_no_problems() -> None:
    """What is shipped can be rendered in both languages."""
    assert list(check_templates(None, "ru")) == []
    assert list(check_templates(None, "en")) == []


def test_a_workspace_template_hides_the_shipped_one(tmp_path: Path) -> None:
    """A consultant replaces a document by one file of the same name."""
    root = _workspace(tmp_path, plan__md__j2="# {{ report.client }}: {{ t('plan.title') }}")
    text = render("plan.md.j2", prepare(sample("en"), folders(root)))
    assert text == "# Furniture to Order: The plan\n"


def test_a_workspace_replaces_single_messages(tmp_path: Path) -> None:
    """A text of the documents can be changed without copying a template."""
    root = _workspace(tmp_path, messages__yaml='plan.title: {ru: "Дорожная карта", en: "Road map"}\n')
    assert "## Дорожная карта" in render("plan.md.j2", prepare(sample("ru"), folders(root)))


def test_a_message_in_one_language_only_is_a_problem(tmp_path: Path) -> None:
    """No document comes out half translated."""
    root = _workspace(tmp_path, messages__yaml='plan.title: {ru: "План"}\n')
    (problem,) = check_templates(root, "ru")
    assert (problem.where.file, problem.where.line, problem.code) == ("templates/messages.yaml", 1, "missing-key")


def test_every_shipped_message_speaks_both_languages_with_the_same_values() -> None:
    """`{n}` in one language is `{n}` in the other."""
    read = document.read(library() / MESSAGES, MESSAGES)
    found: dict[str, Message] = read.shaped(dict[str, Message])
    assert read.problems == []
    for key, message in found.items():
        slots = [set(re.findall(r"\{(\w+)", text)) for text in (message.ru, message.en)]
        assert slots[0] == slots[1], key


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("one\n{% if %}\n", 2, "template-syntax"),
        ("one\ntwo\n{{ repot.client }}\n", 3, "template-undefined"),
        ("{{ report.nothing }}", 1, "template-undefined"),
        ("one\n{{ report.__class__.__mro__ }}", 2, "template-forbidden"),
        ("{{ t.__globals__ }}", 1, "template-forbidden"),
        ("{{ report.client | safe }}", 1, "template-syntax"),
        ("{% autoescape false %}{{ report.client }}{% endautoescape %}", 1, "template-syntax"),
        ("\n{% include 'nothing.j2' %}", 2, "template-missing"),
        ("{% include '../voronka.yaml' %}", 1, "template-missing"),
        ("{% include '/etc/hostname' %}", 1, "template-missing"),
        ("{% include 'own.html.j2' %}", 1, "template-failed"),
        ("{{ t('no.such.message') }}", 1, "template-failed"),
        ("{{ 1 / 0 }}", 1, "template-failed"),
        ("{{ report.plan.append(1) }}", 1, "template-undefined"),
    ],
)
def test_a_mistake_in_a_template_has_a_place(tmp_path: Path, text: str, line: int, code: str) -> None:
    """File, line and kind of every mistake, before any audit is made."""
    (problem,) = _problems(tmp_path, text)
    assert (problem.where.file, problem.where.line, problem.code) == ("templates/own.html.j2", line, code)
    assert problem.message


BOMBS = (
    "{{ 'a' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{% for n in range(10**9) %}x{% endfor %}",
    "{{ range(10**9) | list }}",
    "{{ 10 ** 10 ** 10 }}",
    "{% set ns = namespace(a=10) %}{% for n in range(10000) %}{% set ns.a = ns.a * ns.a %}{% endfor %}",
    "{% set ns = namespace(s='ab') %}{% for n in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
    "{% set ns = namespace(s='ab') %}{% for n in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in range(9999) %}{% for b in range(9999) if false %}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a' | center(10**9) }}",
    "{{ 1.5 | round(10**9) }}",
    "{{ 1 .to_bytes(10**9) }}",
    "{{ range(9999) | join('x' * 100) }}",
    "{% for n in range(9999) %}" + "x" * 50_000 + "{% endfor %}",
    "{% set a %}{% for n in range(9999) %}" + "x" * 50_000 + "{% endfor %}{% endset %}",
    "{% set s = range(9999) | join(',') %}{{ s | replace('', s) | length }}",
    "{% for n in range(9999) %}{% for m in [range(9999) | list | sort] %}{% endfor %}{% endfor %}",
    "{{ lipsum(100000) }}",
)


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_a_template_cannot_eat_the_machine(tmp_path: Path, text: str) -> None:
    """A template that grows without end is stopped with its place, soon."""
    started = time.perf_counter()
    (problem,) = _problems(tmp_path, text)
    assert problem.where.file == "templates/own.html.j2"
    assert time.perf_counter() - started < 20


def test_a_parts_file_is_only_compiled(tmp_path: Path) -> None:
    """A part (`_name`) may need what only its includer knows."""
    root = _workspace(
        tmp_path, _part__html__j2="{{ shown }}", own__html__j2="{% set shown = 1 %}{% include '_part.html.j2' %}"
    )
    assert list(check_templates(root, "ru")) == []


def test_a_link_out_of_the_folder_is_no_template(tmp_path: Path) -> None:
    """Nothing outside of templates/ can be shown by a document."""
    (tmp_path / "secret.j2").write_text("secret")
    (tmp_path / "w").mkdir()
    root = _workspace(tmp_path / "w")
    (root / "templates" / "own.html.j2").symlink_to(tmp_path / "secret.j2")
    assert find(folders(root), "own.html.j2") is None
    (problem,) = check_templates(root, "ru")
    assert problem.code == "template-missing"


def test_a_template_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    """A binary or an enormous file is told, not guessed at."""
    root = _workspace(tmp_path)
    (root / "templates" / "a.html.j2").write_bytes(b"\xff\xfe\x00")
    (root / "templates" / "b.html.j2").write_text("x" * 600_000)
    problems = list(check_templates(root, "ru"))
    assert [(p.where.file, p.code) for p in problems] == [
        ("templates/a.html.j2", "template-syntax"),
        ("templates/b.html.j2", "template-syntax"),
    ]


def test_a_wrong_template_raises_when_it_is_rendered(tmp_path: Path) -> None:
    """Nothing comes out half written: an error carries the place."""
    root = _workspace(tmp_path, plan__html__j2="text\n{{ nothing }}")
    with pytest.raises(TemplateError) as caught:
        render("plan.html.j2", prepare(sample("ru"), folders(root)))
    assert str(caught.value.problems[0].where) == "templates/plan.html.j2:2"
    assert isinstance(prepare(sample("ru"), folders(root)).report, Report)
