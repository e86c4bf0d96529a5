"""XES logs: parsed as a stream, one line of JSON per event; documents with a DTD are refused unread."""

import codecs
import json
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from engine.engines.sql import Bound, quote
from engine.events.csv_file import Part
from engine.events.table import FILE, LINE, column_struct, sql_path, unique_names
from engine.events.trouble import Desk

if TYPE_CHECKING:
    from lxml import etree

CASE, ACTIVITY, AT, ACTOR = "case:concept:name", "concept:name", "time:timestamp", "org:resource"
HEAD = 1 << 20
MAX_COLUMNS = 2000
MAX_VALUE = 100_000
Attributes = dict[str, str | int]


def xes_part(desk: Desk, path: Path, shown: str, number: int, folder: Path, bound: Bound) -> Part:
    """The query that reads one XES file; BrokenSourceError where it is none."""
    _guard(desk, path, shown)
    target = folder / f"events-{number}.jsonl"
    with target.open("w", encoding="utf-8") as stream:
        names = _write(desk, path, shown, stream)
    if not names:
        desk.blames(shown, "empty-file", "holds no event")
        raise desk.stop()
    renamed, notes = unique_names(names)
    columns = column_struct([*(f"c{n}" for n in range(len(names))), "line"])
    selected = ",\n            ".join(f"c{n} as {quote(name)}" for n, name in enumerate(renamed))
    sql = f"""
        select
            {number}::integer as {quote(FILE)},
            line::bigint as {quote(LINE)},
            {selected}
        from read_json({bound(sql_path(target))}, format = 'newline_delimited', columns = {columns})"""
    return Part(sql=sql, names=tuple(renamed), rejects=None, path=target, shown=shown, notes=tuple(notes))


def _guard(desk: Desk, path: Path, shown: str) -> None:
    """Refuse a document type declaration before a parser sees it: entities in attributes are always expanded."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head[:100]
    plain = head.replace(b"\0", b"") if wide else head
    log = plain.find(b"<log")
    before = plain if log < 0 else plain[:log]
    if b"<!DOCTYPE" in before or b"<!ENTITY" in before:
        desk.blames(
            shown, "entities", "declares a document type: not read", "an XES log needs none: remove `<!DOCTYPE ...>`"
        )
        raise desk.stop()
    if log < 0:
        desk.blames(shown, "unreadable", "is no XES log: no `<log>` at its beginning")
        raise desk.stop()


def _write(desk: Desk, path: Path, shown: str, stream: TextIO) -> list[str]:
    """All events as JSON lines with short column names; gives the attributes' names in the order they were met."""
    from lxml import etree

    columns: dict[str, str] = {}
    events: list[Attributes] = []
    try:
        parser = etree.iterparse(
            str(path),
            events=("end",),
            tag=("{*}event", "{*}trace"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        for _, element in parser:
            if element.tag.endswith("event"):
                event = _attributes(element, "", columns)
                event["line"] = element.sourceline or 0
                events.append(event)
                element.clear()
                continue
            case = _attributes(element, "case:", columns)
            stream.writelines(json.dumps({**case, **event}, ensure_ascii=False) + "\n" for event in events)
            events.clear()
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if len(columns) > MAX_COLUMNS:
                desk.blames(shown, "too-large", f"has more than {MAX_COLUMNS} attributes", line=element.sourceline or 0)
                raise desk.stop()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        desk.blames(shown, "unreadable", f"is no valid XML: {error.msg}", line=line or 0, column=column or 0)
        raise desk.stop() from None
    return list(columns)


def _attributes(element: "etree._Element", prefix: str, columns: dict[str, str]) -> Attributes:
    """The attributes of a trace or event; attributes of attributes and lists are left aside."""
    found: Attributes = {}
    for child in element:
        key, value = child.get("key"), child.get("value")
        if key is None or value is None or len(value) > MAX_VALUE:
            continue
        name = prefix + key
        column = columns.get(name) or columns.setdefault(name, f"c{len(columns)}")
        found[column] = value
    return found
