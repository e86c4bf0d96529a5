"""How the cases of a log flowed through their process: stages, losses, conformance, activities (D9)."""

from engine.engines.sql import quote, text_literal
from engine.events.log import EventLog, moment_sql
from engine.events.reached import member, out_of_order
from engine.kpis.flow import ActivityCount, Conformance, CounterFlow, Deviation, Loss, ProcessFlow, Stage
from engine.kpis.rows import Wanted
from engine.kpis.rows_plain import deviating, lost_states

EXAMPLES = 5


def flow(log: EventLog) -> ProcessFlow:
    """The flow of the cases that began in the period of the audit: funnel, losses and conformance of a report."""
    process, locale = log.process, log.settings.locale
    if process.counters:
        return _of_counters(log)
    outcomes = {str(row[0]): _int(row[1]) for row in _rows(log, _OUTCOMES)}
    ((truncated, crossed),) = _rows(log, _ODD.format(cases="{cases}", crossed=out_of_order(process)))
    return ProcessFlow(
        process=process.process,
        title=process.title.of(locale) if process.title else process.process,
        channel=process.channel,
        cases=sum(outcomes.values()),
        truncated=_int(truncated),
        out_of_order=_int(crossed),
        won=outcomes.get("won", 0),
        lost=outcomes.get("lost", 0),
        void=outcomes.get("void", 0),
        open=outcomes.get("open", 0),
        observed_until=log.observed_until,
        lost_recorded=process.lost == "recorded",
        activities=_activities(log),
        stages=_stages(log),
        loss=_loss(log),
        conformance=_conformance(log),
        excluded=dict(log.excluded),
        marks={mark.name: mark.title.of(locale) for mark in process.marks if mark.title},
    )


def _of_counters(log: EventLog) -> ProcessFlow:
    """Totals instead of cases."""
    process = log.process
    return ProcessFlow(
        process=process.process,
        title=process.title.of(log.settings.locale) if process.title else process.process,
        channel=process.channel,
        cases=0,
        truncated=0,
        out_of_order=0,
        won=0,
        lost=0,
        void=0,
        open=0,
        observed_until=log.observed_until,
        lost_recorded=True,
        conformance=Conformance(cases=0, conforming=0, pending=0, deviating=0),
        excluded=dict(log.excluded),
        counters=_counters(log),
    )


_COUNTERS = """
select counter, fsum(value), count(distinct date_trunc(if(unit = 'hour', 'day', unit), period_start)),
       any_value(if(unit = 'hour', 'day', unit))
from {counts}
where {inside}
group by counter"""


def _counters(log: EventLog) -> tuple[CounterFlow, ...]:
    """The counters in the order of the process."""
    wanted = Wanted(log=log)
    sql = _COUNTERS.format(counts=log.relation("counts"), inside=wanted.in_period("period_start") or "true")
    found = {str(row[0]): row for row in log.engine.rows(sql, wanted.bound)}
    return tuple(
        CounterFlow(
            counter=counter.name,
            title=counter.title.of(log.settings.locale) if counter.title else counter.name,
            money=counter.money,
            total=float(str(total)),
            periods=_int(periods),
            unit=str(unit),
        )
        for counter in log.process.counters
        if counter.name in found
        for _, total, periods, unit in [found[counter.name]]
    )


_OUTCOMES = """
select outcome, count(*)
from {cases}
group by outcome"""

_ODD = """
select count(*) filter (truncated), count(*) filter ({crossed})
from {cases}"""

# A move to a final state counts by its outcome, any other by the happy path; off it is aside.
_VISITS = """
with moved as (
  select state_no, next_state_no, is_open, count(*) as n, min(entered_at) as since
  from {visits}
  group by all),
lasting as (
  select state_no, median((epoch_us(left_at) - epoch_us(entered_at)) // 1000000) as median_seconds
  from {visits}
  where left_at >= entered_at
  group by state_no)
select moved.state_no,
       sum(n) as entered,
       sum(n) filter (not here.final and next.outcome is not distinct from 'lost' and next.final) as lost,
       sum(n) filter (not here.final and next.outcome = 'void') as void,
       sum(n) filter (not here.final and next.stage_no < here.stage_no and not lost_or_void) as moved_back,
       sum(n) filter (not here.final and next.stage_no is null and not next.final) as aside,
       sum(n) filter (not here.final and next.state_no is null) as open,
       sum(n) filter (here.final and next.state_no is null) as resting,
       sum(n) filter (here.final and next.state_no is not null) as reopened,
       any_value(median_seconds) as median_seconds,
       max(date_diff('second', since, {end})) filter (not here.final and is_open) as oldest
from moved
join {states} as here
  on here.state_no = moved.state_no
left join (select *, final and outcome in ('lost', 'void') as lost_or_void from {states}) as next
  on next.state_no = moved.next_state_no
left join lasting
  on lasting.state_no = moved.state_no
group by moved.state_no"""


