"""JSON and JSON Lines: the rows found (or declared), nested keys as dotted columns, lists by a declared rule."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from engine.definitions.source import ListRule
from engine.engines.sql import Bound
from engine.events.encoding import cleaned
from engine.events.flat import Flat
from engine.events.json_text import ANY, DECODER, BrokenJsonError, Cursor, Json, Path_, arrays_in, rows_at
from engine.events.part import Part, seen
from engine.events.spool import Spool
from engine.events.table import Misfit, Sign
from engine.events.trouble import BrokenSourceError, Desk

WRAPPERS: tuple[Path_, ...] = (
    ("_embedded", ANY),
    ("result", "items"),
    ("result", "result"),
    ("result",),
    ("data",),
    ("items",),
    ("results",),
    ("value",),
)
"""Where the pages of well-known interfaces keep their rows."""
MAX_LINE = 64 * 1000**2
KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonOptions:
    """What the definition says of a JSON file; None: to be detected."""

    encoding: str | None = None
    rows_at: str | None = None
    lists: Mapping[str, ListRule] = field(default_factory=dict)
    lines: bool = False


def json_part(
    desk: Desk, path: Path, shown: str, options: JsonOptions, number: int, folder: Path, bound: Bound
) -> Part:
    """The query that reads one JSON file; BrokenSourceError where it cannot be read."""
    clean = cleaned(desk, path, shown, options.encoding, folder / f"utf8-{number}.json")
    misfits: list[Misfit] = []
    flat = Flat(options.lists)
    with Spool(desk, folder / f"rows-{number}.jsonl", shown) as spool:
        try:
            at = _declared(options) if options.rows_at is not None else _detected(desk, clean.path, shown, options)
            for line, value in _values(clean.path, at, options, shown, misfits):
                if not isinstance(value, dict):
                    misfits.append(_misfit(shown, line, "is no object with keys"))
                    continue
                for row in flat.rows(value):
                    spool.write(row, line)
        except BrokenJsonError as error:
            raise _unreadable(desk, shown, error) from None
    where = f"rows at `{'.'.join(at)}`" if at else "a row is an object"
    kind = "JSON Lines" if options.lines else "JSON"
    notes = (f"{shown}: {kind}, encoding {clean.encoding}, {where}", *flat.notes())
    cut = bool(misfits) and options.lines and misfits[-1].message.startswith("the file ends")
    part = spool.part(number, bound, notes=notes, misfits=misfits)
    return seen(part, (), (Sign(diagnosis="truncated", lines=(misfits[-1].line,), file=number),) if cut else ())


def _unreadable(desk: Desk, shown: str, error: BrokenJsonError) -> BrokenSourceError:
    what, hint = f"is no JSON: {error}", "export it again; JSON Lines are called .jsonl"
    if error.cut:
        what, hint = "ends in the middle: the file is cut off", "export or download it again, to its end"
    desk.blames(shown, "unreadable", what, hint, line=error.line, column=1)
    return desk.stop()


def _misfit(shown: str, line: int, message: str) -> Misfit:
    return Misfit(file=shown, line=line, column="", code="no-object", message=message)


def _declared(options: JsonOptions) -> Path_:
    return tuple(part for part in (options.rows_at or "").split(".") if part)


# --- where the rows are -----------------------------------------------------------------------------------------------


def _detected(desk: Desk, path: Path, shown: str, options: JsonOptions) -> Path_:
    """Where the first value keeps its rows: an array at the top, a page of a known interface, the longest array."""
    with path.open(encoding="utf-8-sig") as stream:
        if options.lines:
            first = next((line for line in iter(lambda: stream.readline(MAX_LINE), "") if line.strip()), "")
            return _of_line(first)
        cursor = Cursor(stream)
        if not cursor.peek():
            desk.blames(shown, "empty-file", "is empty")
            raise desk.stop()
        if cursor.peek() == "[":
            return ()
        found: dict[Path_, int] = {}
        keys = set()
        if cursor.peek() == "{":
            for key in cursor.fields():
                keys.add(key)
                arrays_in(cursor, found, (key,))
        else:
            arrays_in(cursor, found)
        return _chosen(found, keys)


def _of_line(line: str) -> Path_:
    import io

    try:
        cursor, found, keys = Cursor(io.StringIO(line)), dict[Path_, int](), set[str]()
        if cursor.peek() == "{":
            for key in cursor.fields():
                keys.add(key)
                arrays_in(cursor, found, (key,))
    except BrokenJsonError:
        return ()
    known = {path: count for path, count in found.items() if any(_like(path, wrapper) for wrapper in WRAPPERS)}
    return _chosen(known, keys)


def _chosen(found: Mapping[Path_, int], keys: set[str]) -> Path_:
    """The path of the rows; () where the object is a row itself: it has an `id` (and is no answer of JSON-RPC)."""
    if any(key.casefold().strip("_") == "id" for key in keys) and "jsonrpc" not in keys:
        return ()
    for wrapper in WRAPPERS:
        alike = [path for path in found if _like(path, wrapper)]
        if len(alike) == 1:
            return alike[0]
    return max(found, key=lambda path: (found[path], -len(path)), default=())


def _like(path: Path_, wrapper: Path_) -> bool:
    return len(path) == len(wrapper) and all(b in (a, ANY) for a, b in zip(path, wrapper, strict=True))


# --- the rows ---------------------------------------------------------------------------------------------------------


def _values(
    path: Path, at: Path_, options: JsonOptions, shown: str, misfits: list[Misfit]
) -> Iterator[tuple[int, Json]]:
    """Every row with its line; of JSON Lines a broken line is a misfit and the rest is read."""
    with path.open(encoding="utf-8-sig") as stream:
        if options.lines:
            yield from _of_lines(stream, at, shown, misfits)
            return
        cursor = Cursor(stream)
        while cursor.peek():
            yield from rows_at(cursor, at)


def _of_lines(stream: TextIO, at: Path_, shown: str, misfits: list[Misfit]) -> Iterator[tuple[int, Json]]:
    for number in itertools.count(1):
        line = stream.readline(MAX_LINE)
        if not line:
            return
        if len(line) == MAX_LINE:
            raise BrokenJsonError(number, f"a line is longer than {MAX_LINE // 1000**2} MB")
        if not line.strip():
            continue
        try:
            value: Json = DECODER.decode(line.strip())
        except (json.JSONDecodeError, RecursionError) as error:
            cut = not line.endswith("\n")
            said = "the file ends in the middle of a row" if cut else f"is no JSON: {error}"
            misfits.append(Misfit(file=shown, line=number, column="", code="broken-json", message=said))
            continue
        for row in _inside(value, at):
            yield number, row


def _inside(value: Json, path: Path_) -> Iterator[Json]:
    if path and isinstance(value, dict):
        for key, inner in value.items():
            if path[0] in (key, ANY):
                yield from _inside(inner, path[1:])
    elif not path and isinstance(value, list):
        yield from value
    elif not path:
        yield value
