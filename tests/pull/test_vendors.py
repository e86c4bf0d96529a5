"""Each system is read to its end, by its own paging, with its own secret."""

import hashlib
from pathlib import Path

from tests.pull.pulls import Time, manifest, moves, pulled, rows
from tests.pull.standin import Asked, Reply, amocrm, bitrix24, moysklad, retailcrm, served, yclients


def events(count: int) -> list[dict]:
    """Events of amoCRM, a minute apart."""
    return [
        {"id": f"01h{number:04}", "entity_id": number, "created_at": 1_780_000_000 + 60 * number}
        for number in range(count)
    ]


def test_bitrix24_is_walked_by_key(tmp_path: Path) -> None:
    """Every row once, in pages of 50 after the last ID; the manifest says what was asked and what came."""
    with served(bitrix24(moves(120))) as server:
        (took,) = pulled(tmp_path, f"system: bitrix24, url: '{server.url}', since: 2026-01-01")
    assert rows(tmp_path, "deal_history") == moves(120)
    (line,) = manifest(tmp_path)
    assert [asked.body["filter"] for asked in server.asked] == [
        {">=CREATED_TIME": "2026-01-01T00:00:00+03:00"},
        {">ID": 50},
        {">ID": 100},
        {">ID": 120},
    ]
    saved = (tmp_path / took.file).read_bytes()
    assert took.file == "data/raw/deals/deal_history/20261001T120000Z.jsonl"
    assert (line["pages"], line["rows"], line["last"], line["mode"]) == (4, 120, 120, "all")
    assert (line["bytes"], line["sha256"]) == (len(saved), hashlib.sha256(saved).hexdigest())
    assert (line["system"], line["host"], line["began"]) == ("bitrix24", "127.0.0.1", "2026-10-01T12:00:00Z")
    assert line["asked"]["path"] == "crm.stagehistory.list"
    assert line["asked"]["query"]["entityTypeId"] == 2


def test_amocrm_is_walked_by_page_within_a_window(tmp_path: Path) -> None:
    """Links to the next page say only that there is one: nothing is asked of the host they name."""
    with served(amocrm(events(250))) as server:
        pulled(tmp_path, f"system: amocrm, url: '{server.url}'")
    assert len(rows(tmp_path, "events")) == 250
    assert [asked.query["page"] for asked in server.asked] == ["1", "2", "3"]
    assert {asked.query["filter[created_at][to]"] for asked in server.asked} == {"1790856000"}


def test_amocrm_without_events_is_an_empty_pull(tmp_path: Path) -> None:
    """204 is an answer: no rows, no file, a line in the manifest."""
    with served(amocrm([])) as server:
        (took,) = pulled(tmp_path, f"system: amocrm, url: '{server.url}'")
    assert (took.rows, took.file) == (0, "")
    assert [line["rows"] for line in manifest(tmp_path)] == [0]


def test_retailcrm_moves_since_id(tmp_path: Path) -> None:
    """The history goes on after the last id and never by page."""
    history = [{"id": number, "createdAt": "2026-09-01 10:00:00"} for number in range(1, 231)]
    with served(retailcrm(history)) as server:
        pulled(tmp_path, f"system: retailcrm, url: '{server.url}', since: '2026-09-01T12:00Z'")
    assert rows(tmp_path, "history") == history
    assert server.asked[0].query == {"limit": "100", "filter[startDate]": "2026-09-01 15:00:00"}
    assert [asked.query.get("filter[sinceId]") for asked in server.asked] == [None, "100", "200", "230"]


def test_moysklad_gives_the_audit_of_each_order(tmp_path: Path) -> None:
    """Orders by offset, and of each order every event; equal events of one order are one."""
    audit = {
        f"order{number}": [{"moment": f"2026-09-01 10:{minute:02}:00", "uid": str(number)} for minute in range(2)]
        for number in range(105)
    }
    audit["order7"] += audit["order7"][:1]
    with served(moysklad(audit)) as server:
        (took,) = pulled(tmp_path, f"system: moysklad, url: '{server.url}'")
    assert (took.rows, took.pages, took.repeated) == (210, 2, 1)
    assert len(server.asked) == 2 + 105


def test_yclients_is_walked_until_an_empty_page(tmp_path: Path) -> None:
    """A page that is not full is no end: the server may give fewer rows than it is asked for."""
    bookings = [{"id": number} for number in range(700)]
    with served(yclients(bookings)) as server:
        pulled(tmp_path, f"system: yclients, account: 77, url: '{server.url}', since: 2026-09-01")
    assert rows(tmp_path, "records") == bookings
    assert [asked.query["page"] for asked in server.asked] == ["1", "2", "3", "4"]
    assert server.asked[0].path == "/api/v1/records/77"
    assert server.asked[0].query["changed_after"] == "2026-09-01T00:00:00+03:00"


def test_several_lists_are_fetched_in_their_order(tmp_path: Path) -> None:
    """Lists without pages, with a number for the next one, and with rows as values of an object."""

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("user.get"):
            start = asked.body.get("start", 0)
            more = {"next": 50} if not start else {}
            return Reply(body={"result": [{"ID": str(start + 1)}], **more})
        return Reply(body={"result": [{"ID": "1", "STATUS_ID": "NEW"}]})

    with served(answer) as server:
        took = pulled(tmp_path, f"system: bitrix24, url: '{server.url}', fetch: [statuses, users]")
    assert [(each.listing, each.rows) for each in took] == [("statuses", 1), ("users", 2)]
    assert [line["listing"] for line in manifest(tmp_path)] == ["statuses", "users"]

    with served(lambda asked: Reply(body={"success": True, "statuses": {"new": {"code": "new"}}})) as server:
        pulled(tmp_path / "b", f"system: retailcrm, url: '{server.url}', fetch: statuses")
    assert rows(tmp_path / "b", "statuses") == [{"code": "new"}]


def test_the_documented_pace_is_kept(tmp_path: Path) -> None:
    """Bitrix24 allows two requests a second: the second one begins half a second after the first."""
    time = Time()
    with served(bitrix24(moves(60))) as server:
        pulled(tmp_path, f"system: bitrix24, url: '{server.url}'", time=time)
    assert time.slept == [0.5, 0.5]
