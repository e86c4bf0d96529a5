"""Several sheets, files and databases of one client: which is taken for what, what is linked, nothing unmentioned."""

import csv
import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest
import xlsxwriter

from engine.draft.snapshots import pattern_of
from engine.draft.workspace import draft
from engine.engines.duckdb import Engine
from engine.errors import EventLogError
from engine.pipeline import opening
from tests.command import voronka
from tests.draft import exports
from tests.draft.test_draft import NOW, chosen, drafted, outcomes
from tests.events.test_databases import postgres

__all__ = ["postgres"]  # a fixture of another room
BEGIN = datetime(2026, 1, 12, 9, 0)
Table = list[list[object]]


def deals(number_of: int = 120) -> Table:
    """A list of deals with the stage of today and a phone as spreadsheets keep it."""
    random = Random(11)
    rows: Table = [["№ сделки", "Телефон", "Дата создания", "Дата закрытия", "Этап", "Ответственный", "Сумма", "case"]]
    for number in range(number_of):
        created = BEGIN + timedelta(hours=15 * number)
        stage = random.choices(("Успешно реализовано", "Закрыто и не реализовано", "Переговоры"), (3, 5, 3))[0]
        closed = created + timedelta(days=random.randrange(2, 20)) if "реализовано" in stage else None
        manager = exports.MANAGERS[number % 3]
        rows.append(
            [5000 + number, 79160000000.0 + number, created, closed, stage, manager, 1000 * number + 500, "began"]
        )
    return rows


