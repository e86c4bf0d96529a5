"""One thing looked at closely in the terminal: sources, a control point, a finding, a case."""

import io
import json
from datetime import datetime

import pytest
from rich.console import Console

from engine.definitions.document import LocalText
from engine.definitions.process import Process, State
from engine.definitions.settings import Settings
from engine.kpis.fact import Fact, Period
from engine.machine import Replay
from engine.pipeline.looking import ExplainedCase, ExplainedFinding, Step
from engine.render.lookup import (
    View,
    explained_case,
    explained_finding,
    facts_csv,
    facts_json,
    facts_table,
    passport,
    sources_table,
)
from engine.render.sample import sample
from engine.rules.when import Explained, Truth
from tests.render.conftest import NASTY, nasty

AUDIT = sample("ru")
POINT = next(point for point in AUDIT.control_points if point.name == "contact_rate" or point.unit == "ratio")
FACTS = tuple(f for f in AUDIT.facts if (f.process, f.control_point) == (POINT.process, POINT.name) and not f.variant)
MONTH = Fact(
    process=POINT.process,
    control_point=POINT.name,
    period=Period(since=datetime(2026, 4, 1), until=datetime(2026, 5, 1)),
    value=0.38,
    low=0.31,
    high=0.452,
    n=120,
    pending=4,
    maturity="provisional",
)


def settings(locale: str = "ru") -> Settings:
    """A workspace in Moscow."""
    return Settings(format="1", client="x", locale=locale, time_zone="Europe/Moscow")  # type: ignore[arg-type]


def printed(view: View, width: int = 80, *, colour: bool = False) -> str:
    """What the terminal shows, with ordinary spaces."""
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=colour, no_color=not colour).print(view)
    return file.getvalue().replace("\u00a0", " ").replace("\u202f", " ")


def case(attributes: dict[str, str]) -> ExplainedCase:
    """A case that was paid without having been received."""
    states = (
        State(name="received", title=LocalText("Заявка", "Inquiry")),
        State(name="won", title=LocalText("Оплата", "Paid"), final=True, outcome="won"),
    )
    step = Step(happened_at=datetime(2026, 4, 7, 13, 58), activity="Оплачено", state="won", mark=None, actor="Ким")
    return ExplainedCase(
        process=Process(process="web", initial="received", states=states, happy_path=("received", "won")),
        case_id="17",
        steps=(step,),
        replayed=Replay(conforms=False, pending=False, deviations=(("", "won"), ("received", "won"))),
        attributes=attributes,
    )


def views(audit=AUDIT) -> list[View]:  # type: ignore[no-untyped-def]
    """Everything there is to look at, of one audit."""
    conditions = Explained(
        text="a and b", truth=Truth.TRUE, parts=(Explained(text=POINT.name, truth=None, value=0.4, low=0.3, high=0.5),)
    )
    explained = ExplainedFinding(finding=audit.findings[0], conditions=conditions, facts=audit.facts[:2])
    return [
        sources_table(audit.sources, settings()),
        facts_table((*FACTS, MONTH), POINT, settings()),
        passport(audit.control_points[0], settings()),
        explained_finding(explained, audit, settings()),
        explained_case(case({"manager": audit.client}), settings()),
    ]


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize("n", range(5))
def test_it_fits(n: int, width: int) -> None:
    """Nothing is wider than the terminal, and piped there is no colour."""
    text = printed(views()[n], width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text


@pytest.mark.parametrize("text", NASTY)
def test_a_name_cannot_command_the_terminal(text: str) -> None:
    """What a client's data are called is shown as it is written: no markup, no escape sequence."""
    for view in views(nasty(AUDIT, text)):
        assert "\x1b" not in printed(view)


def test_names_are_no_markup() -> None:
    """Square brackets are letters."""
    assert "[bold red]x[/]" in printed(explained_case(case({"manager": "[bold red]x[/]"}), settings()), colour=False)


def test_sources_say_what_happened_to_every_row() -> None:
    """The rows add up, and what was not understood is named."""
    text = printed(sources_table(AUDIT.sources, settings()))
    assert (
        "crm: 9 480 строк = учтено 8 912 + отфильтровано 181 + не нужно 214 + повторы 140 + не читается 33"
        in " ".join(text.split())
    )
    assert "«Думает» не отнесено ни к одному этапу" in text


def test_a_control_point_as_a_table() -> None:
    """The whole, segments, months by their names; what is young says so."""
    text = printed(facts_table((*FACTS, MONTH), POINT, settings()))
    assert "Все вместе" in text
    assert "апрель 2026" in text
    assert "от 31 до 45" in text
    assert "рано судить" in text
    assert "апрель 2026 (рано" in printed(facts_table((MONTH,), POINT, settings()), 60)
    assert "April 2026" in printed(facts_table((MONTH,), POINT, settings("en")))
    assert "ни одного обращения" in printed(facts_table((), POINT, settings()))


def test_facts_as_data() -> None:
    """CSV for a spreadsheet in the client's language, JSON as in audit.json."""
    text = facts_csv((MONTH,), settings())
    assert text.splitlines()[0] == "since;until;value;raw;low;high;n;pending;horizon;maturity;note"
    assert text.splitlines()[1] == "2026-04-01 00:00:00;2026-05-01 00:00:00;0,38;;0,31;0,452;120;4;;provisional;"
    assert (
        facts_csv((MONTH,), settings("en")).splitlines()[1].startswith("2026-04-01 00:00:00,2026-05-01 00:00:00,0.38,")
    )
    (fact,) = json.loads(facts_json((MONTH,), settings()))
    assert (fact["value"], fact["period"]["since"]) == (0.38, "2026-04-01T00:00:00+03:00")


def test_a_finding_is_explained() -> None:
    """The conditions one by one, the numbers against their limits, the causes."""
    text = " ".join(printed(views()[3]).split())
    for part in ("Почему сработало ✓ a and b: да", "Числа", "норматив — ", "Почему"):
        assert part in text


def test_a_case_shows_where_it_left_the_process() -> None:
    """Events as they were recorded and understood, then what the process does not allow."""
    text = " ".join(printed(explained_case(case({"manager": "Ким"}), settings())).split())
    assert "07.04.2026 13:58 Оплачено Оплата Ким" in text
    assert "началось с «Оплата», а процесс так не начинается" in text
    assert "«Заявка» → «Оплата», такого перехода в процессе нет" in text
