"""Shape `snapshot`: rows of cases as they stood when they were saved; what is known of their moves becomes events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from engine.engines.sql import quote, text_literal
from engine.events.event_rows import EventRows
from engine.events.stamps import NOTHING, Stamp
from engine.events.table import FILE, ROW, own
from engine.events.work import DUPLICATE, USED, Work, chosen

DATES = ("created", "changed", "closed")
_PARTS = {"%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}
_PARTS |= {"%H": r"(?P<H>\d{1,2})", "%M": r"(?P<M>\d{2})", "*": ".*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """When the snapshots of a source were taken (UTC), and how many open cases of an earlier one the last lacks."""

    taken: tuple[datetime, ...]
    vanished: int


def taken_stamp(work: Work) -> Stamp:
    """When each row was saved: a column, the date in the name of its file, or one moment for all."""
    taken = work.source.taken
    if taken is not None and taken.column is not None:
        return work.clock.stamp((taken.column,), "taken", "column")
    if taken is not None and taken.file is not None:
        return _of_files(work, taken.file)
    moment = taken.date if taken is not None else work.source.exported_at
    if moment is None:
        return _latest(work)
    if len(work.table.files) > 1:
        _undated(work)
        return NOTHING
    return _fixed(work, [_moment(work, moment)])


def _undated(work: Work) -> None:
    message = f"{len(work.table.files)} snapshots, and it is not said when each was taken"
    hint = 'write taken: COLUMN, or the date in the names: taken: {file: "deals-%Y-%m-%d.csv"}'
    work.desk.says("no-taken", message, hint)


def _moment(work: Work, moment: datetime) -> datetime:
    """A declared moment as UTC; a date alone means its evening, for a day's work is in it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=work.zone)).astimezone(UTC).replace(tzinfo=None)


def _of_files(work: Work, pattern: str) -> Stamp:
    """The date in the name of each file; a name that does not fit the pattern is a problem."""
    form = re.compile("".join(_PARTS.get(part, re.escape(part)) for part in re.split(r"(%[YymdHM]|\*)", pattern)))
    moments = []
    for file in work.table.files:
        match = form.fullmatch(PurePosixPath(file).name)
        try:
            moments.append(_named(work, match) if match else None)
        except ValueError:
            moments.append(None)
        if moments[-1] is None:
            message = f"the name `{PurePosixPath(file).name}` does not hold a date as in `{pattern}`"
            hint = "rename the file, or write the pattern as its name is"
            work.desk.says("no-taken", message, hint, at=("taken", "file"))
    return _fixed(work, [moment for moment in moments if moment is not None])


def _named(work: Work, match: re.Match[str]) -> datetime:
    found = {name: int(text) for name, text in match.groupdict().items() if text is not None}
    year = found.get("Y", 2000 + found.get("y", 0))
    hour, minute = (found["H"], found.get("M", 0)) if "H" in found else (23, 59)
    return _moment(work, datetime(year, found["m"], found["d"], hour, minute))


