"""Documents: golden files, names that try to break out, words that clients must never read."""

import dataclasses
import json
import os
import re
from pathlib import Path

import jsonschema
import lxml.html
import pytest

from engine.audit import Audit, AuditPeriod
from engine.render.json import audit_schema, to_json
from engine.render.markdown import escape
from engine.render.sample import sample
from engine.render.templates import folders, prepare, render

GOLDEN = Path(__file__).parent / "golden"
REGENERATE = "VORONKA_GOLDEN"
"""Set to 1 to write the golden files anew; look at the difference before it is committed."""


def _document(name: str, audit: Audit) -> str:
    return to_json(audit) if name == "audit.json" else render(f"{name}.j2", prepare(audit, folders(None)))


@pytest.mark.parametrize("name", ["plan.md", "plan.html", "interview.md", "interview.html", "audit.json"])
def test_documents_are_as_they_were(name: str, audit: Audit) -> None:
    """A change of a document is seen in the difference of its golden file."""
    path = GOLDEN / f"{audit.locale}-{name}"
    made = _document(name, audit)
    if os.environ.get(REGENERATE):
        path.write_bytes(made.encode())
    assert made.encode() == path.read_bytes(), f"set {REGENERATE}=1 to write the golden files anew"


@pytest.mark.parametrize("name", ["plan.md", "plan.html"])
def test_equal_audits_give_equal_bytes(name: str, audit: Audit) -> None:
    """A document depends on nothing but its audit."""
    assert _document(name, audit) == _document(name, sample(audit.locale))


def test_html_stands_alone(audit: Audit) -> None:
    """One file: nothing is fetched, nothing runs, and a policy in the page forbids both."""
    html = _document("plan.html", audit)
    page = lxml.html.document_fromstring(html)
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert page.xpath("//script|//link|//iframe|//object|//img|//form") == []
    assert not re.search(r"https?://|@import|url\(", html)
    assert all(link.startswith("#") for link in page.xpath("//a/@href"))


def test_html_can_be_read_aloud(audit: Audit) -> None:
    """Tables have headers, charts have a text, every link of the page leads somewhere, no id stands twice."""
    page = lxml.html.document_fromstring(_document("plan.html", audit))
    assert page.get("lang") == audit.locale
    assert all(table.xpath(".//thead//th[@scope]") for table in page.xpath("//table"))
    assert all(svg.get("aria-hidden") or svg.get("aria-label") for svg in page.xpath("//svg"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href")} <= set(ids)


def test_a_verdict_is_told_by_colour_sign_and_word(audit: Audit) -> None:
    """Who sees no colours reads the same report."""
    page = lxml.html.document_fromstring(_document("plan.html", audit))
    marks = page.xpath("//span[contains(concat(' ', @class, ' '), ' mark ')]")
    assert len(marks) > 30
    for mark in marks:
        assert mark.xpath("./svg")
        assert mark.text_content().strip()


@pytest.mark.parametrize("name", ["plan.md", "plan.html"])
def test_clients_never_read_the_words_of_statisticians(name: str, audit: Audit) -> None:
    """No confidence intervals, no decimals of a percent, no machine words."""
    text = _document(name, audit)
    if name == "plan.html":
        page = lxml.html.document_fromstring(text)
        for style in page.xpath("//style"):
            style.drop_tree()
        text = page.text_content()
    assert not re.search(r"[Cc]onfidence|[Дд]оверительн|cumulative|p-value|None|\bnan\b|\bTrue\b|\bFalse\b", text)
    assert not re.search(r"\d[.,]\d+\s*%", text)
    assert not re.search(r"[.,] из 100|\d[.,]\d+ (из|in) 100", text)


def test_an_audit_that_found_nothing_still_gives_its_documents() -> None:
    """No data, no rules, no plan: the report says so and does not fail."""
    full = sample("ru")
    period = AuditPeriod(since=None, until=None, grain="week")
    empty = Audit(
        voronka="0.1.0",
        client="Пусто",
        locale="ru",
        currency="RUB",
        time_zone="Europe/Moscow",
        definitions_sha256="0" * 64,
        as_of=None,
        period=period,
    )
    bare = dataclasses.replace(full, rules=(), control_points=(), period=period, plan=(), as_of=None)
    for audit in (empty, bare):
        for name in ("plan.md", "plan.html"):
            assert audit.client in _document(name, audit)
        jsonschema.validate(json.loads(to_json(audit)), audit_schema())
    assert "Это первый аудит" in _document("plan.md", empty)
    assert "за период" in _document("plan.md", bare)


def test_a_value_that_is_not_reached_says_so() -> None:
    """Where fewer than nine in ten ever got an answer there is no time, and no dash either."""
    full = sample("ru")
    slow = dataclasses.replace(full.facts[0], value=None, low=80_000, high=None, reached=False)
    text = _document("plan.md", dataclasses.replace(full, facts=(slow, *full.facts[1:])))
    assert "**дошли меньше 9\u00a0из\u00a010**" in text


def test_grey_says_how_many_more_cases_it_takes() -> None:
    """Too little data is a verdict with a number in it, too young is another."""
    text = _document("plan.md", sample("ru"))
    assert "○ мало данных (нужно ещё 40 обращений)" in text
    assert "○ рано судить" in text


# --- names that try to break out --------------------------------------------------------------------------------


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_no_name_becomes_a_part_of_the_page(nasty_audit: Audit, nasty_text: str) -> None:
    """In HTML the elements are those of a harmless audit, and the name reads as it was written."""
    html = _document("plan.html", nasty_audit)
    page = lxml.html.document_fromstring(html)
    assert page.xpath("//script|//img|//iframe|//link") == []
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert {element.tag for element in page.iter()} == _tags()
    shown = _normal(nasty_text.replace("\x1b", "").replace("\u202e", ""))
    assert page.xpath("string(//h1)").strip() in (shown, nasty_text.replace("\x1b", "").replace("\u202e", ""))
    assert "\x1b" not in html
    assert "\u202e" not in html


def _tags() -> set[object]:
    return {element.tag for element in lxml.html.document_fromstring(_document("plan.html", sample("ru"))).iter()}


def test_no_name_becomes_markdown(nasty_audit: Audit) -> None:
    """In Markdown a name makes no tag, no link, no heading, no cell and no list."""
    text = _document("plan.md", nasty_audit)
    harmless = _document("plan.md", sample("ru"))
    bare = re.sub(r"\\.", "", text)
    assert "<" not in bare
    assert not re.search(r"!?\[[^\]]*\]\(", bare)
    lines = bare.splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert len(headings) <= len([line for line in harmless.splitlines() if line.startswith("#")])
    assert "# heading" not in lines
    width = 0
    for line in lines:
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width, line
        else:
            width = 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("<b>", "&lt;b>"),
        ("[x](y)", "\\[x\\](y)"),
        ("`code`", "\\`code\\`"),
        ("# head", "\\# head"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("30.09.2026", "30.09.2026"),
        ("one\ntwo\r\n three", "one two three"),
        ("snake_case", "snake_case"),
        ("_it_", "\\_it\\_"),
        ("A & B", "A & B"),
        ("&lt;", "&amp;lt;"),
        ("\\", "\\\\"),
    ],
)
def test_markdown_is_escaped_no_more_than_needed(text: str, shown: str) -> None:
    """The raw file stays readable."""
    assert escape(text) == shown
