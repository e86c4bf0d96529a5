"""Directly-follows counts, their durations and variants of one Parquet log, by voronka or by pm4py; prints seconds.

python benchmarks/directly_follows.py voronka|pm4py FILE      -> "seconds to load, seconds to compute, pairs, variants"
"""

import sys
import time
from pathlib import Path

WORKSPACE = Path(__file__).parent / "workspace"
REPEATS = 5


def by_voronka(path: Path) -> tuple[float, float, int, int]:
    """Load: import into a store and make the relations. Compute: pairs with medians, variants."""
    from engine.definitions.document import read, read_text
    from engine.definitions.process import Process
    from engine.definitions.settings import Settings
    from engine.engines.duckdb import Engine
    from engine.events.importing import import_sources
    from engine.events.relations import prepare
    from engine.kpis.variants import directly_follows, variants

    text = (WORKSPACE / "voronka.yaml").read_text(encoding="utf-8").replace("events.parquet", str(path))
    settings = read_text(text, "voronka.yaml").shaped(Settings)
    process = read(WORKSPACE / "processes/sale.yaml", "sale.yaml").shaped(Process)
    began = time.perf_counter()
    with Engine() as engine:
        reports = import_sources(engine, settings, WORKSPACE)
        log = prepare(engine, process, settings, reports, as_of=None)
        loaded = time.perf_counter()
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            pairs, ways = directly_follows(log), variants(log, at_most=None)
            seconds.append(time.perf_counter() - start)
    return loaded - began, min(seconds), len(pairs), len(ways)


def by_pm4py(path: Path) -> tuple[float, float, int, int]:
    """Load: read and format the data frame. Compute: pm4py's own three functions."""
    import pandas
    import pm4py

    began = time.perf_counter()
    frame = pandas.read_parquet(path)
    frame = frame[frame["activity"] != "call_attempt"]
    frame = pm4py.format_dataframe(frame, case_id="case_id", activity_key="activity", timestamp_key="happened")
    loaded = time.perf_counter()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        follows, _, _ = pm4py.discover_dfg(frame)
        pm4py.discover_performance_dfg(frame)
        ways = pm4py.get_variants(frame)
        seconds.append(time.perf_counter() - start)
    return loaded - began, min(seconds), len(follows), len(ways)


if __name__ == "__main__":
    print(*{"voronka": by_voronka, "pm4py": by_pm4py}[sys.argv[1]](Path(sys.argv[2]).resolve()))
