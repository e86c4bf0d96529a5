"""Secrets come from the environment, go to the host that is meant, are renewed once, and are told to nobody."""

import json
import logging
import stat
from pathlib import Path

import pytest

from tests.pull.pulls import ENVIRON, moves, problem, pulled, rows
from tests.pull.standin import Reply, amocrm, bitrix24, served

EVENTS = [{"id": "a", "created_at": 1_780_000_000}]
RENEWAL = {
    "VORONKA_AMOCRM_TOKEN": "old",
    "VORONKA_AMOCRM_REFRESH_TOKEN": "r1",
    "VORONKA_AMOCRM_CLIENT_ID": "cl1",
    "VORONKA_AMOCRM_CLIENT_SECRET": "cl13nt",
    "VORONKA_AMOCRM_REDIRECT_URI": "https://example.ru/back",
}


def test_an_expired_token_is_renewed_once(tmp_path: Path) -> None:
    """amoCRM: the pair is renewed, kept in the named file for the owner alone, and used from there by the next pull."""
    kept = tmp_path / "home/tokens.json"
    kept.parent.mkdir()
    environ = {**RENEWAL, "VORONKA_AMOCRM_TOKEN_FILE": str(kept)}
    with served(amocrm(EVENTS)) as server:
        words = f"system: amocrm, url: '{server.url}'"
        pulled(tmp_path / "w", words, environ=environ)
        assert [asked.path for asked in server.asked] == ["/api/v4/events", "/oauth2/access_token", "/api/v4/events"]
        assert server.asked[1].body == {
            "grant_type": "refresh_token",
            "refresh_token": "r1",
            "client_id": "cl1",
            "client_secret": "cl13nt",
            "redirect_uri": "https://example.ru/back",
        }
        assert json.loads(kept.read_text(encoding="utf-8")) == {"access_token": "n3w", "refresh_token": "r2"}
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert list(kept.parent.iterdir()) == [kept]
        pulled(tmp_path / "w", words, environ=environ)
        assert len(server.asked) == 4
    assert rows(tmp_path / "w", "events") == EVENTS
    texts = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "w").rglob("*") if path.is_file())
    assert not [secret for secret in ("r1", "r2", "cl13nt", "n3w") if f'"{secret}"' in texts]


def test_bitrix24_renews_at_the_authorization_server(tmp_path: Path) -> None:
    """The token goes in the body; its renewal is asked as documented, and the request is made again."""
    names = {"TOKEN": "old", "REFRESH_TOKEN": "r1", "CLIENT_ID": "app.1", "CLIENT_SECRET": "s"}
    environ = {f"VORONKA_BITRIX24_{name}": value for name, value in names.items()}
    environ["VORONKA_BITRIX24_TOKEN_FILE"] = str(tmp_path / "tokens.json")
    with served(bitrix24(moves(3), token="n3w")) as server:
        pulled(tmp_path / "w", f"system: bitrix24, url: '{server.url}'", environ=environ)
    assert [asked.path for asked in server.asked[:2]] == ["/rest/crm.stagehistory.list", "/oauth/token/"]
    assert server.asked[1].query == {
        "grant_type": "refresh_token",
        "refresh_token": "r1",
        "client_id": "app.1",
        "client_secret": "s",
    }
    assert rows(tmp_path / "w", "deal_history") == moves(3)


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({}, "pull-refresh", "VORONKA_AMOCRM_TOKEN_FILE"),
        ({"VORONKA_AMOCRM_TOKEN_FILE": "w/tokens.json"}, "pull-refresh", "leads into the workspace"),
        ({"VORONKA_AMOCRM_TOKEN_FILE": "none/tokens.json"}, "pull-refresh", "cannot be written"),
        ({"VORONKA_AMOCRM_TOKEN_FILE": "t.json", "VORONKA_AMOCRM_CLIENT_ID": ""}, "pull-refresh", "_CLIENT_ID"),
        ({"VORONKA_AMOCRM_TOKEN_FILE": "t.json", "VORONKA_AMOCRM_REFRESH_TOKEN": "r0"}, "pull-refresh", "Bad request"),
        ({"VORONKA_AMOCRM_TOKEN_FILE": "t.json", "VORONKA_AMOCRM_REFRESH_TOKEN": ""}, "pull-refused", "401"),
        ({"VORONKA_AMOCRM_TOKEN": ""}, "pull-token", "VORONKA_AMOCRM_TOKEN"),
        ({"VORONKA_AMOCRM_TOKEN": "two words"}, "pull-token", "VORONKA_AMOCRM_TOKEN"),
    ],
)
def test_a_token_that_cannot_be_renewed(tmp_path: Path, changed: dict[str, str], code: str, said: str) -> None:
    """It is said what is missing; the renewal is asked for once at most, and not where its result could not be kept."""
    environ = {**RENEWAL, **changed}
    if "VORONKA_AMOCRM_TOKEN_FILE" in changed:
        environ["VORONKA_AMOCRM_TOKEN_FILE"] = str(tmp_path / changed["VORONKA_AMOCRM_TOKEN_FILE"])
    with served(amocrm(EVENTS)) as server:
        found = problem(tmp_path / "w", f"system: amocrm, url: '{server.url}'", environ=environ)
    assert found.code == code
    assert said in found.message
    renewals = [asked for asked in server.asked if asked.path.startswith("/oauth2")]
    assert len(renewals) == (1 if "Bad request" in said else 0)
    assert not [secret for secret in ("cl13nt", "r1", "two words") if secret in str(found)]


