"""Credits: each case's part in a control point, so that periods and segments of it can be compared (D11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.engines.sql import Bound, quote
from engine.events.log import EventLog
from engine.kpis.cells import code_rows
from engine.kpis.compute import Request, compute_horizon, measure_of, wanted_of
from engine.kpis.measure import Again, ByDeadline, Conforming, Holding, LostFrom, Measure, Stay, Timed, Void
from engine.kpis.plain_facts import share_rows
from engine.kpis.rows import Wanted
from engine.kpis.rows_timed import ARRIVED, GONE, PENDING, stay_rows, timed_rows
from engine.kpis.stats.intervals import create_macros
from engine.kpis.timed_facts import Times


def credited(
    log: EventLog,
    request: Request,
    *,
    limit: float | None = None,
    horizon: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    table: str = "credits:one",
    dimensions: Sequence[str] | None = None,
) -> str | None:
    """Make a table of credits and give the query of it; None where the control point is not about shares of cases.

    Columns: case_key, credit (0 to 1), pending (its credit is a chance), half (1 or 2: began in the first or the second
    half of the period), at (when it began, in the workspace's zone), d_NAME of every dimension, or of those named
    (d_manager: who held the case when it came to the start of the control point, where the log knows that; D21).
    Arrived by the horizon is 1; gone, or watched to it, is 0; pending at age a is (F(H) - F(a)) / S(a), from the curve
    of all these cases: the mean is the headline. A time or a length takes `limit` (seconds): its credit is that of
    keeping it. `since` and `until` narrow the cases (and the curve) to those that began then. Source: self-consistency
    (Efron 1967).
    """
    narrowed = replace(log, since=since or log.since, until=until or log.until)
    carried = log.dimensions if dimensions is None else tuple(dimensions)
    by = ("manager",) if log.manager_varies and "manager" in carried else ()
    plain = Request(control_point=request.control_point, where=request.where, by=by)
    measure, wanted = measure_of(log, request.control_point), wanted_of(narrowed, plain)
    if horizon is None and isinstance(measure, Timed) and measure.quantile is None:
        horizon = compute_horizon(log, request)
    rows = _rows(wanted, measure, limit, horizon)
    if rows is None:
        return None
    _add_cases(log, wanted, rows, table, carried)
    log.engine.execute("drop table if exists credit_rows")
    return f"select * from {quote(table)}"


def _rows(wanted: Wanted, measure: Measure, limit: float | None, horizon: int | None) -> str | None:
    """case_key, credit, pending, and `held`, the code of its manager then, where the log knows more than today's."""
    held = ", c0 as held" if wanted.by else ""
    match measure:
        case Timed():
            step = horizon if measure.quantile is None else (int(limit) if limit is not None else None)
            return _timed(wanted, measure, step, held) if step is not None else None
        case Stay() if limit is not None:
            kept = f"select case_key, (s <= {float(limit)!r})::double as credit, false as pending{held}"
            return f"{kept} from ({stay_rows(wanted, measure)}) where k = {ARRIVED}"
        case Again() | LostFrom() | Holding() | Void() | Conforming() | ByDeadline():
            kept = f"select case_key, hit::double as credit, false as pending{held}"
            return f"{kept} from ({share_rows(wanted, measure)}) where not pending"
        case _:
            return None


def _timed(wanted: Wanted, measure: Timed, horizon: int, held: str) -> str:
    """Credits of a timed measure: where some are open, makes the curve of these cases and looks each open one up."""
    engine = wanted.log.engine
    rows = timed_rows(wanted, measure, None)
    kept = ", held" if held else ""
    counted = f"select case_key, k, s, skipped, watched{held} from ({rows}) where k <= {PENDING}"
    engine.execute(f"create or replace temp table credit_rows as {counted}", wanted.bound)
    if not engine.row(f"select exists(select 1 from credit_rows where k = {PENDING} and s < {horizon})")[0]:
        known = f"(k = {ARRIVED} and s <= {horizon})::double"
        return f"select case_key, {known} as credit, false as pending{kept} from credit_rows"
    create_macros(engine)
    code_rows(wanted.log, "from credit_rows", Bound(), (), (), "case_key, k, s, skipped, watched")
    times = Times(engine=engine, codes=0, periods=0)
    times.tally()
    times.share(horizon)
    young = f"select distinct {times.key('s')} as key, s from base where k = {PENDING} and s < {horizon}"
    engine.execute(_CURVE.format(young=young))
    total = "(select coalesce(max(total), 0) from credit_curve)"
    return f"""
select case_key,
       case
         when k = {ARRIVED} and rows.s <= {horizon} then 1.0
         when k = {GONE} or rows.s >= {horizon} then 0.0
         when remaining > 1e-12 then ({total} - f) / remaining
         else 0.0
       end as credit,
       k = {PENDING} and rows.s < {horizon} as pending{kept}
from credit_rows as rows
left join credit_curve
  on k = {PENDING}
  and credit_curve.s = rows.s"""


# F and what remains after each time at which a case is open, in one pass over the counts of all these cases (D3).
_CURVE = """
create or replace temp table credit_curve as
with risk as (
  select key, arrived, gone,
         sum(arrived + gone + pending) over (order by key desc) as at_risk
  from partial
  where cell = 0),
hazard as (
  select *,
         product(1 - (arrived + gone) / at_risk) over (order by key) as remaining,
         coalesce(product(1 - (arrived + gone) / at_risk) over (
           order by key
           rows between unbounded preceding and 1 preceding), 1) as before
  from risk),
curve as (
  select *, sum(before * arrived / at_risk) over (order by key) as f
  from hazard)
select young.s, f, remaining, (select max(f) from curve) as total
from curve
join ({young}) as young using (key)"""


def _add_cases(log: EventLog, wanted: Wanted, rows: str, table: str, dimensions: Sequence[str]) -> None:
    names = [quote(f"d_{name}") for name in dimensions]
    then = f"(select segment from {log.relation('segments')} as s where s.code = rows.held)"
    begun = f'begun.* exclude ("~case") replace ({then} as d_manager)' if wanted.by else 'begun.* exclude ("~case")'
    # A timed measure has used its values up; the rows of the others still have theirs.
    bound = wanted.bound if "$v" in rows else None
    log.engine.execute(
        f"""
create or replace {log.table} {quote(table)} as
with begun as (
  select case_key as "~case", local_at{"".join(f", {name}" for name in names)}
  from {log.relation("cases")}),
found as (
  select rows.case_key, rows.credit, rows.pending, {begun}
  from ({rows}) as rows
  join begun
    on begun."~case" = rows.case_key),
middle as (
  select min(local_at) + (max(local_at) - min(local_at)) / 2 as moment
  from found)
select case_key,
       credit,
       pending,
       case when local_at <= moment then 1 else 2 end as half,
       local_at as at{"".join(f", {name}" for name in names)}
from found, middle
order by case_key""",
        bound,
    )
