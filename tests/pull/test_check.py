"""What can be wrong with `pull:` is said when a workspace is loaded, at its place, before anything is asked."""
# ruff: noqa: E501  (a case is one line)

from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.pull import check_pulls, pull
from engine.pull.vendors import VENDORS
from engine.workspace import check, load
from tests.pull.pulls import ENVIRON, SOURCE, Time, workspace

GOOD = [
    "system: bitrix24, account: client",
    "system: bitrix24, account: client.bitrix24.kz, fetch: [deal_history, users], since: 2026-01-01",
    "system: bitrix24, url: 'https://crm.client.ru:8443/portal'",
    "system: amocrm, account: client.kommo.com, token: VORONKA_CLIENT2_TOKEN",
    "system: retailcrm, account: my-shop",
    "system: moysklad",
    "system: yclients, account: 12345",
]
BAD = [
    ("pull-fetch", "system: bitrix24, account: a, fetch: [deals, ‸deal_histori]", "bitrix24 has nothing called `deal_histori`"),
    ("pull-account", "‸{system: amocrm}", "amocrm needs the account that is pulled from"),
    ("pull-account", "system: bitrix24, account: ‸client.evil.ru", "`client.evil.ru` is no account of bitrix24"),
    ("pull-account", "system: amocrm, account: '‸client.amocrm.ru/x'", "`client.amocrm.ru/x` is no account of amocrm"),
    ("pull-account", "system: bitrix24, account: ‸client.bitrix24.ru.evil.ru", "`client.bitrix24.ru.evil.ru` is no account of bitrix24"),
    ("pull-account", "system: yclients, account: '‸1/../2'", "`1/../2` is no account of yclients"),
    ("pull-account", "system: moysklad, account: ‸shop", "`account` says nothing here: moysklad has one address"),
    ("pull-account", "system: amocrm, url: 'https://a.ru', account: ‸shop", "`account` says nothing here beside `url`"),
    ("pull-account", "‸{system: yclients, url: 'https://a.ru'}", "yclients needs the account that is pulled from"),
    ("pull-url", "system: bitrix24, url: '‸http://crm.client.ru'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸https://me:secret@crm.client.ru'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸https://crm.client.ru/rest?auth=secret'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸https://crm.client.ru\\@evil.ru'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸https://crm.client.ru:99999'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸file:///etc/passwd'", "`url` is no https address of a host"),
    ("pull-url", "system: bitrix24, url: '‸http://localhost.evil.ru'", "`url` is no https address of a host"),
    ("pull-token-name", "system: moysklad, token: ‸AWS_SECRET_ACCESS_KEY", "`token` is the name of a variable of the environment, VORONKA_..._TOKEN"),
    ("pull-token-name", "system: moysklad, token: ‸abc123", "`token` is the name of a variable of the environment, VORONKA_..._TOKEN"),
    ("bad-value", "system: ‸bitrix, account: a", "`bitrix` is not one of `bitrix24`, `amocrm`, `retailcrm`, `moysklad` or `yclients`"),
    ("unknown-key", "system: moysklad, ‸secret: abc", "unknown key `secret`"),
]  # fmt: skip


@pytest.mark.parametrize("words", GOOD)
def test_a_good_pull_has_no_problem(tmp_path: Path, words: str) -> None:
    """Every system can be described, in short and in full."""
    assert check(workspace(tmp_path, words), (check_pulls,)) == ()


@pytest.mark.parametrize(("code", "marked", "message"), BAD)
def test_a_bad_pull_has_its_place(tmp_path: Path, code: str, marked: str, message: str) -> None:
    """The problem stands where the mark does; what looks like a secret is not repeated."""
    whole = f"pull: {marked}" if marked.startswith("‸{") else f"pull: {{{marked}}}"
    text = SOURCE.replace("pull: {{{pull}}}", "PULL").format().replace("PULL", whole)
    workspace(tmp_path, "system: moysklad")
    (tmp_path / "voronka.yaml").write_text(text.replace("‸", ""), encoding="utf-8")
    (found,) = check(tmp_path, (check_pulls,))
    before = text[: text.index("‸")]
    assert (found.code, found.message) == (code, message)
    assert (found.where.line, found.where.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert "secret@" not in str(found)


def test_an_unchecked_definition_is_not_pulled(tmp_path: Path) -> None:
    """Who loads a workspace without our check cannot pull from another host by it either."""
    found = load(workspace(tmp_path, "system: amocrm, account: collector.invalid"))
    clock = Time().clock
    with pytest.raises(DefinitionError, match="pull-account"):
        list(pull(found, (), environ=ENVIRON, clock=clock))


def test_a_source_is_a_folder(tmp_path: Path) -> None:
    """A name that would lead elsewhere is refused."""
    workspace(tmp_path, "system: moysklad")
    path = tmp_path / "voronka.yaml"
    for name in ("../other", "a/b", ".hidden", "a b"):
        path.write_text(
            SOURCE.format(pull="system: moysklad").replace("name: deals", f"name: '{name}'"), encoding="utf-8"
        )
        assert [found.code for found in check(tmp_path, (check_pulls,))] == ["pull-name"]


def test_every_list_is_documented() -> None:
    """docs/pull.md names every system and each of its lists, and the first one is fetched by default."""
    text = (Path(__file__).parents[2] / "docs/pull.md").read_text(encoding="utf-8")
    for name, vendor in VENDORS.items():
        assert f"| {name} | `{vendor.default[0]}`" in text
        assert all(f"`{listing}`" in text for listing in vendor.listings)
        assert f"VORONKA_{name.upper()}_TOKEN" in text
