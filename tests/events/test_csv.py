"""CSV: whatever encoding, delimiter and line end; what is no row is rejected with its line."""

import gzip
import time

import pytest

from engine.engines.duckdb import Engine
from engine.events import reading
from engine.events.encoding import BLOCK

from .conftest import Workspace, adds_up

PLAIN = "id;what;when\n1;новая;01.02.2026 10:00\n1;won;02.02.2026 11:30\n2;новая;03.02.2026 09:00\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_every_common_encoding_is_read_alike(workspace: Workspace, events: str, encoding: str) -> None:
    """The same table in any of the common encodings gives the same events, and the report names the encoding."""
    workspace.write("a.csv", PLAIN.encode(encoding))
    report = workspace.one(events.format(path="a.csv"))
    assert [row[0] for row in workspace.events("activity")] == ["новая", "won", "новая"]
    assert any("encoding" in note for note in report.notes)
    assert (report.rows, report.used, report.cases, report.events) == (3, 3, 2, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_detected(workspace: Workspace, events: str, delimiter: str, end: str) -> None:
    """Delimiter and line ends need not be declared."""
    workspace.write("a.csv", PLAIN.replace(";", delimiter).replace("\n", end).encode())
    assert workspace.one(events.format(path="a.csv")).events == 3


def test_mixed_line_ends_and_quoted_line_breaks(workspace: Workspace, events: str) -> None:
    """A file glued together from two systems is read; a line break inside quotes belongs to the cell."""
    workspace.write("a.csv", b'id;what;when\r\n1;"two\nlines";2026-02-01\n2;x;2026-02-02\r\n')
    workspace.one(events.format(path="a.csv"))
    assert [row[0] for row in workspace.events("activity")] == ["two\nlines", "x"]


def test_ragged_rows_are_rejected_with_their_line(workspace: Workspace, events: str) -> None:
    """Too few or too many fields and a broken quote are rejected with file, line and reason; the rest is used."""
    text = 'id;what;when\n1;"a\nb";2026-02-01\n2;x\n3;x;2026-02-01;4\n"4" q;x;2026-02-01\n5;x;2026-02-01\n'
    workspace.write("a.csv", text)
    report = workspace.one(events.format(path="a.csv"))
    assert adds_up(report)
    assert (report.used, report.rejected) == (2, 3)
    rows = workspace.engine.rows('select file, line, reason from "source:s".rejected order by line')
    assert rows == [
        ("a.csv", 4, "too-few-columns"),
        ("a.csv", 5, "too-many-columns"),
        ("a.csv", 6, "broken-quote"),
    ]


def test_line_of_a_rejected_value_counts_lines_not_rows(workspace: Workspace, events: str) -> None:
    """After a cell of several lines, a blank line and a ragged row, the line is still the line of the file."""
    text = 'id;what;when\n1;"a\nb\nc";2026-02-01\n\nragged\n2;x;yesterday\n3;x;2026-02-02\n'
    workspace.write("a.csv", text)
    report = workspace.one(events.format(path="a.csv"))
    reason = next(reason for reason in report.reject_reasons if reason.code == "time")
    assert (reason.first.line, reason.first.column) == (7, "when")
    assert "yesterday" in reason.message


def test_columns_without_a_name_and_doubled_names(workspace: Workspace) -> None:
    """Columns are told apart (case does not count) and the notes say how."""
    workspace.write("a.csv", "id,what,What,,when\n1,a,b,c,2026-02-01\n")
    report = workspace.one("""
        - {name: s, process: web, path: a.csv, case: id, activity: What 2, at: when, attributes: {x: column 4}}
        """)
    assert workspace.events("activity, a_x") == [("b", "c")]
    assert len([note for note in report.notes if "column" in note]) == 2


def test_rows_of_empty_cells_are_blank_rows(workspace: Workspace, events: str) -> None:
    """A row of delimiters only is no row; the report counts it in a note."""
    workspace.write("a.csv", "id;what;when\n1;a;2026-02-01\n;;\n")
    report = workspace.one(events.format(path="a.csv"))
    assert (report.rows, report.rejected) == (1, 0)
    assert "1 blank rows" in report.notes


def test_packed_files_and_patterns(workspace: Workspace, events: str) -> None:
    """Files of a pattern are read in name order, packed ones too; columns may differ."""
    workspace.write("d/b.csv.gz", gzip.compress(b"id,what,when\n1,second,2026-02-01\n"))
    workspace.write("d/a.csv", "what;id;when;more\nfirst;1;2026-02-01;m\n")
    report = workspace.one(events.format(path="d/*"))
    assert report.path == ("d/a.csv", "d/b.csv.gz")
    assert [row[0] for row in workspace.events("activity")] == ["first", "second"]
    assert "d/b.csv.gz: no column `more`" in report.notes


def test_header_further_down_and_excels_separator_line(workspace: Workspace, events: str) -> None:
    """`header: 3` skips a title; a first line `sep=|` names the delimiter."""
    workspace.write("a.csv", "Отчёт\n\nid;what;when\n1;a;2026-02-01\n")
    workspace.write("b.csv", "sep=|\nid|what|when\n1|a|2026-02-01\n")
    assert workspace.one(events.format(path="a.csv") + "  header: 3\n").events == 1
    assert workspace.one(events.format(path="b.csv")).events == 1


def test_long_lines_are_read_up_to_ten_megabytes(workspace: Workspace, events: str) -> None:
    """A cell of 5 MB is fine; a line beyond 10 MB is rejected with its line, not an end of everything."""
    rows = f"id;what;when\n1;{'x' * 5_000_000};2026-02-01\n2;{'y' * 12_000_000};2026-02-01\n3;z;2026-02-01\n"
    workspace.write("a.csv", rows)
    report = workspace.one(events.format(path="a.csv"))
    assert (report.used, report.rejected) == (2, 1)
    assert report.reject_reasons[0].first.line == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "empty-file"),
        ("header.csv", b"id;what;when\n", "no-rows"),
        ("blank.csv", b"\n\n\n", "empty-file"),
        ("wrong.csv", b"\x00\x01\x02\x03" * 50, None),
        ("not.csv.gz", b"id;what;when", "unreadable"),
        ("not.parquet", b"id;what;when", "unreadable"),
        ("not.xlsx", b"id;what;when", "unreadable"),
        ("not.xes", b"id;what;when", "unreadable"),
        ("empty.parquet", b"", "unreadable"),
        ("old.xls", b"x", "unknown-kind"),
        ("none.json", b"[]", "no-rows"),
        ("cut.json", b'[{"id": 1}, {"id"', "unreadable"),
        ("page.json", b"<html></html>", "unreadable"),
    ],
)
def test_files_that_are_none_are_problems(
    workspace: Workspace, events: str, name: str, content: bytes, code: str | None
) -> None:
    """A file that cannot be read is a problem with a code, never a traceback."""
    workspace.write(name, content)
    problems = workspace.problems(events.format(path=name))
    assert code is None or code in {problem.code for problem in problems}


