"""`merge` and `continues`: cases of a source that become part of another case.

Each gives a temp table `moved SOURCE(process, case_key, to_process, to_key, to_id, superseded_at)`: the cases that
move, and where to.
"""

from collections.abc import Mapping, Sequence

from engine.definitions.joining import continued, continues_id, joins
from engine.definitions.source import Merge, Source
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.events.report import Links, Merged
from engine.events.store import PREFIX

COLUMNS = "process, case_key, to_process, to_key, to_id, null::timestamp as superseded_at"


def own_table(source: Source, name: str) -> str:
    """What a source itself says of its events or cases."""
    return f"{quote(PREFIX + source.name)}.{f'own_{name}' if joins(source) else name}"


# --- merge ------------------------------------------------------------------------------------------------------------


def merge(engine: Engine, sources: Sequence[Source]) -> Mapping[str, Merged]:
    """Inquiries of one client in the window are one case, over all sources of a process that merge."""
    merging = [(source, source.merge) for source in sources if source.merge is not None]
    if not merging:
        return {}
    _members(engine, merging)
    _heads(engine)
    found = {}
    for source, _ in merging:
        engine.execute(f"""
create or replace temp table {quote(f"moved {source.name}")} as
select {COLUMNS}
from (
  select process, case_key, process as to_process, head_key as to_key, head_id as to_id
  from "moved heads"
  where head_key <> case_key)
semi join {own_table(source, "cases")} using (process, case_key)""")
        found[source.name] = _merged(engine, source)
    return found


def _members(engine: Engine, merging: Sequence[tuple[Source, Merge]]) -> None:
    """`moved members`: every inquiry whose client is known, numbered by its start, with the window in microseconds."""
    parts, bound = [], Bound()
    for source, merge in merging:
        by, window = quote(f"a_{merge.by}"), bound(merge.within.seconds * 1_000_000)
        parts.append(f"""
  select process, case_key, case_id, {by}::varchar as client, epoch_us(min(happened_at)) as began, {window} as span
  from {own_table(source, "events")} as event
  join {own_table(source, "cases")} as own using (process, case_key)
  where {by} is not null
  group by all""")
    engine.execute(
        f"""
create or replace temp table "moved members" as
with inquiry as (
  select process, case_key, min(case_id) as case_id, min(client) as client, min(began) as began, max(span) as span
  from ({" union all ".join(parts)})
  group by process, case_key)
select *, row_number() over (partition by process, client order by began, case_id) as place
from inquiry""",
        bound,
    )


def _heads(engine: Engine) -> None:
    """`moved heads`: the first inquiry of each window.

    A pause longer than the window begins a new one. Only where inquiries follow each other for longer than the window
    must the windows be walked one after another: from a head to the first inquiry that its window does not hold.
    """
    engine.execute("""
create or replace temp table "moved runs" as
with paused as (
  select *,
         began - lag(began) over walk > span as pause
  from "moved members"
  window walk as (partition by process, client order by place)),
run as (
  select * exclude (pause),
         count(*) filter (pause) over (partition by process, client order by place) as run_no
  from paused)
select *,
       min(place) over whole as first_place,
       max(began) over whole - min(began) over whole > span as is_long
from run
window whole as (partition by process, client, run_no)""")
    engine.execute("""
create or replace temp table "moved starts" as
with recursive
long as (
  select process, client, run_no, place, began, span, first_place
  from "moved runs"
  where is_long),
following as (
  select long.process, long.client, long.place, min(later.place) as next_place
  from long
  asof left join long as later
    on long.process = later.process
    and long.client = later.client
    and long.run_no = later.run_no
    and long.began + long.span < later.began
  group by all),
head(process, client, place) as (
  select process, client, place from long where place = first_place
  union all
  select head.process, head.client, following.next_place
  from head
  join following using (process, client, place)
  where following.next_place is not null)
select process, client, place from head""")
    engine.execute("""
create or replace temp table "moved heads" as
with marked as (
  select run.*,
         case
           when is_long then max(started.place) over (
             partition by run.process, run.client, run.run_no order by run.place)
           else first_place
         end as head_place
  from "moved runs" as run
  left join "moved starts" as started
    on started.process = run.process
    and started.client = run.client
    and started.place = run.place)
select marked.process, marked.case_key, head.case_key as head_key, head.case_id as head_id
from marked
join "moved members" as head
  on head.process = marked.process
  and head.client = marked.client
  and head.place = marked.head_place""")


def _merged(engine: Engine, source: Source) -> Merged:
    own, moved = own_table(source, "cases"), quote(f"moved {source.name}")
    by = quote(f"a_{source.merge.by}") if source.merge else "null"
    row = engine.row(f"""
select count(*),
       count(distinct (coalesce(to_process, process), coalesce(to_key, case_key))),
       count(*) filter ({by} is null)
from {own}
left join {moved} using (process, case_key)""")
    inquiries, cases, without = (int(str(value)) for value in row)
    return Merged(inquiries=inquiries, cases=cases, without=without)


# --- continues --------------------------------------------------------------------------------------------------------


def go_on(engine: Engine, source: Source, sources: Sequence[Source]) -> Links:
    """Cases of the source whose events belong to the case they name; those that name none, or several, stand alone."""
    if source.continues is None:
        return Links(matched=0, ambiguous=0, none=0)
    bound = Bound()
    process, key = bound(source.continues.process), bound(continues_id(source))
    targets = " union all ".join(_targets(engine, target, process, key) for target in continued(source, sources))
    engine.execute(
        f"""
create or replace temp table "moved found" as
with target as (
  select distinct key, to_process, to_key, to_id
  from ({targets}))
select keys.process, keys.case_key, min(to_process) as to_process, min(to_key) as to_key, min(to_id) as to_id,
       count(distinct (to_process, to_key)) as cases
from {quote(PREFIX + source.name)}.keys as keys
join target using (key)
where keys.name = {key}
group by keys.process, keys.case_key""",
        bound,
    )
    engine.execute(f"""
create or replace temp table {quote(f"moved {source.name}")} as
select {COLUMNS}
from "moved found"
where cases = 1""")
    total, matched, ambiguous = (
        int(str(engine.row(sql)[0]))
        for sql in (
            f"select count(*) from {own_table(source, 'cases')}",
            'select count(*) from "moved found" where cases = 1',
            'select count(*) from "moved found" where cases > 1',
        )
    )
    return Links(matched=matched, ambiguous=ambiguous, none=total - matched - ambiguous)


def _targets(engine: Engine, target: Source, process: str, key: str) -> str:
    """The cases of a source by their names, with the case each of them is part of."""
    moved = quote(f"moved {target.name}")
    join, at = "", "keys.process as to_process, keys.case_key as to_key, own.case_id as to_id"
    if joins(target):
        join = f"left join {moved} as moved using (process, case_key)"
        at = (
            "coalesce(moved.to_process, keys.process) as to_process, coalesce(moved.to_key, keys.case_key) as to_key, "
            "coalesce(moved.to_id, own.case_id) as to_id"
        )
    return f"""
    select keys.key, {at}
    from {quote(PREFIX + target.name)}.keys as keys
    join {own_table(target, "cases")} as own using (process, case_key)
    {join}
    where keys.name = {key}
      and keys.process = {process}"""