def _fixed(work: Work, moments: Sequence[datetime]) -> Stamp:
    """One moment a file, in UTC already."""
    literals = [f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'" for moment in moments]
    whens = " ".join(f"when {number} then {literal}" for number, literal in enumerate(literals))
    local = f"(case {quote(FILE)} {whens} end)" if whens else "null::timestamp"
    return Stamp(columns=("taken",), local=local, text="'taken'", day_only="false", zoned=True, form="file")


def _latest(work: Work) -> Stamp:
    """Not declared: one snapshot is as old as the latest of its times; of several it must be said."""
    if len(work.table.files) > 1:
        _undated(work)
        return NOTHING
    stamps = [work.clock.stamp(columns, name) for name in DATES if (columns := getattr(work.source, name))]
    times = ", ".join(f"({work.clock.utc(stamp, stamp.local)})" for stamp in stamps)
    limit = f"timestamp '{work.limit.isoformat(' ')}'" if work.limit else "timestamp '2999-01-01'"
    latest = work.select(f"select max(t) from (select unnest([{times}]) as t from {work.table.sql}) where t <= {limit}")
    moment = latest[0][0]
    if not isinstance(moment, datetime):
        work.desk.says("no-taken", "it is not said when the snapshot was taken", "write exported_at: 2026-09-30T18:00")
        return NOTHING
    shown = f"{moment:%Y-%m-%d %H:%M} UTC"
    work.notes.append(f"`taken` is not declared: the latest time in the file, {shown}, stands for it")
    return _fixed(work, [moment])


def dates(work: Work) -> dict[str, str]:
    """SQL of `created`, `changed`, `closed` (UTC, null where not declared or unreadable) and whether each is a day."""
    found = {}
    for name in DATES:
        columns = getattr(work.source, name)
        stamp = work.clock.stamp(columns, name) if columns else NOTHING
        found[name] = work.clock.utc(stamp, stamp.local)
        found[f"{name} day"] = stamp.day_only
    return found


def keep_last_rows(work: Work) -> None:
    """A case that stands twice in a snapshot is as its last row says."""
    work.execute(f"""
        update {work.rows} set {own("verdict")} = {text_literal(DUPLICATE)}, {USED} = false
        where {quote(ROW)} in (
            select {quote(ROW)}
            from {work.rows}
            where {USED}
            qualify row_number() over (
                partition by {own("process")}, {own("key")}, {own("at")}
                order by {quote(ROW)} desc) > 1)""")


def write_entries(work: Work, rows: EventRows) -> Snapshots:
    """The table `events`: the entries that the rows tell of, each at its own date or when it was first seen.

    created is the entry of the initial state, closed that of a final state, changed that of the state the case is in. A
    move whose date is not known lies between two snapshots: it stands at the later one, as a day without a clock.
    """
    work.execute(f"create temp table {_SEEN} as {_seen(work)}")
    work.execute(f"""
        create table {work.schema}.event_rows as
        select
            process, case_key, activity, state, mark, happened_at, day_only, null::timestamp as left_at, seq,
            null::varchar as actor, 'person' as actor_kind, manager
        from ({_entries(work)} union all {_starts(work)} union all {_marks(work, rows)})""")
    rows_taken = work.select(f"select distinct {own('at')} from {work.rows} where {USED} order by 1")
    taken = tuple(row[0] for row in rows_taken if isinstance(row[0], datetime))
    vanished = work.number(f"""
        select count(*)
        from (
            select case_key, max(taken) as last, arg_max(final, taken) as ended
            from {_SEEN}
            group by process, case_key)
        where last < (select max({own("at")}) from {work.rows} where {USED}) and not ended""")
    if vanished:
        work.notes.append(f"{vanished} open cases of an earlier snapshot are not in the last: they stay as last seen")
    return Snapshots(taken=taken, vanished=vanished)


_SEEN = '"voronka seen"'


def _seen(work: Work) -> str:
    """The rows with a state, each beside what the snapshot before said of the case; one row a case and snapshot."""
    walk = f"over (partition by {own('process')}, {own('key')} order by {own('at')}, {quote(ROW)})"
    initial = [(p.process, p.initial) for p in work.processes if p.initial]
    final = [(p.process, state.name) for p in work.processes for state in p.states if state.final]
    of_process = chosen(
        [(f"{own('process')} = {_text(work, name)}", _text(work, state)) for name, state in initial]
        or [("false", "null")],
        "null::varchar",
    )
    ends = " or ".join(f"({own('process')} = {_text(work, n)} and {own('state')} = {_text(work, s)})" for n, s in final)
    return f"""
        select
            {own("process")} as process, {own("key")} as case_key, {own("activity")} as activity,
            {own("state")} as state, {own("at")} as taken, {quote(ROW)}::bigint as seq, {own("manager")} as manager,
            {", ".join(f"{own(name)} as {name}, {own(f'{name} day')} as {name}_day" for name in DATES)},
            {of_process} as initial,
            {ends or "false"} as final,
            lag({own("state")}) {walk} as before,
            lag({own("at")}) {walk} as seen_before
        from {work.rows}
        where {USED} and {own("state")} is not null"""


def _text(work: Work, text: str) -> str:
    return f"{work.cells.bound(text)}::varchar"


_DATED = """
    case
        when final and closed <= taken and (seen_before is null or closed > seen_before - interval 1 day) then 'closed'
        when seen_before is null and state = initial and created <= taken then 'created'
        when changed <= taken and (seen_before is null or changed > seen_before - interval 1 day) then 'changed'
        else 'taken'
    end"""


def _entries(work: Work) -> str:
    """An entry wherever the state is another than in the snapshot before."""
    return f"""
        select process, case_key, activity, state, null::varchar as mark,
            greatest(
                case dated when 'closed' then closed when 'changed' then changed when 'created' then created
                    else taken end,
                case when seen_before is null and created <= taken then created end) as happened_at,
            case dated when 'closed' then closed_day when 'changed' then changed_day when 'created' then created_day
                else true end as day_only,
            seq, manager
        from (select *, {_DATED} as dated from {_SEEN} where state is distinct from before)"""


def _starts(work: Work) -> str:
    """The start of a case that was seen in another state first."""
    return f"""
        select process, case_key, activity, initial, null, created, created_day, seq, manager
        from {_SEEN}
        where seen_before is null and initial <> state and created <= taken"""


def _marks(work: Work, rows: EventRows) -> str:
    """Marks that the current stage stands for, when they were first seen."""
    marks = [f"{own('mark')}", *(f"case when {own(f'also {n}')} then {_text(work, mark)} end"
             for n, (mark, _) in enumerate(rows.mapping.also))]  # fmt: skip
    return f"""
        select process, case_key, activity, null, mark, min(taken), true, min(seq), null
        from (
            select {own("process")} as process, {own("key")} as case_key, {own("activity")} as activity,
                unnest([{", ".join(marks)}]) as mark, {own("at")} as taken, {quote(ROW)}::bigint as seq
            from {work.rows}
            where {USED})
        where mark is not null
        group by process, case_key, activity, mark"""
