"""Cells: the whole, each segment of each dimension, each period; every row of a measure is coded by its cells."""

from collections.abc import Sequence

from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, text_literal
from engine.events.log import EventLog
from engine.kpis.durations import local_sql

GRAINS = ("day", "week", "month", "quarter")
WHOLE = 0


def code_rows(log: EventLog, rows: str, bound: Bound, by: Sequence[str], grains: Sequence[str], keep: str) -> None:
    """Make `base`: the columns `keep` of the rows, and c0, c1, ...: the cells of their segments, then of their periods.

    `cells(cell, dimension, segment, since, until, partial)` says what each number is; cell 0 is the whole.
    """
    engine = log.engine
    dimensions = [f"g{number}" for number in range(len(by))]
    periods = [f"date_trunc({text_literal(grain)}, p)::timestamp as p{number}" for number, grain in enumerate(grains)]
    chosen = ", ".join([keep, *dimensions, *periods])
    engine.execute(f"create or replace temp table raw as select {chosen} from ({rows})", bound)
    engine.execute(_cells(log, by, grains))
    joins, codes = [], []
    for number in range(len(by)):
        joins.append(
            f"left join cells as s{number} on s{number}.dimension_no = {number} and s{number}.segment = raw.g{number}"
        )
        codes.append(f"s{number}.cell as c{number}")
    for number in range(len(grains)):
        no = len(by) + number
        joins.append(f"left join cells as s{no} on s{no}.grain_no = {number} and s{no}.since = raw.p{number}")
        codes.append(f"s{no}.cell as c{no}")
    columns = ", ".join([keep, *codes])
    engine.execute(f"create or replace temp table base as select {columns} from raw {' '.join(joins)}")
    engine.execute("drop table raw")


def _cells(log: EventLog, by: Sequence[str], grains: Sequence[str]) -> str:
    seen = [
        f"select distinct {number} as dimension_no, g{number} as segment, null::integer as grain_no, null::timestamp as since"
        f" from raw where g{number} is not null"
        for number in range(len(by))
    ] + [
        f"select distinct null::integer as dimension_no, null::varchar as segment, {number} as grain_no, p{number} as since"
        f" from raw where p{number} is not null"
        for number in range(len(grains))
    ]
    names = ", ".join(text_literal(name) for name in by)
    lengths = ", ".join("interval 3 month" if grain == "quarter" else f"interval 1 {grain}" for grain in grains)
    end = local_sql(log, f"timestamp '{log.observed_until:%Y-%m-%d %H:%M:%S.%f}'") if log.observed_until else "null"
    cut = [f"coalesce({end} < until, false)"]
    if log.since:
        cut.append(f"since < timestamp '{log.since:%Y-%m-%d %H:%M:%S}'")
    if log.until:
        cut.append(f"until > timestamp '{log.until:%Y-%m-%d %H:%M:%S}'")
    union = " union all ".join(seen)
    numbered = f"""
union all
select row_number() over (order by dimension_no, grain_no, segment, since)::integer as cell,
       dimension_no,
       {f"[{names}][dimension_no + 1]" if by else "null"} as dimension,
       segment,
       grain_no,
       since,
       {f"since + [{lengths}][grain_no + 1]" if grains else "null::timestamp"} as until,
       case when since is not null then {" or ".join(cut)} end as partial
from ({union})"""
    return f"""
create or replace temp table cells as
select 0 as cell,
       null::integer as dimension_no,
       null::varchar as dimension,
       null::varchar as segment,
       null::integer as grain_no,
       null::timestamp as since,
       null::timestamp as until,
       null::boolean as partial{numbered if seen else ""}"""


def by_cell(count: int, columns: str, source: str, *, also: str = "", keys: Sequence[str] = ()) -> str:
    """A query over `base` (or what is made of it) grouped by every cell of its rows and, within it, by `also`.

    `keys`: an expression instead of `also` for each of the `count` codes.
    """
    sets = [f"({also})" if also else "()"]
    for number in range(count):
        key = keys[number] if keys else also
        sets.append(f"(c{number}, {key})" if key else f"(c{number})")
    codes = ", ".join(f"c{number}" for number in range(count))
    cell = f"coalesce({codes}, {WHOLE})" if count else str(WHOLE)
    # A row without a segment or period (null) belongs to the whole alone, not to a cell of its own.
    known = " or ".join(f"grouping(c{number}) = 0 and c{number} is null" for number in range(count))
    having = f"having not ({known})" if known else ""
    return f"""
select {cell} as cell, {columns}
from {source}
group by grouping sets ({", ".join(sets)})
{having}"""


def drop(engine: Engine, *tables: str) -> None:
    """Drop temp tables that were made on the way."""
    for table in tables:
        engine.execute(f"drop table if exists {table}")
