"""The scan of an audit: where breached control points are worse than elsewhere (D14), as findings of segments."""

from collections.abc import Callable, Mapping, Sequence

from engine.definitions.rule import Rule
from engine.definitions.settings import Settings
from engine.events.log import EventLog
from engine.kpis.fact import Segment
from engine.pipeline.breaches import Breach, Credits, dimensions_of, given
from engine.rules.applies import places_of
from engine.rules.finding import Finding
from engine.rules.findings import FindingCases, finding_id
from engine.rules.message import Speaker
from engine.rules.scan import Found, Scan, ScanTarget, scan
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
    dimensions = dimensions_of(log, point, settings, about)
    # The credit of a time is that of keeping its limit: more is better whatever the KPI says.
    better = breach.better if breach.unit == "ratio" else "higher"
    return ScanTarget(
        process=breach.process,
        control_point=breach.control_point,
        variant=breach.variant,
        relation=credits.view(table, ("credit", "half", *map(given, dimensions))),
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
        severity=breach.severity,
        segment=one.segment,
        message=segment_message(one, log.process.control_points[one.control_point], breach.unit, breach.limit, to),
        facts=(f"{one.process}.{one.control_point}{single}{variant}",) if len(one.segment) == 1 else (),
        lost_cases=lost,
        lost_amount=lost * cases.worth if cases.worth is not None else None,
        cases=tuple(sorted(cases.examples)),
        all_cases=cases.count,
    )
