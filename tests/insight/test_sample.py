"""`voronka sample`: a random sample that is the same for the same data, safe to open, and comes back as data."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from engine.render.scoring import scores
from tests.command import voronka
from tests.insight.clients import RULES, audited, client, mixed

SHEET = "samples/web_form-lost.xlsx"


def drawn(path: Path) -> list[list[object]]:
    """The rows of the first sheet, its head first."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def sampled(root: Path, *more: str) -> list[list[object]]:
    """The rows of a sheet just written."""
    ran = voronka("sample", root, *more)
    assert ran.code == 0, ran.text
    return drawn(root / (SHEET if "--lost" in more else SHEET.replace("lost", "ended")))


def test_the_same_data_give_the_same_sheet(tmp_path: Path) -> None:
    """Byte for byte, and another seed gives other cases."""
    one, other = client(tmp_path / "a", mixed(300, 50)), client(tmp_path / "b", mixed(300, 50))
    assert sampled(one, "--lost") == sampled(other, "--lost")
    for name in (SHEET, SHEET.replace("xlsx", "csv")):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    again = voronka("sample", one, "--lost", "--seed", "7", "--out", one / "more")
    assert again.code == 0
    assert drawn(one / "more/web_form-lost.xlsx") != drawn(one / SHEET)


def test_only_lost_cases_and_as_many_as_asked_for(tmp_path: Path) -> None:
    """30 by default, each once; where there are fewer, all of them."""
    cases = mixed(300, 50)
    root = client(tmp_path, cases)
    head, *rows = sampled(root, "--lost")
    assert head[:5] == ["id", "Началось", "Менеджер", "Звонки и сообщения", "Где остановилось"]
    ids = [int(str(row[0])) for row in rows]
    assert (len(ids), len(set(ids))) == (30, 30)
    assert not any(cases[number].won for number in ids)
    lost = sum(not case.won for case in cases)
    assert len(sampled(root, "--lost", "-n", "1000", "--out", str(root / "all"))) == 31
    assert len(drawn(root / "all/web_form-lost.xlsx")) == 1 + lost


def test_every_manager_has_his_part(tmp_path: Path) -> None:
    """A sample is spread as the lost cases are: within one case of each manager's share."""
    cases = mixed(900, 300)
    rows = sampled(client(tmp_path, cases), "--lost")[1:]
    lost = Counter(case.manager for case in cases if not case.won)
    found = Counter(str(row[2]) for row in rows)
    for manager, n in lost.items():
        assert abs(found[manager] - 30 * n / sum(lost.values())) < 1 + 1e-9, manager


def test_cells_to_fill_take_allowed_values_only(tmp_path: Path) -> None:
    """A list of values in each column with a choice."""
    root = client(tmp_path, mixed(100, 0))
    sampled(root, "--lost")
    with zipfile.ZipFile(root / SHEET) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    closed = [score for score in scores("ru") if score.values]
    assert sheet.count("<dataValidation ") == len(closed) == 5
    for score in closed:
        assert ",".join(score.values) in sheet


