"""Text files of unknown encoding made UTF-8: byte order marks, UTF-16 without one, Windows-1251; line ends made one."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.events.files import CHUNK
from engine.events.trouble import Desk

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF8 = ("utf-8", "utf-8-sig")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A text file that is UTF-8 with one kind of line end."""

    path: Path
    encoding: str


def cleaned(desk: Desk, path: Path, shown: str, declared: str | None, target: Path) -> Clean:
    """The file itself where it is clean UTF-8, else a copy at `target` that is."""
    encoding = _declared(desk, declared) if declared else _detected(path)
    if encoding in UTF8 and not _needs_copy(path) and (declared is None or _decodes(path, "utf-8")):
        return Clean(path=path, encoding=encoding)
    try:
        _copy(path, encoding, target)
    except (UnicodeDecodeError, UnicodeError) as error:
        desk.blames(shown, "encoding", f"is not {encoding} text: {error}", "declare `encoding:`, or leave it out")
        raise desk.stop() from None
    return Clean(path=target, encoding=encoding)


def _declared(desk: Desk, name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        desk.says("encoding", f"encoding `{name}` is not known", "utf-8, cp1251 and utf-16 are", at=("encoding",))
        raise desk.stop() from None
    return found


def _detected(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd > len(head) // 5:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if _decodes(path, "utf-8") else "cp1251"


def _decodes(path: Path, encoding: str) -> bool:
    decoder, whole = codecs.getincrementaldecoder(encoding)(), encoding == "utf-8"
    try:
        for chunk in _chunks(path):
            if whole and chunk.isascii():
                continue
            decoder.decode(chunk)
            whole = decoder.getstate()[0] == b""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _needs_copy(path: Path) -> bool:
    """Whether line ends are mixed, or there are zero bytes: both break the fast reader."""
    feeds = pairs = returns = 0
    last = b""
    for chunk in _chunks(path):
        if b"\0" in chunk:
            return True
        some = returns or b"\r" in chunk
        feeds += chunk.count(b"\n") if some else b"\n" in chunk  # before the first return one line feed says enough
        if some:
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
        last = chunk[-1:]
    return not (returns == 0 or (returns == pairs == feeds))


def blanks(path: Path) -> tuple[str, ...]:
    """The blanks that a cell may begin or end with, by what bytes there are: a line end stands in quotes only."""
    left, found = dict(_SIGNS), [" "]
    for chunk in _chunks(path):
        found += [left.pop(sign) for sign in tuple(left) if sign in chunk]
        if not left:
            break
    return tuple(found)


_SIGNS = {b'"': "\n", b"\t": "\t", b"\r": "\r", b"\xa0": "\u00a0"}
"""A byte that tells of a blank; of a non-breaking space the last one in UTF-8."""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _copy(path: Path, encoding: str, target: Path) -> None:
    """Stream into UTF-8; every line end becomes a line feed (universal newlines)."""
    errors = "replace" if encoding == "cp1251" else "strict"  # one byte of the code page stands for nothing
    with (
        path.open(encoding=encoding, errors=errors, newline=None) as source,
        target.open("w", encoding="utf-8", newline="") as plain,
    ):
        while text := source.read(CHUNK):
            plain.write(text.replace("\0", "").removeprefix("\ufeff"))
