"""What refers to what between the files of a workspace: sources, processes, rules, actions."""

import dataclasses
from collections.abc import Iterator

from engine.errors import Problem
from engine.workspace.known import Broken, Known
from engine.workspace.rule_references import check_actions, check_rule, check_rule_cycles
from engine.workspace.source_references import check_process_references, check_settings_references
from engine.workspace.types import Workspace


def check_references(workspace: Workspace, broken: Broken) -> Iterator[Problem]:
    """Names that lead nowhere. Nothing is said of what a file without the right shape may hold (`broken`)."""
    known = Known(workspace, broken)
    yield from check_settings_references(known)
    for process in workspace.processes.values():
        yield from check_process_references(known, process)
    for rule in workspace.rules:
        yield from check_rule(known, rule)
    yield from check_rule_cycles(known)
    yield from check_actions(known)


def applicable(workspace: Workspace, broken: Broken) -> Workspace:
    """The workspace with those rules only that have all they name: shipped rules serve processes that one may lack."""
    while True:
        known = Known(workspace, broken)
        rules = tuple(rule for rule in workspace.rules if not any(check_rule(known, rule)))
        if len(rules) == len(workspace.rules):
            return workspace
        workspace = dataclasses.replace(workspace, rules=rules)
