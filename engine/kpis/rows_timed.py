"""Rows of a timed measure: how long each case took, and whether it arrived, left or is still open (D2, D7)."""

from dataclasses import dataclass

from engine.engines.sql import quote
from engine.events.log import EventLog, mark_numbers, moment_sql
from engine.events.reached import Reached, entries_of, entry, is_stage
from engine.kpis.durations import local_sql, with_seconds
from engine.kpis.measure import Age, BeganAgain, ByDeadline, Point, Stay, Timed
from engine.kpis.rows import Wanted, cases_query

ARRIVED, GONE, PENDING, INSIDE, NEGATIVE, SKIPPED = range(6)
"""Column `k`. The last three are in no population: a visit that goes on, a clock gone backwards, a skipped start."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Moments of a pair over `cases` (and the tables joined): see D7. `begin`: `start`, or its own entry only."""

    start: Reached
    begin: Reached
    end: Reached
    joins: str
    skipped: str


def timed_rows(wanted: Wanted, measure: Timed, watched: int | None) -> str:
    """A query: case_key, k, s (seconds), skipped, watched (could have been seen for that many seconds), segments, p."""
    log = wanted.log
    moments = _moments(wanted, measure)
    kind = f"""
case
  when missing then {SKIPPED}
  when t1 < t0 then {NEGATIVE if measure.own else ARRIVED}
  when t1 is not null then {ARRIVED}
  when ended_at is not null then {GONE}
  else {PENDING}
end::utinyint"""
    day = """,
       t0_day or case
         when t1 is not null then t1_day
         when ended_at is not null then ended_day
         else false
       end as any_day"""
    placed = f"""
select *,
       {kind} as k,
       coalesce(
         case when t1 < t0 then t0 else t1 end,
         case when ended_at < t0 then t0 else ended_at end,
         observed_until) as t_end{day if log.has_days else ""}
from ({moments})"""
    rows = with_seconds(log, wanted.bound, placed, "t0", "t_end", "any_day", wanted.clock, "s")
    rows = _with_calendar_only(wanted, rows)
    if watched is None:
        return f"select *, false as watched from ({rows})"
    follow = with_seconds(log, wanted.bound, rows, "t0", "observed_until", "t0_day", wanted.clock, "follow")
    return f"select * exclude (follow), follow >= {watched} as watched from ({follow})"


def again_timed_rows(wanted: Wanted, measure: BeganAgain, watched: int | None) -> str:
    """A row per client, as `timed_rows`: from the start of the first case to that of the next; nobody is ever gone."""
    log = wanted.log
    first = f"""
join (select case_key as "~case",
             lead(started_at) over (partition by a_client order by started_at, case_key) as again_at,
             row_number() over (partition by a_client order by started_at, case_key) as turn
      from {log.relation("cases")}
      where a_client is not null
        and outcome <> 'void') as client
  on client."~case" = cases.case_key
  and turn = 1"""
    columns = {
        "case_key": "cases.case_key",
        "t0": "started_at",
        "t1": "again_at",
        "observed_until": "observed_until",
        "skipped": "false",
        **wanted.branch,
    }
    moments = cases_query(wanted, columns, [], None, first)
    kind = f"case when t1 is null then {PENDING} else {ARRIVED} end::utinyint"
    placed = f"select *, {kind} as k, false as t0_day, coalesce(t1, observed_until) as t_end from ({moments})"
    rows = with_seconds(log, wanted.bound, placed, "t0", "t_end", "t0_day", wanted.clock, "s")
    if watched is None:
        return f"select *, false as watched from ({rows})"
    follow = with_seconds(log, wanted.bound, rows, "t0", "observed_until", "t0_day", wanted.clock, "follow")
    return f"select * exclude (follow), follow >= {watched} as watched from ({follow})"


def _with_calendar_only(wanted: Wanted, rows: str) -> str:
    """A case of a branch without a calendar has no working time: it is in no population."""
    if not wanted.branch:
        return rows
    return f"select * replace (case when s is null then {SKIPPED} else k end::utinyint as k) from ({rows})"


