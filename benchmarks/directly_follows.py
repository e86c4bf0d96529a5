"""Directly-follows counts with durations, and variants, of one Parquet log: by voronka's relations, or by pm4py.

python benchmarks/directly_follows.py voronka|pm4py FILE
"""

import sys
from pathlib import Path


def by_voronka(path: Path) -> tuple[int, int]:
    """Import into a store in memory, make the relations, read moves and variants."""
    from engine.definitions.document import read
    from engine.definitions.process import Process
    from engine.definitions.settings import Settings
    from engine.engines.duckdb import Engine
    from engine.events.importing import import_sources
    from engine.events.relations import prepare
    from engine.kpis.flow import directly_follows, variants

    workspace = Path(__file__).parent / "workspace"
    text = (workspace / "voronka.yaml").read_text(encoding="utf-8").replace("events.parquet", str(path))
    from engine.definitions.document import read_text

    settings = read_text(text, "voronka.yaml").shaped(Settings)
    process = read(workspace / "processes/sale.yaml", "sale.yaml").shaped(Process)
    with Engine() as engine:
        reports = import_sources(engine, settings, workspace)
        log = prepare(engine, process, settings, reports, as_of=None)
        return len(directly_follows(log)), len(variants(log, at_most=None))


def by_pm4py(path: Path) -> tuple[int, int]:
    """The same by pm4py's own functions, from the same file."""
    import pandas
    import pm4py

    frame = pandas.read_parquet(path)
    frame = frame[frame["activity"] != "call_attempt"]
    frame = pm4py.format_dataframe(frame, case_id="case_id", activity_key="activity", timestamp_key="happened")
    follows, _, _ = pm4py.discover_dfg(frame)
    pm4py.discover_performance_dfg(frame)
    return len(follows), len(pm4py.get_variants(frame))


if __name__ == "__main__":
    print(*{"voronka": by_voronka, "pm4py": by_pm4py}[sys.argv[1]](Path(sys.argv[2]).resolve()))
