"""An audit before there is data: what the definitions alone say, for the programme and the regulation."""

from collections.abc import Callable, Sequence
from datetime import datetime

from engine.audit import Audit, AuditPeriod
from engine.engines.duckdb import Engine
from engine.errors import EventLogError
from engine.events.report import SourceReport
from engine.pipeline.auditing import Result, audit, engine_version
from engine.pipeline.checks import units_of
from engine.pipeline.opening import asked
from engine.pipeline.shown import measured_points, rules_shown
from engine.pipeline.working_limits import with_working_days
from engine.rules.applies import Applied, applied
from engine.workspace import Workspace


def without_data(workspace: Workspace) -> Audit:
    """An audit with control points and rules, and nothing measured."""
    settings, processes = workspace.settings, tuple(workspace.processes.values())
    units = units_of(processes)
    return Audit(
        voronka=engine_version(),
        client=settings.client,
        locale=settings.locale,
        currency=settings.currency,
        time_zone=settings.time_zone,
        definitions_sha256=workspace.definitions_sha256,
        as_of=None,
        period=AuditPeriod(since=None, until=None, grain=settings.audit.period),
        control_points=measured_points(processes, workspace.rules, (), units, settings.locale),
        rules=rules_shown(workspace.rules, settings.locale),
        segments=settings.audit.segments,
    )


_NO_DATA = frozenset({"missing-file", "no-events", "no-cases"})


def audited(
    workspace: Workspace, store: Engine, read: Callable[[], Sequence[SourceReport]], now: datetime
) -> Result | None:
    """The audit of what the sources hold; None where there is no data yet. EventLogError where it cannot be read."""
    try:
        return audit(workspace, store, read(), asked(workspace, now=now))
    except EventLogError as error:
        if {problem.code for problem in error.problems} <= _NO_DATA:
            return None
        raise


def limits_of(workspace: Workspace) -> tuple[Applied, ...]:
    """Which rule puts which limit on which control point; working days are seconds of the calendar."""
    processes = tuple(workspace.processes.values())
    return applied(with_working_days(workspace).rules, processes, units_of(processes))
