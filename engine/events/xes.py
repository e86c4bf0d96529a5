"""XES logs: parsed as a stream, one line of JSON per event; documents with a DTD are refused unread."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.engines.sql import Bound
from engine.events.part import Part
from engine.events.spool import Spool
from engine.events.trouble import Desk
from engine.events.xml_guard import root_of

if TYPE_CHECKING:
    from lxml import etree

CASE, ACTIVITY, AT, ACTOR = "case:concept:name", "concept:name", "time:timestamp", "org:resource"
MAX_VALUE = 100_000
Attributes = dict[str, str]


def xes_part(desk: Desk, path: Path, shown: str, number: int, folder: Path, bound: Bound) -> Part:
    """The query that reads one XES file; BrokenSourceError where it is none."""
    _guard(desk, path, shown)
    with Spool(desk, folder / f"events-{number}.jsonl", shown) as spool:
        _write(desk, path, shown, spool)
    if not spool.rows:
        desk.blames(shown, "empty-file", "holds no event")
        raise desk.stop()
    return spool.part(number, bound)


def _guard(desk: Desk, path: Path, shown: str) -> None:
    if root_of(desk, path, shown) != b"log":
        desk.blames(shown, "unreadable", "is no XES log: no `<log>` at its beginning")
        raise desk.stop()


def _write(desk: Desk, path: Path, shown: str, spool: Spool) -> None:
    """All events, each with the attributes of its trace."""
    from lxml import etree

    events: list[tuple[Attributes, int]] = []
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
                events.append((_attributes(element, ""), element.sourceline or 0))
                element.clear()
                continue
            case = _attributes(element, "case:")
            for event, line in events:
                spool.write({**case, **event}, line)
            events.clear()
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        line, column = error.position
        desk.blames(shown, "unreadable", f"is no valid XML: {error.msg}", line=line or 0, column=column or 0)
        raise desk.stop() from None


def _attributes(element: "etree._Element", prefix: str) -> Attributes:
    """The attributes of a trace or event; attributes of attributes and lists are left aside."""
    found: Attributes = {}
    for child in element:
        key, value = child.get("key"), child.get("value")
        if key is None or value is None or len(value) > MAX_VALUE:
            continue
        found[prefix + key] = value
    return found
