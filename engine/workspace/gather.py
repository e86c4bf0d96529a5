"""Documents of a workspace given their shapes, and the problems of each file and between files."""

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.definitions.checks import (
    FORMAT,
    check_actions,
    check_format,
    check_process,
    check_rules,
    check_settings,
)
from engine.definitions.document import Document, Path_
from engine.definitions.process import Process
from engine.definitions.rule import Action, Actions, Rule, Rules
from engine.definitions.settings import Settings
from engine.errors import Problem
from engine.workspace.files import Files
from engine.workspace.types import Kind, Workspace


@dataclass(slots=True)
class Gathered:
    """What was read so far. `broken` names processes and rules (kind, name) whose file has not the right shape."""

    files: Files
    settings: Settings | None = None
    processes: dict[str, Process] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    homes: dict[tuple[Kind, str], tuple[str, Path_]] = field(default_factory=dict)
    broken: set[tuple[Kind, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    shaped: bool = True
    own_rules: bool = False

    def read(self) -> None:
        """Read every file of the workspace, and what it takes of the library."""
        self._settings(self.files.settings())
        for document in self.files.processes():
            self._process(document)
        own = list(self.files.rules())
        self.own_rules = bool(own)
        for document in own or self.files.shipped_rules():
            self._rules(document)
        for document in self.files.actions():
            self._actions(document)
        for document in self.files.shipped_actions():
            self._actions(document, shipped=True)
        for document in self.documents.values():
            self.problems.extend(document.problems)

    def workspace(self) -> Workspace | None:
        """What was read, where voronka.yaml has the right shape."""
        if self.settings is None:
            return None
        return Workspace(
            root=self.files.root,
            settings=self.settings,
            processes=MappingProxyType(dict(sorted(self.processes.items()))),
            rules=tuple(self.rules),
            actions=MappingProxyType(dict(sorted(self.actions.items()))),
            documents=MappingProxyType(self.documents),
            definitions_sha256=self._digest(),
            homes=MappingProxyType(self.homes),
        )

    def _digest(self) -> str:
        lines = (f"{sha256}  {file}\n" for file, sha256 in sorted(self.files.digests.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def _shaped(self, document: Document, kind: type[object]) -> object | None:
        self.documents[document.file] = document
        found = None if document.data is None else document.shaped(kind)
        self.shaped = self.shaped and found is not None
        return found

    def _settings(self, document: Document) -> None:
        self.homes[("settings", "")] = (document.file, ())
        other_format = list(check_format(document))
        if other_format:
            self.problems.extend(other_format)
            document.data = {**document.data, "format": FORMAT}
        settings = self._shaped(document, Settings)
        if isinstance(settings, Settings):
            self.settings = settings
            self.problems.extend(check_settings(document, settings))

    def _process(self, document: Document) -> None:
        process = self._shaped(document, Process)
        if isinstance(process, Process):
            if self._new("process", process.process, document, ("process",)):
                self.homes[("process", process.process)] = (document.file, ())
                self.processes[process.process] = process
            self.problems.extend(check_process(document, process))
        elif isinstance(name := (document.data or {}).get("process"), str):
            self.broken.add(("process", name))

    def _rules(self, document: Document) -> None:
        rules = self._shaped(document, Rules)
        if isinstance(rules, Rules):
            self.problems.extend(check_rules(document, rules))
            for position, rule in enumerate(rules.rules):
                if self._new("rule", rule.name, document, ("rules", position, "name")):
                    self.homes[("rule", rule.name)] = (document.file, ("rules", position))
                    self.rules.append(rule)
        else:
            self.broken |= {("rule", name) for name in _raw_names(document, "rules")}

    def _actions(self, document: Document, *, shipped: bool = False) -> None:
        actions = self._shaped(document, Actions)
        if not isinstance(actions, Actions):
            self.broken |= {("action", name) for name in _raw_names(document, "actions")}
            return
        self.problems.extend(check_actions(document, actions))
        for position, action in enumerate(actions.actions):
            if shipped and action.name in self.actions:
                continue
            if self._new("action", action.name, document, ("actions", position, "name")):
                self.homes[("action", action.name)] = (document.file, ("actions", position))
                self.actions[action.name] = action

    def _new(self, kind: Kind, name: str, document: Document, path: Path_) -> bool:
        """Whether no other file has that name; where one has, it is a problem."""
        if (kind, name) not in self.homes:
            return True
        file, home = self.homes[(kind, name)]
        if file != document.file:
            message = f"{kind} `{name}` stands twice (first in {self.documents[file].at(*home)})"
            self.problems.append(document.problem(path, f"duplicate-{kind}", message, "give it another name"))
        return False


def _raw_names(document: Document, key: str) -> set[str]:
    """Names in a file that has not the right shape."""
    items = (document.data or {}).get(key)
    names = (item.get("name") for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    return {name for name in names if isinstance(name, str)}
