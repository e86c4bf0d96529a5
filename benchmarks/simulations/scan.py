"""The scan of segments on made-up logs: how often it sees what is not there, and how often what is.

python -m benchmarks.simulations.scan [PART OF THE LOGS, 1 by default]
"""

import statistics
import sys
import time
from dataclasses import dataclass
from typing import Literal

from engine.engines.duckdb import Engine
from engine.kpis.fact import Segment
from engine.rules.scan import Scan, ScanTarget, scan

SIX = (8, 6, 5, 7, 4, 2)
TWENTY = (8,) * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Logs to make: cases, mean share, values of each dimension, cases of a segment that is `points` worse.

    The segment planted is the last value of dimension 0, or with `pair` together with the last value of dimension 1.
    """

    cases: int
    share: float = 0.4
    dimensions: tuple[int, ...] = SIX
    planted: int = 0
    points: float = 0.15
    pair: bool = False
    better: Literal["higher", "lower"] = "higher"

    @property
    def segment(self) -> Segment:
        """What is planted."""
        first, second = (("0", f"v{self.dimensions[0] - 1}"), ("1", f"v{self.dimensions[1] - 1}"))
        return (first, second) if self.pair else (first,)


# `hash` of one whole number is as good as random; of several numbers it is not (they are combined by exclusive or).
_DRAW = "(hash(({seed}::bigint * 10000000 + i) * 64 + {stream}) // 2048 / 9007199254740992.0)"
_MAKE = """
create or replace temp table credited as
with drawn as (
    select
        i,
        {places},
        {luck} as luck,
        row_number() over (order by {order}) <= {planted} as is_planted
    from range({cases}) as numbers(i)
)
select
    i as case_key,
    (luck < {share} + if(is_planted, {shift}, 0))::integer::double as credit,
    if(i < {cases} // 2, 1, 2)::tinyint as half,
    {values}
from drawn
"""


def make(engine: Engine, logs: Logs, seed: int) -> None:
    """One log as the temp table `credited`."""
    sizes = logs.dimensions
    draws = [_DRAW.format(seed=seed, stream=stream) for stream in range(len(sizes) + 2)]
    places = [
        f"floor({draw} * {size})::integer as x{i}" for i, (draw, size) in enumerate(zip(draws, sizes, strict=False))
    ]
    values = [f"'v' || x{i} as d_{i}" for i in range(len(sizes))]
    if logs.planted:
        last, other = sizes[0] - 1, sizes[1] - 1
        if logs.pair:
            values[0] = f"'v' || if(is_planted, {last}, x0) as d_0"
            values[1] = (
                f"'v' || case when is_planted then {other} when x0 = {last} then x1 % {other} else x1 end as d_1"
            )
        else:
            values[0] = f"'v' || if(is_planted, {last}, x0 % {last}) as d_0"
    statement = _MAKE.format(
        places=", ".join(places),
        values=", ".join(values),
        luck=draws[-1],
        order=draws[-2],
        planted=logs.planted,
        cases=logs.cases,
        share=logs.share,
        shift=-logs.points if logs.better == "higher" else logs.points,
    )
    engine.execute(statement)


def scans(logs: Logs, count: int, *, first_seed: int = 1) -> list[Scan]:
    """The scans of so many logs."""
    found = []
    with Engine() as engine:
        for seed in range(first_seed, first_seed + count):
            make(engine, logs, seed)
            found.append(scan(engine, (target(logs),)))
    return found


def target(logs: Logs) -> ScanTarget:
    """The control point of a log."""
    return ScanTarget(
        process="web",
        control_point="rate",
        relation="credited",
        dimensions=tuple(str(i) for i in range(len(logs.dimensions))),
        better=logs.better,
    )


def false_findings(logs: Logs, count: int) -> int:
    """Logs in which anything is found."""
    return sum(1 for one in scans(logs, count) if one.found)


def found_first(logs: Logs, found: list[Scan]) -> int:
    """Logs in which the planted segment is the first that is found."""
    return sum(1 for one in found if one.found and one.found[0].segment == logs.segment)


NOTHING = (
    Logs(cases=1400),
    Logs(cases=1400, dimensions=TWENTY),
    Logs(cases=1400, share=0.03),
    Logs(cases=1400, share=0.97),
    Logs(cases=1400, share=0.1, better="lower"),
    Logs(cases=1400, share=0.9),
)
PLANTED = (
    Logs(cases=1400, planted=400),
    Logs(cases=1000, planted=300),
    Logs(cases=2400, planted=300),
    Logs(cases=2400, planted=300, dimensions=TWENTY),
    Logs(cases=2400, planted=300, share=0.6),
    Logs(cases=2400, planted=300, pair=True),
    Logs(cases=1200, planted=150),
    Logs(cases=480, planted=60),
)


def main(part: float) -> None:
    """Print both tables and the time of a large scan."""
    for logs in NOTHING:
        count = round(500 * part)
        print(
            f"nothing there, {describe(logs)}: {false_findings(logs, count)} of {count} logs show a finding", flush=True
        )
    for logs in PLANTED:
        count = round(200 * part)
        found = scans(logs, count)
        first = [one.found[0] for one in found if one.found and one.found[0].segment == logs.segment]
        raw = statistics.fmean(one.value - one.rest for one in first) if first else 0.0
        shown = statistics.fmean(one.difference for one in first) if first else 0.0
        print(
            f"{logs.planted} planted, {describe(logs)}: {len(first)} of {count} first; {raw:+.3f}, shown {shown:+.3f}",
            flush=True,
        )
    print(f"20 dimensions, a million cases: {seconds_of_a_million():.1f} s")


def describe(logs: Logs) -> str:
    """The log in a few words."""
    kind = "a pair" if logs.pair else "a value"
    return f"{kind}, {logs.cases} cases at {logs.share:.0%}, {logs.better} is better, dimensions {logs.dimensions}"


def seconds_of_a_million() -> float:
    """Time of a scan of 20 dimensions over a million cases, all pairs."""
    logs = Logs(cases=1_000_000, dimensions=TWENTY, planted=60_000)
    with Engine() as engine:
        make(engine, logs, 1)
        start = time.perf_counter()
        scan(engine, (target(logs),))
        return time.perf_counter() - start


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
