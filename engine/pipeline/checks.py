"""Checks of definitions that take upper rooms: limits in the units of their KPIs."""

from collections.abc import Iterator, Sequence

from engine.definitions.condition import Expr
from engine.definitions.document import Key
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.errors import Problem
from engine.kpis.catalogue import catalogue
from engine.kpis.check import attribute_types, wrong_words
from engine.kpis.missed import better_of
from engine.pipeline.working_limits import working_days
from engine.rules import limits
from engine.rules.applies import Units, places_of
from engine.workspace import Workspace


def check_rules(workspace: Workspace) -> Iterator[Problem]:
    """Limits in the unit of their KPI and the right way up; diagnoses and conditions that make sense."""
    homes = {}
    for rule in workspace.rules:
        file, path = workspace.homes["rule", rule.name]
        homes[rule.name] = (workspace.documents[file], path)
    processes = tuple(workspace.processes.values())
    days = working_days(processes, workspace.settings)
    yield from limits.check(processes, workspace.rules, units_of(processes), homes, days)
    for rule in workspace.rules:
        concerned = [process for process, _ in places_of(rule.control_point, processes)]
        if rule.where and concerned:
            yield from _conditions(workspace, rule, ("where",), rule.where, concerned)
        for number, cause in enumerate(rule.causes):
            if cause.exposure and concerned:
                yield from _conditions(workspace, rule, ("causes", number, "exposure"), cause.exposure, concerned)


def _conditions(
    workspace: Workspace, rule: Rule, path: tuple[Key, ...], condition: Expr, concerned: Sequence[Process]
) -> Iterator[Problem]:
    """What is wrong with a condition in every process that the rule looks at: in one of them it may mean something."""
    wrong = [
        dict.fromkeys(wrong_words(condition, process, attribute_types(workspace.settings, process)))
        for process in concerned
    ]
    for code, message, hint, offset in wrong[0]:
        if all(any(word[3] == offset for word in others) for others in wrong):
            yield workspace.problem("rule", rule.name, path, code, message, hint, offset=offset)


def units_of(processes: Sequence[Process]) -> Units:
    """Unit and better side of every control point whose KPI is known."""
    return {
        (process.process, name): (catalogue[point.kpi].unit, better_of(process, point))
        for process in processes
        for name, point in process.control_points.items()
        if point.kpi in catalogue
    }
