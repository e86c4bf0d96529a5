"""YAML as text with comments: scalars that come back as they were, comments on one line."""

import re
from collections.abc import Iterable, Sequence

_PLAIN = re.compile(r"[A-Za-zА-Яа-яЁё_][A-Za-zА-Яа-яЁё0-9_./-]*( [A-Za-zА-Яа-яЁё0-9_./-]+)*")
_NUMBER = re.compile(r"\d+(\.\d+)?[smhdw%]?")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "~")
COLUMN = 62
"""Where comments begin, if the line is not longer."""


def scalar(text: str) -> str:
    """A text as YAML: plain where that is safe, else in double quotes."""
    if (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS) or _NUMBER.fullmatch(text):
        return text
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def many(texts: Sequence[str]) -> str:
    """One text, or a list of them."""
    return scalar(texts[0]) if len(texts) == 1 else f"[{', '.join(scalar(text) for text in texts)}]"


def noted(line: str, *comments: str) -> str:
    """A line with a comment behind it."""
    said = "; ".join(comment(text) for text in comments if text)
    return f"{line:<{COLUMN - 2}}  # {said}" if said else line


def comment(text: str) -> str:
    """A comment on one line, without what cannot be printed; long ones are cut."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain if len(plain) <= 220 else f"{plain[:219]}…"


def commented(lines: Iterable[str]) -> list[str]:
    """Lines that are there for a person to take the hash away."""
    return [re.sub(r"^(\s*)", r"\1# ", line, count=1) for line in lines]


def condition(column: str, values: Sequence[str]) -> str:
    """`stage == 'Paid'`, `reason in ['Price', 'Time']` in the language of conditions."""
    name = column if re.fullmatch(r"[^\W\d]\w*", column) and column not in ("and", "or", "not", "in") else f"`{column}`"
    texts = ["'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" for value in values]
    return f"{name} == {texts[0]}" if len(texts) == 1 else f"{name} in [{', '.join(texts)}]"
