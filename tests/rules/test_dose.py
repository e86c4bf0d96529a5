"""Reaction and result: golden numbers, the real set, clients who leave, and that order changes nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.simulations.dose import Leaving, shown
from engine.engines.duckdb import Engine
from engine.engines.sql import text_literal
from engine.rules.dose import Dose, DoseTarget, band_names, dose
from engine.rules.error_control import upper_tail
from engine.rules.mantel import Stratum, cochran_armitage, direct, mantel_haenszel
from tests.rules.golden import golden

CONTACTS = Path(__file__).parents[2] / ".." / "shared" / "data" / "airbnb_dublin" / "Contacts.csv"
COLUMNS = ("answered_seconds", "ended_seconds", "watched_seconds", "credit", "d_source")


def dose_of(rows: Iterable[tuple[Any, ...]], *, at_least: int = 1, **more: Any) -> Dose:
    """The dose of rows of answered, ended, watched, credit, source."""
    with Engine() as engine:
        engine.execute(
            """create table reactions (answered_seconds double, ended_seconds double, watched_seconds double,
                credit double, d_source varchar)"""
        )
        engine.insert("reactions", COLUMNS, list(rows))
        asked = DoseTarget(process="web", control_point="first", outcome="won", relation="reactions", **more)
        return dose(engine, asked, at_least=at_least)


def test_landmark_golden() -> None:
    """Cases ended before L are left out; those answered by L are compared with those not answered by L."""
    given, expected = golden("landmark")
    rows = [(a, e, None, float(outcome == "won"), "site") for a, e, outcome in given["rows"]]
    (found,) = dose_of(rows, landmarks=(given["L"],), strata=("d_source",)).landmarks
    assert found.left_out == expected["left_out"]
    for side in ("answered", "not_answered"):
        n, won = getattr(found, side), getattr(found, f"{side}_value")
        assert [n, n * won] == pytest.approx(expected[side])
    assert found.difference == pytest.approx(expected["difference"], abs=1e-6)


def test_mantel_haenszel_golden() -> None:
    """Difference, Sato's error and interval, and direct standardisation."""
    given, expected = golden("dose-standardised")
    rows = {(stratum, band): (n, won) for stratum, band, n, won in given["rows"]}
    strata = [
        Stratum(n1=rows[s, "fast"][0], hits1=rows[s, "fast"][1], n0=rows[s, "slow"][0], hits0=rows[s, "slow"][1])
        for s in ("site", "ads", "ref")
    ]
    found, mixed = mantel_haenszel(strata), direct(strata)
    assert found
    assert mixed
    assert found.difference == pytest.approx(expected["mh_difference"], abs=1e-6)
    assert found.error == pytest.approx(expected["mh_se"], abs=1e-6)
    assert (found.low, found.high) == pytest.approx((expected["low"], expected["high"]), abs=1e-6)
    assert (mixed.with_, mixed.without) == pytest.approx(tuple(expected["standardised"].values()), abs=1e-6)
    assert mixed.difference == pytest.approx(expected["standardised_difference"], abs=1e-6)
    assert mixed.error == pytest.approx(expected["standardised_se"], abs=1e-6)


def test_trend_golden() -> None:
    """Cochran and Armitage's z over the answered bands."""
    given, expected = golden("dose-trend")
    z = cochran_armitage([(n, won) for _, n, won in given["rows"]])
    assert z == pytest.approx(expected["z"], abs=1e-6)
    assert upper_tail(-(z or 0)) == pytest.approx(expected["p_one_sided_falling"], rel=1e-6)


def test_bands_golden() -> None:
    """Shares with Wilson's intervals; those never answered stand apart and are no part of the trend."""
    given, expected = golden("dose-airbnb")
    seconds = {"<=1h": 60.0, "<=24h": 7200.0, ">24h": 90000.0, "never": None}
    with Engine() as engine:
        engine.execute(
            """create table reactions (answered_seconds double, ended_seconds double, watched_seconds double,
                credit double)"""
        )
        for band, n, won in given["rows"]:
            engine.execute(
                "insert into reactions select $s, null, null, (range < $won)::int from range($n)",
                {"s": seconds[band], "n": n, "won": won},
            )
        asked = DoseTarget(
            process="web", control_point="first", outcome="won", relation="reactions", bands=(3600, 86400), landmarks=()
        )
        found = dose(engine, asked)
    for band, (_, *numbers) in zip(found.bands, expected["shares"], strict=True):
        assert (band.value, band.low, band.high) == pytest.approx(numbers, abs=1e-6)
    assert found.trend_z == pytest.approx(golden("dose-trend")[1]["z"], abs=1e-6)


