"""Scan, reaction and result, managers like for like and causes through the whole audit."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from engine.audit import Audit
from engine.kpis.fact import Segment
from engine.render.json import to_json
from engine.render.templates import folders, prepare, render
from engine.render.terminal import show
from engine.rules.finding import CauseVerdict
from tests.command import voronka
from tests.insight.clients import RULES, Case, audited, client, leaving, mixed

ERSHOV: Segment = (("manager", "Ершов"),)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client with one manager who is 15 points worse."""
    return client(tmp_path_factory.mktemp("planted"), mixed())


@pytest.fixture(scope="module")
def found(planted: Path) -> Audit:
    """Its audit."""
    return audited(planted)


def document(audit: Audit, name: str) -> str:
    return render(f"{name}.j2", prepare(audit, folders(None)))


# --- the scan ---------------------------------------------------------------------------------------------------------


def test_a_worse_manager_is_found_first(found: Audit) -> None:
    """The planted segment leads the scan, is a finding with its cases, and only it is one."""
    first = found.scan.found[0]
    assert (first.segment, first.process, first.control_point) == (ERSHOV, "web_form", "win_rate")
    assert first.high < 0
    (segment,) = [finding for finding in found.findings if finding.segment == ERSHOV]
    (whole,) = [finding for finding in found.findings if not finding.segment and finding.rule == "few_sales"]
    assert (segment.rule, segment.severity, segment.all_cases) == (
        "few_sales",
        "red",
        first.n - round(first.value * first.n),
    )
    assert segment.lost_cases == round(first.n * -first.difference)
    assert 0 < segment.all_cases < whole.all_cases
    assert set(segment.cases) <= {str(number) for number in range(400)}


def test_a_finding_keeps_its_id(found: Audit, planted: Path) -> None:
    """The same process, rule and segment have the same id in every audit, and equal input gives equal bytes."""
    assert to_json(audited(planted)) == to_json(found)


def test_nothing_breached_is_not_scanned(tmp_path: Path) -> None:
    """Where every limit is kept there is nothing to compare, and no time is spent."""
    audit = audited(client(tmp_path, mixed(300, 100), rules=RULES.replace("60%", "20%")))
    assert audit.scan.comparisons == 0
    assert audit.scan.found == ()
    assert not audit.findings


def test_documents_say_where_it_is_worst_and_what_cannot_be_seen(found: Audit) -> None:
    """Report and terminal name the segment beside the rest, and the difference that would not have shown."""
    md, html = document(found, "plan.md"), document(found, "plan.html")
    for text in (md, html):
        assert "Где хуже всего" in text
        assert "Менеджер: Ершов" in text
        assert "не видна" in text
    said = io.StringIO()
    Console(width=100, file=said).print(show(found))
    assert "Менеджер: Ершов" in said.getvalue()
    assert "не видна" in said.getvalue()


def test_segments_stand_beneath_their_finding(found: Audit) -> None:
    """The first page and the list of findings are not filled with parts of one loss."""
    report = prepare(found, folders(None)).report
    told = [finding for finding in (*report.findings, *report.more_findings) if finding.title == "Мало продаж"]
    (one,) = told
    assert one.where_worst.rows[0].segment == "Менеджер: Ершов"
    assert len(report.losses) == 1


