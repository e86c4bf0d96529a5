"""Verdicts through the SQL: facts in, verdicts out."""

import json
import math
from pathlib import Path
from statistics import NormalDist

import pytest

from engine.engines.duckdb import Engine
from engine.kpis.fact import Verdict
from engine.rules.applies import FactRequest, at_least_of, cases_for_upper_end, requests
from engine.rules.shrink import shrink, spread
from engine.rules.verdicts import _upper_tail, judge, read_verdicts
from tests.rules.facts import Z, conversion, elapsed, facts_engine, month, process, rule, share, times, units, week

GOLDEN = json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())


def golden(identity: str) -> dict[str, dict]:  # type: ignore[type-arg]
    """One golden case."""
    return next(case for case in GOLDEN["cases"] if case["id"] == identity)


def verdicts(engine: Engine, *rules, processes=None, **more):  # type: ignore[no-untyped-def]
    """Judge, and give the verdicts back in a fixed order."""
    known = processes or (process(),)
    judge(engine, rules, known, units(*known), **more)
    return engine.records("from verdicts order by process, control_point, rule, dimension, segment, since")


def only(engine: Engine, *rules, **more):  # type: ignore[no-untyped-def]
    """The only verdict, and why."""
    (row,) = verdicts(engine, *rules, **more)
    return row["verdict"], row["why"]


def _number(limit: float) -> str:
    return f"{limit * 100}%" if limit < 1 else f"{limit}"


def test_golden_table() -> None:
    """Every line of the table of verdicts comes out of the SQL to the letter."""
    cases = golden("verdict-table")["input"]["cases"]
    facts, rules = [], []
    for position, case in enumerate(cases):
        name, sign = f"r{position:02}", "<" if case["better"] == "higher" else ">"
        point = "rate" if "hits" in case else "wait"
        made = (
            share(case["hits"], case["n"])
            if "hits" in case
            else times(*(case[k] for k in ("value", "low", "high", "n")))
        )
        unit = "" if "hits" in case else "s"
        limits = {k: f"{sign} {_number(case[k])}{unit}" for k in ("yellow", "red")}
        rules.append(rule(name, **limits, control_point=point, at_least=case["at_least"], where="a == 1"))
        facts.append({**made, "control_point": point, "variant": name})
    known = (process(rate=process().control_points["rate"], wait=elapsed("wait", "0.5")),)
    rows = {row["rule"]: row["verdict"] for row in verdicts(facts_engine(*facts), *rules, processes=known)}
    assert [rows[name] for name in sorted(rows)] == golden("verdict-table")["expected"]["verdicts"]


@pytest.mark.parametrize(
    ("hits", "expected"),
    [(30, ("red", None)), (38, ("yellow", "uncertain")), (52, ("green", None)), (44, ("yellow", "uncertain"))],
)
def test_one_limit(hits: int, expected: tuple[str, str | None]) -> None:
    """`red` alone is both limits: the share is red, green, or uncertain."""
    assert only(facts_engine(share(hits, 100)), rule(red="< 40%")) == expected


@pytest.mark.parametrize(
    ("hits", "expected"),
    [(20, ("yellow", "between")), (38, ("yellow", "uncertain")), (55, ("green", None))],
)
def test_yellow_alone_is_never_worse_than_yellow(hits: int, expected: tuple[str, str | None]) -> None:
    """A rule with a yellow limit only does not turn red, however bad the fact."""
    assert only(facts_engine(share(hits, 100)), rule(yellow="< 40%")) == expected


def test_grey_says_how_many_more() -> None:
    """Too little data: the verdict says how many more cases it takes."""
    (row,) = verdicts(facts_engine(share(3, 10)), rule(red="< 40%"))
    assert (row["verdict"], row["needed"]) == ("grey", 20)


