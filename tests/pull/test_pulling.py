"""From the CRM to a number: the command pulls, import reads what is saved, and the audit repeats offline."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.pull import pull
from tests.command import voronka
from tests.pull.pulls import Time, loaded, moves, rows, workspace
from tests.pull.standin import bitrix24, retailcrm, served


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret of Bitrix24, as a shell would give it; no waiting between requests."""
    monkeypatch.setenv("VORONKA_BITRIX24_TOKEN", "1/h00kc0de")
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.mark.usefixtures("environment")
def test_pull_import_and_facts(tmp_path: Path) -> None:
    """Half of the cases are won; a second pull brings the rest; with the server gone the number stays."""
    history = [row for row in moves(80) if row["ID"] != 2]
    with served(bitrix24(history)) as server:
        workspace(tmp_path, f"system: bitrix24, url: '{server.url}'")
        ran = voronka("pull", "deals", "--project", tmp_path)
        assert ran.code == 0, ran.text
        assert ran.out.startswith("deals: deal_history: 79 rows data/raw/deals/deal_history/")
        history.append({"ID": 81, "OWNER_ID": 1, "STAGE_ID": "LOSE", "CREATED_TIME": "2026-01-20T10:00:00+03:00"})
        ran = voronka("pull", "--project", tmp_path)
        assert ran.out.startswith("deals: deal_history: 1 new rows ")
    assert len(rows(tmp_path, "deal_history")) == 80
    facts = voronka("kpi", "web_form.win_rate", "--project", tmp_path, "--format", "json")
    assert facts.code == 0, facts.text
    (fact,) = json.loads(facts.out)
    assert (fact["n"], fact["value"]) == (40, pytest.approx(39 / 40))


@pytest.mark.usefixtures("environment")
def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    """Problems of a pull end with 3, and no secret is printed, not even with --traceback."""
    with served(retailcrm([])) as server:
        workspace(tmp_path, f"system: bitrix24, url: '{server.url}'")
        for more in ((), ("--traceback",)):
            if more:
                with pytest.raises(Exception, match="pull-refused") as raised:
                    voronka("pull", "--project", tmp_path, *more)
                assert "h00kc0de" not in str(raised.getrepr(showlocals=False, chain=True, style="short"))
            else:
                ran = voronka("pull", "--project", tmp_path)
                assert (ran.code, "[pull-refused]" in ran.err, "h00kc0de" in ran.text) == (3, True, False)


def test_wrong_names_are_said_before_anything_is_asked(tmp_path: Path) -> None:
    """No such source, a source without `pull:`, none that has it."""
    clock = Time().clock
    found = loaded(tmp_path, "system: moysklad")
    with pytest.raises(DefinitionError, match="did you mean `deals`"):
        next(pull(found, ["delas"], environ={}, clock=clock))
    sources = tuple(replace(source, pull=None) for source in found.settings.sources)
    bare = replace(found, settings=replace(found.settings, sources=sources))
    for names in ((), ("deals",)):
        with pytest.raises(DefinitionError, match="no-pull"):
            next(pull(bare, names, environ={}, clock=clock))


@pytest.mark.usefixtures("environment")
def test_import_before_a_pull_says_so(tmp_path: Path) -> None:
    """A source whose files are still to be pulled is not only a missing file."""
    workspace(tmp_path, "system: bitrix24, account: client")
    ran = voronka("import", "--project", tmp_path)
    assert (ran.code, "voronka pull deals" in ran.err) == (3, True)
