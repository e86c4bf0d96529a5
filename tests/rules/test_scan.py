"""The scan of segments: golden numbers, what it must find and what it must not."""

import random
from collections import Counter

import pytest

from benchmarks.simulations.scan import SIX, Logs, false_findings, found_first, make, scans, target
from engine.engines.duckdb import Engine
from engine.rules.error_control import adjusted, detectable, upper_tail
from engine.rules.scan import Found, Scan, ScanTarget, scan
from engine.rules.scan_choice import Group, leads, two_groups
from tests.rules.golden import golden


def engine_with(rows: list[tuple[float | None, int, str | None, str | None]], name: str = "credited") -> Engine:
    """A database with a relation of credit, half and two dimensions."""
    engine = Engine()
    fill(engine, name, rows)
    return engine


def fill(engine: Engine, name: str, rows: list[tuple[float | None, int, str | None, str | None]]) -> None:
    """One more relation."""
    engine.execute("create or replace temp table counted (credit double, half int, m varchar, s varchar, n int)")
    engine.insert("counted", ("credit", "half", "m", "s", "n"), [(*row, n) for row, n in Counter(rows).items()])
    engine.execute(
        f"""create table {name} as
        select credit, half::tinyint as half, m as d_manager, s as d_source
        from counted, unnest(range(n))"""
    )


