"""Reaction and result of an audit (D16): for each process that measures its reaction, what comes of a quick answer."""

from collections.abc import Iterator, Mapping

from engine.definitions.document import Span
from engine.definitions.process import ControlPoint, Process
from engine.engines.sql import quote
from engine.events.log import EventLog, mark_numbers, state_numbers
from engine.events.reached import entries_of, entry, is_stage
from engine.pipeline.breaches import Credits
from engine.rules.dose import LANDMARKS, Dose, DoseTarget, dose

ALIKE = ("source", "manager")
"""What cases are compared within, where it is known."""


def reactions(credits: Credits, logs: Mapping[str, EventLog]) -> tuple[Dose, ...]:
    """One for each process with a reaction and an outcome, in the order of the processes; the rest have none."""
    return tuple(found for log in logs.values() for found in _of_process(credits, log))


def _of_process(credits: Credits, log: EventLog) -> Iterator[Dose]:
    reaction, outcome = reaction_of(log.process), outcome_of(log.process)
    # A date without a time cannot tell a quarter of an hour from a day.
    if reaction is None or outcome is None or log.has_days:
        return
    table = credits.table(log.process.process, outcome.name)
    if table is None:
        return
    answered = str(reaction.parameters["to"])
    strata = tuple(name for name in ALIKE if name in log.dimensions)
    target = DoseTarget(
        process=log.process.process,
        control_point=reaction.name,
        outcome=outcome.name,
        relation=_relation(credits, log, table, answered, str(outcome.parameters["to"]), strata),
        strata=tuple(f"d_{name}" for name in strata),
        bands=bands_of(log.process, answered),
        described="by_now",
    )
    found = dose(log.engine, target)
    # Bands alone would be taken for an answer: they stand beside a comparison, or not at all.
    if any(mark.difference is not None for mark in found.landmarks):
        yield found


def reaction_of(process: Process) -> ControlPoint | None:
    """The control point of the first answer: a time (else a share within a time) from the first state on."""
    for kpi in ("elapsed", "within"):
        for point in process.control_points.values():
            known = point.parameters
            if point.kpi == kpi and known.get("from") == process.initial and _answers(process, str(known.get("to"))):
                return point
    return None


def _answers(process: Process, point: str) -> bool:
    """Whether a point can be an answer: a mark, or a state in which the case goes on."""
    return point in mark_numbers(process) or any(s.name == point and not s.final for s in process.states)


def outcome_of(process: Process) -> ControlPoint | None:
    """The control point of the result: the conversion of all cases to a state that is won."""
    won = {state.name for state in process.states if state.outcome == "won"}
    for point in process.control_points.values():
        ends = point.parameters.get("from"), point.parameters.get("to")
        if point.kpi == "conversion" and ends[0] == process.initial and ends[1] in won and point.where is None:
            return point
    return None


def bands_of(process: Process, answered: str) -> tuple[int, ...]:
    """The bands of the process's own dimension of that time, in seconds; the landmarks where it has none."""
    for dimension in process.dimensions.values():
        if dimension.elapsed == (process.initial, answered):
            return tuple(int(Span.parse(band).seconds) for band in dimension.bands)
    return LANDMARKS


# `greatest` takes null for nothing: an answer that never came would be one at once.
_SECONDS = "case when {end} is not null then greatest(date_diff('microsecond', {start}, {end}) // 1000000, 0) end"


def _relation(credits: Credits, log: EventLog, table: str, answered: str, won: str, strata: tuple[str, ...]) -> str:
    """The view that `rules.dose` reads; `by_now`: whether the case has got to the result by today."""
    assert log.process.initial is not None
    start = f"coalesce(first_{state_numbers(log.process)[log.process.initial]}, started_at)"
    joins = f"join {log.relation('cases')} as cases using (case_key)"
    if answered in mark_numbers(log.process):
        first = entries_of(log.process, answered, own=True, people=log.robots_known)
        marks = f"select case_key, min(happened_at) as answered_at from ({first}) group by case_key"
        joins += f" left join ({marks}) as answer using (case_key)"
        moment = "answered_at"
    else:
        own = not is_stage(log.process, answered)
        people = log.robots_known
        moment = entry(log.process, answered, own=own, days=False, managers=False, people=people).moment
    # Where no state says lost, only wins would be left out as ended, and an early win is what a quick answer brings.
    ended = "ended_at" if log.process.lost == "recorded" else "null::timestamp"
    ends = {"answered": moment, "ended": ended, "watched": "observed_until"}
    seconds = [f"({_SECONDS.format(start=start, end=end)})::double as {name}_seconds" for name, end in ends.items()]
    reached = entry(log.process, won, own=not is_stage(log.process, won), days=False, managers=False).moment
    by_now = f"({reached} is not null)::integer::double as by_now"
    columns = (*seconds, by_now, "credit", *(f"of.{quote(f'd_{name}')}" for name in strata))
    return credits.view(log, table, columns, strata, joins)
