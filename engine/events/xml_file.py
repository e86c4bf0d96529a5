"""XML of repeated elements (CommerceML and the like) as a stream: a row an element, what it holds as dotted columns."""

import itertools
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from engine.definitions.source import ListRule
from engine.engines.sql import Bound
from engine.events.flat import Flat
from engine.events.json_text import Json
from engine.events.part import Part
from engine.events.spool import Spool
from engine.events.trouble import BrokenSourceError, Desk
from engine.events.xml_guard import root_of

if TYPE_CHECKING:
    from lxml import etree

Path_ = tuple[str, ...]
ROWS: Mapping[str, Path_] = {"КоммерческаяИнформация": ("Документ",)}
"""Where the rows are in formats that are known, by the name of the first element."""
PAIRS: Mapping[str, ListRule] = {
    "ЗначенияРеквизитов.ЗначениеРеквизита": ListRule(name="Наименование", value="Значение"),
}
"""Lists of names and values in formats that are known."""
LOOKED_AT, TAIL = 200_000, 4096
MOST_WITHIN = 100_000
"""Elements within one row: more is no row of a table."""


def xml_part(
    desk: Desk,
    path: Path,
    shown: str,
    at: str | None,
    lists: Mapping[str, ListRule],
    encoding: str | None,
    number: int,
    folder: Path,
    bound: Bound,
) -> Part:
    """The query that reads one XML file; `at`: the end of the path of its rows.

    BrokenSourceError where it cannot be read.
    """
    from lxml import etree

    root_of(desk, path, shown)
    flat = Flat({**PAIRS, **lists}, nested="first")
    reader = _Reader(desk, path, shown, encoding)
    try:
        tail = tuple(part for part in at.split(".") if part) if at is not None else _detected(reader)
        with Spool(desk, folder / f"elements-{number}.jsonl", shown) as spool:
            for element in reader.rows(tail):
                value = _value(element, "", {**PAIRS, **lists})
                for row in flat.rows(value if isinstance(value, dict) else {"value": value}):
                    spool.write(row, _line(element))
    except etree.XMLSyntaxError as error:
        raise _unreadable(desk, path, shown, error) from None
    except LookupError:
        desk.says("encoding", f"encoding `{encoding}` is not known", "utf-8 and windows-1251 are", at=("encoding",))
        raise desk.stop() from None
    if not spool.rows:
        desk.blames(shown, "no-rows", f"holds no element `{'.'.join(tail)}`", "declare `rows_at:`")
        raise desk.stop()
    return spool.part(number, bound, notes=(f"{shown}: XML, a row is `{'.'.join(tail)}`", *flat.notes()))


def _unreadable(desk: Desk, path: Path, shown: str, error: "etree.XMLSyntaxError") -> BrokenSourceError:
    line, column = error.position
    said = error.msg or ""
    what, hint = f"is no valid XML: {said}", "export it again, or save it as CSV"
    if "encoding" in said:
        hint = "declare `encoding: windows-1251`, or as the file is written"
    if "Premature end" in said or not _ends(path):
        what, hint = "ends in the middle: the file is cut off", "export or download it again, to its end"
    desk.blames(shown, "unreadable", what, hint, line=line or 0, column=column or 0)
    return desk.stop()


def _ends(path: Path) -> bool:
    """Whether the last letter of the file closes a tag."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL))
        return stream.read().rstrip(b"\0\r\n\t ").endswith(b">")


class _Reader:
    """Walks through a file and forgets what it has passed."""

    def __init__(self, desk: Desk, path: Path, shown: str, encoding: str | None) -> None:
        self._desk, self._path, self._shown, self._encoding = desk, path, shown, encoding

    def steps(self) -> "Generator[tuple[str, Path_, etree._Element], None, None]":
        """`start` or `end`, the path of the element, and itself."""
        from lxml import etree

        path: Path_ = ()
        with self._path.open("rb") as stream:
            parser = etree.iterparse(
                stream,
                events=("start", "end"),
                encoding=self._encoding,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            )
            for event, element in parser:
                if event == "start":
                    path = (*path, _name(element))
                    yield event, path, element
                else:
                    yield event, path, element
                    path = path[:-1]

    def rows(self, tail: Path_) -> "Iterator[etree._Element]":
        """Every element whose path ends so and that stands in no other one."""
        row, within = None, 0
        for event, path, element in self.steps():
            if event == "start":
                if row is None and path[-len(tail) :] == tail:
                    row, within = element, 0
                within += 1
                if row is not None and within > MOST_WITHIN:
                    self._too_large(row)
            elif row is None or element is row:
                if row is not None:
                    yield element
                    row = None
                _forget(element)

    def _too_large(self, row: "etree._Element") -> None:
        message = f"holds an element of more than {MOST_WITHIN} others"
        self._desk.blames(self._shown, "too-large", message, "declare the rows: `rows_at:`", line=_line(row))
        raise self._desk.stop()


def _forget(element: "etree._Element") -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _line(element: "etree._Element") -> int:
    """Where it begins; 0 where lxml does not know."""
    return int(str(element.sourceline or 0))


def _name(element: "etree._Element") -> str:
    return str(element.tag).rpartition("}")[2]


def _detected(reader: _Reader) -> Path_:
    """Of a known format its own; else the elements nearest to the top that repeat and hold anything by name."""
    counts: dict[Path_, int] = {}
    holding: set[Path_] = set()
    root = ""
    with closing(reader.steps()) as steps:
        for event, path, element in itertools.islice(steps, LOOKED_AT):
            if event == "end":
                _forget(element)
                continue
            root = root or path[0]
            counts[path] = counts.get(path, 0) + 1
            holding |= {path[:-1]} | ({path} if element.attrib else set())
            if root in ROWS and path[-1:] == ROWS[root]:
                return ROWS[root]
    inside = [path for path in counts if len(path) > 1 and path in holding]
    several = [path for path in inside if counts[path] > 1] or inside or list(counts)
    return min(several, key=lambda path: (len(path), -counts[path]), default=(root,))


def _value(element: "etree._Element", path: str, lists: Mapping[str, ListRule]) -> Json:
    """An element as a value: a text, or an object; elements of one name are a list, attributes are called `@NAME`."""
    children = list(element.iterchildren("*"))
    text = (element.text or "").strip()
    if not children and (text or not element.attrib):
        return text or None
    found: dict[str, Json] = {f"@{_bare(key)}": str(value) for key, value in element.attrib.items()}
    for child in children:
        name = _name(child)
        below = f"{path}.{name}" if path else name
        _put(found, name, _value(child, below, lists), below in lists)
        if not len(child) and (child.text or "").strip():  # beside its text, or its text would have no plain name
            for key, value in child.attrib.items():
                found.setdefault(f"{name}@{_bare(key)}", str(value))
    return found


def _bare(key: str | bytes) -> str:
    return str(key).rpartition("}")[2]


def _put(found: dict[str, Json], name: str, value: Json, listed: bool) -> None:
    before = found.get(name)
    if name not in found:
        found[name] = [value] if listed else value
    elif isinstance(before, list):
        before.append(value)
    else:
        found[name] = [before, value]
