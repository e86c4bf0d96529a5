"""JSON Schemas of the files a consultant writes, for editors."""

from typing import Literal

from engine.definitions.document import json_schema
from engine.definitions.process import Process
from engine.definitions.rule import Actions, Rules
from engine.definitions.settings import Settings

SchemaKind = Literal["voronka", "process", "rules", "actions"]
KINDS: tuple[SchemaKind, ...] = ("voronka", "process", "rules", "actions")
Schema = dict[str, object]

_SHAPES: dict[SchemaKind, tuple[type[object], str]] = {
    "voronka": (Settings, "voronka.yaml"),
    "process": (Process, "processes/*.yaml"),
    "rules": (Rules, "rules/*.yaml"),
    "actions": (Actions, "rules/actions/*.yaml"),
}
_OURS = {"Calendar": ("name",), "Dimension": ("name",), "ControlPoint": ("name", "parameters")}
"""Keys that we add to a value from its own name or its other keys; nobody writes them."""


def schema(kind: SchemaKind) -> Schema:
    """JSON Schema (2020-12) of a kind of file; a fresh dict."""
    shape, title = _SHAPES[kind]
    found: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **json_schema(shape), "title": title}
    definitions = found.get("$defs")
    for name, keys in _OURS.items():
        definition = definitions.get(name) if isinstance(definitions, dict) else None
        if isinstance(definition, dict):
            _without(definition, keys)
    if kind == "process":
        _extends_anything(found)
    return found


def _without(definition: Schema, keys: tuple[str, ...]) -> None:
    properties, required = definition.get("properties"), definition.get("required", [])
    for key in keys:
        if isinstance(properties, dict):
            properties.pop(key, None)
    if isinstance(required, list):
        definition["required"] = [key for key in required if key not in keys]
    if "parameters" in keys:  # a KPI's own keys stand beside the others
        definition["additionalProperties"] = True


def _extends_anything(process: Schema) -> None:
    """A process that extends another may leave out what that one says."""
    required = process.pop("required", [])
    process["anyOf"] = [{"required": ["extends"]}, {"required": required}]