def test_who_listens_does_not_know_how_it_ended(tmp_path: Path) -> None:
    """In a sample of won and lost cases neither the outcome nor the last stage is told, nor the order tells it."""
    cases = mixed(300, 0)
    head, *rows = sampled(client(tmp_path, cases), "-n", "60")
    assert "Где остановилось" not in head
    won = [cases[int(str(row[0]))].won for row in rows]
    assert 15 <= sum(won[:30]) + sum(won[30:]) <= 45
    assert won != sorted(won)
    assert won != sorted(won, reverse=True)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """A case that is called like a formula stays a text in both files."""
    root = client(tmp_path, mixed(60, 0))
    path = root / "data/deals.csv"
    path.write_text(path.read_text("utf-8").replace("\n5;", "\n=1+1;").replace("Белов", "@SUM(A1)"), "utf-8")
    rows = sampled(root, "--lost", "-n", "60")[1:]
    with zipfile.ZipFile(root / SHEET) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert "@SUM(A1)" in {row[2] for row in rows}
    text = (root / SHEET.replace("xlsx", "csv")).read_text("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]


def test_a_filled_sheet_is_not_overwritten(tmp_path: Path) -> None:
    """The work of hours is never lost to a command."""
    root = client(tmp_path, mixed(100, 0))
    sampled(root, "--lost")
    (root / SHEET).write_bytes(b"filled in")
    ran = voronka("sample", root, "--lost")
    assert ran.code != 0
    assert "[sheet-exists]" in ran.text
    assert (root / SHEET).read_bytes() == b"filled in"


@pytest.mark.parametrize("more", [("--out", "/somewhere/else"), ("--process", "nothing"), ("-n", "0")])
def test_wrong_words_are_problems(tmp_path: Path, more: tuple[str, str]) -> None:
    """A folder outside, a process that is not there, no cases at all."""
    assert voronka("sample", client(tmp_path, mixed(60, 0)), *more).code == 2


def test_nothing_lost_is_a_problem(tmp_path: Path) -> None:
    """There is nothing to listen to, and the way out is said."""
    cases = [case for case in mixed(60, 0) if case.won]
    ran = voronka("sample", client(tmp_path, cases), "--lost")
    assert (ran.code, "[no-cases]" in ran.text, "without --lost" in ran.text) == (3, True, True), ran.text


# --- there and back ---------------------------------------------------------------------------------------------------


def fill(path: Path, answers: dict[str, dict[str, str]]) -> None:
    """Write the sheet again as a spreadsheet does, with scores by case and column."""
    head, *rows = drawn(path)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Оценки")
        for number, title in enumerate(head):
            sheet.write(0, number, title)
        for line, row in enumerate(rows, 1):
            known = answers[str(row[0])]
            for number, (title, cell) in enumerate(zip(head, row, strict=True)):
                sheet.write(line, number, known.get(str(title), cell))


def join(root: Path, printed: str) -> None:
    """Put what the command printed into the source, word for word."""
    lines = printed[printed.index("join:") :].splitlines()
    settings = root / "voronka.yaml"
    text = settings.read_text("utf-8").replace("    attributes:\n", "".join(f"    {line}\n" for line in lines[:2]))
    more = "".join(f"    {line}\n" for line in lines[2:])
    settings.write_text(text.replace("      manager:", f"{more}      manager:"), "utf-8")


def test_scores_come_back_and_causes_are_tested_on_them(tmp_path: Path) -> None:
    """Drawn, filled in, joined by the lines the command printed: the cause is compared on the cases listened to."""
    rules = RULES + (
        "      - {name: no_next_step, title: {ru: Нет шага, en: No step}, exposure: \"next_step == 'нет'\", "
        "needs: [next_step]}\n"
    )
    cases = mixed(400, 0)
    root = client(tmp_path, cases)
    ran = voronka("sample", root, "-n", "160")
    sheet = root / SHEET.replace("lost", "ended")
    step = next(score.title for score in scores("ru") if score.name == "next_step")
    ids = [str(row[0]) for row in drawn(sheet)[1:]]
    # Of those lost 8 of 10 had no next step, of those won 1 of 10.
    said = {
        id_: {step: "нет" if (n % 10 < 8) != cases[int(id_)].won or n % 10 == 9 else "да"} for n, id_ in enumerate(ids)
    }
    fill(sheet, said)
    join(root, ran.text)
    (root / "rules/response.yaml").write_text(rules, "utf-8")
    assert voronka("check", root).code == 0
    (finding,) = [one for one in audited(root).findings if one.rule == "few_sales" and not one.segment]
    cause = next(one for one in finding.causes if one.name == "no_next_step")
    assert cause.verdict == "supported"
    assert cause.n_exposed == sum(answers[step] == "нет" for answers in said.values())
    won = {word: [cases[int(i)].won for i in ids if said[i][step] == word] for word in ("да", "нет")}
    shares = {word: sum(list_) / len(list_) for word, list_ in won.items()}
    assert cause.difference == pytest.approx(shares["да"] - shares["нет"])


def test_reasons_of_the_lost_come_back_as_a_share(tmp_path: Path) -> None:
    """What people heard in the calls is measured like anything else."""
    root = client(tmp_path, mixed(300, 0))
    ran = voronka("sample", root, "--lost")
    title = next(score.title for score in scores("ru") if score.name == "true_reason")
    rows = drawn(root / SHEET)[1:]
    fill(root / SHEET, {str(row[0]): {title: "дорого" if n < 21 else "другое"} for n, row in enumerate(rows)})
    join(root, ran.text)
    process = root / "processes/web_form.yaml"
    more = (
        "  too_expensive: {kpi: share, of: \"true_reason == 'дорого'\", better: lower, "
        "where: \"true_reason in ['дорого', 'другое']\"}\n"
    )
    process.write_text(process.read_text("utf-8") + more, "utf-8")
    (fact,) = [
        one
        for one in audited(root).facts
        if one.control_point == "too_expensive" and not one.segment and not one.period
    ]
    assert (fact.value, fact.n) == (pytest.approx(0.7), 30)


def test_a_case_of_several_columns_is_joined_by_all_of_them(tmp_path: Path) -> None:
    """The sheet has the client's own columns, and the line says both."""
    root = client(tmp_path, mixed(60, 0))
    settings = root / "voronka.yaml"
    settings.write_text(settings.read_text("utf-8").replace("case: id", "case: [id, src]"), "utf-8")
    ran = voronka("sample", root, "--lost", "-n", "5")
    assert 'on: {"id": "id", "src": "src"}' in ran.text
    head, *rows = drawn(root / SHEET)
    assert head[:2] == ["id", "src"]
    assert {row[1] for row in rows} <= {"ads", "site", "partner"}


def test_what_is_personal_is_not_written(tmp_path: Path) -> None:
    """A case that is called by the client's phone cannot be joined: the sheet says so and shows no phone."""
    root = client(tmp_path, mixed(60, 0))
    settings = root / "voronka.yaml"
    settings.write_text(settings.read_text("utf-8").replace("case: id", "case: [id, client]"), "utf-8")
    ran = voronka("sample", root, "--lost", "-n", "5")
    assert (ran.code, "join:" in ran.text, "cannot come back" in ran.text) == (0, False, True)
    assert all(not str(row[0]).partition("/")[2].startswith("c") for row in drawn(root / SHEET)[1:])


def test_the_head_names_every_score_in_both_languages() -> None:
    """Attributes have names that conditions can write, columns have titles."""
    for locale in ("ru", "en"):
        found = scores(locale)  # type: ignore[arg-type]
        assert all(score.name.isidentifier() for score in found)
        assert len({score.title for score in found}) == len(found)


def test_english_sheets_are_english(tmp_path: Path) -> None:
    """The language of the sheet is that of the workspace."""
    root = client(tmp_path, mixed(60, 0), locale="en")
    head = sampled(root, "--lost")[0]
    assert "The true reason of the loss" in head