def test_airbnb_dublin() -> None:
    """The real set: 40.4, 24.7, 7.6 and 0 %, and inquiries answered in an hour are booked more often than the rest."""
    if not CONTACTS.exists():
        pytest.skip("the real data sets are not beside the project")
    with Engine() as engine:
        engine.execute(
            f"""create table reactions as
            with read as (
                select strptime(ts_contact_at, '%d/%m/%Y %H:%M') as began,
                    try_cast(ts_reply_at as timestamp) as replied,
                    try_cast(ts_booking_at as timestamp) as booked
                from read_csv({text_literal(str(CONTACTS))}, all_varchar = true)
            )
            select epoch(replied - began) as answered_seconds, null::double as ended_seconds,
                null::double as watched_seconds, (booked is not null)::integer::double as credit
            from read"""
        )
        asked = DoseTarget(
            process="inquiry",
            control_point="reaction_time",
            outcome="booking_rate",
            relation="reactions",
            bands=(3600, 86400),
        )
        found = dose(engine, asked)
    assert [band.band for band in found.bands] == ["<= 1h", "<= 24h", "> 24h", "never"]
    assert [round(100 * (band.value or 0), 1) for band in found.bands] == [40.4, 24.7, 7.6, 0.0]
    assert all(mark.low and mark.low > 0 for mark in found.landmarks)


def test_bands_are_told_apart() -> None:
    """A bound belongs to the shorter band; names are as short as they can be."""
    assert band_names((900, 3600, 86400, 172800)) == ("<= 15m", "<= 1h", "<= 24h", "<= 2d", "> 2d", "never")
    found = dose_of([(900.0, None, None, 1.0, "a"), (900.5, None, None, 0.0, "a")], bands=(900,), landmarks=())
    assert [(band.n, band.value) for band in found.bands] == [(1, 1.0), (1, 0.0), (0, None)]


def test_waiting_clients_who_leave() -> None:
    """Bands of the answered all say 40 %, and yet those answered by a landmark do better than those not."""
    (found,) = shown(Leaving(cases=6000), 1)
    assert all(0.3 < (band.value or 0) < 0.5 for band in found.bands if band.band != "never" and band.n >= 100)
    assert abs(found.trend_z or 0) < 3
    assert all(mark.low is not None and mark.low > 0 for mark in found.landmarks)
    assert found.basis == "association"
    assert found.standardised_by == ("source", "manager")


def test_no_effect_where_nobody_leaves() -> None:
    """Where speed makes no difference, none is shown."""
    (found,) = shown(Leaving(cases=6000, patience=1e12), 1)
    assert all((mark.low or -1) < 0 < (mark.high or 1) for mark in found.landmarks)


def test_a_difference_of_mix_is_not_one_of_speed() -> None:
    """Referrals are answered faster and buy more often; within a source speed does nothing, and nothing is shown."""
    rows = [(60.0, None, None, float(i < 80), "ref") for i in range(160)]
    rows += [(9000.0, None, None, float(i < 20), "ref") for i in range(40)]
    rows += [(60.0, None, None, float(i < 4), "ads") for i in range(40)]
    rows += [(9000.0, None, None, float(i < 16), "ads") for i in range(160)]
    (plain,) = dose_of(rows, landmarks=(3600,)).landmarks
    (within,) = dose_of(rows, landmarks=(3600,), strata=("d_source",)).landmarks
    assert plain.low is not None
    assert plain.low > 0
    assert within.difference == pytest.approx(0)
    assert within.standardised == pytest.approx((0.3, 0.3))


def test_too_few_say_nothing() -> None:
    """Under 30 on a side there is no difference, and where no stratum has both there is none either."""
    rows = [(60.0, None, None, 1.0, "a")] * 29 + [(None, None, None, 0.0, "a")] * 300
    (found,) = dose_of(rows, at_least=30, landmarks=(3600,)).landmarks
    assert (found.answered, found.not_answered, found.difference) == (29, 300, None)
    apart = [(60.0, None, None, 1.0, "a")] * 40 + [(None, None, None, 0.0, "b")] * 40
    (found,) = dose_of(apart, at_least=30, landmarks=(3600,), strata=("d_source",)).landmarks
    assert found.difference is None


def test_cases_not_watched_until_then_are_left_out() -> None:
    """A young open case cannot be said not to have been answered, nor one answered in time to outweigh it."""
    rows = [(None, None, 600.0, 0.4, "a"), (60.0, None, 600.0, 0.4, "a"), (60.0, None, 7200.0, 1.0, "a")]
    (found,) = dose_of(rows, landmarks=(3600,)).landmarks
    assert (found.answered, found.not_answered, found.left_out) == (1, 0, 2)


def test_nothing_at_all() -> None:
    """No case gives empty bands and landmarks, not a failure."""
    found = dose_of([])
    assert all(band.n == 0 and band.value is None for band in found.bands)
    assert found.trend_z is None
