"""10 million calls linked to 1 million deals: python -m benchmarks.linking [CALLS] [first|last|every]."""

import resource
import sys
import time

from engine.definitions.document import read_text
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.events import store
from engine.events.together import bring_together

SETTINGS = """
format: 1
client: Benchmark
time_zone: UTC
sources:
  - {{name: deals, process: p, path: d, shape: milestones, case: id, milestones: {{received: a}},
     attributes: {{phone: p}}}}
  - {{name: calls, path: c, activity: a, at: t, link: {{to: deals, on: {{phone: phone}}, within: 30d, which: {which}}}}}
"""
EVENTS = """
select '{process}' as process, hash('{name}' || i) as case_key, 'x' as activity, 'received' as state,
       null::varchar as mark, timestamp '2026-01-01' + to_seconds((random() * 15e6)::bigint) as happened_at,
       false as day_only, null::timestamp as left_at, i as seq, null::varchar as actor, 'person' as actor_kind,
       null::varchar as manager
from range({rows}) as made(i)"""


def made(engine: Engine, name: str, process: str, rows: int, prefix: str) -> None:
    """A source as the import leaves it: an event, a case and a phone number of a million a row."""
    at = f'"source:{name}"'
    engine.execute(f"create schema {at}")
    engine.execute(f"create table {at}.{prefix}events as {EVENTS.format(process=process, name=name, rows=rows)}")
    engine.execute(f"""
create table {at}.{prefix}cases as
select process, case_key, seq::varchar as case_id
from {at}.{prefix}events""")
    engine.execute(f"""
create table {at}.{prefix}activities as
select process, activity, state as mapped_to, count(*) as events, count(*) as cases
from {at}.{prefix}events
group by all""")
    engine.execute(f"""
create table {at}.keys as
select 'link calls 0' as name, process, case_key, hash((random() * 1e6)::bigint) as key
from {at}.{prefix}events""")


def main(calls: int, which: str) -> None:
    """Make both sources, link, say how long it took."""
    settings: Settings = read_text(SETTINGS.format(which=which), "voronka.yaml").shaped(Settings)
    with Engine() as engine:
        store.open_store(engine)
        engine.execute("select setseed(0.5)")
        made(engine, "deals", "p", calls // 10, "")
        made(engine, "calls", "", calls, "own_")
        began = time.perf_counter()
        bring_together(engine, settings.sources, ())
        took = time.perf_counter() - began
        linked = engine.row('select count(*) from "source:calls".events')[0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{calls} calls, {calls // 10} deals, {which}: {linked} linked in {took:.1f} s, {peak:.1f} GB")


if __name__ == "__main__":
    main(int((sys.argv[1:2] or ["10000000"])[0]), (sys.argv[2:3] or ["first"])[0])
