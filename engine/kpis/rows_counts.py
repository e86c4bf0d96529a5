"""Rows of counters: a row per period with what was counted in it; no cases, so periods are what can be compared."""

from collections.abc import Sequence

from engine.definitions.process import Process
from engine.events.counts import UNITS
from engine.events.counts import units as units_of
from engine.kpis.durations import NotAssessable
from engine.kpis.measure import Counter, CounterTotal, PerOther
from engine.kpis.rows import Wanted

_NESTS = {
    "day": ("day", "week", "month", "quarter"),
    "week": ("week",),
    "month": ("month", "quarter"),
    "quarter": ("quarter",),
}
"""Into which periods others can be added up: weeks do not fit into months."""


def counter_named(process: Process, name: str) -> Counter:
    """A counter by its name, or by that of a control point that adds it up."""
    if name in process.counter_names:
        return Counter(name)
    return Counter(str(process.control_points[name].parameters["of"]))


def counters_of(process: Process, measure: PerOther | CounterTotal) -> tuple[Counter, ...]:
    """The counters a measure reads."""
    names = (measure.of, measure.per) if isinstance(measure, PerOther) else (measure.of,)
    return tuple(counter_named(process, name) for name in names)


def unit_of(wanted: Wanted, counters: Sequence[str]) -> str:
    """The period that a row is of: the longest of the counters', a day at least (the hours of a day go together).

    Raises NotAssessable where one of them has never been counted.
    """
    known = units_of(wanted.log.engine, wanted.log.process)
    for name in counters:
        if name not in known:
            raise NotAssessable(f"missing={name}")
    return max(("day", *(known[name] for name in counters)), key=UNITS.index)


def grains_within(unit: str, grains: Sequence[str]) -> tuple[str, ...]:
    """The periods that rows of this unit can be added up to."""
    return tuple(grain for grain in grains if grain in _NESTS[unit])


def counter_rows(wanted: Wanted, measure: PerOther | CounterTotal, unit: str) -> str:
    """A row per period (and channel, where split by it): x, y, p, c0. Both counters of a ratio must be there: y per x.

    A channel that counts but one of the two has no ratio of its own; in the whole it counts.
    """
    bound, split = wanted.bound, bool(wanted.by)
    named = counters_of(wanted.log.process, measure)
    if isinstance(measure, PerOther):
        x, y = bound(named[1]), bound(named[0])
        sums = f"""
       sum(value) filter (counter = {x})::double as x,
       sum(value) filter (counter = {y})::double as y"""
        tests = f"counter in ({x}, {y})"
        having = "having x is not null and y is not null"
    else:
        sums = "\n       sum(value)::double as x,\n       0.0::double as y"
        tests, having = f"counter = {bound(named[0])}", ""
    moment = f"date_trunc('{unit}', period_start)::timestamp"
    inside = wanted.in_period(moment)
    channel = ",\n       coalesce(channel, '') as channel" if split else ""
    rows = f"""
select {moment} as p,{sums}{channel}
from {wanted.log.relation("counts")}
where {tests}{f" and {inside}" if inside else ""}
group by {"p, channel" if split else "p"}
{having}"""
    if not split:
        return rows
    return f"""
select x, y, p, code as c0
from ({rows})
join {wanted.log.relation("segments")} on dimension = 'channel' and segment = channel"""
