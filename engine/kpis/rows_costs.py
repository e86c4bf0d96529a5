"""Rows of what a case costs: a row per month (and source) with what was spent and how many cases it was spent on."""

from engine.engines.sql import quote
from engine.events.log import EventLog
from engine.events.reached import entries_of
from engine.events.store import SPEND
from engine.kpis.durations import NotAssessable, local_sql
from engine.kpis.measure import Cost
from engine.kpis.rows import Wanted
from engine.kpis.rows_timed import end_of_log

_MONTH = "date_trunc('month', {})::timestamp"


def cost_rows(wanted: Wanted, measure: Cost) -> str:
    """x (cases), y (money), p; with c0 (the source) where split by it. NotAssessable without a table of spending.

    Whole months that the log was watched for and for which something was spent; a case belongs to the month of its
    event: its start, its end, its first entry of the point.
    """
    log, split = wanted.log, bool(wanted.by)
    if not log.engine.exists(f"source:{SPEND}", "counts"):
        raise NotAssessable("fidelity=spend")
    began = f"(select date_trunc('day', min(local_at)) from {log.relation('cases')})"
    inside = wanted.in_period("p")
    keys = "p, segment" if split else "p"
    source = ", coalesce(channel, '') as segment" if split else ""
    counted = f"""
  select {_MONTH.format(local_sql(log, "happened_at"))} as p, count(*) as cases{", segment" if split else ""}
  from ({_cases(wanted, measure, split=split)})
  group by {keys}"""
    spent = f"""
  select {_MONTH.format("period_start")} as p, fsum(value) as money{source}
  from {quote(f"source:{SPEND}")}.counts
  group by {keys}"""
    code = ", code as c0" if split else ""
    join = f"join {log.relation('segments')} using (segment)" if split else ""
    return f"""
select coalesce(cases, 0)::double as x, money as y, p{code}
from ({spent})
left join ({counted}) using ({keys})
{join}
where p + interval 1 day >= {began}
  and p + interval 1 month <= {local_sql(log, end_of_log(log))}
  {f"and {inside}" if inside else ""}
  {"and dimension = 'source'" if split else ""}"""


def _cases(wanted: Wanted, measure: Cost, *, split: bool) -> str:
    """A row per case that counts: when it began, was won, or first got to the point; its source."""
    log: EventLog = wanted.log
    source = ", coalesce(d_source, '') as segment" if split else ""
    if measure.per == "case":
        return f"""
select started_at as happened_at{source}
from {log.relation("cases")} as cases
{wanted.conditions("outcome <> 'void'")}"""
    if measure.per == "won":
        return f"""
select ended_at as happened_at{source}
from {log.relation("cases")} as cases
{wanted.conditions("outcome = 'won'")}"""
    entries = entries_of(log.process, measure.per, own=False)
    return f"""
select entry.happened_at{source}
from {log.relation("cases")} as cases
join (select case_key as "~case", min(happened_at) as happened_at from ({entries}) group by case_key) as entry
  on entry."~case" = cases.case_key
{wanted.conditions("outcome <> 'void'")}"""
