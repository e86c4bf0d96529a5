"""A kind of damage: its name, how it is said, what to do about it, and the function that looks for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from engine.events.doctor.exam import Exam, Found

Look: TypeAlias = Callable[[Exam], Iterable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the catalogue. `ru`, `en`: (what it is, what to do)."""

    code: str
    ru: tuple[str, str]
    en: tuple[str, str]
    look: Look

    def said(self, locale: str) -> tuple[str, str]:
        """What it is and what to do, in a language."""
        return self.ru if locale == "ru" else self.en


registered: dict[str, Entry] = {}
"""Filled by `@diagnosis`; read through `engine.events.doctor.catalogue`."""


def diagnosis(*, ru: tuple[str, str], en: tuple[str, str]) -> Callable[[Look], Look]:
    """Put a function into the catalogue; its name, with hyphens, is the code of what it finds."""

    def register(look: Look) -> Look:
        code = look.__name__.replace("_", "-")
        registered[code] = Entry(code=code, ru=ru, en=en, look=look)
        return look

    return register
