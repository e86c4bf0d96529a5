"""What the checks of every kind of file share."""

from collections.abc import Iterable, Iterator

from engine.definitions.document import Document, Path_, WrongValue, nearest, shortened
from engine.definitions.names import is_name
from engine.errors import Problem

Placed = tuple[Path_, str]
"""A name, and its path in the document."""


def duplicates(
    document: Document, code: str, what: str, names: Iterable[Placed], *, key: bool = False
) -> Iterator[Problem]:
    """Names that stand twice, and names that differ by case only."""
    first: dict[str, Placed] = {}
    for path, name in names:
        before = first.setdefault(name.casefold(), (path, name))
        if before[0] == path:
            continue
        line = document.at(*before[0], key=key).line
        if before[1] == name:
            message = f"{what} `{shortened(name)}` stands twice (first in line {line})"
            yield document.problem(path, code, message, "give it another name, or delete one", key=key)
        else:
            message = f"{what} `{shortened(name)}` differs from `{shortened(before[1])}` (line {line}) by case only"
            yield document.problem(
                path, "case-only", message, "write it the same way, or give it another name", key=key
            )


def names_allowed(document: Document, what: str, names: Iterable[Placed], *, key: bool = False) -> Iterator[Problem]:
    """Names that a condition could not write."""
    for path, name in names:
        if not is_name(name):
            message = f"`{shortened(name)}` cannot be the name of a {what}"
            hint = "use letters, digits and `_`, no digit first"
            yield document.problem(path, "bad-name", message, hint, key=key)


def unknown(
    document: Document, path: Path_, code: str, what: str, name: str, known: Iterable[str], *, key: bool = False
) -> Problem:
    """A name that leads nowhere, with the nearest one that does not."""
    message = f"unknown {what} `{shortened(name)}`"
    return document.problem(path, code, message, nearest(name, known), key=key)


def wrong_value(document: Document, path: Path_, wrong: WrongValue, *, key: bool = False) -> Problem:
    """What a parser refused, at its place."""
    return document.problem(path, wrong.code, str(wrong), wrong.hint, key=key, offset=wrong.offset)


def not_keys(document: Document, path: Path_, keys: Iterable[str]) -> Iterator[Problem]:
    """Keys that we add ourselves below a name, and that nobody writes."""
    for key in keys:
        if (*path, key) in document.keys:
            yield document.problem((*path, key), "unknown-key", f"unknown key `{key}`", "delete it", key=True)
