"""`voronka lists`: the right cases, real phones only here, links, nothing that a spreadsheet would compute."""

import zipfile
from pathlib import Path

import lxml.html
import pytest
from python_calamine import CalamineWorkbook

from engine.definitions.case_link import check_link, link_of
from engine.definitions.document import WrongValue
from engine.render.filenames import file_names
from tests.command import voronka

PROCESS = """process: form
title: {ru: Заявка, en: Form}
initial: received
states:
  - {name: received, title: {ru: Поступила, en: Received}}
  - {name: contacted, title: {ru: Поговорили, en: Contacted}}
  - {name: quoted, title: {ru: КП, en: Quoted}}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
marks: [{name: next_step}, {name: follow_up}]
happy_path: [received, contacted, quoted, won]
transitions:
  - {trigger: a, source: received, dest: contacted}
  - {trigger: b, source: contacted, dest: quoted}
  - {trigger: c, source: quoted, dest: won}
  - {trigger: d, source: "*", dest: lost}
control_points:
  reaction: {kpi: elapsed, from: received, to: contacted}
  followed: {kpi: conversion, from: quoted, to: follow_up, within: 3d}
"""
SETTINGS = """format: 1
client: Test
locale: en
time_zone: UTC
case_link: https://crm.example.org/deals/{case}?tab=1
sources:
  - name: deals
    process: form
    path: data/deals.csv
    case: id
    activity: stage
    at: at
    exported_at: 2026-03-20T12:00
    map:
      - {activity: [received, contacted, quoted, won, lost], state: received}
    attributes: {manager: manager, phone: phone, amount: {column: amount, type: money}}
"""
MAP = "\n".join(
    f"      - {{activity: {name}, state: {name}}}" for name in ("received", "contacted", "quoted", "won", "lost")
)
MAP += "\n" + "\n".join(f"      - {{activity: {name}, mark: {name}}}" for name in ("next_step", "follow_up"))
ROWS = """id;stage;at;manager;phone;amount
A1;received;2026-03-19 10:00;Ivanova;+7 912 000-00-01;
A2;received;2026-03-18 10:00;Petrov;8 912 000 00 01;
B1;received;2026-03-10 10:00;Petrov;+7 912 000-00-02;
B2;received;2026-03-11 10:00;Petrov;89120000002;
B2;contacted;2026-03-11 11:00;Petrov;89120000002;
B2;next_step;2026-03-11 11:05;Petrov;89120000002;
C/1;received;2026-03-01 10:00;=cmd();+7 912 000-00-03;1000
C/1;contacted;2026-03-01 11:00;=cmd();+7 912 000-00-03;1000
C/1;quoted;2026-03-02 10:00;=cmd();+7 912 000-00-03;1000
D1;received;2026-03-01 10:00;Ivanova;+7 912 000-00-04;2000
D1;quoted;2026-03-02 10:00;Ivanova;+7 912 000-00-04;2000
D1;follow_up;2026-03-19 10:00;Ivanova;+7 912 000-00-04;2000
D1;next_step;2026-03-19 10:01;Ivanova;+7 912 000-00-04;2000
E1;received;2026-03-01 10:00;Ivanova;+7 912 000-00-05;
E1;lost;2026-03-02 10:00;Ivanova;+7 912 000-00-05;
"""


