"""A process drafted from exports nobody described: the guesses are right, the files check clean, an audit runs."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import document
from engine.definitions.condition import Expr, Literal
from engine.draft.model import Drafted, slug
from engine.draft.words import is_called, outcome_of
from engine.draft.workspace import draft
from engine.draft.yaml_text import condition, scalar
from engine.engines.duckdb import Engine
from engine.errors import EngineError, EventLogError
from engine.pipeline import auditing, opening
from tests.draft import exports

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def drafted(tmp_path: Path, *paths: Path | str) -> Drafted:
    """Draft a workspace; what it holds must check without a word, and an audit of it must give facts."""
    root = tmp_path / "workspace"
    made = draft(paths, root)
    assert opening.check(root) == ()
    workspace = opening.load(root)
    with Engine() as store:
        reports = opening.import_all(workspace, store, NOW)
        audit = auditing.audit(workspace, store, reports, opening.asked(workspace, now=NOW)).audit
    assert audit.facts
    assert sum(report.rejected for report in reports) == 0
    assert sum(flow.cases for flow in audit.processes) == made.draft.cases
    return made.draft


def codes_of(error: EngineError) -> list[str]:
    return [problem.code for problem in error.problems]


def chosen(found: Drafted) -> dict[str, tuple[str, ...]]:
    """The columns of every guess by role."""
    guesses = {**found.guesses, **found.attributes, **({"status": found.status} if found.status else {})}
    return {role: guess.columns for role, guess in guesses.items()}


def outcomes(found: Drafted) -> dict[str, str | None]:
    return {state.title: state.outcome for state in found.flow.states}


def test_a_list_of_deals_with_the_stage_of_today(tmp_path: Path) -> None:
    """amoCRM: the deal, when it was created, its stage, the manager, the money, why it was lost."""
    found = drafted(tmp_path, exports.amocrm(tmp_path / "amocrm.csv"))
    columns = chosen(found)
    assert columns["case"] == ("ID",)
    assert columns["start"] == ("Дата создания сделки",)
    assert columns["status"] == ("Этап сделки",)
    assert columns["manager"] == ("Ответственный",)
    assert columns["source"] == ("Источник",)
    assert columns["amount"] == ("Бюджет ₽",)
    assert columns["loss_reason"] == ("Причина отказа",)
    assert columns["phone"] == ("Рабочий телефон",)
    assert columns["client"] == ("Основной контакт",)
    ends = {title: outcome for title, outcome in outcomes(found).items() if outcome}
    assert ends == {"Успешно реализовано": "won", "Закрыто и не реализовано": "lost"}


def test_deals_of_another_crm_with_a_planned_date(tmp_path: Path) -> None:
    """Bitrix24: a date that is only expected is no step, and money with a decimal comma is money."""
    found = drafted(tmp_path, exports.bitrix_deals(tmp_path / "deals.csv"))
    columns = chosen(found)
    assert columns["case"] == ("ID",)
    assert columns["start"] == ("Дата создания",)
    assert columns["status"] == ("Стадия сделки",)
    assert columns["email"] == ("Контакт: E-mail",)
    assert columns["phone"] == ("Контакт: Мобильный телефон",)
    assert any("Предполагаемая дата закрытия" in note for note in found.notes)


def test_a_history_of_stages_is_a_log_of_events(tmp_path: Path) -> None:
    """A number of the record is unique, and still the deal is the case: its rows tell one story."""
    found = drafted(tmp_path, exports.bitrix_history(tmp_path / "history.csv"))
    assert found.shape == "events"
    columns = chosen(found)
    assert (columns["case"], columns["activity"], columns["at"]) == (("ID сделки",), ("Стадия",), ("Дата",))
    assert found.flow.happy_path == ("новая", "в_работе", "замер", "кп_отправлено", "сделка_успешна")
    assert outcomes(found)["Сделка провалена"] == "lost"


def test_calls_of_a_telephone_exchange(tmp_path: Path) -> None:
    """A call is answered or missed, and the number of the caller is personal."""
    found = drafted(tmp_path, exports.calls(tmp_path / "calls.csv"))
    columns = chosen(found)
    assert columns["case"] == ("ID звонка",)
    assert columns["start"] == ("Дата и время звонка",)
    assert columns["status"] == ("Статус звонка",)
    assert columns["phone"] == ("Номер звонящего",)
    assert {outcomes(found)[title] for title in ("Принят", "Пропущен")} == {"won", "lost"}


def test_orders_of_a_bookkeeping_program(tmp_path: Path) -> None:
    """Dates of payment and shipment are steps in their order, a birthday is none."""
    found = drafted(tmp_path, exports.orders(tmp_path / "orders.csv"))
    columns = chosen(found)
    assert columns["case"] == ("Номер",)
    assert columns["start"] == ("Дата",)
    assert found.flow.happy_path == ("received", "дата_оплаты", "дата_отгрузки")
    assert any("рожден" in note for note in found.notes)
    assert columns["branch"] == ("Склад",)


def test_a_messy_sheet_with_a_title(tmp_path: Path) -> None:
    """A title above the names of columns and dashes for nothing do not confuse."""
    found = drafted(tmp_path, exports.messy_excel(tmp_path / "заявки.xlsx"))
    columns = chosen(found)
    assert columns["case"] == ("№ заявки",)
    assert columns["start"] == ("Поступила",)
    assert found.flow.happy_path == ("received", "связались", "замер", "оплата")
    assert columns["source"] == ("Откуда узнали",)
    assert columns["phone"] == ("Телефон",)
    assert found.sheet.empty == ("-",)


@pytest.mark.parametrize("nothing", ["", "01.01.0001 0:00:00", "31.12.9999 23:59:59", "01.01.1900"])
def test_a_date_that_stands_for_none(tmp_path: Path, nothing: str) -> None:
    """A system writes year 1 or 9999 for no date: the draft says so, and success keeps the time of its own."""
    found = drafted(tmp_path, exports.with_first_call(tmp_path / "deals.csv", nothing))
    assert found.sheet.empty == ((nothing,) if nothing else ())
    won = found.flow.state("оплачен").when
    assert won is not None
    assert (won.at, won.dated) == (("Закрыт",), True)
    (cycle,) = [point for point in found.points if point.name == "cycle_time"]
    assert cycle.parameters["to"] == "оплачен"


@pytest.mark.parametrize(("nothing", "closed_share"), [(None, 1.0), ("", 0.7)])
def test_an_end_without_a_time_of_its_own(tmp_path: Path, nothing: str | None, closed_share: float) -> None:
    """Who has paid is known, when is not: no time to success is made of another time; what is dated is measured."""
    path = exports.with_first_call(tmp_path / "deals.csv", nothing, closed_share=closed_share)
    found = drafted(tmp_path, path)
    won = found.flow.state("оплачен").when
    assert won is not None
    assert not won.dated
    points = {point.name: point for point in found.points}
    assert "cycle_time" not in points
    assert "within" not in points["win_rate"].parameters
    workspace = opening.load(tmp_path / "workspace")
    with Engine() as store:
        reports = opening.import_all(workspace, store, NOW)
        audit = auditing.audit(workspace, store, reports, opening.asked(workspace, now=NOW)).audit
    whole = {fact.control_point: fact for fact in audit.facts if not fact.segment and fact.period is None}
    assert (whole["win_rate"].value, whole["win_rate"].note) == (None, "fidelity=closed")
    assert whole["reaction_time"].value is not None
    assert next(iter(audit.processes)).won == found.flow.state("оплачен").cases


def test_english_deals(tmp_path: Path) -> None:
    """The same in English: locale, outcomes, roles."""
    found = drafted(tmp_path, exports.english_deals(tmp_path / "deals.csv"))
    columns = chosen(found)
    assert found.locale == "en"
    assert columns["case"] == ("Deal ID",)
    assert columns["manager"] == ("Deal owner",)
    assert outcomes(found)["Closed Won"] == "won"
    assert outcomes(found)["Closed Lost"] == "lost"


def test_a_second_file_adds_its_columns(tmp_path: Path) -> None:
    """A file with one row for each deal joins the history by the number they share."""
    history = exports.bitrix_history(tmp_path / "history.csv")
    rows = ["ID сделки;Бюджет", *(f"{500 + number};{number * 1000}" for number in range(120))]
    (tmp_path / "money.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = drafted(tmp_path, history, tmp_path / "money.csv")
    assert chosen(found)["amount"] == ("Бюджет",)
    assert [(join.ours, join.theirs) for join in found.joined] == [("ID сделки", "ID сделки")]


def test_parts_of_one_export_are_one_source(tmp_path: Path) -> None:
    """Files with equal columns are read together."""
    exports.bitrix_history(tmp_path / "all.csv")
    lines = (tmp_path / "all.csv").read_text(encoding="cp1251").splitlines()
    (tmp_path / "history-1.csv").write_text("\n".join(lines[:200]) + "\n", encoding="utf-8")
    (tmp_path / "history-2.csv").write_text("\n".join([lines[0], *lines[200:]]) + "\n", encoding="utf-8")
    found = drafted(tmp_path, tmp_path / "history-1.csv", tmp_path / "history-2.csv")
    assert (len(found.sheet.files), found.cases, found.sheet.name) == (2, 120, "history")


def test_a_reason_of_loss_says_who_is_lost(tmp_path: Path) -> None:
    """Where no stage says lost, a reason that was given does."""
    rows = ["Заявка;Создана;Оплачена;Причина отказа"]
    for number in range(60):
        paid = f"{1 + number % 28:02}.04.2026 12:00" if number % 3 == 0 else ""
        reason = ("Дорого", "Долго")[number % 2] if number % 3 == 1 else ""
        rows.append(f"{number};{1 + number % 28:02}.03.2026 10:00;{paid};{reason}")
    (tmp_path / "deals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = drafted(tmp_path, tmp_path / "deals.csv")
    (lost,) = [state for state in found.flow.states if state.outcome == "lost"]
    assert (lost.cases, lost.when.status if lost.when else None) == (20, "Причина отказа")


@pytest.mark.parametrize("make", [exports.amocrm, exports.bitrix_deals, exports.calls, exports.messy_excel])
def test_personal_columns_are_marked(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """Phones, mails and clients are pseudonyms in everything written, and no value of theirs stands in the draft."""
    path = make(tmp_path / ("export.xlsx" if make is exports.messy_excel else "export.csv"))
    drafted(tmp_path, path)
    text = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "workspace").rglob("*.yaml"))
    workspace = opening.load(tmp_path / "workspace")
    attributes = workspace.settings.sources[0].attributes
    personal = {name for name in ("phone", "email", "client") if name in attributes}
    assert personal
    assert all(attributes[name].personal for name in personal)
    assert "example.com" not in text
    assert "7916" not in text


def test_the_draft_says_why_and_what_else(tmp_path: Path) -> None:
    """Beside each guess stand its reason and how sure it is; rare moves are there with their counts, commented out."""
    draft([exports.bitrix_history(tmp_path / "history.csv")], tmp_path / "workspace")
    source = (tmp_path / "workspace" / "voronka.yaml").read_text(encoding="utf-8")
    process = (tmp_path / "workspace" / "processes" / "process.yaml").read_text(encoding="utf-8")
    (case,) = [line for line in source.splitlines() if line.strip().startswith("case:")]
    assert "почти наверняка" in case
    assert "так называется столбец" in case
    assert "# 90 раз" in process


def test_rare_moves_are_deviations(tmp_path: Path) -> None:
    """A move of one case in hundreds is no part of the process, and can be put back by a hand."""
    rows = ["deal;stage;date"]
    for number in range(200):
        stages = ["new", "talk", "quote", "paid"] if number else ["new", "quote", "talk", "paid"]
        rows += [f"{number};{stage};2026-03-{1 + n + number % 20:02} 10:00" for n, stage in enumerate(stages)]
    (tmp_path / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = drafted(tmp_path, tmp_path / "log.csv")
    assert found.flow.happy_path == ("new", "talk", "quote", "paid")
    assert [(move.source, move.dest) for move in found.flow.moves if not move.allowed]
    process = (tmp_path / "workspace" / "processes" / "process.yaml").read_text(encoding="utf-8")
    assert "  # - {trigger: reach_" in process


def test_equal_exports_give_equal_drafts(tmp_path: Path) -> None:
    """Nothing depends on a clock or on chance."""
    path = exports.amocrm(tmp_path / "amocrm.csv")
    texts = []
    for name in ("one", "two"):
        draft([path], tmp_path / name)
        texts.append({f.name: f.read_bytes() for f in sorted((tmp_path / name).rglob("*")) if f.is_file()})
    assert texts[0] == texts[1]


# --- what cannot be drafted -------------------------------------------------------------------------------------------


def test_what_holds_no_process_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A table without times, or without anything that tells cases apart, is no traceback and no half a folder."""
    for text in (
        "a;b\n1;2\n3;4\n",
        "Дата\n01.02.2026\n01.02.2026\n02.02.2026\n",
        "ID;Создан\n1;01.02.2026\n2;02.02.2026\n",
    ):
        (tmp_path / "x.csv").write_text(text, encoding="utf-8")
        with pytest.raises(EventLogError) as caught:
            draft([tmp_path / "x.csv"], tmp_path / "workspace")
        assert codes_of(caught.value) == ["no-draft"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv"]


def test_every_broken_file_is_named(tmp_path: Path) -> None:
    """All files that cannot be read are told of at once, each by its own name."""
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "picture.csv").write_bytes(bytes([1, 2, 3, 4]) * 500)
    with pytest.raises(EventLogError) as caught:
        draft([tmp_path / "empty.csv", tmp_path / "picture.csv", tmp_path / "not.xlsx", ""], tmp_path / "workspace")
    problems = {problem.where.file.rsplit("/", 1)[-1]: problem.code for problem in caught.value.problems}
    assert problems == {
        "empty.csv": "empty-file",
        "picture.csv": "no-text",
        "not.xlsx": "missing-file",
        "": "missing-file",
    }
    assert not (tmp_path / "workspace").exists()


