"""What a rule test is made of, and what comes out of it: facts or a small log -> verdicts, causes, findings."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from engine.bdd.smalllog import GivenLog, small_audit
from engine.definitions.condition import Expr
from engine.definitions.condition import Literal as Written
from engine.definitions.document import Many, WrongValue, parsed, shape, shorthand
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.definitions.settings import Answer
from engine.engines.duckdb import Engine
from engine.engines.sql import Value
from engine.kpis.fact_table import create
from engine.pipeline.checks import units_of
from engine.rules.causes import Exposure, causes_of, wilson
from engine.rules.finding import CauseVerdict, Finding
from engine.rules.findings import find
from engine.rules.verdicts import judge, read_verdicts
from engine.workspace import Workspace

Locale = Literal["ru", "en"]


def _number(text: str) -> float:
    """From `2h` (seconds), `30%` (a ratio) or a plain number."""
    literal = Expr.parse(text).tree
    if not isinstance(literal, Written) or not isinstance(literal.value, float) or literal.unit == "wd":
        raise WrongValue(f"`{text}` is no value", code="bad-value", hint="write 2h, 30% or 12.5")
    return literal.value


Number = Annotated[float, parsed(_number, example="2h")]


@shape
class GivenFact:
    """A fact as the KPIs would give it: a value with its interval (default: no width), or hits of cases (Wilson's).

    `months` are its values in the months before, each of as many cases: what `best month` is taken from.
    `for_` is a segment (one dimension); `rule` says for which rule with a `where` the fact was computed.
    """

    control_point: str
    cases: int
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    hits: int | None = None
    for_: dict[str, str] = field(default_factory=dict)
    rule: str = ""
    reached: bool = True
    months: Many[Number] = ()


@shape
class GivenExposure:
    """Cases with the condition of a cause and without it, and how many of each did what they should (hits)."""

    exposed: int
    hits: int
    others: int
    other_hits: int


def _answer(raw: object) -> object:
    return raw if isinstance(raw, dict) else {"answer": raw}


@shape
class ExpectedFinding:
    """A finding: its rule, and where they are given its severity, its text to the letter, its causes, and actions
    that it asks for."""

    rule: str
    severity: Literal["red", "yellow"] | None = None
    text: str | None = None
    causes: dict[str, Literal["supported", "refuted", "undecided", "not assessable"]] = field(default_factory=dict)
    actions: Many[str] = ()


@shape
class RuleTest:
    """One test of facts (with `exposures` by RULE.CAUSE) or of a small log; `answers` as in voronka.yaml.

    `findings` are all there may be; `verdicts` are those of the rules that are named.
    """

    name: str
    process: str
    locale: Locale | None = None
    facts: tuple[GivenFact, ...] | None = None
    exposures: dict[str, GivenExposure] = field(default_factory=dict)
    log: GivenLog | None = None
    answers: dict[str, Annotated[Answer, shorthand(_answer)]] = field(default_factory=dict)
    verdicts: dict[str, Literal["red", "yellow", "green", "grey", "not assessable"]] = field(default_factory=dict)
    findings: tuple[ExpectedFinding, ...] | None = None


@shape
class RuleTests:
    """A file of rule tests."""

    tests: tuple[RuleTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a test: the verdict of each rule on the whole, by name, and the findings."""

    verdicts: Mapping[str, str]
    findings: tuple[Finding, ...]


def judged(test: RuleTest, known: Workspace, locale: Locale) -> Outcome:
    """Judge what a test gives by the rules of the workspace."""
    if test.log is not None:
        audit = small_audit(known, test.process, test.log, locale, test.answers)
        whole = [fact for fact in audit.facts if fact.period is None and not fact.segment]
        verdicts = {verdict.rule: str(verdict.verdict) for fact in whole for verdict in fact.verdicts}
        return _outcome(known.rules, verdicts, audit.findings)
    return _of_facts(test, known, locale)


def _of_facts(test: RuleTest, known: Workspace, locale: Locale) -> Outcome:
    process = known.processes[test.process]
    units = units_of((process,))

    def causes(rule: Rule, _: Process) -> tuple[CauseVerdict, ...]:
        given = {cause.name: test.exposures.get(f"{rule.name}.{cause.name}") for cause in rule.causes}
        exposures = {name: _exposure(one) for name, one in given.items() if one is not None}
        return causes_of(rule, exposures, test.answers or known.settings.answers, locale)

    with closing(Engine()) as engine:
        _write(engine, test)
        judge(engine, known.rules, (process,), units)
        findings = find(
            engine,
            known.rules,
            (process,),
            units,
            locale=locale,
            currency=known.settings.currency,
            causes_of=causes,
        )
        found = read_verdicts(engine, whole_only=True)
    verdicts = {verdict.rule: str(verdict.verdict) for one in found.values() for verdict in one}
    return _outcome(known.rules, verdicts, findings)


def _outcome(rules: tuple[Rule, ...], verdicts: Mapping[str, str], findings: tuple[Finding, ...]) -> Outcome:
    """A diagnosis has no verdict of its own: it is as red as its finding, green without one."""
    severities = {finding.rule: str(finding.severity) for finding in findings}
    diagnoses = {rule.name: severities.get(rule.name, "green") for rule in rules if rule.when is not None}
    return Outcome(verdicts={**diagnoses, **verdicts}, findings=findings)


def _exposure(given: GivenExposure) -> Exposure:
    return Exposure(
        n_exposed=given.exposed,
        hits_exposed=given.hits,
        n_unexposed=given.others,
        hits_unexposed=given.other_hits,
    )


def _write(engine: Engine, test: RuleTest) -> None:
    """The table `facts`, as the KPIs leave it."""
    create(engine)
    names = ("process", "control_point", "variant", "dimension", "segment", "partial", "value", "raw", "low", "high",
             "n", "n_eff", "pending", "skipped", "maturity", "reached", "since", "until")  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for fact in test.facts or ():
        value, low, high = _interval(fact)
        dimension, segment = next(iter(fact.for_.items()), (None, None))
        place: tuple[Value, ...] = (test.process, fact.control_point, fact.rule, dimension, segment, False)
        known: tuple[Value, ...] = (fact.cases, float(fact.cases), 0, 0, "mature")
        rows.append((*place, value, value, low, high, *known, fact.reached, None, None))
        for number, month in enumerate(fact.months):
            since, until = (datetime(2026 + (number + n) // 12, (number + n) % 12 + 1, 1) for n in (0, 1))
            rows.append((*place, month, month, month, month, *known, True, since, until))
    engine.insert("facts", names, rows)


def _interval(fact: GivenFact) -> tuple[float | None, float | None, float | None]:
    if fact.hits is not None and fact.cases:
        low, high = wilson(fact.hits / fact.cases, fact.cases)
        return fact.hits / fact.cases, low, high
    bottom, top = (fact.value if end is None else end for end in (fact.low, fact.high))
    return fact.value, bottom, top
