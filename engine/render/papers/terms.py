"""What the papers are made of: processes and limits as they are defined, beside an audit (perhaps without data)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.definitions.document import LocalText
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.render.report.look import Look
from engine.rules.applies import Applied


@dataclass(frozen=True)
class Terms:
    """The definitions in the words of a reader. `start`: the day the programme begins; `named`: with people."""

    look: Look
    settings: Settings
    processes: tuple[Process, ...]
    limits: tuple[Applied, ...]
    start: date
    diagrams: Mapping[str, str] = field(default_factory=dict)
    named: bool = True

    @functools.cached_property
    def limits_of(self) -> dict[tuple[str, str], tuple[Applied, ...]]:
        """The limits on each control point, those on all cases first."""
        found: dict[tuple[str, str], list[Applied]] = {}
        for one in sorted(self.limits, key=lambda one: bool(one.variant)):
            found.setdefault((one.process, one.control_point), []).append(one)
        return {place: tuple(ones) for place, ones in found.items()}

    def t(self, key: str, **values: object) -> str:
        """A message."""
        return self.look.words.t(key, **values)

    def text(self, text: LocalText | None, otherwise: str = "") -> str:
        """A text in the language of the papers."""
        return text.of(self.look.words.locale) if text else otherwise

    def who(self, role: str) -> str:
        """`РОП (Иванова А. П.)`: a role with its person, where that is known and wanted."""
        person = self.settings.people.get(role) if self.named else None
        return self.t("papers.who", role=role, person=person) if role and person else role

    def state(self, process: Process, name: str) -> str:
        """What a state or a mark is called; another name is shown as it is."""
        titles = {state.name: state.title for state in process.states} | {m.name: m.title for m in process.marks}
        return self.text(titles.get(name), name)

    def title(self, process: Process) -> str:
        """What a process is called."""
        return self.text(process.title, process.process)
