"""Shape `counts`: rows of totals by period; a counter is a column, or what a column names. They become no cases."""

from dataclasses import dataclass

from engine.engines.sql import quote, text_literal
from engine.events.attributes import number
from engine.events.cells import Cells
from engine.events.forms import DETECTED, MONTHS
from engine.events.mapping import nearest
from engine.events.report import Unmapped
from engine.events.stamps import Stamp
from engine.events.table import FILE, ROW, impossible, own
from engine.events.work import (
    DUPLICATE,
    FILTERED,
    USED,
    Work,
    chosen,
    count_doubts,
    other_process,
    places,
    process_sql,
    verdicts,
)

PERIODS = (*DETECTED, *MONTHS)
"""Ways to write a period: those of a moment, and a month."""
_SPAN = r"( \d{1,2}(:\d{2})?) ?[-–—] ?\d{1,2}(:\d{2})?$"
"""`10:00-11:00` after the day is the hour that begins at 10:00."""
_HOUR = r"(\d [012]?\d)$"
"""`9` after the day is 9:00."""
_MIDNIGHT = r" 00:00(:00)?( \d)"
"""A day of a workbook, before the clock of another column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRows:
    """What the rows hold: `value N` of each counter (wide), or `counter` and `value 0` (long). `names`: counters."""

    names: tuple[str, ...]
    long: bool


def count_rows(work: Work) -> CountRows:
    """Set `work.rows`: one row per row of the files, with the start of its period on the clock of the source."""
    source = work.source
    long = source.counter is not None
    names = _known_counters(work) if long else tuple(source.counters)
    columns = [(source.value or "", ("value",))] if long else [(c, ("counters", n)) for n, c in source.counters.items()]
    stamp = _period(work)
    texts = [work.cells.text(column, *at) for column, at in columns]
    values = [_number(work, column, text) for (column, _), text in zip(columns, texts, strict=True)]
    found = {
        "process": process_sql(work),
        "channel": work.cells.text(source.channel, "channel") if source.channel else "null::varchar",
        "counter": _counter(work) if long else "null::varchar",
        "kept": work.cells.condition(source.where, "where") if source.where else "true",
        "start": _local(work, stamp),
        "text": stamp.text,
        "moment": work.clock.utc(stamp, stamp.local),
        **{f"value {n}": sql for n, sql in enumerate(values)},
        **{f"text {n}": sql for n, sql in enumerate(texts)},
    }
    if work.desk.problems:
        raise work.desk.stop()
    count_doubts(work, [stamp])
    inner = ",\n            ".join(f"{sql} as {own(name)}" for name, sql in found.items())
    work.execute(f'create temp table "voronka rows" as {_judged(work, [c for c, _ in columns], inner)}')
    work.rows = '"voronka rows"'
    return CountRows(names=names, long=long)


def _known_counters(work: Work) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for process in work.processes for name in process.counter_names))


def _period(work: Work) -> Stamp:
    return work.clock.period(work.source.period, "period", forms=PERIODS, tidy=_start_of_span)


def _start_of_span(text: str) -> str:
    begun = rf"regexp_replace(regexp_replace({text}, '{_MIDNIGHT}', '\2'), '{_SPAN}', '\1')"
    return rf"regexp_replace({begun}, '{_HOUR}', '\1:00')"


def _local(work: Work, stamp: Stamp) -> str:
    """The start of the period as the clock of the source shows it: a day is a day wherever it is read."""
    if not stamp.zoned:
        return stamp.local
    return f"(({stamp.local}) at time zone 'UTC' at time zone {text_literal(work.zone.key)})"


def _counter(work: Work) -> str:
    """The name of the counter: what `counters` calls it, else what stands in the column."""
    text = work.cells.text(work.source.counter or "", "counter")
    renamed = " ".join(
        f"when {text} = {work.cells.bound(written)}::varchar then {work.cells.bound(name)}::varchar"
        for name, written in work.source.counters.items()
    )
    return f"case {renamed} else {text} end" if renamed else text


def _number(work: Work, column: str, text: str) -> str:
    cells: Cells = work.cells
    return f"{quote(column)}::double" if cells.kind(column) == "number" else number(text, work.source.decimal)


def _judged(work: Work, columns: list[str], inner: str) -> str:
    """The rows with a verdict; a cell that is empty is no value, one that is no number spoils its row."""
    numbers = range(len(columns))
    bad = [f"({own(f'text {n}')} is not null and {own(f'value {n}')} is null)" for n in numbers]
    empty = " and ".join(f"{own(f'text {n}')} is null" for n in numbers)
    long = work.source.counter is not None
    late = f"coalesce({work.future(own('moment'))}, false) or {impossible(own('start'))}"
    verdict = verdicts(
        [
            (f"not {own('kept')}", FILTERED),
            (f"{own('process')} is null", other_process(work)),
            (f"{own('start')} is null and {own('text')} is null", "no-time"),
            (f"{own('start')} is null", "time"),
            (f"coalesce({work.future(own('moment'))}, false)", "future"),
            (impossible(own("start")), "impossible"),
            *([(f"{own('counter')} is null", "no-counter")] if long else []),
            (" or ".join(bad), "number"),
            (empty, "no-value"),
        ]
    )
    bound, period = work.cells.bound, " + ".join(work.source.period)
    process = work.source.process.column if work.source.process else None
    at_fault = chosen(
        [
            (f"{own('process')} is null", f"{bound(process or '')}::varchar"),
            (f"{own('start')} is null or {late}", f"{bound(period)}::varchar"),
            *((test, f"{bound(column)}::varchar") for test, column in zip(bad, columns, strict=True)),
        ],
        f"{bound(work.source.counter or columns[0])}::varchar",
    )
    value = chosen(
        [
            (f"{own('process')} is null", f"{quote(process)}::varchar" if process else "null"),
            (f"{own('start')} is null", own("text")),
            *((test, own(f"text {n}")) for n, test in enumerate(bad)),
        ],
        own("text"),
    )
    return f"""
        select *,
            {own("verdict")} = '' as {USED}
        from (
            select
                {places()},
                {", ".join(own(name) for name in ("process", "channel", "counter", "start", "moment"))},
                {", ".join(own(f"value {n}") for n in numbers)},
                {verdict} as {own("verdict")},
                {at_fault} as {own("fault column")},
                {value} as {own("fault value")}
            from (select *, {inner} from {work.table.sql}))"""


def build_counts(work: Work, rows: CountRows) -> None:
    """The table `counts`: of a period that several files hold the last file's; several rows of a file are added up."""
    _drop_older_files(work)
    key = "process, period_start, channel, counter"
    work.execute(f"""
        create table {work.schema}.counts as
        select {key}, fsum(value) as value
        from ({_values(work, rows)})
        where value is not null
        group by {key}
        order by {key}""")
    several = work.number(f"""
        select count(*)
        from (select 1 from ({_values(work, rows)}) where value is not null group by {key} having count(*) > 1)""")
    if several:
        work.notes.append(f"{several} values stand in several rows of a file: they were added up")


