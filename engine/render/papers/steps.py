"""A process step by step: what is done at each stage, by whom, within which time, what is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.process import Process, State, Transition
from engine.render.papers.points import PointDefined, of_stage
from engine.render.papers.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A state of the process. `number` is "" beside the way; `onwards`, `lost`, `void`: the moves out of it.

    `deadlines`: limits on time at this stage; `escalates`: who is told when one is missed.
    """

    number: str
    title: str
    responsible: str
    work: str
    record: tuple[str, ...]
    onwards: tuple[str, ...]
    lost: tuple[str, ...]
    void: tuple[str, ...]
    deadlines: tuple[str, ...]
    escalates: tuple[str, ...]
    points: tuple[PointDefined, ...]


def steps_of(terms: Terms, process: Process, points: Sequence[PointDefined]) -> tuple[StepShown, ...]:
    """The stages in the order of the happy path, then the other states that are worked in."""
    beside = [state.name for state in process.states if state.name not in process.happy_path and not state.final]
    named = {state.name: state for state in process.states}
    on_path = [name for name in process.happy_path if not named[name].final]
    numbers = {name: str(number) for number, name in enumerate(on_path, 1)}
    return tuple(_step(terms, process, named[name], numbers.get(name, ""), points) for name in (*on_path, *beside))


def _step(terms: Terms, process: Process, state: State, number: str, points: Sequence[PointDefined]) -> StepShown:
    own = tuple(of_stage(points, state.name))
    timed = [point for point in own if point.kind == "time" and point.limit]
    out = [one for one in process.transitions if state.name in process.sources_of(one)]
    ends = {one.name: one.outcome for one in process.states}
    role = terms.text(state.responsible)
    return StepShown(
        number=number,
        title=terms.text(state.title, state.name),
        responsible=terms.who(role),
        work=terms.text(state.work) or _work(terms, process, [one for one in out if ends[one.dest] in (None, "won")]),
        record=tuple(terms.text(one) for one in state.record) or (_record(terms, state),),
        onwards=_moves(terms, process, out, ends, (None, "won")),
        lost=_moves(terms, process, out, ends, ("lost",)),
        void=_moves(terms, process, out, ends, ("void",)),
        deadlines=tuple(terms.t("papers.deadline", what=point.title, limit=point.limit) for point in timed),
        escalates=_escalates(terms, role, timed),
        points=own,
    )


def _moves(
    terms: Terms,
    process: Process,
    out: Sequence[Transition],
    ends: Mapping[str, str | None],
    wanted: tuple[str | None, ...],
) -> tuple[str, ...]:
    found = (one for one in out if ends[one.dest] in wanted)
    return tuple(dict.fromkeys(_move(terms, process, one) for one in found))


def _move(terms: Terms, process: Process, one: Transition) -> str:
    to = terms.state(process, one.dest)
    return terms.t("papers.move", what=terms.text(one.title), to=to) if one.title else to


def _work(terms: Terms, process: Process, onwards: Sequence[Transition]) -> str:
    """Where the definition does not say what is done: what the case is to be brought to."""
    aims = dict.fromkeys(terms.state(process, one.dest) for one in onwards)
    return terms.t("papers.work", aims=", ".join(aims)) if aims else ""


def _record(terms: Terms, state: State) -> str:
    return terms.t("papers.record", stage=terms.text(state.title, state.name))


def _escalates(terms: Terms, role: str, timed: Sequence[PointDefined]) -> tuple[str, ...]:
    """Who hears of a missed limit: the one who answers for it, where that is another than who does the work."""
    lines = [
        terms.t("papers.escalate", what=point.title, limit=point.beyond, who=point.responsible)
        for point in timed
        if point.role and point.role != role and point.beyond
    ]
    return tuple(dict.fromkeys(lines))
