"""What became of a finding since the last audit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.kpis.fact import Fact
from engine.rules.finding import Finding

Since = Literal["new", "worse", "same", "better"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFinding:
    """A finding as the last audit had it; `value`: of the fact it is about, in the unit of its KPI."""

    process: str
    severity: str
    first_seen: str | None = None
    value: float | None = None


def with_past(
    findings: tuple[Finding, ...],
    last: Mapping[str, LastFinding],
    facts: Mapping[str, Fact],
    better: Mapping[tuple[str, str], str],
    today: str,
) -> tuple[Finding, ...]:
    """The findings with the day they were first seen and how they compare with the last audit."""
    return tuple(
        replace(
            finding,
            first_seen=(known.first_seen if (known := last.get(finding.id)) else None) or today,
            since_last=_since(finding, known, facts, better),
        )
        for finding in findings
    )


def _since(
    finding: Finding, last: LastFinding | None, facts: Mapping[str, Fact], better: Mapping[tuple[str, str], str]
) -> Since:
    if last is None:
        return "new"
    if finding.severity != last.severity:
        return "worse" if finding.severity == "red" else "better"
    fact = facts.get(finding.facts[0]) if len(finding.facts) == 1 else None
    return _moved(fact, last.value, better.get((fact.process, fact.control_point), "")) if fact else "same"


def _moved(fact: Fact, before: float | None, better: str) -> Since:
    """Better or worse only where the value of last time is outside of what it is likely to be now."""
    if before is None or fact.low is None or fact.high is None or better not in ("higher", "lower"):
        return "same"
    if fact.low <= before <= fact.high:
        return "same"
    return "better" if (before < fact.low) == (better == "higher") else "worse"
