"""Whether a field is filled in often enough for anything to rest on it."""

from engine.engines.sql import Bound, quote
from engine.events.log import EventLog

MOST_EMPTY = 0.5
"""From this share of empty values on nothing is said by a field: those that have it may be of another kind."""
JUDGED_BY = ("source", "manager", "product", "loss_reason")


def too_empty(log: EventLog, name: str, nobody: tuple[str, ...] = ()) -> bool:
    """Whether half of the cases or more lack the field (of a loss reason: of the lost ones)."""
    if name not in JUDGED_BY or name not in log.dimensions:
        return False
    bound = Bound()
    words = ", ".join(bound(word) for word in ("", *nobody))
    where = "outcome = 'lost'" if name == "loss_reason" else "outcome <> 'void'"
    sql = f"select avg(({quote(f'd_{name}')} in ({words}))::double) from {log.relation('cases')} where {where}"
    (share,) = log.engine.row(sql, bound)
    return float(str(share or 0)) >= MOST_EMPTY
