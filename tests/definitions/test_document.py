"""Reading YAML: what the author wrote stays text, every value has its place, no input breaks the reader."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.document import Document, read, read_text, shape
from engine.definitions.inherit import extended, follow_profile
from engine.definitions.process import Process
from engine.definitions.rule import Rules
from engine.definitions.schemas import KINDS, schema
from engine.definitions.settings import Settings


def codes(document: Document) -> list[str]:
    """Codes of the problems of a document."""
    return [problem.code for problem in document.problems]


@pytest.mark.parametrize("word", ["on", "no", "да", "010", "9:30", "12_000", "2026-01-01", "1e5", "true", ".inf"])
def test_scalar_stays_text(word: str) -> None:
    """YAML does not turn words into flags, numbers, times or dates."""
    assert read_text(f"{word}: {word}", "a.yaml").data == {word: word}


def test_states_may_be_called_on_no_and_yes() -> None:
    """Names that YAML usually eats are names."""
    text = """process: p
initial: on
states: [{name: on}, {name: no}, {name: да, final: yes, outcome: won}]
happy_path: [on, no, да]
transitions: [{trigger: a, source: on, dest: no}, {trigger: b, source: no, dest: да}]
"""
    process = read_text(text, "a.yaml").shaped(Process)
    assert isinstance(process, Process)
    assert [state.name for state in process.states] == ["on", "no", "да"]
    assert process.states[2].final


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"\xef\xbb\xbfclient: \xd0\x90\n", "", ""),
        ("client: Мебель\n".encode("cp1251"), "encoding", "a.yaml:1:9"),
        ("client: Мебель\n".encode("utf-16"), "encoding", "a.yaml:1:1"),
        (b"client: a\nb: \x00\n", "yaml", "a.yaml:2:4"),
        (b"", "empty-file", "a.yaml:1:1"),
        (b"# nothing yet\n", "empty-file", "a.yaml:1:1"),
        (b"just words\n", "bad-type", "a.yaml:1:1"),
        (b"- 1\n", "bad-type", "a.yaml:1:1"),
        (b"a: 1\n---\nb: 2\n", "yaml", "a.yaml:2:1"),
        (b"? [a]\n: 1\n", "yaml", "a.yaml:1:3"),
        (b"a: *b\n", "yaml", "a.yaml:1:4"),
        (b"a: &b [*b]\n", "yaml", "a.yaml:1:8"),
        (b"a: 'x\n", "yaml", "a.yaml:2:1"),
    ],
)
def test_bytes_that_are_no_plain_yaml(tmp_path: Path, content: bytes, code: str, place: str) -> None:
    """A byte order mark is skipped; other encodings and odd files are problems with a place."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    document = read(path, "a.yaml")
    assert codes(document) == ([code] if code else [])
    assert not code or str(document.problems[0].where) == place
    assert code == "" or document.data is None


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    """No file, no traceback."""
    assert codes(read(tmp_path / "none.yaml", "none.yaml")) == ["unreadable"]


def test_alias_gives_the_value_and_the_place_of_its_use() -> None:
    """An alias counts as if it was written out; its problems stand where it is used."""
    document = read_text("a: &x {b: 1}\nc: *x\n", "a.yaml")
    assert document.data == {"a": {"b": "1"}, "c": {"b": "1"}}
    assert str(document.at("c", "b")) == "a.yaml:2:4"


def test_alias_bomb_is_refused() -> None:
    """A billion laughs are 200,000 values too many."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert codes(read_text("\n".join(lines), "a.yaml")) == ["too-large"]


def test_long_text_is_shown_shortened() -> None:
    """A text of a megabyte is read, and a message shows 60 characters of it."""
    document = read_text("process: p\nskips: " + "x" * 1_000_000, "a.yaml")
    assert document.shaped(Process) is None
    assert len(document.problems[0].message) < 130


def test_word_of_a_folded_condition_has_its_line() -> None:
    """The place of a word in a text of several lines is the line it stands in."""
    text = "rules:\n  - name: a\n    when: >-\n      reaction > 1h\n      and reaction >> 2\n"
    document = read_text(text, "a.yaml")
    assert document.shaped(Rules) is None
    assert str(document.problems[0].where) == "a.yaml:5:21"


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", ".inf", "1e999"])
def test_numbers_are_finite(value: str) -> None:
    """NaN and infinities are no numbers."""
    text = f"format: 1\nclient: a\ntime_zone: UTC\naudit: {{budget: {{hours: {value}}}}}\n"
    document = read_text(text, "voronka.yaml")
    assert document.shaped(Settings) is None
    assert codes(document) == ["bad-type"]


PARENT = """process: base
title: Base
states:
  - {name: a}
  - {name: b, title: B, responsible: R}
