"""Steps of the project's own promises that a consultant has no use for: definitions spoilt and checked."""

import shutil
from pathlib import Path

from pytest_bdd import given, parsers, then

from engine.errors import Problem
from engine.pipeline.opening import check

HERE = Path(__file__).parent


@given(parsers.parse("the file {file} with {wrong} for {right}"), target_fixture="problems")
def spoilt(tmp_path: Path, file: str, wrong: str, right: str) -> tuple[Problem, ...]:
    """The problems of a copy of this workspace with the first `right` of a file replaced."""
    root = tmp_path / "workspace"
    shutil.copytree(HERE, root, ignore=shutil.ignore_patterns(".voronka", "*.py", "__pycache__"))
    text = (root / file).read_text(encoding="utf-8")
    assert right in text
    (root / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return check(root)


@then(parsers.parse("there is the problem {code} at {place}"))
def placed(problems: tuple[Problem, ...], code: str, place: str) -> None:
    """Exactly this problem, there."""
    assert [(problem.code, str(problem.where)) for problem in problems] == [(code, place)]


@then(parsers.parse("its hint speaks of {right}"))
def hinted(problems: tuple[Problem, ...], right: str) -> None:
    """What should have been written is in the hint."""
    assert right.rpartition(" ")[2] in problems[0].hint
