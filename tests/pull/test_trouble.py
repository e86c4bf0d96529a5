"""What goes wrong between here and there: waited for, tried again, or said clearly, and never a row lost or doubled."""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pull.pulls import ENVIRON, Time, manifest, moves, problem, pulled, rows
from tests.pull.standin import Asked, Reply, amocrm, bitrix24, moysklad, served, yclients

BITRIX = "system: bitrix24, url: '{}'"
BUSY = Reply(503, {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"})


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [
        (BUSY, 1.0),
        (Reply(429, {"error": "a"}, {"Retry-After": "7"}), 7.0),
        (Reply(429, {"error": "OPERATION_TIME_LIMIT", "time": {"operating_reset_at": 1790856040}}), 39.5),
        (Reply(502, "<html>"), 1.0),
        (Reply(200, {"result": {"items": []}}, cut=True), 1.0),
    ],
)
def test_what_passes_is_waited_for(tmp_path: Path, trouble: Reply, waits: float) -> None:
    """A limit, a gateway, a cut connection: the request is made again after the wait that was asked for."""
    time = Time()
    with served(bitrix24(moves(60)), {2: trouble}) as server:
        pulled(tmp_path, BITRIX.format(server.url), time=time)
    assert rows(tmp_path, "deal_history") == moves(60)
    assert waits in time.slept
    assert [line["requests"] for line in manifest(tmp_path)] == [4]


def test_moysklad_says_how_long_in_milliseconds(tmp_path: Path) -> None:
    """X-Lognex-Retry-After is in thousandths of a second."""
    time = Time()
    with served(moysklad({}), {1: Reply(429, {}, {"X-Lognex-Retry-After": "2500"})}) as server:
        pulled(tmp_path, f"system: moysklad, url: '{server.url}'", time=time)
    assert 2.5 in time.slept


def test_waits_grow_and_end(tmp_path: Path) -> None:
    """After six tries it is said what to do; pages that came are kept for the next pull."""
    time = Time()
    with served(bitrix24(moves(60)), dict.fromkeys(range(2, 8), BUSY)) as server:
        found = problem(tmp_path, BITRIX.format(server.url), time=time)
        assert found.code == "pull-answer"
        assert "503" in found.message
        assert str(found.where) == "voronka.yaml:12:11"
        assert [seconds for seconds in time.slept if seconds >= 1] == [1, 2, 4, 8, 16]
        assert rows(tmp_path, "deal_history") == []
        before = len(server.asked)
        (took,) = pulled(tmp_path, BITRIX.format(server.url), time=time)
    assert rows(tmp_path, "deal_history") == moves(60)
    assert [asked.body["filter"] for asked in server.asked[before:]] == [{">ID": 50}, {">ID": 60}]
    assert (took.pages, took.repeated) == (3, 0)


def test_a_long_wait_is_left_to_another_pull(tmp_path: Path) -> None:
    """Who asks to wait for an hour is not waited for."""
    time = Time()
    with served(bitrix24([]), {1: Reply(429, {}, {"Retry-After": "3600"})}) as server:
        found = problem(tmp_path, BITRIX.format(server.url), time=time)
    assert (found.code, time.slept) == ("pull-limit", [])
    assert "2026-10-01 13:00 UTC" in found.message


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """No connection is a problem with the host's name, after all tries."""
    time = Time()
    with served(bitrix24([])) as server:
        url = server.url
    found = problem(tmp_path, BITRIX.format(url), time=time)
    assert (found.code, len([s for s in time.slept if s >= 1])) == ("pull-unreachable", 5)
    assert "127.0.0.1" in found.message


def test_a_server_that_says_nothing(tmp_path: Path) -> None:
    """An answer that does not come in time is not waited for for ever."""
    over = threading.Event()

    def answer(asked: Asked) -> Reply:
        over.wait(10)
        return Reply(body={})

    with served(answer) as server:
        found = problem(tmp_path, BITRIX.format(server.url), read=0.05)
        over.set()
    assert (found.code, "no answer in time" in found.message) == ("pull-unreachable", True)


def test_a_changed_part_is_a_problem(tmp_path: Path) -> None:
    """What stands in a part that is not ours any more is not gone on from."""
    with served(bitrix24(moves(170)), broken(bitrix24([]), 3)) as server:
        problem(tmp_path, BITRIX.format(server.url))
        part = tmp_path / "data/raw/deals/deal_history/.pull.part"
        part.write_bytes(b"x" * part.stat().st_size)
        server.troubles.clear()
        assert problem(tmp_path, BITRIX.format(server.url)).code == "pull-manifest"
        pulled(tmp_path, BITRIX.format(server.url), full=True)
    assert rows(tmp_path, "deal_history") == moves(170)


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else works without httpx; a pull says what to install."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    found = problem(tmp_path, "system: bitrix24, account: client")
    assert (found.code, found.hint) == ("missing-extra", "pip install 'voronka[pull]'")


def test_a_page_given_twice_is_saved_once(tmp_path: Path) -> None:
    """The same page again is asked for again, whatever the paging; rows that overlap are left out."""
    bookings = [{"id": number} for number in range(600)]
    once = Reply(body={"success": True, "data": bookings[:300], "meta": {}})
    with served(yclients(bookings), {2: once}) as server:
        pulled(tmp_path, f"system: yclients, account: 7, url: '{server.url}'")
    assert rows(tmp_path, "records") == bookings
    shifted = Reply(body={"success": True, "data": bookings[200:500], "meta": {}})
    with served(yclients(bookings[:500]), {2: shifted}) as server:
        (took,) = pulled(tmp_path / "b", f"system: yclients, account: 7, url: '{server.url}'")
    assert (rows(tmp_path / "b", "records"), took.repeated) == (bookings[:500], 100)


def test_a_page_given_for_ever_is_a_problem(tmp_path: Path) -> None:
    """A server that does not move on is left."""
    with served(lambda asked: Reply(body={"result": {"items": moves(50)}})) as server:
        assert problem(tmp_path, BITRIX.format(server.url)).code == "pull-repeats"
    assert len(server.asked) == 1 + 6


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(302, "", {"Location": "https://elsewhere.example/rest/1/h00kc0de/crm"}), "pull-redirect"),
        (Reply(200, "<html>login</html>"), "pull-answer"),
        (Reply(200, ""), "pull-answer"),
        (Reply(200, "[" * 100_000), "pull-answer"),
        (Reply(200, {"rows": []}), "pull-answer"),
        (Reply(200, {"result": {"items": [{"ID": "x"}]}}), "pull-answer"),
        (Reply(200, {"result": {"items": "none"}}), "pull-answer"),
        (Reply(200, {"error": "WRONG", "error_description": "1/h00kc0de is no method"}), "pull-answer"),
        (Reply(400, {"error": "INVALID_ARG_VALUE"}), "pull-answer"),
        (Reply(401, {"error": "INVALID_CREDENTIALS", "error_description": "h00kc0de?"}), "pull-refused"),
        (Reply(403, {"error": "insufficient_scope"}), "pull-refused"),
        (Reply(200, '{"result": {"items": [{"ID": NaN}]}}'), "pull-answer"),
    ],
)
def test_what_does_not_pass_is_said_at_once(tmp_path: Path, reply: Reply, code: str) -> None:
    """One request, one problem at `pull:`, no secret in it, nothing for import to read."""
    with served(lambda asked: reply) as server:
        found = problem(tmp_path, BITRIX.format(server.url))
    assert (found.code, len(server.asked)) == (code, 1)
    assert "h00kc0de" not in str(found)
    assert not list(tmp_path.rglob("*.jsonl"))


