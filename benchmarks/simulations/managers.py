"""Managers compared: how often one of ten equal managers is called worse, and one who is worse is.

python -m benchmarks.simulations.managers [LOGS]

Managers get different mixes of sources, so their raw shares differ by far more than they do.
"""

import sys

from engine.engines.duckdb import Engine
from engine.rules.managers import ManagerCompared, ManagersTarget, managers_compared

# `hash` of one whole number is as good as random; of several numbers it is not.
_DRAW = "(hash(({seed}::bigint * 10000000 + i) * 64 + {stream}) // 2048 / 9007199254740992.0)"
_MAKE = """
create or replace temp table handled as
select
    ({luck} < if(s, 0.5, 0.2) - if(m = 9, {points}, 0))::integer::double as credit,
    'm' || m as d_manager,
    if(s, 'referral', 'ads') as d_source
from (
    select i, i % 10 as m, {source} < 0.1 + 0.08 * (i % 10) as s
    from range({cases}) as numbers(i)
)
"""


def compared(logs: int, *, cases: int = 2000, points: float = 0.0) -> list[tuple[ManagerCompared, ...]]:
    """Comparisons of ten managers, of whom the last is `points` worse than the others on the same cases."""
    target = ManagersTarget(process="web", control_point="rate", relation="handled", strata=("d_source",))
    found = []
    with Engine() as engine:
        for seed in range(1, logs + 1):
            luck, source = (_DRAW.format(seed=seed, stream=stream) for stream in (1, 2))
            engine.execute(_MAKE.format(luck=luck, source=source, cases=cases, points=points))
            found.append(managers_compared(engine, (target,)))
    return found


def main(logs: int) -> None:
    """Print how many logs call anybody, and the last one, worse."""
    for points in (0.0, 0.1, 0.15):
        found = compared(logs, points=points)
        anybody = sum(any(one.word == "worse" for one in row) for row in found)
        last = sum(row[-1].word == "worse" for row in found)
        print(f"the last of ten {points:.0%} worse, 200 cases each: anybody {anybody}, the last {last} of {logs} logs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
