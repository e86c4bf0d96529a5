"""Unknown exports as tables: every sheet and every table of a database; those with equal columns are one."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.definitions.source import Source
from engine.draft.columns import Column, columns_of
from engine.draft.snapshots import Taken, snapshots_of, with_earlier
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.events import database, files, reading, workbook
from engine.events.doctor.cells import DEFAULTS
from engine.events.files import File
from engine.events.secrets import shown
from engine.events.table import Table
from engine.events.trouble import BrokenSourceError, Desk

MARKERS = ("NULL", "null", "None", "N/A", "n/a", "#N/A", "#Н/Д", "-", "—", "--", "NaN", "nan")
"""What exports write where nothing is."""
YEARS = ("0001", "0000", "1899", "1900", "1970", "9999")
MOST_DATES = 5
"""More ways than these to write that there is no date no system has."""
NO_TABLE = "no_table"

Given = Path | str
"""A file, or the URL of a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A table, or a sheet that is none, that was not taken: what it is called, the key of the reason, its numbers."""

    named: str
    why: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of one or several files; `relation` has its columns as texts (null: empty) and its times typed.

    `sheets`: those of a workbook that it is of (none: the first with a table); `query`: what a database is asked.
    `empty` are the markers of emptiness that it uses. `taken`: the files are the same list, saved on several days;
    then `relation` holds each case as it was last seen.
    """

    name: str
    files: tuple[File, ...]
    sheets: tuple[str, ...] = ()
    query: str = ""
    named: str
    relation: str
    rows: int
    columns: tuple[Column, ...]
    empty: tuple[str, ...]
    notes: tuple[str, ...]
    taken: Taken | None = None

    @property
    def no_dates(self) -> tuple[str, ...]:
        """The dates among the markers of emptiness."""
        return tuple(marker for marker in self.empty if marker not in MARKERS)

    @property
    def is_xes(self) -> bool:
        """Whether case, activity and time are known by the standard."""
        return all(file.kind == "xes" for file in self.files)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        found = {column.name: column for column in self.columns}
        return found[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Everything that was read, the largest first, and what of the files is no table."""

    sheets: tuple[Sheet, ...]
    aside: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A table as it was read on its own: a file, or a sheet or table of one. `alone`: its file holds no other."""

    file: File
    table: Table
    inside: str = ""
    query: str = ""
    alone: bool = True
    first: bool = True

    @property
    def named(self) -> str:
        """How people call it."""
        name = self.file.shown if self.file.url else self.file.path.name
        return f"{name}: {self.inside}" if self.inside and not self.alone else name


class _Reader:
    """Reads file after file; what is wrong with any is gathered."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.problems: list[Problem] = []
        self.aside: list[Aside] = []
        self._count = 0

    def opened(self, given: Given) -> list[_Opened]:
        """The tables of a file; what is wrong with it becomes a problem of the file."""
        desk = Desk(name_of(given), 0, None, [])
        try:
            found = files.find(desk, Path.cwd(), (str(given),))
            if desk.problems:
                raise desk.stop()
            return self._tables(desk, found[0])
        except BrokenSourceError:
            self.problems += [_placed(problem, given) for problem in desk.problems]
            return []

    def _tables(self, desk: Desk, file: File) -> list[_Opened]:
        if file.kind == "xlsx":
            return self._of_workbook(desk, file)
        if database.databases((file,)):
            return self._of_database(desk, file)
        return [_Opened(file=file, table=self._read(desk, file, Source(name="draft")))]

    def _read(self, desk: Desk, file: File, source: Source) -> Table:
        self._count += 1
        inside = self._folder()
        return reading.read(self.engine, desk, (file,), source, f"voronka raw {self._count}", inside)

    def _folder(self) -> Path:
        inside = self.folder / f"file-{len(list(self.folder.iterdir()))}"
        inside.mkdir()
        return inside

    def _of_workbook(self, desk: Desk, file: File) -> list[_Opened]:
        names = workbook.tables(desk, files.unpacked(desk, file, self._folder()), file.shown)
        found = {name: Source(name="draft", sheet=(name,)) for name, table in names.items() if table}
        if not found:
            return [_Opened(file=file, table=self._read(desk, file, Source(name="draft")))]
        for name in names:
            if name not in found:
                self.aside.append(Aside(named=f"{file.path.name}: {name}", why=NO_TABLE))
        return self._each(desk, file, found, {})

    def _of_database(self, desk: Desk, file: File) -> list[_Opened]:
        folder = self._folder()
        if file.url and file.shown != file.url:
            message = "the URL would be written into voronka.yaml, and holds a password or parameters"
            hint = "write postgresql://USER@HOST:PORT/DATABASE, the password into PGPASSWORD"
            desk.blames(file.shown, "password-in-url", message, hint)
            raise desk.stop()
        queries = database.tables(desk, file, folder)
        if not queries:
            desk.blames(file.shown, "no-rows", "holds no table", "tables and views are read: is it the right database?")
            raise desk.stop()
        return self._each(desk, file, {name: Source(name="draft") for name in queries}, queries)

    def _each(self, desk: Desk, file: File, sources: Mapping[str, Source], queries: Mapping[str, str]) -> list[_Opened]:
        """Each table of a file. One that cannot be read is left aside, unless it is the only one."""
        found: list[_Opened] = []
        for name, source in sources.items():
            own = Desk(desk.source, 0, None, [])
            try:
                query = queries.get(name, "")
                there = database.fetched(own, file, query, self._folder()) if query else file
                table = self._read(own, there, source)
            except BrokenSourceError:
                if len(sources) == 1:
                    desk.problems += own.problems
                    raise
                why = "; ".join(problem.message.removeprefix(f"source `{desk.source}`: ") for problem in own.problems)
                called = file.shown if file.url else file.path.name
                self.aside.append(Aside(named=f"{called}: {name}", why="unreadable", said={"problem": why}))
                continue
            first = name == next(iter(sources))
            alone = len(sources) == 1
            found.append(_Opened(file=file, table=table, inside=name, query=query, alone=alone, first=first))
        if not found:
            desk.blames(file.shown, "no-rows", "holds no table with rows", "export it again")
            raise desk.stop()
        return found


def sheets_of(engine: Engine, given: Sequence[Given], folder: Path) -> Tables:
    """Read everything into temp tables. EventLogError with every file that cannot be read."""
    reader = _Reader(engine, folder)
    groups: dict[tuple[str, ...], list[_Opened]] = {}
    for one in dict.fromkeys(given):
        for opened in reader.opened(one):
            header = (opened.file.kind, opened.query, *sorted(name.casefold() for name in opened.table.columns))
            groups.setdefault(header, []).append(opened)
    if reader.problems:
        raise EventLogError(reader.problems)
    parts = [part for group in groups.values() for part in _alike(group)]
    names = _names(parts)
    found = [_sheet(engine, number, part, names[number], folder) for number, part in enumerate(parts)]
    return Tables(sheets=tuple(sorted(found, key=lambda sheet: -sheet.rows)), aside=tuple(reader.aside))


def _alike(group: Sequence[_Opened]) -> Iterator[list[_Opened]]:
    """Those that one source can name: the same sheets of every file, or the first of each."""
    inside: dict[Path, list[_Opened]] = {}
    for one in group:
        inside.setdefault(one.file.path, []).append(one)
    if all(len(part) == 1 and part[0].first for part in inside.values()):
        yield list(group)
        return
    kinds: dict[tuple[str, ...], list[_Opened]] = {}
    for part in inside.values():
        kinds.setdefault(tuple(one.inside for one in part), []).extend(part)
    yield from kinds.values()


def _placed(problem: Problem, given: Given) -> Problem:
    """No voronka.yaml is there yet: what is wrong is wrong with the file."""
    name = name_of(given)
    message = problem.message.removeprefix(f"source `{name}`: ")
    where = problem.where if problem.where.file != "voronka.yaml" else Location(name if _is_url(given) else str(given))
    return replace(problem, where=where, message=message)


def _is_url(given: Given) -> bool:
    return "://" in str(given)


def name_of(given: Given) -> str:
    """What a file is called, or a URL without its secrets."""
    return shown(str(given)) if _is_url(given) else Path(given).name


def _sheet(engine: Engine, number: int, group: Sequence[_Opened], name: str, folder: Path) -> Sheet:
    found = tuple(sorted({one.file.path: one.file for one in group}.values(), key=lambda file: file.shown))
    plain = len(group) == len(found) and all(one.first for one in group) and (len(found) > 1 or group[0].alone)
    sheets = () if group[0].query or plain else tuple(dict.fromkeys(one.inside for one in group))
    table = group[0].table if len(group) == 1 else _together(engine, number, found, sheets, folder)
    empty = _markers(engine, table.sql, tuple(table.columns))
    relation = f"draft {number}"
    columns, rows = columns_of(engine, table, empty, relation, with_file=len(found) > 1)
    sheet = Sheet(
        name=name,
        files=found,
        sheets=sheets,
        query=group[0].query,
        named=_listed([one.named for one in group]),
        relation=quote(relation),
        rows=rows,
        columns=columns,
        empty=empty,
        notes=tuple(note for note in table.notes if ": sheets not read: " not in note),
    )
    taken = snapshots_of(engine, sheet.relation, columns, [file.path.name for file in found])
    if taken is None:
        return sheet
    last, rows = columns_of(engine, taken.last_seen(columns), empty, f"draft last {number}")
    both = tuple(with_earlier(now, ever) for now, ever in zip(last, columns, strict=True))
    return replace(sheet, relation=quote(f"draft last {number}"), columns=both, rows=rows, taken=taken)


def _together(engine: Engine, number: int, found: tuple[File, ...], sheets: tuple[str, ...], folder: Path) -> Table:
    """Several files, or sheets, read as one table."""
    desk = Desk("draft", 0, None, [])
    inside = folder / f"sheet-{number}"
    inside.mkdir()
    try:
        source = Source(name="draft", sheet=sheets)
        return reading.read(engine, desk, found, source, f"voronka sheet {number}", inside)
    except BrokenSourceError:
        raise EventLogError([_placed(problem, found[0].path) for problem in desk.problems]) from None


def _markers(engine: Engine, table: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The words and dates that the table writes for nothing."""
    listed = ", ".join(f"trim({quote(name)}::varchar)" for name in columns)
    words = ", ".join(f"'{marker}'" for marker in MARKERS)
    years = " or ".join(f"contains(word, '{year}')" for year in YEARS)  # fewer cells are put to the regular expression
    sql = f"""
select word, count(*)
from (select unnest([{listed}]) as word from {table})
where word in ({words})
   or ({years}) and regexp_matches(word, '{DEFAULTS}([ T].*)?$')
group by word
order by 2 desc, 1"""
    found = [str(row[0]) for row in engine.rows(sql)]
    dates = [word for word in found if word not in MARKERS][:MOST_DATES]
    return (*(marker for marker in MARKERS if marker in found), *dates)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def _names(parts: Sequence[Sequence[_Opened]]) -> list[str]:
    """What the tables are called, each by another name."""
    found: list[str] = []
    for part in parts:
        wanted = _common([_stem(one) for one in part])
        taken = {name.casefold() for name in found}
        further = (f"{wanted} {number}" for number in itertools.count(2))
        found.append(next(name for name in itertools.chain((wanted,), further) if name.casefold() not in taken))
    return found


def _stem(one: _Opened) -> str:
    if one.inside and not one.alone:
        return one.inside
    return one.inside if one.file.url else one.file.path.name.split(".")[0]


def _common(stems: Sequence[str]) -> str:
    """What several are called, without what tells them apart."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike).rstrip("-_ 0123456789(")
    return shared if len(stems) > 1 and shared else stems[0]
