"""The page of `voronka express` on the disk: whole or not at all, and never over somebody else's file."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.draft.sheets import Given, name_of
from engine.errors import EngineError, Location, Problem, TemplateError
from engine.render.express import page_kind

OURS = b"voronka express"
HEAD = 2000


def page_path(given: Sequence[Given], out: Path | None) -> Path:
    """Where the page goes; TemplateError where something else stands there, before any work is done."""
    name = Path(name_of(given[0])).name.split(".")[0] or "export"
    path = out or Path(f"express-{name}.html")
    if path.is_dir():
        path = path / f"express-{name}.html"
    if path.exists() and not _is_ours(path):
        hint = "name another file with --out"
        problem = Problem(
            where=Location(str(path)), code="not-a-report", message="is no page of ours: not replaced", hint=hint
        )
        raise TemplateError([problem])
    return path


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return OURS in stream.read(HEAD)
    except OSError:
        return False


def write_page(path: Path, texts: Mapping[str, str]) -> None:
    """Write the page of the kind the file's ending names; EngineError where the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=".express-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(texts[page_kind(path)].encode())
            Path(fresh).chmod(0o644)
            os.replace(fresh, path)
        finally:
            Path(fresh).unlink(missing_ok=True)
    except OSError as error:
        hint = "name a file with --out in a folder that you may write to"
        message = f"cannot be written: {error.strerror or error}"
        raise EngineError([Problem(where=Location(str(path)), code="unwritable", message=message, hint=hint)]) from None
