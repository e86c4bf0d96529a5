"""Sources -> store in one transaction: what has not changed is left alone, what is wrong is said at once."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.definitions.document import Document
from engine.definitions.joining import fed, joins, keys
from engine.definitions.papers import TotalsTable
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.definitions.source import ProcessOf, Shape, Source
from engine.engines.duckdb import Engine, SqlError
from engine.engines.sql import Bound, quote
from engine.errors import EventLogError, Problem
from engine.events import files, reading, store, zones
from engine.events.accounts import account
from engine.events.attributes import hidden
from engine.events.cells import Cells
from engine.events.database import databases, fetched
from engine.events.doctor.examine import examine
from engine.events.joining import joined
from engine.events.report import SourceReport
from engine.events.salt import stand_in
from engine.events.shapes import BUILD, Built
from engine.events.stamps import Clock
from engine.events.standing_in import completed
from engine.events.table import Table
from engine.events.together import bring_together, set_aside
from engine.events.trouble import BlankEndsError, BrokenSourceError, Desk, SpendDesk, TotalsDesk
from engine.events.work import Work

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Import:
    """Everything one import is given."""

    engine: Engine
    settings: Settings
    root: Path
    processes: tuple[Process, ...]
    document: Document | None
    now: datetime | None
    progress: Progress
    salt: str


def import_sources(
    engine: Engine,
    settings: Settings,
    root: Path,
    *,
    progress: Progress | None = None,
    document: Document | None = None,
    now: datetime | None = None,
    processes: Sequence[Process] = (),
    salt: str | None = None,
) -> tuple[SourceReport, ...]:
    """Bring the store up to date with the files of every source; one report per source, in their order.

    `progress` is told the name of a source and the share that is done (0 to 1). `document` is voronka.yaml as read, for
    the places of problems. `now`: times after it are rejected where a source says no `exported_at` (naive: UTC).
    `processes` tell states from marks. `salt`: of pseudonyms, see `salt.workspace_salt`. Raises EventLogError with all
    problems of every source; then nothing changed.
    """
    job = _Import(
        engine=engine,
        settings=settings,
        root=root,
        processes=tuple(processes),
        document=document,
        now=_naive_utc(now, ZoneInfo("UTC")) if now else None,
        progress=progress or _silent,
        salt=salt or stand_in(settings.client),
    )
    problems: list[Problem] = []
    pending = list(range(len(_desks(job))))
    reports: tuple[SourceReport, ...] = ()
    while True:
        broken = None
        try:
            with engine.transaction():
                store.open_store(engine)
                reports, broken = _all(job, pending, problems)
                if problems:
                    raise EventLogError(problems)
                store.drop_others(engine, (source.name for source, _ in _desks(job)))
                reports = bring_together(engine, settings.sources, reports)
        except EventLogError:
            pending = [number for number in pending if broken is not None and number > broken]
            if not pending:
                raise
        else:
            return reports


def _silent(_name: str, _share: float) -> None:
    """Nobody watches."""


def _all(job: _Import, pending: Iterable[int], problems: list[Problem]) -> tuple[tuple[SourceReport, ...], int | None]:
    """Import sources one after another; the number of the one that broke the transaction, if any did."""
    reports, desks = [], _desks(job)
    for number in pending:
        source, desk = desks[number]
        try:
            reports.append(_one(job, desk, source))
        except BrokenSourceError as error:
            problems.extend(desk.problems)
            if isinstance(error.__cause__, SqlError):
                return (), number
        except SqlError as error:
            desk.says("import", f"cannot be imported: {error}")
            problems.extend(desk.problems)
            return (), number
        else:
            problems.extend(desk.problems)
        job.progress(source.name, 1.0)
    return tuple(reports), None


def _desks(job: _Import) -> list[tuple[Source, Desk]]:
    """The sources, then the tables of what was spent and of totals: both are read like counts."""
    found = [(source, Desk(source.name, n, job.document, [])) for n, source in enumerate(job.settings.sources)]
    spend = job.settings.spend
    if spend is not None:
        table = Source(
            name=store.SPEND,
            process=ProcessOf(name=""),
            path=(spend.path,),
            shape="counts",
            period=(spend.period,),
            channel=spend.source,
            counters={"amount": spend.amount},
        )
        found.append((table, SpendDesk(table.name, -1, job.document, [])))
    for number, one in enumerate(job.settings.reconcile):
        if one.table is not None:
            table = _totals(store.totals_name(number), one.table)
            found.append((table, TotalsDesk(table.name, number, job.document, [])))
    return found


def _totals(name: str, table: TotalsTable) -> Source:
    """A report of the client is read like counts too, the manager its channel."""
    return Source(
        name=name,
        process=ProcessOf(name=""),
        path=(table.path,),
        shape="counts",
        period=(table.month,),
        channel=table.manager,
        counters={"total": table.value},
    )


def _one(job: _Import, desk: Desk, source: Source) -> SourceReport:
    job.progress(source.name, 0.0)
    zone = _zone(job, desk, source)
    found = files.find(desk, job.root, source.path, "path")
    others = tuple(files.find(desk, job.root, (join.path,), "join", n, "path") for n, join in enumerate(source.join))
    if not source.path and not desk.problems:
        desk.says("missing-key", "key `path` is missing")
    if source.pull is not None and not (found and all(others)):
        desk.problems[:] = [_to_be_pulled(problem, source.name) for problem in desk.problems]
    if desk.problems or zone is None:
        raise desk.stop()
    with tempfile.TemporaryDirectory(prefix="voronka-") as folder:
        return _read(job, desk, source, zone, found, others, Path(folder))


def _fetched(desk: Desk, query: str | None, found: tuple[files.File, ...], folder: Path) -> tuple[files.File, ...]:
    """Databases replaced by what their query gives; a query needs a database, a database a query."""
    if query and not databases(found):
        desk.says("query-of-file", "`query` is asked of a database, and `path` names a file", at=("query",), key=True)
        raise desk.stop()
    if not databases(found):
        return found
    if not query:
        desk.says("missing-key", "key `query` is missing: what is to be read from the database", "write a `select`")
        raise desk.stop()
    return tuple(fetched(desk, file, query, folder) for file in found)


def _read(
    job: _Import,
    desk: Desk,
    source: Source,
    zone: ZoneInfo,
    found: tuple[files.File, ...],
    others: tuple[tuple[files.File, ...], ...],
    folder: Path,
) -> SourceReport:
    """The report of an earlier import of equal bytes, or that of a new one."""
    found = _fetched(desk, source.query, found, folder)
    others = tuple(_fetched(desk, join.query, group, folder) for join, group in zip(source.join, others, strict=True))
    every = [file for group in (found, *others) for file in group]
    with ThreadPoolExecutor(max_workers=1) as beside:  # hashing waits for nothing, and DuckDB leaves it time
        hashing = beside.submit(_hashes, every)
        known = store.imported(job.engine, source.name)  # what was never imported is read while it is hashed
        earlier = store.remembered(job.engine, source.name, _mark(job, source, hashing.result())) if known else None
        if earlier and not (job.now and any(reason.code == "future" for reason in earlier.reject_reasons)):
            return earlier
        job.progress(source.name, 0.05)
        report = _imported(job, desk, source, zone, found, others, hashing.result, folder)
    if report.rows == report.rejected:
        reason = report.reject_reasons[0]
        desk.blames(
            every[0].shown,
            "all-rejected",
            f"all {report.rows} rows were rejected: {reason.message}",
            line=reason.first.line,
            column=1,
        )
        raise desk.stop()
    store.remember(job.engine, source.name, _mark(job, source, report.sha256), report)
    return report


def _hashes(every: Sequence[files.File]) -> tuple[str, ...]:
    return tuple(files.sha256_of(file.path) for file in every)


def _mark(job: _Import, source: Source, hashes: tuple[str, ...]) -> str:
    return store.fingerprint(source, _around(job, source), hashes)


def _to_be_pulled(problem: Problem, source: str) -> Problem:
    """A file that is missing because nobody has fetched it yet."""
    return replace(problem, hint=f"run `voronka pull {source}`") if problem.code == "missing-file" else problem


def _around(job: _Import, source: Source) -> tuple[str, ...]:
    """What decides the result beside the source and its files."""
    names = [
        f"{p.process}:{[s.name for s in p.states]}{[m.name for m in p.marks]}{p.counter_names}{p.initial}"
        for p in job.processes
    ]
    pseudonyms = hashlib.sha256(job.salt.encode()).hexdigest()
    return (job.settings.time_zone, pseudonyms, repr(keys(source, job.settings.sources)), *names)


def _zone(job: _Import, desk: Desk, source: Source) -> ZoneInfo | None:
    name = source.time_zone or job.settings.time_zone
    zone = zones.zone(name)
    if zone is None:
        desk.says("time-zone", f"there is no time zone `{name}`", "write Europe/Moscow", at=("time_zone",))
    return zone


def _imported(
    job: _Import,
    desk: Desk,
    source: Source,
    zone: ZoneInfo,
    found: tuple[files.File, ...],
    others: tuple[tuple[files.File, ...], ...],
    hashes: Callable[[], tuple[str, ...]],
    folder: Path,
) -> SourceReport:
    """Read, build, account for every row, examine: a new report."""
    _forget(job.engine)
    store.begin(job.engine, source.name)
    table = _whole_table(job, desk, source, found, others, folder)
    job.progress(source.name, 0.4)
    shape: Shape = source.form or "events"
    work, built = _built(job, desk, source, zone, table, folder, shape)
    job.progress(source.name, 0.9)
    paths = tuple(file.shown for group in (found, *others) for file in group)
    names = built.names or _state_names(work)
    report = account(work, shape, names, paths, hashes(), built.understood, built.snapshots)
    job.progress(source.name, 0.95)
    diagnoses, looked = examine(work, report)
    if joins(source):
        set_aside(job.engine, source)
    _forget(job.engine)
    return replace(report, diagnoses=diagnoses, looked_at=looked)


def _built(
    job: _Import, desk: Desk, source: Source, zone: ZoneInfo, table: Table, folder: Path, shape: Shape
) -> tuple[Work, Built]:
    """The tables of the source; made again where a column of clean cells turned out to be none."""
    blank_ends = frozenset[str]()
    while True:
        work = _work(job, desk, source, zone, table, folder, blank_ends)
        try:
            return work, BUILD[shape](work)
        except BlankEndsError as error:
            blank_ends |= error.columns
            store.begin_again(job.engine, source.name)
            _forget(job.engine, but=reading.TABLES)


def _whole_table(
    job: _Import,
    desk: Desk,
    source: Source,
    found: tuple[files.File, ...],
    others: tuple[tuple[files.File, ...], ...],
    folder: Path,
) -> Table:
    """The rows of the files, with the columns of those joined to them and what stands in for empty cells."""
    table = reading.read(job.engine, desk, found, source, reading.RAW, folder)
    for number, (join, group) in enumerate(zip(source.join, others, strict=True)):
        table = joined(job.engine, desk, table, join, number, group, folder / f"join-{number}")
    return completed(table, source)


def _work(
    job: _Import, desk: Desk, source: Source, zone: ZoneInfo, table: Table, folder: Path, blank_ends: frozenset[str]
) -> Work:
    """What the steps after reading work with."""
    cells = Cells(job.engine, desk, table, source.empty, Bound())
    notes: list[str] = []
    return Work(
        engine=job.engine,
        desk=desk,
        source=source,
        salt=job.salt,
        keys=keys(source, job.settings.sources),
        zone=zone,
        processes=_processes(job, source),
        table=table,
        cells=cells,
        clock=Clock(cells, zone, source.format, notes, {}, hidden(source)),
        limit=_limit(job, source, zone),
        folder=folder,
        notes=notes,
        blank_ends=blank_ends,
    )


def _state_names(work: Work) -> tuple[str, ...]:
    return tuple(state.name for process in work.processes for state in process.states)


def _processes(job: _Import, source: Source) -> tuple[Process, ...]:
    """The processes that rows of the source can belong to."""
    names = fed(source, job.settings.sources)
    return tuple(process for process in job.processes if process.process in names)


def _limit(job: _Import, source: Source, zone: ZoneInfo) -> datetime | None:
    return _naive_utc(source.exported_at, zone) if source.exported_at else job.now


def _naive_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(tzinfo=None)


def _forget(engine: Engine, but: tuple[str, ...] = ()) -> None:
    """Drop the temp tables of a source; `but`: beginnings of the names of those that stay."""
    sql = """
        select table_name
        from duckdb_tables()
        where temporary and (table_name like 'voronka %' or table_name like 'misfits%')"""
    for (name,) in engine.rows(sql):
        if not str(name).startswith(but):
            engine.execute(f"drop table {quote(str(name))}")
