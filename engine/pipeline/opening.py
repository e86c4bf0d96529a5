"""The first steps of every command: the workspace with all checks, its store, what was asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine import workspace as files
from engine.definitions.document import WrongValue, did_you_mean, parse_day, parse_moment
from engine.definitions.process import ControlPoint, Process
from engine.engines.duckdb import Engine
from engine.errors import DefinitionError, EngineError, EventLogError, Location, Problem
from engine.events.report import SourceReport
from engine.workspace import Check, Workspace

Tell = Callable[[str, float], None]
"""Told what is being done, and which share of it is."""


def silent(what: str, share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an audit is asked for. Moments are in the workspace's zone; `as_of` None is the end of the log."""

    processes: tuple[str, ...]
    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None


def checks() -> tuple[Check, ...]:
    """What upper rooms know about definitions: parameters of KPIs, limits in their units, templates."""
    from engine.kpis.check import check as check_control_points
    from engine.pipeline.checks import check_rules

    return (check_control_points, check_rules)


def load(root: Path, more: tuple[Check, ...] = ()) -> Workspace:
    """The workspace of a folder, checked as a whole, its limits in seconds; DefinitionError with all problems."""
    from engine.pipeline.working_limits import with_working_days

    return with_working_days(files.load(root, checks() + more))


def check(root: Path, more: tuple[Check, ...] = ()) -> tuple[Problem, ...]:
    """All problems and warnings of a workspace, sorted by place."""
    return files.check(root, checks() + more)


def open_store(root: Path) -> Engine:
    """The store of a workspace; made where there is none. EngineError where it cannot be."""
    folder = root / ".voronka"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        where, message = Location(str(folder)), f"the store cannot be made: {error.strerror}"
        hint = "the folder of the workspace must be one that can be written to"
        raise EngineError([Problem(where=where, code="store", message=message, hint=hint)]) from None
    return Engine(folder / "store.duckdb")


def import_all(workspace: Workspace, store: Engine, now: datetime, tell: Tell = silent) -> tuple[SourceReport, ...]:
    """Bring the store up to date with the sources; EventLogError with every file that cannot be read."""
    from engine.events.importing import import_sources
    from engine.events.salt import workspace_salt

    return import_sources(
        store,
        workspace.settings,
        workspace.root,
        document=workspace.documents["voronka.yaml"],
        processes=tuple(workspace.processes.values()),
        now=now,
        progress=tell,
        salt=workspace_salt(workspace.root / ".voronka"),
    )


def imported(store: Engine) -> tuple[SourceReport, ...]:
    """What the store holds from the last import; EventLogError where there is nothing yet."""
    from engine.events.store import stored_reports

    reports = stored_reports(store)
    if not reports:
        where = Location("voronka.yaml")
        raise EventLogError([Problem(where=where, code="nothing-imported", message="the store holds nothing yet")])
    return reports


def asked(
    workspace: Workspace,
    *,
    now: datetime,
    as_of: str | None = None,
    since: str | None = None,
    until: str | None = None,
    processes: Iterable[str] = (),
) -> Asked:
    """The words of a command understood; DefinitionError with all that are not."""
    settings = workspace.settings.audit
    zone = ZoneInfo(workspace.settings.time_zone)
    chosen = tuple(processes) or tuple(workspace.processes)
    problems = [
        _unknown("--process", "unknown-process", f"no process `{name}`", name, workspace.processes)
        for name in chosen
        if name not in workspace.processes
    ]
    moments = {"--as-of": as_of or settings.as_of, "--since": since, "--until": until}
    read = {option: _moment(option, text, now, zone, problems) for option, text in moments.items()}
    begin, end = read["--since"] or settings.since, read["--until"] or settings.until
    if begin and end and _in_zone(begin, zone) >= _in_zone(end, zone):
        message = f"nothing begins at or after {begin:%Y-%m-%d %H:%M} and before {end:%Y-%m-%d %H:%M}"
        hint = "--since comes before --until"
        problems.append(Problem(where=Location("--until"), code="period-reversed", message=message, hint=hint))
    if problems:
        raise DefinitionError(problems)
    return Asked(processes=tuple(sorted(chosen)), as_of=read["--as-of"], since=begin, until=end)


def day(workspace: Workspace, text: str | None, now: datetime) -> date:
    """The day that a command names, by default today by the workspace's clock; DefinitionError for what is no day."""
    if text is None:
        return now.astimezone(ZoneInfo(workspace.settings.time_zone)).date()
    try:
        return parse_day(text)
    except WrongValue as wrong:
        where = Location("--start")
        raise DefinitionError([Problem(where=where, code=wrong.code, message=str(wrong), hint=wrong.hint)]) from None


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _moment(option: str, text: str | None, now: datetime, zone: ZoneInfo, problems: list[Problem]) -> datetime | None:
    if text is None or text == "log":
        return None
    if text == "now":
        return now.astimezone(zone)
    try:
        return parse_moment(text)
    except WrongValue as wrong:
        problems.append(Problem(where=Location(option), code=wrong.code, message=str(wrong), hint=wrong.hint))
        return None


def find_process(workspace: Workspace, name: str) -> Process:
    """The process of that name; DefinitionError with the nearest one otherwise."""
    if name not in workspace.processes:
        message = f"no process `{name}`"
        raise DefinitionError([_unknown("PROCESS", "unknown-process", message, name, workspace.processes)])
    return workspace.processes[name]


def only_process(workspace: Workspace, name: str | None) -> Process:
    """The process of that name, or the only one there is; DefinitionError otherwise."""
    if name is not None or len(workspace.processes) == 1:
        return find_process(workspace, name or next(iter(workspace.processes)))
    message, hint = "there are several processes", f"name one with --process: {', '.join(workspace.processes)}"
    raise DefinitionError([Problem(where=Location("--process"), code="which-process", message=message, hint=hint)])


def find_drawn(workspace: Workspace, name: str) -> Process:
    """As `find_process`, of those with states to draw; DefinitionError for a process of counters."""
    process = find_process(workspace, name)
    if process.counters:
        message = "a process of counters has no states to draw"
        hint = f"its counters: {', '.join(process.counter_names)}"
        raise DefinitionError([workspace.problem("process", name, ("counters",), "no-states", message, hint)])
    return process


def find_control_point(workspace: Workspace, name: str) -> tuple[Process, ControlPoint]:
    """`process.control_point`, or a control point that only one process has; DefinitionError otherwise."""
    known = {
        f"{process.process}.{point}": (process, process.control_points[point])
        for process in workspace.processes.values()
        for point in process.control_points
    }
    matches = [full for full in known if full == name or full.partition(".")[2] == name]
    if len(matches) != 1:
        message = f"`{name}` is in several processes" if matches else f"no control point `{name}`"
        raise DefinitionError([_unknown("NAME", "unknown-control-point", message, name, matches or known)])
    return known[matches[0]]


def _unknown(where: str, code: str, message: str, name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    hint = did_you_mean(name, names) or f"there are: {', '.join(names) or 'none'}"
    return Problem(where=Location(where), code=code, message=message, hint=hint)
