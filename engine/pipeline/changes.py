"""The last two complete, mature months of each control point compared: how much, through what, at which stage."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from engine.audit import Change, ChangeSegment, ChangeSide, ChangeStage
from engine.definitions.process import ControlPoint, Process
from engine.events.log import EventLog
from engine.events.reached import member, stages_from
from engine.kpis.compare import Estimate, Funnel, MixRate, SegmentCredits, difference, mix_and_rate, stage_parts
from engine.kpis.compute import Request, measure_of
from engine.kpis.credits import credit_rows
from engine.kpis.fact import Fact, Period
from engine.kpis.kpi import Unit
from engine.kpis.measure import Timed
from engine.rules.applies import Units, enough

LONGEST_MONTH, SHORTEST_MONTH = 31, 28


def changes(
    logs: Mapping[str, EventLog], facts: Sequence[Fact], units: Units, segments: Sequence[str]
) -> tuple[Change, ...]:
    """A comparison for every control point that has two such months with enough cases, sorted."""
    found: dict[tuple[str, str], list[tuple[Period, Fact]]] = defaultdict(list)
    for fact in facts:
        if not fact.period or fact.segment or fact.variant:
            continue
        if _compares(fact, fact.period, logs[fact.process].process):
            found[fact.process, fact.control_point].append((fact.period, fact))
    return tuple(
        change
        for key in sorted(found)
        for change in _last_two(logs[key[0]], key[1], found[key], units[key][0], segments)  # type: ignore[arg-type]
    )


def _compares(fact: Fact, period: Period, process: Process) -> bool:
    """A whole, mature month with a value from enough cases."""
    days = (period.until - period.since).days
    month = SHORTEST_MONTH <= days <= LONGEST_MONTH and period.since.day == period.until.day == 1
    asked = enough(process, process.control_points[fact.control_point])
    many = (fact.n_eff if fact.n_eff is not None else fact.n) >= asked
    return month and not period.partial and fact.maturity == "mature" and many and fact.value is not None


def _last_two(
    log: EventLog, name: str, months: Sequence[tuple[Period, Fact]], unit: Unit, segments: Sequence[str]
) -> Iterator[Change]:
    ordered = sorted(months, key=lambda month: month[0].since)[-2:]
    if len(ordered) < 2 or ordered[0][0].until != ordered[1][0].since:
        return
    (period0, before), (period1, after) = ordered
    assert before.value is not None
    assert after.value is not None
    gap = difference(_estimate(after), _estimate(before))
    if gap.low is None or gap.high is None:
        return
    parts = _parts(log, log.process.control_points[name], after, (period0, period1), segments) if _share(unit) else None
    yield Change(
        process=log.process.process,
        control_point=name,
        before=_side(period0, before),
        after=_side(period1, after),
        change=gap.difference,
        low=gap.low,
        high=gap.high,
        mix=parts[1].mix if parts else None,
        rate=parts[1].rate if parts else None,
        by=parts[0] if parts else None,
        simpson=bool(parts and parts[1].headline),
        segments=_segments(parts[1]) if parts else (),
        stages=_stages(log, name, (period0, before), (period1, after)),
    )


def _share(unit: Unit) -> bool:
    return unit == "ratio"


def _estimate(fact: Fact) -> Estimate:
    assert fact.value is not None
    return Estimate(value=fact.value, low=fact.low, high=fact.high)


def _side(period: Period, fact: Fact) -> ChangeSide:
    assert fact.value is not None
    return ChangeSide(since=period.since, until=period.until, value=fact.value, n=fact.n)


# --- mix and rate -----------------------------------------------------------------------------------------------------


# Who came to no manager is nobody's.
_SUMS = """
with summed as (
  select c0, count(*) as n, fsum(credit) as credit
  from ({rows})
  group by c0)
