"""Files of unknown exports as tables: those with equal columns together, each with what is known of every column."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.definitions.source import Source
from engine.draft.columns import Column, columns_of
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.events import files, reading
from engine.events.files import File
from engine.events.table import Table
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file as it was read on its own."""

    file: File
    table: Table


def sheets_of(engine: Engine, paths: Sequence[Path], folder: Path) -> tuple[Sheet, ...]:
    """Read the files into temp tables, the largest first. EventLogError with every file that cannot be read."""
    problems: list[Problem] = []
    groups: dict[tuple[str, ...], list[_Opened]] = {}
    for number, path in enumerate(dict.fromkeys(paths)):
        opened = _opened(engine, path, f"voronka raw {number}", folder / f"file-{number}", problems)
        if opened:
            header = (opened.file.kind, *sorted(name.casefold() for name in opened.table.columns))
            groups.setdefault(header, []).append(opened)
    if problems:
        raise EventLogError(problems)
    found = [_sheet(engine, number, group, folder) for number, group in enumerate(groups.values())]
    return tuple(sorted(found, key=lambda sheet: -sheet.rows))


def _opened(engine: Engine, path: Path, name: str, folder: Path, problems: list[Problem]) -> _Opened | None:
    """A file as a table; what is wrong with it becomes a problem of the file."""
    folder.mkdir()
    desk = Desk(path.name, 0, None, [])
    try:
        found = files.find(desk, Path.cwd(), (str(path),))
        if desk.problems:
            raise desk.stop()
        return _Opened(file=found[0], table=reading.read(engine, desk, found, _plain(found), name, folder))
    except BrokenSourceError:
        problems += [_placed(problem, path) for problem in desk.problems]
        return None


def _placed(problem: Problem, path: Path) -> Problem:
    """No voronka.yaml is there yet: what is wrong is wrong with the file."""
    message = problem.message.removeprefix(f"source `{path.name}`: ")
    where = problem.where if problem.where.file != "voronka.yaml" else Location(str(path))
    return replace(problem, where=where, message=message)


def _plain(found: Sequence[File]) -> Source:
    return Source(name="draft", path=tuple(str(file.path) for file in found))


def _sheet(engine: Engine, number: int, group: Sequence[_Opened], folder: Path) -> Sheet:
    desk = Desk("draft", 0, None, [])
    found = tuple(sorted((one.file for one in group), key=lambda file: file.shown))
    table = group[0].table
    if len(found) > 1:
        inside = folder / f"sheet-{number}"
        inside.mkdir()
        try:
            table = reading.read(engine, desk, found, _plain(found), f"voronka sheet {number}", inside)
        except BrokenSourceError:
            raise EventLogError([_placed(problem, found[0].path) for problem in desk.problems]) from None
    empty = _markers(engine, table.sql, tuple(table.columns))
    relation = f"draft {number}"
    columns, rows = columns_of(engine, table, empty, relation)
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
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike).rstrip("-_ 0123456789(")
    return shared if len(stems) > 1 and shared else stems[0]
