"""A million rule x segment verdicts: how long the one statement takes.

python -m benchmarks.verdicts [PAIRS]
"""

import sys
import time

from engine.definitions.process import ControlPoint, Process
from engine.definitions.rule import Limit, Rule
from engine.engines.duckdb import Engine
from engine.rules.verdicts import judge

RULES = 10
POINTS = 20
FACTS = """
create temp table facts as
with made as (
    select range as i, 60 + range % 440 as n, 0.02 + 0.96 * (hash(range) % 1000) / 1000 as p
    from range($facts)
)
select
    'web' as process,
    'rate' || (i % $points) as control_point,
    '' as variant,
    if(i < $points, null, 'manager') as dimension,
    if(i < $points, null, 'm' || (i // $points)) as segment,
    null::timestamp as since,
    null::timestamp as until,
    false as partial,
    p as value,
    p as raw,
    (p + 1.92 / n - 1.96 * sqrt(p * (1 - p) / n + 0.96 / n / n)) / (1 + 3.84 / n) as low,
    (p + 1.92 / n + 1.96 * sqrt(p * (1 - p) / n + 0.96 / n / n)) / (1 + 3.84 / n) as high,
    n,
    n::double as n_eff,
    n as known,
    0 as pending,
    0 as skipped,
    null::bigint as of_,
    2592000 as horizon,
    'mature' as maturity,
    true as reached,
    null::varchar as note
from made
"""


def main(pairs: int = 1_000_000) -> None:
    """Make the facts, judge them three times, print the best time."""
    engine = Engine()
    engine.execute(FACTS, {"facts": pairs // RULES, "points": POINTS})
    points = {f"rate{i}": ControlPoint(name=f"rate{i}", kpi="conversion") for i in range(POINTS)}
    process = Process(process="web", control_points=points)
    rules = [
        Rule(
            name=f"r{rule}_{i}",
            control_point=f"rate{i}",
            yellow=Limit.parse(f"< {42 + rule}%"),
            red=Limit.parse(f"< {32 + rule}%"),
        )
        for rule in range(RULES)
        for i in range(POINTS)
    ]
    units = {("web", name): ("ratio", "higher") for name in points}
    best = min(_timed(engine, rules, process, units) for _ in range(3))
    counts = engine.rows("select verdict, count(*) from verdicts group by all order by all")
    print(f"{pairs:,} verdicts of {len(rules)} rules: {best:.3f} s", dict(counts))


def _timed(engine: Engine, rules: list[Rule], process: Process, units: dict[tuple[str, str], tuple[str, str]]) -> float:
    began = time.perf_counter()
    judge(engine, rules, (process,), units)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
