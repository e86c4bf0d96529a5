"""What an audit is told of earlier ones: what they found, and what people have made of the last plan."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.plan.make import Kept
from engine.rules.finding import Finding
from engine.rules.since import LastFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The last audit before a day. Empty where there is none."""

    findings: Mapping[str, LastFinding] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)

    def resolved(self, findings: Iterable[Finding], processes: Iterable[str]) -> tuple[str, ...]:
        """Findings of the last audit, in the processes looked at, that fire no more."""
        now, looked_at = {finding.id for finding in findings}, set(processes)
        return tuple(id_ for id_, last in sorted(self.findings.items()) if id_ not in now and last.process in looked_at)


EarlierThan = Callable[[date], Earlier]


def no_earlier(_: date) -> Earlier:
    """Where earlier audits are not looked at."""
    return Earlier()