def test_effective_cases_count() -> None:
    """Open cases weigh less: what counts is n_eff, also when floating point leaves it a hair below the limit."""
    assert only(facts_engine(share(10, 100, n_eff=12.3)), rule(red="< 40%"))[0] == "grey"
    assert only(facts_engine(share(3, 30, n_eff=30 - 1e-12)), rule(red="< 40%"))[0] == "red"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({"value": None, "n": 200, "note": "dates without times"}, "not assessable"),
        ({"value": None, "n": 200}, "error"),
        ({"value": None, "n": None}, "error"),
        ({"value": 0.1, "n": 200, "maturity": "too young"}, "grey"),
        ({"value": None, "n": 0}, "grey"),
        ({"value": 0.1, "n": 200, "maturity": "provisional", **month(1)}, "grey"),
        ({"value": 0.1, "n": 200, "partial": True, **month(1)}, "grey"),
        ({"value": 0.1, "n": 200, **month(1)}, "red"),
    ],
)
def test_what_is_not_measured_is_never_green(fact: dict[str, object], expected: str) -> None:
    """What could not be computed, is not measurable or is too young has a word of its own; a census has no interval."""
    assert only(facts_engine(fact), rule(red="< 40%"))[0] == expected


def test_equal_keeps_a_limit_unless_it_says_so() -> None:
    """A value equal to `> 900s` keeps it, equal to `>= 900s` breaches it."""
    fact = times(900, 900, 900, 200, control_point="wait")
    assert only(facts_engine(fact), rule(red="> 900s", control_point="wait"))[0] == "green"
    assert only(facts_engine(fact), rule(red=">= 900s", control_point="wait"))[0] == "red"


def test_a_rule_with_where_reads_its_own_variant() -> None:
    """A rule with `where` is judged on the facts of its variant, the others on the plain facts."""
    engine = facts_engine(share(90, 100), share(10, 100, variant="mine"))
    rows = verdicts(engine, rule("all", red="< 40%"), rule("mine", red="< 40%", where="source == 'ads'"))
    assert [(row["rule"], row["verdict"]) for row in rows] == [("all", "green"), ("mine", "red")]


def test_dimensions_of_a_rule() -> None:
    """A rule with `by` judges these dimensions and the whole, one without judges all."""
    whole, by_source = share(10, 100), share(10, 100, dimension="source", segment="ads")
    engine = facts_engine(whole, by_source, share(10, 100, dimension="manager", segment="Ann"))
    some, everything, none = (verdicts(engine, rule(red="< 40%", by=by)) for by in (("source", "channel"), None, ()))
    assert [row["dimension"] for row in some] == ["source", None]
    assert [row["dimension"] for row in everything] == ["manager", "source", None]
    assert [row["dimension"] for row in none] == [None]


def _segments(*hits: int, n: int = 100) -> list[dict[str, object]]:
    return [share(h, n, dimension="manager", segment=f"m{i:04}") for i, h in enumerate(hits)]


def test_segments_are_red_under_error_control() -> None:
    """A segment that alone would be red is only uncertain among many; a clear one stays red."""
    rows = verdicts(facts_engine(*_segments(29, 20, *[45] * 98)), rule(red="< 40%"))
    assert [(row["verdict"], row["why"]) for row in rows[:2]] == [("yellow", "uncertain"), ("red", None)]
    assert only(facts_engine(*_segments(29)), rule(red="< 40%")) == ("red", None)


def test_error_control_is_benjamini_hochberg() -> None:
    """The segments that are red are exactly those that Benjamini-Hochberg rejects by the score test."""
    hits = [*range(15, 45), *[42] * 60]
    rows = verdicts(facts_engine(*_segments(*hits)), rule(red="< 40%"))
    p = [NormalDist().cdf((h / 100 - 0.4) / math.sqrt(0.4 * 0.6 / 100)) for h in hits]
    ranked = sorted(p)
    accepted = max((x for k, x in enumerate(ranked, 1) if x <= 0.025 * k / len(p)), default=0.0)
    assert [row["verdict"] == "red" for row in rows] == [x <= accepted for x in p]
    assert 0 < sum(row["verdict"] == "red" for row in rows) < len(hits)


