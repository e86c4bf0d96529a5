"""Checks of the sources of voronka.yaml: is every key one of the declared shape, and none missing."""

import codecs
from collections.abc import Iterator, Mapping

from engine.definitions.checks.calendar import time_zone_problem
from engine.definitions.checks.common import duplicates, unknown
from engine.definitions.checks.joining import check_joining
from engine.definitions.document import Document, Path_, shortened
from engine.definitions.names import DERIVED_DIMENSIONS
from engine.definitions.settings import Settings
from engine.definitions.source import MapLine, Source, Taken
from engine.errors import Problem

_COUNT_KEYS = ("period", "channel", "counter", "value", "counters")
_SNAPSHOT_KEYS = ("created", "changed", "closed", "taken")
_FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "events": ("milestones", *_SNAPSHOT_KEYS, *_COUNT_KEYS),
    "milestones": ("activity", "at", "map", "states", *_SNAPSHOT_KEYS, *_COUNT_KEYS),
    "snapshot": ("milestones", "at", *_COUNT_KEYS),
    "counts": (
        *("milestones", "case", "activity", "at", "map", "states", "moments", "attributes", "actor"),
        *("link", "merge", "continues", "planned", "next_day", *_SNAPSHOT_KEYS),
    ),
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "events": ("case", "activity", "at"),
    "milestones": ("case", "milestones"),
    "snapshot": ("case", "activity"),
    "counts": ("period",),
}
_BELONGS = {"milestones": "milestones", "at": "events", "activity": "events or snapshot", "map": "events or snapshot"}
_BELONGS |= dict.fromkeys(_SNAPSHOT_KEYS, "snapshot") | dict.fromkeys(_COUNT_KEYS, "counts")
_BELONGS |= {"states": "events or snapshot"}


def check_sources(document: Document, settings: Settings) -> Iterator[Problem]:
    """Problems of `sources:`."""
    named: list[tuple[Path_, str]] = [
        (("sources", position, "name"), source.name) for position, source in enumerate(settings.sources)
    ]
    if settings.spend is not None:
        named.append((("spend",), "spend"))
    tables = [number for number, one in enumerate(settings.reconcile) if one.table]
    named += [(("reconcile", number, "table"), f"reconcile {number + 1}") for number in tables]
    yield from duplicates(document, "duplicate-source", "source", named)
    for position, source in enumerate(settings.sources):
        path: Path_ = ("sources", position)
        yield from _needed(document, path, source)
        yield from _of_shape(document, path, source)
        yield from _encoding(document, path, source)
        yield from _attributes(document, path, source)
        yield from time_zone_problem(document, (*path, "time_zone"), source.time_zone)
        for number, line in enumerate(source.map):
            yield from _map_line(document, (*path, "map", number), line)
        for name, milestone in source.milestones.items():
            others = tuple(other for other in source.milestones if other != name)
            if milestone.unless is not None and milestone.unless not in others:
                place = (*path, "milestones", name, "unless")
                yield unknown(document, place, "unknown-milestone", "milestone", milestone.unless, others)
    yield from check_joining(document, settings)


def _needed(document: Document, path: Path_, source: Source) -> Iterator[Problem]:
    if not source.path:
        hint = "name the file of the export, or a database URL and `query`"
        yield document.problem(path, "missing-key", "key `path` is missing", hint)
    if source.form is None:
        hint = "write shape: events, milestones, snapshot or counts"
        yield document.problem(path, "missing-key", "key `shape` is missing", hint)
    process = source.process
    if process is None and source.link is None and source.continues is None:
        yield document.problem(
            path, "missing-key", "key `process` is missing", "name the process that the rows belong to"
        )
    if process is not None and (process.name is None) == (process.column is None):
        message, hint = "`process` takes one name, or a column", "write {column: pipeline, is: {C1: web_form}}"
        yield document.problem((*path, "process"), "process-form", message, hint)