def test_a_folder_that_holds_something_is_not_touched(tmp_path: Path) -> None:
    """A draft never writes over a workspace."""
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "voronka.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(EngineError) as caught:
        draft([exports.calls(tmp_path / "calls.csv")], tmp_path / "workspace")
    assert codes_of(caught.value) == ["not-empty"]
    assert (tmp_path / "workspace" / "voronka.yaml").read_text(encoding="utf-8") == "mine"


def test_hostile_names_and_values_stay_data(tmp_path: Path) -> None:
    """Quotes, braces, template marks, formulas, line ends and emoji in columns and stages break nothing."""
    stages = ["new'; drop table x", "{{ 7*7 }}", "=HYPERLINK(1)", 'сделка: "да" # нет', "paid 🙂\\"]
    with (tmp_path / "log.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(['deal "id"', "stage's\nname", "date: {time}"])
        for number in range(60):
            for n, stage in enumerate(stages):
                writer.writerow([f"d'{number}", stage, f"2026-03-{1 + number % 20:02} 1{n}:00"])
    found = drafted(tmp_path, tmp_path / "log.csv")
    assert [state.title for state in found.flow.states] == stages


def test_a_workbook_of_stages_needs_no_words(tmp_path: Path) -> None:
    """Success that no word names is found by where cases stay."""
    workbook = xlsxwriter.Workbook(str(tmp_path / "log.xlsx"))
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["order", "stage", "time"])
    row = 1
    for number in range(80):
        for n, stage in enumerate(("A1", "B2", "C3", "D4")[: 4 if number % 2 else 2]):
            sheet.write_row(row, 0, [f"o{number}", stage, f"2026-03-{1 + number % 20:02} 1{n}:00"])
            row += 1
    workbook.close()
    found = drafted(tmp_path, tmp_path / "log.xlsx")
    assert outcomes(found)["D4"] == "won"
    assert found.guesses["won"].sure < 0.85


