"""XLSX: sheets, header rows, dates as dates; bombs and entities refused."""

import csv
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from engine.events.trouble import Desk
from engine.events.workbook import to_csv

from .conftest import Workspace


def book(path: Path, *sheets: tuple[str, list[list[object]]]) -> None:
    """Write a workbook."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy hh:mm"}) as workbook:
        for name, rows in sheets:
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


TABLE: list[list[object]] = [
    ["id", "what", "when", "sum"],
    [1, "новая", datetime(2026, 2, 1, 10, 0, 5), 1000.5],
    [],
    [2, "new\nline", datetime(2026, 2, 3), 7],
]
SOURCE = (
    "- {{name: s, process: web, path: {path}, case: id, activity: what, at: when, {more}"
    "attributes: {{x: {{column: sum, type: number}}}}}}"
)


def test_dates_and_numbers_keep_their_meaning(workspace: Workspace) -> None:
    """Dates are times, whole numbers have no `.0`, blank rows are no rows."""
    book(workspace.root / "a.xlsx", ("Лист1", TABLE))
    report = workspace.one(SOURCE.format(path="a.xlsx", more=""))
    assert workspace.events("case_id, activity, happened_at, a_x") == [
        ("1", "новая", datetime(2026, 2, 1, 10, 0, 5), 1000.5),
        ("2", "new\nline", datetime(2026, 2, 3), 7.0),
    ]
    assert "a.xlsx: sheet `Лист1`, header in row 1" in report.notes


@pytest.mark.parametrize("sheet", ["Данные", "2"])
def test_sheet_by_name_or_number_and_header_further_down(workspace: Workspace, sheet: str) -> None:
    """A title above the header is skipped by `header:`; an unknown sheet has a hint."""
    titled = [["Отчёт за февраль"], ["", ""], *TABLE]
    book(workspace.root / "a.xlsx", ("Итоги", [["x"]]), ("Данные", titled))
    assert workspace.one(SOURCE.format(path="a.xlsx", more=f"sheet: {sheet}, header: 3, ")).events == 2
    (problem,) = workspace.problems(SOURCE.format(path="a.xlsx", more="sheet: Даные, "))
    assert (problem.code, problem.hint) == ("missing-sheet", "did you mean `Данные`?")


def test_rejected_rows_name_the_row_of_the_sheet(workspace: Workspace) -> None:
    """The line of a rejected row is the row that the spreadsheet shows."""
    book(workspace.root / "a.xlsx", ("a", [*TABLE, [3, "x", "when?", 1]]))
    report = workspace.one(SOURCE.format(path="a.xlsx", more=""))
    assert (report.reject_reasons[0].first.line, report.reject_reasons[0].first.column) == (5, "when")


def test_bombs_and_entities_are_refused_unread(workspace: Workspace) -> None:
    """A sheet that unpacks beyond all measure, or declares entities, is a problem at once."""
    with zipfile.ZipFile(workspace.root / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 150_000_000)
    assert workspace.problems(SOURCE.format(path="bomb.xlsx", more=""))[0].code == "bomb"
    with zipfile.ZipFile(workspace.root / "e.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    assert workspace.problems(SOURCE.format(path="e.xlsx", more=""))[0].code == "entities"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><table></table></html>", "web page"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"Workbook", "old .xls"),
        (b"PK\x03\x04 and no more", "no workbook"),
    ],
)
def test_files_that_are_no_workbooks_are_called_what_they_are(workspace: Workspace, content: bytes, said: str) -> None:
    """A web page, a locked or an old workbook under the name of one."""
    workspace.write("a.xlsx", content)
    (problem,) = workspace.problems(SOURCE.format(path="a.xlsx", more=""))
    assert problem.code == "unreadable"
    assert said in problem.message


def test_several_sheets(workspace: Workspace) -> None:
    """The first that holds a table by default, the others named; `*` reads all of them, each with its name."""
    book(
        workspace.root / "a.xlsx",
        ("Итоги", [["x"]]),
        ("Март", TABLE),
        ("Апрель", [TABLE[0][::-1], [9, datetime(2026, 4, 1), "x", 3]]),
    )
    report = workspace.one(SOURCE.format(path="a.xlsx", more=""))
    assert (report.rows, report.notes[1]) == (2, "a.xlsx: sheets not read: `Итоги`, `Апрель`")
    report = workspace.one(
        SOURCE.format(path="a.xlsx", more="sheet: '*', ").replace("sum,", "sheet,").replace("number", "text")
    )
    assert workspace.cases("case_id, a_x") == [("1", "Март"), ("2", "Март"), ("3", "Апрель")]


def test_a_sheet_without_names(workspace: Workspace) -> None:
    """`header: 0` calls columns by their number; words of errors of formulas are kept for the doctor."""
    book(workspace.root / "a.xlsx", ("a", [row for row in TABLE[1:] if row]))
    source = "- {name: s, process: web, path: a.xlsx, header: 0, case: column 1, activity: column 2, at: column 3}"
    assert workspace.one(source).events == 2


def test_errors_of_formulas_are_seen(workspace: Workspace) -> None:
    """Their cells are read as empty, and the doctor tells their rows."""
    path = workspace.root / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(
            [["id", "what", "when", "sum"], [1, "x", "2026-02-01", 5], [2, "y", "2026-02-02", 6]]
        ):
            sheet.write_row(number, 0, row)
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
    report = workspace.one(SOURCE.format(path="a.xlsx", more=""))
    assert [(d.code, d.rows, d.lines) for d in report.diagnoses] == [("formula-errors", 1, (3,))]


def test_an_empty_sheet_is_a_problem(workspace: Workspace) -> None:
    """No header, no rows: said as such."""
    book(workspace.root / "a.xlsx", ("a", []))
    assert workspace.problems(SOURCE.format(path="a.xlsx", more=""))[0].code == "empty-file"


def test_a_header_below_merged_cells_and_dates_without_their_format_are_read(tmp_path: Path) -> None:
    """A title and merged groups of columns are no header; numbers in a column of dates are dates."""
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, dated = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.merge_range(0, 0, 0, 3, "Отчёт по сделкам")
        sheet.merge_range(1, 0, 1, 1, "Сделка")
        sheet.merge_range(1, 2, 1, 3, "Когда и сколько")
        for column, name in enumerate(("№", "Этап", "Дата", "Сумма")):
            sheet.write(2, column, name)
        for row in range(3, 7):
            sheet.write_row(row, 0, [f"С-{row}", "new"])
            if row % 2:
                sheet.write_datetime(row, 2, datetime(2026, 3, row, 10, 30), dated)
            else:
                sheet.write_number(
                    row, 2, (datetime(2026, 3, row, 10, 30) - datetime(1899, 12, 30)) / timedelta(days=1)
                )
            sheet.write(row, 3, "12 345,50")
    target = tmp_path / "deals.csv"
    notes, signs = to_csv(Desk("deals", 0, None, []), path, "deals.xlsx", (), None, target)
    assert notes[0].endswith("header in row 3")
    assert "`Дата` holds dates and plain numbers" in notes[1]
    assert [(sign.diagnosis, sign.lines) for sign in signs] == [("merged-header", (1, 2)), ("serial-dates", (5, 7))]
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    assert rows[0][1:] == ["№", "Этап", "Дата", "Сумма"]
    assert [row[3] for row in rows[1:]] == [f"2026-03-0{day} 10:30:00" for day in range(3, 7)]
