"""Reaction and result on made-up logs in which waiting clients leave: bands see nothing, landmarks do.

python -m benchmarks.simulations.dose [LOGS]

Answered clients buy with the same chance however late the answer came, but nobody waits for ever: the bands of the
answered all say 40 %, and yet a quick answer wins clients. A log without leaving shows no effect of speed.
"""

import sys
from dataclasses import dataclass

from engine.engines.duckdb import Engine
from engine.rules.dose import Dose, DoseTarget, dose

# `hash` of one whole number is as good as random; of several numbers it is not.
_DRAW = "(hash(({seed}::bigint * 10000000 + i) * 64 + {stream}) // 2048 / 9007199254740992.0)"
_MAKE = """
create or replace temp table reactions as
with drawn as (
    select
        {answer} as u, {patience} as v, {outcome} as w, {source} as s, {manager} as m
    from range({cases}) as numbers(i)
),
waited as (
    select
        -7200 * ln(1 - u) * if(s < 0.5, 1, 3) as answer_after,
        {patience_mean} * -ln(1 - v) as leaves_after,
        w, s, m
    from drawn
)
select
    if(answer_after <= leaves_after, answer_after, null) as answered_seconds,
    if(answer_after <= leaves_after, answer_after + 864000, leaves_after) as ended_seconds,
    null::double as watched_seconds,
    (answer_after <= leaves_after and w < 0.4)::integer::double as credit,
    if(s < 0.5, 'site', 'ads') as d_source,
    'm' || floor(m * 5)::integer as d_manager
from waited
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Logs to make: cases, and how long clients wait on average, seconds; without an end where nobody leaves."""

    cases: int = 3000
    patience: float = 14400.0


def make(engine: Engine, leaving: Leaving, seed: int) -> None:
    """One log as the temp table `reactions`."""
    draws = [_DRAW.format(seed=seed, stream=stream) for stream in range(5)]
    names = ("answer", "patience", "outcome", "source", "manager")
    words = dict(zip(names, draws, strict=True))
    engine.execute(_MAKE.format(**words, cases=leaving.cases, patience_mean=leaving.patience))


def shown(leaving: Leaving, logs: int) -> list[Dose]:
    """What so many logs show."""
    target = DoseTarget(
        process="web",
        control_point="reaction_time",
        outcome="win_rate",
        relation="reactions",
        strata=("d_source", "d_manager"),
        landmarks=(900, 3600, 14400),
    )
    found = []
    with Engine() as engine:
        for seed in range(1, logs + 1):
            make(engine, leaving, seed)
            found.append(dose(engine, target))
    return found


def main(logs: int) -> None:
    """Print the bands and landmarks, averaged over the logs."""
    for leaving in (Leaving(), Leaving(patience=1e12)):
        found = shown(leaving, logs)
        print(f"clients wait {leaving.patience:g} s on average, {leaving.cases} cases, {logs} logs")
        for k, band in enumerate(found[0].bands):
            values = [value for one in found if (value := one.bands[k].value) is not None]
            print(f"  {band.band}: {sum(values) / max(1, len(values)):.3f}")
        for k, landmark in enumerate(found[0].landmarks):
            marks = [one.landmarks[k] for one in found]
            mean = sum(mark.difference or 0 for mark in marks) / logs
            positive = sum((mark.low or 0) > 0 for mark in marks)
            negative = sum((mark.high or 0) < 0 for mark in marks)
            print(f"  at {landmark.at} s: {mean:+.3f}; above zero in {positive}, below in {negative} of {logs}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