def calls(number_of: int = 120) -> Table:
    """One to three calls of each deal, numbers written otherwise, and as many of strangers as deals a quarter."""
    random = Random(12)
    rows: Table = [["ID", "Дата и время", "Номер телефона", "Статус", "Длительность, сек"]]
    for number in range(number_of):
        for _ in range(random.randrange(1, 4)):
            at = BEGIN + timedelta(hours=15 * number, minutes=random.randrange(3, 600))
            status = random.choice(("Принят", "Пропущен"))
            rows.append([len(rows), at, f"8 (916) 000-{number // 100:02}-{number % 100:02}", status, 30])
    for number in range(number_of // 4):
        rows.append([len(rows), BEGIN + timedelta(hours=number), f"8495123{number:04}", "Пропущен", 0])
    return rows


def workbook(path: Path, **sheets: Table) -> Path:
    """A workbook of sheets in this order."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    book.close()
    return path


def plain(path: Path, rows: Table) -> Path:
    """The rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    return path


def objects(rows: Table) -> list[dict[str, object]]:
    names = [str(name) for name in rows[0]]
    return [
        {name: str(c) if isinstance(c, datetime) else c for name, c in zip(names, row, strict=True)} for row in rows[1:]
    ]


def test_every_sheet_of_a_workbook_is_looked_at(tmp_path: Path) -> None:
    """Deals are the cases, managers add their department, calls are linked by phone, and no sheet goes unmentioned."""
    people: Table = [
        ["ФИО", "Отдел"],
        *([name, "Опт"] for name in exports.MANAGERS[:2]),
        [exports.MANAGERS[2], "Розница"],
    ]
    path = workbook(
        tmp_path / "отчёт.xlsx", Титул=[["Отчёт"]], Звонки=calls(), Менеджеры=people, Сделки=deals(), Лист5=[]
    )
    found = drafted(tmp_path, path)
    assert (found.sheet.named, found.sheet.sheets) == ("отчёт.xlsx: Сделки", ("Сделки",))
    assert [(join.sheet.named, join.ours, join.theirs) for join in found.joined] == [
        ("отчёт.xlsx: Менеджеры", "Ответственный", "ФИО")
    ]
    assert chosen(found)["branch"] == ("Отдел",)
    (link,) = found.linked
    assert [(key.ours, key.theirs) for key in link.keys] == [("Номер телефона", "phone")]
    assert (link.case, link.activity, link.within) == ("ID", "Статус", "1d")
    assert sorted(mark.activity for mark in link.marks) == ["Принят", "Пропущен"]
    assert {aside.named: aside.why for aside in found.aside} == {
        "отчёт.xlsx: Титул": "no_table",
        "отчёт.xlsx: Лист5": "no_table",
    }
    text = (tmp_path / "workspace" / "voronka.yaml").read_text(encoding="utf-8")
    assert all(name in text for name in ("Титул", "Лист5", "Менеджеры", "Звонки"))


def test_the_share_that_was_linked_is_measured_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how many rows of the second file found their case: what the import found, and what was promised."""
    monkeypatch.chdir(tmp_path)
    plain(tmp_path / "deals.csv", deals())
    plain(tmp_path / "calls.csv", calls())
    found = draft((tmp_path / "calls.csv", tmp_path / "deals.csv"), tmp_path / "w").draft
    (link,) = found.linked
    (key,) = link.keys
    total = len(calls()) - 1
    assert (key.matched, link.rows) == (total - 30, total)
    assert voronka("express", "calls.csv", "deals.csv", "--no-open", "--out", "p.md").code == 0
    text = (tmp_path / "p.md").read_text(encoding="utf-8")
    assert f"нашли своё обращение {total - 30} из {total}" in text
    assert "До первого события «calls: Принят»" in text


def test_a_log_that_names_the_deal_is_linked_by_it(tmp_path: Path) -> None:
    """Payments with the number of the deal need no window; rows without a kind of their own are one mark."""
    paid: Table = [["Дата платежа", "№ сделки", "Сумма платежа"]]
    for number in range(0, 120, 2):
        for part in (1, 2):
            paid.append([BEGIN + timedelta(hours=15 * number, days=part), 5000 + number, 500.0])
    found = drafted(tmp_path, plain(tmp_path / "deals.csv", deals()), plain(tmp_path / "платежи.csv", paid))
    (link,) = found.linked
    assert [(key.ours, key.theirs, key.matched) for key in link.keys] == [("№ сделки", "№ сделки", 120)]
    assert (link.within, link.activity, [mark.mark for mark in link.marks]) == ("", "", ["платежи"])


def test_numbers_of_rows_join_nothing(tmp_path: Path) -> None:
    """Two tables that both count their rows from 1 are not one, whatever the column is called."""
    left = [["ID", *row[1:]] if not n else [n, *row[1:]] for n, row in enumerate(deals())]
    strangers = [[*row[:2], f"7495{n:07}", *row[3:]] if n else row for n, row in enumerate(calls())]
    found = drafted(tmp_path, plain(tmp_path / "deals.csv", left), plain(tmp_path / "calls.csv", strangers))
    assert (found.joined, found.linked) == ((), ())
    assert [(aside.named, aside.why) for aside in found.aside] == [("calls.csv", "few_found")]


def test_sheets_of_months_are_one_table(tmp_path: Path) -> None:
    """Sheets with the same columns are read together, the others stay out of them."""
    rows = deals()
    people: Table = [["ФИО", "Отдел"], *([name, "Опт"] for name in exports.MANAGERS)]
    path = workbook(tmp_path / "a.xlsx", Январь=rows[:61], Февраль=[rows[0], *rows[61:]], Менеджеры=people)
    found = drafted(tmp_path, path)
    assert (found.sheet.sheets, found.cases) == (("Январь", "Февраль"), 120)
    assert [join.sheet.named for join in found.joined] == ["a.xlsx: Менеджеры"]


def _hal(path: Path, rows: Sequence[dict[str, object]]) -> None:
    page = {"_page": 1, "_embedded": {"leads": [{"deal": row, "tags": ["a", "b"]} for row in rows]}}
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")


def _items(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.write_text(json.dumps({"result": {"items": [{"deal": row} for row in rows]}, "total": 3}), encoding="utf-8")


def _lines(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps({"deal": row}) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize(("name", "write"), [("a.json", _hal), ("b.json", _items), ("c.jsonl", _lines)])
def test_json_is_drafted_like_a_table(
    tmp_path: Path, name: str, write: Callable[[Path, Sequence[dict[str, object]]], None]
) -> None:
    """Pages of interfaces and lines of JSON: nested keys are columns, phones are phones though they are numbers."""
    write(tmp_path / name, objects(deals()))
    columns = chosen(drafted(tmp_path, tmp_path / name))
    assert columns["case"] == ("deal.№ сделки",)
    assert columns["start"] == ("deal.Дата создания",)
    assert columns["status"] == ("deal.Этап",)
    assert columns["phone"] == ("deal.Телефон",)


def _sqlite(path: Path, tables: dict[str, Table]) -> None:
    with sqlite3.connect(path) as connection:
        for name, rows in tables.items():
            connection.execute(f'create table "{name}" ({", ".join(f"""[{column}]""" for column in rows[0])})')
            filled = [[str(c) if isinstance(c, datetime) else c for c in row] for row in rows[1:]]
            connection.executemany(f'insert into "{name}" values ({", ".join("?" * len(rows[0]))})', filled)
    connection.close()


def _duckdb(path: Path, tables: dict[str, Table]) -> None:
    with duckdb.connect(str(path)) as connection:
        for name, rows in tables.items():
            columns = ", ".join(f'"{column}" varchar' for column in rows[0])
            connection.execute(f'create table "{name}" ({columns})')
            for row in rows[1:]:
                values = [None if c is None else str(c) for c in row]
                connection.execute(f'insert into "{name}" values ({", ".join("?" * len(row))})', values)


@pytest.mark.parametrize(("name", "write"), [("crm.sqlite", _sqlite), ("crm.duckdb", _duckdb)])
def test_a_database_is_drafted_like_a_workbook(
    tmp_path: Path, name: str, write: Callable[[Path, dict[str, Table]], None]
) -> None:
    """Every table is looked at, an empty one is named, and the query stands in the source."""
    write(tmp_path / name, {"my calls": calls(40), "deals": deals(40), "empty": [["a", "b"]]})
    found = drafted(tmp_path, tmp_path / name)
    assert (found.sheet.name, found.sheet.query) == ("deals", 'select * from "deals"')
    assert [link.sheet.query for link in found.linked] == ['select * from "my calls"']
    assert [aside.named for aside in found.aside] == [f"{name}: empty"]


def test_a_database_without_tables_and_one_that_cannot_be_reached_are_problems(tmp_path: Path) -> None:
    """With the file, or the URL without its secrets, as the place; nothing is left behind."""
    sqlite3.connect(tmp_path / "a.sqlite").close()
    for given, code, named in (
        (tmp_path / "a.sqlite", "no-rows", "a.sqlite"),
        ("postgresql://ann:secret@127.0.0.1:1/crm", "password-in-url", "postgresql://ann:***@127.0.0.1:1/crm"),
        ("oracle://host/crm", "unknown-kind", "oracle://host/crm"),
    ):
        with pytest.raises(EventLogError) as caught:
            draft((given,), tmp_path / "w")
        (problem,) = caught.value.problems
        assert problem.where.file.endswith(named), problem
        assert "secret" not in str(caught.value)
        assert problem.hint
        assert (problem.code, (tmp_path / "w").exists()) == (code, False)


def test_a_table_may_be_called_anything(tmp_path: Path) -> None:
    """Quotes and semicolons in the names of tables and columns are names, to the audit too."""
    name = 'a";drop table "x'
    rows: Table = [["id", 'wh"en', "stage"]]
    for number in range(60):
        stage = ("new", "work", "won")[number % 3]
        rows.append([f"d{number // 3}", BEGIN + timedelta(hours=number), stage])
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""create table "a"";drop table ""x" (id varchar, "wh""en" timestamp, stage varchar)""")
        connection.executemany("""insert into "a"";drop table ""x" values (?, ?, ?)""", rows[1:])
        connection.execute("create table other as select 1 as a, 2 as b")
    found = drafted(tmp_path, path)
    assert (found.sheet.name, chosen(found)["at"], found.cases) == (name, ('wh"en',), 20)


