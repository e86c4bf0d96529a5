"""The catalogue of problems: every code that can be given is explained, and those of files have a bad file."""

import re
from pathlib import Path

from engine.events.doctor.catalogue import catalogue
from tests.codes import codes
from tests.definitions.test_problems import CASES

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"no-workspace", "unreadable", "encoding", "no-process"}


def explained(part: slice = slice(None)) -> set[str]:
    """Codes of the first column of docs/problems.md; its parts are: of files, when a command runs."""
    text = "".join((ROOT / "docs/problems.md").read_text(encoding="utf-8").split("# When a command runs")[part])
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}


def test_every_explained_code_has_a_bad_file() -> None:
    """A code of the first part is given by some bad file of the tests, and the other way round."""
    assert explained(slice(1)) - ELSEWHERE == {code for code, *_ in CASES}


def test_every_code_in_the_source_is_explained() -> None:
    """No room gives a code that the catalogue does not know."""
    assert len(codes()) > 100
    assert codes() - explained() - set(catalogue) == set()