def test_a_renewed_token_that_is_refused_too(tmp_path: Path) -> None:
    """One renewal, then a clear problem."""

    def answer(asked: object) -> Reply:
        if getattr(asked, "path", "").startswith("/oauth2"):
            return Reply(body={"access_token": "n3w", "refresh_token": "r2"})
        return Reply(401, {"detail": "no: Bearer n3w"})

    environ = {**RENEWAL, "VORONKA_AMOCRM_TOKEN_FILE": str(tmp_path / "tokens.json")}
    with served(answer) as server:
        found = problem(tmp_path / "w", f"system: amocrm, url: '{server.url}'", environ=environ)
    assert (found.code, len(server.asked)) == ("pull-refused", 3)
    assert "n3w" not in str(found)


def test_a_webhook_may_be_given_as_its_address(tmp_path: Path) -> None:
    """The address as Bitrix24 shows it; one of another host is not used."""
    with served(bitrix24(moves(3))) as server:
        words = f"system: bitrix24, url: '{server.url}'"
        environ = {"VORONKA_BITRIX24_TOKEN": f"{server.url}/rest/1/h00kc0de/"}
        pulled(tmp_path, words, environ=environ)
        environ = {"VORONKA_BITRIX24_TOKEN": "https://other.bitrix24.ru/rest/1/h00kc0de/"}
        found = problem(tmp_path, words, environ=environ)
        assert found.code == "pull-host"
        assert "h00kc0de" not in str(found)
        environ = {"VORONKA_BITRIX24_TOKEN": "https://other.bitrix24.ru/h00kc0de/"}
        assert problem(tmp_path, words, environ=environ).code == "pull-token"


def test_a_definition_cannot_send_secrets_where_it_likes(tmp_path: Path) -> None:
    """An address that is not of the vendor is asked only where the environment names its host too."""
    words = "system: amocrm, url: 'https://collector.invalid'"
    found = problem(tmp_path, words)
    assert (found.code, found.hint) == ("pull-host", "if it is yours, set VORONKA_PULL_HOSTS=collector.invalid")
    environ = {**ENVIRON, "VORONKA_PULL_HOSTS": "other.ru, collector.invalid"}
    assert problem(tmp_path, words, environ=environ).code == "pull-unreachable"


def test_nothing_is_told_to_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library logs addresses and headers; with us it does not."""
    caplog.set_level(logging.DEBUG)
    with served(bitrix24(moves(3))) as server:
        pulled(tmp_path, f"system: bitrix24, url: '{server.url}'")
    assert "h00kc0de" not in caplog.text


def test_another_variable_may_be_named(tmp_path: Path) -> None:
    """Two portals have two secrets."""
    with served(bitrix24(moves(3))) as server:
        words = f"system: bitrix24, url: '{server.url}', token: VORONKA_SHOP_TOKEN"
        found = problem(tmp_path, words)
        assert (found.code, "VORONKA_SHOP_TOKEN" in found.message) == ("pull-token", True)
        pulled(tmp_path, words, environ={"VORONKA_SHOP_TOKEN": "1/h00kc0de"})
