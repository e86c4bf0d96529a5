"""audit.json: an audit as data (format 1), and the JSON Schema of it, both made from the dataclasses."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias, get_type_hints
from zoneinfo import ZoneInfo

from engine.audit import Audit
from engine.definitions import document
from engine.kpis.fact import Segment

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

DIGITS = 10
"""Significant digits of a float at the border: a last bit that differs between machines is not seen."""


def to_json(audit: Audit) -> str:
    """The text of audit.json. Equal audits give equal bytes; a time without a zone is local to the workspace."""
    ordered = dataclasses.replace(audit, facts=tuple(sorted(audit.facts, key=lambda fact: fact.key)))
    return as_json(ordered, audit.time_zone)


def as_json(value: object, time_zone: str) -> str:
    """The text of a part of audit.json: a dataclass of the audit, or a tuple of them."""
    data = _border(value, ZoneInfo(time_zone))
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def _border(value: object, zone: ZoneInfo) -> Json:
    """A value as it is written: plain data, nothing of Python left."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, datetime):
        return (value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)).isoformat(
            "T", "seconds"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _border(inner, zone) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_border(inner, zone) for inner in value]
    return _object(value, zone)


def _rounded(value: float) -> int | float:
    """A float with `DIGITS` digits; a whole one as `5`, so that 5 and 5.0 are the same bytes."""
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 10**DIGITS else rounded


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _object(value: object, zone: ZoneInfo) -> Json:
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"audit.json cannot hold a {type(value).__name__}")
    segments = _segment_fields(type(value))
    return {
        field.name.removesuffix("_"): dict(getattr(value, field.name))
        if field.name in segments and getattr(value, field.name) is not None
        else _border(getattr(value, field.name), zone)
        for field in dataclasses.fields(value)
    }


@functools.cache
def _segment_fields(kind: type) -> frozenset[str]:
    """Fields that hold (dimension, value) pairs: a mapping in the file."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if hint in (Segment, Segment | None))


# --- the schema -------------------------------------------------------------------------------------------------------


def audit_schema() -> dict[str, Json]:
    """JSON Schema (2020-12) of audit.json, made from the dataclasses: it cannot say anything else than `to_json`."""
    schema = _narrowed(_plain(document.json_schema(Audit)))
    assert isinstance(schema, dict)
    head: dict[str, Json] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "audit.json of voronka, format 1",
    }
    return {**schema, **head}


def _plain(value: object) -> Json:
    copied: Json = json.loads(json.dumps(value))
    return copied


def _narrowed(schema: Json) -> Json:
    """The schema of the Python side made that of the file: no forms of writing, all keys there, no others."""
    if isinstance(schema, list):
        return [_narrowed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if _bare(schema) == _segment_schema():
        return {"type": "object", "additionalProperties": {"type": "string"}}
    narrow = {key: _by_name(value) if key in _NAMED else _narrowed(value) for key, value in _bare(schema).items()}
    if narrow.get("type") == _WIDE:
        narrow["type"] = "string"
    properties = narrow.get("properties")
    if isinstance(properties, dict):
        narrow |= {"required": [*sorted(properties)], "additionalProperties": False}
    return narrow


def _by_name(schemas: Json) -> Json:
    """Schemas by the name of what they describe: names lose the underscore that Python needs."""
    assert isinstance(schemas, dict)
    return {name.removesuffix("_"): _narrowed(schema) for name, schema in schemas.items()}


_NAMED = ("properties", "$defs")


_WIDE: Json = ["string", "number", "boolean"]


def _bare(schema: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key not in ("default", "title")}


@functools.cache
def _segment_schema() -> Json:
    return _plain(document.json_schema(Segment))