def test_a_gzip_bomb_is_refused_quickly(workspace: Workspace, events: str) -> None:
    """200 MB of zeros in 200 KB are not unpacked to the end."""
    workspace.write("bomb.csv.gz", gzip.compress(b"0" * 200_000_000, compresslevel=1))
    started = time.monotonic()
    (problem,) = workspace.problems(events.format(path="bomb.csv.gz"))
    assert problem.code == "bomb"
    assert time.monotonic() - started < 20


def test_missing_things_say_what_was_meant(workspace: Workspace, events: str) -> None:
    """Missing file, directory, wrong column: the place is in voronka.yaml, the hint the nearest name."""
    workspace.write("deals.csv", PLAIN)
    (problem,) = workspace.problems(events.format(path="deal.csv"))
    assert (problem.code, problem.hint) == ("missing-file", "did you mean `deals.csv`?")
    assert (problem.where.file, problem.where.line, problem.where.column) == ("voronka.yaml", 7, 11)
    (workspace.root / "data").mkdir()
    assert workspace.problems(events.format(path="data"))[0].code == "directory"
    (problem,) = workspace.problems(events.format(path="deals.csv").replace("activity: what", "activity: waht"))
    assert (problem.code, problem.hint) == ("missing-column", "did you mean `what`?")
    assert (problem.where.line, problem.where.column) == (9, 15)


def test_a_wrong_delimiter_is_named(workspace: Workspace, events: str) -> None:
    """One column found: the hint says so."""
    workspace.write("a.csv", PLAIN)
    problems = workspace.problems(events.format(path="a.csv") + '  delimiter: "|"\n')
    assert "delimiter" in problems[0].hint


def test_declared_encoding_and_delimiter_words(workspace: Workspace, events: str) -> None:
    """`tab` is a delimiter; an unknown encoding is a problem at its place."""
    workspace.write("a.csv", PLAIN.replace(";", "\t").encode("cp1251"))
    more = "  encoding: cp1251\n  delimiter: tab\n"
    assert workspace.one(events.format(path="a.csv") + more).events == 3
    (problem,) = workspace.problems(events.format(path="a.csv") + "  encoding: cp12510\n")
    assert problem.code == "encoding"
    (problem,) = workspace.problems(events.format(path="a.csv") + "  encoding: utf-8\n")
    assert problem.code == "encoding"


