"""Checks of definitions that take upper rooms: parameters of KPIs, limits in their units."""

from collections.abc import Iterable, Iterator, Sequence

from engine.definitions.document import did_you_mean
from engine.definitions.process import ControlPoint, Process
from engine.errors import Problem
from engine.kpis.catalogue import catalogue
from engine.kpis.kpi import bind
from engine.rules import limits
from engine.rules.applies import Units
from engine.workspace import Workspace


def check_kpis(workspace: Workspace) -> Iterator[Problem]:
    """Every control point names a KPI and gives it what it takes."""
    for process in workspace.processes.values():
        for name, point in process.control_points.items():
            yield from _check_point(workspace, process, name, point)


def _check_point(workspace: Workspace, process: Process, name: str, point: ControlPoint) -> Iterator[Problem]:
    home = ("control_points", name)
    kpi = catalogue.get(point.kpi)
    if kpi is None:
        hint = did_you_mean(point.kpi, catalogue) or f"there are: {', '.join(catalogue)}"
        message = f"unknown KPI `{point.kpi}`"
        yield workspace.problem("process", process.process, (*home, "kpi"), "unknown-kpi", message, hint)
        return
    for wrong in bind(kpi, point.parameters, process)[1]:
        path = (*home, wrong.key) if wrong.key else home
        yield workspace.problem(
            "process",
            process.process,
            path,
            wrong.code,
            wrong.message,
            wrong.hint,
            key=wrong.code == "unknown-parameter",
            offset=wrong.offset,
        )


def check_rules(workspace: Workspace) -> Iterable[Problem]:
    """Limits in the unit of their KPI and the right way up; diagnoses that make sense."""
    homes = {}
    for rule in workspace.rules:
        file, path = workspace.homes["rule", rule.name]
        homes[rule.name] = (workspace.documents[file], path)
    processes = tuple(workspace.processes.values())
    return limits.check(processes, workspace.rules, units_of(processes), homes)


def units_of(processes: Sequence[Process]) -> Units:
    """Unit and better side of every control point whose KPI is known."""
    return {
        (process.process, name): (catalogue[point.kpi].unit, better_of(process, point))
        for process in processes
        for name, point in process.control_points.items()
        if point.kpi in catalogue
    }


def better_of(process: Process, point: ControlPoint) -> str:
    """The side that is better: the KPI's, turned round on the way to a state that is lost, or as the author says."""
    better = catalogue[point.kpi].better
    target = next((state for state in process.states if state.name == point.parameters.get("to")), None)
    if target is not None and target.outcome in ("lost", "void"):
        better = {"higher": "lower", "lower": "higher"}.get(better, better)  # type: ignore[assignment]
    return point.better or better
