"""Which part of the path a finding is about, so that what is wrong on a part of it is not mended on the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.process import Process
from engine.rules.finding import Finding

_TIMES = ("elapsed", "within", "sojourn", "age")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Stages of the path from `begin` to `end`; `time`: about how long, not about how many."""

    begin: int
    end: int
    time: bool

    def covers(self, other: "Span") -> bool:
        """Whether the other is a part of this one, or the same; what is too slow is not told by what is too few."""
        return self.begin <= other.begin and other.end <= self.end and (other.time or not self.time)

    @property
    def length(self) -> int:
        """How many stages."""
        return self.end - self.begin


def span_of(finding: Finding, processes: Mapping[str, Process]) -> Span | None:
    """The part of the path of the control point a finding is about; None where it is about none."""
    process = processes.get(finding.process)
    name = next((key.partition("#")[0].partition("[")[0].rpartition(".")[2] for key in finding.facts), "")
    point = process.control_points.get(name) if process else None
    if process is None or point is None:
        return None
    place = {state: number for number, state in enumerate(process.happy_path)}
    begin = place.get(str(point.parameters.get("from") or point.parameters.get("state")))
    if begin is None:
        return None
    end = place.get(str(point.parameters.get("to")), begin + 1)
    return Span(begin=begin, end=end, time=point.kpi in _TIMES)


def told_elsewhere(findings: Sequence[Finding], processes: Mapping[str, Process]) -> frozenset[str]:
    """Ids of findings about all cases that others explain: about a segment on this part of the path, or on less of it.

    For these nothing is to be guessed: what the data bear out as their cause may still be done.
    """
    spans = {one.id: span_of(one, processes) for one in findings if one.certain}
    return frozenset(
        one.id
        for one in findings
        if not one.segment and any(_explains(other, one, spans) for other in findings if other.process == one.process)
    )


def _explains(other: Finding, one: Finding, spans: Mapping[str, Span | None]) -> bool:
    if other.id == one.id or not other.certain:
        return False
    if other.segment and other.explains and other.rule == one.rule:
        return True
    part, whole = spans.get(other.id), spans.get(one.id)
    if part is None or whole is None or not whole.covers(part):
        return False
    return other.explains if other.segment else part.length < whole.length
