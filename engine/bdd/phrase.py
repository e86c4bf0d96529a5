"""The text of a step as a pattern: one parser for its Russian and its English text.

`{name:kind}` is a placeholder (kinds: `words.KINDS`, without a kind: any text), `(a|b)` one of several words,
`[x ]` may be left out. Letter case, `ё`/`е` and the number of blanks do not matter.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from pytest_bdd.parsers import StepParser

from engine.bdd.words import KINDS

_TOKEN = re.compile(
    r"\{(?P<name>\w+)(?::(?P<kind>\w+))?\}|(?P<symbol>[()|\[\]])|(?P<blank>\s+)|(?P<text>[^{}()|\[\]\s]+)"
)
_SYMBOLS = {"(": "(?:", ")": ")", "|": "|", "[": "(?:", "]": ")?"}


_elsewhere: ContextVar[frozenset[str]] = ContextVar("_elsewhere", default=frozenset())


@contextmanager
def left_to_others(texts: frozenset[str]) -> Iterator[None]:
    """While it lasts the library does not understand these steps: the workspace's own conftest.py defines them."""
    token = _elsewhere.set(texts)
    try:
        yield
    finally:
        _elsewhere.reset(token)


class Phrase(StepParser):
    """A step in both languages; `name` is what pytest-bdd calls the step by."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru, self.en = ru, en

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_pattern(text), re.IGNORECASE) for text in (self.ru, self.en))

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {match["name"]: match["kind"] or "text" for match in _TOKEN.finditer(self.en) if match["name"]}

    def _match(self, text: str) -> re.Match[str] | None:
        return next((match for pattern in self.patterns if (match := pattern.fullmatch(text))), None)

    def is_matching(self, name: str) -> bool:
        """Whether a text is this step, in either language."""
        return name not in _elsewhere.get() and self._match(name.strip()) is not None

    def parse_arguments(self, name: str) -> dict[str, object] | None:
        """What stands at the placeholders, read as their kinds."""
        match = self._match(name.strip())
        if match is None:
            return None
        return {key: KINDS[self.kinds[key]][1](value) for key, value in match.groupdict().items() if value is not None}


def _pattern(text: str) -> str:
    parts = []
    for match in _TOKEN.finditer(text):
        if name := match["name"]:
            parts.append(f"(?P<{name}>{KINDS[match['kind'] or 'text'][0]})")
        elif match["symbol"]:
            parts.append(_SYMBOLS[match["symbol"]])
        else:
            parts.append(r"\s+" if match["blank"] else re.sub("[её]", "[её]", re.escape(match["text"])))
    return "".join(parts)


def plain(text: str) -> str:
    """The text as a person reads it: first of several words, nothing that may be left out, `<name>` to fill in."""
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"\(([^|)]*)[^)]*\)", r"\1", text)
    return " ".join(re.sub(r"\{(\w+)(?::\w+)?\}", r"<\1>", text).split())
