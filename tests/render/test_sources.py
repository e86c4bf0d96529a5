"""`voronka sources` and `voronka ask`: the systems that are known, and the letter to a client."""

import json
from pathlib import Path

import pytest

from tests.command import voronka
from tests.sources_page import PAGE, page

SETTINGS = """\
format: 1
client: Door Ltd
locale: en
time_zone: UTC
calendars: {office: {hours: {mon-fri: "09:00-18:00"}}}
sources:
  - name: leads
    process: sale
    profile: amocrm_export
    path: data/leads.csv
    exported_at: 2026-06-01
"""
PROCESS = """\
process: sale
initial: received
states:
  - {name: received}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
happy_path: [received, won]
transitions:
  - {trigger: pay, source: received, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
control_points:
  stay: {kpi: sojourn, state: received, title: Time in the first stage}
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in a folder of their own."""
    monkeypatch.chdir(tmp_path)


def test_the_page_of_systems_is_current() -> None:
    """docs/sources-systems.md is what the profiles say; `python -m tests.sources_page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_sources_are_listed() -> None:
    """A line for each profile in the reader's language; as JSON with all texts in both."""
    listed = voronka("sources", "--locale", "en")
    assert listed.code == 0
    assert "amocrm_events" in listed.out
    assert "documented" in listed.out
    found = json.loads(voronka("sources", "--system", "Kommo", "--format", "json").out)
    assert [one["profile"] for one in found] == ["amocrm_events", "amocrm_export", "amocrm_leads"]
    assert all(one["lacks"]["ru"] and one["ask"]["how"]["en"] and one["facts"] for one in found)
    told = voronka("sources", "--system", "айко").out
    assert "iiko_olap" in told
    assert "Чего нет" in told


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ru", ("# Что выгрузить для аудита", "lead_status_changed", "Чего без этого не узнать", "12 месяцев")),
        ("en", ("# What to export for the audit", "lead_status_changed", "cannot be told without it", "12 months")),
    ],
)
def test_the_letter_says_what_how_and_what_for(locale: str, words: tuple[str, ...]) -> None:
    """What to export, how, which columns are needed, the period, and what cannot be said without it."""
    letter = voronka("ask", "--system", "amocrm", "--locale", locale).out
    assert all(word in letter for word in words)
    assert letter.index("events") < letter.index("leads?with")
    assert "| entity_id |" in letter


def test_a_format_nobody_knows_is_called_so() -> None:
    """The letter asks for one anonymised file first, and names columns in Russian for a Russian reader."""
    letter = voronka("ask", "--system", "АвтоБосс").out
    assert "обезличенный файл" in letter
    assert "| Номер заказ-наряда |" in letter


def test_an_unknown_system_is_refused_with_the_nearest() -> None:
    """All unknown ones at once, exit code 2."""
    result = voronka("ask", "--system", "Bitrx24", "--system", "Zzzz")
    assert result.code == 2
    assert "did you mean `Bitrix24`?" in result.err
    assert "`Zzzz`" in result.err


def test_without_sources_a_system_is_needed(tmp_path: Path) -> None:
    """There is nothing else to ask for; a workspace that is just begun has none either."""
    for _ in range(2):
        result = voronka("ask")
        assert result.code == 2
        assert "--system" in result.err
        (tmp_path / "voronka.yaml").write_text(SETTINGS.partition("sources:")[0], "utf-8")
        (tmp_path / "processes").mkdir(exist_ok=True)
        (tmp_path / "processes" / "sale.yaml").write_text(PROCESS, "utf-8")


def test_the_list_helps_where_a_profile_is_misspelt(tmp_path: Path) -> None:
    """A workspace that cannot be loaded does not hide the names of profiles."""
    (tmp_path / "voronka.yaml").write_text(SETTINGS.replace("amocrm_export", "amocrm_exprt"), "utf-8")
    assert voronka("check").code == 2
    assert "amocrm_export" in voronka("sources").out


def test_a_workspace_asks_for_what_its_sources_lack(tmp_path: Path) -> None:
    """The client by name, the system of the sources, and what cannot be assessed with what to ask for instead."""
    for name, text in {"voronka.yaml": SETTINGS, "processes/sale.yaml": PROCESS, "data/leads.csv": leads()}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    result = voronka("ask")
    assert result.code == 0, result.err
    assert "Door Ltd" in result.out
    assert "## amoCRM" in result.out
    assert "“Time in the first stage” cannot be assessed" in result.out
    assert "stage history" in result.out.partition("What the exports at hand lack")[2]
    assert "нельзя оценить" in voronka("ask", "--locale", "ru").out.partition("Чего не хватает")[2]


def leads() -> str:
    """Forty leads as the interface exports them."""
    rows = [
        f"{n},Lead {n},{n}00,Manager {n % 2},{1 + n % 28:02}.03.2026 10:00:00,"
        f"{1 + n % 28:02}.04.2026 12:00:00,{'Успешно реализовано' if n % 3 else 'Закрыто и не реализовано'}"
        for n in range(1, 41)
    ]
    return "ID,Название сделки,Бюджет,Ответственный,Дата создания сделки,Дата закрытия,Этап сделки\n" + "\n".join(rows)