def test_tail_of_the_normal() -> None:
    """The tail that the statement computes is the normal one, far out as well."""
    engine = Engine()
    for z in (1.96, 2.5, 4.0, 8.0, 20.0):
        (tail,) = engine.row(f"select {_upper_tail(f'{z}::double')}")
        assert tail == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)), rel=1e-6)


def test_segments_of_a_quantile() -> None:
    """A quantile is tested by its share at the limit where the fact brings it, else by its interval; never without."""
    segment = {"control_point": "wait", "dimension": "manager"}
    facts = [
        times(4000, 3700, 5000, 100, **segment, segment="a", at_limit=0.5, limit_at=900.0),
        times(4000, 3700, 5000, 100, **segment, segment="b", at_limit=0.895, limit_at=900.0),
        times(4000, 3700, 5000, 100, **segment, segment="c"),
        times(None, 3700, None, 100, **segment, segment="d"),
    ]
    engine = facts_engine(*facts, extra={"at_limit": "double", "limit_at": "double"})
    rows = verdicts(engine, rule(yellow="> 15m", red="> 1h", control_point="wait"))
    assert [row["verdict"] for row in rows] == ["red", "yellow", "red", "yellow"]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [((10, 10, 10), "red"), ((90, 10, 10), "red"), ((10, 10, 90), "grey"), ((10,), "grey")],
)
def test_for_periods(weeks: tuple[int, ...], expected: str) -> None:
    """`for: 2 periods` fires when the last two complete, mature weeks breach as well."""
    periods = [share(h, 100, **week(i)) for i, h in enumerate(weeks)]
    young = [share(90, 100, **week(len(weeks)), maturity="provisional")]
    rows = verdicts(facts_engine(share(10, 100), *periods, *young), rule(red="< 40%", for_="2 periods"))
    assert [row["verdict"] for row in rows if row["since"] is None] == [expected]


def test_own_limits() -> None:
    """`best month` and `median month`: of the mature months with enough cases, less what of them is chance."""
    months = [share(h, 100, **month(i + 1)) for i, h in enumerate((40, 60, 50))]
    ignored = [share(19, 20, **month(4)), share(99, 100, **month(5), maturity="provisional")]
    whole = share(30, 100)
    rows = verdicts(facts_engine(whole, *months, *ignored), rule(yellow="best month", red="median month"))
    row = next(row for row in rows if row["since"] is None)
    values = [0.4, 0.6, 0.5]
    variances = [((float(str(one["high"])) - float(str(one["low"]))) / (2 * Z)) ** 2 for one in months]
    among = spread(values, variances, 0.3, 0)
    best, median = (shrink(values[n], variances[n], among).value for n in (1, 2))
    assert (row["yellow"], row["red"]) == (pytest.approx(best), pytest.approx(median))
    assert row["verdict"] == "red"


@pytest.mark.parametrize(("months", "verdict"), [((36, 44, 40, 39), "green"), ((20, 60, 40, 40), "yellow")])
def test_the_best_of_equal_months_is_luck(months: tuple[int, ...], verdict: str) -> None:
    """Months that differ no more than chance make them set a limit that the whole keeps."""
    whole = share(sum(months), 100 * len(months))
    facts = [whole, *[share(h, 100, **month(i + 1)) for i, h in enumerate(months)]]
    rows = verdicts(facts_engine(*facts), rule(yellow="best month", red="median month"))
    assert [row["verdict"] for row in rows if row["since"] is None] == [verdict]


def test_what_is_sure_of_all_that_is_judged() -> None:
    """A breach that alone would be red is not sure among many; a clear one is."""
    points = {f"p{i:02}": conversion(f"p{i:02}") for i in range(40)}
    facts = [share(h, 100, control_point=name) for name, h in zip(points, (29, 15, *[45] * 38), strict=True)]
    rules = [rule(name, red="< 40%", control_point=name) for name in points]
    rows = verdicts(facts_engine(*facts), *rules, processes=(process(**points),))
    assert [(row["verdict"], row["sure"]) for row in rows[:2]] == [("red", False), ("red", True)]
    assert not any(row["sure"] for row in rows[2:])