def test_no_redirect_is_followed(tmp_path: Path) -> None:
    """Not even to a host that would answer."""
    with served(bitrix24(moves(3))) as other:
        away = Reply(307, "", {"Location": f"{other.url}/rest/1/h00kc0de/crm.stagehistory.list"})
        with served(lambda asked: away) as server:
            assert problem(tmp_path, BITRIX.format(server.url)).code == "pull-redirect"
    assert other.asked == []


# --- going on ---------------------------------------------------------------------------------------------------------


def broken(answer: Callable[[Asked], Reply], at: int) -> dict[int, Reply]:
    """Troubles from one request on that no patience helps against."""
    return dict.fromkeys(range(at, at + 20), Reply(500, {}))


def test_a_broken_pull_goes_on_page_by_page(tmp_path: Path) -> None:
    """What was written after the last whole page is cut off; rows are neither lost nor doubled."""
    with served(bitrix24(moves(170)), broken(bitrix24([]), 3)) as server:
        problem(tmp_path, BITRIX.format(server.url))
        home = tmp_path / "data/raw/deals/deal_history"
        with (home / ".pull.part").open("a", encoding="utf-8") as part:
            part.write('{"ID": 101, "OWN')
        server.troubles.clear()
        (took,) = pulled(tmp_path, BITRIX.format(server.url))
    assert rows(tmp_path, "deal_history") == moves(170)
    assert (took.rows, took.repeated) == (170, 0)
    assert sorted(path.name for path in home.iterdir()) == ["20261001T120000Z.jsonl"]


