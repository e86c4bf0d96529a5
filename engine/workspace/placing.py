"""A new folder written whole or not at all: made beside its place, then moved there."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import DefinitionError, Location, Problem

T = TypeVar("T")

GITIGNORE = """\
# Exports hold personal data; the store and the reports are made again by `voronka audit`.
data/
reports/
.voronka/*
!.voronka/schema/
"""


def placed(directory: Path, write: Callable[[Path], T], hint: str) -> T:
    """What `write` makes of an empty folder, put where `directory` is; gives what it gave.

    DefinitionError where the directory is not empty (`hint` says what to do) or cannot be written; whatever goes wrong,
    nothing is left behind.
    """
    target = directory.resolve()
    refuse(directory, hint)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=".voronka-"))
    except OSError as error:
        raise _cannot_write(directory, error) from None
    try:
        made = write(draft)
        _put_in_place(draft, target)
    except OSError as error:
        raise _cannot_write(directory, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def refuse(directory: Path, hint: str) -> None:
    """Raise DefinitionError where the directory holds anything, or is no directory."""
    target = directory.resolve()
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.is_dir():
        message = "the directory is not empty"
    elif target.exists():
        message, hint = "is a file", "name a directory"
    else:
        return
    raise DefinitionError([Problem(where=Location(str(directory)), code="not-empty", message=message, hint=hint)])


def _cannot_write(directory: Path, error: OSError) -> DefinitionError:
    message = f"cannot be written: {error.strerror or error}"
    hint = "choose a directory that you may write to"
    return DefinitionError([Problem(where=Location(str(directory)), code="unwritable", message=message, hint=hint)])


def _put_in_place(draft: Path, target: Path) -> None:
    """Move the finished draft to where it belongs; into a directory that is there, entry by entry."""
    if not target.exists():
        os.replace(draft, target)
        target.chmod(0o755)
        return
    moved: list[Path] = []
    try:
        for entry in sorted(draft.iterdir()):
            os.replace(entry, target / entry.name)
            moved.append(target / entry.name)
    except OSError:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
