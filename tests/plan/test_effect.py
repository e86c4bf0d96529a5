"""Expected effects, to the golden numbers, and what they promise of themselves."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from engine.plan.draws import beta_quantiles, points, range_of
from engine.plan.effect import (
    Difference,
    Funnel,
    Known,
    Lever,
    Removal,
    extra,
    gain,
    improved,
    pass_through,
    stages_known,
)

CASES = json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())["cases"]
GOLDEN = {case["id"]: case for case in CASES}
SURE = 1e9
"""So many cases that a share is as good as known."""


def share(value: float, of: float = SURE) -> Known:
    """A share of many cases."""
    return Known(hits=value * of, of=of)


def lever(key: str = "x", **more: object) -> Lever:
    """A lever on the first stage of two, of 100 cases a month: from 40 % to 50 %, half of whom are won."""
    fields: dict[str, object] = {
        "process": "web",
        "control_point": "contact_rate",
        "begin": 0,
        "end": 1,
        "cases": 100.0,
        "now": share(0.4),
        "then": 0.5,
        "worth": share(0.5),
        "basis": "assumption",
    }
    return Lever(key=key, **{**fields, **more})  # type: ignore[arg-type]


def funnel(**more: object) -> Funnel:
    """100 cases a month, 40 % pass the first stage, half of those the second."""
    fields: dict[str, object] = {
        "process": "web", "cases": 100.0, "stages": (share(0.4), share(0.5)), "won": 20.0, "money": 1000.0,
    }  # fmt: skip
    return Funnel(**{**fields, **more})  # type: ignore[arg-type]


def test_joint() -> None:
    """Measures on one stage multiply what is left of its loss, and the funnel is computed again."""
    given_, expected = GOLDEN["effect-joint"]["input"], GOLDEN["effect-joint"]["expected"]
    removals = {name: Removal(one["stage"], one["stage"] + 1, one["r"]) for name, one in given_["measures"].items()}

    def brings(*chosen: Removal) -> float:
        stages = given_["stages"]
        return float(given_["cases"] * (math.prod(improved(stages, chosen)) - math.prod(stages)))

    alone = {name: brings(one) for name, one in removals.items()}
    assert alone == pytest.approx(expected["alone"])
    assert sum(alone.values()) == pytest.approx(expected["sum"])
    assert brings(*removals.values()) == pytest.approx(expected["joint"])


def test_joint_of_levers() -> None:
    """Drawn levers come together by the same funnel: three of the golden measures bring 12.096, not 11.7."""
    given_, expected = GOLDEN["effect-joint"]["input"], GOLDEN["effect-joint"]["expected"]
    cases, stages = given_["cases"], given_["stages"]
    levers = []
    for name, one in given_["measures"].items():
        k = one["stage"]
        levers.append(
            lever(
                name,
                begin=k,
                end=k + 1,
                cases=cases * math.prod(stages[:k]),
                now=share(stages[k]),
                then=share(1 - (1 - stages[k]) * (1 - one["r"])),
                worth=Difference(value=math.prod(stages[k + 1 :]), error=0.0),
            )
        )
    whole = funnel(cases=cases, stages=tuple(map(share, stages)), won=math.prod(stages) * cases)
    found = gain(levers, {"web": whole})
    assert found
    assert (found.won, found.low, found.high) == pytest.approx((expected["joint"],) * 3, rel=1e-3)


def test_pass_through() -> None:
    """Rescued cases go on at pass_through times the downstream conversion; the low end takes the half."""
    given_ = GOLDEN["effect-pass-through"]["input"]
    stages, measure = given_["stages"], given_["measure"]
    one = lever(
        cases=given_["cases"], now=share(stages[0]), then=1 - (1 - stages[0]) * (1 - measure["r"]),
        worth=share(math.prod(stages[1:])),
    )  # fmt: skip
    alone = sum(extra(one)) / len(extra(one))
    found = [alone * through for through in reversed(pass_through(one))]
    assert found == pytest.approx(GOLDEN["effect-pass-through"]["expected"]["extra_won"], rel=1e-4)
    both = gain([one], {"web": funnel(cases=400, stages=tuple(map(share, stages)), won=42)})
    assert both
    assert (both.low, both.high) == pytest.approx((1.8, 3.6), rel=1e-3)


def test_by_segment() -> None:
    """A lever of a segment goes on at the rate of that segment; the pooled one would promise more than three times."""
    given_, expected = GOLDEN["effect-by-segment"]["input"], GOLDEN["effect-by-segment"]["expected"]
    raise_, segments = given_["raise_"], {segment["name"]: segment for segment in given_["segments"]}
    ads = segments[raise_["segment"]]
    own = ads["stages"]
    one = lever(cases=ads["cases"], now=share(own[0]), then=own[0] + raise_["by"], worth=share(math.prod(own[1:])))
    assert sum(extra(one)) / len(extra(one)) == pytest.approx(expected["extra_won"], rel=1e-4)
    passed = [sum(s["cases"] * math.prod(s["stages"][:k]) for s in given_["segments"]) for k in range(4)]
    pooled = [after / before for before, after in itertools.pairwise(passed)]
    wrong = raise_["by"] * ads["cases"] * math.prod(pooled[1:])
    assert wrong == pytest.approx(expected["pooled_chain"])


def test_interval() -> None:
    """The range of a gain is that of the golden draws, within their tolerance, and always the same."""
    case = GOLDEN["effect-interval"]
    hits, of, stage = case["input"]["hits"], case["input"]["of"], case["input"]["stage"]
    known = [Known(hits=h, of=n) for h, n in zip(hits, of, strict=True)]
    one = lever(
        begin=stage, end=stage + 1, cases=case["input"]["cases"], reach=known[0], now=known[stage],
        then=case["input"]["target"], worth=known[stage + 1],
    )  # fmt: skip
    found = range_of(extra(one))
    for name, value in case["expected"].items():
        assert getattr(found, name) == pytest.approx(value, abs=case["tolerance"]), name


def test_dose() -> None:
    """Making slow cases fast: both shares are drawn; the mean is Jeffreys', the ends near the delta method's."""
    given_, expected = GOLDEN["effect-dose-mean"]["input"], GOLDEN["effect-dose-mean"]["expected"]
    one = lever(
        cases=given_["n_slow"], now=Known(hits=given_["hits_slow"], of=given_["n_slow"]),
        then=Known(hits=given_["hits_fast"], of=given_["n_fast"]), worth=None, end=2,
    )  # fmt: skip
    found = range_of(extra(one))
    assert found.mean == pytest.approx(expected["mean"], abs=0.01)
    assert (found.low, found.high) == pytest.approx((expected["low90"], expected["high90"]), abs=0.4)


def test_a_level_is_reached_once() -> None:
    """Two limits of one stage are not added: the stage is brought to the higher one, whatever else is done."""
    both = [lever("a"), lever("b", then=0.45)]
    together, alone = gain(both, {"web": funnel()}), gain(both[:1], {"web": funnel()})
    assert together
    assert alone
    assert together.won == pytest.approx(alone.won, rel=1e-3)
    stages = improved([0.4, 0.5], [Removal(0, 1, 0.5), Removal(0, 2, 0.1, level=True)])
    assert stages == pytest.approx([0.7, 0.5])  # 35 % of all are won: more than the level of 28 %


def test_one_cause_counts_once() -> None:
    """What one cause costs at two control points is the same loss seen twice: the greater counts."""
    seen = [lever("a", cause="night", then=share(0.5)), lever("b", cause="night", then=share(0.45))]
    together, alone = gain(seen, {"web": funnel()}), gain(seen[:1], {"web": funnel()})
    assert together == alone


def test_an_effect_is_never_above_turnover() -> None:
    """Where numbers promise more than is won now, the range ends there; its money too."""
    found = gain([lever(cases=1000.0)], {"web": funnel()})
    assert found
    assert (found.won, found.low, found.high, found.money) == (20.0, 20.0, 20.0, 20_000.0)


def test_what_rests_on_least_is_named() -> None:
    """A gain of several levers rests on the weakest of them."""
    found = gain([lever("a", basis="own data"), lever("b", basis="association")], {"web": funnel()})
    assert found
    assert found.basis == "association"
    assert gain([], {"web": funnel()}) is None
    assert gain([lever(process="other")], {"web": funnel()}) is None


def test_a_worse_value_costs() -> None:
    """A lever may go down; its low end is the greater loss."""
    found = gain([lever(then=0.3), lever("b", begin=1, end=2, worth=None)], {"web": funnel()})
    alone = gain([lever(then=0.3)], {"web": funnel()})
    assert found
    assert alone
    assert alone.low < alone.won < alone.high < 0
    assert alone.probability == 0


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    stages=st.lists(st.floats(0.05, 0.95), min_size=2, max_size=5),
    parts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.floats(0.0, 1.0), st.booleans()), max_size=6),
)
def test_a_funnel_stays_a_funnel(stages: list[float], parts: list[tuple[int, int, float, bool]]) -> None:
    """Whatever is removed, shares stay between 0 and 1, nothing gets worse, and together is never more than the sum
    of what is lost."""
    removals = [
        Removal(begin % len(stages), min(len(stages), begin % len(stages) + length), part, level=level)
        for begin, length, part, level in parts
    ]
    found = improved(stages, removals)
    assert all(0 <= after <= 1 + 1e-12 for after in found)
    assert all(after >= before - 1e-12 for before, after in zip(stages, found, strict=True))
    assert found == improved(stages, removals[::-1]) or len(removals) > 1


def test_many_stages_can_be_drawn() -> None:
    """A path of twenty stages has its points too, each coordinate evenly spread."""
    rows = list(points(20))
    assert len(rows) == 4096
    assert all(abs(sum(column) / 4096 - 0.5) < 0.01 for column in zip(*rows, strict=True))


def test_stages_leave_out_what_still_waits() -> None:
    """A case that still waits in a stage is neither through nor lost."""
    assert stages_known([100, 60, 20], [10, 5]) == (Known(hits=60, of=90), Known(hits=20, of=55))


def test_more_cases_narrow_the_range() -> None:
    """Ten times the cases, about a third of the width."""
    few, many = (
        range_of(extra(lever(now=Known(hits=0.4 * n, of=n), then=Known(hits=0.5 * n, of=n), worth=None)))
        for n in (100, 1000)
    )
    assert (many.high - many.low) / (few.high - few.low) == pytest.approx(0.32, abs=0.02)
    assert replace(lever(), key="y") != lever()


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.5, 30.5), (280.5, 120.5), (3.5, 5000.5), (40.5, 0.5)])
def test_quantiles_of_beta(a: float, b: float) -> None:
    """The tabulated quantiles are those of the Beta distribution, also where nobody or everybody arrived."""
    quantile = beta_quantiles(a, b)
    for u in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert quantile(u) == pytest.approx(beta.ppf(u, a, b), abs=2e-4 * beta.std(a, b) + 1e-9)
