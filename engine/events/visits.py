"""Visits, marks and the wide row of each case, made from events, one partition of cases at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.definitions.process import Process
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.log import relation, state_numbers

Kind = Literal["state", "mark"] | None
"""Events that enter a state, that set a mark, or all of them."""
FINAL_LAST = 20_000
OFF_PATH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """What the events of this log carry beyond state and time; what they do not is not computed.

    `gaps`: some events do not say who held the case.
    """

    days: bool
    managers: bool
    gaps: bool
    robots: bool
    marks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Which cases: those whose key has this remainder."""

    number: int
    of: int

    def sql(self, column: str) -> str:
        """A condition on a case key."""
        return f"{column} % {self.of} = {self.number}" if self.of > 1 else "true"


def create_points(engine: Engine, process: Process, allowed: frozenset[tuple[str, str]]) -> None:
    """`points`: what a name of a state or mark is in the relations, and its order at equal times; `allowed` moves."""
    numbers, order = state_numbers(process), process.stage_order
    engine.execute(f"""
create or replace temp table {relation(process, "points")} (
  name varchar, state_no utinyint, mark_no usmallint, rank usmallint, stage_no usmallint, final boolean,
  outcome varchar)""")
    states = [
        (
            state.name,
            numbers[state.name],
            None,
            FINAL_LAST if state.final else order.get(state.name, OFF_PATH),
            order.get(state.name),
            state.final,
            state.outcome,
        )
        for state in process.states
    ]
    marks = [(mark.name, None, number, OFF_PATH, None, False, None) for number, mark in enumerate(process.marks)]
    columns = ("name", "state_no", "mark_no", "rank", "stage_no", "final", "outcome")
    engine.insert(relation(process, "points"), columns, [*states, *marks])
    moves = sorted((numbers[a], numbers[b]) for a, b in allowed)
    engine.execute(
        f"create or replace temp table {relation(process, 'allowed')} (from_state utinyint, to_state utinyint)"
    )
    engine.insert(relation(process, "allowed"), ("from_state", "to_state"), list(moves))


def create_tables(engine: Engine, process: Process, fidelity: Fidelity, table: str) -> None:
    """Empty tables of visits and marks (`table`: the kind of table), and the views that add what the log has not."""
    rows = quote(f"{process.process}:visit_rows")
    stored = "".join(f", {name} {kind}" for name, kind, _, there in _optional(fidelity) if there)
    engine.execute(f"""
create or replace {table} {rows} (
  case_key ubigint, state_no utinyint, visit_no uinteger, entered_at timestamp, left_at timestamp,
  next_state_no utinyint{stored})""")
    engine.execute(f"create or replace temp view {relation(process, 'visits')} as {_completed(rows, fidelity)}")
    engine.execute(f"""
create or replace {table} {relation(process, "marks")} (
  case_key ubigint, mark_no usmallint, happened_at timestamp, seq bigint, actor_kind varchar, day_only boolean,
  manager_no integer)""")
    engine.execute(f"""
create or replace temp view {relation(process, "moves")} as
select visit.case_key,
       visit.state_no as from_state,
       visit.next_state_no as to_state,
       visit.left_at as moved_at,
       allowed.from_state is not null as allowed
from {rows} as visit
left join {relation(process, "allowed")} as allowed
  on allowed.from_state = visit.state_no
  and allowed.to_state = visit.next_state_no
where visit.next_state_no is not null""")


def _optional(fidelity: Fidelity) -> tuple[tuple[str, str, str, bool], ...]:
    """Name, type, value where the log does not have it, and whether it has."""
    return (
        ("day_only", "boolean", "false", fidelity.days),
        ("manager_no", "integer", "null::integer", fidelity.managers),
        ("person_at", "timestamp", "entered_at", fidelity.robots),
    )


def _completed(rows: str, fidelity: Fidelity) -> str:
    """The stored visits with every column that readers of visits may name."""
    added = "".join(f", {value} as {name}" for name, _, value, there in _optional(fidelity) if not there)
    return f"""
select *, next_state_no is null and left_at is null as is_open{added}
from {rows}"""


def add_visits(engine: Engine, process: Process, partition: Callable[[Kind], str], fidelity: Fidelity) -> None:
    """Append the visits (and marks) of the cases of a partition: a query with a row per event, its `rank` included.

    Those of these cases alone stay in `visited` and `marked`, until the next or `drop_partition`.
    """
    held = fidelity.managers and fidelity.gaps
    if held:
        engine.execute(f"create or replace temp table held as {_held(partition(None))}")
    states, marked = ("from held", "from held") if held else (partition("state"), partition("mark"))
    marks = relation(process, "marks")
    engine.execute(f"create or replace temp table marked as from {marks} limit 0")
    if fidelity.marks:
        engine.execute(f"""
insert into marked
select case_key, mark_no, happened_at, seq, actor_kind, day_only, manager_no
from ({marked})
where mark_no is not null
order by case_key, happened_at, seq""")
        engine.execute(f"insert into {marks} from marked")
    engine.execute(f"create or replace temp table walked as {_walked(states, fidelity)}")
    repeats = engine.row("select count(*) from walked where before = state_no")[0]
    visits = _merged(fidelity) if repeats or fidelity.robots else _as_walked(fidelity)
    rows = quote(f"{process.process}:visit_rows")
    engine.execute(f"create or replace temp table visited as from {rows} limit 0")
    engine.execute(f"insert into visited {visits}")
    engine.execute(f"insert into {rows} from visited")
    engine.execute("drop table walked")
    if held:
        engine.execute("drop table held")


