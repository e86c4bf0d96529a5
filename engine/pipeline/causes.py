"""Causes tested on the cases of an audit: how many were exposed, and how many of them did what they should (D15)."""

from collections.abc import Mapping

from engine.definitions.condition import Call, Name
from engine.definitions.process import Process
from engine.definitions.rule import Cause, Rule
from engine.events.log import EventLog, mark_numbers
from engine.kpis.compute import Request
from engine.kpis.exposed import exposed_cases
from engine.pipeline.comparing import nobodies
from engine.pipeline.filled import too_empty
from engine.rules.applies import Units, applied
from engine.rules.causes import Exposure, causes_of
from engine.rules.finding import CauseVerdict
from engine.rules.mantel import Stratum
from engine.workspace import Workspace


class Causes:
    """Tests the causes of a rule on the logs of an audit."""

    def __init__(self, logs: Mapping[str, EventLog], workspace: Workspace, units: Units) -> None:
        self._logs, self._settings, self._units = logs, workspace.settings, units

    def of(self, rule: Rule, process: Process) -> tuple[CauseVerdict, ...]:
        """What the data say of every cause of a rule in a process."""
        log = self._logs[process.process]
        places = applied((rule,), (process,), self._units)
        exposures = {}
        for cause in rule.causes:
            if cause.exposure is None or not places:
                continue
            missing = _missing(cause, log) or (("stage_history",) if process.counters else ())
            missing = missing or _empty(cause, log, nobodies(self._settings))
            if missing:
                exposures[cause.name] = Exposure(missing=missing)
                continue
            point = process.control_points[places[0].control_point]
            request = Request(control_point=point, where=rule.where)
            limit = _limit(log, rule, point.name)
            exposures[cause.name] = _counted(log, request, cause, limit)
        return causes_of(rule, exposures, self._settings.answers, self._settings.locale)


def _empty(cause: Cause, log: EventLog, nobody: tuple[str, ...]) -> tuple[str, ...]:
    """Fields a cause rests on that are mostly not filled in; that nobody is named may be the cause itself."""
    assert cause.exposure is not None
    names = {*cause.needs, *(name.name for name in cause.exposure.names())} - {"manager"}
    return tuple(sorted(name for name in names if too_empty(log, name, nobody)))


def _limit(log: EventLog, rule: Rule, point: str) -> float | None:
    """The limit as it was judged: working days in seconds, the client's own months as their value."""
    place = {"rule": rule.name, "process": log.process.process, "point": point}
    sql = (
        "select coalesce(yellow, red) from limits where rule = $rule and process = $process and control_point = $point"
    )
    return next((float(str(row[0])) for row in log.engine.rows(sql, place) if row[0] is not None), None)


def _counted(log: EventLog, request: Request, cause: Cause, limit: float | None) -> Exposure:
    assert cause.exposure is not None
    needs = [name for name in cause.needs if name in log.attributes]
    counts = exposed_cases(log, request, cause.exposure, limit, needs)
    if counts is None:
        return Exposure(missing=(request.control_point.name,))
    return Exposure(
        n_exposed=counts.exposed,
        hits_exposed=counts.exposed - counts.exposed_missed,
        n_unexposed=counts.unexposed,
        hits_unexposed=counts.unexposed - counts.unexposed_missed,
        months=tuple(
            Stratum(
                n1=month.exposed,
                hits1=month.exposed - month.exposed_missed,
                n0=month.unexposed,
                hits0=month.unexposed - month.unexposed_missed,
            )
            for month in counts.months
        ),
    )


def _missing(cause: Cause, log: EventLog) -> tuple[str, ...]:
    """What a cause needs and the log does not have: attributes, dimensions, marks that never happened."""
    assert cause.exposure is not None
    asked = {*cause.needs, *(name.name for name in cause.exposure.names())}
    counted = {
        argument.name
        for call in cause.exposure.nodes()
        if isinstance(call, Call)
        for argument in call.arguments
        if isinstance(argument, Name)
    }
    marks, states = mark_numbers(log.process), {state.name for state in log.process.states}
    lacking = [name for name in asked | counted if not _known(name, log, marks, states)]
    undated = _undated(asked & set(log.process.dimensions), counted & states, log)
    return tuple(sorted({*lacking, *undated}))


def _undated(dimensions: set[str], counted: set[str], log: EventLog) -> tuple[str, ...]:
    """The history of stages, where a condition counts entries or takes a time that the sources cannot tell."""
    spans = [log.process.dimensions[name].elapsed for name in dimensions]
    times = all(log.given.gap_of(span) == 0 and all(map(log.given.dated, span)) for span in spans if span)
    return () if times and (log.given.returns or not counted) else ("stage_history",)


def _known(name: str, log: EventLog, marks: Mapping[str, int], states: set[str]) -> bool:
    if name in marks:
        sql = f"select count(*) from (select 1 from {log.relation('marks')} where mark_no = {marks[name]} limit 1)"
        return log.engine.row(sql)[0] != 0
    return name in states or name in log.columns
