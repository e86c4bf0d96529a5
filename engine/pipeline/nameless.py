"""An audit without surnames: managers get numbers, people of the plan are known by their roles."""

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from engine.audit import Audit
from engine.definitions.settings import Settings
from engine.engines.sql import quote
from engine.events.log import EventLog
from engine.kpis.fact import Fact, Segment
from engine.pipeline.auditing import Result
from engine.pipeline.cases import Cell
from engine.pipeline.comparing import nobodies
from engine.pipeline.worklists import WorkLists

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MANAGER = "manager"
_WORD = {"ru": "Менеджер", "en": "Manager"}
_PERSON = {"ru": "(имя скрыто)", "en": "(name withheld)"}
_IDENTIFIERS = frozenset((
    "id", "rule", "process", "control_point", "state", "name", "kpi", "variant", "sha256", "definitions_sha256",
    "dimension", "because", "cases",
))  # fmt: skip
"""Fields that hold keys, not words: a manager who is called like one of them changes none."""
_HOLDERS = (_MANAGER, "segment")
"""Fields whose whole value is a manager, where it is one."""


def without_names(result: Result, settings: Settings) -> Result:
    """The same audit and tables with `Менеджер 3` for each manager, and no people of the plan.

    The numbers follow no alphabet. Ids of findings stay what they are, so that both versions can be laid side by side.
    """
    names = names_of(result, settings)
    tables = {id_: (columns, _rows(rows, names)) for id_, (columns, rows) in result.case_tables.items()}
    return dataclasses.replace(result, audit=cast(Audit, names.part(result.audit)), case_tables=tables)


def lists_without_names(result: Result, settings: Settings, lists: WorkLists) -> WorkLists:
    """Working lists with the same numbers in the place of managers; `result` still has its names."""
    return cast(WorkLists, names_of(result, settings).part(lists))


def names_of(result: Result, settings: Settings) -> "Names":
    """What stands for each name of an audit."""
    managers = _managers(result.logs.values(), settings) | _of_the_client(result.audit)
    return Names.of(managers, settings.people.values(), result.audit.facts, settings.locale)


def _rows(rows: Iterable[Sequence[Cell]], names: "Names") -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(names.text(one, _MANAGER) if isinstance(one, str) else one for one in row) for row in rows)


def _managers(logs: Iterable[EventLog], settings: Settings) -> set[str]:
    """Everyone who held a case of any process; words for nobody are no names."""
    found: set[str] = set()
    for log in logs:
        sql = f"select segment from {log.relation('segments')} where dimension = 'manager'"
        found |= {str(row[0]) for row in log.engine.rows(sql)}
        if _MANAGER in log.attributes:
            column = quote(f"a_{_MANAGER}")
            cases = log.engine.rows(f"select distinct {column} from {log.relation('cases')} where {column} is not null")
            found |= {str(row[0]) for row in cases}
    return found - {"", *nobodies(settings)}


def _of_the_client(audit: Audit) -> set[str]:
    """Managers of his totals who may have no case of ours."""
    return {line.manager for line in audit.reconciliation if line.manager}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What each name is replaced by: managers as a whole value, all names within texts, keys of facts."""

    managers: Mapping[str, str]
    within: re.Pattern[str] | None
    replaced: Mapping[str, str]
    keys: Mapping[str, str]

    @staticmethod
    def of(
        managers: Iterable[str], people: Iterable[str], facts: Iterable[Fact], locale: Literal["ru", "en"]
    ) -> "Names":
        """Numbers by hash. Within texts only what reads like a name is looked for: three letters at least."""
        ordered = sorted(set(managers), key=lambda name: (hashlib.sha256(name.encode()).hexdigest(), name))
        numbered = {name: f"{_WORD[locale]} {number}" for number, name in enumerate(ordered, 1)}
        replaced = dict.fromkeys(people, _PERSON[locale]) | numbered
        words = [name for name in replaced if re.search(r"[^\W\d_]{3}", name)]
        pattern = "|".join(map(re.escape, sorted(words, key=lambda name: (-len(name), name))))
        renamed = {fact.key: dataclasses.replace(fact, segment=_renamed(fact.segment, numbered)).key for fact in facts}
        return Names(
            managers=numbered,
            within=re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if words else None,
            replaced=replaced,
            keys=renamed,
        )

    def text(self, text: str, field: str = "") -> str:
        """A text without the names in it; a field that holds a manager is one as a whole."""
        known = self.managers if field in _HOLDERS else self.keys
        if text in known:
            return known[text]
        return self.within.sub(lambda found: self.replaced[found[0]], text) if self.within else text

    def part(self, value: object, field: str = "") -> object:
        """A part of an audit with every text in it read; keys are left alone."""
        if isinstance(value, str):
            return self.text(value, field)
        if isinstance(value, tuple):
            if value and all(_is_pair(one) for one in value):
                return tuple((name, value) for name, value in _renamed(value, self.managers))
            return tuple(self.part(one) for one in value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.part(one) for key, one in value.items()}
        return self._fields(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value

    def _fields(self, value: "DataclassInstance") -> object:
        names = [one.name for one in dataclasses.fields(value) if one.name not in _IDENTIFIERS]
        found = {name: None if name == "person" else self.part(getattr(value, name), name) for name in names}
        changed = {name: new for name, new in found.items() if new != getattr(value, name)}
        return dataclasses.replace(value, **changed) if changed else value


def _renamed(segment: Iterable[tuple[str, str]], managers: Mapping[str, str]) -> Segment:
    """A segment with its manager by number."""
    return tuple((name, managers.get(value, value) if name == _MANAGER else value) for name, value in segment)


def _is_pair(part: object) -> bool:
    return isinstance(part, tuple) and len(part) == 2 and all(isinstance(word, str) for word in part)
