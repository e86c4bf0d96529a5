"""A client exactly at his limits: how often an audit shows a red manager all the same (D12)."""

import math

from engine.definitions.document import read_text
from engine.definitions.process import Process
from engine.definitions.rule import Rule, Rules
from engine.engines.duckdb import Engine
from engine.kpis.catalogue import catalogue
from engine.kpis.compute import Request, compute
from engine.rules.verdicts import judge

from .world import DAY, exponential, process, uniform, watched, write

LEADS, MANAGERS, POINTS = 400, 8, 5
REACTION = 3600
CONTACTED, QUALIFIED, QUOTED, WON = 0.8, 0.6, 0.7, 0.5
UNTIL = 60 * DAY
PROCESS = """
process: sale
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: qualified}
  - {name: quoted}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
happy_path: [received, contacted, qualified, quoted, won]
transitions: [{trigger: next, source: received, dest: contacted}, {trigger: give_up, source: "*", dest: lost}]
control_points:
  reaction_time: {kpi: elapsed, from: received, to: contacted, quantile: 0.5, of: all}
  contact_rate: {kpi: conversion, from: received, to: contacted, within: 7d}
  qualify_rate: {kpi: conversion, from: contacted, to: qualified, within: 7d}
  quote_rate: {kpi: conversion, from: received, to: quoted, within: 14d}
  win_rate: {kpi: conversion, from: received, to: won, within: 30d}
"""
MEDIAN = -math.log(1 - 0.5 / CONTACTED) * REACTION
LIMITS = {
    "reaction_time": f"> {round(MEDIAN)}s",
    "contact_rate": f"< {CONTACTED:.10%}",
    "qualify_rate": f"< {QUALIFIED:.10%}",
    "quote_rate": f"< {CONTACTED * QUALIFIED * QUOTED:.10%}",
    "win_rate": f"< {CONTACTED * QUALIFIED * QUOTED * WON:.10%}",
}


def rules() -> tuple[Rule, ...]:
    """One limit for yellow and red, at the truth, for every control point, by manager."""
    text = "rules:\n" + "".join(
        f'  - {{name: {name}, title: t, control_point: {name}, yellow: "{limit}", red: "{limit}", by: [manager]}}\n'
        for name, limit in LIMITS.items()
    )
    made = read_text(text, "rules.yaml").shaped(Rules)
    assert isinstance(made, Rules)
    return made.rules


def audits_with_a_red_manager(audits: int, seed: int = 1) -> float:
    """The share of audits with one: all audits are measured as one log, and judged one by one."""
    with Engine() as engine:
        of = process(PROCESS)
        _write(engine, audits, seed)
        log = watched(engine, of, UNTIL, uses=("manager",))
        limit = float(round(MEDIAN))
        requests = [
            Request(control_point=point, by=("manager",), limit=limit if name == "reaction_time" else None)
            for name, point in of.control_points.items()
        ]
        compute(log, requests, ())
        engine.execute("create temp table all_facts as select *, split_part(segment, ' ', 1) as audit from facts")
        return sum(_shows_red(engine, of, number) for number in range(audits)) / audits


def _shows_red(engine: Engine, of: Process, audit: int) -> bool:
    engine.execute("create or replace temp table facts as select * exclude (audit) from all_facts where audit = $audit",
                   {"audit": str(audit)})  # fmt: skip
    units = {
        (of.process, name): (catalogue[point.kpi].unit, catalogue[point.kpi].better)
        for name, point in of.control_points.items()
    }
    judge(engine, rules(), (of,), units)
    return engine.row("select count(*) from verdicts where verdict = 'red' and dimension is not null")[0] != 0


def _write(engine: Engine, audits: int, seed: int) -> None:
    steps = (CONTACTED, QUALIFIED, QUOTED, WON)
    got = [f"{uniform(10 + number, seed)} < {rate}" for number, rate in enumerate(steps)]
    times = [exponential(REACTION, 20 + number, seed) for number in range(len(steps) + 1)]
    columns = {"begun": f"({uniform(0, seed)} * {20 * DAY})::bigint", "reached": "0"}
    columns["reached"] = f"case when not {got[0]} then 0 when not {got[1]} then 1 when not {got[2]} then 2 " + (
        f"when not {got[3]} then 3 else 4 end"
    )
    columns["t1"] = f"begun + {times[0]}"
    for number in range(2, 6):
        columns[f"t{number}"] = f"t{number - 1} + {times[number - 1]}"
    columns["a_manager"] = f"(i // {LEADS})::varchar || ' ' || (i % {MANAGERS})::varchar"
    events = """list_concat(
  [{'s': 'received', 't': begun}],
  list_slice([{'s': 'contacted', 't': t1}, {'s': 'qualified', 't': t2}, {'s': 'quoted', 't': t3},
              {'s': 'won', 't': t4}], 1, reached),
  case when reached < 4 then [{'s': 'lost', 't': t5}] else [] end)"""
    write(engine, cases=audits * LEADS, columns=columns, events=events, until=UNTIL)
