"""Text files of unknown encoding made UTF-8: byte order marks, UTF-16 without one, Windows-1251; line ends made one."""

import codecs
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
BLOCK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A text file that is UTF-8 with one kind of line end; `blanks`: those that a cell may begin or end with."""

    path: Path
    encoding: str
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one pass over a file tells: whether it is UTF-8, whether the fast reader needs a copy, which blanks it has.

    A copy is needed where line ends are mixed, or there are zero bytes.
    """

    utf8: bool
    needs_copy: bool
    blanks: tuple[str, ...]


def cleaned(desk: Desk, path: Path, shown: str, declared: str | None, target: Path) -> Clean:
    """The file itself where it is clean UTF-8, else a copy at `target` that is."""
    encoding = _declared(desk, declared) if declared else None
    seen = _seen(path)
    encoding = encoding or _detected(path, seen)
    if encoding in UTF8 and not seen.needs_copy and (declared is None or seen.utf8):
        return Clean(path=path, encoding=encoding, blanks=seen.blanks)
    try:
        _copy(path, encoding, target)
    except (UnicodeDecodeError, UnicodeError) as error:
        desk.blames(shown, "encoding", f"is not {encoding} text: {error}", "declare `encoding:`, or leave it out")
        raise desk.stop() from None
    return Clean(path=target, encoding=encoding, blanks=_seen(target).blanks)


def _declared(desk: Desk, name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        desk.says("encoding", f"encoding `{name}` is not known", "utf-8, cp1251 and utf-16 are", at=("encoding",))
        raise desk.stop() from None
    return found


def _detected(path: Path, seen: _Seen) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd > len(head) // 5:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if seen.utf8 else "cp1251"


def _seen(path: Path) -> _Seen:
    """One pass for all questions, a block at a time that stays in the cache of the processor between them."""
    text, ends, left, zeros = _Utf8(), _Ends(), dict(_SIGNS), False
    found = [" "]
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            text.take(block)
            ends.take(block)
            zeros = zeros or b"\0" in block
            found += [left.pop(sign) for sign in tuple(left) if sign in block]
    return _Seen(utf8=text.whole(), needs_copy=zeros or ends.mixed(), blanks=tuple(found))


_SIGNS = {b'"': "\n", b"\t": "\t", b"\r": "\r", b"\xa0": "\u00a0"}
"""A byte that tells of a blank (a line end stands in quotes only); of a non-breaking space the last one in UTF-8."""


class _Utf8:
    """Whether blocks of bytes, one after the other, are UTF-8."""

    def __init__(self) -> None:
        self.decoder, self.good, self.between = codecs.getincrementaldecoder("utf-8")(), True, True

    def take(self, block: bytes) -> None:
        """The next block; one of ASCII is not decoded where it begins with a whole letter."""
        if not self.good or (self.between and block.isascii()):
            return
        try:
            self.decoder.decode(block)
        except UnicodeDecodeError:
            self.good = False
        self.between = self.decoder.getstate()[0] == b""

    def whole(self) -> bool:
        """Whether all of them were."""
        return self.good and self.between


class _Ends:
    """Line ends of blocks of bytes, one after the other: feeds, returns, and returns before a feed."""

    def __init__(self) -> None:
        self.feeds = self.pairs = self.returns = 0
        self.last = b""

    def take(self, block: bytes) -> None:
        """The next block; before the first return, one line feed says enough."""
        some = self.returns or b"\r" in block
        self.feeds += block.count(b"\n") if some else b"\n" in block
        if some:
            self.returns += block.count(b"\r")
            self.pairs += block.count(b"\r\n") + (self.last == b"\r" and block[:1] == b"\n")
        self.last = block[-1:]

    def mixed(self) -> bool:
        """Whether there are several kinds."""
        return not (self.returns == 0 or (self.returns == self.pairs == self.feeds))


def _copy(path: Path, encoding: str, target: Path) -> None:
    """Stream into UTF-8; every line end becomes a line feed (universal newlines)."""
    errors = "replace" if encoding == "cp1251" else "strict"  # one byte of the code page stands for nothing
    with (
        path.open(encoding=encoding, errors=errors, newline=None) as source,
        target.open("w", encoding="utf-8", newline="") as plain,
    ):
        while text := source.read(CHUNK):
            plain.write(text.replace("\0", "").removeprefix("\ufeff"))
