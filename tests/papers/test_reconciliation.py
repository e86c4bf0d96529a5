"""The client's totals beside ours: the bridge adds up exactly, by a hand example."""

from pathlib import Path

import pytest
import xlsxwriter

from engine.audit import Audit, Reconciliation
from tests.command import voronka, workspace
from tests.insight.clients import audited

PROCESS_MORE = "  - {name: spam, title: {ru: Спам, en: Spam}, final: true, outcome: void}\n"
ROWS = """id;stage;at;manager;src
1;new;05.01.2026 10:00;Иванова;сайт
1;paid;20.01.2026 10:00;Иванова;сайт
2;new;10.01.2026 10:00;Иванова;сайт
2;paid;03.02.2026 10:00;Иванова;сайт
3;new;12.01.2026 10:00;Петров;сайт
3;refused;15.01.2026 10:00;Петров;сайт
4;new;14.01.2026 10:00;Петров;Test
4;refused;15.01.2026 10:00;Петров;Test
5;new;16.01.2026 10:00;Петров;сайт
5;junk;17.01.2026 10:00;Петров;сайт
6;thinking;18.01.2026 10:00;Петров;сайт
7;new;02.02.2026 10:00;Петров;сайт
7;paid;20.02.2026 10:00;Петров;сайт
8;new;25.02.2026 10:00;Иванова;сайт
9;new;03.03.2026 10:00;Иванова;сайт
"""
"""Three of ours in January (1, 2, 3); a test (4), spam (5), one of no stage that we know (6); two in February."""
EXCLUDE = "exclude: [{where: \"source == 'Test'\", why: {ru: проверки, en: tests}}]\n"


def made(root: Path, reconcile: str) -> Audit:
    """The audit of the example with these totals."""
    workspace(root, data=ROWS)
    process = root / "processes/web_form.yaml"
    text = process.read_text("utf-8").replace("happy_path:", f"{PROCESS_MORE}happy_path:")
    text = text.replace("skips:", "  - {trigger: junk, source: received, dest: spam}\nskips:")
    process.write_text(text, "utf-8")
    settings = root / "voronka.yaml"
    source = settings.read_text("utf-8").replace(
        "state: lost}\n", "state: lost}\n      - {activity: junk, state: spam}\n"
    )
    settings.write_text(source + EXCLUDE + reconcile, "utf-8")
    return audited(root)


def steps(line: Reconciliation) -> dict[str, float]:
    """The bridge by its codes."""
    return {step.kind: step.cases for step in line.bridge}


def line(audit: Audit, month: str | None, manager: str | None = None) -> Reconciliation:
    """The line of a month."""
    (found,) = [one for one in audit.reconciliation if (one.month, one.manager) == (month, manager)]
    return found


def test_cases_by_the_date_of_creation(tmp_path: Path) -> None:
    """He counts tests, spam and what has no stage; one case of his February we have never seen."""
    audit = made(tmp_path, "reconcile: [{totals: {2026-01: 6, 2026-02: 3}}]\n")
    january, february, whole = line(audit, "2026-01"), line(audit, "2026-02"), line(audit, None)
    assert (january.ours, january.rest) == (3, 0)
    assert steps(january) == {"void": 1, "excluded": 1, "unrecognised": 1}
    assert (february.ours, steps(february), february.rest) == (2, {}, 1)
    assert (whole.client, whole.ours, whole.rest) == (9, 5, 1)


def test_what_he_does_not_count_is_no_step(tmp_path: Path) -> None:
    """`includes` says what stands in his totals."""
    audit = made(tmp_path, "reconcile: [{totals: {2026-01: 4}, includes: [excluded]}]\n")
    assert steps(line(audit, "2026-01")) == {"excluded": 1}
    assert line(audit, "2026-01").rest == 0


def test_sales_by_the_date_of_closing(tmp_path: Path) -> None:
    """Begun in January, paid in February: ours is January's, his is February's."""
    audit = made(tmp_path, "reconcile: [{what: won, by: closed, totals: {2026-01: 1, 2026-02: 2}}]\n")
    january, february, whole = line(audit, "2026-01"), line(audit, "2026-02"), line(audit, None)
    assert (january.ours, steps(january), january.rest) == (2, {"closed later": -1}, 0)
    assert (february.ours, steps(february), february.rest) == (1, {"began earlier": 1}, 0)
    assert (whole.ours, steps(whole), whole.rest) == (3, {}, 0)


