"""Cohorts that no estimator repairs: a state of which the data begin, or end, long after the cases do (D1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.events.log import EventLog, moment_sql
from engine.events.reached import member, stages_from
from engine.kpis.rows_plain import lost_states

EXPECTED_AT_LEAST = 10.0
"""Arrivals that should have been there where there are none: by chance that happens to one log in 22,000."""
DAYS_AT_LEAST = 28
"""How far a source has to begin or end from the others: a holiday is no gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """No arrival in a state before (or after) a moment in UTC, though so many were to be expected there."""

    state: str
    moment: datetime
    side: str
    expected: float
    cases: int


def gaps(log: EventLog) -> tuple[Gap, ...]:
    """The gaps of every stage but the first, and of the lost states together, in the order of the process."""
    return tuple(_found(log))


def _found(log: EventLog) -> Iterator[Gap]:
    path = log.process.happy_path
    for state in path[1:]:
        firsts = [f"first_{number}" for number in stages_from(log.process, state)]
        moment = firsts[0] if len(firsts) == 1 else f"least({', '.join(firsts)})"
        yield from _of(log, state, moment, member(log.process, path[0]))
    lost = [number.strip() for number in lost_states(log.process).split(",") if number.strip().isdigit()]
    if lost:
        firsts = [f"first_{number}" for number in lost]
        moment = firsts[0] if len(firsts) == 1 else f"least({', '.join(firsts)})"
        yield from _of(log, log.process.states[int(lost[0])].name, moment, "true")


def _of(log: EventLog, state: str, moment: str, population: str) -> Iterator[Gap]:
    """Both sides: the cases within the span of the arrivals say how many the others should have brought."""
    if log.observed_until is None:
        return
    row = log.engine.row(
        _GAP.format(
            cases=log.relation("cases"), moment=moment, population=population, end=moment_sql(log.observed_until)
        )
    )
    start, first, last, before, cases_before, after, cases_after = row
    if not (isinstance(start, datetime) and isinstance(first, datetime) and isinstance(last, datetime)):
        return
    sides = (("before", first, first - start, before, cases_before),
             ("after", last, log.observed_until - last, after, cases_after))  # fmt: skip
    for side, edge, length, expected, cases in sides:
        if length.days >= DAYS_AT_LEAST and expected is not None and float(str(expected)) >= EXPECTED_AT_LEAST:
            yield Gap(state=state, moment=edge, side=side, expected=float(str(expected)), cases=int(str(cases)))


# The share that arrives by an age, in days, from the cases that began between the first arrival and the last; each
# case outside is expected to have arrived as often by the age it had at the first arrival (or had after the last).
_GAP = """
with given as (
  select started_at as began, case when {moment} < started_at then started_at else {moment} end as came
  from {cases} as cases
  where {population}
    and outcome <> 'void'),
span as (
  select min(came) as first, max(came) as last from given),
known as (
  select given.*
  from given, span
  where began >= first),
total as (
  select count(*) as n from known),
age as (
  select date_diff('day', began, came) as days, count(*) as cases
  from known
  where came is not null
  group by 1),
curve as (
  select days, sum(cases) over (order by days) / (select n from total) as share
  from age),
early as (
  select date_diff('day', began, first) - 1 as days, count(*) as cases
  from given, span
  where began < first
  group by 1),
late as (
  select greatest(0, date_diff('day', began, last) + 1) as from_days,
         date_diff('day', began, {end}) - 1 as to_days,
         count(*) as cases
  from given, span
  where began >= first
    and (came is null or came > last)
  group by 1, 2)
select (select min(began) from given),
       (select first from span),
       (select last from span),
       (select sum(early.cases * curve.share) from early asof join curve on early.days >= curve.days),
       (select sum(cases) from early),
       (select sum(late.cases * greatest(0, b.share - coalesce(a.share, 0)) / greatest(1 - coalesce(a.share, 0), 0.01))
        from late
        asof join curve as b on late.to_days >= b.days
        asof left join curve as a on late.from_days >= a.days),
       (select sum(cases) from late)
"""