# --- words and text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("Успешно реализовано", "won"), ("Закрыто и не реализовано", "lost"), ("Сделка провалена", "lost"),
        ("Оплачено", "won"), ("Не оплачен", "lost"), ("Спам", "void"), ("Дубль", "void"), ("В работе", None),
        ("Closed Lost", "lost"), ("Closed Won", "won"), ("Unanswered", "lost"), ("Answered", "won"),
        ("Qualified", None),
        ("Пропущен", "lost"), ("A_CANCELLED", "lost"), ("КП отправлено", None), ("Новая", None), ("Отказ", "lost"),
    ],
)  # fmt: skip
def test_words_of_outcomes(state: str, outcome: str | None) -> None:
    """Words of success and loss in both languages; a loss is looked for first, for it often names what failed."""
    assert outcome_of(state) == outcome


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("manager", "Ответственный"), ("source", "utm_source"), ("created", "createdAt"), ("planned", "Срок оплаты"),
        ("phone", "Мобильный телефон"), ("loss_reason", "Причина отказа"), ("case", "id_guest"), ("amount", "Бюджет ₽"),
    ],
)  # fmt: skip
def test_names_of_columns(role: str, name: str) -> None:
    """A name speaks of a role however it is written."""
    assert is_called(role, name)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_text_comes_back_from_yaml(text: str) -> None:
    """What stands in a cell stands in the file."""
    read = document.read_text(f"key: {scalar(text)}\n", "x.yaml")
    assert read.problems == []
    assert read.data == {"key": text}


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_any_value_comes_back_from_a_condition(value: str) -> None:
    """A value in `where:` is the value of the cell."""
    literals = [node.value for node in Expr.parse(condition("stage", (value,))).nodes() if isinstance(node, Literal)]
    assert literals == [value]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_makes_a_name(text: str, others: list[str]) -> None:
    """Names of states are words that conditions can write, each another one."""
    taken = [slug(other) for other in others]
    name = slug(text, taken)
    assert name.casefold() not in {one.casefold() for one in taken}
    assert name.replace("_", "a").isalnum()
    assert not name[0].isdigit()
