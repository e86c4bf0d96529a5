"""What refers to what between the files of a workspace."""

from collections.abc import Iterator

from engine.errors import Problem
from engine.workspace.types import Kind, Workspace


def check_references(workspace: Workspace, broken: frozenset[tuple[Kind, str]]) -> Iterator[Problem]:
    """Names that lead nowhere. Nothing is said of what a file without the right shape may hold (`broken`)."""
    yield from ()
