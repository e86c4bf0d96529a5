"""A random sample of cases to look into and calls to listen to, spread over stages and managers as all cases are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.definitions.source import Source
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound
from engine.errors import EventLogError, Location, Problem
from engine.events.attributes import personal
from engine.events.log import EventLog
from engine.events.report import SourceReport
from engine.kpis.durations import local_sql
from engine.pipeline.auditing import prepared
from engine.pipeline.opening import Asked
from engine.workspace import Workspace

MOST_MOMENTS = 6
"""Calls and messages of a case whose time is told, so that the recording can be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledCase:
    """A case of a sample. `key`: the values its source calls it by; `stage`: where it was last before it ended."""

    key: tuple[str, ...]
    began: datetime
    stage: str
    manager: str
    moments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`cases` of `of` that ended; the same seed and data give the same. `source`: the export that a filled sheet joins.

    `key`: the columns of the source that hold the values of each case's key. None as the source: the export has no
    such columns, or they are personal and so not written.
    """

    process: str
    title: str
    lost: bool
    seed: str
    of: int
    source: str | None
    key: tuple[str, ...]
    cases: tuple[SampledCase, ...]


def sample(
    workspace: Workspace,
    store: Engine,
    reports: Sequence[SourceReport],
    asked: Asked,
    process: Process,
    *,
    lost: bool,
    n: int,
    seed: str | None = None,
) -> Sample:
    """Draw `n` of the cases that ended (of those that were lost); EventLogError where there are none.

    Systematic sampling: the cases in the order of outcome, stage, manager and chance, and every k-th of them. So each
    stage and each manager has its part of the sample.
    """
    log = prepared(workspace, store, reports, asked, process)
    bound = Bound()
    ended = _ended(log, ("lost",) if lost else ("won", "lost"), bound)
    counted = log.engine.row(f"select count(*), coalesce(bit_xor(case_key), 0)::varchar from ({ended})", bound)
    of, own_seed = int(str(counted[0])), str(counted[1])
    if not of:
        raise EventLogError([_nothing(process, lost)])
    used = seed if seed is not None else own_seed
    rows = log.engine.rows(_drawn(log, ended, bound, n, of, used), bound)
    source, key = _source(workspace.settings, process, [str(row[0]) for row in rows])
    locale = workspace.settings.locale
    titles = {state.name: state.title.of(locale) if state.title else state.name for state in process.states}
    return Sample(
        process=process.process,
        title=process.title.of(locale) if process.title else process.process,
        lost=lost,
        seed=used,
        of=of,
        source=source.name if source else None,
        key=key,
        cases=tuple(_case(row, key, titles) for row in rows),
    )


def _nothing(process: Process, lost: bool) -> Problem:
    message = f"no case of {process.process} {'was lost' if lost else 'has ended'}"
    hint = "without --lost all cases that ended are drawn from" if lost else "a sample is of cases that are over"
    return Problem(where=Location("voronka.yaml"), code="no-cases", message=message, hint=hint)


def _ended(log: EventLog, outcomes: Sequence[str], bound: Bound) -> str:
    """Cases of the period with these outcomes, each with the last state it was in before it ended."""
    final = ", ".join(str(log.state_no(state.name)) for state in log.process.states if state.final) or "-1"
    listed = ", ".join(bound(outcome) for outcome in outcomes)
    period = [f"local_at >= {bound(log.since)}"] if log.since else []
    period += [f"local_at < {bound(log.until)}"] if log.until else []
    manager = "coalesce(a_manager::varchar, '')" if "manager" in log.attributes else "''"
    return f"""
select case_key, case_id, local_at, outcome, {manager} as manager, last_state
from {log.relation("cases")}
left join (
  select case_key, arg_max(state_no, visit_no) as last_state
  from {log.relation("visits")}
  where state_no not in ({final})
  group by case_key) as stood
  using (case_key)
where {" and ".join([f"outcome in ({listed})", *period])}"""


def _drawn(log: EventLog, ended: str, bound: Bound, n: int, of: int, seed: str) -> str:
    take, salt = min(n, of), bound(f" {seed}")
    start = int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16) / 2**32
    step = f"{bound(take)}::double / {bound(of)}"
    moment = f"strftime({local_sql(log, 'happened_at')}, '%d.%m.%Y %H:%M')"
    return f"""
with ranked as (
  select *, row_number() over (
    order by outcome, last_state nulls first, manager, md5(case_id || {salt}), case_id) as place
  from ({ended})),
drawn as (
  select *
  from ranked
  where floor(place * {step} + {bound(start)} + 1e-9) > floor((place - 1) * {step} + {bound(start)} + 1e-9)),
numbered as (
  select case_key, {moment} as said, row_number() over (partition by case_key order by happened_at, seq) as number
  from {log.relation("marks")}
  join drawn using (case_key)),
told as (
  select case_key, string_agg(said, '; ' order by number) as moments
  from numbered
  where number <= {MOST_MOMENTS}
  group by case_key)
select case_id, local_at, name, manager, coalesce(moments, '')
from drawn
left join told using (case_key)
left join (select state_no, name from {log.relation("points")} where state_no is not null) as named
  on named.state_no = drawn.last_state
order by md5(case_id || {salt}), case_id"""


def _source(settings: Settings, process: Process, case_ids: Sequence[str]) -> tuple[Source | None, tuple[str, ...]]:
    """The export whose rows are these cases, and the columns it calls them by."""
    for source in settings.sources:
        named = source.process
        about = named is not None and process.process in (named.name, *named.is_.values())
        if about and source.case and source.link is None:
            whole = len(source.case) == 1 or all(id_.count("/") == len(source.case) - 1 for id_ in case_ids)
            hidden = {one.column for name, one in source.attributes.items() if personal(name, one)}
            return (source, source.case) if whole and not hidden & set(source.case) else (None, ("case",))
    return None, ("case",)


def _case(row: tuple[object, ...], key: tuple[str, ...], titles: dict[str, str]) -> SampledCase:
    case, began, stage, manager, moments = row
    assert isinstance(began, datetime)
    parts = tuple(str(case).split("/")) if len(key) > 1 else (str(case),)
    return SampledCase(
        key=parts,
        began=began.replace(microsecond=0),
        stage=titles.get(str(stage), "") if stage is not None else "",
        manager=str(manager),
        moments=str(moments),
    )
