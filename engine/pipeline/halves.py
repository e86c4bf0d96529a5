"""What has become worse: the second half of the period against the first, for every breached control point."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.events.log import EventLog
from engine.kpis.compute import Request
from engine.kpis.credits import credit_rows
from engine.kpis.durations import NotAssessable
from engine.pipeline.breaches import Breach, Credits
from engine.rules.applies import DEFAULT_AT_LEAST, Z
from engine.rules.error_control import FALSE_DISCOVERIES, adjusted, upper_tail
from engine.rules.scan import Found
from engine.rules.scan_choice import LEAST_DIFFERENCE

HALF = "half"
SECOND = ((HALF, "second"),)


def worse_lately(credits: Credits, breached: Sequence[Breach]) -> tuple[Found, ...]:
    """Breached control points whose second half is worse than the first, clearest first.

    Each half by the curve of its own cases (D11), for a curve of all would draw the open ones of the second half to the
    first; of the open ones none adds to the evidence. Benjamini-Hochberg at 2.5 % over the control points, apart from
    the scan: time is one question of each, not one of many segments. At least 5 points.
    """
    compared = [found for breach in breached if (found := _compared(credits.logs[breach.process], breach))]
    q = adjusted([one.q for one in compared])
    kept = [
        replace(one, q=of)
        for one, of in zip(compared, q, strict=True)
        if of <= FALSE_DISCOVERIES and abs(one.difference) >= LEAST_DIFFERENCE
    ]
    return tuple(sorted(kept, key=lambda one: (-abs(one.z), one.process, one.control_point)))


def _compared(log: EventLog, breach: Breach) -> Found | None:
    """The second half beside the first, `q` being p itself; None where one cannot be told."""
    before, after = _half(log, breach, None, log.middle), _half(log, breach, log.middle, None)
    if before is None or after is None or log.middle is None:
        return None
    sign = 1.0 if breach.unit == "ratio" and breach.better == "lower" else -1.0
    (n0, known0, p0), (n1, known1, p1) = before, after
    mean = (n0 * p0 + n1 * p1) / (n0 + n1)
    error = math.sqrt(mean * (1 - mean) * (1 / known0 + 1 / known1))
    if not error:
        return None
    z = (p1 - p0) / error
    return Found(
        process=breach.process,
        control_point=breach.control_point,
        variant=breach.variant,
        segment=SECOND,
        n=n1,
        value=p1,
        others=n0,
        rest=p0,
        difference=p1 - p0,
        low=p1 - p0 - Z * error,
        high=p1 - p0 + Z * error,
        z=z,
        q=upper_tail(sign * z),
        steady=False,
    )


def _half(
    log: EventLog, breach: Breach, since: datetime | None, until: datetime | None
) -> tuple[int, int, float] | None:
    """Cases, those of which it is known, and the mean credit; None where too few are known."""
    request = Request(
        control_point=log.process.control_points[breach.control_point],
        variant=breach.variant,
        where=breach.rule.where if breach.variant else None,
    )
    try:
        rows = credit_rows(log, request, limit=breach.limit, since=since, until=until)
    except NotAssessable:
        return None
    if rows is None:
        return None
    counted = f"select count(credit), count(credit) filter (not pending), fsum(credit) from ({rows.sql})"
    n, known, total = (float(str(one or 0)) for one in log.engine.row(counted, rows.bound))
    return (round(n), round(known), total / n) if known >= DEFAULT_AT_LEAST else None
