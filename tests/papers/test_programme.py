"""`voronka programme`: before there is data, with an audit; and the reports by reader."""

from datetime import date
from pathlib import Path

import lxml.html
import pytest

from engine.render.papers.points import first_look
from tests.command import voronka, workspace


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A new workspace of the library, without any export."""
    root = tmp_path / "client"
    assert voronka("init", root, "--locale", "en").code == 0
    return root


def test_it_needs_no_data(empty: Path) -> None:
    """Channels, steps, control points with limits, norms, people and dates, from the definitions alone."""
    ran = voronka("programme", empty, "--start", "2026-12-01")
    assert ran.code == 0, ran.text
    assert "no data yet" in ran.text
    folder = empty / "programme"
    assert sorted(path.name for path in folder.iterdir()) == [
        "programme.html", "programme.md", "regulation.html", "regulation.md",
    ]  # fmt: skip
    text = (folder / "programme.md").read_text("utf-8").replace("\u00a0", " ")
    for word in ("Web form", "```mermaid", "head of sales", "every week", "to be agreed with you", "1 December 2026"):
        assert word in text, word
    assert "There has been no audit yet" in text
    regulation = (folder / "regulation.md").read_text("utf-8").replace("\u00a0", " ")
    for word in ("at most 15 min", "Name who handles it", "where the client heard of us", "Counts as lost"):
        assert word in regulation, word


def test_pages_stand_alone_and_can_be_read_aloud(empty: Path) -> None:
    """Nothing is fetched, nothing runs; pictures are in the page; tables have heads; every link leads somewhere."""
    assert voronka("programme", empty, "--start", "2026-12-01", "--format", "html").code == 0
    for name in ("programme", "regulation"):
        page = lxml.html.document_fromstring((empty / f"programme/{name}.html").read_text("utf-8"))
        assert page.xpath("//script|//link|//iframe|//object|//form") == []
        assert all(source.startswith("data:image/svg+xml;base64,") for source in page.xpath("//img/@src"))
        assert all(table.xpath(".//thead//th[@scope]") for table in page.xpath("//table"))
        assert {link[1:] for link in page.xpath("//a/@href")} <= set(page.xpath("//@id"))
    assert len(lxml.html.parse(str(empty / "programme/programme.html")).xpath("//img")) == 3


def test_equal_definitions_give_equal_bytes_and_edits_are_kept(empty: Path) -> None:
    """A programme that was edited by hand is not written over, unless it is asked for."""
    assert voronka("programme", empty, "--start", "2026-12-01").code == 0
    assert voronka("programme", empty, "--start", "2026-12-01").code == 0
    path = empty / "programme/programme.md"
    path.write_text("edited", "utf-8")
    ran = voronka("programme", empty, "--start", "2026-12-01")
    assert (ran.code != 0, "[file-exists]" in ran.text, path.read_text("utf-8")) == (True, True, "edited")
    assert voronka("programme", empty, "--start", "2026-12-01", "--replace").code == 0
    assert path.read_text("utf-8") != "edited"


@pytest.mark.parametrize(
    ("option", "word"),
    [(("--start", "soon"), "[bad-time]"), (("--format", "docx"), "[unknown-format]"), (("--out", "/x"), "[outside]")],
)
def test_wrong_words_are_problems(empty: Path, option: tuple[str, str], word: str) -> None:
    """Each with its code, and nothing is written."""
    ran = voronka("programme", empty, *option)
    assert (ran.code, word in ran.text) == (2, True), ran.text
    assert not (empty / "programme").exists()


def test_names_that_try_to_break_out_do_not(tmp_path: Path) -> None:
    """Titles of a process are data: escaped in the page, and no fence of Markdown ends before its time."""
    root = workspace(tmp_path)
    process = root / "processes/web_form.yaml"
    nasty = "<script>alert(1)</script> ``` | x"
    text = process.read_text("utf-8").replace("ru: Поступила", f"ru: '{nasty}'")
    process.write_text(text.replace("title: {ru: Дозвонились", "work: '{{ 7*7 }}', title: {ru: Дозвонились"), "utf-8")
    assert voronka("programme", root, "--start", "2026-12-01", "--no-data").code == 0
    page = (root / "programme/programme.html").read_text("utf-8")
    assert "<script" not in page
    assert "{{ 7*7 }}" in page
    markdown = (root / "programme/programme.md").read_text("utf-8")
    assert sum(line.startswith("```") for line in markdown.splitlines()) == 2


def test_with_data_it_takes_in_the_findings(tmp_path: Path) -> None:
    """What the audit has found, what is measured now, the first measures; people by role alone where asked."""
    root = workspace(tmp_path)
    settings = root / "voronka.yaml"
    settings.write_text(settings.read_text("utf-8") + "people: {РОП: Карпова}\n", "utf-8")
    assert voronka("programme", root, "--start", "2026-12-01").code == 0
    text = (root / "programme/programme.md").read_text("utf-8")
    for word in ("Что показал аудит", "Долго не отвечаем", "Первые меры", "норматив нарушен", "РОП (Карпова)"):
        assert word in text, word
    assert voronka("programme", root, "--start", "2026-12-01", "--no-names", "--replace").code == 0
    assert "Карпова" not in (root / "programme/programme.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("start", "review", "horizon", "first"),
    [
        (date(2026, 12, 1), "week", 0, date(2026, 12, 14)),  # a Tuesday: the week of the 7th is the first whole one
        (date(2026, 12, 7), "week", 900, date(2026, 12, 15)),
        (date(2026, 12, 1), "month", 30 * 86_400, date(2027, 1, 31)),
        (date(2026, 12, 2), "month", 0, date(2027, 2, 1)),
        (date(2026, 12, 1), "quarter", 0, date(2027, 4, 1)),
        (date(2026, 12, 1), "day", 0, date(2026, 12, 2)),
    ],
)
def test_a_number_is_looked_at_once_it_can_be_judged(start: date, review: str, horizon: int, first: date) -> None:
    """A whole period after the start, and the horizon of its last case (D10)."""
    assert first_look(start, review, horizon) == first  # type: ignore[arg-type]


# --- reports by reader ------------------------------------------------------------------------------------------------


def test_each_reader_has_his_report(tmp_path: Path) -> None:
    """Owner, head of sales, one file a manager; the next audit without them leaves none lying about."""
    root = workspace(tmp_path)
    out = root / "reports/x"
    assert voronka("audit", root, "--out", out, "--for", "owner,sales,managers", "--format", "md,html").code == 0
    for name in ("owner", "sales", "managers/Иванова", "managers/Петров"):
        for form in ("md", "html"):
            assert (out / f"{name}.{form}").is_file(), name
    sheet = (out / "managers/Иванова.md").read_text("utf-8")
    assert "Петров" not in sheet
    assert voronka("audit", root, "--out", out).code == 0
    assert not (out / "owner.md").exists()
    assert not (out / "managers").exists()


def test_without_names_nobody_is_named(tmp_path: Path) -> None:
    """Neither in a text nor in the name of a file."""
    root = workspace(tmp_path)
    out = root / "reports/x"
    assert (
        voronka("audit", root, "--out", out, "--for", "sales,managers", "--format", "md,html", "--no-names").code == 0
    )
    assert sorted(path.name for path in (out / "managers").glob("*.md")) == ["Менеджер-1.md", "Менеджер-2.md"]
    for path in out.rglob("*.*"):
        assert "Иванов" not in path.name
        if path.suffix in (".md", ".html"):
            assert "Иванова" not in path.read_text("utf-8"), path.name


def test_an_unknown_reader_is_a_problem(tmp_path: Path) -> None:
    """Those there are are named."""
    ran = voronka("audit", workspace(tmp_path), "--for", "owners")
    assert (ran.code, "[unknown-reader]" in ran.text) == (2, True)
