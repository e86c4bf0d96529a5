"""The golden cases of a topic."""

import json
from pathlib import Path
from typing import Any

_CASES = json.loads((Path(__file__).parents[1] / "golden-stat.json").read_text())["cases"]


def golden(name: str) -> tuple[Any, Any]:
    """Input and expected values of one case."""
    (case,) = (case for case in _CASES if case["id"] == name)
    return case["input"], case["expected"]
