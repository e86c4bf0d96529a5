"""The machine: what it allows, how a case is replayed and simulated, how it is drawn."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.document import read_text
from engine.definitions.process import Process
from engine.machine import Case, Replay, allowed_moves, build, draw, draw_svg, replay

TEXT = """process: form
title: {ru: Заявка, en: Form}
initial: new
states:
  - {name: new, title: {ru: "Новая <b>&\\"заявка\\"", en: New}}
  - {name: called, title: {ru: Дозвонились, en: Called}}
  - {name: quoted}
  - {name: waiting, start: true}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
happy_path: [new, called, quoted, won]
transitions:
  - {trigger: call, source: [new, waiting], dest: called}
  - {trigger: quote, source: [called, quoted], dest: quoted}
  - {trigger: back, source: quoted, dest: called}
  - {trigger: pause, source: called, dest: waiting}
  - {trigger: pay, source: quoted, dest: won, title: {ru: Оплата; всё, en: Pay}}
  - {trigger: give_up, source: "*", dest: lost}
  - {trigger: return, source: lost, dest: called, reopens: true}
"""


def form(more: str = "") -> Process:
    """The process of these tests."""
    process = read_text(TEXT + more, "form.yaml").shaped(Process)
    assert isinstance(process, Process)
    return process


FORM, SKIPPING = form(), form("skips: allowed\n")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["new", "called", "quoted", "won"], Replay(conforms=True, pending=False)),
        (["new", "new", "called", "called", "lost"], Replay(conforms=True, pending=False)),
        (["waiting", "called"], Replay(conforms=False, pending=True)),
        ([], Replay(conforms=False, pending=True)),
        (["called", "lost"], Replay(conforms=False, pending=False, deviations=(("", "called"),))),
        (["new", "quoted", "won"], Replay(conforms=False, pending=False, deviations=(("new", "quoted"),))),
        (
            ["new", "won", "called"],
            Replay(conforms=False, pending=False, deviations=(("new", "won"), ("won", "called"))),
        ),
        (["new", "lost", "called", "lost"], Replay(conforms=True, pending=False)),
    ],
)
def test_replay(states: list[str], expected: Replay) -> None:
    """Starts, repeats, jumps, reopened cases; after a deviation the case goes on from what the log shows."""
    assert replay(FORM, states) == expected


def test_skips_allow_forward_moves_along_the_happy_path_only() -> None:
    """With skips a case may jump forward on the path; not back, and not from a final state."""
    assert replay(SKIPPING, ["new", "won"]).conforms
    assert replay(SKIPPING, ["new", "quoted", "new"]).deviations == (("quoted", "new"),)
    assert replay(SKIPPING, ["new", "won", "quoted"]).deviations == (("won", "quoted"),)
    assert allowed_moves(SKIPPING) - allowed_moves(FORM) == {("new", "quoted"), ("new", "won"), ("called", "won")}


def test_star_leaves_no_final_state() -> None:
    """`*` is every state that is not final."""
    assert {source for source, dest in allowed_moves(FORM) if dest == "lost"} == {"new", "called", "quoted", "waiting"}


def test_unknown_state_is_refused() -> None:
    """A log holds states of the process only."""
    with pytest.raises(ValueError, match="no state `x`"):
        replay(FORM, ["new", "x"])


NAMES = [state.name for state in FORM.states]


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.sampled_from([FORM, SKIPPING]), st.lists(st.sampled_from(NAMES), min_size=1, max_size=8))
def test_replay_agrees_with_the_set_of_allowed_moves(process: Process, states: list[str]) -> None:
    """Driving a machine and looking moves up in a set are the same."""
    visits = [s for n, s in enumerate(states) if not n or states[n - 1] != s]
    moves = list(pairwise(visits))
    expected = [("", visits[0])] * (visits[0] not in process.start_states)
    expected += [move for move in moves if move not in allowed_moves(process)]
    found = replay(process, states)
    assert list(found.deviations) == expected
    assert found.pending == (not expected and not process.state(visits[-1]).final)
    assert found.conforms == (not expected and not found.pending)


def test_machine_gets_nothing_but_its_five_keys() -> None:
    """No automatic transitions, no callbacks."""
    machine = build(FORM)
    assert set(machine.events) == {"call", "quote", "back", "pause", "pay", "give_up", "return"}
    assert [name for name, state in machine.states.items() if state.final] == ["won", "lost"]


def test_case_is_simulated() -> None:
    """Triggers move a case where the machine allows it, and say so where not."""
    case = Case(FORM)
    assert case.state == "new"
    assert case.triggers() == ("call", "give_up")
    assert case.may("call")
    assert not case.may("pay")
    assert not case.may("no such")
    assert case.fire("call") == "called"
    with pytest.raises(ValueError, match="`pay` cannot happen in `called`"):
        case.fire("pay")
    assert case.state == "called"
    assert Case(FORM, "quoted").move("won")
    assert not Case(FORM, "new").move("won")


def test_names_of_every_kind() -> None:
    """States and triggers may be words that Python or YAML know, or Cyrillic ones with spaces."""
    text = """process: p
