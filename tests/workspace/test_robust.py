"""A workspace with anything anywhere is checked without a traceback."""

import json
import random
from pathlib import Path

import pytest

from engine.definitions.document import Document, read
from engine.errors import DefinitionError
from engine.workspace import check, load

EXAMPLE = Path(__file__).parent / "good" / "furniture"
JUNK = [None, "", "x", "*", "0", "-1", "yes", "a\0b", "../../etc/passwd", "x" * 300, "24:00-25:00", "a.b", "да нет"]
JUNK += ["> 5%", "finding(x)", "((", "9999999999999999w", "\x1b[31m", [], {}, ["x", "x"], {"x": "y"}, [["x"]], [{}]]
FILES = sorted(path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*.yaml"))


def test_inherited_parts_of_any_kind(tmp_path: Path) -> None:
    """A parent and a child may hold anything where named parts are expected."""
    for name in ("voronka.yaml", "processes/web_form.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    for junk in JUNK:
        for states in (junk, [junk], [{"name": junk}], {"name": junk}):
            parts = {"states": states, "transitions": states, "control_points": states}
            text = json.dumps({"process": "p", "extends": "web_form.yaml", **parts})
            (tmp_path / "processes/child.yaml").write_text(text, encoding="utf-8")
            text = json.dumps({"process": "q", "extends": "child.yaml", "states": [{"name": "x"}]})
            (tmp_path / "processes/grandchild.yaml").write_text(text, encoding="utf-8")
            assert check(tmp_path)


def spoilt(document: Document, path: tuple[str | int, ...], junk: object) -> object:
    """The data of a document with one value replaced."""
    data = json.loads(json.dumps(document.data))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = junk
    return data


@pytest.mark.parametrize("file", FILES)
def test_one_bad_value_gives_problems_not_a_traceback(tmp_path: Path, file: str) -> None:
    """Whatever stands at whatever place: check answers, load raises DefinitionError or loads."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    document = read(EXAMPLE / file, file)
    chance = random.Random(file)
    for path in chance.sample(sorted(document.values, key=str), min(25, len(document.values))):
        if not path:
            continue
        junk = chance.choice(JUNK)
        (tmp_path / file).write_text(json.dumps(spoilt(document, path, junk)), encoding="utf-8")
        problems = check(tmp_path)
        assert all(len(problem.message) < 400 and problem.message.isprintable() for problem in problems)
        if any(problem.level == "error" for problem in problems):
            with pytest.raises(DefinitionError) as raised:
                load(tmp_path)
            assert raised.value.problems == problems