def test_a_server_is_drafted_by_its_url(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from the environment and is written nowhere."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute("create table leads (id text, phone text, created timestamp, stage text)")
        for number in range(40):
            stage = ("new", "proposal", "won", "lost")[number % 4]
            row = (f"L-{number}", f"+7916000{number:04}", BEGIN + timedelta(hours=number), stage)
            connection.execute("insert into leads values (%s, %s, %s, %s)", row)
    monkeypatch.setenv("PGPASSWORD", "open sesame")
    url = postgres.replace(":open%20sesame@", "@")
    found = drafted(tmp_path, url)
    assert (found.sheet.name, found.sheet.query, found.cases) == ("leads", 'select * from "leads"', 40)
    text = (tmp_path / "workspace" / "voronka.yaml").read_text(encoding="utf-8")
    assert url in text
    assert "sesame" not in text


def test_an_exchange_of_orders_is_drafted(tmp_path: Path) -> None:
    """CommerceML: the day and the clock of a document are its beginning, its requisite is the stage of today."""
    order = (
        "<Документ><Номер>{n}</Номер><Дата>2026-03-{d:02}</Дата><Время>1{h}:00:00</Время><Сумма>{n}00</Сумма>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Статус заказа</Наименование><Значение>{s}</Значение>"
        "</ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"
    )
    stages = ("Новый", "Выполнен", "Отменен", "Отгружен")
    rows = "".join(order.format(n=n, d=n % 28 + 1, h=n % 9, s=stages[n % 4]) for n in range(100, 160))
    text = f'<?xml version="1.0" encoding="windows-1251"?><КоммерческаяИнформация>{rows}</КоммерческаяИнформация>'
    (tmp_path / "orders.xml").write_bytes(text.encode("cp1251"))
    found = drafted(tmp_path, tmp_path / "orders.xml")
    columns = chosen(found)
    assert (columns["case"], columns["start"]) == (("Номер",), ("Дата", "Время"))
    assert columns["status"] == ("ЗначенияРеквизитов.ЗначениеРеквизита.Статус заказа",)
    assert (found.shape, found.dates["created"]) == ("snapshot", ("Дата", "Время"))


# --- lists of today, lists of several days, totals --------------------------------------------------------------------


def test_a_list_of_today_is_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shape declares what it cannot know, and the page says what cannot be judged, and what to ask for."""
    monkeypatch.chdir(tmp_path)
    path = exports.bitrix_deals(tmp_path / "deals.csv")
    found = drafted(tmp_path, path)
    assert found.shape == "snapshot"
    assert found.dates == {"created": ("Дата создания",), "changed": ("Дата изменения",)}
    assert voronka("express", "deals.csv", "--no-open", "--out", "p.md").code == 0
    text = (tmp_path / "p.md").read_text(encoding="utf-8")
    assert "О чём эта выгрузка не говорит" in text
    assert "нельзя оценить" in text


def test_calls_that_end_at_once_are_no_snapshot(tmp_path: Path) -> None:
    """Where every row has ended there is no stage of today: its time is that of the end."""
    assert drafted(tmp_path, exports.calls(tmp_path / "calls.csv")).shape == "milestones"


def saved(folder: Path, days: Sequence[int], name: str = "сделки-{:%Y-%m-%d}.csv") -> list[Path]:
    """A list of deals as it was saved on several days of March: each deal moves on through its stages."""
    paths = []
    for day in days:
        today = datetime(2026, 3, day, 19)
        rows: Table = [["ID сделки", "Создана", "Стадия", "case", "state"]]  # words that our SQL has too
        for number in range(100):
            created = datetime(2026, 3, 1, 9) + timedelta(hours=5 * number)
            age = (today - created) / timedelta(days=1)
            ends = "Сделка проиграна" if number % 3 else "Сделка выиграна"
            stage = "Новая" if age < 2 else "Переговоры" if age < 6 else "Договор" if age < 9 else ends
            if age >= 0:
                rows.append([f"D-{number}", created, stage, exports.MANAGERS[number % 3], 500 * number])
        paths.append(plain(folder / name.format(today), rows))
    return paths


def test_lists_of_several_days_are_moves(tmp_path: Path) -> None:
    """Dates in the names of files: stages follow each other as they were seen, each case counts once."""
    found = drafted(tmp_path, *saved(tmp_path, range(4, 31, 2)))
    assert found.shape == "snapshot"
    assert found.sheet.taken is not None
    assert (found.sheet.taken.pattern, found.cases) == ("сделки-%Y-%m-%d.csv", 100)
    assert found.flow.happy_path == ("received", "переговоры", "договор", "сделка_выиграна")
    moves = {(move.source, move.dest) for move in found.flow.moves if move.count}
    assert ("договор", "сделка_проиграна") in moves
    assert outcomes(found)["Сделка проиграна"] == "lost"


def test_files_of_different_cases_are_no_snapshots(tmp_path: Path) -> None:
    """A file for each day with deals of its own is one table, whatever the names say."""
    rows = deals()
    for day in range(3):
        plain(tmp_path / f"deals_0{day + 1}.02.2026.csv", [rows[0], *rows[1 + 40 * day : 41 + 40 * day]])
    found = drafted(tmp_path, *tmp_path.glob("deals_*.csv"))
    assert (found.sheet.taken, found.cases) == (None, 120)


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (("a-2026-03-01.csv", "a-2026-03-02.csv"), "a-%Y-%m-%d.csv"),
        (("20260301 x.csv", "20260302 y.csv"), "%Y%m%d*"),
        (("x 01.03.2026.xlsx", "y 02.03.2026.xlsx"), "*%d.%m.%Y.xlsx"),
        (("a-2026-03-01.csv", "a-2026-03-01.csv"), None),
        (("a-2026-13-01.csv", "a-2026-03-01.csv"), None),
        (("a-1.csv", "a-2.csv"), None),
    ],
)
def test_the_day_is_read_from_the_names_of_files(names: tuple[str, ...], pattern: str | None) -> None:
    """The year first or last; a name without a day, or one day twice, tells nothing."""
    found = pattern_of(names)
    assert (found[0] if found else None) == pattern


def totals(days: int = 90) -> Table:
    """Totals of two shops by day, with a share that nobody can add up."""
    random = Random(13)
    rows: Table = [["Дата", "Магазин", "Посетители", "Чеки", "Выручка", "Конверсия, %"]]
    for number in range(days):
        for shop in ("Центр", "Север"):
            visitors = random.randrange(80, 300)
            receipts = visitors // 4 + random.randrange(9)
            share = f"{100 * receipts / visitors:.1f}%"
            rows.append([f"{BEGIN + timedelta(days=number):%d.%m.%Y}", shop, visitors, receipts, receipts * 900, share])
    return rows


def test_totals_by_day_are_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receipts are held against visitors and money against receipts; no client is invented, and the page says so."""
    monkeypatch.chdir(tmp_path)
    found = drafted(tmp_path, plain(tmp_path / "итоги.csv", totals()))
    assert (found.shape, found.cases) == ("counts", 0)
    assert [(point.parameters["of"], point.parameters["per"]) for point in found.points] == [
        ("чеки", "посетители"),
        ("выручка", "чеки"),
    ]
    assert chosen(found)["channel"] == ("Магазин",)
    assert any("Конверсия" in note for note in found.notes)
    ran = voronka("express", "итоги.csv", "--no-open", "--out", "p.md")
    assert "«Выручка» на «Чеки»: 900" in ran.out.replace("\N{NO-BREAK SPACE}", "")
    text = (tmp_path / "p.md").read_text(encoding="utf-8")
    assert "Ни одного клиента в ней не видно" in text
    assert "Воронка" not in text


@pytest.mark.parametrize("month", ["Январь 2026", "янв. 2026 г.", "January 2026", "Jan-2026", "01.2026", "2026-01"])
def test_totals_by_month_are_counts(tmp_path: Path, month: str) -> None:
    """However a month is written, its totals are read, each as the month it is."""
    russian = ["Январь", "Февраль", "Март", "Апрель", "Май", "Июнь"]
    english = ["January", "February", "March", "April", "May", "June"]
    names = [
        month.replace("Январь", russian[n]).replace("янв", russian[n][:3].lower()).replace("January", english[n])
        .replace("Jan-", f"{english[n][:3]}-").replace("01", f"{n + 1:02}")
        for n in range(6)
    ]  # fmt: skip
    rows: Table = [["Месяц", "Заявки", "Заказы"], *([name, 100 + n, 20 + n] for n, name in enumerate(names))]
    found = drafted(tmp_path, plain(tmp_path / "totals.csv", rows))
    assert (found.shape, found.guesses["period"].columns) == ("counts", ("Месяц",))
    workspace = opening.load(tmp_path / "workspace")
    with Engine() as store:
        opening.import_all(workspace, store, NOW)
        periods = store.rows('select distinct period_start from "source:totals".counts order by 1')
    assert periods == [(datetime(2026, n + 1, 1),) for n in range(6)]


def test_totals_beside_deals_are_named(tmp_path: Path) -> None:
    """Cases come first; a table of totals is no log to link, and the draft says what to do with it."""
    found = drafted(tmp_path, plain(tmp_path / "deals.csv", deals(40)), plain(tmp_path / "totals.csv", totals()))
    assert found.sheet.named == "deals.csv"
    assert [(aside.named, aside.why) for aside in found.aside] == [("totals.csv", "counts")]
