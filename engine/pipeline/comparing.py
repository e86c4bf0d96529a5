"""Managers of an audit compared like for like: on the result of each process, and on every limit that is breached."""

from collections.abc import Iterator, Mapping, Sequence

from engine.definitions.settings import Settings
from engine.events.log import EventLog
from engine.pipeline.breaches import Better, Breach, Credits, given, own_names
from engine.pipeline.reactions import outcome_of
from engine.rules.managers import ManagerCompared, ManagersTarget, managers_compared

ALIKE = ("source", "returning")
"""Which cases are alike: by where the client came from, and whether he came before."""


def compare_managers(
    credits: Credits, logs: Mapping[str, EventLog], breached: Sequence[Breach], settings: Settings
) -> tuple[ManagerCompared, ...]:
    """All managers of all these control points at once: whom to call worse is decided over the audit as a whole."""
    nobody = nobodies(settings)
    targets = []
    for process, point, table, better in _tables(credits, logs, breached):
        log = logs[process]
        if "manager" not in log.dimensions or "manager" in own_names(log, log.process.control_points[point]):
            continue
        # Without clients nobody is known to have come before.
        alike = [
            name for name in ALIKE if name in log.dimensions and (name != "returning" or "client" in log.attributes)
        ]
        strata = tuple(f"d_{name}" for name in alike)
        columns = ("credit", *map(given, alike), given("manager", but=nobody))
        target = ManagersTarget(
            process=process,
            control_point=point,
            relation=credits.view(log, table, columns, (*alike, "manager")),
            strata=strata,
            better=better,
        )
        targets.append(target)
    return managers_compared(credits.engine, targets) if targets else ()


def nobodies(settings: Settings) -> tuple[str, ...]:
    """Words that sources put where a case has no manager."""
    named = [source.attributes["manager"] for source in settings.sources if "manager" in source.attributes]
    return tuple(sorted({attribute.empty_as for attribute in named if attribute.empty_as}))


def _tables(
    credits: Credits, logs: Mapping[str, EventLog], breached: Sequence[Breach]
) -> Iterator[tuple[str, str, str, Better]]:
    """Process, control point, table of credits, which way is better: each control point once."""
    seen = set()
    for breach in breached:
        table = credits.of(breach) if not breach.variant else None
        if table:
            seen.add((breach.process, breach.control_point))
            yield breach.process, breach.control_point, table, breach.better if breach.unit == "ratio" else "higher"
    for process, log in logs.items():
        outcome = outcome_of(log.process)
        if outcome and (process, outcome.name) not in seen and (table := credits.table(process, outcome.name)):
            yield process, outcome.name, table, "higher"
