"""Nested values (JSON, XML) as rows of dotted columns, lists by a declared rule."""

import json
from collections.abc import Iterator, Mapping
from typing import Literal

from engine.definitions.source import ListRule
from engine.events.json_text import Json

NUMBERED = 20


class Flat:
    """Nested objects made rows of dotted columns. `lists`: rules by the path of the list, without numbers.

    `nested`: what becomes of a list of objects without a rule.
    """

    def __init__(self, lists: Mapping[str, ListRule], nested: Literal["numbered", "first"] = "numbered") -> None:
        self._rules, self._nested, self._cut = lists, nested, dict[str, int]()

    def rows(self, value: dict[str, Json]) -> Iterator[dict[str, str]]:
        """The row, or a row for each element of the list whose rule is `rows`."""
        row: dict[str, str] = {}
        more: list[tuple[str, str, list[Json]]] = []
        self._put(value, "", "", row, more)
        if not more:
            yield row
        for name, rule, elements in more:
            for element in elements:
                one = dict(row)
                self._put(element, name, rule + ".", one, [])
                yield one

    def notes(self) -> tuple[str, ...]:
        """Lists that had more elements than were read."""
        most = "one element" if self._nested == "first" else f"{NUMBERED} elements"
        return tuple(
            f"`{name}`: {rows} lists have more than {most}: the rest was not read (declare `lists:`)"
            for name, rows in self._cut.items()
        )

    def _put(
        self, value: Json, name: str, rule: str, row: dict[str, str], more: list[tuple[str, str, list[Json]]]
    ) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                below = rule if rule.endswith(".") or not rule else rule + "."
                self._put(inner, f"{name}.{key}" if name else key, below + key, row, more)
        elif isinstance(value, list):
            self._put_list(value, name, rule.removesuffix("."), row, more)
        elif value is not None:
            row[name or "value"] = _text(value)

    def _put_list(
        self, value: list[Json], name: str, rule: str, row: dict[str, str], more: list[tuple[str, str, list[Json]]]
    ) -> None:
        told = self._rules.get(rule)
        plain = all(not isinstance(element, dict | list) for element in value)
        how = told.as_ if told else ("joined" if plain else self._nested)
        if told and told.name and told.value:
            self._put_pairs(value, name, told, row)
        elif how == "rows":
            if value:
                more.append((name, rule, value))
        elif how == "joined":
            row[name] = ", ".join(_text(element) for element in value if element not in (None, ""))
        elif how == "first":
            if len(value) > 1 and not told:
                self._cut[name] = self._cut.get(name, 0) + 1
            if value:
                self._put(value[0], name, rule + ".", row, more)
        else:
            if len(value) > NUMBERED:
                self._cut[name] = self._cut.get(name, 0) + 1
            for position, element in enumerate(value[:NUMBERED]):
                self._put(element, f"{name}.{position}", rule + ".", row, more)

    def _put_pairs(self, value: list[Json], name: str, told: ListRule, row: dict[str, str]) -> None:
        """A column for each element, called by what it says at `name`, with what it says at `value`."""
        for element in value:
            called, said = _at(element, told.name or ""), _at(element, told.value or "")
            if called is not None and said is not None:
                row[f"{name}.{_text(called)}"] = _text(said)


def _at(value: Json, path: str) -> Json:
    """The value at a dotted path; numbers count elements."""
    for key in path.split("."):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            return None
    return value


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else json.dumps(value, ensure_ascii=False)
