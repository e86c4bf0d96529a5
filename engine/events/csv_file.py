"""CSV files: delimiter and header detected, read by DuckDB as text, what is no row kept with its line."""

import csv
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.engines.duckdb import Engine, SqlError
from engine.engines.sql import Bound, quote, text_literal
from engine.events.encoding import cleaned
from engine.events.files import CHUNK
from engine.events.forms import plain_of
from engine.events.part import Part
from engine.events.table import FILE, LINE, Lines, Misfit, Sign, column_struct, sql_path, twice, unique_names
from engine.events.trouble import Desk

DELIMITERS = (";", "\t", ",", "|")
NAMED = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|", "space": " "}
SHOWN = {"\t": "tab"}
MAX_LINE = 10_000_000
SAMPLE_LINES = 60
PROBES, PROBE = 64, 1 << 14
LINE_END = re.compile(r"\r\n|\r|\n")
WEB_PAGE = re.compile(r"\s*<(!doctype\s+html|html|table|head|meta)\b", re.IGNORECASE)
MISFITS, SCAN = "misfits", "_scan"
NUMBER = re.compile(r"[-+]?[\d\s.,:/-]*\d[\d\s.,:/-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """What the definition says of a CSV file; None: to be detected. `times`: columns that times are read from."""

    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    with_lines: bool = False
    times: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Head:
    names: list[str]
    lines: int


def csv_part(desk: Desk, path: Path, shown: str, options: CsvOptions, number: int, folder: Path, bound: Bound) -> Part:
    """The query that reads one CSV file; BrokenSourceError where it cannot be one."""
    if path.stat().st_size == 0:
        desk.blames(shown, "empty-file", "is empty")
        raise desk.stop()
    csv.field_size_limit(MAX_LINE)
    clean = cleaned(desk, path, shown, options.encoding, folder / f"utf8-{number}.csv")
    sample = _sample(clean.path)
    _check_text(desk, shown, sample, ours=options.with_lines)
    skipped, told = _separator_line(sample)
    delimiter = _declared(desk, options.delimiter) or told or _detected(sample)
    top = _header(sample, skipped, delimiter) if options.header is None else options.header
    head = _head(desk, clean.path, shown, delimiter, top)
    names, notes = unique_names(head.names)
    again = twice(names, head.names)
    if options.with_lines:
        names[0] = LINE
    rejects = f"{MISFITS}_{number}"
    query = _query(clean.path, names, delimiter, head.lines, number, rejects, bound)
    looked_at = (sample[head.lines :], *_probes(clean.path)) if options.times else ()
    times = _times(looked_at, names, delimiter, options.times)
    if not options.with_lines:
        notes.insert(0, f"{shown}: encoding {clean.encoding}, delimiter {SHOWN.get(delimiter, delimiter)}")
        if len(names) == 1:
            notes.append(f"{shown}: only one column was found: is the delimiter another one?")
    return Part(
        sql=query({}),
        names=tuple(names),
        rejects=rejects,
        path=clean.path,
        shown=shown,
        notes=tuple(notes),
        lines=_lines_finder(clean.path, delimiter, head.lines, len(names)),
        blanks=clean.blanks,
        timed=query(times) if times else "",
        times=times,
        signs=(*_above(sample, skipped, top), *(Sign(diagnosis="two-names", column=name) for name in again)),
    )


def _above(sample: list[str], skipped: int, top: int) -> list[Sign]:
    """Lines above the header: a title, cells that were merged."""
    lines = tuple(n for n, line in enumerate(sample[: max(top - 1, 0)], 1) if n > skipped and line.strip())
    return [Sign(diagnosis="merged-header", rows=len(lines), lines=lines[:5])] if lines else []


def _declared(desk: Desk, text: str | None) -> str | None:
    if text is None:
        return None
    delimiter = NAMED.get(text.lower(), text)
    if len(delimiter) != 1:
        desk.says("delimiter", f"`{text}` is no delimiter", "write one character, or `tab`", at=("delimiter",))
        raise desk.stop()
    return delimiter


def _sample(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        text = stream.read(1 << 18)
    return LINE_END.split(text)[:SAMPLE_LINES]


def _check_text(desk: Desk, shown: str, sample: list[str], *, ours: bool) -> None:
    """What holds no text, or no words: pictures, workbooks under a wrong name, blank lines. `ours`: a copy we made."""
    text = "".join(sample)
    if not ours and sum(letter < " " and letter not in "\t\f\v\x1a" for letter in text) * 100 > len(text):
        desk.blames(shown, "no-text", "holds no text that could be a table", "export it as CSV or XLSX")
        raise desk.stop()
    if WEB_PAGE.match(text):
        desk.blames(shown, "no-text", "is a web page, no table", "open it in a spreadsheet program and save it as .csv")
        raise desk.stop()
    if not text.strip():
        desk.blames(shown, "empty-file", "is empty: it holds blank lines only")
        raise desk.stop()


def _separator_line(sample: list[str]) -> tuple[int, str | None]:
    """Excel may begin a file with `sep=;`."""
    if sample and sample[0].lower().startswith("sep=") and len(sample[0]) == 5:
        return 1, sample[0][4]
    return 0, None


def _header(sample: list[str], skipped: int, delimiter: str) -> int:
    """Line (from 1) of the names: the first that is not blank.

    Where that is narrow (a title, cells merged over groups of columns), the first that is wide and holds no number.
    """
    filled = {n: line for n, line in enumerate(sample, 1) if n > skipped and line.strip()}
    first = min(filled, default=1)
    if any('"' in line for line in filled.values()):  # fields may hold line ends: lines are no rows
        return first
    cells = {n: [cell.strip() for cell in line.split(delimiter)] for n, line in filled.items()}
    wide = {n: sum(bool(cell) for cell in row) for n, row in cells.items()}
    half = max(wide.values(), default=0) / 2
    if not wide or wide[first] > half:
        return first
    return next((n for n in cells if wide[n] > half and not any(NUMBER.fullmatch(c) for c in cells[n])), first)


def _detected(sample: list[str]) -> str:
    """The delimiter under which most rows have as many fields as the header; of equals the one with more fields."""

    def fitness(delimiter: str) -> tuple[float, int]:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if row]
        widths = [len(row) for row in rows]
        if not widths or max(widths) == 1:
            return (0.0, 0)
        width = max(set(widths), key=lambda w: (widths.count(w), w))
        return (0.0, 0) if width == 1 else (widths.count(width) / len(widths), width)

    best = max(DELIMITERS, key=fitness)
    return best if fitness(best)[1] else ","


def _head(desk: Desk, path: Path, shown: str, delimiter: str, header: int) -> _Head:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        before = sum(1 for _ in itertools.islice(stream, max(header - 1, 0)))
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            names = next(reader, None)
        except csv.Error as error:
            desk.blames(shown, "unreadable", f"the header cannot be read: {error}", line=header, column=1)
            raise desk.stop() from None
        if not names or not any(name.strip() for name in names):
            desk.blames(
                shown, "no-header", f"line {header} holds no column names", "declare `header:` (the line, from 1)"
            )
            raise desk.stop()
        if header == 0:
            return _Head([""] * len(names), 0)
        return _Head(names, before + reader.line_num)


def _probes(path: Path) -> Iterator[list[str]]:
    """Whole lines from all over a large file: cells that DuckDB refuses take much memory, so there must be few."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for number in range(1, PROBES) if size > PROBES * PROBE else ():
            stream.seek(number * size // PROBES)
            yield LINE_END.split(stream.read(PROBE).decode("utf-8", "ignore"))[1:-1]


def _times(samples: Sequence[list[str]], names: list[str], delimiter: str, wanted: Collection[str]) -> dict[str, str]:
    """Of the columns that are wanted those whose cells seem to be times of one format; DuckDB takes one a file."""
    read = (row for lines in samples for row in csv.reader(lines, delimiter=delimiter))
    rows = [row for row in read if len(row) == len(names)]
    cells = {name: [row[n] for row in rows if row[n]] for n, name in enumerate(names) if name in wanted}
    found = {name: form.format for name, texts in cells.items() if (form := plain_of(texts))}
    return {name: format_ for name, format_ in found.items() if format_ == next(iter(found.values()))}


def _query(
    path: Path, names: list[str], delimiter: str, skip: int, number: int, rejects: str, bound: Bound
) -> Callable[[Mapping[str, str]], str]:
    """From the columns to be read as times, and how they are written, to the query."""
    line = "" if names[0] == LINE else f"null::bigint as {quote(LINE)},"
    where, delim, into, scan = (bound(value) for value in (sql_path(path), delimiter, rejects, rejects + SCAN))

    def query(times: Mapping[str, str]) -> str:
        written = "".join(f", timestampformat = {text_literal(format_)}" for format_ in set(times.values()))
        return f"""
        select
            {number}::integer as {quote(FILE)},
            {line}
            *
        from read_csv(
            {where}, delim = {delim}, quote = '"', escape = '"', header = false{written},
            skip = {int(skip)}, auto_detect = false, columns = {column_struct(names, times)}, encoding = 'utf-8',
            max_line_size = {MAX_LINE}, buffer_size = {4 * MAX_LINE}, store_rejects = true,
            rejects_table = {into}, rejects_scan = {scan})"""

    return query


def no_time(engine: Engine, part: Part) -> bool:
    """Whether a cell that was to be a time is none."""
    sql = f"select count(*) from {quote(part.rejects or '')} where error_type = 'CAST'"
    return int(str(engine.row(sql)[0])) > 0


def forget_misfits(engine: Engine, parts: Iterable[Part]) -> None:
    """Forget what was refused, before the files are read again."""
    for part in parts:
        for name in (part.rejects or "", f"{part.rejects}{SCAN}"):
            engine.execute(f"drop table {quote(name)}")


def misfits_of(engine: Engine, part: Part) -> list[Misfit]:
    """Rows that DuckDB could not read as rows of the table, by line, each once."""
    if part.rejects is None:
        return []
    sql = f"""
        select line_byte_position, any_value(error_type::varchar), any_value(column_name), any_value(error_message)
        from {quote(part.rejects)}
        group by line_byte_position
        order by line_byte_position"""
    try:
        rows = engine.rows(sql)
    except SqlError:
        return []
    lines = _lines_at(part.path, [int(str(row[0])) for row in rows])
    return [
        Misfit(
            file=part.shown,
            line=line,
            column=str(row[2] or ""),
            code=_CODES.get(str(row[1]), "row"),
            message=str(row[3]),
        )
        for line, row in zip(lines, rows, strict=True)
    ]


_CODES = {
    "MISSING COLUMNS": "too-few-columns",
    "TOO MANY COLUMNS": "too-many-columns",
    "UNQUOTED VALUE": "broken-quote",
    "LINE SIZE OVER MAXIMUM": "long-line",
    "INVALID ENCODING": "encoding",
}


def _lines_at(path: Path, positions: list[int]) -> list[int]:
    """The line (from 1) that begins at each byte position; positions ascend."""
    lines, line, done = [], 1, 0
    with path.open("rb") as stream:
        for position in positions:
            while done < position:
                chunk = stream.read(min(CHUNK, position - done))
                if not chunk:
                    break
                line += chunk.count(b"\n")
                done += len(chunk)
            lines.append(line)
    return lines


def _lines_finder(path: Path, delimiter: str, skip: int, width: int) -> Lines:
    """Row numbers -> lines. Only walked where a row has to be shown, up to the last one wanted."""

    def find(wanted: list[int]) -> dict[int, int]:
        left, found = set(wanted), {}
        for number, line in enumerate(_good_rows(path, delimiter, skip, width)):
            if number in left:
                found[number] = line
                left.discard(number)
                if not left:
                    break
        return found

    return find


def _good_rows(path: Path, delimiter: str, skip: int, width: int) -> Iterator[int]:
    """The first line of each row that has the right number of fields."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for _ in range(skip):
            stream.readline()
        reader = csv.reader(stream, delimiter=delimiter)
        before = 0
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                row = []
            if len(row) == width:
                yield skip + before + 1
            before = reader.line_num
