"""Why clients are lost, beyond the limits: the scan of segments, reaction and result, managers like for like."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.engines.duckdb import Engine
from engine.events.log import EventLog
from engine.pipeline.breaches import Credits, breaches
from engine.pipeline.cases import Cases
from engine.pipeline.comparing import compare_managers
from engine.pipeline.halves import worse_lately
from engine.pipeline.reactions import reactions
from engine.pipeline.scanning import scan_breaches, segment_findings
from engine.rules.applies import Units
from engine.rules.dose import Dose
from engine.rules.finding import Finding
from engine.rules.managers import ManagerCompared
from engine.rules.message import Speaker
from engine.rules.scan import Scan
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What was seen; `findings` are those of segments, of rules whose limit is breached."""

    scan: Scan
    findings: tuple[Finding, ...]
    dose: tuple[Dose, ...]
    managers: tuple[ManagerCompared, ...]


def look(store: Engine, workspace: Workspace, logs: Mapping[str, EventLog], units: Units, cases: Cases) -> Insight:
    """Look closer at what is breached. Needs the temp tables of the verdicts; leaves none of its own."""
    settings, rules = workspace.settings, workspace.rules
    breached = breaches(store, rules, units)
    credits = Credits(engine=store, logs=logs)
    to = Speaker(locale=settings.locale, currency=settings.currency)
    scanned = scan_breaches(credits, breached, settings, rules)
    scanned = replace(scanned, found=(*scanned.found, *worse_lately(credits, breached)))
    found = Insight(
        scan=scanned,
        findings=segment_findings(scanned, breached, credits, logs, to, cases.of_segment),
        dose=reactions(credits, logs),
        managers=compare_managers(credits, logs, breached, settings),
    )
    credits.drop()
    return found
