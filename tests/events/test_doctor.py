"""The import doctor: a clean export is healthy, and each planted damage is seen as itself and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine.definitions.document import read_text
from engine.definitions.process import Process
from engine.events.doctor.catalogue import catalogue
from engine.events.report import SourceReport

from .conftest import Workspace, adds_up
from .test_workbook import book

PROCESS = """\
process: web
initial: new
states:
  - {name: new}
  - {name: call}
  - {name: quote}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
happy_path: [new, call, quote, won]
"""
NAMES = ["id", "stage", "at", "manager", "source", "amount", "created", "closed"]
MANAGERS = ("Иванова А. П.", "Петров О.", "Ли Анна")
SOURCES = ("сайт", "реклама", "партнёр", "Сарафан")
Row = list[str]
Rows = list[Row]


def clean() -> Rows:
    """60 cases from January to June, three events each, every value as it should be."""
    rows = []
    for n in range(60):
        began = datetime(2026, 1, 3, 9, 5) + timedelta(days=3 * n % 150, minutes=137 * n % 600)
        closed = began + timedelta(days=2 + n % 9, hours=3)
        for number, stage in enumerate(("new", "call", ("won", "lost")[n % 2])):
            at = began + timedelta(hours=5 * number + n % 3) if number < 2 else closed
            rows.append(
                [
                    *(f"Д-{n}", stage, f"{at:%d.%m.%Y %H:%M:%S}", MANAGERS[n % 3], SOURCES[n * 7 % 4]),
                    *(str(900 + 37 * n), f"{began:%d.%m.%Y %H:%M}", f"{closed:%d.%m.%Y %H:%M}"),
                ]
            )
    return rows


@dataclass
class Export:
    """An export that a damage may spoil."""

    rows: Rows = field(default_factory=clean)
    names: Row = field(default_factory=lambda: list(NAMES))
    above: str = ""
    more: str = ""
    encoding: str = "utf-8"

    def column(self, name: str) -> int:
        return NAMES.index(name)

    def put(self, name: str, value: str, *at: int) -> None:
        for row in at:
            self.rows[row][self.column(name)] = value

    def change(self, name: str, how: Callable[[str], str], *at: int) -> None:
        for row in at or range(len(self.rows)):
            self.rows[row][self.column(name)] = how(self.rows[row][self.column(name)])

    def text(self) -> str:
        lines = [";".join(row) for row in (self.names, *self.rows)]
        return self.above + "\n".join(lines) + "\n"


SOURCE = """
- name: s
  process: web
  path: {path}
  case: id
  activity: stage
  at: at
  attributes:
    manager: manager
    source: source
    amount: {{column: amount, type: money}}
  {more}
