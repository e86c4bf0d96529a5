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
