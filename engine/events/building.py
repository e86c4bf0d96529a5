"""Rows with a verdict -> the tables of the store: cases, events, activities; duplicates found on the way."""

from engine.engines.sql import quote, text_literal
from engine.events.event_rows import EventRows, check_blank_ends
from engine.events.keys import write_keys
from engine.events.milestone_rows import MilestoneRows
from engine.events.phones import without_contacts
from engine.events.snapshots import Snapshots, keep_last_rows, write_entries
from engine.events.stored_activities import hide_contacts, write_activities
from engine.events.stored_cases import SUSPECTS, drop_helpers, write_cases
from engine.events.stored_events import made_of, show_events, write_events, write_milestones, write_moments
from engine.events.table import FILE, ROW, own
from engine.events.work import DUPLICATE, USED, Work

TIED = '"voronka tied"'


def build_events(work: Work, rows: EventRows) -> None:
    """The tables of an events source."""
    _one_state(work, rows)
    write_cases(work, rows.attributes, _order_of_events(), own("at"), rows)
    _drop_equal_rows(work, own("at"), own("ignored"))
    write_events(work, rows)
    write_activities(work, rows)
    check_blank_ends(work)
    write_moments(work, rows, made_of(work, rows))
    hide_contacts(work)
    write_keys(work)
    drop_helpers(work, rows)


def build_snapshots(work: Work, rows: EventRows) -> Snapshots:
    """The tables of a source of snapshots."""
    _one_state(work, rows)
    keep_last_rows(work)
    write_cases(work, rows.attributes, _order_of_events(), own("at"), rows)
    found = write_entries(work, rows)
    show_events(work)
    write_activities(work, rows, of_rows=True)
    write_moments(work, rows, ())
    hide_contacts(work)
    write_keys(work)
    drop_helpers(work, rows)
    return found


def build_milestones(work: Work, rows: MilestoneRows) -> None:
    """The tables of a milestones source."""
    _drop_older_files(work)
    write_cases(work, rows.attributes, quote(ROW), own("key"), None)
    _drop_equal_rows(work, own("key"), "false")
    write_milestones(work, rows)
    write_keys(work)
    drop_helpers(work, None)
    sql = f"""
        create table {work.schema}.activities as
        select process, activity, activity as mapped_to, count(*) as events, count(distinct case_key) as cases
        from {work.schema}.events
        group by process, activity
        order by process, events desc, activity"""
    work.engine.execute(sql)


def _order_of_events() -> str:
    """One whole number that orders events by time, then by row: what `first` and `last` go by."""
    return f"(epoch_us({own('at')})::hugeint * 1152921504606846976 + {quote(ROW)})"


def _one_state(work: Work, rows: EventRows) -> None:
    if rows.mapping.twice is None:
        return
    found = work.select(
        f"""
        select {own("activity")}, count(*)
        from {work.rows}
        where {own("twice")}
        group by all
        order by 2 desc, 1
        limit 3"""
    )
    if found:
        shown = ", ".join(f"`{without_contacts(str(row[0]))}` ({row[1]} rows)" for row in found)
        hint = "an event has at most one state: make the lines exclude each other"
        work.desk.says("two-states", f"lines of `map` give two states to {shown}", hint, at=("map",))
        raise work.desk.stop()


def _drop_equal_rows(work: Work, at: str, ignored: str) -> None:
    """Equal rows of a case are one: the first stays. Equal rows have equal times, and few cases hold such."""
    work.execute(f"""
        create temp table "voronka met" as
        select list({quote(ROW)}) as rows
        from {work.of_cases(f"select case_key from {SUSPECTS}")}
        where {USED}
        group by {own("key")}, {at}
        having count(*) > 1""")
    work.execute(f"""
        create temp table {TIED} as
        select met.tie, met.row_no, {own("hash")} as said, {ignored} as ignored
        from {work.of_numbers('select unnest(rows) from "voronka met"')}
        join (select rowid as tie, unnest(rows) as row_no from "voronka met") as met on met.row_no = {quote(ROW)}""")
    work.engine.execute(f"""
        create temp table "voronka doubles" as
        select row_no
        from {TIED}
        qualify row_number() over (partition by tie, said order by row_no) > 1""")
    _mark(work, "voronka doubles")


def _drop_older_files(work: Work) -> None:
    """Of a case's rows in several files, those of the last file stay."""
    if len(work.table.files) == 1:
        return
    sql = f"""
        create temp table "voronka older" as
        select {quote(ROW)} as row_no
        from {work.rows}
        join (
            select {own("key")} as k, max({quote(FILE)}) as newest
            from {work.rows} where {USED} group by 1) on k = {own("key")}
        where {USED} and {quote(FILE)} < newest"""
    work.execute(sql)
    _mark(work, "voronka older")


def _mark(work: Work, table: str) -> None:
    """Make the rows of a table duplicates."""
    if not work.number(f"select count(*) from {quote(table)}"):
        return
    listed = f"{quote(ROW)} in (select row_no from {quote(table)})"
    if work.table.streamed and work.rows.startswith("("):
        verdict = f"case when {listed} then {text_literal(DUPLICATE)} else {own('verdict')} end as {own('verdict')}"
        work.rows = f"(select * replace ({verdict}, {USED} and not {listed} as {USED}) from {work.rows})"
    else:
        change = f"{own('verdict')} = {text_literal(DUPLICATE)}, {USED} = false"
        work.execute(f"update {work.rows} set {change} where {listed}")