def test_a_file_without_a_whole_row_is_a_problem(workspace: Workspace, events: str) -> None:
    """Every row ragged: all of them rejected, said as such."""
    workspace.write("a.csv", "id;what;when\n1;a\n2;b;c;d\n")
    (problem,) = workspace.problems(events.format(path="a.csv"))
    assert (problem.code, problem.where.line) == ("all-rejected", 2)


def test_names_of_files_and_columns_cannot_break_out(workspace: Workspace) -> None:
    """Quotes, brackets, semicolons and dollars in names are names."""
    workspace.write("a'[1]; drop.csv", 'id\'"";wh$v0at;"wh""en";a{b}c%s $1\n1;a;2026-02-01;x\n')
    report = workspace.one("""
        - name: it's "one"; --
          process: o'ne
          path: "a'[1]; drop.csv"
          case: "id'\\"\\""
          activity: "wh$v0at"
          at: 'wh"en'
          empty: ["'; drop table x; --"]
          attributes: {"{part} {0}": "a{b}c%s $1"}
        """)
    assert report.events == 1


def test_a_large_file_gives_what_a_small_one_gives(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that read the rows anew, and those over a copy of them, agree on every table and every row."""
    rows = [
        f"{n // 3};{'abc'[n % 3]} ;{1 + n % 28:02}.02.2026 {n % 24:02}:00;{n % 7},5;Ким{' ' * (n % 2)}"
        for n in range(300)
    ]
    rows += [
        rows[5],
        "1;a;когда;1;x",
        ";a;01.02.2026 10:00;1;x",
        "лишнее;поле;01.02.2026 10:00;1;x;y",
        "1;z;01.02.2026;1;x",
    ]
    workspace.write("a.csv", "id;what;when;sum;who\n" + "\n".join(rows) + "\n")
    source = """
    - name: s
      process: web
      path: a.csv
      case: id
      activity: what
      at: when
      where: "id != '7'"
      map: [{activity: a, state: first}, {activity: b, mark: second}, {activity: z, ignore: true}]
      attributes: {manager: who, sum: {column: sum, type: number, take: last}}
    """
    seen = []
    for limit in (1_000_000, 1):
        monkeypatch.setattr(reading, "HELD_FROM", limit)
        with Engine() as engine:
            report = workspace.one(source, engine=engine)
            tables = [
                engine.rows(f'select columns(*)::varchar from "source:s".{name} order by all')
                for name in ("events", "cases", "activities", "rejected")
            ]
        seen.append((report, tables))
    assert seen[0] == seen[1]
    report = seen[0][0]
    assert adds_up(report)
    assert min(report.filtered, report.ignored, report.duplicates, report.rejected) >= 1


@pytest.mark.parametrize("last", ["7;a", "7 ;a", "7;a ", "7\t;a", "7;\u00a0a", ' 7;"a\n"', "7;spam ", "8 ;e "])
@pytest.mark.parametrize("more", ["", "where: what != 'spam'", "attributes: {kind: what}"])
def test_one_blank_in_a_large_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, last: str, more: str) -> None:
    """A case or an activity with a blank at its end, in one row of many, is the one without it."""
    rows = "".join(f"{n % 9};{'abc'[n % 3]};{1 + n % 28:02}.02.2026 10:00\n" for n in range(120))
    workspace.write("a.csv", f"id;what;when\n{rows}{last};01.03.2026 10:00\n")
    source = "\n".join(
        (
            "- {name: s, process: web, path: a.csv, case: id, activity: what, at: when,",
            "   map: [{activity: a, state: first}, {activity: b, state: second}, {activity: spam, ignore: true}],",
            f"   {more}}}",
        )
    )
    seen = []
    for limit in (1_000_000, 1):
        monkeypatch.setattr(reading, "HELD_FROM", limit)
        with Engine() as engine:
            report = workspace.one(source, engine=engine)
            names = ("events", "cases", "activities", "rejected")
            seen.append((report, [engine.rows(f'select * from "source:s".{name} order by all') for name in names]))
    assert seen[0] == seen[1]
    assert seen[0][0].cases == 9


@pytest.mark.parametrize("manager", ["Ким", "Ким ", "Ким\t", "\u00a0Ким", '"Ким\n"'])
def test_a_large_file_without_a_fault_is_not_judged_row_by_row(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, manager: str
) -> None:
    """What was seen of whole columns holds for each row: equal rows, ties, further marks, moments are what they were.

    A blank at the end of a cell is found whichever it is, and numbers are read with blanks around them.
    """
    rows = [
        f"{n // 4};{'abcd'[n * 7 % 4]};{1 + n % 28:02}.02.2026 {n // 9 % 24:02}:00;{n % 2 * ' '}{n},5 ;{manager};"
        f"{'01.03.2026' if n % 3 else ''}"
        for n in range(300)
    ]
    rows += [*rows[:4], *(row.replace(";a;", ";e;").replace(";b;", ";a;") for row in rows[40:60])]
    workspace.write("a.csv", "id;what;when;sum;who;paid\n" + "\n".join(rows) + "\n")
    source = """
    - name: s
      process: web
      path: a.csv
      case: id
      activity: what
      at: when
      map: [{activity: a, state: first}, {activity: [a, b], mark: second}, {activity: c, state: third}]
      exported_at: 2026-09-01
      moments: {paid: paid}
      attributes: {manager: {column: who, take: each}, sum: {column: sum, type: number, take: last}}
    """
    seen = []
    for limit in (1_000_000, 1):
        monkeypatch.setattr(reading, "HELD_FROM", limit)
        with Engine() as engine:
            report = workspace.one(source, engine=engine)
            tables = [
                engine.rows(f'select columns(*)::varchar from "source:s".{name} order by all')
                for name in ("events", "cases", "activities", "rejected")
            ]
            people = engine.rows("""
                select distinct a_manager, manager, process, actor_kind
                from "source:s".cases
                join "source:s".events using (process, case_key)
                where happened_at < timestamp '2026-03-01'""")
        seen.append((report, tables))
    assert seen[0] == seen[1]
    assert people == [("Ким", "Ким", "web", "person")]
    report = seen[0][0]
    assert (report.rows, report.used, report.duplicates) == (324, 310, 14)
    assert report.ties_share > 0
    assert report.events > report.used


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("declared", [False, True])
def test_encodings_and_delimiters_detected_or_declared(
    workspace: Workspace, encoding: str, delimiter: str, declared: bool
) -> None:
    """Either way the same rows, and what was taken is reported; a title above the names is no name."""
    lines = ["Отчёт", "", "id|what|when|сумма", '1|новая|01.02.2026 10:00|"12 345,50"', '2|отказ|02.02.2026|"7,5"']
    workspace.write("a.csv", "\r\n".join(lines).replace("|", delimiter).encode(encoding))
    more = (
        f"encoding: {encoding}, delimiter: {'tab' if delimiter == chr(9) else repr(delimiter)}, header: 3, "
        if declared
        else ""
    )
    if not declared:
        workspace.write("a.csv", "\r\n".join(lines[2:]).replace("|", delimiter).encode(encoding))
    source = (
        f"- {{name: s, process: web, path: a.csv, case: id, activity: what, at: when, {more}"
        "attributes: {x: {column: сумма, type: money}}}"
    )
    report = workspace.one(source)
    assert workspace.events("case_id, activity, a_x") == [("1", "новая", 12345.5), ("2", "отказ", 7.5)]
    assert any("encoding" in note and "delimiter" in note for note in report.notes)


def test_a_letter_between_two_blocks_of_a_file_is_whole(workspace: Workspace, events: str) -> None:
    """A file is looked at block by block: where one ends within a letter, or within a line end, nothing is wrong."""
    row = "id;what;when\r\n1;"
    long = "x" * (BLOCK - len(row) - 1)
    text = f"{row}{long}я;2026-02-01\r\n"
    text += "y" * (2 * BLOCK - len(text.encode()) - len(";z;2026-02-02\r")) + ";z;2026-02-02\r\n2;x;2026-02-03\r\n"
    assert text.encode()[BLOCK - 1 : BLOCK + 1] == "я".encode()
    assert text.encode()[2 * BLOCK - 1 : 2 * BLOCK + 1] == b"\r\n"
    workspace.write("a.csv", text.encode())
    report = workspace.one(events.format(path="a.csv"))
    assert "a.csv: encoding utf-8, delimiter ;" in report.notes
    assert sorted(str(row[0]) for row in workspace.events("activity")) == ["x", f"{long}я", "z"]


def test_one_time_written_in_another_way_is_read(workspace: Workspace, events: str) -> None:
    """Times are written in the usual way in the first thousands of rows; a day alone and a comma come later."""
    rows = [f"{n};x;2026-02-01 10:00:00" for n in range(2500)]
    workspace.write("a.csv", "\n".join(["id;what;when", *rows, "a;x;2026-02-02", "b;x;2026-02-03 10:00:00,5", ""]))
    report = workspace.one(events.format(path="a.csv"))
    assert (report.used, report.rejected) == (2502, 0)
    days = workspace.engine.rows('select count(*) from "source:s".events where day_only')
    assert days == [(1,)]