def _stages(log: EventLog) -> tuple[Stage, ...]:
    """The happy path in its order, whatever the order they are written in, then the states beside it."""
    end = f"timestamp '{log.observed_until}'" if log.observed_until else "null::timestamp"
    states = (
        f"(select state_no, stage_no, final, case when final then coalesce(outcome, 'lost') end as outcome"
        f" from {log.relation('points')} where state_no is not null)"
    )
    sql = _VISITS.format(visits=_of(log, "visits"), states=states, end=end)
    visits = {_int(row["state_no"]): row for row in log.engine.records(sql)}
    reached = _reached(log)
    order, named = log.process.stage_order, log.process.states
    walked = sorted(range(len(reached)), key=lambda number: order.get(named[number].name, len(order)))
    return tuple(_stage(log, number, visits.get(number, {}), reached[number]) for number in walked)


def _stage(log: EventLog, number: int, row: dict[str, object], reached: tuple[int, int]) -> Stage:
    state = log.process.states[number]
    entered, open_, resting, reopened = (_int(row.get(key)) for key in ("entered", "open", "resting", "reopened"))
    lost, void, back, aside = (_int(row.get(key)) for key in ("lost", "void", "moved_back", "aside"))
    median, oldest = row.get("median_seconds"), row.get("oldest")
    return Stage(
        state=state.name,
        title=state.title.of(log.settings.locale) if state.title else state.name,
        reached=reached[0],
        skipped=reached[1],
        entered=entered,
        advanced=entered - lost - void - back - aside - open_ - resting - reopened,
        lost=lost,
        void=void,
        moved_back=back,
        aside=aside,
        open=open_,
        resting=resting,
        reopened=reopened,
        median_seconds=float(str(median)) if median is not None else None,
        oldest_open_seconds=_int(oldest) if oldest is not None else None,
        happy_path=state.name in log.process.happy_path,
        outcome=(state.outcome or "lost") if state.final else None,
    )


def _reached(log: EventLog) -> list[tuple[int, int]]:
    """Cases that reached each state (a stage or a later one), and those of them that skipped it, by state number."""
    path, order = log.process.happy_path, {state.name: number for number, state in enumerate(log.process.states)}
    columns = []
    for state in log.process.states:
        own = f"first_{order[state.name]}"
        if state.name in path:
            stage = path.index(state.name)
            any_ = ", ".join(f"first_{order[later]}" for later in path[stage:])
            there = f"{member(log.process, state.name)} and coalesce({any_}) is not null"
        else:
            there = f"{own} is not null"
        columns += [f"count(*) filter ({there})", f"count(*) filter ({there} and {own} is null)"]
    row = log.engine.row(f"select {', '.join(columns)} from {_of(log, 'cases')}")
    numbers = [_int(value) for value in row]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


# The state a lost case was in before it was lost: that of its last move.
_LOSS = """
select coalesce(left_from, resting_state) as state_no,
       {reason} as reason,
       count(*) as cases,
       {amount} as amount
from {cases} as cases
left join (select case_key as "~case", arg_max(state_no, visit_no) as left_from
           from {visits}
           where next_state_no in ({lost})
           group by case_key) as move
  on move."~case" = cases.case_key
where outcome = 'lost'
group by 1, 2
order by 1, count(*) desc, reason nulls last"""


