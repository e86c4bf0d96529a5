"""Rule tests (`rules/*.test.yaml`): facts in, verdicts, findings and their words out, judged by the rule engine itself.

tests:
  - name: slow_answers
    process: web_form
    facts:
      - {control_point: reaction_time, value: 2h, low: 90m, high: 3h, cases: 120}
      - {control_point: win_rate, hits: 60, cases: 100}
    verdicts: {slow_reaction: red, few_wins: green}
    findings:
      - {rule: slow_reaction, severity: red, text: "..."}
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import pytest

from engine.bdd.failure import Place, Unmet, told
from engine.definitions.condition import Expr
from engine.definitions.condition import Literal as Written
from engine.definitions.document import Document, WrongValue, parsed, read, shape
from engine.engines.sql import Value
from engine.errors import EngineError, Problem
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.engines.duckdb import Engine
    from engine.rules.finding import Finding

ENDING = ".test.yaml"


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


@shape
class ExpectedFinding:
    """A finding: its rule, and where it is given its severity and its text to the letter."""

    rule: str
    severity: Literal["red", "yellow"] | None = None
    text: str | None = None


@shape
class RuleTest:
    """One test. `findings` are all there may be; `verdicts` are those of the rules that are named."""

    name: str
    process: str
    locale: Literal["ru", "en"] | None = None
    facts: tuple[GivenFact, ...]
    verdicts: dict[str, Literal["red", "yellow", "green", "grey"]] = field(default_factory=dict)
    findings: tuple[ExpectedFinding, ...] | None = None


@shape
class RuleTests:
    """A file of rule tests."""

    tests: tuple[RuleTest, ...]


class RuleTestFile(pytest.File):
    """A `*.test.yaml` of a workspace."""

    root: Path

    def collect(self) -> Iterable["RuleTestItem"]:
        """Its tests; what is wrong with the file is an error of collection with its places."""
        document = read(self.path, self.path.relative_to(self.root).as_posix())
        tests: RuleTests | None = None if document.problems else document.shaped(RuleTests)
        if document.problems or tests is None:
            raise self.CollectError("\n".join(map(str, document.problems)))
        if problems := list(_pointless(document, tests)):
            raise self.CollectError("\n".join(map(str, problems)))
        return [
            RuleTestItem.from_parent(self, name=test.name, test=test, document=document, position=position)
            for position, test in enumerate(tests.tests)
        ]


def _pointless(document: Document, tests: RuleTests) -> Iterable[Problem]:
    """Tests that could not fail, and names that stand twice."""
    seen: set[str] = set()
    if not tests.tests:
        yield document.problem(("tests",), "no-tests", "the file has no tests", "add one, or delete the file")
    for position, test in enumerate(tests.tests):
        if not test.verdicts and test.findings is None:
            hint = "add `verdicts:` or `findings:` (an empty list: there are none)"
            yield document.problem(("tests", position), "no-expectation", f"test `{test.name}` expects nothing", hint)
        if test.name in seen:
            path = ("tests", position, "name")
            yield document.problem(path, "duplicate-test", f"test `{test.name}` stands twice", "rename one of them")
        seen.add(test.name)


class RuleTestItem(pytest.Item):
    """One rule test."""

    def __init__(self, *, test: RuleTest, document: Document, position: int, **words: object) -> None:
        super().__init__(**words)  # type: ignore[arg-type]
        self.test, self.document, self.position = test, document, position
        self.locale: Literal["ru", "en"] = test.locale or "ru"

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line (from 0) and name, as pytest prints them."""
        return self.path, self.document.at("tests", self.position).line - 1, self.name

    def runtest(self) -> None:
        """Judge the facts and compare."""
        from engine.bdd.definitions import workspace

        assert isinstance(self.parent, RuleTestFile)
        known = workspace(self.parent.root)
        self.locale = self.test.locale or known.settings.locale
        self._check_names(known)
        _compare(self.test, known, self.locale)

    def _check_names(self, known: Workspace) -> None:
        """The process, the control points and the rules that the test names must be there."""
        problems, here = [], ("tests", self.position)
        process = known.processes.get(self.test.process)
        if process is None:
            problems.append(self._unknown((*here, "process"), "process", self.test.process, known.processes))
        rules = {rule.name for rule in known.rules}
        for position, fact in enumerate(self.test.facts):
            path = (*here, "facts", position, "control_point")
            if process and fact.control_point not in process.control_points:
                problems.append(self._unknown(path, "control point", fact.control_point, process.control_points))
        named: list[tuple[tuple[str | int, ...], str]] = [
            ((*here, "verdicts", name), name) for name in self.test.verdicts
        ]
        named += [((*here, "findings", i, "rule"), f.rule) for i, f in enumerate(self.test.findings or ())]
        problems += [self._unknown(path, "rule", name, rules) for path, name in named if name not in rules]
        if problems:
            raise EngineError(problems)

    def _unknown(self, path: tuple[str | int, ...], kind: str, name: str, known: Iterable[str]) -> Problem:
        from engine.definitions.document import did_you_mean

        code = f"unknown-{kind.replace(' ', '-')}"
        return self.document.problem(path, code, f"unknown {kind} `{name}`", did_you_mean(name, tuple(known)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The failure without Python, at the line of the test."""
        error = excinfo.value
        if isinstance(error, EngineError):
            return str(error)
        if isinstance(error, Unmet):
            where = self.document.at("tests", self.position)
            place = Place(file=where.file, line=where.line, step=self.test.name, scenario=self.test.process)
            return told(place, error, self.locale)
        return str(super().repr_failure(excinfo))


def _compare(test: RuleTest, known: Workspace, locale: Literal["ru", "en"]) -> None:
    """Judge and compare; Unmet with everything that differs."""
    verdicts, findings = judged(test, known, locale)
    for rule, verdict in test.verdicts.items():
        actual = verdicts.get(rule, "—")
        if actual != verdict:
            raise Unmet(f"{rule}: {verdict}", f"{rule}: {actual}")
    if test.findings is None:
        return
    expected, found = sorted(f.rule for f in test.findings), sorted(f.rule for f in findings)
    if expected != found:
        raise Unmet(", ".join(expected) or "—", ", ".join(found) or "—")
    for wanted in test.findings:
        actual_finding = next(finding for finding in findings if finding.rule == wanted.rule)
        if wanted.severity and wanted.severity != actual_finding.severity:
            raise Unmet(f"{wanted.rule}: {wanted.severity}", f"{wanted.rule}: {actual_finding.severity}")
        if wanted.text is not None and wanted.text != actual_finding.message:
            raise Unmet(wanted.text, actual_finding.message)


def judged(
    test: RuleTest, known: Workspace, locale: Literal["ru", "en"]
) -> tuple[Mapping[str, str], tuple["Finding", ...]]:
    """The verdict of each rule on the whole, and the findings, of the facts of a test."""
    from engine.engines.duckdb import Engine
    from engine.pipeline.checks import units_of
    from engine.rules.findings import find
    from engine.rules.verdicts import judge, read_verdicts

    process = known.processes[test.process]
    units = units_of((process,))
    with contextlib.closing(Engine()) as engine:
        _write(engine, test)
        judge(engine, known.rules, (process,), units)
        findings = find(engine, known.rules, (process,), units, locale=locale, currency=known.settings.currency)
        verdicts = read_verdicts(engine, whole_only=True)
    return {verdict.rule: verdict.verdict for found in verdicts.values() for verdict in found}, findings


_COLUMNS = (
    "process varchar, control_point varchar, variant varchar, dimension varchar, segment varchar, since timestamp, "
    "until timestamp, partial boolean, value double, raw double, low double, high double, n bigint, n_eff double, "
    "known bigint, pending bigint, skipped bigint, of_ bigint, horizon bigint, maturity varchar, reached boolean, "
    "note varchar"
)


def _write(engine: "Engine", test: RuleTest) -> None:
    """The table `facts`, as the KPIs leave it."""
    engine.execute(f"create temp table facts ({_COLUMNS})")
    names = ("process", "control_point", "variant", "dimension", "segment", "partial", "value", "raw", "low", "high",
             "n", "n_eff", "pending", "skipped", "maturity", "reached")  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for fact in test.facts:
        value, low, high = _interval(fact)
        dimension, segment = next(iter(fact.for_.items()), (None, None))
        place: tuple[Value, ...] = (test.process, fact.control_point, fact.rule, dimension, segment, False)
        rows.append((*place, value, value, low, high, fact.cases, float(fact.cases), 0, 0, "mature", fact.reached))
    engine.insert("facts", names, rows)


def _interval(fact: GivenFact) -> tuple[float | None, float | None, float | None]:
    if fact.hits is not None and fact.cases:
        from engine.rules.causes import wilson

        low, high = wilson(fact.hits / fact.cases, fact.cases)
        return fact.hits / fact.cases, low, high
    bottom, top = (fact.value if end is None else end for end in (fact.low, fact.high))
    return fact.value, bottom, top