def drop_partition(engine: Engine) -> None:
    """Drop what the last partition left."""
    engine.execute("drop table visited")
    engine.execute("drop table marked")


def _held(events: str) -> str:
    """Each event with the manager who held the case then: the value of its last event at or before (D21)."""
    return f"""
select * replace (
         last_value(manager_no ignore nulls) over (
           partition by case_key
           order by happened_at, rank, seq
           rows between unbounded preceding and current row) as manager_no)
from ({events})"""


def _walked(events: str, fidelity: Fidelity) -> str:
    """The states of each case in order: time, happy path first, file order, a final state last."""
    extra = _extra(fidelity, "")
    return f"""
select case_key,
       state_no,
       (row_number() over walk)::uinteger as place,
       happened_at,
       left_at,
       lag(state_no) over walk as before,
       lead(state_no) over walk as after,
       lead(happened_at) over walk as after_at{extra}
from ({events})
where state_no is not null
window walk as (partition by case_key order by happened_at, rank, seq)"""


def _extra(fidelity: Fidelity, indent: str) -> str:
    names = [
        name
        for name, there in (
            ("day_only", fidelity.days),
            ("manager_no", fidelity.managers),
            ("actor_kind", fidelity.robots),
        )
        if there
    ]
    return "".join(f",\n{indent}       {name}" for name in names)


def _as_walked(fidelity: Fidelity) -> str:
    """No state follows itself: every event is a visit."""
    return f"""
select case_key, state_no, place, happened_at, coalesce(left_at, after_at), after{_extra(fidelity, "")}
from walked"""


def _merged(fidelity: Fidelity) -> str:
    """Equal consecutive states are one visit; `person_at` is its first event that was not a robot's."""
    days = ",\n         arg_min(day_only, place) as day_only" if fidelity.days else ""
    manager = ",\n         arg_min(manager_no, place) as manager_no" if fidelity.managers else ""
    person = ""
    if fidelity.robots:
        person = ",\n         min(happened_at) filter (actor_kind is distinct from 'robot') as person_at"
    names = "".join(
        f", {name}" for name, there in (("day_only", days), ("manager_no", manager), ("person_at", person)) if there
    )
    return f"""
with numbered as (
  select *,
         (sum((before is distinct from state_no)::int) over (
           partition by case_key order by place))::uinteger as visit_no
  from walked),
visit as (
  select case_key,
         any_value(state_no) as state_no,
         visit_no,
         min(happened_at) as entered_at,
         max(left_at) as declared{days}{manager}{person}
  from numbered
  group by case_key, visit_no)
select case_key,
       state_no,
       visit_no,
       entered_at,
       coalesce(declared, lead(entered_at) over walk),
       lead(state_no) over walk{names}
from visit
window walk as (partition by case_key order by visit_no)"""


def wide(process: Process, fidelity: Fidelity) -> str:
    """A query: a row per case of `visited` with its entries pivoted by state, how it began and where it rests."""
    numbers = state_numbers(process)
    columns = []
    for number in numbers.values():
        inside = f"filter (state_no = {number})"
        columns.append(f"min(entered_at) {inside} as first_{number}")
        if fidelity.days:
            columns.append(f"arg_min(day_only, entered_at) {inside} as day_{number}")
        if fidelity.managers:
            columns.append(f"arg_min(manager_no, entered_at) {inside} as manager_{number}")
        if fidelity.robots:
            columns.append(f"min(person_at) {inside} as person_{number}")
    if fidelity.days:
        columns.append("arg_max(day_only, visit_no) as ended_day")
    stages = [numbers[state] for state in process.happy_path]
    starts = ", ".join(str(numbers[state]) for state in process.start_states)
    path = ", ".join(f"first_{number}" for number in stages)
    begins = " ".join(f"when first_{number} then {stage}" for stage, number in enumerate(stages))
    final = ", ".join(str(numbers[state.name]) for state in process.states if state.final)
    outcomes = " ".join(
        f"when {numbers[state.name]} then '{state.outcome or 'lost'}'" for state in process.states if state.final
    )
    pivoted = ",\n         ".join(columns)
    return f"""
with entered as (
  select case_key,
         min(entered_at) as started_at,
         min(state_no) filter (visit_no = 1) as initial_state,
         min(state_no) filter (next_state_no is null) as resting_state,
         max(entered_at) as last_entry,
         {pivoted}
  from ({_completed("visited", fidelity)})
  group by case_key)
select entered.* exclude (last_entry),
       {f"initial_state not in ({starts})" if starts else "false"} as truncated,
       case
         when not truncated then 0
         {f"else case least({path}) {begins} else 9999 end" if path else "else 9999"}
       end::usmallint as begins,
       {f"case resting_state {outcomes} else 'open' end" if outcomes else "'open'"} as outcome,
       {f"case when resting_state in ({final}) then last_entry end" if final else "null::timestamp"} as ended_at
from entered"""
