"""`link`: events of one source join the cases of another by equal keys, within a window.

An event belongs to the latest case of its key that began (reached `after`) before it; where another case of the key
began within a minute of that one, it is not known to which of them, and the event is left out and counted.
"""

from collections.abc import Sequence

from engine.definitions.joining import fed, joins, link_id
from engine.definitions.source import Link, Source
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.events.report import KeyMatches, Links
from engine.events.store import PREFIX

RIVAL = 60_000_000
"""Microseconds: cases that began so close to each other cannot be told apart."""


def link(engine: Engine, source: Source, sources: Sequence[Source]) -> Links:
    """Make `moved SOURCE` (see `moving`): the events (calls) that found their case, and which."""
    target = next((one for one in sources if source.link and one.name == source.link.to), None)
    if source.link is None or target is None:
        return Links(matched=0, ambiguous=0, none=0)
    _make_units(engine, source)
    _make_anchors(engine, source.link, target, sources)
    engine.execute("""
create or replace temp table "moved found" (
  case_key ubigint, began_at timestamp, to_process varchar, to_key ubigint, ambiguous boolean)""")
    by_key = tuple(
        _by_key(engine, source, target, number, ours, source.link) for number, ours in enumerate(source.link.on)
    )
    _choose(engine, source)
    total = int(str(engine.row('select count(*) from "moved units"')[0]))
    matched, ambiguous = sum(found.matched for found in by_key), sum(found.ambiguous for found in by_key)
    return Links(matched=matched, ambiguous=ambiguous, none=total - matched - ambiguous, by_key=by_key)


def _make_units(engine: Engine, source: Source) -> None:
    """What is linked as a whole, a call with all its events, and when it began; events mapped to nothing count not."""
    engine.execute(f"""
create or replace temp table "moved units" as
select case_key, min(happened_at) as began_at
from {quote(PREFIX + source.name)}.own_events
where state is not null or mark is not null
group by case_key""")


def _make_anchors(engine: Engine, link: Link, target: Source, sources: Sequence[Source]) -> None:
    """When each case of the target began, or first reached `after`, by what all sources but linked ones say of it."""
    bound, processes = Bound(), set(fed(target, sources))
    feeding = [one for one in sources if one.link is None and processes & set(fed(one, sources))]
    events = " union all ".join(
        f"select process, case_key, happened_at, state, mark from {quote(PREFIX + one.name)}.events" for one in feeding
    )
    reached = f"where coalesce(state, mark) = {bound(link.after)}" if link.after else ""
    engine.execute(
        f"""
create or replace temp table "moved anchors" as
select process, case_key, min(happened_at) as anchor
from ({events})
semi join {quote(PREFIX + target.name)}.cases using (process, case_key)
{reached}
group by process, case_key""",
        bound,
    )


def _by_key(engine: Engine, source: Source, target: Source, number: int, ours: str, link: Link) -> KeyMatches:
    """What one key finds of what those before it did not."""
    bound, name = Bound(), link_id(source, number)
    _make_candidates(engine, target, name)
    not_found = 'anti join "moved found" as found on found.case_key = units.case_key' if number else ""
    engine.execute(
        f"""
create or replace temp table "moved pairs" as
select unit.case_key,
       unit.began_at,
       candidate.process,
       candidate.its_key,
       candidate.anchor,
       case when {_in_window(link, "candidate.rival", bound)} then candidate.rival end as rival
from (
  select units.case_key, units.began_at, keys.key
  from "moved units" as units
  join {quote(PREFIX + source.name)}.keys as keys
    on keys.case_key = units.case_key
    and keys.name = {bound(name)}
  {not_found}) as unit
asof join "moved candidates" as candidate
  on unit.key = candidate.key
  and unit.began_at >= candidate.anchor
where {_in_window(link, "candidate.anchor", bound)}""",
        bound,
    )
    engine.execute(f'create or replace temp table "moved new" as {_DECIDED}')
    engine.execute('insert into "moved found" from "moved new"')
    count = 'select count(*) filter (not ambiguous), count(*) filter (ambiguous) from "moved new"'
    matched, ambiguous = (int(str(value)) for value in engine.row(count))
    return KeyMatches(key=ours, matched=matched, ambiguous=ambiguous)


def _in_window(link: Link, moment: str, bound: Bound) -> str:
    """SQL: the event came at most so long after that moment."""
    if link.within is None:
        return "true"
    return f"unit.began_at <= {moment} + to_seconds({bound(link.within.seconds)}::bigint)"


def _make_candidates(engine: Engine, target: Source, name: str) -> None:
    """Cases by key and beginning; `rival` is when another case of the key began, the latest up to this one."""
    bound = Bound()
    moved = f"left join {quote(f'moved {target.name}')} as moved using (process, case_key)" if joins(target) else ""
    at = "coalesce(moved.to_process, keys.process)" if moved else "keys.process"
    its = "coalesce(moved.to_key, keys.case_key)" if moved else "keys.case_key"
    engine.execute(
        f"""
create or replace temp table "moved candidates" as
with named as (
  select distinct keys.key, {at} as process, {its} as its_key
  from {quote(PREFIX + target.name)}.keys as keys
  {moved}
  where keys.name = {bound(name)}),
began as (
  select key, anchor, arg_min(named.process, its_key) as process, min(its_key) as its_key, count(*) as cases
  from named
  join "moved anchors" as anchors
    on anchors.process = named.process
    and anchors.case_key = named.its_key
  group by key, anchor)
select *, case when cases > 1 then anchor else lag(anchor) over (partition by key order by anchor) end as rival
from began""",
        bound,
    )


_DECIDED = f"""
with several as (
  select case_key, max(anchor) as top, arg_max((process, its_key), anchor) as chosen
  from "moved pairs"
  group by case_key
  having count(*) > 1),
close as (
  select case_key,
         any_value(began_at) as began_at,
         any_value(chosen) as chosen,
         any_value(top) as top,
         max(greatest(rival, case when (process, its_key) <> chosen then anchor end)) as rival
  from "moved pairs"
  join several using (case_key)
  group by case_key),
decided as (
  select case_key, began_at, process, its_key, anchor, rival
  from "moved pairs"
  anti join several using (case_key)
  union all
  select case_key, began_at, chosen[1], chosen[2], top, rival
  from close)
select case_key,
       began_at,
       process as to_process,
       its_key as to_key,
       coalesce(epoch_us(anchor) - epoch_us(rival) <= {RIVAL}, false) as ambiguous
from decided"""
"""Of several numbers of one event the case that began last, and the nearest other one."""


def _choose(engine: Engine, source: Source) -> None:
    """Of the events of a case the first, the last or all; a last one is superseded when the next one comes."""
    which = source.link.which if source.link else "every"
    walk = "over (partition by to_process, to_key order by began_at, case_key)"
    next_at = f"lead(began_at) {walk}" if which == "last" else "null::timestamp"
    first = f"qualify row_number() {walk} = 1" if which == "first" else ""
    engine.execute(f"""
create or replace temp table {quote(f"moved {source.name}")} as
select '' as process, case_key, to_process, to_key, null::varchar as to_id, {next_at} as superseded_at
from "moved found"
where not ambiguous
{first}""")
