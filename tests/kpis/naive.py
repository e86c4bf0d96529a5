"""Every KPI a second time, by loops over cases in plain Python, from the words of the definitions alone."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.events.log import EventLog
from engine.kpis.catalogue import catalogue
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from engine.machine import replay
from tests import logs

PROCESS = """
process: sale
initial: received
states:
  - {name: received}
  - {name: contacted}
  - {name: quoted}
  - {name: thinking}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
  - {name: spam, final: true, outcome: void}
marks: [{name: attempt}]
happy_path: [received, contacted, quoted, won]
skips: allowed
transitions:
  - {trigger: reach, source: received, dest: contacted}
  - {trigger: quote, source: [contacted, thinking], dest: quoted}
  - {trigger: think, source: [contacted, quoted], dest: thinking}
  - {trigger: pay, source: quoted, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
  - {trigger: junk, source: received, dest: spam}
control_points:
  conversion: {kpi: conversion, from: received, to: contacted, within: 9s}
  conversion_strict: {kpi: conversion, from: contacted, to: quoted, within: 9s, strict: yes}
  conversion_lost: {kpi: conversion, from: received, to: lost, within: 9s}
  elapsed: {kpi: elapsed, from: received, to: contacted, quantile: 0.5, of: all}
  within: {kpi: within, from: received, to: contacted, limit: 5s}
  deadline: {kpi: within, from: received, to: quoted, limit: due}
  sojourn: {kpi: sojourn, state: contacted, quantile: 0.75}
  age: {kpi: age, quantile: 0.5}
  volume: {kpi: volume}
  count: {kpi: count, of: attempt}
  wip: {kpi: wip}
  wip_quoted: {kpi: wip, state: quoted}
  rework: {kpi: rework, state: contacted}
  drop_off: {kpi: drop_off, state: contacted}
  share: {kpi: share, of: "source == 'a'"}
  share_open: {kpi: share, of: "source == 'a'", among: open}
  void_share: {kpi: void_share}
  conformance: {kpi: conformance}
  value: {kpi: value, of: amount, outcome: won}
  mean: {kpi: value, of: amount, outcome: won, how: mean}
  quoted: {kpi: value, of: amount}
  ratio: {kpi: ratio, of: value, per: quoted}
  attainment: {kpi: attainment, of: value}
  cost: {kpi: cost, per: contacted}
  repeat_rate: {kpi: repeat_rate, within: 9s}
"""
PATH = ("received", "contacted", "quoted", "won")
FINAL = {"won": "won", "lost": "lost", "spam": "void"}
ORDER = {name: place for place, name in enumerate(PATH)}
STATES = (*PATH, "thinking", "lost", "spam")
UNTIL = 40
Visits = list[tuple[str, int]]
Answer = tuple[float | None, int]
"""Value and n."""


@dataclass(frozen=True)
class Case:
    """A case by the words of the definitions: visits in order, marks, attributes."""

    visits: Visits
    attempts: int
    source: str
    amount: float
    due: int

    @property
    def resting(self) -> str:
        return self.visits[-1][0]

    @property
    def outcome(self) -> str:
        return FINAL.get(self.resting, "open")

    @property
    def client(self) -> str:
        return str(int(self.amount) // 3000)

    @property
    def begins(self) -> float:
        """The stage from which on this case is seen: 0 where it began where cases begin."""
        if self.visits[0][0] == "received":
            return 0
        stages = [(time, ORDER[state]) for state, time in self.visits if state in ORDER]
        return min(stages)[1] if stages else math.inf


def drawn(seed: int) -> dict[str, Case]:
    """A random log: orders that are allowed and orders that are not, ties, returns, open cases."""
    dice = random.Random(seed)
    found = {}
    for number in range(dice.randint(1, 14)):
        events: list[tuple[str, int]] = []
        if dice.random() < 0.85:
            events.append(("received", dice.randint(0, 12)))
        for _ in range(dice.randint(0 if events else 1, 5)):
            events.append((dice.choice(STATES), dice.randint(0, 30)))
        found[f"c{number}"] = Case(
            visits=_ordered(events),
            attempts=dice.randint(0, 3),
            source=dice.choice("ab"),
            amount=float(dice.randint(1, 9) * 1000),
            due=dice.randint(0, 45),
        )
    return found


def _ordered(events: Sequence[tuple[str, int]]) -> Visits:
    """Time, then the happy path first, file order, a final state last; equal states in a row are one visit."""

    def rank(item: tuple[int, tuple[str, int]]) -> tuple[int, int, int]:
        number, (state, time) = item
        return (time, 1000 if state in FINAL else ORDER.get(state, 500), number)

    visits: Visits = []
    for _, (state, time) in sorted(enumerate(events), key=rank):
        if not visits or visits[-1][0] != state:
            visits.append((state, time))
    return visits


# --- times ------------------------------------------------------------------------------------------------------------


def _times(cases: Mapping[str, Case], start: str, end: str, *, own: bool, strict: bool) -> list[tuple[str, int]]:
    """(kind, seconds) of each case of the population (D2, D7)."""
    found = []
    for case in cases.values():
        starts = _entries(case, start, later=not strict)
        mine = _entries(case, start, later=False)
        if case.outcome == "void" or (case.begins > ORDER[start] and not mine):
            continue
        if not starts or (own and not mine):
            continue
        t0 = min(mine) if own else min(starts)
        ends = _entries(case, end, later=not strict)
        if strict or end not in ORDER:
            ends = [time for time in ends if time >= t0]
        if ends and own and min(ends) < t0:
            continue
        if ends:
            found.append(("arrived", max(0, min(ends) - t0)))
        elif case.outcome != "open":
            found.append(("gone", max(0, case.visits[-1][1] - t0)))
        else:
            found.append(("pending", UNTIL - t0))
    return found


def _entries(case: Case, state: str, *, later: bool) -> list[int]:
    def counts(other: str) -> bool:
        return other == state or (later and state in ORDER and ORDER.get(other, -1) >= ORDER[state])

    return [time for other, time in case.visits if counts(other)]


def _curve(times: Sequence[tuple[str, int]]) -> list[tuple[int, float]]:
    """Aalen-Johansen, one time after another: (time, share that has arrived by then)."""
    there, arrived, curve = 1.0, 0.0, []
    for moment in sorted({seconds for _, seconds in times}):
        at_risk = sum(seconds >= moment for _, seconds in times)
        came = sum(kind == "arrived" and seconds == moment for kind, seconds in times)
        left = sum(kind == "gone" and seconds == moment for kind, seconds in times)
        arrived += there * came / at_risk
        there *= 1 - (came + left) / at_risk
        curve.append((moment, arrived))
    return curve


def _by(times: Sequence[tuple[str, int]], horizon: int) -> Answer:
    if not times:
        return None, 0
    return max((share for moment, share in _curve(times) if moment <= horizon), default=0.0), len(times)


def _quantile(times: Sequence[tuple[str, int]], p: float) -> Answer:
    """The first time at which so many have arrived; where it is exactly so many, half way to the next arrival."""
    arrivals = {seconds for kind, seconds in times if kind == "arrived"}
    steps = [(moment, share) for moment, share in _curve(times) if moment in arrivals]
    reached = [(moment, share) for moment, share in steps if share >= p - 1e-12]
    if not reached:
        return None, len(times)
    first, share = reached[0]
    beyond = [moment for moment, value in steps if value > p + 1e-12]
    exactly = abs(share - p) <= 1e-12
    return ((first + (beyond[0] if beyond else first)) / 2 if exactly else float(first)), len(times)


# --- shares, totals, censuses -----------------------------------------------------------------------------------------


def _share(hits: Sequence[bool]) -> Answer:
    return (sum(hits) / len(hits) if hits else None), len(hits)


def _deadline(cases: Mapping[str, Case]) -> Answer:
    hits = []
    for case in cases.values():
        if case.outcome == "void" or not _entries(case, "received", later=False):
            continue
        ends = _entries(case, "quoted", later=True)
        if not ends and case.outcome == "open" and case.due > UNTIL:
            continue
        hits.append(bool(ends) and min(ends) <= case.due)
    return _share(hits)


def _lengths(cases: Mapping[str, Case], state: str) -> list[tuple[str, int]]:
    pairs = [pair for case in cases.values() for pair in zip(case.visits, case.visits[1:], strict=False)]
    return [("arrived", after[1] - before[1]) for before, after in pairs if before[0] == state]


def _rework(cases: Mapping[str, Case]) -> Answer:
    visits = [sum(state == "contacted" for state, _ in case.visits) for case in cases.values()]
    return _share([count > 1 for count in visits if count])


def _drop_off(cases: Mapping[str, Case]) -> Answer:
    pairs = [pair for case in cases.values() for pair in zip(case.visits, case.visits[1:], strict=False)]
    return _share([after[0] == "lost" for before, after in pairs if before[0] == "contacted"])


def _conformance(cases: Mapping[str, Case]) -> Answer:
    process = logs.process(PROCESS)
    kept = []
    for case in cases.values():
        replayed = replay(process, [state for state, _ in case.visits])
        if not replayed.pending:
            kept.append(bool(replayed.conforms))
    return _share(kept)


def _sum(amounts: Sequence[float]) -> Answer:
    return (math.fsum(amounts) if amounts else None), len(amounts)


def _won(cases: Mapping[str, Case]) -> list[float]:
    return [case.amount for case in cases.values() if case.outcome == "won"]


def _mean(values: Sequence[float]) -> Answer:
    return (math.fsum(values) / len(values) if values else None), len(values)


def _ages(cases: Mapping[str, Case]) -> list[tuple[str, int]]:
    return [("arrived", UNTIL - case.visits[0][1]) for case in cases.values() if case.outcome == "open"]


def _census(cases: Mapping[str, Case], states: set[str] | None) -> Answer:
    resting = [case.resting for case in cases.values() if case.outcome == "open"]
    return float(sum(states is None or state in states for state in resting)), len(cases)


def _ratio(cases: Mapping[str, Case]) -> Answer:
    amounts = [case.amount for case in cases.values() if case.outcome != "void"]
    return (math.fsum(_won(cases)) / math.fsum(amounts) if amounts else None), len(amounts)


ANSWERS: dict[str, Callable[[Mapping[str, Case]], Answer]] = {
    "conversion": lambda c: _by(_times(c, "received", "contacted", own=False, strict=False), 9),
    "conversion_strict": lambda c: _by(_times(c, "contacted", "quoted", own=False, strict=True), 9),
    "conversion_lost": lambda c: _by(_times(c, "received", "lost", own=False, strict=False), 9),
    "elapsed": lambda c: _quantile(_times(c, "received", "contacted", own=True, strict=False), 0.5),
    "within": lambda c: _by(_times(c, "received", "contacted", own=True, strict=False), 5),
    "deadline": _deadline,
    "sojourn": lambda c: _quantile(_lengths(c, "contacted"), 0.75),
    "age": lambda c: _quantile(_ages(c), 0.5),
    "volume": lambda c: _entered(c, "received"),
    "count": lambda c: _mean([float(case.attempts) for case in c.values()]),
    "wip": lambda c: _census(c, None),
    "wip_quoted": lambda c: _census(c, {"quoted"}),
    "rework": _rework,
    "drop_off": _drop_off,
    "share": lambda c: _share([case.source == "a" for case in c.values()]),
    "share_open": lambda c: _share([case.source == "a" for case in c.values() if case.outcome == "open"]),
    "void_share": lambda c: _share([case.outcome == "void" for case in c.values()]),
    "conformance": _conformance,
    "value": lambda c: _sum(_won(c)),
    "mean": lambda c: _mean(_won(c)),
    "quoted": lambda c: _sum([case.amount for case in c.values() if case.outcome != "void"]),
    "ratio": _ratio,
    "repeat_rate": lambda c: _by(_returns(c), 9),
    # A log of seconds has no target and no spending; what they come to by hand stands in their case files.
    "attainment": lambda _: (None, 0),
    "cost": lambda _: (None, 0),
}


def _returns(cases: Mapping[str, Case]) -> list[tuple[str, int]]:
    """Of every client: from the first case that is an inquiry to the next, or to the end of the log."""
    starts: dict[str, list[int]] = {}
    for case in cases.values():
        if case.outcome != "void":
            starts.setdefault(case.client, []).append(case.visits[0][1])
    ordered = [sorted(times) for times in starts.values()]
    return [("arrived", t[1] - t[0]) if len(t) > 1 else ("pending", UNTIL - t[0]) for t in ordered]


def _entered(cases: Mapping[str, Case], state: str) -> Answer:
    entries = sum(other == state for case in cases.values() for other, _ in case.visits)
    return float(entries) if entries else None, entries


# --- both side by side ------------------------------------------------------------------------------------------------


def log_of(cases: Mapping[str, Case]) -> EventLog:
    """The same cases as a log of the engine, their events in another order."""
    rows: dict[str, list[Any]] = {}
    for name, case in cases.items():
        rows[name] = [(state, time) for state, time in case.visits]
        rows[name] += [("attempt", case.visits[0][1] + step) for step in range(case.attempts)]
    attributes: dict[str, dict[str, Any]] = {
        name: {"source": case.source, "client": case.client, "amount": case.amount, "due": logs.moment(case.due)}
        for name, case in cases.items()
    }
    types = {"amount": "money", "due": "time"}
    return logs.log(logs.process(PROCESS), rows, attributes, types=types, until=UNTIL)


def disagreements(seed: int) -> list[str]:
    """What the engine and the loops say differently of one random log; also a KPI that has no second formulation."""
    cases = drawn(seed)
    log = log_of(cases)
    points = log.process.control_points
    compute(log, [Request(control_point=point) for point in points.values()], ())
    found = {fact.control_point: fact for fact in facts(log.engine)}
    log.engine.close()
    wrong = [f"no second formulation of {kpi}" for kpi in catalogue if kpi not in {p.kpi for p in points.values()}]
    for name in points:
        value, n = ANSWERS[name](cases)
        fact = found.get(name)
        ours = (fact.value, fact.n) if fact else (None, 0)
        if n != ours[1] or not _same(value, ours[0]):
            wrong.append(f"log {seed}, {name}: {ours} by SQL, {(value, n)} by hand")
    return wrong


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
