"""Diagnoses (`when:`) judged over the facts of each process, and any finding explained condition by condition."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.definitions.condition import Binary, Expression, Name
from engine.definitions.condition import Literal as Value
from engine.definitions.process import Process
from engine.definitions.rule import Limit, Rule
from engine.engines.duckdb import Engine
from engine.rules.applies import (
    DEFAULT_AT_LEAST,
    Units,
    cases_for_upper_end,
    enough,
    judged_in,
    point_names,
    quantile_of,
)
from engine.rules.when import UNKNOWN, Explained, Interval, SegmentCounts, Truth, World, explain
from engine.rules.when_check import in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a `when:` came to in a process. `severity`: of its finding; None: none. `facts`: keys of what it read."""

    rule: str
    process: str
    explained: Explained
    severity: Literal["red", "yellow"] | None
    facts: tuple[str, ...]

    @property
    def truth(self) -> Truth:
        """Of the whole condition."""
        return Truth.UNKNOWN if self.explained.truth is None else self.explained.truth

    @property
    def certain(self) -> bool:
        """Whether it holds for the intervals, not for the values alone."""
        return self.truth is Truth.TRUE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A fact of the audit period as a whole."""

    at: Interval
    n: int
    n_eff: float
    sound: bool


_WHOLES = """
select process, control_point, value, low, high, n, n_eff, maturity, reached
from facts
where dimension is null and since is null and variant = ''
order by all
"""
_FOUND = "select process, rule, verdict, why, sure from verdicts where dimension is null and since is null order by all"
_SEGMENTS = """
select
    process, rule, dimension,
    count(*) filter (verdict = 'red') as red,
    count(*) filter (verdict = 'yellow') as yellow,
    count(*) filter (verdict in ('red', 'yellow', 'green')) as judged