@pytest.mark.parametrize("at", range(1, 7))
def test_wherever_it_breaks_it_goes_on(tmp_path: Path, at: int) -> None:
    """Cut off at any request and pulled again, a list by pages within a window of time is whole."""
    time = Time()
    known = [{"id": str(number), "created_at": 1_780_000_000 + number} for number in range(520)]
    with served(amocrm(known), {at: Reply(400, {}), at + 1: Reply(200, {}, cut=True)}) as server:
        words = f"system: amocrm, url: '{server.url}'"
        assert problem(tmp_path, words, time=time).code == "pull-answer"
        time.sleep(900)
        pulled(tmp_path, words, time=time)
        assert {asked.query["filter[created_at][to]"] for asked in server.asked} == {"1790856000"}
    assert sorted(int(row["id"]) for row in rows(tmp_path, "events")) == list(range(520))


def test_another_question_does_not_go_on(tmp_path: Path) -> None:
    """A part of another `since` is left, and everything is asked anew."""
    with served(bitrix24(moves(170)), broken(bitrix24([]), 3)) as server:
        problem(tmp_path, BITRIX.format(server.url))
        server.troubles.clear()
        pulled(tmp_path, BITRIX.format(server.url) + ", since: 2026-05-01")
    assert [row for row in moves(170) if row["CREATED_TIME"] >= "2026-05"] == rows(tmp_path, "deal_history")


def test_a_pull_that_was_over_is_ended_by_the_next(tmp_path: Path) -> None:
    """Broken off between the part and the manifest: the file appears whole, once, and is in the manifest."""
    with served(bitrix24(moves(60))) as server:
        pulled(tmp_path, BITRIX.format(server.url))
        home = tmp_path / "data/raw/deals/deal_history"
        (line,) = manifest(tmp_path)
        (home / ".pull.json").write_text(json.dumps({**line, "over": True}), encoding="utf-8")
        (home / line["file"]).rename(home / ".pull.part")
        (tmp_path / "data/raw/deals/manifest.json").unlink()
        (took,) = pulled(tmp_path, BITRIX.format(server.url))
    assert (took.only_new, took.rows) == (True, 0)
    assert rows(tmp_path, "deal_history") == moves(60)
    assert [each["mode"] for each in manifest(tmp_path)] == ["all", "new"]


def test_only_what_is_new_is_fetched_by_key(tmp_path: Path) -> None:
    """The next pull begins after the greatest key; its rows are a file of their own."""
    known = moves(60)
    time = Time()
    with served(bitrix24(known)) as server:
        pulled(tmp_path, BITRIX.format(server.url), time=time)
        known += moves(3, start=61)
        (took,) = pulled(tmp_path, BITRIX.format(server.url), time=time)
        asked = [each.body["filter"] for each in server.asked[-2:]]
        (none,) = pulled(tmp_path, BITRIX.format(server.url), time=time)
    assert asked == [{">ID": 60}, {">ID": 63}]
    assert (took.rows, took.only_new, none.rows) == (3, True, 0)
    assert rows(tmp_path, "deal_history") == moves(63)


def test_only_what_is_new_is_fetched_by_time(tmp_path: Path) -> None:
    """Events of the last minutes are asked for again, and those that are saved already are left out."""
    now = 1_790_856_000
    known = [{"id": "a", "created_at": now - 4000}, {"id": "b", "created_at": now - 60}]
    time = Time()
    with served(amocrm(known)) as server:
        words = f"system: amocrm, url: '{server.url}'"
        pulled(tmp_path, words, time=time)
        known += [{"id": "late", "created_at": now - 30}, {"id": "c", "created_at": now + 600}]
        time.sleep(3600)
        (took,) = pulled(tmp_path, words, time=time)
    assert server.asked[-1].query["filter[created_at][from]"] == str(now - 300)
    assert (took.rows, took.repeated) == (2, 1)
    assert sorted(row["id"] for row in rows(tmp_path, "events")) == ["a", "b", "c", "late"]


