"""Lists of cases: a spreadsheet opens them, and computes nothing."""

import csv
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.render.tables import cases_csv


def test_a_russian_table_opens_in_a_russian_spreadsheet() -> None:
    """Byte order mark, semicolons, decimal commas, CRLF."""
    rows = [("10021", 182400.5, -3, datetime(2026, 9, 28, 9, 5), date(2026, 9, 1), None)]
    table = cases_csv(("Обращение", "Сумма", "Изменение", "Время", "День", "Причина"), rows, "ru")
    head, line, rest = table.decode().split("\r\n")
    assert head == "\ufeffОбращение;Сумма;Изменение;Время;День;Причина"
    assert line == "10021;182400,5;-3;2026-09-28 09:05:00;2026-09-01;"
    assert rest == ""


def test_an_english_table_has_commas_and_points() -> None:
    """The separators are those of the language of the audit."""
    table = cases_csv(("case", "amount"), [("a,b", 1.5), ("c", 2.0)], "en")
    assert table == '\ufeffcase,amount\r\n"a,b",1.5\r\nc,2\r\n'.encode()


@pytest.mark.parametrize(
    "text", ["=cmd()|' /C calc'!A0", "+7 900", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "\x00=1"]
)
def test_a_formula_is_text(text: str) -> None:
    """What a spreadsheet would compute gets an apostrophe."""
    cell = cases_csv(("x",), [(text,)], "en").decode("utf-8-sig").split("\r\n")[1].strip('"')
    assert cell.startswith("'")


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4))
@settings(derandomize=True, max_examples=60)
def test_no_text_leaves_its_cell(rows: list[list[str]]) -> None:
    """Whatever clients write, the table keeps its rows and columns, and no cell begins a formula."""
    text = cases_csv(("a", "b"), rows, "ru").decode("utf-8-sig")
    read = list(csv.reader(text.split("\r\n")[:-1], delimiter=";"))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)
    assert not [cell for row in read for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
