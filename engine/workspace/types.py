"""The workspace as the other rooms see it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.definitions.document import Document, Key, Path_
from engine.definitions.process import Process
from engine.definitions.rule import Action, Rule
from engine.definitions.settings import Settings
from engine.errors import Level, Location, Problem

Kind = Literal["settings", "process", "rule", "action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Everything a consultant wrote. Processes are sorted by name, rules stand in the order of their files.

    `homes` says where each thing is written: (kind, name) -> (file, path in its document); see `at` and `problem`.
    """

    root: Path
    settings: Settings
    processes: Mapping[str, Process]
    rules: tuple[Rule, ...]
    actions: Mapping[str, Action]
    documents: Mapping[str, Document]
    definitions_sha256: str
    homes: Mapping[tuple[Kind, str], tuple[str, Path_]]

    def at(self, kind: Kind, name: str, *path: Key, key: bool = False, offset: int = 0) -> Location:
        """The place of a value of a process, rule, action (by name) or of the settings (name "")."""
        file, home = self.homes[(kind, name)]
        return self.documents[file].at(*home, *path, key=key, offset=offset)

    def problem(
        self,
        kind: Kind,
        name: str,
        path: Path_,
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        offset: int = 0,
        level: Level = "error",
    ) -> Problem:
        """A problem at the place of such a value; `offset` is the character of a condition that is wrong."""
        where = self.at(kind, name, *path, key=key, offset=offset)
        return Problem(where=where, code=code, message=message, hint=hint, level=level)


Check = Callable[[Workspace], Iterable[Problem]]
"""A check of an upper room, handed down: it sees a workspace whose files all have the right shape."""