def _of_shape(document: Document, path: Path_, source: Source) -> Iterator[Problem]:
    shape = source.form
    if shape is None:
        return
    for key in _FORBIDDEN[shape]:
        if getattr(source, key):
            message = f"`{key}` is a key of {_BELONGS.get(key, 'events')}, this source has shape {shape}"
            yield document.problem(
                (*path, key), "key-of-other-shape", message, "change `shape`, or delete it", key=True
            )
    optional = _given_otherwise(source)
    for key in _NEEDED[shape]:
        if not getattr(source, key) and key not in optional:
            message = f"key `{key}` is missing: a source of shape {shape} needs it"
            yield document.problem(path, "missing-key", message)
    if shape == "snapshot" and not (source.created or source.changed):
        message = "key `created` is missing: a snapshot needs it, or `changed`"
        yield document.problem(path, "missing-key", message)
    if shape == "snapshot" and source.taken is not None:
        yield from _taken(document, (*path, "taken"), source.taken)
    if shape == "counts":
        yield from _counts(document, path, source)


def _taken(document: Document, path: Path_, taken: Taken) -> Iterator[Problem]:
    said = [taken.column is not None, taken.file is not None, taken.date is not None]
    if sum(said) != 1:
        message = "`taken` takes one of `column`, `file`, `date`"
        yield document.problem(
            path, "taken-form", message, 'write taken: COLUMN, or taken: {file: "deals-%Y-%m-%d.csv"}'
        )
    if taken.file is not None and not dated(taken.file):
        message = f"`{shortened(taken.file)}` does not say where the day, the month and the year stand"
        hint = "write the name of the file with %Y, %m and %d in their places: deals-%Y-%m-%d.csv"
        yield document.problem((*path, "file"), "taken-form", message, hint)


def dated(pattern: str) -> bool:
    """Whether a pattern of file names holds a whole date."""
    return "%d" in pattern and "%m" in pattern and ("%Y" in pattern or "%y" in pattern)


def _counts(document: Document, path: Path_, source: Source) -> Iterator[Problem]:
    """A column that names the counter and one with the value, or a column for each counter."""
    if source.counter is None and not source.counters:
        message = "key `counters` is missing: it says which column holds which counter"
        hint = "write counters: {visitors: COLUMN}; where a column names the counter: `counter` and `value`"
        yield document.problem(path, "missing-key", message, hint)
    if source.counter is not None and source.value is None:
        message = "key `value` is missing: `counter` names the column of names, `value` that of numbers"
        yield document.problem(path, "missing-key", message)
    if source.counter is None and source.value is not None and source.counters:
        message, hint = "`value` belongs to `counter`", "each column of `counters` holds its own values: delete `value`"
        yield document.problem((*path, "value"), "key-of-other-shape", message, hint, key=True)


def _given_otherwise(source: Source) -> tuple[str, ...]:
    if source.reads_xes:
        return ("case", "activity", "at")
    return ("case",) if source.link is not None else ()


def _map_line(document: Document, path: Path_, line: MapLine) -> Iterator[Problem]:
    said = [line.state is not None, line.mark is not None, line.ignore]
    if sum(said) != 1:
        found = "several of them" if any(said) else "none"
        message = f"a line of `map` takes one of `state`, `mark`, `ignore: true`; this one has {found}"
        yield document.problem(path, "map-line", message, "one line may follow another for the same activity")


def _encoding(document: Document, path: Path_, source: Source) -> Iterator[Problem]:
    tables = [(path, source.encoding), *(((*path, "join", n), join.encoding) for n, join in enumerate(source.join))]
    for place, encoding in tables:
        if encoding is None:
            continue
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            known = ("utf-8", "utf-16", "cp1251", "cp866", "koi8-r", "latin-1")
            yield unknown(document, (*place, "encoding"), "unknown-encoding", "encoding", encoding, known)


def _attributes(document: Document, path: Path_, source: Source) -> Iterator[Problem]:
    named = [((*path, "attributes", name), name) for name in source.attributes]
    yield from duplicates(document, "duplicate-key", "attribute", named, key=True)
    for place, name in named:
        if name in DERIVED_DIMENSIONS:
            message = f"`{shortened(name)}` is a dimension that every process has"
            yield document.problem(place, "reserved-name", message, "give the attribute another name", key=True)
