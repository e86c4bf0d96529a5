"""Credits: each case's part in a control point, so that periods and segments of it can be compared (D11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.engines.sql import Bound, quote, text_literal
from engine.events.log import EventLog, moment_sql
from engine.kpis.cells import code_rows
from engine.kpis.compute import Request, compute_horizon, measure_of, wanted_of
from engine.kpis.measure import Again, ByDeadline, Conforming, Holding, LostFrom, Measure, Stay, Timed, Void
from engine.kpis.plain_facts import share_rows
from engine.kpis.rows import Wanted
from engine.kpis.rows_timed import ARRIVED, GONE, PENDING, stay_rows, timed_rows
from engine.kpis.stats.intervals import create_macros
from engine.kpis.timed_facts import Times


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRows:
    """A query and its values: case_key, credit (0 to 1), pending (its credit is a chance), began_at, c0, c1, ...

    `began_at`: when the case began, in the workspace's zone; the others: the numbers of its segments, in the order of
    `dimensions` (manager: who held the case when it came to the start of the control point, where the log knows that;
    D21). To be run before the credits of another control point are asked for.
    """

    sql: str
    bound: Bound
    dimensions: tuple[str, ...]


def credit_rows(
    log: EventLog,
    request: Request,
    *,
    limit: float | None = None,
    horizon: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    dimensions: Sequence[str] = (),
) -> CreditRows | None:
    """The credits of a control point; None where it is not about shares of cases.

    Arrived by the horizon is 1; gone, or watched to it, is 0; pending at age a is (F(H) - F(a)) / S(a), from the curve
    of all these cases: the mean is the headline. A time or a length takes `limit` (seconds): its credit is that of
    keeping it. `since` and `until` narrow the cases (and the curve) to those that began then. Source: self-consistency
    (Efron 1967).
    """
    narrowed = replace(log, since=since or log.since, until=until or log.until)
    plain = Request(control_point=request.control_point, where=request.where, by=tuple(dimensions))
    measure, wanted = measure_of(log, request.control_point), wanted_of(narrowed, plain)
    if horizon is None and isinstance(measure, Timed) and measure.quantile is None:
        horizon = compute_horizon(log, request)
    sql = _rows(wanted, measure, limit, horizon)
    return CreditRows(sql=sql, bound=wanted.bound, dimensions=wanted.by) if sql else None


def write_credits(log: EventLog, rows: CreditRows, table: str) -> None:
    """Make a table of credits: case_key, credit, pending, half, k_NAME of every dimension.

    `half`: 1 or 2, began in the first or the second half of the period.
    """
    late = f"began_at > {moment_sql(log.middle)}" if log.middle else "false"
    codes = "".join(f", c{number} as {quote(f'k_{name}')}" for number, name in enumerate(rows.dimensions))
    log.engine.execute(
        f"""
create or replace {log.table} {quote(table)} as
select case_key, credit, pending, case when {late} then 2 else 1 end::utinyint as half{codes}
from ({rows.sql})""",
        rows.bound,
    )


def named(log: EventLog, table: str, dimensions: Sequence[str]) -> str:
    """A query: the rows of a table of credits, with the texts of these dimensions, `d_NAME`, beside their numbers."""
    texts, joins = [], []
    for number, name in enumerate(dimensions):
        texts.append(f", named{number}.segment as {quote(f'd_{name}')}")
        joins.append(f"""
left join {log.relation("segments")} as named{number}
  on named{number}.dimension = {text_literal(name)}
  and named{number}.code = {quote(f"k_{name}")}""")
    return f"select credits.*{''.join(texts)} from {quote(table)} as credits{''.join(joins)}"


def _rows(wanted: Wanted, measure: Measure, limit: float | None, horizon: int | None) -> str | None:
    codes = "".join(f", c{number}" for number in range(len(wanted.by)))
    match measure:
        case Timed():
            step = horizon if measure.quantile is None else (int(limit) if limit is not None else None)
            return _timed(wanted, measure, step, f"p as began_at{codes}") if step is not None else None
        case Stay() if limit is not None:
            hit = f"(s <= {float(limit)!r})::double"
            kept = f"select case_key, {hit} as credit, false as pending, began_at{codes}"
            return f"{kept} from ({stay_rows(wanted, measure)}) where k = {ARRIVED}"
        case Again() | LostFrom() | Holding() | Void() | Conforming() | ByDeadline():
            kept = f"select case_key, hit::double as credit, false as pending, p as began_at{codes}"
            return f"{kept} from ({share_rows(wanted, measure)}) where not pending"
        case _:
            return None


def _timed(wanted: Wanted, measure: Timed, horizon: int, more: str) -> str:
    """Credits of a timed measure: where some are open, makes the curve of these cases and looks each open one up."""
    engine = wanted.log.engine
    rows = f"select * from ({timed_rows(wanted, measure, None)}) where k <= {PENDING}"
    code_rows(wanted.log, rows, wanted.bound, (), (), "k, s, skipped, watched")
    if not engine.row(f"select exists(select 1 from base where k = {PENDING} and s < {horizon})")[0]:
        engine.execute("drop table base")
        known = f"(k = {ARRIVED} and s <= {horizon})::double"
        return f"select case_key, {known} as credit, false as pending, {more} from ({rows})"
    create_macros(engine)
    times = Times(engine=engine, codes=0, periods=0)
    times.tally()
    times.share(horizon)
    young = f"select distinct {times.key('s')} as key, s from base where k = {PENDING} and s < {horizon}"
    engine.execute(_CURVE.format(young=young))
    engine.execute("drop table base")
    total = "(select coalesce(max(total), 0) from credit_curve)"
    return f"""
select case_key,
       case
         when k = {ARRIVED} and rows.s <= {horizon} then 1.0
         when k = {GONE} or rows.s >= {horizon} then 0.0
         when remaining > 1e-12 then ({total} - f) / remaining
         else 0.0
       end as credit,
       k = {PENDING} and rows.s < {horizon} as pending,
       {more}
from ({rows}) as rows
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
