"""Cells: the whole, each segment of each dimension, each period; every row of a measure is numbered by its cells."""

from collections.abc import Sequence

from engine.engines.sql import Bound
from engine.events.log import EventLog, moment_sql
from engine.kpis.durations import local_sql

WHOLE = 0
NOWHERE = -1
_PERIODS = 1_000_000_000
_PER_GRAIN = 10_000_000
_STEPS = {
    "day": ("date '1970-01-01'", "interval 1 day"),
    "week": ("date '1970-01-05'", "interval 7 day"),
    "month": ("date '1970-01-01'", "interval 1 month"),
    "quarter": ("date '1970-01-01'", "interval 3 month"),
}
GRAINS = tuple(_STEPS)
"""Weeks begin on Monday."""


def code_rows(log: EventLog, rows: str, bound: Bound, by: Sequence[str], grains: Sequence[str], keep: str) -> int:
    """Make `base`: the columns `keep` of the rows and the numbers of their cells c0, c1, ...; gives how many there are.

    The rows have a number of `segments` for each dimension of `by`, and `p`, a moment in the workspace's zone.
    """
    codes = [f"c{number}" for number in range(len(by))]
    for number, grain in enumerate(grains):
        start = _PERIODS + _PER_GRAIN * number + _PER_GRAIN // 2
        # What has no period yet (a visit that goes on) gets a cell that is never named.
        code = f"coalesce({start} + date_diff('{grain}', {_STEPS[grain][0]}, p), {NOWHERE})::integer"
        codes.append(f"{code} as c{len(by) + number}")
    chosen = ", ".join([keep, *codes])
    log.engine.execute(f"create or replace temp table base as select {chosen} from ({rows})", bound)
    return len(codes)


def name_cells(log: EventLog, table: str, grains: Sequence[str]) -> None:
    """Make `cells(cell, dimension, segment, since, until, partial)` for the cells of a table; cell 0 is the whole."""
    periods = [
        f"""
union all by name
select cell,
       {first} + (cell - {_PERIODS + _PER_GRAIN * number + _PER_GRAIN // 2}) * {step} as since,
       since + {step} as until,
       {_cut(log)} as partial
from {table}
where cell >= {_PERIODS + _PER_GRAIN * number}
  and cell < {_PERIODS + _PER_GRAIN * (number + 1)}"""
        for number, (first, step) in enumerate(_STEPS[grain] for grain in grains)
    ]
    log.engine.execute(f"""
create or replace temp table cells as
select 0 as cell,
       null::varchar as dimension,
       null::varchar as segment,
       null::timestamp as since,
       null::timestamp as until,
       null::boolean as partial
union all by name
select cell, dimension, segment
from {table}
join {log.relation("segments")} on code = cell
where cell between 1 and {_PERIODS - 1}{"".join(periods)}""")


def _cut(log: EventLog) -> str:
    """Whether a period is cut: by the end of the log, or by the bounds of what is measured."""
    end = local_sql(log, moment_sql(log.observed_until)) if log.observed_until else "null::timestamp"
    cut = [f"coalesce({end} < until, false)"]
    if log.since:
        cut.append(f"since < {moment_sql(log.since)}")
    if log.until:
        cut.append(f"until > {moment_sql(log.until)}")
    return f"({' or '.join(cut)})"


def by_cell(
    count: int, columns: str, source: str, *, also: str = "", keys: Sequence[str] = (), only: int | None = None
) -> str:
    """A query over `base` (or what is made of it) grouped by every cell of its rows and, within it, by `also`.

    `keys`: an expression instead of `also` for each of the `count` codes. `only`: one of
    them alone; -1: the whole.
    """
    if only is not None:
        cell = f"c{only}" if only >= 0 else str(WHOLE)
        grouped = ", ".join(part for part in (f"c{only}" if only >= 0 else "", also) if part)
        return f"select {cell} as cell, {columns} from {source} {f'group by {grouped}' if grouped else ''}"
    sets = [f"({also})" if also else "()"]
    for number in range(count):
        key = keys[number] if keys else also
        sets.append(f"(c{number}, {key})" if key else f"(c{number})")
    codes = ", ".join(f"c{number}" for number in range(count))
    cell = f"coalesce({codes}, {WHOLE})" if count else str(WHOLE)
    return f"""
select {cell} as cell, {columns}
from {source}
group by grouping sets ({", ".join(sets)})"""
