"""Causes: exposed cases against the rest, to the golden numbers."""

import json
from pathlib import Path

import pytest

from engine.definitions.condition import Expr
from engine.definitions.document import LocalText
from engine.definitions.rule import Cause
from engine.definitions.settings import Answer
from engine.rules.causes import Exposure, causes_of, data_to_collect, judge_cause
from tests.rules.facts import rule

CASES = [
    case
    for case in json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())["cases"]
    if case["topic"] == "cause"
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden(case: dict[str, dict[str, float]]) -> None:
    """Difference, interval, attributable part and verdict are the golden ones."""
    given, expected = case["input"], case["expected"]
    sides = (given[k] for k in ("n_exposed", "hits_exposed", "n_unexposed", "hits_unexposed"))
    judged = judge_cause(*map(int, sides), minimum=int(given["at_least"]), minimum_part=given["minimum_part"])
    for name, value in expected.items():
        found = getattr(judged, name)
        assert found == (value if name == "verdict" else pytest.approx(value, abs=1e-6)), name


def test_needed_decides() -> None:
    """With the cases that an undecided cause asks for, of the same kind, it is decided; with a few fewer it is not."""
    judged = judge_cause(60, 20, 140, 60)
    assert judged.verdict == "undecided"
    assert judged.needed
    more = 1 + judged.needed / 200
    assert judge_cause(*(n * more for n in (60, 20, 140, 60))).verdict == "refuted"
    fewer = 1 + (judged.needed - 2) / 200
    assert judge_cause(*(n * fewer for n in (60, 20, 140, 60))).verdict == "undecided"


def test_at_the_border_no_number_decides() -> None:
    """A cause that explains exactly the minimum part is never decided by more of the same."""
    judged = judge_cause(50, 20, 450, 230, misses=500, minimum_part=0.0111111112)
    assert judged.verdict == "undecided"
    assert judged.needed is None or judged.needed > 1000


def test_every_kind_of_cause() -> None:
    """Tested, asked and not answered, answered, without data, with too few cases: each says what it rests on."""
    causes = (
        Cause(name="night", exposure=Expr.parse("not in_hours"), title=LocalText("Ночь", "Night")),
        Cause(name="few", exposure=Expr.parse("load > 40")),
        Cause(name="tries", exposure=Expr.parse("count(call) < 3"), needs=("call",)),
        Cause(name="spam", ask=LocalText("Проверьте номера", "Check the numbers")),
        Cause(name="said", ask=LocalText("Верно ли?", "Is it so?")),
        Cause(name="denied", ask=LocalText("Верно ли?", "Is it so?")),
    )
    exposures = {
        "night": Exposure(n_exposed=150, hits_exposed=36, n_unexposed=250, hits_unexposed=115),
        "few": Exposure(n_exposed=12, hits_exposed=2, n_unexposed=300, hits_unexposed=120),
    }
    answers = {
        "r.said": Answer(answer="yes", note=LocalText("проверили", "checked")),
        "r.denied": Answer(answer="no"),
    }
    found = causes_of(rule(red="< 1%", causes=causes), exposures, answers, "en")
    few = "the smaller of the two groups has 12, and it takes 30 to compare"
    assert [(c.name, c.title, c.verdict, c.by, c.note or c.question, c.missing) for c in found] == [
        ("night", "Night", "supported", "data", None, ()),
        ("few", "few", "not assessable", "data", few, ()),
        ("tries", "tries", "not assessable", "data", None, ("call",)),
        ("spam", "spam", "not assessable", "client", "Check the numbers", ()),
        ("said", "said", "supported", "client", "checked", ()),
        ("denied", "denied", "refuted", "client", "Is it so?", ()),
    ]
    assert data_to_collect(found) == ("call",)
