"""The catalogue of problems: every code that can be given is explained, and every explained code has a bad file."""

import re
from pathlib import Path

from tests.definitions.test_problems import CASES

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"no-workspace", "unreadable", "encoding", "no-process"}


def explained() -> set[str]:
    """Codes of the first column of docs/problems.md."""
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs/problems.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}


def test_every_explained_code_has_a_bad_file() -> None:
    """A code of the catalogue is given by some bad file of the tests, and the other way round."""
    assert explained() - ELSEWHERE == {code for code, *_ in CASES}


def test_every_code_in_the_source_is_explained() -> None:
    """No check gives a code that the catalogue does not know."""
    folders = ("definitions", "workspace")
    text = "".join(p.read_text(encoding="utf-8") for f in folders for p in (ROOT / "engine" / f).rglob("*.py"))
    codes = set(re.findall(r'"((?:bad|no|unknown|duplicate|limits|extends|action|rule|cause)-[a-z-]+)"', text))
    assert codes - {"unknown-"} <= explained()