transitions:
  - {trigger: go, source: a, dest: b}
  - {trigger: go, source: b, dest: a}
control_points:
  x: {kpi: volume}
"""
CHILD = """process: child
extends: base.yaml
states:
  - {name: c}
  - {name: b, title: Mine}
transitions:
  - {trigger: go, source: a, dest: c}
control_points:
  y: {kpi: volume}
"""


def test_child_wins_and_places_stay() -> None:
    """What extends keeps the places: of the parent's parts in the parent, of its own in itself."""
    whole = extended(read_text(CHILD, "child.yaml"), read_text(PARENT, "base.yaml"))
    process = whole.shaped(Process)
    assert isinstance(process, Process)
    assert process.process == "child"
    assert [(s.name, str(s.title and s.title.ru)) for s in process.states] == [
        ("a", "None"),
        ("b", "Mine"),
        ("c", "None"),
    ]
    assert str(process.states[1].responsible and process.states[1].responsible.ru) == "R"
    assert str(whole.at("states", 1, "responsible")) == "base.yaml:5:38"
    assert [(t.source, t.dest) for t in process.transitions] == [(("a",), "c")]
    assert list(process.control_points) == ["x", "y"]
    assert str(whole.at("states", 0, "name")) == "base.yaml:4:12"
    assert str(whole.at("states", 1, "title")) == "child.yaml:5:22"
    assert str(whole.at("control_points", "x", "kpi")) == "base.yaml:10:12"
    assert str(whole.at("title")) == "base.yaml:2:8"


def test_keys_of_a_source_win_over_its_profile() -> None:
    """A source takes what it does not say from its profile; those places are in the profile."""
    document = read_text("sources:\n  - {name: a, profile: crm, activity: mine}\n", "voronka.yaml")
    profile = read_text("activity: stage\nshape: events\nsamples: [x]\n", "crm.yaml")
    follow_profile(document, 0, profile, ("activity", "shape"))
    expected = {"name": "a", "profile": "crm", "activity": "mine", "shape": "events"}
    assert document.data == {"sources": [expected]}
    assert str(document.at("sources", 0, "shape")) == "crm.yaml:2:8"
    assert str(document.at("sources", 0, "activity")) == "voronka.yaml:2:39"


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="ab:-?&*!|>{}[]'\"#%@ \n\t,", max_size=60))
def test_any_text_gives_data_or_problems(text: str) -> None:
    """No text makes the reader raise."""
    document = read_text(text, "a.yaml")
    assert (document.data is None) == bool(document.problems)
    if document.data is not None:
        assert document.shaped(Process) is not None or document.problems


values = st.recursive(
    st.sampled_from(["", "x", "1", "'a' == b", "15m", "> 1h", "yes", "*", "2026-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "ru", "at", "source", "kpi", "when", "where", "by"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.sampled_from([Process, Settings, Rules]), st.data())
def test_any_value_under_any_key_gives_a_shape_or_problems(kind: type[object], data: st.DataObject) -> None:
    """No value below a known key makes the shapes raise, and every problem has a place in the file."""
    import json

    from engine.definitions.document import own_keys

    found = data.draw(st.dictionaries(st.sampled_from(own_keys(kind)), values, max_size=4))
    document = read_text(json.dumps(found, ensure_ascii=False), "a.yaml")
    if document.data is not None and document.shaped(kind) is None:
        assert document.problems
        assert all(problem.where.line == 1 for problem in document.problems)


@shape
class Small:
    """A shape of this test."""

    size: int


def test_whole_number_too_long_is_a_problem() -> None:
    """A number of five thousand digits is refused, not computed."""
    document = read_text("size: " + "9" * 5000, "a.yaml")
    assert document.shaped(Small) is None
    assert codes(document) == ["bad-type"]


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_a_schema(kind: str) -> None:
    """The JSON Schemas are valid, and do not show what we add ourselves."""
    import jsonschema

    found = schema(kind)  # type: ignore[arg-type]
    jsonschema.Draft202012Validator.check_schema(found)
    definitions = found.get("$defs")
    assert isinstance(definitions, dict)
    for name in ("Calendar", "Dimension", "ControlPoint"):
        assert not {"name", "parameters"} & set(definitions.get(name, {}).get("properties", {}))
