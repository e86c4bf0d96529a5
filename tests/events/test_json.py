"""JSON and JSON Lines: where rows are, what columns become of nested values, what is broken."""

import json

import pytest

from .conftest import Workspace, adds_up

SOURCE = "- {{name: s, process: web, path: {path}, case: {case}, activity: {what}, at: {when}{more}}}"
EVENTS = [
    {"id": 1, "entity_id": 7, "type": "new", "created_at": 1767261600, "value_after": [{"lead_status": {"id": 142}}]},
    {"id": 2, "entity_id": 8, "type": "won", "created_at": 1767265200, "value_after": []},
]
PLAIN = [{"n": 1, "s": "new", "t": "2026-01-01 10:00"}, {"n": 2, "s": "won", "t": "2026-01-02 11:00"}]


def run(
    workspace: Workspace, path: str, more: str = "", *, keys: tuple[str, str, str] = ("n", "s", "t")
) -> list[object]:
    report = workspace.one(SOURCE.format(path=path, case=keys[0], what=keys[1], when=keys[2], more=more))
    assert adds_up(report)
    return [tuple(str(value) for value in row) for row in workspace.events("case_id, activity, happened_at")]


WANTED = [("1", "new", "2026-01-01 10:00:00"), ("2", "won", "2026-01-02 11:00:00")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("top.json", json.dumps(PLAIN)),
        ("pretty.json", json.dumps(PLAIN, indent=2)),
        ("items.json", json.dumps({"result": {"items": PLAIN}, "total": 2, "time": {"start": 1.5}})),
        ("hal.json", json.dumps({"_page": 1, "_links": {"next": {"href": "x"}}, "_embedded": {"deals": PLAIN}})),
        ("data.json", json.dumps({"success": True, "data": PLAIN, "meta": {"pages": [{"n": 9}] * 5}})),
        ("rpc.json", json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"data": PLAIN}})),
        ("other.json", json.dumps({"answer": {"deep": {"deals": PLAIN}}})),
        ("two.json", "\n".join(json.dumps({"_embedded": {"deals": [row]}}) for row in PLAIN)),
        ("objects.json", "\n".join(json.dumps(row, indent=1) for row in PLAIN)),
        ("rows.jsonl", "\n\n".join(json.dumps(row) for row in PLAIN)),
        ("pages.jsonl", "\n".join(json.dumps({"result": {"items": [row]}}) for row in PLAIN)),
    ],
)
def test_rows_are_found_wherever_an_interface_keeps_them(workspace: Workspace, name: str, text: str) -> None:
    """Arrays at the top, HAL pages, `result.items`, lines: all give the same events."""
    workspace.write(name, text.encode())
    assert run(workspace, name) == WANTED


def test_the_place_of_rows_may_be_declared(workspace: Workspace) -> None:
    """`rows_at` wins over what looks likelier; patterns of pages are read in name order; .gz is unpacked."""
    page = {"data": [{"n": 9}] * 3, "log": {"rows": PLAIN}}
    workspace.write("p1.json", json.dumps(page))
    assert run(workspace, "p*.json", ", rows_at: log.rows") == WANTED


def test_nested_keys_are_dotted_columns_and_numbers_keep_their_text(workspace: Workspace) -> None:
    """Objects in lists are numbered, plain lists joined, times in seconds since 1970 are read."""
    workspace.write("e.json", json.dumps({"_embedded": {"events": EVENTS}}))
    more = ", attributes: {status: value_after.0.lead_status.id, big: {column: amount, type: money}}"
    for event in EVENTS:
        event["amount"] = 12345678901234567890
    workspace.write("e.json", json.dumps({"_embedded": {"events": EVENTS}}))
    assert run(workspace, "e.json", more, keys=("entity_id", "type", "created_at")) == [
        ("7", "new", "2026-01-01 10:00:00"),
        ("8", "won", "2026-01-01 11:00:00"),
    ]
    assert workspace.cases("a_status, a_big") == [("142", 12345678901234567890.0), (None, 12345678901234567890.0)]


def test_lists_by_a_declared_rule(workspace: Workspace) -> None:
    """A row for each element, pairs as columns, the first element."""
    deal = {
        "id": 5,
        "tags": ["a", "b"],
        "history": [{"stage": {"code": "new"}, "at": "2026-01-01"}, {"stage": {"code": "won"}, "at": "2026-01-03"}],
        "fields": [{"name": "Источник", "values": [{"value": "сайт"}]}, {"name": "Город", "values": []}],
        "managers": [{"name": "Ким"}, {"name": "Ли"}],
    }
    workspace.write("d.json", json.dumps([deal]))
    lists = "{history: rows, fields: {name: name, value: values.0.value}, managers: first}"
    more = f", lists: {lists}, attributes: {{source: fields.Источник, tags: tags, manager: managers.name}}"
    assert run(workspace, "d.json", more, keys=("id", "history.stage.code", "history.at")) == [
        ("5", "new", "2026-01-01 00:00:00"),
        ("5", "won", "2026-01-03 00:00:00"),
    ]
    assert workspace.cases("a_source, a_tags, a_manager") == [("сайт", "a, b", "Ким")]


def test_a_broken_line_is_rejected_and_the_rest_read(workspace: Workspace) -> None:
    """Of JSON Lines each line stands alone; the place of the broken one is told, and that the file is cut."""
    lines = [json.dumps(PLAIN[0]), '{"n": 3, "s":', "[1]", json.dumps(PLAIN[1]), '{"n": 4, "t": "2026-']
    workspace.write("b.jsonl", "\n".join(lines).encode())
    report = workspace.one(SOURCE.format(path="b.jsonl", case="n", what="s", when="t", more=""))
    assert (report.rows, report.used, report.rejected) == (5, 2, 3)
    assert {(reason.code, reason.first.line) for reason in report.reject_reasons} == {
        ("broken-json", 2),
        ("no-object", 3),
    }
    assert adds_up(report)


def test_a_long_document_is_read_piece_by_piece(workspace: Workspace) -> None:
    """More than one buffer, with numbers and letters cut by its end; every line is right."""
    rows = [
        {"n": n, "s": "новая" * (n % 7), "t": f"2026-01-{1 + n % 28:02} 10:00", "x": "я" * 997} for n in range(2500)
    ]
    rows[2400]["t"] = "?"
    text = '{"_embedded": {"deals": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]}}"
    workspace.write("long.json", text.encode())
    report = workspace.one(SOURCE.format(path="long.json", case="n", what="s", when="t", more=""))
    assert report.rows == 2500
    assert ("time", 2402) in {(reason.code, reason.first.line) for reason in report.reject_reasons}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}, {"a": ', "cut off"),
        ('{"_embedded": {"deals": [{"a": 1}', "cut off"),
        ("[{'a': 1}]", "is no JSON"),
        ("<!DOCTYPE html><html>", "is no JSON"),
        ("[" * 100_000, ""),
        ("", "is empty"),
        ("[]", "holds no row"),
    ],
)
def test_what_is_no_json_is_said(workspace: Workspace, text: str, said: str) -> None:
    """A document cut off in the middle is not read in part."""
    workspace.write("x.json", text.encode())
    (problem,) = workspace.problems(SOURCE.format(path="x.json", case="n", what="s", when="t", more=""))
    assert said in problem.message
