"""Verdicts and diagnoses -> findings: what is wrong, in words, with the cases it concerns and why."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.engines.duckdb import Engine
from engine.kpis.fact import Segment
from engine.rules.applies import Units, by_periods, quantile_of
from engine.rules.diagnoses import Diagnosis, diagnose
from engine.rules.finding import CauseVerdict, Finding
from engine.rules.message import Judgement, Speaker, message
from engine.rules.wording import Locale

SHOWN_CASES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesWanted:
    """Which cases a finding is about: those of the control point that breach `limit` (its side by `more_is_worse`).

    A diagnosis has no control point and no limit: it is about all cases of its process.
    """

    process: str
    rule: str
    control_point: str | None = None
    variant: str = ""
    unit: str = ""
    limit: float | None = None
    more_is_worse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCases:
    """Cases of a finding: at most five examples, how many in all, and what one of them is worth where that is known.

    `worth`: money that a case brings on average once it gets as far as the control point asks (its chance to be won
    from there on is in it).
    """

    examples: tuple[str, ...] = ()
    count: int = 0
    worth: float | None = None


CasesOf = Callable[[CasesWanted], FindingCases]
CausesOf = Callable[[Rule, Process], tuple[CauseVerdict, ...]]


def no_cases(_: CasesWanted) -> FindingCases:
    """Where the cases are not looked up."""
    return FindingCases()


def no_causes(_: Rule, __: Process) -> tuple[CauseVerdict, ...]:
    """Where causes are not tested."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What findings are written with: whom they are for, where cases and causes come from."""

    to: Speaker
    cases_of: CasesOf = no_cases
    causes_of: CausesOf = no_causes
    rules: Mapping[str, Rule] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)


def find(
    engine: Engine,
    rules: Sequence[Rule],
    processes: Sequence[Process],
    units: Units,
    *,
    locale: Locale,
    currency: str = "RUB",
    cases_of: CasesOf = no_cases,
    causes_of: CausesOf = no_causes,
) -> tuple[Finding, ...]:
    """Findings of the audit period as a whole, red before yellow, then by cases lost. Needs `facts` and `verdicts`."""
    around = Around(
        to=Speaker(locale=locale, currency=currency),
        cases_of=cases_of,
        causes_of=causes_of,
        rules={rule.name: rule for rule in rules},
        processes={process.process: process for process in processes},
    )
    found = [_of_verdict(row, around) for row in engine.records(_BREACHES)]
    found += [_of_diagnosis(one, around) for one in diagnose(engine, rules, processes, units) if one.severity]
    return in_order(found)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Red before yellow, then by cases lost, then by process, rule and segment."""
    severities = ("red", "yellow")
    return tuple(
        sorted(
            findings,
            key=lambda f: (severities.index(f.severity), -(f.lost_cases or 0), f.process, f.rule, f.segment),
        )
    )


def finding_id(process: str, rule: str, segment: Segment = ()) -> str:
    """First 10 hex digits of sha256 over process, rule and segment: the same from one audit to the next."""
    text = json.dumps([process, rule, [list(pair) for pair in segment]], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


_BREACHES = """
select
    verdicts.*, value, low, high, n, horizon, reached, sign, unit
from verdicts
join limits using (rule, process, control_point, variant)
join facts using (process, control_point, variant)
where verdicts.verdict in ('red', 'yellow')
    and verdicts.dimension is null
    and verdicts.since is null
    and facts.dimension is null
    and facts.since is null
order by process, rule, control_point
"""


def _of_verdict(row: dict[str, object], around: Around) -> Finding:
    rule, process = around.rules[str(row["rule"])], around.processes[str(row["process"])]
    point, judged = process.control_points[str(row["control_point"])], _judgement(row)
    wanted = CasesWanted(
        process=process.process,
        rule=rule.name,
        control_point=point.name,
        variant=str(row["variant"]),
        unit=judged.unit,
        limit=judged.limit,
        more_is_worse=judged.more_is_worse,
    )
    cases = around.cases_of(wanted)
    variant = f"#{wanted.variant}" if wanted.variant else ""
    return _finding(
        rule,
        process,
        "red" if row["verdict"] == "red" and row["sure"] else "yellow",
        message(rule, process, point, judged, around.to),
        (f"{process.process}.{point.name}{variant}",),
        cases,
        around,
        None if by_periods(process, point) else _short_of_limit(judged, cases, quantile_of(point)),
        priced=judged.unit == "ratio",
        certain=judged.certain,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _judgement(row: dict[str, object]) -> Judgement:
    limit, n, horizon = (_number(row[name]) for name in ("yellow", "n", "horizon"))
    return Judgement(
        value=_number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        n=int(n or 0),
        horizon=int(horizon) if horizon is not None else None,
        unit=str(row["unit"]),
        limit=limit or 0.0,
        more_is_worse=row["sign"] == 1.0,
        certain=bool(row["sure"]) and row["why"] != "uncertain",
    )


def _short_of_limit(found: Judgement, cases: FindingCases, quantile: float | None) -> int:
    """Cases that would have to do better for the limit to be kept.

    Of a share the distance to it; of a quantile all that breach it but those it leaves out; of anything else all.
    """
    if found.unit == "ratio" and found.value is not None:
        distance = found.value - found.limit if found.more_is_worse else found.limit - found.value
        return max(0, round(found.n * distance))
    left_out = (1 - quantile) * found.n if quantile else 0.0
    return max(0, round(cases.count - left_out))


def _of_diagnosis(one: Diagnosis, around: Around) -> Finding:
    rule, process = around.rules[one.rule], around.processes[one.process]
    text = _diagnosis_text(rule, one, around.to.locale)
    cases = around.cases_of(CasesWanted(process=process.process, rule=rule.name))
    severity = one.severity or "yellow"
    return _finding(rule, process, severity, text, one.facts, cases, around, None, certain=one.certain)


def _diagnosis_text(rule: Rule, one: Diagnosis, locale: Locale) -> str:
    said = rule.message or rule.title
    text = said.of(locale) if said else rule.name
    if one.certain:
        return text
    return f"{text} ({'похоже на то, но данных мало' if locale == 'ru' else 'it looks like it, on little data'})"


def _finding(
    rule: Rule,
    process: Process,
    severity: Literal["red", "yellow"],
    text: str,
    facts: tuple[str, ...],
    cases: FindingCases,
    around: Around,
    lost_cases: int | None,
    *,
    priced: bool = False,
    certain: bool = True,
) -> Finding:
    """A finding; `priced`: its cases are lost to a stage, so each is worth what one that gets there brings."""
    return Finding(
        id=finding_id(process.process, rule.name),
        rule=rule.name,
        title=rule.title.of(around.to.locale) if rule.title else rule.name,
        process=process.process,
        severity=severity,
        certain=certain,
        message=text,
        facts=facts,
        lost_cases=lost_cases,
        lost_amount=_money(lost_cases, cases.worth) if priced else None,
        cases=tuple(sorted(cases.examples)[:SHOWN_CASES]),
        all_cases=cases.count,
        causes=around.causes_of(rule, process),
    )


def _money(lost_cases: int | None, worth: float | None) -> float | None:
    return lost_cases * worth if lost_cases is not None and worth is not None else None