def _moments(wanted: Wanted, measure: Timed) -> str:
    """A row per case of the population: t0, t1, whether either is a date only, what was skipped, where it ended."""
    log = wanted.log
    pair = _pair(log, measure)
    missing = f"{pair.start.own} is null" if measure.own else "false"
    columns = {
        "case_key": "cases.case_key",
        "t0": pair.begin.moment,
        "t1": pair.end.moment,
        "skipped": pair.skipped,
        "missing": missing,
        "ended_at": "ended_at",
        "observed_until": "observed_until",
        **wanted.branch,
    }
    if log.has_days:
        columns |= {
            "t0_day": f"coalesce({pair.begin.day_only}, false)",
            "t1_day": f"coalesce({pair.end.day_only}, false)",
            "ended_day": "coalesce(ended_day, false)",
        }
    conditions = [f"{pair.start.moment} is not null", pair.start.member, "outcome <> 'void'"]
    conditions += seen_whole(log, (measure.start, measure.end))
    return cases_query(wanted, columns, conditions, pair.begin.manager, pair.joins)


def seen_whole(log: EventLog, points: tuple[str, ...]) -> list[str]:
    """A condition, where snapshots began to be saved later than cases did: what came before is not known of those."""
    since = log.given.since_of(points)
    return [f"started_at >= {moment_sql(since)}"] if since else []


def _pair(log: EventLog, measure: Timed | ByDeadline) -> _Pair:
    strict = isinstance(measure, Timed) and measure.strict
    own_only = measure.own if isinstance(measure, Timed) else True
    people = own_only and log.robots_known
    start, joins = _start(log, measure.start, strict=strict)
    if _in_order(log, measure) and not strict:
        end = entry(log.process, measure.end, own=False, days=log.has_days, managers=False, people=people)
        skipped_to = f"({end.moment} is not null and {end.own} is null)"
        skipped = skipped_to if is_stage(log.process, measure.end) else "false"
    else:
        end, joins = _end_after(log, measure.end, start, joins, strict=strict, people=people)
        skipped = "false"
    if is_stage(log.process, measure.start) and not strict:
        skipped = f"({start.own} is null or {skipped})"
    begin = start
    if own_only and is_stage(log.process, measure.start):
        begin = entry(log.process, measure.start, own=True, days=log.has_days, managers=log.manager_varies)
    return _Pair(start=start, begin=begin, end=end, joins=joins, skipped=skipped)


def _in_order(log: EventLog, measure: Timed | ByDeadline) -> bool:
    """Both are stages and the end comes later: then its first entry cannot be before that of the start or later."""
    path = log.process.happy_path
    stages = measure.start in path and measure.end in path
    return stages and path.index(measure.start) < path.index(measure.end)


def _start(log: EventLog, point: Point, *, strict: bool) -> tuple[Reached, str]:
    if point not in mark_numbers(log.process):
        own = strict or not is_stage(log.process, point)
        return entry(log.process, point, own=own, days=log.has_days, managers=log.manager_varies), ""
    first = f"""
left join (
  select case_key as "~case",
         min(happened_at) as start_at,
         arg_min(day_only, happened_at) as start_day,
         arg_min(manager_no, happened_at) as start_manager
  from ({entries_of(log.process, point, own=True)})
  group by case_key) as start_mark
  on start_mark."~case" = cases.case_key"""
    return Reached(moment="start_at", day_only="start_day", manager="start_manager", own="start_at"), first


def _end_after(
    log: EventLog, point: Point, start: Reached, joins: str, *, strict: bool, people: bool
) -> tuple[Reached, str]:
    """The first entry at or after the start: of the point itself, or of a stage and those beyond it."""
    entries = entries_of(log.process, point, own=strict, people=people)
    first = f"""
left join (
  select begun."~case",
         min(happened_at) as end_at,
         arg_min(day_only, happened_at) as end_day
  from (
    select cases.case_key as "~case",
           {start.moment} as began_at
    from {log.relation("cases")} as cases {joins}) as begun
  join ({entries}) as entered
    on entered.case_key = begun."~case"
    and entered.happened_at >= begun.began_at
  group by begun."~case") as end_entry
  on end_entry."~case" = cases.case_key"""
    return Reached(moment="end_at", day_only="end_day", manager="null", own="end_at"), joins + first


