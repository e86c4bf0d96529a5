"""Shape `events`: every row of the files as one event, with a verdict on it."""

from collections.abc import Mapping as SqlMapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from engine.definitions.document import Key
from engine.engines.sql import quote
from engine.events import xes
from engine.events.attributes import Taken, hidden, phone_columns
from engine.events.keys import key_columns
from engine.events.mapping import Mapping, mapping_of
from engine.events.stamps import Stamp
from engine.events.table import EARLIEST, LATEST, impossible, own
from engine.events.trouble import BlankEndsError
from engine.events.work import (
    FILTERED,
    Work,
    attributes_of,
    case_sql,
    chosen,
    count_doubts,
    other_process,
    places,
    process_sql,
    row_hash,
    verdicts,
)

DAY = timedelta(days=1)
_NO_MORE: SqlMapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The columns that make an event."""

    case: tuple[str, ...]
    activity: str | None
    at: tuple[str, ...]
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRows:
    """What the rows of an events source can be asked for, beside the columns of ours."""

    mapping: Mapping
    attributes: tuple[Taken, ...]
    moments: tuple[tuple[str, str, Stamp], ...]
    day_only: str
    manager: bool
    actor: bool


def event_keys(work: Work, at: Stamp | None = None) -> Keys:
    """The declared columns; in an XES log the standard ones by default. `at`: the stamp, where it is known."""
    source = work.source
    columns = work.table.columns
    log = work.table.files[0].lower().endswith((".xes", ".xes.gz"))
    keys = Keys(
        case=source.case or ((xes.CASE,) if log else ()),
        activity=source.activity or (xes.ACTIVITY if log else None),
        at=at.columns if at else source.at or ((xes.AT,) if log else ()),
        actor=source.actor.column if source.actor else (xes.ACTOR if log and xes.ACTOR in columns else None),
    )
    optional = ("case",) if source.link is not None else ()  # without it, every row of a linked source stands alone
    for name, value in (("case", keys.case), ("activity", keys.activity), ("at", keys.at)):
        if not value and name not in optional:
            hint = "columns: " + ", ".join(f"`{column}`" for column in list(columns)[:12])
            work.desk.says("missing-key", f"key `{name}` is missing", hint)
    return keys


def event_rows(work: Work, at: Stamp | None = None, more: SqlMapping[str, str] = _NO_MORE) -> EventRows:
    """Set `work.rows`: one row per row of the files, with what became of it.

    `at`: a stamp instead of the one that is declared; `more`: further columns (of a snapshot) as SQL.

    Columns of ours: file, row, line, process, case, key (hash), activity, at (UTC), day_only, actor, robot, manager,
    state, mark, ignored, verdict, used, fault column and value, hash of the row; one per attribute, moment and mark.
    """
    keys = event_keys(work, at)
    if work.table.streamed and not more:
        work.cells.looked_at_later |= _looked_at_later(work, keys) - work.blank_ends
    stamp = at or (work.clock.stamp(keys.at, "at") if keys.at else None)
    mapping = mapping_of(work.cells, work.source, work.processes)
    attributes = attributes_of(work)
    moments = _moments(work)
    condition = work.cells.condition(work.source.where, "where") if work.source.where else None
    process = process_sql(work)
    case = case_sql(work, keys.case) if keys.case else f"{row_hash(work.table)}::varchar"
    activity = work.cells.text(keys.activity, "activity") if keys.activity else "null::varchar"
    actor = work.cells.text(keys.actor, "actor", "column") if keys.actor else "null::varchar"
    if work.desk.problems or stamp is None:
        raise work.desk.stop()
    count_doubts(work, [stamp])
    manager = work.source.attributes.get("manager")
    varying = manager is not None and not manager.column.startswith("case:")
    columns = {
        "process": process,
        "case": case,
        "activity": activity,
        "at": work.clock.utc(stamp, stamp.local),
        "text": stamp.text,
        "day_only": stamp.day_only,
        "actor": actor,
        "manager": next((a.sql for a in attributes if a.name == "manager"), "null::varchar")
        if varying
        else "null::varchar",
        "kept": condition or "true",
        "hash": row_hash(work.table),
        **more,
        **key_columns(work, attributes, keys.case),
        **{f"attribute {a.name}": a.sql for a in attributes},
        **{f"moment {n}": work.clock.utc(m[2], m[2].local) for n, m in enumerate(moments)},
        **{f"moment day {n}": m[2].day_only for n, m in enumerate(moments)},
    }
    first = ",\n            ".join(f"{sql} as {own(name)}" for name, sql in columns.items())
    work.all_used = not more and _all_used(work, keys, stamp)
    judged = partial(_judged, work, keys, mapping, first, tuple(columns))
    work.rows = judged(work.table.sql)
    if work.table.streamed and not more:
        work.judged, work.case = judged, case
    else:
        work.execute(f'create temp table "voronka rows" as select * from {work.rows}')
        work.rows = '"voronka rows"'
    return EventRows(
        mapping=mapping,
        attributes=attributes,
        moments=moments,
        day_only=stamp.day_only,
        manager=varying,
        actor=keys.actor is not None,
    )


def _looked_at_later(work: Work, keys: Keys) -> set[str]:
    """Columns that no condition looks at, so that blanks at the ends of their cells show in what is stored."""
    source, process = work.source, work.source.process
    conditions = (source.where, *(line.where for line in source.map), *(a.where for a in source.attributes.values()))
    if any(conditions) or process is None or process.name is None:
        return set()
    case = set(keys.case) - hidden(source) - phone_columns(source) if len(keys.case) == 1 else set()
    return {*case, *([keys.activity] if keys.activity else [])} & set(work.table.columns)


def check_blank_ends(work: Work) -> None:
    """BlankEndsError where what was looked at later ends with blanks, now that cases and activities are stored."""
    later = work.cells.looked_at_later
    for table, column in (("activities", "activity"), ("cases", "case_id")) if later else ():
        if work.number(f"select count(*) from {work.schema}.{table} where {work.cells.ends_blank(column)}"):
            raise BlankEndsError(frozenset(later))


def _all_used(work: Work, keys: Keys, stamp: Stamp) -> bool:
    """Whether nothing can be wrong with any row, by what was seen of its columns: then none has to be judged."""
    process, since, until = work.source.process, stamp.since, stamp.until
    if work.source.where or process is None or process.name is None or not (stamp.whole and since and until):
        return False
    in_time = since > EARLIEST + DAY and until < min(work.limit or LATEST, LATEST) - DAY
    columns = (*keys.case, *([keys.activity] if keys.activity else []))
    return in_time and bool(keys.case and keys.activity) and work.cells.filled(columns)


def _moments(work: Work) -> tuple[tuple[str, str, Stamp], ...]:
    """(name, column, stamp) of each time attribute that becomes an event."""
    found = []
    for name, column in work.source.moments.items():
        at: tuple[Key, ...] = ("moments", name)
        found.append((name, column, work.clock.stamp((column,), *at)))
    return tuple(found)


def _judged(work: Work, keys: Keys, mapping: Mapping, first: str, names: tuple[str, ...], table: str) -> str:
    """The rows of a table with the verdict on each."""
    planned = set(work.source.planned) & set(keys.at)
    at = own("at")
    verdict = verdicts(
        [
            (f"not {own('kept')}", FILTERED),
            (f"{own('process')} is null", other_process(work)),
            (f"{own('case')} is null", "no-case"),
            (f"{own('activity')} is null", "no-activity"),
            (f"{at} is null and {own('text')} is null", "no-time"),
            (f"{at} is null", "time"),
            *([] if planned else [(work.future(at), "future")]),
            (impossible(at), "impossible"),
        ]
    )
    needed = " and ".join(f"{own(name)} is not null" for name in ("process", "case", "activity"))
    in_time = f"not {impossible(at)}" + ("" if planned or work.limit is None else f" and not {work.future(at)}")
    used = f"coalesce({own('kept')} and {needed} and {in_time}, false)"
    if work.all_used:
        verdict, used = "''", "true"
    robots = work.source.actor.robots if work.source.actor else ()
    listed = ", ".join(f"{work.cells.bound(robot)}::varchar" for robot in robots)
    kept = [name for name in names if name not in ("text", "kept")]
    further = "".join(f",\n            {test} as {own(f'also {n}')}" for n, (_, test) in enumerate(mapping.also))
    also = "".join(f", {own(f'also {n}')}" for n in range(len(mapping.also)))
    also += f", {own('twice')}" if mapping.twice else ""
    return f"""(
        select
            {places()},
            {", ".join(own(name) for name in kept)}, {own("state")}, {own("mark")}{also},
            hash({own("case")}) as {own("key")},
            {f"{own('actor')} in ({listed})" if listed else "false"} as {own("robot")},
            {own("state")} is null and {own("mark")} is null and {own("by name")} as {own("ignored")},
            {verdict} as {own("verdict")},
            {used} as {own("used")},
            {_fault(work, keys)}
        from (
            select *,
            {mapping.state} as {own("state")},
            {mapping.mark} as {own("mark")},
            {mapping.ignored or "false"} as {own("by name")},
            {mapping.twice or "false"} as {own("twice")}{further}
            from (select *, {first} from {table}))
        )"""


def _fault(work: Work, keys: Keys) -> str:
    """SQL of the column and the value that a rejected row is rejected for."""
    bound, at, case = work.cells.bound, " + ".join(keys.at), " / ".join(keys.case)
    process = work.source.process.column if work.source.process else None
    column = chosen(
        [
            (f"{own('process')} is null", f"{bound(process or '')}::varchar"),
            (f"{own('case')} is null", f"{bound(case)}::varchar"),
            (f"{own('activity')} is null", f"{bound(keys.activity or '')}::varchar"),
        ],
        f"{bound(at)}::varchar",
    )
    value = chosen(
        [
            (f"{own('process')} is null", f"{quote(process)}::varchar" if process else "null"),
            (f"{own('case')} is null or {own('activity')} is null", "null"),
        ],
        own("text"),
    )
    return f"{column} as {own('fault column')},\n            {value} as {own('fault value')}"
