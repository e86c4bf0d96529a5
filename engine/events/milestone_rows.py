"""Shape `milestones`: every row of the files as one case, with a verdict on it and the times of its milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.definitions.document import Key
from engine.definitions.source import Milestone
from engine.engines.sql import quote
from engine.events.attributes import Taken
from engine.events.keys import key_columns
from engine.events.stamps import Stamp
from engine.events.table import impossible, own
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRows:
    """What the rows of a milestones source can be asked for: `at N`, `leave N`, `day N` of each milestone."""

    names: tuple[str, ...]
    attributes: tuple[Taken, ...]
    next_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """A milestone as it is read: its stamps in order of preference, the stamp of leaving, its condition."""

    name: str
    stamps: tuple[Stamp, ...]
    leave: Stamp | None
    condition: str
    shift: str = ""


def milestone_rows(work: Work) -> MilestoneRows:
    """Set `work.rows`: one row per row of the files; see `MilestoneRows` and `event_rows`."""
    source = work.source
    for name, value in (("case", source.case or source.link), ("milestones", source.milestones)):
        if not value:
            work.desk.says("missing-key", f"key `{name}` is missing")
    times = tuple(_times(work, name, milestone) for name, milestone in source.milestones.items())
    attributes = attributes_of(work)
    condition = work.cells.condition(source.where, "where") if source.where else "true"
    process = process_sql(work)
    case = case_sql(work, source.case) if source.case else f"{row_hash(work.table)}::varchar"
    keys = key_columns(work, attributes, source.case)
    if work.desk.problems:
        raise work.desk.stop()
    count_doubts(work, _stamps(times))
    columns = {
        "process": process,
        "case": case,
        "kept": condition,
        "hash": row_hash(work.table),
        **keys,
        **{f"attribute {a.name}": a.sql for a in attributes},
        **_locals(times),
    }
    inner = ",\n            ".join(f"{sql} as {own(name)}" for name, sql in columns.items())
    more = (*keys, *(f"attribute {a.name}" for a in attributes))
    work.execute(f'create temp table "voronka rows" as {_judged(work, times, more, inner)}')
    work.rows = '"voronka rows"'
    moved = _moved_count(work)
    return MilestoneRows(names=tuple(t.name for t in times), attributes=attributes, next_day=moved)


def _times(work: Work, name: str, milestone: Milestone) -> _Times:
    at: tuple[Key, ...] = ("milestones", name)
    condition = work.cells.condition(milestone.where, *at, "where") if milestone.where else "true"
    return _Times(
        name=name,
        stamps=tuple(work.clock.stamp(columns, *at) for columns in (milestone.at, *milestone.else_)),
        leave=work.clock.stamp(milestone.leave, *at, "leave") if milestone.leave else None,
        condition=condition,
        shift=_shift(work, milestone, at),
    )


def _shift(work: Work, milestone: Milestone, at: tuple[Key, ...]) -> str:
    """SQL of the seconds to add to a time, or nothing."""
    terms = []
    for sign, key, columns in (("+", "plus", milestone.plus), ("-", "minus", milestone.minus)):
        for column in columns:
            known = work.cells.known(column, *at, key)
            text = quote(column) if known and work.cells.kind(column) == "number" else work.cells.text(column, *at, key)
            terms.append(f"{sign} coalesce(try_cast({text} as double), 0)")
    return f" + to_microseconds(((0 {' '.join(terms)}) * 1000000)::bigint)" if terms else ""


def _stamps(times: Sequence[_Times]) -> list[Stamp]:
    every = [stamp for t in times for stamp in (*t.stamps, *([t.leave] if t.leave else []))]
    return list({stamp.columns: stamp for stamp in every}.values())


def _locals(times: Sequence[_Times]) -> dict[str, str]:
    """The first layer: local times, whether each is a day only, which stamp it is of, and texts that are no times."""
    columns: dict[str, str] = {}
    for number, t in enumerate(times):
        local = f"coalesce({', '.join(stamp.local for stamp in t.stamps)})"
        day = chosen([(f"({stamp.local}) is not null", stamp.day_only) for stamp in t.stamps], "false")
        columns[f"local {number}"] = f"case when {t.condition} then {local}{t.shift} end"
        columns[f"of {number}"] = chosen([(f"({s.local}) is not null", str(n)) for n, s in enumerate(t.stamps)], "0")
        columns[f"day {number}"] = day
        columns[f"left {number}"] = (
            f"case when {t.condition} then {t.leave.local} end" if t.leave else "null::timestamp"
        )
    for number, stamp in enumerate(_stamps(times)):
        columns[f"bad {number}"] = f"case when ({stamp.local}) is null then {stamp.text} end"
    return columns


def _judged(work: Work, times: tuple[_Times, ...], more: tuple[str, ...], inner: str) -> str:
    numbers = range(len(times))
    base = f"coalesce({', '.join(own(f'local {n}') for n in numbers)})"
    moved = ",\n                ".join(_moved(work, t, n) for n, t in enumerate(times))
    at = [own(f"at {n}") for n in numbers]
    bad = [own(f"bad {n}") for n in range(len(_stamps(times)))]
    checked = [own(f"at {n}") for n, t in enumerate(times) if not _planned(work, t)]
    future = " or ".join(work.future(name) for name in checked) or "false"
    absurd = " or ".join(map(impossible, at))
    verdict = verdicts(
        [
            (f"not {own('kept')}", FILTERED),
            (f"{own('process')} is null", other_process(work)),
            (f"{own('case')} is null", "no-case"),
            (f"coalesce({', '.join(bad)}) is not null", "time"),
            (f"coalesce({', '.join(at)}) is null", "no-time"),
            (f"coalesce({future}, false)", "future"),
            (f"coalesce({absurd}, false)", "impossible"),
        ]
    )
    kept = ["process", "case", "hash", *more]
    kept += [f"{what} {n}" for n in numbers for what in ("at", "leave", "day", "moved")]
    return f"""
        select
            {places()},
            {", ".join(own(name) for name in kept)},
            hash({own("case")}) as {own("key")},
            {verdict} as {own("verdict")},
            {own("verdict")} = '' as {own("used")},
            {_fault(work, times)}
        from (
            select *,
                {moved}
            from (
                select *, {base} as {own("base")}
                from (select *, {inner} from {work.table.sql})))"""


def _moved(work: Work, t: _Times, number: int) -> str:
    """The second layer: a clock far before the row's first time is the next day's; then UTC."""
    spare = DAY if t.shift else timedelta(0)
    local, left, moved = own(f"local {number}"), own(f"left {number}"), "false"
    if work.source.next_day:
        back = f"to_seconds({int(work.source.next_day.seconds)})"
        moved = f"coalesce({own('base')} - {local} > {back} or {own('base')} - {left} > {back}, false)"
        local, left = (
            f"(case when {own('base')} - {name} > {back} then {name} + interval 1 day else {name} end)"
            for name in (local, left)
        )
        spare = DAY
    at = chosen(
        [(f"{own(f'of {number}')} = {n}", work.clock.utc(stamp, local, spare)) for n, stamp in enumerate(t.stamps)],
        "null::timestamp",
    )
    leave = work.clock.utc(t.leave, left, spare) if t.leave else "null::timestamp"
    return f"{at} as {own(f'at {number}')}, {leave} as {own(f'leave {number}')}, {moved} as {own(f'moved {number}')}"


def _planned(work: Work, t: _Times) -> bool:
    names = {t.name, *(column for stamp in t.stamps for column in stamp.columns)}
    return bool(names & set(work.source.planned))


def _fault(work: Work, times: tuple[_Times, ...]) -> str:
    bound, case = work.cells.bound, " / ".join(work.source.case)
    process = work.source.process.column if work.source.process else None
    stamps = list(enumerate(_stamps(times)))
    names = [f"{bound(' + '.join(stamp.columns))}::varchar" for _, stamp in stamps]
    late = [(f"{work.future(own(f'at {n}'))} or {impossible(own(f'at {n}'))}", n, t) for n, t in enumerate(times)]
    column = chosen(
        [
            (f"{own('process')} is null", f"{bound(process or '')}::varchar"),
            (f"{own('case')} is null", f"{bound(case)}::varchar"),
            *((f"{own(f'bad {n}')} is not null", name) for (n, _), name in zip(stamps, names, strict=True)),
            *((test, f"{bound(' + '.join(t.stamps[0].columns))}::varchar") for test, _, t in late),
        ],
        "''",
    )
    value = chosen(
        [
            (f"{own('process')} is null", f"{quote(process)}::varchar" if process else "null"),
            *((f"{own(f'bad {n}')} is not null", own(f"bad {n}")) for n, _ in stamps),
            *((test, f"{own(f'at {n}')}::varchar") for test, n, _ in late),
        ],
        "null",
    )
    return f"{column} as {own('fault column')},\n            {value} as {own('fault value')}"


def _moved_count(work: Work) -> int:
    if not work.source.next_day:
        return 0
    numbers = range(len(work.source.milestones))
    any_moved = " or ".join(own(f"moved {n}") for n in numbers)
    count = work.number(f"select count(*) filter (({any_moved}) and {own('verdict')} = '') from {work.rows}")
    if count:
        work.notes.append(f"{count} rows pass midnight: later clocks were taken as the next day's")
    return count
