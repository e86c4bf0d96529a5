"""Walking a list: what is asked for a page, which rows it has, what comes after it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from engine.definitions.document import shortened
from engine.pull.trouble import Refusal
from engine.pull.vendor import Json, Listing, Paging, Path_, Query, Since, at

Row = dict[str, Json]
MOSCOW = timezone(timedelta(hours=3))


def first(paging: Paging) -> int | None:
    """The cursor of the first page."""
    return {"page": 1, "offset": 0}.get(paging.style)


def query_of(listing: Listing, cursor: int | None, moment: str, until: str) -> Query:
    """The query of a page. `moment` and `until` are written already (empty: none).

    Where a list only grows by its key, the key of the last row says more than the moment, which is then left out.
    """
    found = listing.query
    if listing.since and moment and not (listing.again == "key" and cursor is not None):
        found = put(found, listing.since.at, moment)
    if listing.until and until:
        found = put(found, listing.until.at, until)
    if cursor is not None and listing.paging.at:
        found = put(found, listing.paging.at, cursor)
    return found


def put(query: Query, path: Path_, value: Json) -> dict[str, Json]:
    """The query with a value at a path."""
    found, (step, *rest) = dict(query), path
    if rest:
        below = found.get(step)
        found[step] = put(below if isinstance(below, dict) else {}, tuple(rest), value)
    else:
        found[step] = value
    return found


def written(since: Since, moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the system wants it; a naive one is of the zone."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    match since.form:
        case "unix":
            text = str(int(aware.timestamp()))
        case "iso":
            text = aware.astimezone(zone).isoformat(timespec="seconds")
        case "local":
            text = f"{aware.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case "moscow":
            text = f"{aware.astimezone(MOSCOW):%Y-%m-%d %H:%M:%S}"
    return since.text.format(text)


def rows_of(listing: Listing, answer: Json) -> list[Row]:
    """The rows of an answer; none of no answer at all. Refusal where they are not where they should be."""
    if answer is None:
        return []
    found = at(answer, listing.rows)
    if isinstance(found, dict):
        found = list(found.values())
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        message = f"the answer has no rows at `{'.'.join(listing.rows)}`"
        raise Refusal(code="pull-answer", message=message, hint="is the address the one of the system?")
    return [row for row in found if isinstance(row, dict)]


def after(paging: Paging, answer: Json, rows: list[Row], cursor: int | None) -> int | None:
    """The cursor of the next page; None where there is none."""
    told = at(answer, paging.more) if paging.more else None
    match paging.style:
        case "keyset":
            return max((_number(row, paging.key) for row in rows), default=None)
        case "page":
            pages = told if isinstance(told, int) else None
            more = bool(rows) and (not paging.more or bool(told)) and (pages is None or (cursor or 1) < pages)
            return (cursor or 1) + 1 if more else None
        case "offset":
            reached = (cursor or 0) + len(rows)
            return reached if rows and not (isinstance(told, int) and reached >= told) else None
        case "next":
            return told if isinstance(told, int) and told > (cursor or 0) else None
        case "whole":
            return None


def _number(row: Row, key: str) -> int:
    value = row.get(key)
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    raise Refusal(code="pull-answer", message=f"a row has no number at `{shortened(key)}`")


def key_of(listing: Listing, row: Mapping[str, Json]) -> str | int:
    """What tells a row from others: its number, or the row as a whole."""
    value = row.get(listing.key) if listing.key else None
    if isinstance(value, str | int):
        return value
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def utc(moment: datetime) -> str:
    """A moment as it stands in manifests and names of files."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
