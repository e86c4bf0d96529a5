"""A limit on a quantile and the share within it are one question with one answer (D5, D6, D12)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.definitions.document import read_text
from engine.definitions.rule import Rule, Rules
from engine.kpis.compute import Request, compute
from engine.rules.verdicts import judge, read_verdicts
from tests.kpis.golden import log_of_table

LIMIT = 10
RULES = """
rules:
  - {{name: quantile, title: t, control_point: point, yellow: "> {limit}s", red: "> {limit}s", at_least: {least}}}
  - {{name: within, title: t, control_point: kept, yellow: "< {p}", red: "< {p}", at_least: {least}}}
"""
table = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8
).filter(lambda rows: sum(row[1] for row in rows) > 0)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table, st.sampled_from([0.5, 0.8, 0.9]))
def test_the_quantile_and_the_share_within_a_limit_never_disagree(
    rows: list[tuple[int, int, int, int]], p: float
) -> None:
    """Red, yellow and green are the same word for both, whatever is open and whoever left; or one cannot say yet."""
    point = f"{{kpi: elapsed, from: received, to: contacted, quantile: {p}, of: all}}"
    kept = f"\n  kept: {{kpi: within, from: received, to: contacted, limit: {LIMIT}s}}"
    log = log_of_table(rows, point + kept)
    compute(log, [Request(control_point=one) for one in log.process.control_points.values()], ())
    units = {("sale", "point"): ("seconds", "lower"), ("sale", "kept"): ("ratio", "higher")}
    judge(log.engine, _rules(p), (log.process,), units)
    words = {place[1]: verdicts[0].verdict for place, verdicts in read_verdicts(log.engine).items()}
    log.engine.close()
    assert words["point"] == words["kept"] or "grey" in words.values()


def _rules(p: float) -> tuple[Rule, ...]:
    text = RULES.format(limit=LIMIT, p=p, least=1)
    made = read_text(text, "rules.yaml").shaped(Rules)
    assert isinstance(made, Rules)
    return made.rules


def test_the_share_at_a_limit_stands_on_the_fact_of_the_quantile() -> None:
    """F(Y), pooled and exact: what the score test of a segment takes."""
    log = log_of_table([(3, 4, 0, 0), (9, 3, 1, 1), (30, 2, 0, 0)], "{kpi: elapsed, from: received, to: contacted}")
    request = Request(control_point=log.process.control_points["point"], limit=9.0)
    for exact_rows in (0, 10**9):
        compute(log, [request], (), horizons={"sale.point": 60}, exact_rows=exact_rows)
        assert log.engine.row("select round(at_limit, 9), limit_at from facts") == (0.7, 9.0)
