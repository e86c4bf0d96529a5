"""The files of a source, of whatever kind, as one table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.definitions.source import Join, Source
from engine.engines.duckdb import Engine, Row, SqlError
from engine.engines.sql import Bound, quote, text_literal
from engine.events import csv_file, files, json_file, workbook, xes, xml_file
from engine.events.csv_file import CsvOptions
from engine.events.files import File
from engine.events.json_file import JsonOptions
from engine.events.part import Part, seen
from engine.events.table import FILE, INTERNAL, LINE, ROW, Table, impossible, sql_path, time_of
from engine.events.trouble import BrokenSourceError, Desk

HELD_FROM = 1_000_000
"""Rows from which on a second copy of all of them would take too much: statements read the first one anew."""
RAW, JOINED = "voronka raw", "voronka join"
TABLES = (RAW, JOINED, csv_file.MISFITS)
"""What the names of temp tables begin with that hold the rows of files."""
OURS = CsvOptions(encoding="utf-8", delimiter=",", with_lines=True)
"""A copy we wrote ourselves."""


def read(engine: Engine, desk: Desk, found: tuple[File, ...], source: Source | Join, name: str, folder: Path) -> Table:
    """Read files of one kind into a temp table called `name`; Parquet stays where it is."""
    kinds = {"json" if file.kind == "jsonl" else file.kind for file in found}
    if len(kinds) > 1:
        desk.says("mixed-kinds", f"files of several kinds together: {', '.join(sorted(kinds))}", at=("path",))
        raise desk.stop()
    if kinds == {"parquet"}:
        return _parquet(engine, desk, found, folder)
    bound = Bound()
    parts = _parts(desk, found, source, folder, bound)
    try:
        times = _with_times(engine, parts, name, bound)
        if not times:
            _keep(engine, parts, name, _union([part.sql for part in parts]), bound)
    except SqlError as error:
        desk.blames(parts[0].shown, "unreadable", f"cannot be read: {error}")
        raise desk.stop() from error
    return _table(engine, desk, parts, name, times)


def _with_times(engine: Engine, parts: list[Part], name: str, bound: Bound) -> Mapping[str, str]:
    """Times read as such, which spares passes over all rows; none where a cell is no time, or files are written unlike.

    Nor where one is impossible: of what is as odd as that, the text is wanted.
    """
    times = parts[0].times
    if not times or any(part.times != times for part in parts):
        return {}
    _keep(engine, parts, name, _union([part.timed for part in parts]), bound)
    ends = [f"{end}({quote(column)})" for column in times for end in ("min", "max")]
    odd = f"select {' or '.join(map(impossible, ends))} from {quote(name)}"
    if any(csv_file.no_time(engine, part) for part in parts) or engine.row(odd)[0]:
        csv_file.forget_misfits(engine, parts)
        return {}
    return times


def _union(queries: Sequence[str]) -> str:
    return "\n        union all by name".join(queries)


def _keep(engine: Engine, parts: list[Part], name: str, rows: str, bound: Bound) -> None:
    """Hold the rows in a temp table, without what is the same for all of them."""
    known = _known(parts)
    left = f"* exclude ({', '.join(quote(column) for column in known)})" if known else "*"
    engine.execute(f"create or replace temp table {quote(name)} as select {left} from ({rows})", bound)


def _parts(desk: Desk, found: tuple[File, ...], source: Source | Join, folder: Path, bound: Bound) -> list[Part]:
    """One part a file; what is wrong with any file is said of every file before giving up."""
    parts, before = [], len(desk.problems)
    for number, file in enumerate(found):
        try:
            parts.append(_part(desk, file, source, number, folder, bound))
        except BrokenSourceError:
            continue
    if len(desk.problems) > before:
        raise desk.stop()
    return parts


def _known(parts: list[Part]) -> dict[str, str]:
    """Places that are the same for every row, and are not kept with each: of one file, and lines that are looked up."""
    if len(parts) > 1:
        return {}
    return {FILE: "0::integer", **({LINE: "null::bigint"} if parts[0].lines else {})}


def _part(desk: Desk, file: File, source: Source | Join, number: int, folder: Path, bound: Bound) -> Part:
    header = source.header if isinstance(source, Source) else None
    path = files.unpacked(desk, file, folder)
    if file.kind == "xes":
        return xes.xes_part(desk, path, file.shown, number, folder, bound)
    if file.kind == "xlsx":
        target = folder / f"sheet-{number}.csv"
        notes, signs = workbook.to_csv(desk, path, file.shown, source.sheet, header, target)
        part = csv_file.csv_part(desk, target, file.shown, OURS, number, folder, bound)
        return seen(part, notes, signs)
    if file.kind == "fetched":
        return seen(csv_file.csv_part(desk, path, file.shown, OURS, number, folder, bound), (), ())
    if file.kind == "xml":
        at, lists, encoding = source.rows_at, source.lists, source.encoding
        return xml_file.xml_part(desk, path, file.shown, at, lists, encoding, number, folder, bound)
    if file.kind in ("json", "jsonl"):
        rules = JsonOptions(
            encoding=source.encoding, rows_at=source.rows_at, lists=source.lists, lines=file.kind == "jsonl"
        )
        return json_file.json_part(desk, path, file.shown, rules, number, folder, bound)
    times = source.times if isinstance(source, Source) else frozenset[str]()
    options = CsvOptions(encoding=source.encoding, delimiter=source.delimiter, header=header, times=times)
    return csv_file.csv_part(desk, path, file.shown, options, number, folder, bound)


def _table(engine: Engine, desk: Desk, parts: list[Part], name: str, times: Mapping[str, str]) -> Table:
    held = {n: t for n, t in engine.columns(quote(name)).items() if n not in INTERNAL}
    columns = {**held, **dict.fromkeys(times, "VARCHAR")}
    misfits = [misfit for part in parts for misfit in (*part.misfits, *csv_file.misfits_of(engine, part))]
    filled = " or ".join(f"{quote(column)} is not null" for column in columns)
    counts = _counts(engine, name, len(parts))
    blank = int(str(engine.row(f"select count(*) from {quote(name)} where not ({filled})")[0]))
    rows = sum(int(str(row[2])) for row in counts)
    base = min((int(str(row[1])) for row in counts), default=0)  # rows written in this transaction count from 2**55
    first = {int(str(row[0])): int(str(row[1])) - base for row in counts}
    if not misfits and rows == blank:
        desk.blames(parts[0].shown, "no-rows", "holds column names and no row")
        raise desk.stop()
    same = "".join(f"{sql} as {quote(column)}, " for column, sql in _known(parts).items())
    number = f"rowid - {base}"
    as_written = ", ".join(f"strftime({quote(n)}, {text_literal(how)}) as {quote(n)}" for n, how in times.items())
    texts = f" replace ({as_written})" if times else ""
    timed = "".join(f", {quote(n)} as {time_of(n)}" for n in times)

    def relation(*tests: str) -> str:
        where = " and ".join((*([f"({filled})"] if blank else []), *tests))
        clause = f" where {where}" if where else ""
        return f"(select {same}{number} as {quote(ROW)}, *{texts}{timed} from {quote(name)}{clause})"

    return Table(
        sql=relation(),
        draw=lambda share: relation(f"hash({number}) % {share} = 0"),
        pick=lambda numbers: relation(f"rowid in (select {base} + wanted.number from ({numbers}) as wanted(number))"),
        columns=columns,
        files=tuple(part.shown for part in parts),
        misfits=misfits,
        blank=blank,
        notes=[note for part in parts for note in part.notes] + _differences(parts),
        first_rows=tuple(first.get(number, 0) for number in range(len(parts))),
        lines=tuple(part.lines for part in parts),
        streamed=rows >= HELD_FROM,
        held=True,
        blanks=tuple(dict.fromkeys(blank for part in parts for blank in part.blanks)),
        signs=tuple(replace(sign, file=number) for number, part in enumerate(parts) for sign in part.signs),
        times=times,
    )


def _counts(engine: Engine, name: str, files: int) -> list[Row]:
    """The number, first row and rows of each file; of one file DuckDB knows them without going through its rows."""
    if files == 1:
        return engine.rows(f"select 0, min(rowid), count(*) from {quote(name)} having count(*) > 0")
    return engine.rows(f"select {quote(FILE)}, min(rowid), count(*) from {quote(name)} group by 1 order by 1")


def _differences(parts: list[Part]) -> list[str]:
    """Columns that some files lack."""
    every = {name.casefold(): name for part in parts for name in part.names}
    notes = []
    for part in parts:
        lacking = sorted(set(every) - {name.casefold() for name in part.names})
        if lacking:
            notes.append(f"{part.shown}: no column {', '.join(f'`{every[name]}`' for name in lacking)}")
    return notes


def _parquet(engine: Engine, desk: Desk, found: tuple[File, ...], folder: Path) -> Table:
    paths = [files.unpacked(desk, file, folder) for file in found]
    listed = ", ".join(text_literal(sql_path(path)) for path in paths)
    scan = f"read_parquet([{listed}], union_by_name = true, file_row_number = true)"
    try:
        described = engine.columns(scan)
        rows = int(str(engine.row(f"select count(*) from {scan}")[0]))
    except SqlError as error:
        desk.blames(found[0].shown, "unreadable", f"cannot be read as Parquet: {error}")
        raise desk.stop() from error
    columns = {name: kind for name, kind in described.items() if name != "file_row_number"}
    if not rows:
        desk.blames(found[0].shown, "no-rows", "holds no row")
        raise desk.stop()
    row = "file_row_number" if len(paths) == 1 else "(file_index::bigint << 40) + file_row_number"
    sql = f"""(
        select
            {"0" if len(paths) == 1 else "file_index"}::integer as {quote(FILE)},
            {row} as {quote(ROW)},
            file_row_number + 1 as {quote(LINE)},
            * exclude (file_row_number)
        from {scan})"""
    names = tuple(file.shown for file in found)
    return Table(sql=sql, columns=columns, files=names, streamed=True, notes=[f"{name}: Parquet" for name in names])
