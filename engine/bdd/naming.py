"""What the words of a step name in a process: a trigger, a state or a mark, by name, title or a form of the title."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.definitions.document import LocalText
from engine.definitions.process import Process

Sort = Literal["trigger", "state", "mark", "control point"]
_SHARED = 0.65
"""Part of the longer of two words that they must begin with in common to be forms of one word."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something of a process that a step may name."""

    sort: Sort
    name: str


def found(process: Process, text: str, *sorts: Sort) -> tuple[Named, ...]:
    """What a text names: exactly, else without its subject ('менеджер дозвонился'), else as a form of a title.

    One element where it is clear; several where it is not; none where nothing is called so.
    """
    known = [(named, name) for named, name in _names(process) if named.sort in sorts]
    if sorts == ("control point",):
        return _unique(named for named, name in known if _normal(name) == _normal(text))
    spellings = _spellings(text)
    for spelling in spellings:
        if hits := _unique(named for named, name in known if _normal(name) == spelling):
            return hits
    for spelling in spellings:
        if hits := _unique(named for named, name in known if _is_form(spelling, _normal(name))):
            return hits
    return ()


def near(process: Process, text: str, *sorts: Sort) -> tuple[str, ...]:
    """Names of the process most like a text, best first, at most three."""
    names = [name for named, name in _names(process) if named.sort in sorts]
    return tuple(difflib.get_close_matches(text, names, n=3, cutoff=0.5))


def _names(process: Process) -> Iterator[tuple[Named, str]]:
    for mark in process.marks:
        yield from _each(Named("mark", mark.name), mark.title)
    for transition in process.transitions:
        yield from _each(Named("trigger", transition.trigger), transition.title)
    for state in process.states:
        yield from _each(Named("state", state.name), state.title)
    for point in process.control_points.values():
        yield from _each(Named("control point", point.name), point.title)


def _each(named: Named, title: LocalText | None) -> Iterator[tuple[Named, str]]:
    yield named, named.name
    for text in dict.fromkeys([title.ru, title.en] if title else []):
        yield named, text


def _unique(hits: Iterator[Named]) -> tuple[Named, ...]:
    """The hits, once each; a trigger goes before the state it leads to when both are called so."""
    once = tuple(dict.fromkeys(hits))
    triggers = tuple(named for named in once if named.sort == "trigger")
    return triggers if len(triggers) == 1 and len(once) == 2 else once


def _normal(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _spellings(text: str) -> tuple[str, ...]:
    """The text, and the text without the subject it may begin with."""
    whole = _normal(text)
    without = re.sub(r"^(?:(?:the|a|an)\s+)?\w+\s+(?:has\s+|is\s+)?", "", whole)
    return (whole, without) if without and without != whole else (whole,)


def _is_form(text: str, name: str) -> bool:
    """Whether two texts are the same words but for their endings ('дозвонился', 'дозвонились'); names have none."""
    if "_" in text + name:
        return False
    ours, theirs = text.split(), name.split()
    return len(ours) == len(theirs) and all(map(_same_word, ours, theirs))


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    common = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return common >= 4 and common >= _SHARED * max(len(a), len(b))
