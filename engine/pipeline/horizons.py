"""Horizons kept in the store: one per control point for all later audits, changed only by the user's `within` (D4)."""

from collections.abc import Iterable

from engine.engines.duckdb import Engine
from engine.engines.sql import Value
from engine.events.log import EventLog

_MAKE = "create table if not exists main.horizons (control_point varchar, pair varchar, seconds bigint)"


def kept(store: Engine, log: EventLog) -> dict[str, int]:
    """Horizons of earlier audits by `process.control_point`; one of other points of the process is not taken over."""
    if not store.exists("main", "horizons"):
        return {}
    pairs = _pairs(log)
    rows = store.rows("select control_point, pair, seconds from main.horizons order by all")
    return {str(name): int(str(seconds)) for name, pair, seconds in rows if pairs.get(str(name)) == pair}


def keep(store: Engine, logs: Iterable[EventLog]) -> None:
    """Remember the horizons that these logs were measured with."""
    store.execute(_MAKE)
    for log in logs:
        pairs = _pairs(log)
        rows = sorted((name, pairs[name], seconds) for name, seconds in log.horizons.items() if name in pairs)
        for name, pair, seconds in rows:
            store.execute("delete from main.horizons where control_point = $name", {"name": name})
            values: dict[str, Value] = {"name": name, "pair": pair, "seconds": seconds}
            store.execute("insert into main.horizons values ($name, $pair, $seconds)", values)


def _pairs(log: EventLog) -> dict[str, str]:
    """What a horizon belongs to: from where to where, by which clock; another pair has another horizon."""
    return {
        f"{log.process.process}.{name}": " ".join(
            (str(point.parameters.get("from")), str(point.parameters.get("to")), point.clock)
        )
        for name, point in log.process.control_points.items()
    }