select coalesce(segment, '') as segment, sum(n)::bigint as n, fsum(credit) as credit
from summed
left join {segments} on code = c0
group by 1
order by 1"""


def _parts(
    log: EventLog, point: ControlPoint, fact: Fact, periods: tuple[Period, Period], segments: Sequence[str]
) -> tuple[str, MixRate] | None:
    """The dimension, and the parts of its segments, on the credits of each period by its own curve."""
    dimension = next((name for name in segments if name in log.dimensions), None)
    if dimension is None:
        return None
    sums: list[dict[str, tuple[int, float]]] = []
    for period in periods:
        request = Request(control_point=point)
        since, until = period.since, period.until
        rows = credit_rows(log, request, horizon=fact.horizon, since=since, until=until, dimensions=(dimension,))
        if rows is None:
            return None
        sql = _SUMS.format(rows=rows.sql, segments=log.relation("segments"))
        found = log.engine.rows(sql, rows.bound)
        sums.append({str(segment): (int(str(n)), float(str(credit))) for segment, n, credit in found})
    names = sorted({*sums[0], *sums[1]})
    if not sums[0] or not sums[1]:
        return None
    made = mix_and_rate(
        [
            SegmentCredits(segment=name, n0=n0, credits0=credits0, n1=n1, credits1=credits1)
            for name in names
            for (n0, credits0), (n1, credits1) in [(sums[0].get(name, (0, 0.0)), sums[1].get(name, (0, 0.0)))]
        ]
    )
    return dimension, made


def _segments(parts: MixRate) -> tuple[ChangeSegment, ...]:
    ordered = sorted(parts.parts, key=lambda part: (-abs(part.mix + part.rate), part.segment))
    return tuple(ChangeSegment(segment=part.segment, mix=part.mix, rate=part.rate) for part in ordered)


# --- which stage ------------------------------------------------------------------------------------------------------


def _stages(
    log: EventLog, name: str, before: tuple[Period, Fact], after: tuple[Period, Fact]
) -> tuple[ChangeStage, ...]:
    """What each stage between the two points brought; () where there is no stage between them."""
    point = log.process.control_points[name]
    if point.kpi != "conversion" or point.clock == "business" or log.process.counters:
        return ()
    measure, path = measure_of(log, point), log.process.happy_path
    assert isinstance(measure, Timed)
    if measure.strict or point.where or measure.start not in path or measure.end not in path:
        return ()
    states = path[path.index(measure.start) : path.index(measure.end) + 1]
    if len(states) < 3:
        return ()
    funnels = [_funnel(log, states, period, fact) for period, fact in (before, after)]
    if funnels[0] is None or funnels[1] is None:
        return ()
    parts = stage_parts(funnels[0], funnels[1])
    if parts.stages is None or parts.volume is None:
        return ()
    named = zip(states, parts.stages, strict=False)
    return (ChangeStage(state=None, cases=parts.volume), *(ChangeStage(state=s, cases=part) for s, part in named))


def _funnel(log: EventLog, states: Sequence[str], period: Period, fact: Fact) -> Funnel | None:
    """Cases of the period that reached the first of the states, and how many went on to each next one by the horizon.

    The last step is such that all of them together are the headline.
    """
    moments = [_moment(log, state) for state in states]
    reached = ", ".join(
        f"count(*) filter (epoch_us({moment}) - epoch_us({moments[0]}) < {((fact.horizon or 0) + 1) * 1_000_000})"
        for moment in moments[1:-1]
    )
    row = log.engine.row(
        f"""
select count(*), {reached}
from {log.relation("cases")}
where local_at >= $since
  and local_at < $until
  and {moments[0]} is not null
  and {member(log.process, states[0])}
  and outcome <> 'void'""",
        {"since": _naive(period.since), "until": _naive(period.until)},
    )
    counts = [float(str(count)) for count in row]
    counts.append((fact.value or 0.0) * counts[0])
    if min(counts) <= 0:
        return None
    return Funnel(volume=counts[0], stages=tuple(b / a for a, b in pairwise(counts)))


def _moment(log: EventLog, state: str) -> str:
    """First entry of a stage or a later one."""
    firsts = [f"first_{number}" for number in stages_from(log.process, state)]
    return firsts[0] if len(firsts) == 1 else f"least({', '.join(firsts)})"


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
