"""Files of unknown exports as tables: those with equal columns together, each with what is known of every column."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.definitions.source import Source
from engine.draft.columns import Column, columns_of
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.events import files, reading
from engine.events.files import File
from engine.events.trouble import BrokenSourceError, Desk

MARKERS = ("NULL", "null", "None", "N/A", "n/a", "#N/A", "#Н/Д", "-", "—", "--", "NaN", "nan")
"""What exports write where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of one or several files; `relation` has its columns as texts (null: empty) and its times typed.

    `empty` are the markers of emptiness that it uses.
    """

    name: str
    files: tuple[File, ...]
    relation: str
    rows: int
    columns: tuple[Column, ...]
    empty: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_xes(self) -> bool:
        """Whether case, activity and time are known by the standard."""
        return all(file.kind == "xes" for file in self.files)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        found = {column.name: column for column in self.columns}
        return found[name]


def sheets_of(engine: Engine, paths: Sequence[Path], folder: Path) -> tuple[Sheet, ...]:
    """Read the files into temp tables, the largest first. EventLogError with every file that cannot be read."""
    problems: list[Problem] = []
    groups: dict[tuple[str, ...], list[File]] = {}
    for number, path in enumerate(paths):
        for header, file in _headers(engine, path, folder / f"file-{number}", problems):
            groups.setdefault(header, []).append(file)
    if problems:
        raise EventLogError(problems)
    found = [_sheet(engine, number, group, folder) for number, group in enumerate(groups.values())]
    return tuple(sorted(found, key=lambda sheet: -sheet.rows))


def _headers(
    engine: Engine, path: Path, folder: Path, problems: list[Problem]
) -> Iterable[tuple[tuple[str, ...], File]]:
    """The file with the names of its columns; what is wrong with it becomes a problem of the file."""
    folder.mkdir()
    desk = Desk(path.name, 0, None, [])
    try:
        found = files.find(desk, Path.cwd(), (str(path),))
        if desk.problems:
            raise desk.stop()
        table = reading.read(engine, desk, found, _plain(found), "voronka look", folder)
        engine.execute('drop table if exists "voronka look"')
        yield (found[0].kind, *sorted(name.casefold() for name in table.columns)), found[0]
    except BrokenSourceError:
        problems += [_placed(problem, path) for problem in desk.problems]


def _placed(problem: Problem, path: Path) -> Problem:
    """No voronka.yaml is there yet: what is wrong is wrong with the file."""
    message = problem.message.removeprefix(f"source `{path.name}`: ")
    where = problem.where if problem.where.file != "voronka.yaml" else Location(str(path))
    return replace(problem, where=where, message=message)


def _plain(found: Sequence[File]) -> Source:
    return Source(name="draft", path=tuple(str(file.path) for file in found))


def _sheet(engine: Engine, number: int, group: Sequence[File], folder: Path) -> Sheet:
    desk = Desk("draft", 0, None, [])
    found = tuple(sorted(group, key=lambda file: file.shown))
    inside = folder / f"sheet-{number}"
    inside.mkdir()
    raw = f"voronka raw {number}"
    try:
        table = reading.read(engine, desk, found, _plain(found), raw, inside)
    except BrokenSourceError:
        raise EventLogError([_placed(problem, found[0].path) for problem in desk.problems]) from None
    empty = _markers(engine, table.sql, tuple(table.columns))
    relation = f"draft {number}"
    columns, rows = columns_of(engine, table, empty, relation)
    engine.execute(f"drop table if exists {quote(raw)}")
    return Sheet(
        name=_name(found),
        files=found,
        relation=quote(relation),
        rows=rows,
        columns=columns,
        empty=empty,
        notes=tuple(table.notes),
    )


def _markers(engine: Engine, table: str, columns: Sequence[str]) -> tuple[str, ...]:
    listed = ", ".join(f"trim({quote(name)}::varchar)" for name in columns)
    words = ", ".join(f"'{marker}'" for marker in MARKERS)
    sql = f"select distinct word from (select unnest([{listed}]) as word from {table}) where word in ({words})"
    found = {str(row[0]) for row in engine.rows(sql)}
    return tuple(marker for marker in MARKERS if marker in found)


def _name(found: Sequence[File]) -> str:
    """What the files are called, without what tells them apart."""
    stems = [file.path.name.split(".")[0] for file in found]
    return os.path.commonprefix(stems).rstrip("-_ 0123456789(") or stems[0]
