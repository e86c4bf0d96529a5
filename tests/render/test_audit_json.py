"""audit.json and its schema say the same, always in the same bytes."""

import dataclasses
import json
from datetime import UTC, datetime

import jsonschema
import pytest

from engine.audit import Audit
from engine.render.json import audit_schema, to_json


def test_an_audit_keeps_to_its_schema(audit: Audit) -> None:
    """What is written can be read by whoever trusts the schema."""
    schema = audit_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(to_json(audit)), schema)


def test_an_unknown_key_is_refused(audit: Audit) -> None:
    """The schema knows every key of the file, at every depth."""
    for change in (
        lambda d: d.update(x=1),
        lambda d: d["facts"][0].update(x=1),
        lambda d: d["plan"][0]["verify"].update(x=1),
    ):
        data = json.loads(to_json(audit))
        change(data)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, audit_schema())


def test_a_missing_key_is_refused(audit: Audit) -> None:
    """Every key is always written, also where there is nothing to say."""
    data = json.loads(to_json(audit))
    del data["findings"][0]["causes"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, audit_schema())


def test_the_border_has_the_names_of_the_format(audit: Audit) -> None:
    """Segments are mappings, words of Python lose their underscore, times carry the offset of the workspace."""
    data = json.loads(to_json(audit))
    assert data["format"] == 1
    assert data["as_of"] == "2026-09-28T09:00:00+03:00"
    assert set(data["processes"][0]["conformance"]["deviations"][0]) == {"from", "to", "moves", "cases", "examples"}
    assert "with" in data["not_chosen"][0]
    by_manager = [fact["segment"] for fact in data["facts"] if "manager" in fact["segment"]]
    assert len(by_manager) == 10
    assert data["plan"][0]["verify"]["segment"] == {}
    assert data["plan"][0]["due"] == "2026-10-05"
    assert data["trends"][0]["points"][0]["since"] == "2026-03-30T00:00:00+03:00"


def test_a_time_with_a_zone_is_brought_home(audit: Audit) -> None:
    """A moment in UTC is the same moment on the clock of the workspace."""
    moved = dataclasses.replace(audit, as_of=datetime(2026, 9, 28, 6, 0, tzinfo=UTC))
    assert json.loads(to_json(moved))["as_of"] == "2026-09-28T09:00:00+03:00"


def test_numbers_are_rounded_at_the_border(audit: Audit) -> None:
    """A difference in the last bits of a float is not seen; minus nothing is nothing."""
    nudged = tuple(
        dataclasses.replace(fact, value=fact.value * (1 + 1e-15) if fact.value else fact.value) for fact in audit.facts
    )
    assert to_json(dataclasses.replace(audit, facts=nudged)) == to_json(audit)
    zero = dataclasses.replace(audit.facts[0], value=-0.0)
    assert json.loads(to_json(dataclasses.replace(audit, facts=(zero,))))["facts"][0]["value"] == 0
    assert '"value": -0' not in to_json(dataclasses.replace(audit, facts=(zero,)))


def test_the_order_of_facts_does_not_matter(audit: Audit) -> None:
    """Equal audits give equal bytes."""
    turned = dataclasses.replace(audit, facts=tuple(reversed(audit.facts)))
    assert to_json(turned) == to_json(audit)
    assert to_json(audit).endswith("}\n")


def test_a_number_that_is_none_is_not_written(audit: Audit) -> None:
    """Neither NaN nor infinity can get into the file."""
    broken = dataclasses.replace(audit.facts[0], value=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(dataclasses.replace(audit, facts=(broken,)))
