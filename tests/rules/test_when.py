"""Diagnoses: five shades of true over facts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.condition import Expr
from engine.rules.diagnoses import diagnose, explain_rule
from engine.rules.verdicts import judge
from engine.rules.when import UNKNOWN, Interval, SegmentCounts, Truth, World, compare, negate, text_of, truth_of
from tests.rules.facts import facts_engine, process, rule, share, times, units

WORLD = World(
    facts={
        "rate": Interval(0.3, 0.2, 0.4),
        "other": Interval(0.35, 0.33, 0.5),
        "wait": Interval(3600, 1800, math.inf),
        "never": Interval(math.inf, math.inf, math.inf),
        "small": UNKNOWN,
    },
    cases={"rate": 100, "small": 3},
    findings={"red": Truth.TRUE, "maybe": Truth.LIKELY, "fine": Truth.FALSE},
    segments={("r", "manager"): SegmentCounts(red=2, yellow=3, judged=8)},
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("rate < 50%", Truth.TRUE),
        ("rate < 35%", Truth.LIKELY),
        ("rate < 25%", Truth.UNLIKELY),
        ("rate < 20%", Truth.FALSE),
        ("rate >= 20%", Truth.TRUE),
        ("not rate < 25%", Truth.LIKELY),
        ("small < 50%", Truth.UNKNOWN),
        ("nothing < 50%", Truth.UNKNOWN),
        ("rate < other", Truth.LIKELY),
        ("rate < 50% and other < 60%", Truth.TRUE),
        ("rate < 50% and other < 40%", Truth.LIKELY),
        ("rate < 50% and small < 40%", Truth.UNKNOWN),
        ("rate < 10% and small < 40%", Truth.FALSE),
        ("rate < 25% and small < 40%", Truth.UNLIKELY),
        ("rate < 50% or small < 40%", Truth.TRUE),
        ("rate < 10% or small < 40%", Truth.UNKNOWN),
        ("wait > 15m", Truth.TRUE),
        ("never > 15m", Truth.TRUE),
        ("wait < 2h", Truth.LIKELY),
        ("wait - never < 1h", Truth.UNKNOWN),
        ("rate + 10% < 51%", Truth.TRUE),
        ("rate * 2 < other", Truth.UNLIKELY),
        ("1 / (rate - 30%) > 0", Truth.UNKNOWN),
        ("rate / other < 1", Truth.LIKELY),
        ("-rate < 0", Truth.TRUE),
        ("count(rate) >= 100", Truth.TRUE),
        ("count(small) < 10", Truth.TRUE),
        ("finding(red)", Truth.TRUE),
        ("finding(maybe) and finding(red)", Truth.LIKELY),
        ("not finding(fine)", Truth.TRUE),
        ("finding(unheard)", Truth.UNKNOWN),
        ("count(r, manager) >= 2", Truth.TRUE),
        ("count(r, manager) >= 3", Truth.UNLIKELY),
        ("share(r, manager) > 70%", Truth.FALSE),
        ("share(r, source) > 70%", Truth.UNKNOWN),
        ("rate in [30%, 20%]", Truth.LIKELY),
        ("rate == 90%", Truth.FALSE),
        ("rate != 90%", Truth.TRUE),
        ("yes", Truth.TRUE),
    ],
)
def test_truth(condition: str, expected: Truth) -> None:
    """Each comparison is as true as the intervals allow, and what is built of them follows Kleene."""
    assert truth_of(Expr.parse(condition), WORLD) is expected


numbers = st.floats(-10, 10, allow_nan=False)
intervals = st.tuples(numbers, numbers, numbers).map(sorted).map(lambda x: Interval(x[1], x[0], x[2]))
operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


@given(operators, intervals, intervals)
@settings(derandomize=True, max_examples=200)
def test_a_comparison_and_its_opposite_mirror_each_other(operator: str, a: Interval, b: Interval) -> None:
    """`a < b` is exactly as true as `a >= b` is not."""
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[operator]
    assert compare(operator, a, b) is negate(compare(opposite, a, b))


@pytest.mark.parametrize(
    "text",
    [
        "rate < 90% and not (wait > 1h30m or finding(x))",
        "(a + b) * 2 - (c - d) > 12.5",
        "a / (b / c) == 1 and `odd name` in [1, 2]",
        "count(call) < 3 or -a > 1",
        "source == 'ads' and yes",
    ],
)
def test_text_of_a_condition(text: str) -> None:
    """A condition written out again is the condition that was read."""
    assert text_of(Expr.parse(text).tree) == text


def _judged(facts, rules, known=None):  # type: ignore[no-untyped-def]
    known = known or (process(),)
    engine = facts_engine(*facts)
    judge(engine, rules, known, units(*known))
    return engine, known


def test_diagnoses_build_on_each_other() -> None:
    """A diagnosis may ask for the finding of another one, in any order of the file."""
    rules = [
        rule("c", when="finding(b)", severity="yellow"),
        rule("b", when="finding(a) and wait > 10m"),
        rule("a", red="< 40%"),
        rule("d", when="not finding(b)"),
    ]
    facts = [share(10, 100), times(3600, 3000, 4000, 100, control_point="wait")]
    for order in (rules, rules[::-1]):
        engine, known = _judged(facts, order)
        found = {one.rule: (one.truth, one.severity) for one in diagnose(engine, order, known, units(*known))}
        assert found == {
            "b": (Truth.TRUE, "red"),
            "c": (Truth.TRUE, "yellow"),
            "d": (Truth.FALSE, None),
        }


def test_likely_is_yellow_and_too_few_is_nothing() -> None:
    """What only the values say is at most yellow; below `at_least` nothing is said."""
    rules = [rule("likely", when="rate < 40%"), rule("few", when="wait > 10m")]
    engine, known = _judged([share(35, 100), times(3600, 3000, 4000, 34, control_point="wait")], rules)
    found = {one.rule: (one.truth, one.severity) for one in diagnose(engine, rules, known, units(*known))}
    assert found == {"likely": (Truth.LIKELY, "yellow"), "few": (Truth.UNKNOWN, None)}


def test_other_processes() -> None:
    """A diagnosis runs in each process that has its points; a qualified name reaches another process."""
    phone = process("phone", rate=process().control_points["rate"])
    rules = [rule("here", when="rate < 40%"), rule("both", when="wait > 10m and phone.rate < 40%")]
    facts = [
        share(10, 100),
        share(11, 100, process="phone"),
        times(3600, 3000, 4000, 100, control_point="wait"),
    ]
    engine, known = _judged(facts, rules, (process(), phone))
    found = [(one.process, one.rule, one.severity) for one in diagnose(engine, rules, known, units(*known))]
    assert found == [("phone", "here", "red"), ("web", "both", "red"), ("web", "here", "red")]


def test_explain() -> None:
    """A finding is explained condition by condition, with the numbers and how true each part is."""
    diagnosis, limits = (
        rule("d", when="rate < 40% and wait > 2h"),
        rule("l", yellow="> 15m", red="> 2h", control_point="wait"),
    )
    facts = [share(10, 100), times(3600, 3000, 8000, 100, control_point="wait")]
    engine, known = _judged(facts, [diagnosis, limits])
    explained = explain_rule(engine, diagnosis, [diagnosis, limits], known, units(*known), "web")
    assert explained
    assert explained.truth is Truth.UNLIKELY
    assert [(part.text, part.truth) for part in explained.parts] == [
        ("rate < 40%", Truth.TRUE),
        ("wait > 2h", Truth.UNLIKELY),
    ]
    assert (explained.parts[1].parts[0].value, explained.parts[1].parts[0].high) == (3600, 8000)
    explained = explain_rule(engine, limits, [diagnosis, limits], known, units(*known), "web")
    assert explained
    assert [(part.text, part.truth) for part in explained.parts] == [
        ("wait > 15m", Truth.TRUE),
        ("wait > 2h", Truth.UNLIKELY),
    ]
    assert explain_rule(engine, limits, [limits], known, units(*known), "phone") is None