def stay_rows(wanted: Wanted, measure: Stay) -> str:
    """A row per visit of a state: the visits that are over have their length, by the period of their end."""
    log = wanted.log
    ended = local_sql(log, "left_at")
    period = wanted.in_period(ended)
    where = wanted.conditions(
        f"state_no = {log.state_no(measure.state)}", f"(left_at is null or ({period}))" if period else ""
    )
    visits = f"""
select visit.case_key,
       visit.entered_at as t0,
       coalesce(visit.left_at, cases.observed_until) as t_end,
       visit.left_at is null as still,
       visit.day_only as any_day,
       cases.local_at as began_at,
       {ended} as p{wanted.segments("visit.manager_no")}{_branch(wanted)}
from (select case_key as "~case", * exclude (case_key), case_key from {log.relation("visits")}) as visit
join {log.relation("cases")} as cases
  on cases.case_key = visit."~case"
{where}"""
    rows = with_seconds(log, wanted.bound, visits, "t0", "t_end", "any_day", wanted.clock, "s")
    kind = f"""
case
  when s is null then {SKIPPED}
  when still then {INSIDE}
  when s < 0 then {NEGATIVE}
  else {ARRIVED}
end::utinyint"""
    return f"select *, {kind} as k, false as skipped, false as watched from ({rows})"


def age_rows(wanted: Wanted, measure: Age, moment: str) -> str:
    """A row per open case (or visit of the state) at a moment (SQL, UTC): how long it has been so."""
    log = wanted.log
    where = wanted.conditions(*open_at(log, measure.state, moment))
    since, source = _open_since(log, measure.state)
    rows = f"""
select cases.case_key,
       {since} as t0,
       {moment} as t_end,
       false as any_day,
       {local_sql(log, moment)} as p{wanted.segments()}{_branch(wanted)}
from {source}
{where}"""
    timed = with_seconds(log, wanted.bound, rows, "t0", "t_end", "any_day", wanted.clock, "s")
    kind = f"case when s is null then {SKIPPED} else {ARRIVED} end::utinyint"
    return f"select *, {kind} as k, false as skipped, false as watched from ({timed})"


def _branch(wanted: Wanted) -> str:
    return "".join(f", {sql} as {name}" for name, sql in wanted.branch.items())


def _open_since(log: EventLog, state: str | None) -> tuple[str, str]:
    cases = f"{log.relation('cases')} as cases"
    if state is None:
        return "started_at", cases
    visit = f'(select case_key as "~case", * exclude (case_key) from {log.relation("visits")}) as visit'
    return "entered_at", f'{visit} join {cases} on cases.case_key = visit."~case"'


def open_from(log: EventLog, state: str | None) -> str:
    """The tables that `open_at` is about."""
    return _open_since(log, state)[1]


def open_at(log: EventLog, state: str | None, moment: str) -> tuple[str, ...]:
    """Conditions: open (in the state) at a moment."""
    if state is None:
        return (f"started_at <= {moment}", f"(ended_at is null or ended_at > {moment})")
    return (
        f"state_no = {log.state_no(state)}",
        f"entered_at <= {moment}",
        f"(left_at is null or left_at > {moment})",
    )


def end_of_log(log: EventLog) -> str:
    """The moment the log was observed until, as SQL."""
    return moment_sql(log.observed_until) if log.observed_until else "null::timestamp"


def deadline_rows(wanted: Wanted, measure: ByDeadline) -> str:
    """A row per case: hit (arrived by its own deadline) or not; those still open before it are pending (D6)."""
    log = wanted.log
    pair = _pair(log, measure)
    column = quote(f"a_{measure.deadline}")
    local_end, due = local_sql(log, pair.end.moment), local_sql(log, column)
    local_now = local_sql(log, "observed_until")
    if log.attributes.get(measure.deadline) == "date":
        local_end, local_now, due = f"{local_end}::date", f"{local_now}::date", column
    columns = {
        "case_key": "cases.case_key",
        "hit": f"coalesce({local_end} <= {due}, false)",
        "pending": f"({pair.end.moment} is null and ended_at is null and {local_now} < {due})",
        "skipped": pair.skipped,
    }
    conditions = [
        f"{pair.start.own} is not null",
        f"{column} is not null",
        pair.start.member,
        "outcome <> 'void'",
        *seen_whole(log, (measure.start, measure.end)),
    ]
    return cases_query(wanted, columns, conditions, pair.begin.manager, pair.joins)