def test_a_dimension_known_only_after_the_end_is_not_scanned(tmp_path: Path) -> None:
    """Bands of the reply and reasons of losses tell the outcome itself: they are never where it is worst."""
    root = client(tmp_path, mixed(600, 100))
    process = root / "processes/web_form.yaml"
    bands = "dimensions:\n  reply_speed: {elapsed: [received, contacted], bands: [1h]}\ncontrol_points:"
    process.write_text(process.read_text("utf-8").replace("control_points:", bands), "utf-8")
    settings = root / "voronka.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace("segments: [manager", "segments: [reply_speed, manager"), "utf-8"
    )
    audit = audited(root)
    assert {sight.dimension for sight in audit.scan.sights} == {"manager", "source"}


def test_the_manager_is_who_held_the_case_then(tmp_path: Path) -> None:
    """Where events name managers, a lost case that was parked on somebody is not his loss (D21)."""
    rows, begun = ["id;stage;at;manager;src;client\n"], datetime(2026, 1, 1)
    for number in range(600):
        at = begun + timedelta(hours=5 * number)
        holder = "Ершов" if number < 200 else "Белов"
        won = number % 10 < (2 if holder == "Ершов" else 6)
        for stage, hours, manager in (
            ("new", 0, holder),
            ("call", 1, holder),
            ("paid" if won else "refused", 9, "Архив"),
        ):
            rows.append(f"{number};{stage};{at + timedelta(hours=hours):%Y-%m-%d %H:%M:%S};{manager};ads;c{number}\n")
    root = client(tmp_path, [])
    (root / "data/deals.csv").write_text("".join(rows), "utf-8")
    settings = root / "voronka.yaml"
    each = settings.read_text("utf-8").replace("manager: {column: manager, ", "manager: {column: manager, take: each, ")
    settings.write_text(each, "utf-8")
    audit = audited(root)
    assert audit.scan.found[0].segment == ERSHOV
    assert "Архив" not in {one.manager for one in audit.managers}


# --- reaction and result ----------------------------------------------------------------------------------------------


def test_waiting_clients_who_leave_show_the_effect_of_speed(tmp_path: Path) -> None:
    """Bands all say 40 of 100, and yet those answered by a landmark do better than those not yet: an association."""
    (dose,) = audited(client(tmp_path, leaving())).dose
    answered = [band.value or 0 for band in dose.bands if band.band != "never" and band.n >= 100]
    assert all(abs(value - 0.4) < 0.08 for value in answered)
    assert [mark.low is not None and mark.low > 0 for mark in dose.landmarks[:3]] == [True] * 3
    assert (dose.basis, dose.standardised_by) == ("association", ("source", "manager"))


def test_clients_who_wait_for_ever_show_none(tmp_path: Path) -> None:
    """Without leaving, speed does nothing, and no effect is made up."""
    (dose,) = audited(client(tmp_path, leaving(patience=1e6))).dose
    assert not any(mark.low is not None and mark.low > 0 for mark in dose.landmarks)


def test_reaction_is_said_to_be_an_association(tmp_path: Path) -> None:
    """No document promises that answering faster sells more."""
    audit = audited(client(tmp_path, leaving(1500)))
    for name in ("plan.md", "plan.html"):
        text = document(audit, name)
        assert "Скорость ответа и результат" in text
        assert "связь, а не доказанная причина" in text


# --- managers ---------------------------------------------------------------------------------------------------------


def by_source() -> list[Case]:
    """Two managers alike on the same cases; one gets the ads, the other the referrals."""
    cases = []
    for number in range(1200):
        first = number % 2 == 0
        ads = (number // 2) % 10 < (8 if first else 2)
        won = (number // 20) % 10 < (2 if ads else 6)
        began = datetime(2026, 1, 1) + timedelta(hours=3 * number)
        cases.append(
            Case(began, 1.0, 30.0, won, "Белов" if first else "Громова", "ads" if ads else "ref", f"c{number}")
        )
    return cases


def test_managers_are_compared_on_the_same_cases(tmp_path: Path) -> None:
    """Raw shares differ by the mix alone: like for like nobody is worse."""
    audit = audited(client(tmp_path, by_source()))
    rows = {one.manager: one for one in audit.managers if one.control_point == "win_rate"}
    assert rows["Громова"].raw - rows["Белов"].raw > 0.2
    assert abs(rows["Громова"].standardised - rows["Белов"].standardised) < 0.02
    assert {one.word for one in rows.values()} == {"not told apart"}
    assert rows["Белов"].standardised_by == ("source", "returning")


def test_a_worse_manager_is_red_in_the_table_and_no_other(found: Audit) -> None:
    """Red is only for who is rejected over all comparisons."""
    assert {one.manager for one in found.managers if one.word == "worse"} == {"Ершов"}
    assert "Менеджеры на равных" in document(found, "plan.html")


def test_nobody_is_no_manager(tmp_path: Path) -> None:
    """Cases without a manager are compared with nobody."""
    cases = [Case(c.began, c.answered, c.ended, c.won, "", c.source, c.client) if i % 5 == 0 else c
             for i, c in enumerate(mixed(600, 100))]  # fmt: skip
    audit = audited(client(tmp_path, cases))
    assert not {"", "(нет)"} & {one.manager for one in audit.managers}


def test_without_names_no_file_holds_a_surname(planted: Path) -> None:
    """Every written file: numbers of managers, roles of the plan; ids and numbers are those of the named version."""
    named, bare = planted / "reports/named", planted / "reports/bare"
    assert voronka("audit", planted, "--out", named).code == 0
    ran = voronka("audit", planted, "--out", bare, "--no-names")
    assert ran.code == 0
    names = ("Ершов", "Белов", "Громова", "Жуков", "Котова", "Карпов")
    written = {path: path.read_text("utf-8-sig") for path in sorted(bare.rglob("*")) if path.is_file()}
    assert len(written) >= 5
    for text in (*written.values(), ran.out):
        assert not [name for name in names if name in text]
    ids = [
        [f["id"] for f in json.loads((folder / "audit.json").read_text("utf-8"))["findings"]]
        for folder in (named, bare)
    ]
    assert ids[0] == ids[1]
    assert "Менеджер 1" in written[bare / "plan.md"]


# --- causes -----------------------------------------------------------------------------------------------------------


def cause(audit: Audit, name: str) -> CauseVerdict:
    (finding,) = [finding for finding in audit.findings if not finding.segment]
    return next(one for one in finding.causes if one.name == name)


@pytest.mark.parametrize(
    ("answer", "verdict"), [("yes", "supported"), ("no", "refuted"), ("unknown", "not assessable")]
)
def test_an_answer_decides_a_cause(tmp_path: Path, answer: str, verdict: str) -> None:
    """By the client's word, and said to be by it; what he does not know stays a question."""
    root = client(tmp_path, mixed(300, 50))
    settings = root / "voronka.yaml"
    line = f'answers:\n  few_sales.script: {{answer: {answer}, note: "так и есть"}}\n'
    settings.write_text(settings.read_text("utf-8") + line, "utf-8")
    audit = audited(root)
    one = cause(audit, "script")
    assert (one.verdict, one.by, one.note) == (verdict, "client", "так и есть")
    text, sheet = document(audit, "plan.md"), document(audit, "interview.md")
    assert ("Со слов клиента" in document(audit, "plan.html")) == (answer != "unknown")
    assert ("вопрос к вам" in text) == (answer == "unknown")
    assert ("Уже отвечено" in sheet) == (answer != "unknown")


def test_the_interview_sheet_asks_what_only_the_client_knows(found: Audit, planted: Path) -> None:
    """Question, finding that it decides, and a line that voronka.yaml takes as it stands."""
    for name in ("interview.md", "interview.html"):
        text = document(found, name)
        assert "Есть ли скрипт?" in text
        assert "Мало продаж" in text
    report = prepare(found, folders(None)).report
    assert report.interview
    (question,) = report.interview.questions
    settings = planted / "voronka.yaml"
    before = settings.read_text("utf-8")
    settings.write_text(f"{before}answers:\n  {question.yaml}\n", "utf-8")
    try:
        assert cause(audited(planted), "script").verdict == "not assessable"
    finally:
        settings.write_text(before, "utf-8")


def test_no_question_no_sheet(tmp_path: Path) -> None:
    """A sheet without questions is not written."""
    plain = RULES[: RULES.index("    causes:")]
    root = client(tmp_path, mixed(300, 50), rules=plain)
    assert voronka("audit", root).code == 0
    assert list(root.rglob("plan.md"))
    assert not list(root.rglob("interview.*"))


def test_the_clients_own_month_is_the_limit_for_causes_too(tmp_path: Path) -> None:
    """A case misses where it is beyond that month, not where it took any time at all."""
    rules = (
        "rules:\n  - name: slow\n    control_point: reaction_time\n    red: median month\n    causes:\n"
        "      - {name: ads, exposure: \"source == 'ads'\"}\n"
    )
    cases = []
    for number in range(900):
        ads = number % 3 == 0
        began = datetime(2026, 1, 1) + timedelta(hours=6 * number)
        hours = 30.0 if ads and number > 600 else 10.0 if ads else 1.0
        cases.append(Case(began, hours, 60.0, number % 2 == 0, "Белов", "ads" if ads else "site", ""))
    audit = audited(client(tmp_path, cases, rules=rules))
    (finding,) = [one for one in audit.findings if one.rule == "slow" and not one.segment]
    assert finding.causes[0].verdict == "supported"
    assert (finding.causes[0].attributable or 0) > 0.9


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_chained_findings_do_not_depend_on_their_order(tmp_path: Path, order: list[int]) -> None:
    """A diagnosis that asks for the finding of another finds it wherever it stands."""
    written = [
        '  - {name: few_sales, control_point: win_rate, red: "< 60%"}\n',
        "  - {name: a_chain, when: finding(b_chain)}\n",
        "  - {name: b_chain, when: finding(few_sales) and win_rate < 60%}\n",
    ]
    rules = "rules:\n" + "".join(written[place] for place in order)
    audit = audited(client(tmp_path, mixed(300, 0), rules=rules))
    fired = {finding.rule: finding.severity for finding in audit.findings if not finding.segment}
    assert fired == {"few_sales": "red", "a_chain": "red", "b_chain": "red"}


@pytest.mark.parametrize("when", ["finding(first)", "finding(second)", "not finding(second) and win_rate < 60%"])
def test_a_circle_of_findings_is_a_problem(tmp_path: Path, when: str) -> None:
    """Also of one rule with itself, and through a `not`."""
    rules = f"rules:\n  - {{name: first, when: {when}}}\n  - {{name: second, when: finding(first)}}\n"
    root = client(tmp_path, mixed(60, 0), rules=rules)
    ran = voronka("check", root)
    assert (ran.code, "[rule-cycle]" in ran.text) == (2, True), ran.text
