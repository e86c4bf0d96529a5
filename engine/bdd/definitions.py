"""The workspace of the scenarios, loaded once for every state of its files."""

from functools import cache
from pathlib import Path
from typing import Literal

from engine.definitions.document import read
from engine.pipeline.opening import load
from engine.workspace import Workspace

SETTINGS = "voronka.yaml"


def workspace(root: Path) -> Workspace:
    """The workspace of a folder; loaded again when one of its definitions has changed."""
    return _workspace(root, _stamp(root))


@cache
def _workspace(root: Path, stamp: tuple[tuple[str, int, int], ...]) -> Workspace:
    return load(root)


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    files = [root / SETTINGS, *sorted(root.glob("processes/*.y*ml")), *sorted(root.glob("rules/**/*.y*ml"))]
    stats = ((str(file), file.stat()) for file in files if file.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def locale_of(root: Path) -> Literal["ru", "en"]:
    """The locale of the workspace, although its other definitions may be wrong."""
    data = read(root / SETTINGS, SETTINGS).data
    return "en" if isinstance(data, dict) and data.get("locale") == "en" else "ru"