def made(root: Path, more: str = "") -> Path:
    """The workspace of the example."""
    old = SETTINGS[SETTINGS.index("      - {activity: [") : SETTINGS.index("    attributes:")]
    files = {"voronka.yaml": SETTINGS.replace(old, MAP + "\n") + more, "processes/form.yaml": PROCESS,
             "rules/none.yaml": "rules: []\n", "data/deals.csv": ROWS}  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def sheets(path: Path) -> dict[str, list[list[object]]]:
    """The rows of every sheet by its name, its head left out."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names}  # type: ignore[misc]


def listed(root: Path, *more: str) -> dict[str, list[list[object]]]:
    """What the command wrote."""
    ran = voronka("lists", root, *more)
    assert ran.code == 0, ran.text
    return sheets(root / "lists/2026-03-20.xlsx")


def test_the_lists_hold_the_cases_of_a_hand_example(tmp_path: Path) -> None:
    """A number that was spoken to since is off the first list; one row a number; a step or a touch takes a case off."""
    found = listed(made(tmp_path))
    cases = {name: [row[1] for row in rows] for name, rows in found.items() if name != "Summary"}
    assert cases == {
        "Not called back": ["A1"],
        "No next step": ["C/1"],
        "Silent after the quote": ["C/1"],
        "Untouched": ["C/1"],
    }
    times = found["Not called back"][0][7]
    assert (found["Not called back"][0][0], times) == ("Ivanova", 2)


def test_phones_are_real_here_and_masked_where_asked(tmp_path: Path) -> None:
    """`privacy: {lists: masked}` hides the middle; nothing else that is written holds the number."""
    root = made(tmp_path / "a")
    assert listed(root)["Not called back"][0][2] in ("+7 912 000-00-01", "8 912 000 00 01")
    masked = listed(made(tmp_path / "b", "privacy: {lists: masked}\n"))["Not called back"][0][2]
    assert "000-00-01" not in str(masked)
    assert str(masked) != ""
    assert voronka("audit", root, "--for", "owner,sales,managers").code == 0
    reports = [path for path in (root / "reports").rglob("*") if path.is_file()]
    assert any(path.parent.name == "managers" for path in reports)
    for path in reports:
        text = path.read_text("utf-8", errors="replace")
        assert "9120000001" not in text
        assert "912 000" not in text


def test_a_case_links_to_its_page_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    """The name of a case is quoted in the address; a manager called like a formula is a text."""
    listed(made(tmp_path))
    with zipfile.ZipFile(tmp_path / "lists/2026-03-20.xlsx") as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    assert any("https://crm.example.org/deals/C%2F1?tab=1" in text for text in parts.values())
    assert not any("<f>" in text for text in parts.values())
    assert sheets(tmp_path / "lists/2026-03-20.xlsx")["Untouched"][0][0] == "=cmd()"


def test_a_case_on_the_sheet_of_a_manager_links_to_its_page(tmp_path: Path) -> None:
    """Where the settings say the address of a case; elsewhere its number stands alone."""
    address = "https://crm.example.org/deals/A1?tab=1"
    for name, linked in (("with", True), ("without", False)):
        root = made(tmp_path / name)
        settings = root / "voronka.yaml"
        if not linked:
            lines = settings.read_text("utf-8").splitlines(keepends=True)
            settings.write_text("".join(line for line in lines if not line.startswith("case_link")), "utf-8")
        assert voronka("audit", root, "--out", root / "out", "--for", "managers", "--format", "md,html").code == 0
        page = lxml.html.parse(str(root / "out/managers/Ivanova.html"))
        text = (root / "out/managers/Ivanova.md").read_text("utf-8")
        assert [link.get("href") for link in page.xpath("//th/a[.='A1']")] == [address] * linked
        assert ("[A1](https://crm" in text) == linked
        assert "A1" in text


def test_equal_data_give_equal_bytes_and_nothing_is_lost_by_writing_again(tmp_path: Path) -> None:
    """A list that somebody ticked off is not written over, unless it is asked for."""
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    listed(one)
    listed(other)
    path = one / "lists/2026-03-20.xlsx"
    assert path.read_bytes() == (other / "lists/2026-03-20.xlsx").read_bytes()
    path.write_bytes(b"ticked off")
    ran = voronka("lists", one)
    assert (ran.code != 0, "[file-exists]" in ran.text, path.read_bytes()) == (True, True, b"ticked off")
    assert voronka("lists", one, "--replace").code == 0
    assert path.read_bytes() != b"ticked off"


def test_a_file_for_each_manager(tmp_path: Path) -> None:
    """His cases alone, under a name that is nothing but a name."""
    assert voronka("lists", made(tmp_path), "--by-manager").code == 0
    folder = tmp_path / "lists/2026-03-20"
    assert sorted(path.name for path in folder.iterdir()) == ["Ivanova.xlsx", "cmd.xlsx"]
    assert [row[1] for row in sheets(folder / "cmd.xlsx")["Untouched"]] == ["C/1"]


def test_how_long_is_declared(tmp_path: Path) -> None:
    """`untouched_for` and `silent_for` win over what the process says."""
    more = "lists: {untouched_for: 9d2h, silent_for: 20d}\n"
    found = listed(made(tmp_path, more))
    assert [row[1] for row in found["Untouched"]] == ["C/1", "B1"]
    assert found["Silent after the quote"] == []


def test_names_of_files_are_nothing_but_names() -> None:
    """No folder, no dot, no device, no two alike."""
    nasty = ["../../etc/passwd", "Иванова А. П.", "иванова а п", "CON", "..", "", "a" * 300, "x/y\\z:*?"]
    found = file_names(nasty, "nobody")
    assert len({name.casefold() for name in found.values()}) == len(nasty)
    assert found["CON"] == "m-CON"
    assert found["Иванова А. П."] == "Иванова-А-П"
    for name in found.values():
        assert name
        assert len(name) <= 45
        assert all(letter.isalnum() or letter == "-" for letter in name), name


@pytest.mark.parametrize(
    "pattern",
    ["javascript:alert('{case}')", "file:///{case}", "https://{case}.org/", "https://a.org/", "https://a.org/{case}{case}",
     "https://u:p@a.org/{case}", "https://a.org/{other}/{case}", "//a.org/{case}", "https://a.org/ {case}"],
)  # fmt: skip
def test_only_web_pages_are_links(pattern: str) -> None:
    """Nothing that runs, no file, no other place than the one declared."""
    with pytest.raises(WrongValue):
        check_link(pattern)


def test_a_case_cannot_leave_its_place_in_the_address() -> None:
    """Slashes, question marks and line ends of a name are quoted."""
    check_link("https://crm.example.org/deals/{case}/view")
    assert link_of("https://crm.example.org/deals/{case}/view", "../a?b=c#d\n").startswith(
        "https://crm.example.org/deals/..%2Fa%3Fb%3Dc%23d%0A/"
    )
