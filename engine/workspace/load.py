"""Finding and loading a workspace: all problems of all files at once."""

from pathlib import Path

from engine.errors import DefinitionError, Location, Problem
from engine.workspace.files import SETTINGS, Files
from engine.workspace.gather import Gathered
from engine.workspace.references import applicable, check_references
from engine.workspace.types import Check, Workspace


def find(start: Path) -> Path:
    """The workspace that `start` is in: the nearest folder upwards that holds voronka.yaml."""
    here = start.resolve()
    for folder in (here, *here.parents) if here.exists() else ():
        if (folder / SETTINGS).is_file():
            return folder
    hint = "make a workspace with `voronka init DIR`, or name one with --project DIR"
    message = f"no {SETTINGS} here or in a folder above" if here.exists() else "there is no such folder"
    raise DefinitionError([Problem(where=Location(str(start)), code="no-workspace", message=message, hint=hint)])


def load(root: Path, checks: tuple[Check, ...] = ()) -> Workspace:
    """The workspace of a folder; raises one DefinitionError with all problems of all files, sorted by place."""
    workspace, problems = _loaded(root, checks)
    if workspace is None or any(problem.level == "error" for problem in problems):
        raise DefinitionError(problems)
    return workspace


def check(root: Path, checks: tuple[Check, ...] = ()) -> tuple[Problem, ...]:
    """All problems, warnings too, sorted by place; never raises for a bad file."""
    return _loaded(root, checks)[1]


def _loaded(root: Path, checks: tuple[Check, ...]) -> tuple[Workspace | None, tuple[Problem, ...]]:
    gathered = Gathered(Files(root.resolve()))
    gathered.read()
    workspace = gathered.workspace()
    problems = gathered.problems
    if workspace is not None:
        broken = frozenset(gathered.broken)
        if not gathered.own_rules:
            workspace = applicable(workspace, broken)
        problems.extend(check_references(workspace, broken))
        for run in checks if gathered.shaped else ():
            problems.extend(run(workspace))
    unique = {(p.where, p.code, p.message): p for p in problems}
    return workspace, tuple(sorted(unique.values(), key=lambda problem: problem.order))
