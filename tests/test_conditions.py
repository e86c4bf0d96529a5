"""Names, units and calls of the conditions of rules are checked when they are loaded, to the character."""

import json
from pathlib import Path

import pytest

from tests.command import RULES, voronka, workspace

CAUSES = """\
    where: "{where}"
    causes:
      - {{name: a, exposure: "{exposure}", actions: [answer_first]}}
"""


def problems(root: Path, *, where: str = "source != 'x'", exposure: str = "not in_hours") -> list[tuple[int, int, str]]:
    """Line, column and code of what `check` finds in the rules."""
    text = RULES + CAUSES.format(where=where, exposure=exposure)
    (workspace(root) / "rules/response.yaml").write_text(text, encoding="utf-8")
    found = json.loads(voronka("check", root, "--format", "json").out)
    return [(problem["line"], problem["column"], problem["code"]) for problem in found]


def hints(root: Path) -> list[str]:
    """What `check` proposes."""
    return [problem["hint"] for problem in json.loads(voronka("check", root, "--format", "json").out)]


def test_a_sound_condition_is_no_problem(tmp_path: Path) -> None:
    """Attributes of the source, dimensions that every process has, marks and states that are counted."""
    assert problems(tmp_path, exposure="load > 40 and count(contacted) < 2 and not in_hours") == []


def test_a_misspelt_name_is_found_where_it_stands(tmp_path: Path) -> None:
    """In `where:` and in an exposure; the column is that of the word."""
    where = problems(tmp_path / "a", where="sorce != 'x'")
    exposure = problems(tmp_path / "b", exposure="not in_hours and mnager == 'x'")
    assert where == [(8, 13, "unknown-name")]
    assert exposure == [(10, 47, "unknown-name")]


@pytest.mark.parametrize(
    ("exposure", "hint"),
    [
        ("weekday in ['sat', '7']", "did you mean 'sun'?"),
        ("weekday == 'mod'", "did you mean `mon`?"),
        ("hour == 13", "write '13'"),
        ("hour in ['09', '9']", "write '09'"),
        ("'мая' == month", "write '2026-09'"),
        ("weekday_hour == 'mon 9'", "write 'mon 09'"),
        ("outcome != 'wom'", "did you mean `won`?"),
    ],
)
def test_a_value_that_a_derived_dimension_never_has_is_found(tmp_path: Path, exposure: str, hint: str) -> None:
    """A comparison that would silently never hold is named, with the value that was meant."""
    assert [code for _, _, code in problems(tmp_path, exposure=exposure)] == ["unknown-value"]
    assert hints(tmp_path) == [hint]


def test_values_that_a_derived_dimension_has_are_fine(tmp_path: Path) -> None:
    """Days, hours (a range of them too), months and outcomes as the engine writes them; attributes may be anything."""
    fine = "weekday in ['sat', 'sun'] or hour >= '18' or month < '2026-05' or outcome == 'won' or source == '7'"
    assert problems(tmp_path, exposure=fine) == []


def test_units_and_calls_are_found_where_they_stand(tmp_path: Path) -> None:
    """A number against a duration, a function that is not there, a point that is not there: all at once."""
    found = problems(tmp_path, exposure="load > 15m or cout(contacted) < 2 or count(contcted) < 2")
    assert [code for _, _, code in found] == ["bad-unit", "unknown-function", "unknown-point"]
