"""The letter to a client: what to export from where, with which columns, and what cannot be said without it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.condition import Expr, Name
from engine.definitions.process import Process
from engine.definitions.profile import Profile
from engine.definitions.source import Attribute, Source
from engine.render.words import Words

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_ORDER = {"events": 0, "milestones": 1, "snapshot": 2, "counts": 3, None: 4}
_KEYS = ("case", "activity", "at", "created", "changed", "closed", "period", "channel", "counter", "value")
"""Keys of a source that name columns, in the order they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnAsked:
    """A column, what it is for, and whether nothing can be done without it."""

    name: str
    means: str
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked:
    """One export: its title, what to export, how, what it cannot be missed for, and its columns."""

    title: str
    what: str
    how: str
    without: str
    columns: tuple[ColumnAsked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAsked:
    """What is asked of one system; `unknown`: its format is not known, so a sample comes first."""

    name: str
    unknown: bool
    exports: tuple[ExportAsked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The letter; `lacking`: what the exports at hand cannot say, and what to ask for instead."""

    client: str = ""
    systems: tuple[SystemAsked, ...] = ()
    lacking: tuple[str, ...] = ()


def system_asked(name: str, of: Sequence[Profile], processes: Mapping[str, Process], words: Words) -> SystemAsked:
    """What is asked of a system by its profiles, the fullest export first; `processes`: those its mappings name."""
    ordered = sorted(of, key=lambda profile: (_ORDER[profile.reads.form], profile.trade == "telephony"))
    return SystemAsked(
        name=name,
        unknown=all(profile.confidence == "generic" for profile in of),
        exports=tuple(_export(profile, processes.get(profile.suits[0]), words) for profile in ordered),
    )


def _export(profile: Profile, process: Process | None, words: Words) -> ExportAsked:
    ask, locale = profile.ask, words.locale
    return ExportAsked(
        title=profile.title.of(locale),
        what=ask.what.of(locale),
        how=ask.how.of(locale),
        without=ask.without.of(locale),
        columns=tuple(_columns(profile, process, words)),
    )


def _columns(profile: Profile, process: Process | None, words: Words) -> Iterator[ColumnAsked]:
    """Each column once, with all it is for, in the order a source names them."""
    source = profile.reads
    meanings: dict[str, list[str]] = {}
    for column, means in _meanings(source, process, words):
        meanings.setdefault(column, []).append(means)
    for column, told in meanings.items():
        means = "; ".join(dict.fromkeys(told))
        yield ColumnAsked(name=_shown(source, column, words), means=means, needed=column not in source.optional)


def _meanings(source: Source, process: Process | None, words: Words) -> Iterator[tuple[str, str]]:
    t = words.t
    for key in _KEYS:
        said = getattr(source, key)
        for column in (said,) if isinstance(said, str) else said or ():
            yield column, t(f"ask.column.{key}")
    if source.actor is not None:
        yield source.actor.column, t("ask.column.actor")
    for point, milestone in source.milestones.items():
        for column in dict.fromkeys((*milestone.at, *(c for group in milestone.else_ for c in group))):
            yield column, t("ask.column.moment", point=_titled(process, point, words))
        yield from _told_apart(milestone.where, words)
    for point, column in source.moments.items():
        yield column, t("ask.column.moment", point=_titled(process, point, words))
    for name, column in source.counters.items():
        if source.counter is None:
            yield column, _titled(process, name, words)
    for condition in (source.where, *(line.where for line in source.map)):
        yield from _told_apart(condition, words)
    for name, attribute in source.attributes.items():
        yield attribute.column, _attribute(name, attribute, words)


def _told_apart(condition: Expr | None, words: Words) -> Iterator[tuple[str, str]]:
    for node in condition.nodes() if condition is not None else ():
        if isinstance(node, Name):
            yield node.name, words.t("ask.column.condition")


def _titled(process: Process | None, point: str, words: Words) -> str:
    if process is None:
        return point
    titles = {state.name: state.title for state in process.states} | {mark.name: mark.title for mark in process.marks}
    title = (titles | {counter.name: counter.title for counter in process.counters}).get(point)
    return title.of(words.locale) if title is not None else point


def _attribute(name: str, attribute: Attribute, words: Words) -> str:
    if attribute.title is not None:
        return attribute.title.of(words.locale)
    return words.t(f"ask.attribute.{name}") if f"ask.attribute.{name}" in words.texts else name


def _shown(source: Source, column: str, words: Words) -> str:
    """A column as the reader may know it: by its Russian name where there is one."""
    names = (column, *source.else_.get(column, ()))
    russian = next((name for name in names if _CYRILLIC.search(name)), column)
    return russian if words.locale == "ru" else column
