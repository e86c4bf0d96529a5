"""The logs of scenarios and rule tests: imported and audited once, then asked for what no control point measures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from engine.audit import Audit
from engine.definitions.condition import Binary, Expr, Literal, Name
from engine.definitions.process import ControlPoint
from engine.definitions.source import Source
from engine.engines.duckdb import Engine
from engine.errors import EngineError
from engine.events.log import EventLog
from engine.events.report import SourceReport
from engine.kpis.compute import Request, compute, key_of
from engine.kpis.fact import Fact, Segment
from engine.kpis.fact_table import facts, forget
from engine.kpis.missed import missed_cases
from engine.pipeline import auditing, opening
from engine.workspace import Workspace

SHOWN_CASES = 5


@dataclass(slots=True, kw_only=True)
class Audited:
    """A log with its audit; the relations of its processes stay open for further questions."""

    workspace: Workspace
    store: Engine
    result: auditing.Result
    _facts: dict[tuple[str, str], Fact | None] = field(default_factory=dict)

    @property
    def audit(self) -> Audit:
        """What the audit says."""
        return self.result.audit

    def log(self, process: str) -> EventLog | None:
        """The event log of a process; None where it has no cases."""
        return self.result.logs.get(process)

    def fact(self, process: str, point: ControlPoint) -> Fact | None:
        """The whole of a control point that is in no file; None where the process has no log."""
        key, log = (process, point.name), self.log(process)
        if key not in self._facts and log is not None:
            request = Request(control_point=point)
            compute(log, (request,), ())
            found = facts(self.store, process=process, control_points=(point.name,))
            forget(log, key_of(log, request))
            self._facts[key] = found[0] if found else None
        return self._facts.get(key)

    def missed(
        self,
        process: str,
        point: ControlPoint,
        limit: float | None,
        *,
        where: Expr | None = None,
        segment: Segment = (),
        horizon: int | None = None,
    ) -> tuple[str, ...]:
        """At most five cases that a control point is not kept by, the same ones every time."""
        log = self.log(process)
        if log is None or any(name not in log.columns for name, _ in segment):
            return ()
        narrowed = replace(point, where=_both(point.where, _where(segment)))
        missed_cases(log, Request(control_point=narrowed, where=where), limit, horizon=horizon)
        rows = self.store.rows(f"select case_id from missed order by hash(case_id), case_id limit {SHOWN_CASES}")
        return tuple(str(row[0]) for row in rows)


def _where(segment: Segment) -> Expr | None:
    """A segment as a condition on cases."""
    found: Expr | None = None
    for name, value in segment:
        found = _both(found, Expr("", Binary("==", Name(name, 0), Literal(value, "", 0), 0)))
    return found


def _both(one: Expr | None, other: Expr | None) -> Expr | None:
    if one is None or other is None:
        return one or other
    return Expr(f"{one.text} and {other.text}", Binary("and", one.tree, other.tree, 0))


def audited(
    workspace: Workspace, store: Engine, processes: Sequence[str] = (), as_of: datetime | None = None
) -> Audited:
    """Import the sources of a workspace into a store and audit it, all its processes or some."""
    now = datetime.now(tz=UTC)
    reports: tuple[SourceReport, ...] = opening.import_all(workspace, store, now)
    asked = opening.asked(workspace, now=now, processes=processes)
    result = auditing.audit(workspace, store, reports, replace(asked, as_of=as_of or asked.as_of))
    return Audited(workspace=workspace, store=store, result=result)


def store_of(root: Path) -> Engine:
    """The store of the workspace; one in memory while another program (or another worker of pytest) uses it."""
    try:
        return opening.open_store(root)
    except (EngineError, OSError):
        return Engine()


class Logs:
    """Every log that the scenarios of a session ask for, audited once each."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Audited | Exception] = {}

    def of(self, workspace: Workspace, file: str | None = None, as_of: datetime | None = None) -> Audited:
        """The workspace's log, or the one that a file makes; as of a time (None: as the workspace says)."""
        other = with_file(workspace, file) if file else workspace
        key = (workspace.definitions_sha256 + str(workspace.root), file if other is not workspace else None, as_of)
        own = other is workspace
        return self.made(key, workspace.root if own else None, lambda store: audited(other, store, as_of=as_of))

    def made(self, key: tuple[object, ...], root: Path | None, make: Callable[[Engine], Audited]) -> Audited:
        """What was made under this key before, or is made now in the store of a workspace (None: in memory)."""
        if key not in self._kept:
            store = store_of(root) if root else Engine()
            try:
                self._kept[key] = make(store)
            except Exception as error:
                store.close()
                self._kept[key] = error
        kept = self._kept[key]
        if isinstance(kept, Exception):
            raise kept
        return kept

    def close(self) -> None:
        """Close every store."""
        for kept in self._kept.values():
            if isinstance(kept, Audited):
                kept.store.close()
        self._kept.clear()


class UnknownFile(Exception):
    """A file that no source reads, and that could belong to several. `paths`: what the sources read."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(paths)


def with_file(workspace: Workspace, file: str) -> Workspace:
    """The workspace whose log is made of this file: the source that reads it reads nothing else.

    A file that no source reads stands in for the export of the only source there is. UnknownFile otherwise.
    """
    sources = workspace.settings.sources
    readers = [source for source in sources if _reads(workspace.root, source, file)]
    if not readers and len(sources) == 1 and (workspace.root / file).is_file():
        readers = list(sources)
    if not readers:
        raise UnknownFile([path for source in sources for path in source.path])
    if all(source.path == (file,) for source in readers):
        return workspace
    changed = tuple(replace(source, path=(file,)) if source in readers else source for source in sources)
    return replace(workspace, settings=replace(workspace.settings, sources=changed))


def _reads(root: Path, source: Source, file: str) -> bool:
    target = (root / file).resolve()
    return target.is_file() and any(target == found.resolve() for path in source.path for found in _files(root / path))


def _files(path: Path) -> list[Path]:
    return [path] if path.exists() else list(Path(path.anchor).glob(path.relative_to(path.anchor).as_posix()))
