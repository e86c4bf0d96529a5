"""The examples of docs/sources.md run as they stand there, and give what the page says."""

import json
import re
from pathlib import Path

from tests.command import voronka

PAGE = (Path(__file__).parents[2] / "docs/sources.md").read_text(encoding="utf-8")
HEAD = "format: 1\nclient: Test\nlocale: en\ntime_zone: UTC\n"
FORM = """\
process: web_form
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: won, final: true, outcome: won}
marks: [{name: call_attempt}]
lost: not recorded
happy_path: [received, contacted, won]
transitions:
  - {trigger: a, source: received, dest: contacted}
  - {trigger: b, source: contacted, dest: won}
control_points:
  reaction: {kpi: elapsed, from: received, to: contacted}
  attempts: {kpi: count, of: call_attempt}
"""
LEAD = """\
process: lead
initial: received
states:
  - {name: received}
  - {name: quoted}
  - {name: paid, final: true, outcome: won}
lost: not recorded
happy_path: [received, quoted, paid]
transitions:
  - {trigger: a, source: received, dest: quoted}
  - {trigger: b, source: quoted, dest: paid}
control_points:
  paid: {kpi: conversion, from: received, to: paid, within: 30d}
"""
DEAL = LEAD.replace("process: lead", "process: deal").replace("initial: received", "initial: quoted").replace(
    "  - {name: received}\n", "").replace("[received, quoted", "[quoted").replace(
    "  - {trigger: a, source: received, dest: quoted}\n", "").replace("from: received", "from: quoted")  # fmt: skip


def block(words: str) -> str:
    """The block of the page that holds some words."""
    (found,) = (text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if words in text)
    return str(found)


def made(root: Path, sources: str, processes: dict[str, str], data: dict[str, str]) -> Path:
    """A workspace of blocks of the page."""
    files = {"voronka.yaml": HEAD + sources} | {f"processes/{name}.yaml": text for name, text in processes.items()}
    for name, text in (files | {f"data/{name}.csv": text for name, text in data.items()}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def fact(root: Path, name: str) -> dict[str, object]:
    """A control point as a whole."""
    ran = voronka("--project", root, "kpi", name, "--format", "json")
    assert ran.code == 0, ran.err
    (whole,) = (one for one in json.loads(ran.out) if not one["segment"] and not one["period"])
    return dict(whole)


def test_calls_of_the_telephony_are_the_reaction_to_a_deal(tmp_path: Path) -> None:
    """Legs are one call; the first answered call after a deal is its reaction, every call an attempt."""
    root = made(tmp_path, block("name: calls"), {"web_form": FORM}, {
        "deals": "id,created,paid,phone,manager\n1,2026-02-02 10:00:00,,+7 912 345-67-89,Anna\n"
                 "2,2026-02-02 10:00:00,,8 916 111 22 33,Boris\n",
        "cdr": "linkedid,calldate,src,dst,dcontext,lastapp,duration,billsec,disposition\n"
               "1.1,2026-02-02 10:10:00,101,89123456789,from-internal,Dial,30,0,NO ANSWER\n"
               "2.1,2026-02-02 10:20:00,79123456789,101,from-trunk,Queue,60,60,ANSWERED\n"
               "2.1,2026-02-02 10:20:05,79123456789,101,from-trunk,Dial,20,0,NO ANSWER\n"
               "2.1,2026-02-02 10:20:05,79123456789,102,from-trunk,Dial,55,30,ANSWERED\n"
               "3.1,2026-02-09 10:00:00,79161112233,101,from-trunk,Dial,55,30,ANSWERED\n",
    })  # fmt: skip
    assert fact(root, "web_form.attempts")["value"] == 1
    reaction = fact(root, "web_form.reaction")
    assert reaction["value"] == 20 * 60 + 5 + 25
    audit = voronka("--project", root, "audit", "--format", "json,md")
    assert audit.code == 0, audit.err
    (folder,) = (root / "reports").iterdir()
    (calls,) = (one for one in json.loads((folder / "audit.json").read_text())["sources"] if one["name"] == "calls")
    assert calls["links"] == {"matched": 2, "ambiguous": 0, "none": 1,
                              "by_key": [{"key": "phone", "matched": 2, "ambiguous": 0}]}  # fmt: skip
    assert "Found their case: 2 of 3; ambiguous, not used: 0; found none: 1." in (folder / "plan.md").read_text()


def test_missed_calls_of_unique_numbers_that_stayed_lost(tmp_path: Path) -> None:
    """Not called back within the window and not heard of again: each number once."""
    calls = [
        ("A", "in", "02 10:00", "NO ANSWER"), ("A", "out", "02 10:30", "ANSWERED"),     # called back
        ("B", "in", "02 10:00", "NO ANSWER"), ("B", "in", "02 10:05", "NO ANSWER"),
        ("B", "in", "02 11:00", "ANSWERED"),                                              # reached us later
        ("C", "in", "02 10:00", "NO ANSWER"), ("C", "out", "02 10:10", "NO ANSWER"),     # lost: an attempt only
        ("D", "in", "02 10:00", "NO ANSWER"), ("D", "in", "02 12:00", "NO ANSWER"),      # lost, once
        ("E", "in", "02 09:00", "ANSWERED"), ("E", "in", "02 13:00", "NO ANSWER"),       # lost: missed later
        ("F", "in", "02 09:00", "ANSWERED"),                                              # never missed
        ("G", "in", "02 10:00", "NO ANSWER"), ("G", "out", "03 11:00", "ANSWERED"),      # lost: the next day
        ("", "in", "02 10:00", "NO ANSWER"),                                              # without a number
    ]  # fmt: skip
    lines = []
    for n, (number, direction, when, result) in enumerate(calls):
        client = (
            f"8 912 000-11-{ord(number)}" if n % 2 and number else f"7912000 11{ord(number)}" if number else "anonymous"
        )
        pair = (client, "600") if direction == "in" else ("101", client)
        lines.append(f"{n},{result},2026-02-{when},{direction},{pair[0]},{pair[1]}\n")
    for order in (lines, list(reversed(lines))):
        data = {"phone": "call_id,result,started,direction,caller,callee\n" + "".join(order)}
        root = made(tmp_path, block("name: phone\n"), {"missed_calls": block("process: missed_calls\ninitial")}, data)
        assert fact(root, "missed_calls.lost_numbers")["value"] == 4
        back = fact(root, "missed_calls.called_back")
        assert (back["n"], back["raw"]) == (6, 0.1666666667)


def test_a_deal_goes_on_from_its_lead(tmp_path: Path) -> None:
    """Of three leads one is paid by way of its deal; a deal without a lead is a case of its own process."""
    root = made(tmp_path, block("name: leads"), {"lead": LEAD, "deal": DEAL}, {
        "leads": "id,created\n1,2026-01-01\n2,2026-01-02\n3,2026-02-15\n",
        "deals": "id,lead_id,quoted,paid\n7,1,2026-01-03,2026-01-05\n8,,2026-01-03,2026-01-04\n9,2,2026-03-14,\n",
    })  # fmt: skip
    paid = fact(root, "lead.paid")
    assert (paid["n"], paid["raw"]) == (3, 0.3333333333)
    assert fact(root, "deal.paid")["n"] == 1