def test_cases_by_the_date_of_closing_leave_open_ones_out(tmp_path: Path) -> None:
    """A case that is open has no date of closing; one of no known stage has none either."""
    audit = made(tmp_path, "reconcile: [{by: closed, totals: {2026-01: 4, 2026-02: 2}}]\n")
    january, february = line(audit, "2026-01"), line(audit, "2026-02")
    assert steps(january) == {"void": 1, "excluded": 1, "unrecognised": 1, "open": -1, "closed later": -1}
    assert january.ours + sum(steps(january).values()) == 4
    assert steps(february) == {"open": -1, "began earlier": 1}
    assert (january.rest, february.rest) == (0, 0)


def test_totals_of_managers(tmp_path: Path) -> None:
    """Each manager has lines of his own, and a total over his months."""
    text = "reconcile: [{managers: {Иванова: {2026-01: 2, 2026-02: 1}, Петров: {2026-01: 4}}}]\n"
    audit = made(tmp_path, text)
    assert [line(audit, "2026-01", name).rest for name in ("Иванова", "Петров")] == [0, 0]
    assert line(audit, None, "Иванова").ours == 3


def test_every_line_adds_up(tmp_path: Path) -> None:
    """ours + bridge + rest = client, whatever he says."""
    for by in ("created", "closed"):
        for what in ("cases", "won", "amount"):
            audit = made(
                tmp_path / by / what, f"reconcile: [{{what: {what}, by: {by}, totals: {{2026-01: 7, 2026-02: 11}}}}]\n"
            )
            for one in audit.reconciliation:
                assert one.rest is not None
                assert one.client == pytest.approx(one.ours + sum(step.cases for step in one.bridge) + one.rest)


def test_a_table_says_the_same_as_typed_totals(tmp_path: Path) -> None:
    """His report is a file as any other: months as days, a row of no month left out and counted."""
    typed = made(tmp_path / "typed", "reconcile: [{managers: {Иванова: {2026-01: 2}, Петров: {2026-01: 4}}}]\n")
    root = tmp_path / "table"
    root.mkdir()
    with xlsxwriter.Workbook(str(root / "totals.xlsx")) as book:
        sheet = book.add_worksheet()
        rows = (("Месяц", "Кто", "Заявок"), ("2026-01-01", "Иванова", 2), ("2026-01-01", "Петров", 4), ("Итого", "", 6))
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    table = made(root, "reconcile: [{table: {path: totals.xlsx, month: Месяц, manager: Кто, value: Заявок}}]\n")
    assert table.reconciliation == typed.reconciliation
    assert [report.rejected for report in table.sources if report.name == "reconcile 1"] == [1]


def test_without_totals_ours_are_laid_out(tmp_path: Path) -> None:
    """The client ticks them off: what should stand in his system, month by month."""
    audit = made(tmp_path, "")
    january = next(one for one in audit.reconciliation if one.month == "2026-01" and one.counted == "cases")
    assert (january.client, january.rest, january.ours) == (None, None, 3)
    ran = voronka("audit", tmp_path, "--format", "md,html")
    assert ran.code == 0, ran.text
    page = next((tmp_path / "reports").glob("*/reconciliation.md")).read_text("utf-8")
    assert "☐" in page
    assert "январь 2026" in page.replace("\u00a0", " ")


def test_a_column_that_is_not_there_is_a_problem_at_its_place(tmp_path: Path) -> None:
    """The place in voronka.yaml, as for any export."""
    made(tmp_path, "")
    settings = tmp_path / "voronka.yaml"
    more = "reconcile: [{table: {path: data/deals.csv, month: at, value: Сколько}}]\n"
    settings.write_text(settings.read_text("utf-8") + more, "utf-8")
    ran = voronka("audit", tmp_path)
    assert ran.code == 3
    assert "[missing-column]" in ran.text
