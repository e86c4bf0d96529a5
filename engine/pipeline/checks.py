"""Checks of definitions that take upper rooms: limits in the units of their KPIs."""

from collections.abc import Iterable, Sequence

from engine.definitions.process import Process
from engine.errors import Problem
from engine.kpis.catalogue import catalogue
from engine.kpis.missed import better_of
from engine.rules import limits
from engine.rules.applies import Units
from engine.workspace import Workspace


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