def cells(*counts: tuple[int, int, str | None, str | None]) -> list[tuple[float | None, int, str | None, str | None]]:
    """Rows of (n, hits, manager, source), hits spread over both halves."""
    rows: list[tuple[float | None, int, str | None, str | None]] = []
    for n, hits, manager, source in counts:
        rows += [(float(i * hits // n != (i + 1) * hits // n), 1 + 2 * i // n, manager, source) for i in range(n)]
    return rows


def of(relation: str = "credited", better: str = "higher", point: str = "rate") -> ScanTarget:
    """A target over both dimensions."""
    return ScanTarget(
        process="web",
        control_point=point,
        relation=relation,
        dimensions=("manager", "source"),
        better="higher" if better == "higher" else "lower",
    )


def test_benjamini_hochberg() -> None:
    """Adjusted p and what is rejected are those of statsmodels."""
    given, expected = golden("benjamini-hochberg")
    q = adjusted(given["p"])
    assert q == pytest.approx(expected["adjusted"], abs=1e-6)
    assert [value <= given["q"] for value in q] == expected["rejected"]


def test_the_largest_p_may_be_left_out() -> None:
    """With the number of comparisons known, the q of the small p do not need the large ones."""
    given, expected = golden("benjamini-hochberg")
    shuffled = random.Random(1).sample(given["p"][:9], 9)
    exact = dict(zip(given["p"], expected["adjusted"], strict=True))
    found = dict(zip(shuffled, adjusted(shuffled, 15), strict=True))
    small = [p for p in shuffled if exact[p] <= max(shuffled)]
    assert len(small) == 4
    assert all(found[p] == pytest.approx(exact[p], abs=1e-6) for p in small)


def test_z_golden() -> None:
    """z and its p are those of a two-sample test with pooled variance."""
    given, expected = golden("scan-z")
    n, hits, all_n, all_hits = (given[k] for k in ("segment_n", "segment_hits", "total_n", "total_hits"))
    one, other = Group(n=n, credit=hits), Group(n=all_n - n, credit=all_hits - hits)
    assert two_groups(one, other) == pytest.approx(expected["z"], abs=1e-6)
    assert upper_tail(-two_groups(one, other)) == pytest.approx(expected["p_one_sided"], rel=1e-6)


def test_z_in_sql_is_golden() -> None:
    """The statement gives the golden z, value and rest."""
    given, expected = golden("scan-z")
    rows = cells(
        (given["segment_n"], given["segment_hits"], "a", None),
        (given["total_n"] - given["segment_n"], given["total_hits"] - given["segment_hits"], "b", None),
    )
    with engine_with(rows) as engine:
        (found,) = scan(engine, (of(),)).found
    assert found.segment == (("manager", "a"),)
    assert (found.value, found.rest) == pytest.approx((expected["segment"], expected["rest"]), abs=1e-6)
    assert found.z == pytest.approx(expected["z"], abs=1e-6)


def test_z_of_credits_in_sql_is_golden() -> None:
    """Open cases count in part: the variance is that of the credits."""
    given, expected = golden("scan-z-credits")
    n, of_all = given["segment_n"], given["total_n"]
    rows = [
        *_credits(n, given["segment_sum"], "a"),
        *_credits(of_all - n, given["total_sum"] - given["segment_sum"], "b"),
    ]
    squares = sum((row[0] or 0) ** 2 for row in rows)
    with engine_with(_with_squares(rows, given["total_sum_of_squares"] - squares)) as engine:
        (found,) = scan(engine, (of(),)).found
    assert (found.value, found.rest) == pytest.approx((expected["segment"], expected["rest"]), abs=1e-6)
    assert found.z == pytest.approx(expected["z"], abs=1e-6)


Row = tuple[float | None, int, str | None, str | None]


def _credits(n: int, total: float, manager: str) -> list[Row]:
    """Half of the cases at 1 as far as the sum goes, the rest of the sum on one case."""
    whole = int(total) - 10
    rest = (total - whole) / 20
    return [(1.0 if i < whole else rest if i < whole + 20 else 0.0, 1 + i % 2, manager, None) for i in range(n)]


def _with_squares(rows: list[Row], missing: float) -> list[Row]:
    """The same sums with another sum of squares: pairs of zero and one of a manager moved towards each other."""
    changed = list(rows)
    ones = [i for i, row in enumerate(rows) if row[0] == 1.0 and row[2] == "b"]
    zeros = [i for i, row in enumerate(rows) if row[0] == 0.0 and row[2] == "b"]
    count = len(ones) // 2
    # A pair (1, 0) made (1 - x, x) changes the sum of squares by -2x(1 - x).
    share = -missing / (2 * count)
    x = (1 - (1 - 4 * share) ** 0.5) / 2
    for one, zero in zip(ones[:count], zeros[:count], strict=True):
        changed[one] = (1 - x, *rows[one][1:])  # type: ignore[assignment]
        changed[zero] = (x, *rows[zero][1:])  # type: ignore[assignment]
    return changed


def test_parent_or_child_golden() -> None:
    """A pair whose parent is bad all over yields to it."""
    given, expected = golden("scan-parent-child")
    total, parent, child = (Group(n=given[k][0], credit=given[k][1]) for k in ("total", "parent", "child"))
    assert two_groups(parent, total.without(parent)) == pytest.approx(expected["parent_z"], abs=1e-6)
    assert two_groups(child, total.without(child)) == pytest.approx(expected["child_z"], abs=1e-6)
    rest = parent.without(child)
    assert two_groups(child, rest) == pytest.approx(expected["child_against_rest_of_parent"], abs=1e-6)
    against = two_groups(rest, total.without(parent))
    assert against == pytest.approx(expected["rest_of_parent_against_outside"], abs=1e-6)
    assert leads(total, parent, child) == expected["leads"]


def test_detectable_golden() -> None:
    """The smallest difference a scan can see."""
    given, expected = golden("scan-detectable-difference")
    share = given["P"]
    found = detectable(given["n"], given["N"], share * (1 - share), given["m"], given["q"])
    assert found == pytest.approx(expected["difference"], abs=1e-6)


def test_a_pair_is_told_in_place_of_a_parent_that_is_fine_without_it() -> None:
    """Where Ivanov loses only the leads of ads, neither Ivanov nor ads as a whole is blamed."""
    pair = scan_of(cells((200, 20, "ivanov", "ads"), (400, 165, "ivanov", "site"), (400, 165, "petrov", "ads"),
                         (800, 330, "petrov", "site")))  # fmt: skip
    assert [one.segment for one in pair.found] == [(("manager", "ivanov"), ("source", "ads"))]
    assert pair.found[0].parent is None


def test_a_pair_much_worse_than_its_bad_parent_stands_beside_it() -> None:
    """Both are told, and the pair says what it is part of."""
    found = scan_of(cells((150, 0, "ivanov", "ads"), (300, 75, "ivanov", "site"), (1000, 420, "petrov", "ads"),
                          (1000, 420, "petrov", "site"))).found  # fmt: skip
    by_segment = {one.segment: one for one in found}
    assert by_segment[("manager", "ivanov"), ("source", "ads")].parent == (("manager", "ivanov"),)
    assert (("manager", "ivanov"),) in by_segment


def scan_of(rows: list[Row]) -> Scan:
    """The scan of one relation."""
    with engine_with(rows) as engine:
        return scan(engine, (of(),))


def test_small_segments_and_small_differences_are_not_told() -> None:
    """29 cases are no segment, and four points are no finding however many cases there are."""
    few = scan_of(cells((29, 0, "a", None), (1000, 400, "b", None)))
    assert few.found == ()
    small = scan_of(cells((20000, 7200, "a", None), (20000, 8000, "b", None)))
    assert small.found == ()
    assert small.comparisons == 2


def test_only_the_harmful_direction_is_told() -> None:
    """Where lower is better, the segment with more is the finding."""
    rows = cells((300, 75, "a", None), (2100, 840, "b", None))
    with engine_with(rows) as engine:
        (found,) = scan(engine, (of(better="lower"),)).found
    assert found.segment == (("manager", "b"),)
    assert found.difference > 0
    assert found.z > 0


def test_two_names_of_one_segment_are_told_once() -> None:
    """Where a source has a manager of its own, the first dimension tells it and no comparison is spent twice."""
    result = scan_of(cells((300, 75, "a", "x"), (2100, 840, "b", "y")))
    assert [one.segment for one in result.found] == [(("manager", "a"),)]
    assert result.comparisons == 2


def test_steady_is_said_of_both_halves() -> None:
    """A segment that was bad in one half of the period only is found, and said not to be steady."""
    steady = scan_of(cells((300, 75, "a", None), (2100, 840, "b", None))).found[0]
    rows: list[Row] = [(float(i % 100 < 42), 1 + i % 2, "b", None) for i in range(2100)]
    rows += [(0.0, 1, "a", None)] * 150 + [(float(i % 2), 2, "a", None) for i in range(150)]
    burst = scan_of(rows).found[0]
    assert (steady.steady, burst.steady) == (True, False)


def test_the_effect_shown_is_smaller_than_the_one_seen() -> None:
    """The worst of many is shrunk towards the rest, and its interval is about the shrunken value."""
    rows = cells((120, 26, "m0", None), *((120, 48 + i % 3, f"m{i}", None) for i in range(1, 10)))
    (found,) = scan_of(rows).found
    assert found.value - found.rest < found.difference < 0
    assert found.low < found.difference < found.high < 0


def test_more_control_points_make_a_finding_harder() -> None:
    """The rate of false findings is that of the whole audit."""
    rows = cells((300, 93, "a", None), (2100, 840, "b", None))
    fine = cells(*((300, 120, f"m{i}", f"s{i % 3}") for i in range(8)))
    with engine_with(rows) as engine:
        fill(engine, "fine", fine)
        alone = scan(engine, (of(),))
        together = scan(engine, (of(), *(of("fine", point=f"p{i}") for i in range(3))))
    assert [one.segment for one in alone.found] == [(("manager", "a"),)]
    assert alone.found[0].q < together.found[0].q if together.found else True
    assert together.comparisons > alone.comparisons


def test_nothing_to_scan() -> None:
    """No control point, no case, one value, equal credits: no finding, no failure."""
    with Engine() as engine:
        assert scan(engine, ()) == Scan(comparisons=0, detectable=None)
    assert scan_of([]).found == ()
    assert scan_of(cells((100, 40, "a", "x"))).comparisons == 0
    assert scan_of(cells((100, 100, "a", "x"), (100, 100, "b", "y"))).found == ()


def test_cases_without_a_credit_or_a_value_do_not_count() -> None:
    """They belong to no segment; a case without a value is still of the rest."""
    rows = cells((300, 75, "a", None), (2100, 840, None, None))
    rows += [(None, 1, "a", "x")] * 500
    (found,) = scan_of(rows).found
    assert (found.n, found.value, found.rest) == pytest.approx((300, 0.25, 0.4))


def test_names_are_only_names() -> None:
    """Relations and dimensions with quotes, spaces and Cyrillic are read as they are called."""
    with Engine() as engine:
        engine.execute(
            """create temp table "cre""dited" as
            select (range % 10 < if(range < 300, 1, 4))::integer::double as credit, 1::tinyint as half,
                if(range < 300, 'Иванов ''"; drop', 'x') as "d_ведёт; ""x"
            from range(2000)"""
        )
        asked = ScanTarget(
            process="web", control_point="rate", relation='cre"dited', dimensions=('ведёт; "x',), better="higher"
        )
        (found,) = scan(engine, (asked,)).found
    assert found.segment == (('ведёт; "x', "Иванов '\"; drop"),)
    assert not found.steady


def test_row_order_changes_nothing() -> None:
    """Equal rows in another order give equal findings, to the last digit."""
    logs = Logs(cases=1400, planted=400)
    with Engine() as engine:
        make(engine, logs, 1)
        engine.execute("update credited set credit = credit * 0.9 + 0.1 * (case_key % 7) / 7")
        one = scan(engine, (target(logs),))
        engine.execute("create or replace temp table credited as select * from credited order by hash(case_key)")
        other = scan(engine, (target(logs),))
    assert one.found
    assert one == other


def test_logs_without_an_effect_rarely_show_one() -> None:
    """At most 5 % of logs (here 1 of 25); all 500 are simulated by `python -m benchmarks.simulations.scan`."""
    assert false_findings(Logs(cases=1400, dimensions=SIX), 25) <= 1


def test_a_planted_segment_is_found_first() -> None:
    """15 points at 40 %, 400 of 1,400 cases: at least 93 of 100 logs (here 14 of 15)."""
    logs = Logs(cases=1400, planted=400)
    assert found_first(logs, scans(logs, 15)) >= 14


def test_an_open_case_counts_in_part() -> None:
    """A share of credits keeps its place between its ends."""
    rows: list[Row] = [(0.3 if i % 3 else 1.0, 1 + i % 2, "b", None) for i in range(900)]
    rows += [(0.1, 1 + i % 2, "a", None) for i in range(100)]
    found: Found = scan_of(rows).found[0]
    assert found.value == pytest.approx(0.1)
    assert 0 < found.value < found.rest < 1
