"""Rule tests (`rules/*.test.yaml`): facts or a small log in, verdicts, causes, findings and their words out.

tests:
  - name: slow_answers
    process: web_form
    facts:
      - {control_point: reaction_time, value: 2h, low: 90m, high: 3h, cases: 120}
      - {control_point: win_rate, hits: 60, cases: 100}
    verdicts: {slow_reaction: red, few_wins: green}
    findings:
      - {rule: slow_reaction, severity: red, text: "..."}
  - name: nobody_answers_at_night
    process: web_form
    log:
      until: 2026-06-01
      cases:
        - {times: 40, every: 1h, events: [received 2026-03-02 10:00, contacted +2h], with: {source: site}}
    findings:
      - {rule: slow_reaction, causes: {night_leads: refuted}}
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import pytest

from engine.bdd.failure import Place, Unmet, told
from engine.bdd.rulecases import ExpectedFinding, Outcome, RuleTest, RuleTests, judged
from engine.bdd.story import Touched
from engine.definitions.document import Document, did_you_mean, read
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.errors import EngineError, Problem
from engine.plan.wishes import wishes_of
from engine.rules.finding import Finding
from engine.workspace import Workspace


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
        if (test.facts is None) == (test.log is None):
            message = f"test `{test.name}` takes either `facts:` or `log:`"
            yield document.problem(("tests", position), "facts-or-log", message, "give it one of them")
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

    @property
    def root(self) -> Path:
        """The workspace."""
        assert isinstance(self.parent, RuleTestFile)
        return self.parent.root

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line (from 0) and name, as pytest prints them."""
        return self.path, self.document.at("tests", self.position).line - 1, self.name

    def runtest(self) -> None:
        """Judge the facts and compare."""
        from engine.bdd.definitions import workspace

        known = workspace(self.root)
        self.locale = self.test.locale or known.settings.locale
        self._check_names(known)
        _compare(self.test, judged(self.test, known, self.locale), {rule.name: rule for rule in known.rules})

    def _check_names(self, known: Workspace) -> None:
        """The process, the control points and the rules that the test names must be there."""
        problems, here = [], ("tests", self.position)
        process = known.processes.get(self.test.process)
        if process is None:
            problems.append(self._unknown((*here, "process"), "process", self.test.process, known.processes))
        problems += self._unknown_events(process)
        rules = {rule.name for rule in known.rules}
        for position, fact in enumerate(self.test.facts or ()):
            path = (*here, "facts", position, "control_point")
            if process and fact.control_point not in process.control_points:
                problems.append(self._unknown(path, "control point", fact.control_point, process.control_points))
        named: list[tuple[tuple[str | int, ...], str]] = [
            ((*here, "verdicts", name), name) for name in self.test.verdicts
        ]
        named += [((*here, "findings", i, "rule"), f.rule) for i, f in enumerate(self.test.findings or ())]
        problems += [self._unknown(path, "rule", name, rules) for path, name in named if name not in rules]
        problems += self._unknown_causes(known)
        if problems:
            raise EngineError(problems)

    def _unknown_events(self, process: Process | None) -> list[Problem]:
        """Events of a small log that are neither states nor marks of the process."""
        if process is None or self.test.log is None:
            return []
        names = [state.name for state in process.states] + [mark.name for mark in process.marks]
        return [
            self._unknown(("tests", self.position, "log", "cases", number, "events"), "event", event.point, names)
            for number, case in enumerate(self.test.log.cases)
            for event in case.events
            if event.point not in names
        ]

    def _unknown_causes(self, known: Workspace) -> list[Problem]:
        """Causes that no rule has, in exposures, answers and expected findings."""
        here = ("tests", self.position)
        causes = [f"{rule.name}.{cause.name}" for rule in known.rules for cause in rule.causes]
        named: list[tuple[tuple[str | int, ...], str]] = [
            ((*here, key, name), name) for key in ("exposures", "answers") for name in getattr(self.test, key)
        ]
        named += [
            ((*here, "findings", number, "causes", name), f"{finding.rule}.{name}")
            for number, finding in enumerate(self.test.findings or ())
            for name in finding.causes
        ]
        return [self._unknown(path, "cause", name, causes) for path, name in named if name not in causes]

    def _unknown(self, path: tuple[str | int, ...], kind: str, name: str, known: Iterable[str]) -> Problem:
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


def _compare(test: RuleTest, outcome: Outcome, rules: Mapping[str, Rule]) -> None:
    """Compare what came with what was expected; Unmet with the first difference."""
    for rule, verdict in test.verdicts.items():
        actual = outcome.verdicts.get(rule, "—")
        if actual != verdict:
            raise Unmet(f"{rule}: {verdict}", f"{rule}: {actual}")
    if test.findings is None:
        return
    expected, found = sorted(f.rule for f in test.findings), sorted(f.rule for f in outcome.findings)
    if expected != found:
        raise Unmet(", ".join(expected) or "—", ", ".join(found) or "—")
    for wanted in test.findings:
        found_one = next(finding for finding in outcome.findings if finding.rule == wanted.rule)
        _compare_finding(wanted, found_one)
        asked = {wish.action for wish in wishes_of(found_one, rules[wanted.rule])[0]}
        if not asked >= set(wanted.actions):
            raise Unmet(f"{wanted.rule}: {', '.join(wanted.actions)}", f"{wanted.rule}: {', '.join(sorted(asked))}")


def _compare_finding(wanted: ExpectedFinding, found: Finding) -> None:
    if wanted.severity and wanted.severity != found.severity:
        raise Unmet(f"{wanted.rule}: {wanted.severity}", f"{wanted.rule}: {found.severity}", found.cases)
    if wanted.text is not None and wanted.text != found.message:
        raise Unmet(wanted.text, found.message)
    causes = {cause.name: cause.verdict for cause in found.causes}
    for name, verdict in wanted.causes.items():
        if causes.get(name) != verdict:
            raise Unmet(f"{wanted.rule}.{name}: {verdict}", f"{wanted.rule}.{name}: {causes.get(name, '—')}")


def fired(test: RuleTest) -> list[tuple[str, str]]:
    """What a test that passed has shown: (kind, name) of colours (RULE.COLOUR) and causes (RULE.CAUSE)."""
    colours = [f"{rule}.{verdict}" for rule, verdict in test.verdicts.items()]
    findings = test.findings or ()
    colours += [f"{finding.rule}.{finding.severity}" for finding in findings if finding.severity]
    causes = [f"{finding.rule}.{name}" for finding in findings for name in finding.causes]
    return [*(("colour", name) for name in colours), *(("cause", name) for name in causes)]


def touched(test: RuleTest, known: Workspace) -> Iterator[Touched]:
    """What of its process a test that passed covers: the rules it names, their control points, the limits passed."""
    for kind, name in fired(test):
        rule_name, _, colour = name.rpartition(".")
        rule = next((rule for rule in known.rules if rule.name == rule_name), None)
        if kind != "colour" or rule is None:
            continue
        yield test.process, "rule", rule_name
        if rule.control_point:
            yield test.process, "control point", rule.control_point.rpartition(".")[2]
        if colour in ("yellow", "red"):
            yield test.process, "limit", name
