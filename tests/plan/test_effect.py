"""Expected effects, to the golden numbers."""

import itertools
import json
from pathlib import Path

import pytest
from scipy.stats import beta

from engine.plan.effect import Measure, _beta_quantiles, dose_effect, joint_effect, raised, rescued, to_target, won

CASES = json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())["cases"]
GOLDEN = {case["id"]: case for case in CASES}


def test_joint() -> None:
    """Measures on one stage multiply what is left of its loss, and the funnel is computed again."""
    given, expected = GOLDEN["effect-joint"]["input"], GOLDEN["effect-joint"]["expected"]
    measures = {name: Measure(stage=m["stage"], removes=m["r"]) for name, m in given["measures"].items()}
    found = joint_effect(given["cases"], given["stages"], measures)
    assert found.alone == pytest.approx(expected["alone"])
    assert (found.baseline, found.sum, found.joint) == pytest.approx(
        (expected["baseline"], expected["sum"], expected["joint"])
    )


def test_pass_through() -> None:
    """Rescued cases go on at pass_through times the downstream conversion."""
    given = GOLDEN["effect-pass-through"]["input"]
    measure = Measure(stage=given["measure"]["stage"], removes=given["measure"]["r"])
    found = [rescued(given["cases"], given["stages"], measure, through) for through in given["pass_through"]]
    assert found == pytest.approx(GOLDEN["effect-pass-through"]["expected"]["extra_won"])


def test_by_segment() -> None:
    """The chain runs inside each segment; the pooled one would promise more than three times as much."""
    given, expected = GOLDEN["effect-by-segment"]["input"], GOLDEN["effect-by-segment"]["expected"]
    raise_, segments = given["raise_"], {segment["name"]: segment for segment in given["segments"]}
    ads = segments[raise_["segment"]]
    assert raised(ads["cases"], ads["stages"], raise_["stage"], raise_["by"]) == pytest.approx(expected["extra_won"])
    passed = [sum(won(s["cases"], s["stages"][:k]) for s in given["segments"]) for k in range(4)]
    pooled = [after / before for before, after in itertools.pairwise(passed)]
    by = raise_["by"] * ads["cases"] / passed[0]
    assert raised(passed[0], pooled, raise_["stage"], by) == pytest.approx(expected["pooled_chain"])


def test_interval() -> None:
    """The range of a gain is that of the golden draws, within their tolerance, and always the same."""
    case = GOLDEN["effect-interval"]
    found = to_target(**case["input"])
    for name, value in case["expected"].items():
        assert getattr(found, name) == pytest.approx(value, abs=case["tolerance"]), name
    assert found == to_target(**case["input"])


def test_dose() -> None:
    """Making slow cases fast: mean with Jeffreys, error and ends by the delta method."""
    found, expected = dose_effect(**GOLDEN["effect-dose-mean"]["input"]), GOLDEN["effect-dose-mean"]["expected"]
    assert (found.mean, found.error, found.low, found.high) == pytest.approx(
        tuple(expected[name] for name in ("mean", "delta_se", "low90", "high90")), abs=1e-6
    )


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.5, 30.5), (280.5, 120.5), (3.5, 5000.5), (40.5, 0.5)])
def test_quantiles_of_beta(a: float, b: float) -> None:
    """The tabulated quantiles are those of the Beta distribution, also where nobody or everybody arrived."""
    quantile = _beta_quantiles(a, b)
    for u in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert quantile(u) == pytest.approx(beta.ppf(u, a, b), abs=2e-4 * beta.std(a, b) + 1e-9)
