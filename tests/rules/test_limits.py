"""Rules checked at load: every problem has its code and place."""

from pathlib import Path

import pytest

from engine.definitions.document import read
from engine.definitions.rule import Rules
from engine.rules.limits import check
from tests.rules.facts import process, units


def problems(tmp_path: Path, text: str) -> list[tuple[int, int, str]]:
    """Line, column and code of each problem of a rule file."""
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    document = read(path, "rules.yaml")
    rules = document.shaped(Rules)
    assert not document.problems
    places = {rule.name: (document, ("rules", i)) for i, rule in enumerate(rules.rules)}
    known = (process(),)
    found = check(known, rules.rules, units(*known), places)
    return [(p.where.line, p.where.column, p.code) for p in found]


def limit(tmp_path: Path, point: str, **limits: str) -> list[tuple[int, str]]:
    """Column and code of the problems of one rule."""
    written = ", ".join(f'{key}: "{text}"' for key, text in limits.items())
    text = f"rules:\n  - {{name: r, control_point: {point}, {written}}}\n"
    return [(column, code) for _, column, code in problems(tmp_path, text)]


@pytest.mark.parametrize(
    ("point", "yellow"),
    [("wait", "> 15m"), ("rate", "< 40%"), ("rate", "< 0.4"), ("rate", "best month"), ("web.rate", "<= 40%")],
)
def test_good_limits(tmp_path: Path, point: str, yellow: str) -> None:
    """A limit in the unit of its KPI and on the harmful side is no problem."""
    assert limit(tmp_path, point, yellow=yellow) == []


@pytest.mark.parametrize(
    ("point", "yellow", "code"),
    [
        ("wait", "> 15", "bad-unit"),
        ("wait", "> 40%", "bad-unit"),
        ("wait", "> 2wd", "bad-unit"),
        ("rate", "< 15m", "bad-unit"),
        ("rate", "< 40", "bad-unit"),
        ("rate", "< 140%", "bad-unit"),
        ("wait", "< 15m", "upside-down"),
        ("rate", "> 40%", "upside-down"),
    ],
)
def test_bad_limits(tmp_path: Path, point: str, yellow: str, code: str) -> None:
    """A limit in another unit or on the better side is a problem at the limit."""
    column = len(f"  - {{name: r, control_point: {point}, yellow: ") + 2
    assert limit(tmp_path, point, yellow=yellow) == [(column, code)]


@pytest.mark.parametrize(
    ("when", "column", "code"),
    [
        ("rate < 40% and wait > 15m", 0, None),
        ("web.rate * 2 < 0.9 or finding(a) and count(rate) > 10", 0, None),
        ("share(a, manager) > 50% and count(a, manager) >= 2", 0, None),
        ("wait / 2 > 15m and wait + 5m > 1h and wait / wait > 2", 0, None),
        ("rete < 40% and finding(b)", 0, None),
        ("count(rete) > 4", 6, "unknown-control-point"),
        ("count(b, manager) > 4", 6, "unknown-rule"),
        ("rate < 40", 5, "bad-unit"),
        ("rate < 15m", 5, "bad-unit"),
        ("wait > 15", 5, "bad-unit"),
        ("wait > rate", 5, "bad-unit"),
        ("wait + rate > 15m", 5, "bad-unit"),
        ("rate == 'x'", 8, "bad-unit"),
        ("wait > 2wd", 7, "bad-unit"),
        ("average(rate) > 1", 0, "unknown-function"),
        ("share(rate) > 1%", 0, "bad-call"),
        ("count(d, manager) > 1", 6, "bad-call"),
        ("rate", 0, "condition"),
        ("wait > 15m and rate", 15, "condition"),
    ],
)
def test_diagnoses(tmp_path: Path, when: str, column: int, code: str | None) -> None:
    """Names, units and calls of `when:` are checked, at the word that is wrong."""
    text = f'rules:\n  - {{name: a, control_point: rate, red: "< 20%"}}\n  - name: d\n    when: "{when}"\n'
    assert problems(tmp_path, text) == ([(4, 12 + column, code)] if code else [])
