"""Exposed cases against the rest: how many there are, and how many of each missed what a control point asks (D15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.definitions.condition import Expr
from engine.engines.sql import quote
from engine.events.log import EventLog
from engine.kpis.compute import Request, compute_horizon, measure_of, wanted_of
from engine.kpis.measure import Again, ByDeadline, Conforming, Holding, LostFrom, Stay, Timed, Void
from engine.kpis.missed import better_of
from engine.kpis.plain_facts import share_rows
from engine.kpis.rows import Wanted, condition_sql
from engine.kpis.rows_timed import ARRIVED, GONE, INSIDE, PENDING, stay_rows, timed_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedCases:
    """Cases of which it is known whether they missed, with and without the condition; `months` apart."""

    exposed: int
    exposed_missed: int
    unexposed: int
    unexposed_missed: int
    months: "tuple[ExposedCases, ...]" = ()


def exposed_cases(
    log: EventLog, request: Request, exposure: Expr, limit: float | None, needs: Iterable[str] = ()
) -> ExposedCases | None:
    """Count them by a condition on cases. `limit`: seconds for times and lengths. None: the KPI is not about cases.

    `needs`: attributes without which nothing is known of a case (a call that nobody listened to was not judged either).
    """
    wanted = wanted_of(log, Request(control_point=request.control_point, where=request.where))
    judged = _judged(log, request, wanted, limit)
    if judged is None:
        return None
    condition = condition_sql(log, exposure, wanted.bound)
    given = " and ".join(["true", *(f"{quote(f'a_{name}')} is not null" for name in needs)])
    month = quote("d_month") if "month" in log.dimensions else "''"
    rows = log.engine.rows(
        f"""
select count(*) filter (exposed),
       count(*) filter (exposed and missed),
       count(*) filter (not exposed),
       count(*) filter (not exposed and missed),
       "~month"
from (
  select missed, {condition} as exposed, {month} as "~month"
  from (select case_key as "~case", bool_or(missed) as missed from ({judged}) group by case_key)
  join {log.relation("cases")} as cases
    on cases.case_key = "~case"
  where {given})
group by "~month"
order by "~month"
""",
        wanted.bound,
    )
    months = [tuple(int(str(count)) for count in row[:4]) for row in rows]
    return _counts([sum(column) for column in zip(*months, strict=True)] or [0] * 4, tuple(map(_counts, months)))


def _counts(row: Sequence[int], months: tuple[ExposedCases, ...] = ()) -> ExposedCases:
    exposed, exposed_missed, unexposed, unexposed_missed = row
    return ExposedCases(
        exposed=exposed,
        exposed_missed=exposed_missed,
        unexposed=unexposed,
        unexposed_missed=unexposed_missed,
        months=months,
    )


def _judged(log: EventLog, request: Request, wanted: Wanted, limit: float | None) -> str | None:
    """case_key and `missed`, for the cases of which it is known."""
    lower = better_of(log.process, request.control_point) == "lower"
    measure = measure_of(log, request.control_point)
    over = f"s > {float(limit or 0)!r}"
    match measure:
        case Timed(quantile=None):
            step = compute_horizon(log, request) or 0
            in_time = f"(k = {ARRIVED} and s <= {step})"
            known = f"k <= {PENDING} and (k <> {PENDING} or s >= {step})"
            missed = in_time if lower else f"not {in_time}"
            return f"select case_key, {missed} as missed from ({timed_rows(wanted, measure, None)}) where {known}"
        case Timed():
            gone = f" or k = {GONE}" if measure.of == "all" else ""
            known = f"k = {ARRIVED} or (k = {PENDING} and {over}){gone}"
            rows = timed_rows(wanted, measure, None)
            return f"select case_key, ({over}{gone}) as missed from ({rows}) where {known}"
        case Stay():
            known = f"k = {ARRIVED} or (k = {INSIDE} and {over})"
            return f"select case_key, {over} as missed from ({stay_rows(wanted, measure)}) where {known}"
        case Again() | LostFrom() | Holding() | Void() | Conforming() | ByDeadline():
            missed = "hit" if lower else "not hit"
            return f"select case_key, {missed} as missed from ({share_rows(wanted, measure)}) where not pending"
        case _:
            return None
