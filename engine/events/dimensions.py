"""Dimensions of a case: what a control point can be split by, as SQL over the wide row of the case."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from engine.definitions.condition import Expr, Name
from engine.definitions.document import Span
from engine.definitions.process import Dimension, Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import quote, text_literal
from engine.events.log import WorkingTime, mark_numbers, moment_sql, relation
from engine.events.reached import entry, is_stage
from engine.events.visits import Fidelity, Partition

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = tuple(f"{hour:02}" for hour in range(24))
DAYS = f"[{', '.join(map(text_literal, WEEKDAYS))}]"
NOT_GIVEN = ""
DERIVED = {
    "weekday": f"{DAYS}[isodow({{at}})]",
    "hour": "lpad(hour({at})::varchar, 2, '0')",
    "weekday_hour": f"{DAYS}[isodow({{at}})] || ' ' || lpad(hour({{at}})::varchar, 2, '0')",
    "month": "strftime({at}, '%Y-%m')",
}
"""Over `at`, the start of the case by the calendar's clock."""
HALF, HALVES = "half", ("first", "second")
"""Whether a case began in the first or the second half of the period: known when all cases are."""
ACROSS = {"returning": ("boolean", "client"), "load": ("bigint", "manager"), "swept": ("boolean", "manager")}
"""Dimensions that look across cases: their type, and the attribute they need."""
_LOOKED = {name: f"coalesce(x_{name}::varchar, '{NOT_GIVEN}')" for name in ACROSS}
IN_HOURS = f"coalesce(x_in_hours::varchar, '{NOT_GIVEN}')"
"""Whether the case began in working hours; where the calendar is known."""


def used_names(process: Process, settings: Settings, also: Iterable[str]) -> frozenset[str]:
    """Every name that a control point, the settings or the caller may split by or ask for."""
    points = process.control_points.values()
    names = {name for point in points for name in point.by or ()} | set(settings.audit.segments) | set(also)
    conditions = [point.where for point in points] + [
        Expr.parse(value) for point in points for value in _conditions(point.parameters)
    ]
    for condition in conditions:
        if condition:
            names |= {node.name for node in condition.nodes() if isinstance(node, Name)}
    return frozenset(names)


def _conditions(parameters: dict[str, object]) -> Iterator[str]:
    """The condition of a share; checked elsewhere, so one that cannot be read is left to that check."""
    value = parameters.get("of")
    flag = str(value).strip() in ACROSS
    if flag or (isinstance(value, str) and any(sign in value for sign in "=<>")) or " in " in str(value):
        yield str(value)


def column_sql(
    name: str,
    process: Process,
    attributes: Iterable[str],
    fidelity: Fidelity,
    working: WorkingTime | None = None,
) -> str | None:
    """A dimension as text over the wide row; None where nothing of that name is known. Not given is the empty text."""
    if name in process.dimensions:
        return _of_process(process.dimensions[name], process, fidelity)
    if name in attributes:
        return f"coalesce({quote(f'a_{name}')}::varchar, '{NOT_GIVEN}')"
    if name in DERIVED:
        return DERIVED[name].format(at=working.local if working else "local_at")
    if name == "in_hours":
        return IN_HOURS if working else None
    if name in ACROSS:
        return _LOOKED[name]
    return None


def _of_process(dimension: Dimension, process: Process, fidelity: Fidelity) -> str:
    if dimension.elapsed:
        return _bands(_seconds(dimension.elapsed, process, fidelity), dimension.bands, "never", seconds=True)
    return _bands(f"try_cast({quote(f'a_{dimension.of}')} as double)", dimension.bands, NOT_GIVEN, seconds=False)


