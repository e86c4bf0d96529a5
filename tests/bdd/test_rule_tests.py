"""Rule tests: facts in, verdicts, findings and texts out."""

import pytest

from .conftest import Run, Site

GOOD = """\
tests:
  - name: slow answers
    process: web_form
    facts:
      - {control_point: reaction_time, value: 2h, low: 90m, high: 3h, cases: 120}
      - {control_point: win_rate, hits: 60, cases: 100}
    verdicts: {slow_reaction: red, few_wins: green}
    findings:
      - {rule: slow_reaction, severity: red}
  - name: too few
    process: web_form
    facts:
      - {control_point: win_rate, hits: 1, cases: 10}
    verdicts: {few_wins: grey}
    findings: []
"""


def _write(site: Site, text: str) -> None:
    (site() / "rules" / "limits.test.yaml").write_text(text, encoding="utf-8")


def test_green(site: Site, bdd: Run) -> None:
    """Facts are judged by the rule engine; an empty list of findings means none."""
    _write(site, GOOD)
    result = bdd("-v", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["rules/limits.test.yaml::slow answers PASSED*"])


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "few_wins: green",
            "few_wins: red",
            ["rules/limits.test.yaml:2: slow answers", "*few_wins: red", "*few_wins: green"],
        ),
        ("severity: red", "severity: yellow", ["*slow_reaction: yellow", "*slow_reaction: red"]),
        (
            "findings: []",
            "findings: [{rule: few_wins}]",
            ["rules/limits.test.yaml:10: too few", "*ожидалось: few_wins", "*на деле:*—"],
        ),
        ("severity: red}", 'severity: red, text: "долго"}', ["*ожидалось: долго", "*на деле:*«Дозвонились»*"]),
        (
            "{rule: slow_reaction",
            "{rule: slow_raction",
            ["rules/limits.test.yaml:9:16: unknown rule*", "*did you mean `slow_reaction`?"],
        ),
    ],
)
def test_red(site: Site, bdd: Run, old: str, new: str, lines: list[str]) -> None:
    """A difference is told at the line of its test, without Python."""
    _write(site, GOOD.replace(old, new))
    result = bdd()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(lines)
    result.stdout.no_fnmatch_line("*.py*")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tests: []\n", "*no-tests*"),
        ("tests: [{name: a, process: web_form, facts: []}]\n", "*no-expectation*"),
        ("tests: [{name: a, process: web_form, facts: [], verdict: {}}]\n", "*unknown key `verdict`*"),
    ],
)
def test_a_test_that_cannot_fail_is_red(site: Site, bdd: Run, text: str, line: str) -> None:
    """Nothing expected, or a misspelt key, is an error with its place."""
    _write(site, text)
    result = bdd()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([line])


LOG = """\
tests:
  - name: slow
    process: web_form
    log:
      until: 2026-09-01
      cases:
        - {times: 70, every: 6h, events: [received 2026-03-02 10:00, call_attempt +5m, contacted +3d, won +1d]}
        - {times: 70, every: 6h, events: [received 2026-03-02 10:00, lost +9d], with: {source: ads, amount: 10}}
    verdicts: {slow_reaction: red, few_wins: green}
  - name: quick
    process: web_form
    log:
      until: 2026-09-01
      cases:
        - {times: 200, every: 1d, events: [received 2026-03-02 10:00, contacted +5m, won +1d]}
    verdicts: {slow_reaction: green}
    findings: []
"""


def test_a_small_log_is_imported_and_audited(site: Site, bdd: Run) -> None:
    """Cases in words go through import, KPIs and rules."""
    _write(site, LOG)
    result = bdd("--process-coverage")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*правила без тестов*", "slow_reaction: жёлтое, серое", "few_in_time: нет теста"])


CAUSES = """\
rules:
  - name: slow_reaction
    control_point: reaction_time
    red: "> 1h"
    causes:
      - {name: ads, exposure: "source == 'ads'"}
      - {name: number, ask: {ru: Проверьте номер, en: Look it up}}
"""
CAUSE_TEST = """\
tests:
  - name: ads
    process: web_form
    facts: [{control_point: reaction_time, value: 2h, low: 90m, high: 3h, cases: 120}]
    exposures: {slow_reaction.ads: {exposed: 60, hits: 10, others: 60, other_hits: 55}}
    answers: {slow_reaction.number: no}
    findings: [{rule: slow_reaction, causes: {ads: supported, number: refuted}}]
"""


def test_causes(site: Site, bdd: Run) -> None:
    """Exposures and answers go in, what is said of the causes comes out."""
    _write(site, CAUSE_TEST)
    (site() / "rules/limits.yaml").write_text(CAUSES, encoding="utf-8")
    bdd().assert_outcomes(passed=1)
    _write(site, CAUSE_TEST.replace("ads: supported", "ads: refuted"))
    (site() / "rules/limits.yaml").write_text(CAUSES, encoding="utf-8")
    bdd().stdout.fnmatch_lines(["*ожидалось: slow_reaction.ads: refuted", "*на деле:   slow_reaction.ads: supported"])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("contacted +5m, won", "contcted +5m, won", "*unknown event `contcted`*"),
        ("contacted +5m, won", "contacted, won", "*`contacted` does not say when*"),
        ("contacted +5m, won", "contacted +5x, won", "*`5x` is no duration*"),
        ("    findings: []\n", "    findings: []\n    facts: []\n", "*takes either `facts:` or `log:`*"),
        ("    findings: []\n", "    answers: {slow_reaction.x: no}\n", "*unknown cause `slow_reaction.x`*"),
    ],
)
def test_a_wrong_log_is_told_with_its_place(site: Site, bdd: Run, old: str, new: str, problem: str) -> None:
    """Names and moments of a small log are checked."""
    _write(site, LOG.replace(old, new))
    result = bdd("-k", "quick")
    result.stdout.fnmatch_lines([problem])
    result.stdout.no_fnmatch_line("*.py*")
