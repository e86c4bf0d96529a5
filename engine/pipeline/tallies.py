"""Every case that a client may count, ours and those we leave out: how many by month, manager and reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.definitions.settings import Settings
from engine.engines.sql import Bound, quote
from engine.events.log import EventLog, moment_sql
from engine.kpis.durations import local_sql

OURS, VOID, EXCLUDED, MERGED, UNRECOGNISED = "ours", "void", "excluded", "merged", "unrecognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Cases of one kind that began in one month and ended in one (None: not yet), with the money of those won.

    `reason`: the number of the exclusion that leaves them out; -1 for any other kind.
    """

    process: str
    kind: str
    reason: int
    began: str
    ended: str | None
    manager: str
    won: bool
    cases: int
    amount: float


def tallies(log: EventLog, settings: Settings) -> tuple[Tally, ...]:
    """The tallies of one process; months are those of the workspace's clock, as `2026-04`.

    Kinds: our cases, spam and doubles (void), what `exclude` leaves out, further inquiries that are one case with an
    earlier one (merged), cases of which no stage is recognised.
    """
    bound = Bound()
    rows = log.engine.rows(
        f"""
select * replace (strftime(month, '%Y-%m') as month, strftime(closed, '%Y-%m') as closed)
from (
  select kind,
         reason,
         date_trunc('month', began) as month,
         date_trunc('month', ended) as closed,
         manager,
         outcome = 'won' as won,
         count(*) as cases,
         coalesce(fsum(amount) filter (outcome = 'won'), 0) as amount
  from ({" union all by name ".join(_parts(log, settings, bound))})
  where began is not null
  group by all)
order by all""",
        bound,
    )
    return tuple(_tally(log.process.process, row) for row in rows)


def _tally(process: str, row: tuple[object, ...]) -> Tally:
    kind, reason, began, ended, manager, won, cases, amount = row
    return Tally(
        process=process,
        kind=str(kind),
        reason=int(str(reason)),
        began=str(began),
        ended=None if ended is None else str(ended),
        manager=str(manager),
        won=bool(won),
        cases=int(str(cases)),
        amount=float(str(amount)),
    )


def _parts(log: EventLog, settings: Settings, bound: Bound) -> Sequence[str]:
    schemas = [f"source:{source.name}" for source in settings.sources if source.merge is not None]
    merged = [_merged(log, schema, bound) for schema in schemas if log.engine.exists(schema, "parts")]
    strangers = f"from {log.relation('attributes')} anti join {log.relation('cases')} using (case_key)"
    outside = [_outside(log)] if log.engine.row(f"select exists({strangers})")[0] else []
    return [_cases(log), *outside, *merged]


def _values(log: EventLog) -> str:
    """The manager and the amount of a row that has the attributes of a case."""
    manager = "coalesce(a_manager::varchar, '')" if "manager" in log.attributes else "''"
    amount = "try_cast(a_amount as double)" if "amount" in log.attributes else "null::double"
    return f"{manager} as manager, {amount} as amount"


def _cases(log: EventLog) -> str:
    return f"""
select case when outcome = 'void' then '{VOID}' else '{OURS}' end as kind,
       -1 as reason,
       local_at as began,
       {local_sql(log, "ended_at")} as ended,
       outcome,
       {_values(log)}
from {log.relation("cases")}"""


def _outside(log: EventLog) -> str:
    """Cases of the sources that are none of ours: excluded, or without any stage that we know."""
    end = f"happened_at <= {moment_sql(log.observed_until)}" if log.observed_until else "true"
    return f"""
select case when excluded.case_key is null then '{UNRECOGNISED}' else '{EXCLUDED}' end as kind,
       coalesce(excluded.reason, -1) as reason,
       {local_sql(log, "stood.began_at")} as began,
       {local_sql(log, "stood.ended_at")} as ended,
       coalesce(stood.outcome, 'open') as outcome,
       {_values(log)}
from {log.relation("attributes")} as attributes
anti join {log.relation("cases")} as ours using (case_key)
left join {log.relation("excluded")} as excluded using (case_key)
join (
  select case_key,
         coalesce(min(happened_at) filter (points.state_no is not null), min(happened_at)) as began_at,
         case when arg_max(final, (happened_at, rank, seq)) filter (points.state_no is not null)
           then max(happened_at) filter (points.state_no is not null) end as ended_at,
         arg_max(outcome, (happened_at, rank, seq)) filter (points.state_no is not null and final) as outcome
  from {log.relation("input")} as input
  anti join {log.relation("cases")} as ours using (case_key)
  left join {log.relation("points")} as points
    on points.name = coalesce(input.state, input.mark)
    and (points.mark_no is not null) = (input.state is null)
  where {end}
  group by case_key) as stood
  using (case_key)"""


def _merged(log: EventLog, schema: str, bound: Bound) -> str:
    """Inquiries beyond the first of their case; their case is one of ours."""
    return f"""
select '{MERGED}' as kind,
       -1 as reason,
       {local_sql(log, "part.began_at")} as began,
       {local_sql(log, "cases.ended_at")} as ended,
       'merged' as outcome,
       {_values(log).replace("a_manager", "cases.a_manager").replace("a_amount", "cases.a_amount")}
from (
  select case_key, began_at
  from {quote(schema)}.parts
  where process = {bound(log.process.process)}
  qualify row_number() over (partition by case_key order by began_at, part_key) > 1) as part
join {log.relation("cases")} as cases using (case_key)
where cases.outcome <> 'void'"""