def values_of(name: str, process: Process) -> tuple[str, ...] | None:
    """Every text a derived dimension can be, weekdays or the bands of the process; None where it may be anything."""
    match name:
        case "weekday":
            return WEEKDAYS
        case "hour":
            return HOURS
        case "weekday_hour":
            return tuple(f"{day} {hour}" for day in WEEKDAYS for hour in HOURS)
        case "half":
            return HALVES
        case "outcome":
            return ("won", "lost", "void", "open")
        case _ if name in process.dimensions:
            dimension = process.dimensions[name]
            return (*_labels(dimension.bands), "never" if dimension.elapsed else NOT_GIVEN)
    return None


def _labels(bands: Sequence[str]) -> tuple[str, ...]:
    """`<= 1h`, `<= 24h`, `> 24h` as the bands were written."""
    return (*(f"<= {band}" for band in bands), f"> {bands[-1]}") if bands else ()


def _bands(value: str, bands: Sequence[str], missing: str, *, seconds: bool) -> str:
    whens = []
    for band, label in zip(bands, _labels(bands), strict=False):
        limit = float(Span.parse(band).seconds) if seconds else float(band.replace("_", ""))
        whens.append(f"when {value} <= {limit!r} then {text_literal(label)}")
    return f"case when {value} is null then '{missing}' {' '.join(whens)} else {text_literal(_labels(bands)[-1])} end"


def _seconds(pair: tuple[str, str], process: Process, fidelity: Fidelity) -> str:
    start, end = (_moment(point, process, fidelity, people=position == 1) for position, point in enumerate(pair))
    seconds = f"((epoch_us({end}) - epoch_us({start})) // 1000000)"
    return f"(case when {seconds} < 0 then 0 else {seconds} end)"


def _moment(point: str, process: Process, fidelity: Fidelity, *, people: bool) -> str:
    if point in mark_numbers(process):
        return quote(f"mark_{mark_numbers(process)[point]}")
    reached = entry(
        process, point, own=not is_stage(process, point), days=False, managers=False, people=people and fidelity.robots
    )
    return reached.moment


def marks_needed(process: Process, names: Iterable[str]) -> tuple[int, ...]:
    """Numbers of the marks whose first time the used dimensions need."""
    numbers, wanted = mark_numbers(process), frozenset(names)
    pairs = [d.elapsed for name, d in process.dimensions.items() if name in wanted and d.elapsed]
    return tuple(sorted({numbers[point] for pair in pairs for point in pair if point in numbers}))


def with_first_marks(rows: str, marks: tuple[int, ...]) -> str:
    """The rows of cases with `mark_K`, the first time of each of these marks in `marked`."""
    if not marks:
        return rows
    columns = ", ".join(f"min(happened_at) filter (mark_no = {number}) as mark_{number}" for number in marks)
    return f"""
select rows.*, first_mark.* exclude (case_key)
from ({rows}) as rows
left join (select case_key, {columns} from marked group by case_key) as first_mark
  using (case_key)"""


def looked(names: Container[str], attributes: Container[str]) -> tuple[str, ...]:
    """Those of `ACROSS` that are used, and can be known."""
    return tuple(name for name, (_, needs) in ACROSS.items() if name in names and needs in attributes)


def unknown(names: Container[str], attributes: Container[str]) -> str:
    """Columns (x_NAME) of those that are used and cannot be known, empty."""
    wanted = [(name, kind) for name, (kind, needs) in ACROSS.items() if name in names and needs not in attributes]
    return "".join(f", null::{kind} as x_{name}" for name, kind in wanted)


def across(table: str, names: Sequence[str]) -> str:
    """A query of case_key and what looks across cases (x_NAME)."""
    found = {"returning": _RETURNING, "load": _LOAD, "swept": _SWEPT}
    opened = _OPEN.format(table=table) if "load" in names else ""
    return f"select rows.case_key, {', '.join(found[name] for name in names)} from {table} as rows{opened}"


_RETURNING = """
case when a_client is not null then row_number() over (
  partition by a_client order by started_at, case_id) > 1 end as x_returning"""

