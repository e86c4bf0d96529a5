"""One case from several sources: inquiries merged, deals gone on from leads, calls linked, when all are imported.

What a source itself says stays beside it as `own_events` and `own_cases`; `events` and `cases` are made of them anew
whenever any source has changed. Nothing here looks at anything later than the event it places, so that a log looked
back at holds the same cases.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from engine.definitions.joining import in_order
from engine.definitions.source import Source
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events import store
from engine.events.attributes import LAST
from engine.events.linking import link
from engine.events.moving import go_on, merge
from engine.events.report import Links, Merged, SourceReport

OWN = MappingProxyType({"events": "view", "cases": "table", "activities": "table"})


def set_aside(engine: Engine, source: Source) -> None:
    """Keep what the source says as its own."""
    for name, kind in OWN.items():
        engine.execute(f"alter {kind} {schema(source)}.{name} rename to own_{name}")


def schema(source: Source) -> str:
    """The quoted schema of a source in the store."""
    return quote(store.PREFIX + source.name)


def bring_together(
    engine: Engine, sources: Sequence[Source], reports: tuple[SourceReport, ...]
) -> tuple[SourceReport, ...]:
    """Make the events and cases of every source that joins others; the reports with what was found.

    Nothing is done where nothing has changed since the last time.
    """
    mark = _mark(engine, sources)
    if store.noted(engine, store.TOGETHER) == mark:
        return reports
    found = _moved(engine, sources)
    for source in sources:
        if source.link is not None:
            found[source.name] = link(engine, source, sources)
            _make(engine, source)
    store.note(engine, store.TOGETHER, mark)
    _forget(engine)
    made = tuple(_said(engine, report, found) for report in reports)
    for report in made:
        store.replace_report(engine, report)
    return made


def _mark(engine: Engine, sources: Sequence[Source]) -> str:
    """What decides the result: everything imported, and the order the sources stand in."""
    parts = (repr(store.fingerprints(engine)), *(source.name for source in sources))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _moved(engine: Engine, sources: Sequence[Source]) -> dict[str, Links | Merged]:
    """Cases that become part of others; their events and attributes go with them."""
    found: dict[str, Links | Merged] = {}
    ordered = in_order(sources)
    found |= merge(engine, sources)
    for source in ordered:
        if source.continues is not None:
            found[source.name] = go_on(engine, source, sources)
    for source in ordered:
        if source.merge is not None or source.continues is not None:
            _make(engine, source)
    return found


def _make(engine: Engine, source: Source) -> None:
    """What everybody reads of a source, made of its own rows and of where its cases moved."""
    _make_events(engine, source)
    _make_parts(engine, source)
    _make_cases(engine, source)
    _make_activities(engine, source)


def _moved_to(source: Source) -> str:
    """SQL: own rows with where they belong; of a linked source those that found a case."""
    join = "join" if source.link is not None else "left join"
    return f"{join} {quote(f'moved {source.name}')} as moved using (process, case_key)"


def _make_events(engine: Engine, source: Source) -> None:
    """The events of a source, each with the case it now belongs to."""
    engine.execute(f"drop table if exists {schema(source)}.events")
    engine.execute(f"""
create table {schema(source)}.events as
select coalesce(moved.to_process, own.process) as process,
       coalesce(moved.to_key, own.case_key) as case_key,
       own.* exclude (process, case_key),
       moved.superseded_at
from {schema(source)}.own_events as own
{_moved_to(source)}""")


def _make_parts(engine: Engine, source: Source) -> None:
    """`parts`: what the source says of each part of a case (inquiry, deal, call), and when that part began."""
    columns = "".join(f", own.{quote(name)}" for name in _attributes(engine, source))
    linked = source.link is not None
    only = f"semi join {quote(f'moved {source.name}')} using (process, case_key)" if linked else ""
    engine.execute(f"drop table if exists {schema(source)}.parts")
    engine.execute(f"""
create table {schema(source)}.parts as
with began as (
  select process, case_key, min(happened_at) as began_at
  from {schema(source)}.own_events
  {only}
  group by process, case_key)
select coalesce(moved.to_process, own.process) as process,
       coalesce(moved.to_key, own.case_key) as case_key,
       {"null::varchar" if linked else "coalesce(moved.to_id, own.case_id)"} as case_id,
       own.case_key as part_key,
       began.began_at{columns}
from {schema(source)}.own_cases as own
{_moved_to(source)}
left join began using (process, case_key)""")


def _attributes(engine: Engine, source: Source) -> list[str]:
    return [name for name in engine.columns(f"{schema(source)}.own_cases") if name.startswith("a_")]


def _make_cases(engine: Engine, source: Source) -> None:
    """A row per case: of its parts, in the order they began, the first value of each attribute, or the last."""
    lasts = last_attributes((source,))
    order = "coalesce(epoch_us(began_at), 0)::hugeint * 18446744073709551616 + part_key"
    taken = "".join(
        f",\n       arg_{'max' if name[2:] in lasts else 'min'}({quote(name)}, {order}) as {quote(name)}"
        for name in _attributes(engine, source)
    )
    engine.execute(f"drop table if exists {schema(source)}.cases")
    engine.execute(f"""
create table {schema(source)}.cases as
select process, case_key, min(case_id) as case_id, min(began_at) as began_at{taken}
from {schema(source)}.parts
group by process, case_key""")
    if source.merge is None:
        engine.execute(f"drop table {schema(source)}.parts")


def _make_activities(engine: Engine, source: Source) -> None:
    """What the activities were mapped to, in the processes their events are of now; those ignored by name stay."""
    engine.execute(f"drop table if exists {schema(source)}.activities")
    engine.execute(f"""
create table {schema(source)}.activities as
with said as (
  select distinct process, activity, coalesce(state, mark) as mapped_to
  from {schema(source)}.events),
named as (
  select process, activity, string_agg(mapped_to, ', ' order by mapped_to) as mapped_to
  from said
  group by process, activity)
select process, activity, mapped_to, count(distinct seq)::bigint as events, count(distinct case_key) as cases
from {schema(source)}.events
join named using (process, activity)
group by process, activity, mapped_to
union all
select process, activity, mapped_to, events, cases
from {schema(source)}.own_activities
where mapped_to = 'ignored'
  and process <> ''
order by process, events desc, activity""")


def last_attributes(sources: Sequence[Source]) -> frozenset[str]:
    """The attributes of which a case has the last value, not the first."""
    said = {name: a.take for source in sources for name, a in source.attributes.items() if a.take is not None}
    named = {name for name, take in said.items() if take in ("last", "each")}
    return frozenset(named | {name for name in LAST if name not in said})


def _said(engine: Engine, report: SourceReport, found: Mapping[str, Links | Merged]) -> SourceReport:
    """The report with what became of the cases of the source, where they join others."""
    told = found.get(report.name)
    if told is None:
        return report
    of = quote(store.PREFIX + report.name)
    cases, events = (int(str(engine.row(f"select count(*) from {of}.{name}")[0])) for name in ("cases", "events"))
    links = told if isinstance(told, Links) else None
    merged = told if isinstance(told, Merged) else None
    return replace(report, cases=cases, events=events, links=links, merged=merged)


def _forget(engine: Engine) -> None:
    """Drop the temp tables made on the way."""
    rows = engine.rows("select table_name from duckdb_tables() where temporary and table_name like 'moved %'")
    for (name,) in rows:
        engine.execute(f"drop table {quote(str(name))}")
