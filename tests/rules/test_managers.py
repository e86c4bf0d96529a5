"""Managers like for like: golden numbers, no false red, and what is chance."""

import pytest

from benchmarks.simulations.managers import compared
from engine.engines.duckdb import Engine
from engine.rules.managers import Kind, ManagerCompared, ManagersTarget, managers_compared, standings
from tests.rules.golden import golden


def test_golden() -> None:
    """Expected, standardised and z are the golden ones."""
    given, expected = golden("owners-compared")
    kinds = [
        Kind(manager=name, stratum=(stratum,), n=n, credit=won, squares=won)
        for name, rows in given["owners"]
        for stratum, n, won in rows
    ]
    for found, (name, *numbers) in zip(standings(kinds), expected["rows"], strict=True):
        assert found.manager == name
        assert (found.raw, found.expected, found.standardised, found.z) == pytest.approx(numbers, abs=1e-6)


def test_golden_in_sql() -> None:
    """The same from a relation; nobody is worse, and all are shrunk to the mean of all."""
    given, expected = golden("owners-compared")
    found = compare([(n, won, name, s) for name, rows in given["owners"] for s, n, won in rows])
    for one, (name, *numbers) in zip(found, expected["rows"], strict=True):
        assert one.manager == name
        assert (one.raw, one.expected, one.standardised, one.z) == pytest.approx(numbers, abs=1e-6)
        assert one.word == "not told apart"
        assert one.low < one.shrunken < one.high
        assert one.shrunken == pytest.approx(107 / 300)


def compare(rows: list[tuple[int, int, str | None, str | None]], better: str = "higher") -> tuple[ManagerCompared, ...]:
    """Managers of rows of (n, won, manager, source)."""
    with Engine() as engine:
        engine.execute("create table handled (credit double, d_manager varchar, d_source varchar)")
        for n, won, name, source in rows:
            engine.execute(
                "insert into handled select (range < $won)::int, $name, $source from range($n)",
                {"n": n, "won": won, "name": name, "source": source},
            )
        target = ManagersTarget(
            process="web",
            control_point="rate",
            relation="handled",
            strata=("d_source",),
            better="higher" if better == "higher" else "lower",
        )
        return managers_compared(engine, (target,))


def test_worse_only_in_the_harmful_direction() -> None:
    """The same manager is worse where more is better, and not where less is."""
    rows = [(200, 30, "a", "x"), *((200, 80, name, "x") for name in ("b", "c", "d", "e"))]
    assert [one.word for one in compare(rows)] == ["worse", *["not told apart"] * 4]
    assert compare(rows, "lower")[0].word == "not told apart"


def test_few_cases_are_no_verdict() -> None:
    """29 lost cases of 29 are too few; cases of nobody are left out; a missing source is a kind of its own."""
    found = compare([(29, 0, "a", "x"), (300, 120, "b", "x"), (50, 20, "b", None), (100, 0, None, "x")])
    assert [(one.manager, one.n, one.word, one.q is None) for one in found] == [
        ("a", 29, "too few", True),
        ("b", 350, "not told apart", False),
    ]


def test_no_case_at_all() -> None:
    """Nobody to compare, no failure."""
    assert compare([]) == ()
    assert compare([(100, 0, "a", "x"), (100, 0, "b", "x")])[0].word == "not told apart"


def test_equal_managers_with_unequal_leads_are_not_told_apart() -> None:
    """Raw shares from 24 to 47 % by the mix alone: no one is red (all logs: benchmarks.simulations.managers)."""
    logs = compared(20)
    assert max(one.raw for one in logs[0]) - min(one.raw for one in logs[0]) > 0.15
    assert sum(any(one.word == "worse" for one in row) for row in logs) <= 1


def test_a_worse_manager_is_seen_though_the_raw_share_is_high() -> None:
    """The last gets the best leads: with 15 points less than others would make of them the raw share is average."""
    logs = compared(10, cases=3000, points=0.15)
    assert sum(row[-1].word == "worse" for row in logs) >= 8
