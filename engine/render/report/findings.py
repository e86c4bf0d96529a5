"""What is wrong and why, and what to do about it, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.kpis.fact import Fact
from engine.render.report.funnel import cost_of, money_of
from engine.render.report.look import Look, Mark
from engine.render.report.points import PointRow, row_of
from engine.render.report.where import WhereWorst, where_worst
from engine.rules.finding import CauseVerdict, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseShown:
    """A possible cause and what the data say of it."""

    title: str
    code: str
    symbol: str
    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingShown:
    """A finding with its evidence."""

    id: str
    title: str
    where: str
    mark: Mark
    since_last: str
    message: str
    cost: str
    money: str
    evidence: tuple[PointRow, ...]
    caveats: tuple[str, ...]
    causes: tuple[CauseShown, ...]
    where_worst: WhereWorst
    cases: tuple[str, ...]
    all_cases: int
    cases_file: str
    actions: tuple[str, ...]


MOST_FINDINGS = 9
"""How many findings are told in full; the others stand in a table."""


def in_full(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings to be told in full (red ones, then those with a cause that is borne out), and the others."""
    told = sorted(findings, key=lambda finding: (finding.severity != "red", not _explained(finding)))
    told = [f for f in told if f.severity == "red" or _explained(f) or len(findings) <= MOST_FINDINGS][:MOST_FINDINGS]
    chosen = {finding.id for finding in told}
    return tuple(f for f in findings if f.id in chosen), tuple(f for f in findings if f.id not in chosen)


def _explained(finding: Finding) -> bool:
    return any(cause.verdict == "supported" for cause in finding.causes)


def finding_of(look: Look, finding: Finding) -> FindingShown:
    """A finding in words."""
    where = ", ".join(filter(None, (look.process_title(finding.process), look.segment(finding.segment))))
    facts = [look.facts[key] for key in finding.facts if key in look.facts]
    rows = [
        row_of(look, fact, point) for fact in facts if (point := look.points.get((fact.process, fact.control_point)))
    ]
    return FindingShown(
        id=finding.id,
        title=finding.title,
        where=where,
        mark=look.mark_of(finding),
        since_last=look.words.t(f"since.{finding.since_last}"),
        message=finding.message,
        cost=cost_of(look, finding),
        money=money_of(look, finding),
        evidence=tuple(rows),
        caveats=tuple(dict.fromkeys(row.caveat for row in rows if row.caveat)),
        causes=tuple(_cause(look, cause) for cause in finding.causes),
        where_worst=where_worst(look, finding),
        cases=finding.cases,
        all_cases=finding.all_cases or len(finding.cases),
        cases_file=f"cases/{finding.id}.csv" if finding.all_cases else "",
        actions=tuple(f"{item.title} ({item.rank})" for item in look.audit.plan if finding.id in item.because)
        or _instead(look, facts, finding),
    )


def _instead(look: Look, facts: Iterable[Fact], finding: Finding) -> tuple[str, ...]:
    """What to do where nothing in the plan is for a finding: wait, if it is not certain."""
    doubted = any(v.rule == finding.rule and v.why == "uncertain" for fact in facts for v in fact.verdicts)
    return (look.words.t("findings.measure_again"),) if doubted and finding.severity == "yellow" else ()


_CAUSE_SYMBOLS = {"supported": "✓", "refuted": "✕", "undecided": "≈", "not assessable": "–"}


def _cause(look: Look, cause: CauseVerdict) -> CauseShown:
    code = "na" if cause.verdict == "not assessable" else cause.verdict
    asked = code == "na" and cause.question is not None
    texts = [_association(look, cause), _needed(look, cause), _missing(look, cause), *_of_client(look, cause)]
    return CauseShown(
        title=cause.title,
        code=code,
        symbol="?" if asked else _CAUSE_SYMBOLS[cause.verdict],
        word=look.words.t("cause.asked" if asked else f"cause.{code}"),
        text=" ".join(text for text in texts if text),
    )


def _of_client(look: Look, cause: CauseVerdict) -> tuple[str, ...]:
    """The question while it is open, the client's word once it is answered; of data, what stands beside them."""
    if cause.by == "data":
        return (cause.note or "",)
    if cause.verdict == "not assessable":
        return cause.question or "", cause.note or ""
    return look.words.t("cause.said"), cause.note or ""


def _association(look: Look, cause: CauseVerdict) -> str:
    """What goes with what; a sentence never says that one makes the other."""
    if cause.difference is None or cause.n_exposed is None:
        return ""
    words = look.words
    side = "worse" if cause.difference >= 0 else "better"
    text = words.t(f"cause.goes_with.{side}", n=cause.n_exposed, points=words.points(cause.difference))
    if cause.low is not None and cause.high is not None:
        text += f" {_difference_span(look, cause.low, cause.high)}"
    if cause.verdict == "supported" and cause.attributable is not None:
        text += f" {words.t('cause.part', share=words.share(cause.attributable))}"
    return text


def _difference_span(look: Look, low: float, high: float) -> str:
    if low < 0 < high:
        return look.words.t("cause.span_zero", most=look.words.points(high), other=look.words.points(low))
    near, far = sorted((abs(low), abs(high)))
    return look.words.t("cause.span", span=look.words.span(near, far, "ratio"))


def _needed(look: Look, cause: CauseVerdict) -> str:
    return look.words.t("cause.needed", n=cause.needed) if cause.needed and cause.verdict != "supported" else ""


def _missing(look: Look, cause: CauseVerdict) -> str:
    names = ", ".join(look.data(name) for name in cause.missing)
    return look.words.t("cause.missing", what=names) if names else ""
