"""Names, units and calls of the conditions of rules are checked when they are loaded, to the character."""

import json
from pathlib import Path

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


def test_a_sound_condition_is_no_problem(tmp_path: Path) -> None:
    """Attributes of the source, dimensions that every process has, marks and states that are counted."""
    assert problems(tmp_path, exposure="load > 40 and count(contacted) < 2 and not in_hours") == []


def test_a_misspelt_name_is_found_where_it_stands(tmp_path: Path) -> None:
    """In `where:` and in an exposure; the column is that of the word."""
    where = problems(tmp_path / "a", where="sorce != 'x'")
    exposure = problems(tmp_path / "b", exposure="not in_hours and mnager == 'x'")
    assert where == [(8, 13, "unknown-name")]
    assert exposure == [(10, 47, "unknown-name")]


def test_units_and_calls_are_found_where_they_stand(tmp_path: Path) -> None:
    """A number against a duration, a function that is not there, a point that is not there: all at once."""
    found = problems(tmp_path, exposure="load > 15m or cout(contacted) < 2 or count(contcted) < 2")
    assert [code for _, _, code in found] == ["bad-unit", "unknown-function", "unknown-point"]
