"""XLSX workbooks: one sheet written out as CSV, dates as ISO times; bombs and entities refused unread."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from engine.definitions.document import did_you_mean
from engine.events.table import LINE, Sign
from engine.events.trouble import Desk

OLD, HEAD_OF_OLD = bytes.fromhex("d0cf11e0a1b11ae1"), 4_000_000
ERROR = re.compile(rb'<c r="[A-Z]+(\d+)"[^>]*\bt="e"')
WEB_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|table|head|meta)\b", re.IGNORECASE)
MAX_SHEETS_BYTES = 2 * 1000**3
RATIO_FROM = 100 * 1000**2
MAX_RATIO = 200
HEADER_WITHIN = 20
ALL, SHEET = "*", "sheet"
"""All sheets as one table, and the column that then says which one a row is of."""
LINES_TOLD = 5
SERIAL_FROM, SERIAL_TO = 20_000, 80_000
"""Days since 1899-12-30 that are dates of a business: 1954 to 2119."""
Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """A sheet as it stands: `top` is the row (from 1) of the names, 0 where there are none."""

    name: str
    top: int
    names: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    dates: frozenset[int]


_Sheets = dict[str, Sequence[Sequence[Cell]]]


def to_csv(
    desk: Desk, path: Path, shown: str, wanted: Sequence[str], header: int | None, target: Path
) -> tuple[tuple[str, ...], tuple[Sign, ...]]:
    """Write sheets (name, number from 1, `*` for all; none: the first that holds a table) to `target`, lines first.

    Gives what is to be said of it, and the damage that was seen.
    """
    every, sheets = _opened(desk, path, shown, wanted)
    if not wanted:
        first = next((name for name, rows in sheets.items() if _is_table(rows)), every[0])
        sheets = {first: sheets[first]}
    if ALL in wanted:
        sheets = {name: rows for name, rows in sheets.items() if _is_table(rows)} or sheets
    grids = [_grid(desk, shown, name, rows, header) for name, rows in sheets.items()]
    _write(grids, target, with_sheet=ALL in wanted or len(wanted) > 1)
    left = [name for name in every if name not in sheets]
    unread = (f"{shown}: sheets not read: {', '.join(f'`{name}`' for name in left)}",) if left else ()
    return (*(note for grid in grids for note in _notes(shown, grid)), *unread), (*_signs(grids), *_errors(path))


def tables(desk: Desk, path: Path, shown: str) -> dict[str, bool]:
    """Every sheet of a workbook in its order, and whether it holds a table."""
    _, sheets = _opened(desk, path, shown, (ALL,))
    return {name: _is_table(rows) for name, rows in sheets.items()}


def _opened(desk: Desk, path: Path, shown: str, wanted: Sequence[str]) -> tuple[Sequence[str], _Sheets]:
    """The names of all sheets, and the cells of those that are wanted (all, where none or `*` is named)."""
    _guard(desk, path, shown)
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        every = workbook.sheet_names
        named = [] if ALL in wanted else [_sheet(desk, every, shown, sheet) for sheet in wanted]
        names = [name for name in every if name in named] or every
        return every, {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        desk.blames(shown, "unreadable", f"cannot be read as a workbook: {error}")
        raise desk.stop() from None


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    return sum(sum(cell != "" for cell in row) > 1 for row in rows[:HEADER_WITHIN]) > 1


def _grid(desk: Desk, shown: str, name: str, rows: Sequence[Sequence[Cell]], header: int | None) -> _Grid:
    top = _header(rows) if header is None else header
    if len(rows) < max(top, 1) or not any(cell != "" for cell in rows[max(top, 1) - 1]):
        desk.blames(
            shown, "empty-file" if not rows else "no-header", f"sheet `{name}` holds no column names in row {top}"
        )
        raise desk.stop()
    width = max((_used(row) for row in rows[max(top - 1, 0) :]), default=0)
    names = tuple(_padded(rows[top - 1], width)) if top else tuple(f"column {n}" for n in range(1, width + 1))
    return _Grid(name=name, top=top, names=names, rows=rows[top:], dates=_date_columns(rows[top:]))


def _notes(shown: str, grid: _Grid) -> Iterator[str]:
    yield f"{shown}: sheet `{grid.name}`, " + (f"header in row {grid.top}" if grid.top else "no header")
    for column in sorted(grid.dates):
        called = grid.names[column] or f"column {column + 1}"
        yield f"{shown}: `{called}` holds dates and plain numbers: these are read as dates too"


def _signs(grids: Sequence[_Grid]) -> Iterator[Sign]:
    for grid in grids:
        if grid.top > 1:
            yield Sign(diagnosis="merged-header", rows=grid.top - 1, lines=tuple(range(1, grid.top))[:LINES_TOLD])
        for column in sorted(grid.dates):
            found = [
                n
                for n, row in enumerate(grid.rows, grid.top + 1)
                if column < len(row) and isinstance(row[column], int | float)
            ]
            lines = tuple(found[:LINES_TOLD])
            yield Sign(diagnosis="serial-dates", column=grid.names[column], rows=len(found), lines=lines)


def _errors(path: Path) -> list[Sign]:
    """Cells with an error of a formula: the reader gives them as empty, so their rows are looked for in the sheets."""
    rows: list[int] = []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/"):
                with archive.open(entry) as stream:
                    rest = b""
                    while chunk := stream.read(1 << 20):
                        text = rest + chunk
                        found = list(ERROR.finditer(text))
                        rows += [int(match[1]) for match in found]
                        rest = text[max(found[-1].end() if found else 0, len(text) - 200) :]
    return [Sign(diagnosis="formula-errors", rows=len(rows), lines=tuple(rows[:LINES_TOLD]))] if rows else []


def _date_columns(rows: Sequence[Sequence[Cell]]) -> frozenset[int]:
    """Columns (from 0) of dates among which some lost their format: numbers that are days since 1899-12-30."""
    dates: set[int] = set()
    serials: set[int] = set()
    others: set[int] = set()
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, datetime | date):
                dates.add(column)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                (serials if SERIAL_FROM <= cell < SERIAL_TO else others).add(column)
    return frozenset(dates & serials - others)


def _dated(cell: Cell) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    return datetime(1899, 12, 30) + timedelta(seconds=round(cell * 86400))


def _header(rows: Sequence[Sequence[Cell]]) -> int:
    """The row (from 1) with the names of the columns: the first that is not blank.

    Where that is narrow (a title, cells merged over groups of columns), the first that is wide and holds texts only.
    """
    filled = [sum(cell != "" for cell in row) for row in rows[:HEADER_WITHIN]]
    wide = max(filled, default=0) / 2
    first = next((n for n, count in enumerate(filled) if count), 0)
    if not filled or filled[first] > wide:
        return first + 1
    texts = (n for n, count in enumerate(filled) if count > wide and all(isinstance(cell, str) for cell in rows[n]))
    return next(texts, first) + 1


def _guard(desk: Desk, path: Path, shown: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(OLD) or WEB_PAGE.match(head):
        what, hint = _alien(path, head)
        desk.blames(shown, "unreadable", what, hint)
        raise desk.stop()
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > MAX_SHEETS_BYTES or (size > RATIO_FROM and size > MAX_RATIO * path.stat().st_size):
                desk.blames(shown, "bomb", f"unpacks to {size // 1000**2} MB: not read", "save it again, or as CSV")
                raise desk.stop()
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels")) and _declares(archive, entry):
                    desk.blames(
                        shown, "entities", "declares XML entities: not read", "save it again from the program it is of"
                    )
                    raise desk.stop()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        hint = "broken off on its way, or another kind of file? Save it as .xlsx or .csv"
        desk.blames(shown, "unreadable", f"is no workbook: {error}", hint)
        raise desk.stop() from None


def _alien(path: Path, head: bytes) -> tuple[str, str]:
    """What a file is that is called a workbook and is none."""
    if WEB_PAGE.match(head):
        return "is a web page under the name of a workbook", "open it in a spreadsheet program and save it as .xlsx"
    with path.open("rb") as stream:
        locked = "EncryptedPackage".encode("utf-16-le") in stream.read(HEAD_OF_OLD)
    if locked:
        return "is locked by a password", "save it without one: what is locked cannot be read"
    return "is an old .xls under another name", "save it as .xlsx or .csv"


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    with archive.open(entry) as stream:
        head = stream.read(65536).replace(b"\0", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _sheet(desk: Desk, names: Sequence[str], shown: str, wanted: str) -> str:
    if wanted in names:
        return wanted
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    hint = did_you_mean(wanted, names) or "sheets: " + ", ".join(names)
    desk.says("missing-sheet", f"{shown} has no sheet `{wanted}`", hint, at=("sheet",))
    raise desk.stop()


def _write(grids: Sequence[_Grid], target: Path, *, with_sheet: bool) -> None:
    """Rows under the names of the sheets; of several sheets, columns of one name (the first, the second...) are one."""
    places = [_counted(grid.names) for grid in grids]
    columns = {place: number for number, place in enumerate(dict.fromkeys(p for grid in places for p in grid))}
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=",", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([LINE, *(name for name, _ in columns), *([SHEET] if with_sheet else [])])
        for grid, own in zip(grids, places, strict=True):
            order = [columns[place] for place in own]
            for number, row in enumerate(grid.rows, grid.top + 1):
                cells = [_dated(cell) if n in grid.dates else cell for n, cell in enumerate(row)]
                texts = [""] * len(columns)
                for n, text in zip(order, _padded(cells, len(order)), strict=True):
                    texts[n] = text
                filled = with_sheet and any(texts)
                writer.writerow([number, *texts, *([grid.name if filled else ""] if with_sheet else [])])


def _counted(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each name with how often it stood before: nameless columns stay apart."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        found.append((name, seen.get(name, 0)))
        seen[name] = seen.get(name, 0) + 1
    return found


def _used(row: Sequence[Cell]) -> int:
    return max((n for n, cell in enumerate(row, 1) if cell != ""), default=0)


def _padded(row: Sequence[Cell], width: int) -> Iterable[str]:
    cells = [_text(cell) for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def _text(cell: Cell) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.microsecond:
            cell = (cell + timedelta(milliseconds=0.5)).replace(microsecond=0) if cell.microsecond > 999_000 else cell
            return cell.isoformat(" ")
        case datetime() | date() | time():
            return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
        case timedelta():
            return str(cell)
        case str():
            return cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        case _:
            return str(cell)