from verdicts
where dimension is not null and since is null
group by all
"""


def diagnose(
    engine: Engine, rules: Sequence[Rule], processes: Sequence[Process], units: Units
) -> tuple[Diagnosis, ...]:
    """Judge every `when:` in every process that has its control points, those that others build on first.

    Reads the temp tables `facts` and `verdicts`.
    """
    worlds = _Worlds(engine, processes, units)
    found = []
    for rule in in_order(rules):
        for process in judged_in(rule, processes):
            one = _diagnosis(rule, process, worlds)
            worlds.findings[process.process, rule.name] = one.truth
            found.append(one)
    return tuple(sorted(found, key=lambda one: (one.process, one.rule)))


def _diagnosis(rule: Rule, process: Process, worlds: "_Worlds") -> Diagnosis:
    if rule.when is None:
        raise ValueError("only rules with `when:` are diagnoses")
    explained = explain(rule.when.tree, worlds.world(rule, process))
    keys = [name if "." in name else f"{process.process}.{name}" for name in point_names(rule.when)]
    severity: Literal["red", "yellow"] | None = None
    if explained.truth is Truth.TRUE:
        severity = rule.severity
    elif explained.truth is Truth.LIKELY:
        severity = "yellow"
    return Diagnosis(
        rule=rule.name, process=process.process, explained=explained, severity=severity, facts=tuple(sorted(set(keys)))
    )


class _Worlds:
    """What the conditions of each process may ask: read once from the tables, findings added as they are made."""

    def __init__(self, engine: Engine, processes: Iterable[Process], units: Units) -> None:
        self.processes = {process.process: process for process in processes}
        self.units = units
        self.wholes = {(str(row["process"]), str(row["control_point"])): _whole(row) for row in engine.records(_WHOLES)}
        self.findings = _limit_findings(engine)
        self.segments = {
            (str(process), str(rule), str(dimension)): SegmentCounts(red=_int(red), yellow=_int(yellow), judged=_int(n))
            for process, rule, dimension, red, yellow, n in engine.rows(_SEGMENTS)
        }

    def world(self, rule: Rule, process: Process) -> World:
        """The world as a rule sees it in a process: facts below its `at_least` are not known."""
        facts: dict[str, Interval] = {}
        cases: dict[str, int] = {}
        for (name, point), whole in self.wholes.items():
            at = whole.at if whole.sound and whole.n_eff >= self.at_least(rule, name, point) - 1e-9 else UNKNOWN
            for key in (f"{name}.{point}", *((point,) if name == process.process else ())):
                facts[key], cases[key] = at, whole.n
        own = process.process
        return World(
            facts=facts,
            cases=cases,
            findings={rule: truth for (name, rule), truth in self.findings.items() if name == own},
            segments={(rule, by): counts for (name, rule, by), counts in self.segments.items() if name == own},
        )

    def at_least(self, rule: Rule, process: str, point: str) -> int:
        """Cases a fact needs in a diagnosis: as in a limit, but no limit is near an end here."""
        known = self.processes.get(process)
        placed = known.control_points.get(point) if known else None
        usual = enough(known, placed) if known and placed else DEFAULT_AT_LEAST
        asked = rule.at_least if rule.at_least is not None else usual
        quantile = quantile_of(placed) if placed else None
        return max(asked, cases_for_upper_end(quantile) if quantile else 0)


def _int(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(row: Mapping[str, object]) -> _Whole:
    value, low, high = (_float(row[name]) for name in ("value", "low", "high"))
    reached = bool(row["reached"])
    missing = value if reached else math.inf
    ends = (value if value is not None else missing, low if low is not None else missing)
    known = [math.nan if end is None else end for end in (*ends, high if high is not None else missing)]
    n_eff = _float(row["n_eff"])
    return _Whole(
        at=Interval(*known),
        n=_int(row["n"]),
        n_eff=float(_int(row["n"])) if n_eff is None else n_eff,
        sound=row["maturity"] != "too young" and not (value is None and reached),
    )


_TRUTHS = {"green": Truth.FALSE}


def _limit_findings(engine: Engine) -> dict[tuple[str, str], Truth]:
    """Whether each rule with a limit fired: surely beyond its limit is true, by its value likely, unjudged unknown.

    A rule that looks at several control points of a process fired where any of them did.
    """
    found: dict[tuple[str, str], Truth] = {}
    for process, rule, verdict, why, sure in engine.rows(_FOUND):
        breached = Truth.TRUE if sure and why != "uncertain" else Truth.LIKELY
        truth = breached if verdict in ("red", "yellow") else _TRUTHS.get(str(verdict), Truth.UNKNOWN)
        key = (str(process), str(rule))
        found[key] = max(found.get(key, Truth.FALSE), truth)
    return found


def explain_rule(
    engine: Engine, rule: Rule, rules: Sequence[Rule], processes: Sequence[Process], units: Units, process: str
) -> Explained | None:
    """Why a rule fired (or did not) in a process, condition by condition; None where it does not look at it.

    A rule with limits is explained as the comparisons with its limits.
    """
    if rule.when is not None:
        diagnoses = diagnose(engine, rules, processes, units)
        return next((one.explained for one in diagnoses if (one.rule, one.process) == (rule.name, process)), None)
    sql = f"{_LIMITS_OF} order by control_point limit 1"
    rows = engine.records(sql, {"rule": rule.name, "process": process})
    if not rows:
        return None
    row = rows[0]
    point, whole = str(row["control_point"]), _whole(row)
    world = World(facts={point: whole.at if whole.sound else UNKNOWN}, cases={}, findings={}, segments={})
    parts = [
        explain(_comparison(point, limit, row[key], str(row["unit"]), row["sign"] == 1.0), world)
        for key, limit in (("yellow", rule.yellow), ("red", rule.red))
        if limit is not None and row[key] is not None
    ]
    truths = [part.truth for part in parts if part.truth is not None]
    return Explained(
        text=" / ".join(part.text for part in parts) or point,
        truth=max(truths, default=Truth.UNKNOWN),
        parts=tuple(parts),
    )


_LIMITS_OF = """
select facts.*, sign, yellow, red, unit
from facts
join limits using (process, control_point, variant)
where rule = $rule and process = $process and dimension is null and since is null
"""


def _comparison(point: str, limit: Limit, value: object, unit: str, more_is_worse: bool) -> Expression:
    written = {"ratio": "%", "seconds": "s"}.get(unit, "")
    operator = limit.operator or (">" if more_is_worse else "<")
    return Binary(operator, Name(point, 0), Value(_float(value) or 0.0, written, 0), 0)
