"""Limits in working days: n times the working day of the calendar of their process, in working seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.definitions.process import Process
from engine.definitions.rule import Limit, Rule
from engine.definitions.settings import Settings
from engine.kpis.working import working_time
from engine.rules.applies import places_of
from engine.workspace import Workspace


def working_days(processes: Iterable[Process], settings: Settings) -> dict[str, int]:
    """The length of the working day of each process, in seconds; 0 where it has no calendar."""
    found = {process.process: working_time(process, settings) for process in processes}
    return {name: time.day if time else 0 for name, time in found.items()}


def with_working_days(workspace: Workspace) -> Workspace:
    """The workspace with every limit in seconds; its rules have been checked."""
    processes = tuple(workspace.processes.values())
    days = working_days(processes, workspace.settings)
    return replace(workspace, rules=tuple(_in_seconds(rule, processes, days) for rule in workspace.rules))


def _in_seconds(rule: Rule, processes: tuple[Process, ...], days: Mapping[str, int]) -> Rule:
    places = places_of(rule.control_point, processes)
    if not places or not any(limit and limit.unit == "wd" for limit in (rule.yellow, rule.red)):
        return rule
    day = days[places[0][0].process]
    return replace(rule, yellow=_limit(rule.yellow, day), red=_limit(rule.red, day))


def _limit(limit: Limit | None, day: int) -> Limit | None:
    if limit is None or limit.unit != "wd" or limit.value is None:
        return limit
    return replace(limit, value=limit.value * day, unit="s")
