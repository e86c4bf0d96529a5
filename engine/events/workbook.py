"""XLSX workbooks: one sheet written out as CSV, dates as ISO times; bombs and entities refused unread."""

import csv
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from engine.definitions.document import did_you_mean
from engine.events.table import LINE
from engine.events.trouble import Desk

MAX_SHEETS_BYTES = 2 * 1000**3
RATIO_FROM = 100 * 1000**2
MAX_RATIO = 200
HEADER_WITHIN = 20
SERIAL_FROM, SERIAL_TO = 20_000, 80_000
"""Days since 1899-12-30 that are dates of a business: 1954 to 2119."""
Cell = int | float | str | bool | time | date | datetime | timedelta


def to_csv(desk: Desk, path: Path, shown: str, sheet: str | None, header: int | None, target: Path) -> tuple[str, ...]:
    """Write the sheet (name, number from 1, default the first) to `target`, a line number first; gives notes."""
    _guard(desk, path, shown)
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        name = _sheet(desk, workbook.sheet_names, shown, sheet)
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        desk.blames(shown, "unreadable", f"cannot be read as a workbook: {error}")
        raise desk.stop() from None
    top = header or _header(rows)
    if len(rows) < top or not any(cell != "" for cell in rows[top - 1]):
        desk.blames(
            shown, "empty-file" if not rows else "no-header", f"sheet `{name}` holds no column names in row {top}"
        )
        raise desk.stop()
    dates = _date_columns(rows[top:])
    _write(rows, top, target, dates)
    serial = [str(rows[top - 1][column]) or f"column {column + 1}" for column in sorted(dates)]
    notes = [f"{shown}: `{column}` holds dates and plain numbers: these are read as dates too" for column in serial]
    return (f"{shown}: sheet `{name}`, header in row {top}", *notes)


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
        hint = "an old .xls or a web page under another name? Save it as .xlsx or .csv"
        desk.blames(shown, "unreadable", f"is no workbook: {error}", hint)
        raise desk.stop() from None


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    with archive.open(entry) as stream:
        head = stream.read(65536).replace(b"\0", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _sheet(desk: Desk, names: Sequence[str], shown: str, wanted: str | None) -> str:
    if wanted is None:
        return names[0]
    if wanted in names:
        return wanted
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    hint = did_you_mean(wanted, names) or "sheets: " + ", ".join(names)
    desk.says("missing-sheet", f"{shown} has no sheet `{wanted}`", hint, at=("sheet",))
    raise desk.stop()


def _write(rows: Sequence[Sequence[Cell]], top: int, target: Path, dates: frozenset[int]) -> None:
    width = max(n for n, cell in enumerate(rows[top - 1], 1) if cell != "")
    width = max(width, max((_used(row) for row in rows[top:]), default=0))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=",", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([LINE, *_padded(rows[top - 1], width)])
        for number, row in enumerate(rows[top:], top + 1):
            read = [_dated(cell) if n in dates else cell for n, cell in enumerate(row)] if dates else row
            writer.writerow([number, *_padded(read, width)])


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