def test_rows_that_change_are_saved_again(tmp_path: Path) -> None:
    """Of a booking that changed, the later file has the newer row."""
    bookings = [{"id": 1, "attendance": 0}]
    time = Time()
    with served(yclients(bookings)) as server:
        words = f"system: yclients, account: 7, url: '{server.url}'"
        pulled(tmp_path, words, time=time)
        bookings[0] = {"id": 1, "attendance": 1}
        time.sleep(3600)
        pulled(tmp_path, words, time=time)
    assert [row["attendance"] for row in rows(tmp_path, "records")] == [0, 1]


@pytest.mark.parametrize("spoilt", ["lost", "changed", "full"])
def test_everything_is_fetched_again_where_it_must_be(tmp_path: Path, spoilt: str) -> None:
    """A saved file is gone, is another, or --full: one new file stands in place of all earlier ones."""
    time = Time()
    with served(bitrix24(moves(60))) as server:
        (first,) = pulled(tmp_path, BITRIX.format(server.url), time=time)
        path = tmp_path / first.file
        if spoilt == "lost":
            path.unlink()
        elif spoilt == "changed":
            path.write_text("{}\n", encoding="utf-8")
        time.sleep(60)
        (took,) = pulled(tmp_path, BITRIX.format(server.url), time=time, full=spoilt == "full")
    assert (took.only_new, took.rows) == (False, 60)
    assert rows(tmp_path, "deal_history") == moves(60)
    assert len(manifest(tmp_path)) == 1


def test_a_broken_manifest_is_no_map(tmp_path: Path) -> None:
    """A manifest that names files elsewhere, or is none, is a problem; nothing is deleted by it."""
    victim = tmp_path / "victim.jsonl"
    victim.write_text("{}", encoding="utf-8")
    with served(bitrix24(moves(3))) as server:
        pulled(tmp_path, BITRIX.format(server.url))
        path = tmp_path / "data/raw/deals/manifest.json"
        line = {**manifest(tmp_path)[0], "file": "../../../../victim.jsonl"}
        for text in (json.dumps({"format": 1, "pulls": [line]}), "{", "[]"):
            path.write_text(text, encoding="utf-8")
            assert problem(tmp_path, BITRIX.format(server.url), full=True).code == "pull-manifest"
    assert victim.exists()


def test_a_folder_that_leads_away_is_refused(tmp_path: Path) -> None:
    """Nothing is written through a link out of the workspace."""
    (tmp_path / "out").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in/data").symlink_to(tmp_path / "out")
    with served(bitrix24(moves(3))) as server:
        assert problem(tmp_path / "in", BITRIX.format(server.url)).code == "outside"
    assert list((tmp_path / "out").iterdir()) == []


def test_one_pull_at_a_time(tmp_path: Path) -> None:
    """A second pull of the same source is refused while the first one runs."""
    found: list[str] = []

    def answer(asked: Asked) -> Reply:
        if not found:
            found.append("")
            found[0] = problem(tmp_path, BITRIX.format(server.url)).code
        return bitrix24(moves(3))(asked)

    with served(answer) as server:
        pulled(tmp_path, BITRIX.format(server.url))
    assert found == ["pull-busy"]
    assert rows(tmp_path, "deal_history") == moves(3)


def test_rows_are_what_came(tmp_path: Path) -> None:
    """Cyrillic, fractions, large numbers and broken letters stay what they are; a row is a line."""
    odd = {
        "ID": 1,
        "CREATED_TIME": "2",
        "OPPORTUNITY": "19999.90",
        "x": 0.1,
        "y": 2**70,
        "z": "строка\n\u2028",
        "w": "\ud800",
    }
    with served(
        lambda asked: Reply(body=json.dumps({"result": {"items": [odd] if not asked.body.get("filter") else []}}))
    ) as server:
        (took,) = pulled(tmp_path, BITRIX.format(server.url))
    assert [json.loads(line) for line in (tmp_path / took.file).read_bytes().split(b"\n") if line] == [odd]


def test_secrets_are_in_no_file(tmp_path: Path) -> None:
    """Neither manifest, nor state, nor part of a broken pull holds the webhook."""
    with served(bitrix24(moves(170)), broken(bitrix24([]), 3)) as server:
        problem(tmp_path, BITRIX.format(server.url))
        texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) >= 3
    assert not [text for text in texts if "h00kc0de" in text]
    assert ENVIRON["VORONKA_BITRIX24_TOKEN"] == "1/h00kc0de"
