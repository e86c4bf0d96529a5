"""Whether the sources of a process can give a measure: what is lacking is named, so that it can be asked for."""

from typing import Literal

from engine.definitions.condition import Call, Expr, Name
from engine.events.log import EventLog, mark_numbers
from engine.kpis.durations import NotAssessable
from engine.kpis.measure import (
    Again,
    Age,
    BeganAgain,
    ByDeadline,
    Conforming,
    Cost,
    Entries,
    Holding,
    LostFrom,
    Measure,
    Money,
    Open,
    PerCase,
    Stay,
    Timed,
)

Lacks = Literal["stage_history", "created", "closed", "changed", "spend", "marks", "times"]


def lacks(log: EventLog, measure: Measure, clock: str, limit: float | None = None) -> Lacks | None:
    """What the sources do not have that the measure takes; `limit` in seconds: what a rule holds it to."""
    given = log.given
    match measure:
        case Timed() | ByDeadline():
            points = (str(measure.start), str(measure.end))
            coarse = _of_entries(log, points) or _too_coarse(log, measure, points, clock, limit)
            return coarse or _too_early(log, measure, points)
        case Stay():
            return "stage_history" if not given.history else None if given.ended else "closed"
        case Age(state=None) | BeganAgain() | Cost(per="case"):
            return None if given.started else "created"
        case Age():
            known = given.current or given.moves or measure.state in given.exact
            return None if known else "changed"
        case Entries():
            return _of_entries(log, (measure.of or log.process.initial or "",), whole=True)
        case Cost(per="won"):
            return None if _ends_dated(log, "won") else "closed"
        case Cost():
            return _of_entries(log, (measure.per,), whole=True)
        case PerCase():
            of_marks = measure.of in {mark.name for mark in log.process.marks} and measure.of in given.exact
            return None if given.returns or of_marks else "stage_history"
        case Again():
            return None if given.returns else "stage_history"
        case Holding(of=condition) if _unnoted(log, condition):
            return "marks"
        case LostFrom() | Conforming():
            return None if given.history else "stage_history"
        case _:
            return None


def _ends_dated(log: EventLog, outcome: str) -> bool:
    """Whether it is known when cases ended so."""
    ends = (state.name for state in log.process.states if state.outcome == outcome)
    return log.given.ended or all(end in log.given.exact for end in ends)


def _unnoted(log: EventLog, condition: Expr) -> bool:
    """Whether a condition counts a mark that nobody ever noted: then no case has it, and that says nothing."""
    numbers = mark_numbers(log.process)
    counted = {
        numbers[argument.name]
        for call in condition.nodes()
        if isinstance(call, Call)
        for argument in call.arguments
        if isinstance(argument, Name) and argument.name in numbers
    }
    sql = f"select count(distinct mark_no) from {log.relation('marks')} where mark_no in"
    return bool(counted) and log.engine.row(f"{sql} ({', '.join(map(str, sorted(counted)))})")[0] == 0


def check(log: EventLog, measure: Measure, clock: str, limit: float | None = None) -> None:
    """Raise NotAssessable with what is lacking."""
    lacking = lacks(log, measure, clock, limit)
    if lacking:
        raise NotAssessable(f"fidelity={lacking}")


def _of_entries(log: EventLog, points: tuple[str, ...], *, whole: bool = False) -> Lacks | None:
    """What entries of points lack; `whole`: all of them must show, those between two snapshots too."""
    final = {state.name for state in log.process.states if state.final}
    for point in points:
        if not (point in log.given.exact if whole else log.given.dated(point)):
            return "created" if point == log.process.initial else "closed" if point in final else "stage_history"
    # Whoever left is out of the waiting: without that date, or a history, he is not told from one who is still here.
    return None if log.given.ended or log.given.history else "closed"


def _too_coarse(
    log: EventLog, measure: Timed | ByDeadline, points: tuple[str, ...], clock: str, limit: float | None
) -> Lacks | None:
    """A date known within a week says nothing about hours, nor about the working part of them.

    A stage that cases begin to be counted at must be dated: who left it again between two snapshots was never seen.
    """
    if points[0] not in log.given.exact:
        return "stage_history"
    gap = log.given.gap_of(points)
    if not gap:
        return None
    span = measure.horizon if isinstance(measure, Timed) else None
    coarse = clock == "business" or not _fits(gap, limit) or (span is not None and not _fits(gap, span.seconds))
    return "stage_history" if coarse else None


def _too_early(log: EventLog, measure: Timed | ByDeadline, points: tuple[str, str]) -> Lacks | None:
    """A point that may have been later than its time says has no time that leads to it, nor a share within less."""
    start, end = (log.given.late.get(point, 0) for point in points)
    if not isinstance(measure, Timed) or not (start or end):
        return None
    longest = measure.horizon.seconds if measure.horizon else 0
    return "times" if (end and measure.quantile is not None) or 0 < longest < max(start, end) else None


def _fits(gap: int, limit: float | None) -> bool:
    return limit is None or gap <= limit


def interval_of(log: EventLog, measure: Measure) -> int:
    """By how many seconds the entries of a measure may stand too late: moves stand at the later of two snapshots."""
    match measure:
        case Timed() | ByDeadline():
            return log.given.gap_of((measure.start, measure.end))
        case Age(state=str() as state) if not log.given.current:
            return log.given.gap_of((state,))
        case _:
            return 0


def by_period(log: EventLog, measure: Measure) -> bool:
    """Whether the periods of a measure are known: when cases began, or ended, or who was where in the past."""
    given = log.given
    match measure:
        case Open(state=None):
            return given.started and given.ended
        case Open():
            return given.moves
        case Money(outcome="won" | "lost" | "void" as outcome):
            return _ends_dated(log, outcome)
        case _:
            return given.started
