"""A JSON text read piece by piece: one value of it is held at a time, each with its line."""

import json
from collections.abc import Iterator
from typing import TextIO, TypeAlias

Json: TypeAlias = str | bool | list["Json"] | dict[str, "Json"] | None
"""A decoded value; numbers stay the text they were."""

Path_ = tuple[str, ...]
CHUNK = 1 << 20
MAX_VALUE = 64 * 1000**2
SPACE = " \t\n\r"
ANY = "*"
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class BrokenJsonError(Exception):
    """The text is no JSON at a line, or ends where it should go on."""

    def __init__(self, line: int, message: str, *, cut: bool = False) -> None:
        super().__init__(message)
        self.line, self.cut = line, cut


class Cursor:
    """A place in a JSON text that moves forward."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text, self._at, self._counted, self._line, self._ended = "", 0, 0, 1, False

    def line(self) -> int:
        """The line (from 1) of the next value."""
        self.peek()
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The first letter of what comes next; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def took(self, letter: str) -> bool:
        """Whether that letter comes next; if so, it is behind us."""
        found = self.peek() == letter
        self._at += found
        return found

    def wants(self, letter: str) -> None:
        """That letter, or BrokenJsonError."""
        if not self.took(letter):
            raise self._broken(f"`{letter}` is expected, not `{self.peek()}`", cut=not self.peek())

    def value(self) -> Json:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._broken("is nested too deeply") from None
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                cut = error.msg.startswith("Unterminated") or not self._text[error.pos :].strip()
                raise self._broken(error.msg, cut=cut) from None
            if end == len(self._text) and self._more():  # a number may go on
                continue
            self._at = end
            found: Json = value
            return found

    def elements(self) -> Iterator[None]:
        """Stands before each element of the array that comes next; each must be read before the next is asked for."""
        self.wants("[")
        if self.took("]"):
            return
        while True:
            yield
            if self.took("]"):
                return
            self.wants(",")

    def fields(self) -> Iterator[str]:
        """Each key of the object that comes next; its value must be read before the next is asked for."""
        self.wants("{")
        if self.took("}"):
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._broken("a key is expected")
            self.wants(":")
            yield key
            if self.took("}"):
                return
            self.wants(",")

    def _broken(self, message: str, *, cut: bool = False) -> BrokenJsonError:
        if not self._ended and len(self._text) - self._at >= MAX_VALUE:
            message, cut = f"a value is longer than {MAX_VALUE // 1000**2} MB", False
        return BrokenJsonError(self.line(), message, cut=cut)

    def _more(self) -> bool:
        """Read on (as much again as is still unread); False at the end, and where one value is too long."""
        left = len(self._text) - self._at
        if self._ended or left >= MAX_VALUE:
            return False
        read = self._stream.read(max(CHUNK, left))
        self._ended = not read
        self._line += self._text.count("\n", self._counted, self._at)
        self._text, self._at, self._counted = self._text[self._at :] + read, 0, 0
        return bool(read)


def rows_at(cursor: Cursor, path: Path_) -> Iterator[tuple[int, Json]]:
    """The values at a path of the value that comes next, with their lines; an array there gives its elements."""
    if path and cursor.peek() == "{":
        for key in cursor.fields():
            if path[0] in (key, ANY):
                yield from rows_at(cursor, path[1:])
            else:
                cursor.value()
    elif not path and cursor.peek() == "[":
        for _ in cursor.elements():
            yield cursor.line(), cursor.value()
    else:
        line, value = cursor.line(), cursor.value()
        if not path:
            yield line, value


def arrays_in(cursor: Cursor, found: dict[Path_, int], path: Path_ = (), *, deep: int = 5) -> None:
    """Go through the next value and count the objects in each array that objects alone lead to."""
    if cursor.peek() == "[":
        found.setdefault(path, 0)
        for _ in cursor.elements():
            found[path] += isinstance(cursor.value(), dict)
    elif cursor.peek() == "{" and deep:
        for key in cursor.fields():
            arrays_in(cursor, found, (*path, key), deep=deep - 1)
    else:
        cursor.value()
