"""When a case reached a point (D7): SQL over the wide `cases`, one expression per end of a pair."""

from dataclasses import dataclass

from engine.definitions.process import Process
from engine.events.log import mark_numbers, relation, state_numbers


@dataclass(frozen=True, slots=True)
class Reached:
    """SQL over a relation of cases: the moment, if it is a date only, the number of who held the case; joins it needs.

    `member` is false for cases of which the log does not show the beginning (truncated before this point).
    """

    moment: str
    day_only: str
    manager: str
    own: str
    member: str = "true"


def is_stage(process: Process, point: str) -> bool:
    """Whether a point lies on the happy path."""
    return point in process.happy_path


def stages_from(process: Process, point: str) -> tuple[int, ...]:
    """Numbers of a stage and every later one of the happy path; of any other state its own."""
    numbers = state_numbers(process)
    if not is_stage(process, point):
        return (numbers[point],)
    path = process.happy_path
    return tuple(numbers[state] for state in path[path.index(point) :])


def entry(process: Process, point: str, *, own: bool, days: bool, managers: bool, people: bool = False) -> Reached:
    """First entry of a state; of a stage, unless `own`, of the stage or a later one. `people`: robots do not count."""
    numbers = state_numbers(process)
    first = "person" if people else "first"
    mine = f"{first}_{numbers[point]}"
    states = (numbers[point],) if own else stages_from(process, point)
    moment = mine if len(states) == 1 else f"least({', '.join(f'{first}_{k}' for k in states)})"
    return Reached(
        moment=moment,
        day_only=_of_first(moment, states, first, "day") if days else "false",
        manager=_of_first(moment, states, first, "manager") if managers else "null::integer",
        own=mine,
        member=member(process, point),
    )


def member(process: Process, point: str) -> str:
    """Condition: the log shows when the case reached the point, for it begins there or before, or entered it later.

    The last are cases whose clocks run backwards (a deal won before its first contact): they have arrived, at 0.
    """
    if not is_stage(process, point):
        return "true"
    return f"(begins <= {process.happy_path.index(point)} or first_{state_numbers(process)[point]} is not null)"


def out_of_order(process: Process) -> str:
    """Condition: the clock of the case contradicts the order of the stages that it entered."""
    path = [f"first_{state_numbers(process)[state]}" for state in process.happy_path]
    later = [f"least({', '.join(path[i + 1 :])}) < {path[i]}" for i in range(len(path) - 1)]
    return " or ".join(later) or "false"


def _of_first(moment: str, states: tuple[int, ...], first: str, what: str) -> str:
    if len(states) == 1:
        return f"{what}_{states[0]}"
    whens = " ".join(f"when {first}_{k} then {what}_{k}" for k in states)
    return f"(case {moment} {whens} end)"


def entries_of(process: Process, point: str, *, own: bool, people: bool = False) -> str:
    """A query of every entry of a point: case_key, happened_at, day_only, manager_no. `people`: robots do not count."""
    marks = mark_numbers(process)
    if point in marks:
        by_people = "\n  and actor_kind is distinct from 'robot'" if people else ""
        return f"""
select case_key, happened_at, day_only, manager_no
from {relation(process, "marks")}
where mark_no = {marks[point]}{by_people}"""
    states = (state_numbers(process)[point],) if own else stages_from(process, point)
    moment = "person_at" if people else "entered_at"
    return f"""
select case_key, {moment} as happened_at, day_only, manager_no
from {relation(process, "visits")}
where state_no in ({", ".join(map(str, states))})"""
