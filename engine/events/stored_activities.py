"""The table `activities` of the store: what each activity was mapped to, its events and cases."""

from collections.abc import Mapping

from engine.events.event_rows import EventRows
from engine.events.phones import without_contacts_sql
from engine.events.stored_events import made_of, show_events, shown
from engine.events.table import own
from engine.events.work import USED, Work

MAPPED = ("process", "activity", "state", "mark")
MAPPED_TO = "coalesce(state, mark, case when ignored then 'ignored' end) as mapped_to"


def write_activities(work: Work, rows: EventRows, *, of_rows: bool = False) -> None:
    """Every activity with what it was mapped to (`ignored`; null: to nothing), its events (or rows) and cases."""
    if rows.mapping.ignored or rows.mapping.also or of_rows:
        selected = ", ".join(f"{own(name)} as {name}" for name in (*MAPPED, "ignored"))
        _count_mapped(work, f"select {selected}, {own('key')} as case_key from {work.rows} where {USED}")
    elif not _count_few(work, made_of(work, rows)):
        _count_mapped(work, f"select {', '.join(MAPPED)}, false as ignored, case_key from {work.schema}.events")
    several = 'select activity from "voronka mapped" group by process, activity having count(*) > 1'
    work.execute(f"""
        create table {work.schema}.activities as
        with several as (
            select {own("process")} as process, {own("activity")} as activity, count(distinct {own("key")}) as cases
            from {work.rows}
            where {USED} and {own("activity")} in ({several})
            group by all),
        whole as (
            select process, activity, string_agg(mapped_to, ', ' order by mapped_to) as mapped_to,
                sum(n)::bigint as events, max(cases) as cases
            from "voronka mapped"
            group by process, activity)
        select process, activity, mapped_to, events, coalesce(several.cases, whole.cases) as cases
        from whole left join several using (process, activity)
        order by process, events desc, activity""")


def _count_mapped(work: Work, source: str) -> None:
    """`voronka mapped`: events and cases by activity and what it was mapped to."""
    names = "process, activity, state, mark, ignored"
    work.execute(f"""
        create temp table "voronka mapped" as
        select process, activity, {MAPPED_TO}, n, cases
        from (
            select {names}, sum(n)::bigint as n, count(*) as cases
            from (select {names}, case_key, count(*) as n from ({source}) group by all)
            group by all)""")


def _count_few(work: Work, made: Mapping[str, str]) -> bool:
    """The same where there are at most 64 activities, each mapped to one thing: each is a bit of its cases."""
    written = ", ".join(name for name in MAPPED if name not in made)
    work.execute(f"""
        create or replace temp table "voronka few" as
        select {shown(MAPPED, made)}, false as ignored, n, row_number() over (order by process, activity) - 1 as bit
        from (select {written}, count(*) as n from {work.schema}.event_rows group by all)""")
    few = 'select count(*) <= 64 and count(*) = count(distinct activity) from "voronka few"'
    if not work.select(few)[0][0]:
        return False
    work.execute(f"""
        create temp table "voronka mapped" as
        with bits as (
            select bit_or(sign) as bits
            from {work.schema}.event_rows
            join (select activity, 1::ubigint << bit as sign from "voronka few") using (activity)
            group by case_key),
        counted as (
            select bit, sum(n)::bigint as cases
            from (select bits, count(*) as n from bits group by bits)
            join (select bit from "voronka few") on bits >> bit & 1 = 1
            group by bit)
        select process, activity, {MAPPED_TO}, n, cases
        from "voronka few" join counted using (bit)""")
    return True


def hide_contacts(work: Work) -> None:
    """Names of activities without phone numbers and addresses, where some hold any."""
    activities, told = f"{work.schema}.activities", without_contacts_sql("activity")
    if not work.number(f"select count(*) from {activities} where activity <> {told}"):
        return
    listed = f"activity in (select activity from {activities} where activity <> {told})"
    work.engine.execute(f"""
        create or replace table {work.schema}.event_rows as
        select * replace (case when {listed} then {told} else activity end as activity)
        from {work.schema}.events""")
    show_events(work)  # what was made of an activity is held now
    work.engine.execute(f"""
        create or replace table {activities} as
        select process, {told} as activity, mapped_to, sum(events)::bigint as events, sum(cases)::bigint as cases
        from {activities}
        group by all
        order by process, events desc, activity""")
