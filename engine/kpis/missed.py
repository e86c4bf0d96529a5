"""The cases behind a finding: those that did not get there, took too long, or have what they should not have."""

from dataclasses import dataclass

from engine.definitions.process import ControlPoint, Process
from engine.events.log import EventLog
from engine.kpis.catalogue import catalogue
from engine.kpis.compute import Request, compute_horizon, measure_of, wanted_of
from engine.kpis.kpi import Better
from engine.kpis.measure import (
    Again,
    Age,
    ByDeadline,
    Conforming,
    Holding,
    LostFrom,
    Measure,
    Open,
    Stay,
    Timed,
    Void,
)
from engine.kpis.plain_facts import open_rows, share_rows
from engine.kpis.rows import Wanted
from engine.kpis.rows_timed import ARRIVED, GONE, INSIDE, PENDING, age_rows, end_of_log, stay_rows, timed_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """How many cases, and the money in them (None where no source has amounts)."""

    cases: int
    amount: float | None


def better_of(process: Process, point: ControlPoint) -> Better:
    """Which way is better: as the control point says, else the KPI; conversion to a lost or void state is turned."""
    if point.better:
        return point.better
    better = catalogue[point.kpi].better
    to = point.parameters.get("to")
    bad = {state.name for state in process.states if state.outcome in ("lost", "void")}
    if point.kpi == "conversion" and to in bad:
        return "lower"
    return better


def missed_cases(log: EventLog, request: Request, limit: float | None = None, *, horizon: int | None = None) -> Missed:
    """Make the temp table `missed(case_id, started_at, seconds, state, manager, amount)`: the cases behind a finding.

    `limit` in seconds for times and lengths; `horizon` that of the fact. `started_at` is in the workspace's zone,
    `seconds` how long it took or has been (null for shares); in no order. A KPI of sums has none.
    """
    engine = log.engine
    wanted = wanted_of(log, Request(control_point=request.control_point, where=request.where))
    rows = _rows(log, request, measure_of(log, request.control_point), wanted, limit, horizon)
    states = f"(select state_no, name from {log.relation('points')} where state_no is not null)"
    engine.execute(
        f"""
create or replace temp table missed as
select cases.case_id,
       cases.local_at as started_at,
       rows.seconds,
       states.name as state,
       {"cases.a_manager" if "manager" in log.attributes else "null"}::varchar as manager,
       {"try_cast(cases.a_amount as double)" if "amount" in log.attributes else "null::double"} as amount
from (select case_key, max(seconds) as seconds from ({rows}) group by case_key) as rows
join {log.relation("cases")} as cases
  on cases.case_key = rows.case_key
left join {states} as states
  on states.state_no = cases.resting_state""",
        wanted.bound,
    )
    cases, amount = engine.row("select count(*), sum(amount) from missed")
    return Missed(cases=int(str(cases)), amount=float(str(amount)) if amount is not None else None)


def _rows(
    log: EventLog, request: Request, measure: Measure, wanted: Wanted, limit: float | None, horizon: int | None
) -> str:
    """case_key and seconds of the cases, by the kind of the measure."""
    lower = better_of(log.process, request.control_point) == "lower"
    match measure:
        case Timed(quantile=None):
            step = horizon if horizon is not None else compute_horizon(log, request)
            in_time = f"(k = {ARRIVED} and s <= {step if step is not None else 0})"
            late = in_time if lower else f"k <= {PENDING} and not {in_time} and (k <> {PENDING} or s >= {step or 0})"
            return f"select case_key, s as seconds from ({timed_rows(wanted, measure, None)}) where {late}"
        case Timed():
            over = f"s > {float(limit or 0)!r}"
            never = f" or k = {GONE}" if measure.of == "all" else ""
            rows = timed_rows(wanted, measure, None)
            return f"select case_key, s as seconds from ({rows}) where (k in ({ARRIVED}, {PENDING}) and {over}){never}"
        case Stay():
            over = f"s > {float(limit or 0)!r} and k in ({ARRIVED}, {INSIDE})"
            return f"select case_key, s as seconds from ({stay_rows(wanted, measure)}) where {over}"
        case Age():
            rows = age_rows(wanted, measure, end_of_log(log))
            return f"select case_key, s as seconds from ({rows}) where s > {float(limit or 0)!r}"
        case Open():
            return f"select case_key, null::bigint as seconds from ({open_rows(wanted, measure, end_of_log(log))})"
        case Again() | LostFrom() | Holding() | Void() | Conforming() | ByDeadline():
            harm = "hit" if lower else "not hit and not pending"
            return f"select case_key, null::bigint as seconds from ({share_rows(wanted, measure)}) where {harm}"
        case _:
            return f"select case_key, null::bigint as seconds from {log.relation('cases')} where false"
