"""The scan of an audit: where breached control points are worse than elsewhere (D14), as findings of segments."""

import math
from collections.abc import Callable, Mapping, Sequence

from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.definitions.settings import Settings
from engine.events.log import EventLog
from engine.kpis.fact import Segment
from engine.pipeline.breaches import Breach, Credits, dimensions_of, given
from engine.pipeline.comparing import nobodies
from engine.pipeline.filled import too_empty
from engine.pipeline.halves import SECOND
from engine.rules.applies import places_of, quantile_of
from engine.rules.error_control import SURE
from engine.rules.finding import Finding
from engine.rules.findings import FindingCases, finding_id
from engine.rules.message import Speaker
from engine.rules.scan import Found, Scan, ScanTarget, scan
from engine.rules.scan_choice import UNREMARKABLE
from engine.rules.scan_message import segment_message

SegmentCases = Callable[[Breach, str, Segment], FindingCases]
"""(breach, table of its credits, segment) -> the cases behind it."""


def scan_breaches(credits: Credits, found: Sequence[Breach], settings: Settings, rules: Sequence[Rule]) -> Scan:
    """Scan all breached control points at once; nothing is computed where none is breached."""
    targets = [_target(credits, breach, settings, rules) for breach in found]
    known = [target for target in targets if target and target.dimensions]
    return scan(credits.engine, known) if known else Scan()


def _target(credits: Credits, breach: Breach, settings: Settings, rules: Sequence[Rule]) -> ScanTarget | None:
    table = credits.of(breach)
    if table is None:
        return None
    log = credits.logs[breach.process]
    point = log.process.control_points[breach.control_point]
    about = [rule for rule in rules if (log.process, point.name) in places_of(rule.control_point, (log.process,))]
    nobody = nobodies(settings)
    dimensions = tuple(name for name in dimensions_of(log, point, settings, about) if not too_empty(log, name, nobody))
    # The credit of a time is that of keeping its limit: more is better whatever the KPI says.
    better = breach.better if breach.unit == "ratio" else "higher"
    return ScanTarget(
        process=breach.process,
        control_point=breach.control_point,
        variant=breach.variant,
        relation=credits.view(log, table, ("credit", "half", *(given(n, but=nobody) for n in dimensions)), dimensions),
        dimensions=dimensions,
        better=better,
    )


def segment_findings(
    scanned: Scan,
    breached: Sequence[Breach],
    credits: Credits,
    logs: Mapping[str, EventLog],
    to: Speaker,
    cases_of: SegmentCases,
) -> tuple[Finding, ...]:
    """A finding for each segment found, of the rule whose limit is breached."""
    findings = []
    for breach in breached:
        place = (breach.process, breach.control_point, breach.variant)
        for one in scanned.found:
            table = credits.of(breach)
            if table and (one.process, one.control_point, one.variant) == place:
                cases = cases_of(breach, table, one.segment)
                findings.append(_finding(one, breach, logs[one.process], to, cases))
    return tuple(findings)


def _explains(one: Found, breach: Breach, point: ControlPoint) -> bool:
    """Whether the rest keeps the limit, as far as can be told, or misses it by half as much as all do.

    What has become worse is asked about before anything else is done.
    """
    if one.segment == SECOND:
        return True
    limit = breach.limit if breach.unit == "ratio" else quantile_of(point)
    if limit is None or not one.others:
        return False
    sign = 1.0 if breach.unit == "ratio" and breach.better == "lower" else -1.0
    whole = (one.n * one.value + one.others * one.rest) / (one.n + one.others)
    misses, rest_misses = sign * (whole - limit), sign * (one.rest - limit)
    error = math.sqrt(limit * (1 - limit) / one.others) if 0 < limit < 1 else 0.0
    return rest_misses <= max(misses / 2, UNREMARKABLE * error)


def _finding(one: Found, breach: Breach, log: EventLog, to: Speaker, cases: FindingCases) -> Finding:
    rule = breach.rule
    lost = max(0, round(one.n * abs(one.difference)))
    single = "".join(f"[{dimension}={value}]" for dimension, value in one.segment)
    variant = f"#{one.variant}" if one.variant else ""
    return Finding(
        id=finding_id(one.process, rule.name, one.segment),
        rule=rule.name,
        title=rule.title.of(to.locale) if rule.title else rule.name,
        process=one.process,
        severity=breach.severity if one.q <= SURE else "yellow",
        certain=one.q <= SURE,
        explains=_explains(one, breach, log.process.control_points[one.control_point]),
        segment=one.segment,
        message=segment_message(one, log.process.control_points[one.control_point], breach.unit, breach.limit, to),
        facts=(f"{one.process}.{one.control_point}{single}{variant}",) if len(one.segment) == 1 else (),
        lost_cases=lost,
        lost_amount=lost * cases.worth if cases.worth is not None else None,
        cases=tuple(sorted(cases.examples)),
        all_cases=cases.count,
    )
