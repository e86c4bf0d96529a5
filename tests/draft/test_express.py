"""`voronka express` and `voronka draft` as a shell runs them: one page, nothing left behind, exit codes."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.command import voronka
from tests.draft import exports


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test stands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class _Page(HTMLParser):
    """Texts and outside links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data.replace("\N{NO-BREAK SPACE}", " "))


def test_one_page_and_nothing_else(here: Path) -> None:
    """In an empty folder with a Russian export: a page, and no YAML, no store, no leftovers."""
    exports.messy_excel(here / "заявки.xlsx")
    ran = voronka("express", "заявки.xlsx", "--no-open")
    assert ran.code == 0
    assert sorted(path.name for path in here.iterdir()) == ["express-заявки.html", "заявки.xlsx"]
    page = _Page((here / "express-заявки.html").read_text(encoding="utf-8"))
    text = " ".join(page.words)
    for words in ("Воронка", "Где теряются клиенты", "Связались", "Менеджеры", "Ларина Вера", "Что угадано"):
        assert words in text
    assert [link for link in page.links if not link.startswith("#")] == []
    assert "Успешно: 34" in ran.out


def test_the_most_doubtful_guess_is_computed_otherwise(here: Path) -> None:
    """The page shows numbers for another beginning of a case, and they are those of a process drafted so."""
    exports.messy_excel(here / "a.xlsx")
    voronka("express", "a.xlsx", "--no-open", "--out", "a.md")
    text = (here / "a.md").read_text(encoding="utf-8")
    assert "начинается во время «Связались», а не «Поступила»" in text
    (cases,) = re.findall(r"\| Обращений \| 90 \| 77 \|", text)
    assert cases


def test_no_manager_is_coloured(here: Path) -> None:
    """Managers are shown with ranges and without a verdict: no error was controlled for."""
    exports.orders(here / "orders.csv")
    voronka("express", "orders.csv", "--no-open")
    page = (here / "express-orders.html").read_text(encoding="utf-8")
    managers = page.split('<section id="managers">')[1].split("</section>")[0]
    assert "скорее всего от" in managers
    assert 'class="mark' not in managers


def test_the_workspace_can_be_kept_and_audited(here: Path) -> None:
    """`--keep` leaves a workspace that checks clean and audits the next day, from the same files."""
    exports.bitrix_history(here / "history.csv")
    assert voronka("express", "history.csv", "--no-open", "--keep", "client").code == 0
    assert "no problems" in voronka("check", "client").text
    assert "../history.csv" in (here / "client" / "voronka.yaml").read_text(encoding="utf-8")
    assert voronka("audit", "client").code == 0


def test_english_on_request(here: Path) -> None:
    """`--locale` speaks another language than the columns, `--as-of` looks from another day."""
    exports.bitrix_history(here / "history.csv")
    asked = ("--locale", "en", "--as-of", "2026-02-10T12:00", "--out", "p.html")
    ran = voronka("express", "history.csv", "--no-open", *asked)
    assert ran.code == 0
    text = " ".join(_Page((here / "p.html").read_text(encoding="utf-8")).words)
    assert "Where clients are lost" in text
    assert "10 February 2026" in text
    assert "Cases: 42" in ran.out


def test_equal_exports_give_equal_pages(here: Path) -> None:
    """Byte for byte."""
    exports.amocrm(here / "a.csv", 120)
    pages = []
    for name in ("1.html", "2.html"):
        voronka("express", "a.csv", "--no-open", "--out", name)
        pages.append((here / name).read_bytes())
    assert pages[0] == pages[1]


def test_exit_codes(here: Path) -> None:
    """2 for words of the command, 3 for data; nothing is left behind and nothing replaced."""
    exports.calls(here / "calls.csv", 40)
    (here / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (here / "mine.html").write_text("mine", encoding="utf-8")
    before = sorted(path.name for path in here.iterdir())
    assert voronka("express", "broken.xlsx", "--no-open", "--keep", "kept").code == 3
    assert voronka("express", "calls.csv", "--no-open", "--as-of", "soon", "--keep", "kept").code == 2
    assert voronka("express", "calls.csv", "--no-open", "--out", "mine.html").code == 2
    assert voronka("express", "--no-open").code == 2
    assert voronka("draft", "no.csv").code == 3
    assert sorted(path.name for path in here.iterdir()) == before
    assert (here / "mine.html").read_text(encoding="utf-8") == "mine"


def test_a_page_of_ours_is_replaced(here: Path) -> None:
    """The next day's page takes the place of yesterday's."""
    exports.calls(here / "calls.csv", 40)
    assert voronka("express", "calls.csv", "--no-open").code == 0
    exports.calls(here / "calls.csv", 80)
    assert voronka("express", "calls.csv", "--no-open").code == 0
    assert "Обращений: 80" in voronka("express", "calls.csv", "--no-open").out


def test_draft_tells_what_it_guessed(here: Path) -> None:
    """The terminal shows each guess with how sure it is; the folder is a workspace."""
    exports.english_deals(here / "deals.csv")
    ran = voronka("draft", "deals.csv", "--out", "client")
    assert ran.code == 0
    assert "Case: Deal ID (almost certainly)" in ran.out
    assert "no problems" in voronka("check", "client").text


def test_the_documentation_runs(here: Path) -> None:
    """Every command of docs/draft.md runs as written, on an export of the name it uses."""
    exports.messy_excel(here / "заявки.xlsx")
    text = (Path(__file__).parents[2] / "docs" / "draft.md").read_text(encoding="utf-8")
    commands = [line.split("#")[0].split() for line in text.splitlines() if line.startswith("voronka ")]
    assert len(commands) >= 4
    for command in commands:
        ran = voronka(*command[1:])
        assert ran.code == 0, f"{command}: {ran.err}"