def _loss(log: EventLog) -> tuple[Loss, ...]:
    sql = _LOSS.format(
        reason="nullif(a_loss_reason::varchar, '')" if "loss_reason" in log.attributes else "null::varchar",
        amount="sum(try_cast(a_amount as double))" if "amount" in log.attributes else "null::double",
        cases=_of(log, "cases"),
        visits=_of(log, "visits"),
        lost=lost_states(log.process),
    )
    return tuple(
        Loss(
            state=log.process.states[_int(state)].name,
            reason=str(reason) if reason is not None else None,
            cases=_int(cases),
            amount=float(str(amount)) if amount is not None else None,
        )
        for state, reason, cases, amount in log.engine.rows(sql)
    )


def _conformance(log: EventLog) -> Conformance:
    sql = f"""
select count(*) filter (not wrong and outcome <> 'open'),
       count(*) filter (not wrong and outcome = 'open'),
       count(*) filter (wrong)
from (select outcome, truncated or coalesce(deviating, false) as wrong
      from {_of(log, "cases")} as cases {deviating(log)})"""
    conforming, pending, wrong = (_int(value) for value in log.engine.row(sql))
    cases = conforming + pending + wrong
    return Conformance(
        cases=cases, conforming=conforming, pending=pending, deviating=wrong, deviations=_deviations(log)
    )


# The smallest keys are as good as random (they are hashes), and the same every time.
_DEVIATIONS = f"""
with wrong as (
  select from_state, to_state, case_key from {{moves}} where not allowed
  union all
  select null, initial_state, case_key from {{cases}} where truncated),
counted as (
  select from_state, to_state, count(*) as moves, count(distinct case_key) as cases,
         unnest(min(distinct case_key, {EXAMPLES})) as case_key
  from wrong
  group by from_state, to_state)
select from_state, to_state, moves, counted.cases, list(case_id order by counted.case_key)
from counted
join {{cases}} as cases using (case_key)
group by from_state, to_state, moves, counted.cases
order by counted.cases desc, from_state nulls first, to_state"""


def _deviations(log: EventLog) -> tuple[Deviation, ...]:
    states = log.process.states
    return tuple(
        Deviation(
            from_=states[_int(from_)].name if from_ is not None else "",
            to=states[_int(to)].name,
            moves=_int(moves),
            cases=_int(cases),
            examples=tuple(str(case) for case in examples) if isinstance(examples, list) else (),
        )
        for from_, to, moves, cases, examples in _rows(log, _DEVIATIONS)
    )


_SEEN = "select activity, mapped_to, events, cases from {source}.activities where process = {process}"

# Looked back at, later events are not known (D1); what the source ignores by name is not kept event by event.
_SEEN_BY_THEN = """
select activity, mapped_to, count(*) as events, count(distinct case_key) as cases
from (
  select activity, case_key, seq, coalesce(max(state), max(mark)) as mapped_to
  from {source}.events
  where process = {process} and happened_at <= timestamp '{end}'
  group by activity, case_key, seq)
group by activity, mapped_to"""


def _activities(log: EventLog) -> tuple[ActivityCount, ...]:
    name = text_literal(log.process.process)
    parts = [
        (_SEEN_BY_THEN if log.hindsight else _SEEN).format(source=quote(source), process=name, end=log.observed_until)
        for source in log.sources
        if log.engine.exists(source, "activities")
    ]
    if not parts:
        return ()
    sql = f"""
select activity, mapped_to, sum(events), sum(cases)
from ({" union all ".join(parts)})
group by activity, mapped_to
order by activity, mapped_to nulls last"""
    return tuple(
        ActivityCount(activity=str(a), to=str(to) if to is not None else None, events=_int(events), cases=_int(cases))
        for a, to, events, cases in log.engine.rows(sql)
    )


def _of(log: EventLog, name: str) -> str:
    """A relation, of the cases that began in the period of the audit."""
    tests = [
        f"local_at {operator} {moment_sql(moment)}"
        for operator, moment in ((">=", log.since), ("<", log.until))
        if moment
    ]
    if not tests:
        return log.relation(name)
    cases = f"(from {log.relation('cases')} where {' and '.join(tests)})"
    return cases if name == "cases" else f"(from {log.relation(name)} semi join {cases} as begun using (case_key))"


def _rows(log: EventLog, sql: str) -> list[tuple[object, ...]]:
    relations = {name: _of(log, name) for name in ("cases", "visits", "moves")}
    return log.engine.rows(sql.format(**relations))


def _int(value: object) -> int:
    return int(str(value)) if value is not None else 0
