"""Personal values: planted in an export, they are in no file that is written; only working lists may ask for them."""

from pathlib import Path

import pytest

from engine.engines.duckdb import Engine
from engine.events.attributes import pseudonym
from engine.events.personal import behind_pseudonyms
from engine.events.salt import workspace_salt
from tests.command import voronka

from .conftest import Workspace

PHONE, DIGITS, MAIL, NAME = "+7 (912) 345-67-89", "79123456789", "petr.planted@example.org", "Planted Petrovich"
PLANTED = (PHONE, DIGITS, DIGITS[1:], "345-67-89", MAIL, "petr.planted", "Planted")

PROCESS = """\
process: form
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
marks: [{name: attempt}]
happy_path: [received, contacted, won]
transitions:
  - {trigger: a, source: received, dest: contacted}
  - {trigger: b, source: contacted, dest: won}
  - {trigger: c, source: "*", dest: lost}
control_points:
  contact_rate: {kpi: conversion, from: received, to: contacted, within: 3d, by: [client, phone, email]}
"""
RULES = """\
rules:
  - {name: few, title: Few, control_point: contact_rate, red: "< 99%", at_least: 1, by: [client]}
"""
SETTINGS = """\
format: 1
client: Test
locale: %s
time_zone: UTC
sources:
  - name: deals
    process: form
    path: data/deals.csv
    case: [phone, id]
    activity: stage
    at: at
    map: [{activity: new, state: received}, {activity: lost, state: lost}]
    attributes:
      client: name
      phone: phone
      email: mail
      loss_reason: reason
      extra: {column: when, type: time, personal: true}
  - name: calls
    path: data/calls.csv
    activity: result
    at: at
    link: {to: deals, on: {mail: email, phone: phone}, after: received, within: 3d}
    map: [{activity: "*", mark: attempt}]
audit: {segments: [client, phone, email]}
privacy: {lists: %s}
"""


def made(root: Path, locale: str = "en", lists: str = "real") -> Path:
    """A workspace whose exports hold one client's phone, mail and name in every place that may hold them."""
    for name, text in (("processes/form", PROCESS), ("rules/r", RULES), ("voronka", SETTINGS % (locale, lists))):
        path = root / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "data").mkdir()
    rows = "".join(
        f'{n},"{PHONE}",{MAIL},{NAME},new,2026-02-{n:02} 10:00,,{DIGITS}\n'
        f'{n},"8 912 345 67 89",{MAIL},{NAME},lost,2026-02-{n:02} 12:00,call {PHONE} or {MAIL},2026-02-01\n'
        for n in range(1, 21)
    )
    odd = f'1,"{PHONE}",{MAIL},{NAME},call {PHONE} of {MAIL},2026-02-01 10:30,,\n'
    bad = f'1,"{PHONE}",{MAIL},{NAME},new,write to {MAIL} or {PHONE},,\n'
    header = "id,phone,mail,name,stage,at,reason,when\n"
    (root / "data/deals.csv").write_text(header + rows + odd + bad, encoding="utf-8")
    calls = f"phone,mail,result,at\n{DIGITS},,ANSWERED,2026-02-02 11:00\n,{MAIL.upper()},BUSY,2026-02-03 11:00\n"
    (root / "data/calls.csv").write_text(calls, encoding="utf-8")
    return root


def leaks(text: str) -> list[str]:
    """What was planted and stands in a text, or in one without spaces and signs."""
    bare = text.replace(" ", "").replace("-", "")
    return [planted for planted in PLANTED if planted in text or planted.replace(" ", "").replace("-", "") in bare]


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_what_is_planted_is_in_nothing_that_is_written(tmp_path: Path, locale: str) -> None:
    """Reports, tables, audit.json, the store and the terminal hold pseudonyms; the report says what those are."""
    root = made(tmp_path / "w", locale)
    said = [
        voronka("--project", root, "import"),
        voronka("--project", root, "audit", "--format", "md,html,json,csv"),
        voronka("--project", root, "kpi", "form.contact_rate", "--by", "client"),
    ]
    with Engine(root / ".voronka/store.duckdb", read_only=True) as store:
        ((case,),) = store.rows('select min(case_id) from "source:deals".cases')
        tables = store.rows(
            "select table_schema, table_name from information_schema.tables where table_catalog <> 'temp'"
        )
        stored = {f"{s}.{t}": str(store.rows(f'from "{s}"."{t}"')) for s, t in tables}
    said.append(voronka("--project", root, "explain", "case", "form", str(case)))
    for result in said:
        assert result.code in (0, 1), result.err
        assert not leaks(result.out + result.err)
    assert not {name: leaks(text) for name, text in stored.items() if leaks(text)}
    written = [path for path in root.rglob("*") if path.is_file() and path.parent != root / "data"]
    assert {"audit.json", "store.duckdb", "salt"} <= {path.name for path in written}
    assert not {path.name: found for path in written if (found := leaks(path.read_bytes().decode("utf-8", "replace")))}
    words = "pseudonyms (a salted hash)" if locale == "en" else "псевдонимами (хеш с солью)"
    for name in ("plan.md", "plan.html"):
        (page,) = (path for path in written if path.name == name)
        assert words in page.read_text(encoding="utf-8")


def test_salts_differ_between_workspaces_and_stay_within_one(tmp_path: Path) -> None:
    """Pseudonyms of two clients of ours cannot be compared; those of one stay the same from audit to audit."""
    first, second = workspace_salt(tmp_path / "a"), workspace_salt(tmp_path / "b")
    assert first != second
    assert workspace_salt(tmp_path / "a") == first
    assert len(first) == 64


@pytest.mark.parametrize(
    ("lists", "expected"), [("real", [PHONE, MAIL, NAME]), ("masked", ["79*******89", "p***@example.org", "P***"])]
)
def test_working_lists_look_up_what_stands_behind_a_pseudonym(tmp_path: Path, lists: str, expected: list[str]) -> None:
    """Real or without their middle, as `privacy` says; looked up in the exports, for the pseudonyms asked for."""
    from engine.pipeline import opening

    root = made(tmp_path / "w", "en", lists)
    voronka("--project", root, "import")
    loaded = opening.load(root)
    with Engine(root / ".voronka/store.duckdb", read_only=True) as store:
        (asked,) = store.rows(
            'select any_value(a_phone), any_value(a_email), any_value(a_client) from "source:deals".cases'
        )
    names = [str(name) for name in asked]
    found = behind_pseudonyms(loaded.settings, root, workspace_salt(root / ".voronka"), [*names, "p_unknown"])
    assert [found[name] for name in names] == expected
    assert len(found) == 3


def test_the_same_person_has_one_pseudonym_in_every_source(workspace: Workspace) -> None:
    """A number written in two ways, in two sources, is one client."""
    workspace.write("a.csv", "id,what,at,phone\n1,x,2026-02-01,8 912 345 67 89\n")
    workspace.write("b.csv", "id,what,at,phone\n2,x,2026-02-01,+79123456789\n")
    source = (
        "- {{name: {0}, process: p, path: {0}.csv, case: id, activity: what, at: at, attributes: {{phone: phone}}}}\n"
    )
    workspace.run(source.format("a") + source.format("b"))
    one, other = workspace.cases("a_phone", "a"), workspace.cases("a_phone", "b")
    assert one == other
    another = pseudonym("'79123456789'", "'another salt'")
    assert workspace.engine.row(f"select {another}") != one[0]