def _values(work: Work, rows: CountRows) -> str:
    """A row per value: process, period_start, channel, counter, value."""
    fields = f"{own('process')} as process, {own('start')} as period_start, {own('channel')} as channel"
    bound = work.cells.bound
    if rows.long:
        known = ", ".join(f"{bound(name)}::varchar" for name in rows.names)
        counter = own("counter")
        listed = f" and {counter} in ({known})" if known else ""
        return f"select {fields}, {counter} as counter, {own('value 0')} as value from {work.rows} where {USED}{listed}"
    parts = [
        f"select {fields}, {bound(name)}::varchar as counter, {own(f'value {n}')} as value"
        f" from {work.rows} where {USED}"
        for n, name in enumerate(rows.names)
    ]
    return "\n        union all ".join(parts)


def _drop_older_files(work: Work) -> None:
    """A row of which a later file holds the same period, channel and counter is replaced by that file."""
    key = ", ".join(own(name) for name in ("process", "start", "channel", "counter"))
    work.execute(f"""
        update {work.rows} set {own("verdict")} = {text_literal(DUPLICATE)}, {USED} = false
        where {quote(ROW)} in (
            select row_no
            from (
                select {quote(ROW)} as row_no, {quote(FILE)} as file,
                    max({quote(FILE)}) over (partition by {key}) as last
                from {work.rows}
                where {USED})
            where file < last)""")


def unmapped_counters(work: Work, rows: CountRows) -> tuple[tuple[Unmapped, ...], float]:
    """Counters of the rows that no process has, and the share of rows that are understood."""
    if not rows.long or not rows.names:
        return (), 1.0
    known = ", ".join(f"{work.cells.bound(name)}::varchar" for name in rows.names)
    found = work.select(f"""
        select {own("counter")}, count(*)
        from {work.rows}
        where {USED} and {own("counter")} not in ({known})
        group by 1
        order by 2 desc, 1""")
    total = work.number(f"select count(*) from {work.rows} where {USED}")
    lost = sum(int(str(n)) for _, n in found)
    listed = tuple(
        Unmapped(activity=str(name), events=int(str(n)), nearest=nearest(str(name), rows.names))
        for name, n in found[:200]
    )
    return listed, (total - lost) / total if total else 1.0