def test_own_limit_without_months() -> None:
    """Without three mature months there is no limit of the client's own, and the verdict says so."""
    rows = verdicts(facts_engine(share(30, 100), share(30, 100, **month(1))), rule(yellow="best month"))
    assert {row["verdict"] for row in rows} == {"not assessable"}


def test_no_rules_no_verdicts() -> None:
    """Without a rule there are no verdicts, and no error."""
    assert verdicts(facts_engine(share(30, 100))) == []


def test_order_of_facts_does_not_matter() -> None:
    """The same facts in another order give the same verdicts."""
    facts = [*_segments(10, 29, 38, 45, 52, 60), share(38, 100), *[share(20, 100, **week(i)) for i in range(3)]]
    rules = (rule("a", red="< 40%", for_="2 periods"), rule("b", yellow="< 50%", red="< 40%"))
    assert verdicts(facts_engine(*facts), *rules) == verdicts(facts_engine(*reversed(facts)), *rules)


def test_at_least() -> None:
    """At least 30; 100 for a limit near an end; a quantile as many as its upper end takes; what the rule says."""
    assert [cases_for_upper_end(q) for q in (0.5, 0.9, 0.95)] == [4, 35, 73]
    for q in (0.5, 0.9, 0.95):
        n = cases_for_upper_end(q)
        assert n / (n + Z**2) > q >= (n - 1) / (n - 1 + Z**2)
    assert at_least_of(rule(red="< 40%"), "ratio", None) == 30
    assert at_least_of(rule(red="< 5%"), "ratio", None) == 100
    assert at_least_of(rule(yellow="< 90%", red="< 70%"), "ratio", None) == 100
    assert at_least_of(rule(red="< 5%", at_least=40), "ratio", None) == 40
    assert at_least_of(rule(red="> 15m", at_least=10), "seconds", 0.9) == 35


def test_requests() -> None:
    """The rules ask for their control points, variants, dimensions, and the shares at the limits of a quantile."""
    known = (process(), process("phone", rate=process().control_points["rate"]))
    asked = requests(
        (
            rule("slow", yellow="> 15m", red="> 1h", control_point="wait", by=("manager",)),
            rule("ads", red="best month", control_point="web.rate", where="source == 'ads'"),
            rule("both", when="rate > 10% and wait < 1h"),
        ),
        known,
        units(*known),
        ("source",),
    )
    assert asked == (
        FactRequest(process="web", control_point="rate"),
        FactRequest(
            process="web", control_point="rate", variant="ads", where=asked[1].where, by=("source",), months=True
        ),
        FactRequest(process="web", control_point="wait", by=("manager",), at_least=30, limits=(900.0,)),
    )


def test_reading_verdicts() -> None:
    """Verdicts are read back by the fact they are of, rules in order."""
    engine = facts_engine(share(10, 100), share(3, 10, dimension="manager", segment="Ann"), share(90, 100, **week(1)))
    known = (process(),)
    judge(engine, (rule("b", yellow="< 50%"), rule("a", yellow="< 50%", red="< 40%")), known, units(*known))
    found = read_verdicts(engine)
    whole = ("web", "rate", "", None, None, None)
    assert found[whole] == (
        Verdict(rule="a", verdict="red", yellow=0.5, red=0.4),
        Verdict(rule="b", verdict="yellow", why="between", yellow=0.5),
    )
    ann = found["web", "rate", "", "manager", "Ann", None]
    assert [(one.verdict, one.needed) for one in ann] == [("grey", 20), ("grey", 20)]
    assert [one.verdict for one in found["web", "rate", "", None, None, week(1)["since"]]] == ["green", "green"]
    assert list(read_verdicts(engine, whole_only=True)) == [whole]