"""


def process() -> Process:
    made: Process = read_text(PROCESS, "web.yaml").shaped(Process)
    return made


def examined(workspace: Workspace, export: Export) -> SourceReport:
    workspace.write("a.csv", export.text().encode(export.encoding))
    report = workspace.one(SOURCE.format(path="a.csv", more=export.more), processes=(process(),))
    assert adds_up(report)
    return report


def test_a_clean_export_is_healthy(workspace: Workspace) -> None:
    """No diagnosis, and every row was looked at."""
    report = examined(workspace, Export())
    assert (report.diagnoses, report.looked_at, report.rejected) == ((), 180, 0)


DAMAGE: dict[str, Callable[[Export], object]] = {}


def damage(plant: Callable[[Export], object]) -> Callable[[Export], object]:
    """A damage under the name of its diagnosis."""
    DAMAGE[plant.__name__.replace("_", "-")] = plant
    return plant


@damage
def mojibake(export: Export) -> None:
    export.put("source", "Реклама".encode().decode("cp1251", "replace"), 4, 8)


@damage
def null_text(export: Export) -> None:
    export.put("source", "NULL", 3, 9)


@damage
def formula_errors(export: Export) -> None:
    export.put("amount", "#ССЫЛКА!", 3)
    export.put("source", "#REF!", 5)


@damage
def default_dates(export: Export) -> None:
    export.put("closed", "01.01.1970 03:00", 1, 7)


DAMAGE["test-cases"] = lambda export: export.put("source", "Тестовая заявка 2", 6)


@damage
def duplicate_cases(export: Export) -> None:
    export.put("source", "Дубль", 6)


@damage
def stray_spaces(export: Export) -> None:
    export.put("manager", "Петров\u00a0О.", 10)
    export.put("source", " сайт", 10, 14)


@damage
def phones_as_floats(export: Export) -> None:
    export.put("source", "7,9161234567E+10", 3)


@damage
def ids_as_floats(export: Export) -> None:
    export.put("id", "123.0", 3)


@damage
def numbers_as_text(export: Export) -> None:
    export.change("amount", lambda amount: f"{int(amount) + 12000:,}".replace(",", "\u00a0") + ",50 ₽")


@damage
def merged_header(export: Export) -> None:
    export.above = "Отчёт по сделкам;;;;;;;\n\n"


@damage
def no_header(export: Export) -> None:
    export.names[6:] = ["05.01.2026 10:00", "15000"]


@damage
def two_names(export: Export) -> None:
    export.names[6] = "Source"


@damage
def blank_rows(export: Export) -> None:
    export.rows[20:20] = [[""] * 8, [""] * 8]


@damage
def ragged_rows(export: Export) -> None:
    export.rows[20] = [*export.rows[20], "лишнее"]


@damage
def duplicate_rows(export: Export) -> None:
    export.rows += [list(export.rows[3]), list(export.rows[3])]


@damage
def repeated_header(export: Export) -> None:
    export.rows[90:90] = [list(NAMES)]


@damage
def total_rows(export: Export) -> None:
    export.rows.append(["Итого", "", "", "", "", "123456", "", ""])


@damage
def one_value(export: Export) -> None:
    export.change("source", lambda _: "сайт")


@damage
def truncated(export: Export) -> None:
    export.rows = [
        [f"{row[0]}-{n}", *row[1:]] for n in range(6) for row in clean()
    ][:1000]  # fmt: skip


@damage
def day_month_swapped(export: Export) -> None:
    export.change("created", lambda at: f"{min(int(at[:2]), 12):02}{at[2:]}")
    export.change("closed", lambda at: f"{28 if int(at[3:5]) < 12 else 29}.12.2026 10:15")


@damage
def excel_serials(export: Export) -> None:
    export.put("at", "46054,4375", 3, 4)


@damage
def mixed_zones(export: Export) -> None:
    export.change("created", lambda at: f"{datetime.strptime(at, '%d.%m.%Y %H:%M'):%Y-%m-%dT%H:%M:%S}")
    export.change("created", lambda at: at + "+03:00", *range(0, 180, 2))


@damage
def midnight_only(export: Export) -> None:
    export.change("closed", lambda at: at[:11] + "00:00")


@damage
def closed_before_created(export: Export) -> None:
    export.put("closed", "01.01.2026 10:00", 30, 31)


@damage
def future_dates(export: Export) -> None:
    export.more = "exported_at: 2026-06-07T00:00"
    export.put("at", "05.08.2026 10:00:00", 8)


@damage
def ends_early(export: Export) -> None:
    export.more = "exported_at: 2026-09-20T10:00"


@damage
def equal_times(export: Export) -> None:
    for row in range(1, 90, 3):
        export.rows[row][2] = export.rows[row - 1][2]


@damage
def written_two_ways(export: Export) -> None:
    export.put("source", "Сайт", 12, 16)


@damage
def two_alphabets(export: Export) -> None:
    export.put("source", "Capaфан", 12)


@damage
def people_two_ways(export: Export) -> None:
    export.put("manager", "иванова анна", 12)


@damage
def lost_history(export: Export) -> None:
    for row, line in enumerate(export.rows):
        if row % 3:
            line[2] = f"15.07.2026 12:{row % 60:02}:{row // 60:02}"


@damage
def mass_import(export: Export) -> None:
    for row in range(0, 75, 3):
        export.rows[row][2] = f"02.01.2026 03:15:{row % 60:02}"


@damage
def renamed_stage(export: Export) -> None:
    for line in export.rows:
        moment = datetime.strptime(line[2], "%d.%m.%Y %H:%M:%S")
        if line[1] == "call" and moment > datetime(2026, 3, 20):
            line[1] = "quote"


@pytest.mark.parametrize("code", DAMAGE)
def test_planted_damage_is_seen_as_itself(workspace: Workspace, code: str) -> None:
    """Exactly the diagnosis of that name."""
    export = Export()
    DAMAGE[code](export)
    report = examined(workspace, export)
    assert {diagnosis.code for diagnosis in report.diagnoses} == {code}, report.diagnoses


def test_damage_of_workbooks_and_of_rows_that_are_cases(workspace: Workspace) -> None:
    """Dates that lost their format; one case in two rows."""
    rows: list[list[object]] = [["id", "new", "won"]]
    for n in range(30):
        began = datetime(2026, 1, 5, 10, n) + timedelta(days=5 * n)
        won: object = began + timedelta(days=2, hours=n % 7)
        rows.append([f"Д-{n if n < 29 else 0}", began, 46100.5 if n == 3 else won])
    book(workspace.root / "a.xlsx", ("Лист1", rows))
    source = "- {name: s, process: web, path: a.xlsx, case: id, milestones: {new: new, won: won}}"
    report = workspace.one(source, processes=(process(),))
    assert {(d.code, d.column, d.rows, d.lines) for d in report.diagnoses} == {
        ("serial-dates", "won", 1, (5,)),
        ("case-twice", "", 1, ()),
    }


def test_every_diagnosis_is_planted_somewhere() -> None:
    """A new entry of the catalogue needs its damage here; there are 25 kinds and more."""
    assert set(catalogue) == set(DAMAGE) | {"serial-dates", "case-twice"}
    assert len(catalogue) >= 25


def test_the_page_lists_every_diagnosis() -> None:
    """docs/doctor.md has a row for each, in its own words."""
    text = (Path(__file__).parents[2] / "docs/doctor.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text, re.MULTILINE))
    assert rows == {code: " | ".join(entry.en) for code, entry in catalogue.items()}
    for entry in catalogue.values():
        assert all(text[0].isupper() and text.strip() == text for text in (*entry.ru, *entry.en))


def test_rows_and_lines_are_told_and_personal_values_are_not(workspace: Workspace) -> None:
    """The lines of the first five rows; a value of a personal or unknown column is masked."""
    export = Export(more="empty: []")
    export.put("source", "NULL", *range(10, 60, 5))
    export.put("created", "05.05.2026 10:00 ", 50)
    report = examined(workspace, export)
    found = {d.code: d for d in report.diagnoses}
    assert (found["null-text"].rows, found["null-text"].lines) == (10, (12, 17, 22, 27, 32))
    assert (found["null-text"].file, found["null-text"].sample) == ("a.csv", "NULL")
    assert (found["stray-spaces"].lines, found["stray-spaces"].sample) == ((52,), "***")


def test_filtered_rows_are_not_examined(workspace: Workspace) -> None:
    """What `where` leaves out is no damage any more; words that `empty` names are known."""
    export = Export(more="""where: "source != 'Дубль'"\n  empty: ["NULL"]""")
    export.put("source", "Дубль", 6)
    export.put("source", "NULL", 9)
    assert examined(workspace, export).diagnoses == ()


def test_long_exports_are_looked_at_in_part(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows drawn evenly, and the report says how many."""
    from engine.events.doctor import exam

    monkeypatch.setattr(exam, "ALL_UP_TO", 100)
    monkeypatch.setattr(exam, "OTHERWISE", 60)
    export = Export()
    export.put("source", "NULL", *range(0, 180, 2))
    report = examined(workspace, export)
    assert 30 < report.looked_at < 90
    ((code, rows),) = [(d.code, d.rows) for d in report.diagnoses]
    assert code == "null-text"
    assert 0 < rows < report.looked_at


def test_days_of_the_first_half_alone_are_no_swap() -> None:
    """The damage of the test is real: no day after the 12th in half a year."""
    export = Export()
    DAMAGE["day-month-swapped"](export)
    days = {date(2026, int(row[6][3:5]), int(row[6][:2])) for row in export.rows}
    assert max(day.day for day in days) == 12
