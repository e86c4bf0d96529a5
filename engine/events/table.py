"""The rows of a source as one relation in SQL, whatever files they came from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.engines.sql import quote
from engine.errors import Location

FILE, ROW, LINE = "voronka file", "voronka row", "voronka line"
INTERNAL = (FILE, ROW, LINE)
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)
"""No time before the first, nor from the second on, is believed."""
BLANKS = (" ", "\t", "\n", "\r", "\u00a0")
"""What is trimmed off a cell."""

Lines = Callable[[list[int]], dict[int, int]]
"""From row numbers of a file (from 0, rejected ones not counted) to lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A row that is no row of the table: ragged, or with a broken quote."""

    file: str
    line: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Damage that is seen while a file is opened, and by no query later: a diagnosis of the doctor, by its code."""

    diagnosis: str
    column: str = ""
    rows: int = 1
    lines: tuple[int, ...] = ()
    sample: str | None = None
    file: int = 0


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of all files of a source.

    `sql` is a relation with the columns of the files, `voronka file` (from 0), `voronka row` (bigint, order over all
    files) and `voronka line` (null where it is looked up by `lines`). `streamed`: every statement reads the rows anew,
    from the files, or where they are `held` from a table. `blanks`: those that a cell may begin or end with. `draw`: of
    a table that is held, the relation of one row of so many, by the hash of its number: only those are taken out of it;
    `pick`: the same for the rows whose numbers a query gives.
    `times`: columns of text that are held as times too, in the column `time_of` them, and how they are written.
    """

    sql: str
    columns: dict[str, str]
    files: tuple[str, ...]
    streamed: bool = False
    held: bool = False
    draw: Callable[[int], str] | None = None
    pick: Callable[[str], str] | None = None
    blanks: tuple[str, ...] = BLANKS
    misfits: list[Misfit] = field(default_factory=list)
    blank: int = 0
    notes: list[str] = field(default_factory=list)
    first_rows: tuple[int, ...] = ()
    lines: tuple[Lines | None, ...] = ()
    signs: tuple[Sign, ...] = ()
    times: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """The files, for a message: all of up to three, else the first and how many more."""
        if len(self.files) > 3:
            return f"{self.files[0]} (and {len(self.files) - 1} more)"
        return ", ".join(self.files)

    def place(self, file: int, line: int) -> Location:
        """The place of a row."""
        return Location(self.files[file], line, 1)


def unique_names(names: list[str]) -> tuple[list[str], list[str]]:
    """Column names made unique (case does not tell apart in SQL) and not empty, with what was changed."""
    taken: set[str] = set()
    result, notes = [], []
    for position, raw in enumerate(names, 1):
        wanted = raw.strip() or f"column {position}"
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted} {number}", number + 1
        if not raw.strip():
            notes.append(f"column {position} has no name: it is called `{name}`")
        elif name != wanted:
            notes.append(f"column `{wanted}` stands twice: the second is called `{name}`")
        taken.add(name.casefold())
        result.append(name)
    return result, notes


def twice(names: list[str], raw: list[str]) -> list[str]:
    """The names given to columns whose own name another column has already."""
    return [name for name, wanted in zip(names, raw, strict=True) if wanted.strip() and name != wanted.strip()]


def column_struct(names: list[str], times: Collection[str] = ()) -> str:
    """The `columns = {...}` of read_csv and read_json: every column is text, but those of `times`."""
    kinds = {name: "timestamp" if name in times else "varchar" for name in names}
    return "{" + ", ".join(f"{quote(name)}: '{kind}'" for name, kind in kinds.items()) + "}"


def sql_path(path: Path) -> str:
    """A path of a file for DuckDB: patterns in it are taken literally."""
    text = path.as_posix()
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def time_of(column: str) -> str:
    """The column beside a column of text that holds its time, quoted."""
    return own(f"time of {column}")


def impossible(at: str) -> str:
    """SQL: a time that is not believed."""
    return f"({at} < timestamp '{EARLIEST}' or {at} >= timestamp '{LATEST}')"


def own(name: str) -> str:
    """A column of ours beside those of the files, quoted."""
    return quote(f"voronka {name}")
