"""Bytes of a feature file -> its text and language, whatever editor wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gherkin.dialect import Dialect

from engine.bdd.messages import problem
from engine.errors import Location, Problem

_HEADER = re.compile(r"^\s*#\s*language\s*:\s*(.*?)\s*$", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LANGUAGES = ("ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureText:
    """The text of a feature file. `language` is the name of a Gherkin dialect; `locale` that of our messages."""

    file: str
    text: str
    language: str
    locale: str


class BadFeature(Exception):
    """A feature file that cannot run, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem], locale: str) -> None:
        self.problems = tuple(sorted(problems, key=lambda found: found.order))
        self.locale = locale
        super().__init__("\n".join(map(str, self.problems)))


def read(path: Path, shown_as: str, locale: str) -> FeatureText:
    """Text and language of a file; raises BadFeature. `locale` is used where the file tells no language."""
    content = path.read_bytes()
    text = _decoded(content, shown_as, locale)
    lines = text.splitlines()
    found = next(iter(_languages(lines)), None)
    spoken = found[0] if found else _by_letters(text, locale)
    header = _header(lines)
    if header is None:
        return FeatureText(file=shown_as, text=text, language=spoken, locale=spoken)
    number, name = header
    if Dialect.for_name(name) is None:
        raise BadFeature([problem(spoken, "language-unknown", Location(shown_as, number, 1), name=name)], spoken)
    if found and found[0] != name and not _speaks(name, found[2]):
        where = Location(shown_as, found[1], 1)
        raise BadFeature([problem(spoken, "language-wrong", where, name=name, word=found[2], better=spoken)], spoken)
    return FeatureText(file=shown_as, text=text, language=name, locale="ru" if name == "ru" else "en")


def _decoded(content: bytes, shown_as: str, locale: str) -> str:
    """UTF-8 with or without a mark at its beginning, or Windows-1251; anything else is refused."""
    if content.startswith(_UTF16) or b"\x00" in content[:200]:
        order = "utf-16" if content.startswith(_UTF16) else "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
        spoken = _by_letters(content.decode(order, "replace"), locale)
        raise BadFeature([problem(spoken, "encoding-utf16", Location(shown_as, 1, 1))], spoken)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = content.decode("cp1251", "replace")
        if "\ufffd" not in text and next(iter(_languages(text.splitlines())), None):
            return text
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFeature([problem(locale, "encoding", Location(shown_as, line, 1))], locale) from None


def _by_letters(text: str, locale: str) -> str:
    if re.search("[а-яё]", text, re.IGNORECASE):
        return "ru"
    return "en" if re.search("[a-z]", text, re.IGNORECASE) else locale


def _header(lines: list[str]) -> tuple[int, str] | None:
    """Line and value of `# language:` above the first line that is neither empty nor a remark."""
    for number, line in enumerate(lines, 1):
        if match := _HEADER.match(line):
            return number, match[1]
        if line.strip() and not line.lstrip().startswith("#"):
            return None
    return None


def _languages(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """(language, line, keyword) of the lines that begin with a title keyword (`Feature:`, `Сценарий:`)."""
    for number, line in enumerate(lines, 1):
        word, colon, _ = line.strip().partition(":")
        for language in _LANGUAGES if colon else ():
            if _speaks(language, word):
                yield language, number, word


def _speaks(language: str, word: str) -> bool:
    return word in title_keywords(language)


def title_keywords(language: str) -> tuple[str, ...]:
    """`Feature`, `Background`, `Scenario` ... of a dialect."""
    dialect = Dialect.for_name(language)
    assert dialect is not None
    return (
        *dialect.feature_keywords,
        *dialect.rule_keywords,
        *dialect.background_keywords,
        *dialect.scenario_keywords,
        *dialect.scenario_outline_keywords,
        *dialect.examples_keywords,
    )


def step_keywords(language: str) -> tuple[str, ...]:
    """`Given`, `When`, `And` ... of a dialect, longest first, without the blank after them and without `*`."""
    dialect = Dialect.for_name(language)
    assert dialect is not None
    words = {
        word.strip()
        for words in (
            dialect.given_keywords,
            dialect.when_keywords,
            dialect.then_keywords,
            dialect.and_keywords,
            dialect.but_keywords,
        )
        for word in words
    }
    return tuple(sorted(words - {"*"}, key=lambda word: (-len(word), word)))