initial: on
states: [{name: on}, {name: В работе}, {name: да, final: true, outcome: won}]
happy_path: [on, В работе, да]
transitions: [{trigger: return, source: on, dest: В работе}, {trigger: всё готово, source: В работе, dest: да}]
"""
    process = read_text(text, "p.yaml").shaped(Process)
    case = Case(process)
    case.fire("return")
    assert case.fire("всё готово") == "да"


def test_mermaid_text_is_escaped() -> None:
    """Titles cannot break the diagram; the numbers are printed on states and moves."""
    text = draw(FORM, "ru", {"new": "12", ("new", "called"): "9 из 12"})
    lines = text.splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert '    state "Новая #60;b#62;#38;#34;заявка#34;<br/>12" as s0' in lines
    assert "    s0 --> s1: 9 из 12" in lines
    assert "    s2 --> s4: Оплата#59; всё" in lines
    assert "    [*] --> s0" in lines
    assert "    [*] --> s3" in lines
    assert "    s5 --> [*]" in lines


def test_svg_is_well_formed_and_says_everything() -> None:
    """One XML document, no script, every title and number in it; equal input, equal bytes."""
    numbers = {"new": "12 заявок", ("new", "called"): "9 из 12", ("called", "lost"): "3", ("quoted", "called"): "<2>"}
    svg = draw_svg(FORM, "ru", numbers)
    root = ET.fromstring(svg)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {'Новая <b>&"заявка"', "Дозвонились", "12 заявок", "9 из 12", "3", "<2>"} <= set(texts)
    assert "script" not in svg
    assert draw_svg(FORM, "ru", numbers) == svg
    assert "New" in [element.text for element in ET.fromstring(draw_svg(FORM, "en")).iter() if element.text]


def test_svg_keeps_boxes_apart() -> None:
    """No two states cover each other, and all lie inside the picture."""
    for path in sorted((Path(__file__).parents[1] / "workspace/good").glob("*/processes/*.yaml")):
        process = read_text(path.read_text(encoding="utf-8"), path.name).shaped(Process)
        if not process.states:
            continue
        root = ET.fromstring(draw_svg(process, "ru"))
        found = [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("rx")]
        boxes = [tuple(float(r.get(key, "")) for key in ("x", "y", "width", "height")) for r in found]
        assert len(boxes) == len(process.states)
        for number, (x, y, width, height) in enumerate(boxes):
            assert x >= 0
            assert x + width <= float(root.get("width", ""))
            assert y + height <= float(root.get("height", ""))
            for x2, y2, width2, height2 in boxes[:number]:
                apart = x >= x2 + width2 or x2 >= x + width or y >= y2 + height2 or y2 >= y + height
                assert apart, path
