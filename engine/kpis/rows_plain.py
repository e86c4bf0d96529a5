"""Rows of shares and totals: a hit or not, or a number, per case, visit, event or period of counts."""

from engine.definitions.process import Process
from engine.engines.sql import quote
from engine.events.log import EventLog
from engine.events.reached import entries_of
from engine.kpis.durations import local_sql
from engine.kpis.measure import Again, Conforming, Entries, Holding, LostFrom, Money, PerCase, Point, Void
from engine.kpis.rows import Wanted, cases_query, condition_sql

_UNKEYED = '(select case_key as "~case", * exclude (case_key) from {})'


def again_rows(wanted: Wanted, measure: Again) -> str:
    """A row per case that was in the state: whether it entered again after leaving."""
    log = wanted.log
    visits = f"""
join (select case_key as "~case", count(*) > 1 as again
      from {log.relation("visits")}
      where state_no = {log.state_no(measure.state)}
      group by case_key) as visit
  on visit."~case" = cases.case_key"""
    return cases_query(wanted, {**_NOTHING, "case_key": "case_key", "hit": "again"}, [], None, visits)


_NOTHING = {"pending": "false", "skipped": "false"}


def lost_rows(wanted: Wanted, measure: LostFrom) -> str:
    """A row per visit of the state: left for a lost state or another; pending: still there."""
    log = wanted.log
    visits = f"""
join {_UNKEYED.format(log.relation("visits"))} as visit
  on visit."~case" = cases.case_key
  and visit.state_no = {log.state_no(measure.state)}"""
    columns = {
        "case_key": "case_key",
        "hit": f"coalesce(next_state_no in ({lost_states(log.process)}), false)",
        "pending": "next_state_no is null",
        "skipped": "false",
    }
    return cases_query(wanted, columns, [], "visit.manager_no", visits)


def lost_states(process: Process) -> str:
    """Numbers of the lost states, as a list in SQL; a final state without an outcome is lost."""
    numbers = [str(no) for no, s in enumerate(process.states) if s.final and (s.outcome or "lost") == "lost"]
    return ", ".join(numbers) or "null"


def holding_rows(wanted: Wanted, measure: Holding) -> str:
    """A row per case (that is open, lost, void): whether the condition holds."""
    condition = condition_sql(wanted.log, measure.of, wanted.bound)
    among = [] if measure.among == "all" else [f"outcome = '{measure.among}'"]
    return cases_query(wanted, {**_NOTHING, "case_key": "case_key", "hit": condition}, among)


def void_rows(wanted: Wanted, _: Void) -> str:
    """A row per case: whether it was no inquiry."""
    return cases_query(wanted, {**_NOTHING, "case_key": "case_key", "hit": "outcome = 'void'"}, [])


def conforming_rows(wanted: Wanted, _: Conforming) -> str:
    """A row per case: ended without a deviation or not; unfinished without a deviation is pending."""
    columns = {
        "case_key": "case_key",
        "hit": "outcome <> 'open' and not truncated and deviating is null",
        "pending": "outcome = 'open' and not truncated and deviating is null",
        "skipped": "false",
    }
    return cases_query(wanted, columns, [], None, deviating(wanted.log))


def deviating(log: EventLog) -> str:
    """A join to `cases` that gives `deviating`: true where the case made a move that the machine does not allow."""
    return f"""
left join (select distinct case_key as "~case", true as deviating
           from {log.relation("moves")}
           where not allowed) as wrong
  on wrong."~case" = cases.case_key"""


def entries_rows(wanted: Wanted, measure: Entries) -> str:
    """A row per entry of a point, by the period it happened in; of none, per case that begins where it may."""
    log = wanted.log
    entries = entries_of(log.process, measure.of or Point(log.process.initial or ""), own=True)
    if not measure.of and len(log.process.start_states) > 1:
        starts = ", ".join(str(log.state_no(state)) for state in log.process.start_states)
        visits = log.relation("visits")
        begun = f"visit_no = 1 and state_no in ({starts})"
        entries = f"select case_key, entered_at as happened_at, manager_no from {visits} where {begun}"
    moment = local_sql(log, "entry.happened_at")
    where = wanted.conditions(wanted.in_period(moment))
    return f"""
select cases.case_key,
       1.0::double as x,
       0.0::double as y,
       {moment} as p{wanted.segments("entry.manager_no")}
from {log.relation("cases")} as cases
join {_UNKEYED.format(f"({entries})")} as entry
  on entry."~case" = cases.case_key
{where}"""


def per_case_rows(wanted: Wanted, measure: PerCase) -> str:
    """A row per case: how often it entered the point."""
    columns = {"case_key": "case_key", "x": "coalesce(entered, 0)::double", "y": "0.0::double"}
    return cases_query(wanted, columns, [], None, entered(wanted.log, measure.of))


def entered(log: EventLog, point: Point, name: str = "entered") -> str:
    """A join to `cases` that gives how often each entered a point."""
    return f"""
left join (select case_key as "~case", count(*) as {name}
           from ({entries_of(log.process, point, own=True)})
           group by case_key) as by_{name}
  on by_{name}."~case" = cases.case_key"""


def money_rows(wanted: Wanted, measure: Money) -> str:
    """A row per case (of an outcome) with its amount, by the period it ended in; an open one by its start."""
    log = wanted.log
    by_end = measure.outcome in ("won", "lost", "void")
    moment = local_sql(log, "ended_at") if by_end else "local_at"
    column = quote(f"a_{measure.of}")
    where = wanted.conditions(wanted.in_period(moment), f"{column} is not null", outcome_sql(measure))
    return f"""
select case_key,
       {column}::double as x,
       0.0::double as y,
       {moment} as p{wanted.segments()}
from {log.relation("cases")} as cases
{where}"""


def outcome_sql(measure: Money) -> str:
    """A condition: the outcome that is asked for; without one, every case that is an inquiry."""
    return f"outcome = '{measure.outcome}'" if measure.outcome else "outcome <> 'void'"
