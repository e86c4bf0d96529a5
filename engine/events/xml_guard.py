"""What stands before the first element of an XML file: a document type is refused before a parser sees it."""

import codecs
import re
from pathlib import Path

from engine.events.trouble import Desk

HEAD = 1 << 20
_ROOT = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/:!?]+)")


def root_of(desk: Desk, path: Path, shown: str) -> bytes:
    """The name of the first element as it stands in the file, without a prefix; BrokenSourceError where there is none.

    Entities in attributes are expanded by every parser, so that nothing may declare any.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        desk.blames(shown, "empty-file", "is empty")
        raise desk.stop()
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head[:100]
    rest = _without_prolog(head.replace(b"\0", b"").removeprefix(codecs.BOM_UTF16_LE) if wide else head)
    if rest[:9].upper() == b"<!DOCTYPE":
        hint = "a table in XML needs none: remove `<!DOCTYPE ...>`"
        desk.blames(shown, "entities", "declares a document type: not read", hint)
        raise desk.stop()
    root = _ROOT.match(rest)
    if root is None:
        desk.blames(shown, "unreadable", "is no XML: no element at its beginning", "export it again, or save it as CSV")
        raise desk.stop()
    return root[1]


def _without_prolog(head: bytes) -> bytes:
    """What comes after the declaration, instructions and comments; empty where they do not end."""
    rest = head.removeprefix(codecs.BOM_UTF16_BE).removeprefix(codecs.BOM_UTF8).lstrip()
    while opened := next((pair for pair in ((b"<?", b"?>"), (b"<!--", b"-->")) if rest.startswith(pair[0])), None):
        _, found, after = rest[len(opened[0]) :].partition(opened[1])
        rest = after.lstrip() if found else b""
    return rest