# Ten or more of one manager's closed within five minutes before and after: nobody handles cases at that pace.
_SWEPT = """
case when a_manager is not null and ended_at is not null then count(*) over (
  partition by a_manager, ended_at is null
  order by ended_at
  range between interval 5 minute preceding and interval 5 minute following) >= 10 end as x_swept"""

_LOAD = "arrival.open_before as x_load"

# An end at the moment of an arrival comes first: what is over is no load.
_OPEN = """
left join (
  select case_key,
         coalesce(sum(change) over (
           partition by a_manager
           order by moment, change, case_id
           rows between unbounded preceding and 1 preceding), 0)::bigint as open_before,
         change
  from (
    select case_key, case_id, a_manager, started_at as moment, 1 as change
    from {table}
    where a_manager is not null
    union all
    select case_key, case_id, a_manager, ended_at, -1
    from {table}
    where a_manager is not null
      and ended_at is not null)) as arrival
  on arrival.case_key = rows.case_key
  and arrival.change = 1"""


def create_segments(engine: Engine, process: Process) -> None:
    """`segments(code, dimension, segment)`: a number for every value of every dimension; empty."""
    engine.execute(f"""
create or replace temp table {relation(process, "segments")} (code integer, dimension varchar, segment varchar)""")


def add_segments(engine: Engine, process: Process, found: Iterable[tuple[str, str, str]]) -> None:
    """Number the values that have no number yet, in their order; `found`: dimension, its text as SQL, rows to read."""
    segments = relation(process, "segments")
    seen = [
        f"select distinct {text_literal(name)} as dimension, {sql} as segment from {rows}" for name, sql, rows in found
    ]
    if seen:
        engine.execute(f"""
insert into {segments}
select (select count(*) from {segments}) + row_number() over (order by dimension, segment), dimension, segment
from ({" union all ".join(seen)})
anti join {segments} using (dimension, segment)
order by dimension, segment""")


def add_halves(engine: Engine, process: Process, middle: datetime) -> tuple[str, str]:
    """Number both halves of the period; gives the text and the number of a case's half as SQL over `cases`."""
    late = f"local_at > {moment_sql(middle)}"
    add_segments(engine, process, [(HALF, HALF, f"(select unnest({list(HALVES)}) as half)")])
    numbers = f"select code from {relation(process, 'segments')} where dimension = '{HALF}' order by segment"
    first, second = (int(str(row[0])) for row in engine.rows(numbers))
    text = "case when {late} then {second} else {first} end"
    return (
        text.format(late=late, first=text_literal(HALVES[0]), second=text_literal(HALVES[1])),
        text.format(late=late, first=first, second=second),
    )


def sources_of(
    process: Process, rows: str, looked: Sequence[str], found: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What `add_segments` takes: dimensions of these rows; those `looked` across cases for are read of `across`."""
    across = relation(process, "across")
    return [(name, sql, across if name in looked and sql == _LOOKED[name] else rows) for name, sql in found.items()]


def coded(process: Process, rows: str, looked: Sequence[str], partition: Partition, found: Mapping[str, str]) -> str:
    """The rows of a partition with what looks across cases, and `k_NAME`, the numbers of their segments.

    Every row has its segment; but of inner joins DuckDB expects few rows, and would hash the wide ones.
    """
    codes, joins = [], []
    if looked:
        codes.append("across.* exclude (case_key)")
        joins.append(f"""
left join (from {relation(process, "across")} where {partition.sql("case_key")}) as across using (case_key)""")
    for number, (name, sql) in enumerate(found.items()):
        codes.append(f"s{number}.code as {quote(f'k_{name}')}")
        joins.append(f"""
left join {relation(process, "segments")} as s{number}
  on s{number}.dimension = {text_literal(name)}
  and s{number}.segment = ({sql})""")
    return f"select {', '.join(('rows.*', *codes))} from {rows} as rows {''.join(joins)}"
