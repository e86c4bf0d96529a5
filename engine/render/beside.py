"""Files that people go on with (a programme, lists): written whole, never over what somebody has changed."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.errors import EngineError, Location, Problem


def write_beside(folder: Path, made: Mapping[str, bytes], *, replace: bool = False) -> tuple[Path, ...]:
    """Write files by their names below `folder`; gives their paths.

    EngineError (`file-exists`) where another file of a name lies there, unless it is to be replaced; (`unwritable`)
    where the disk refuses. Nothing is written then.
    """
    taken = [
        folder / name for name, content in sorted(made.items()) if not replace and _differs(folder / name, content)
    ]
    if taken:
        message = "another file lies here, and somebody may have changed it"
        hint = "move it away, name another folder with --out, or write over it with --replace"
        raise EngineError([Problem(where=Location(str(taken[0])), code="file-exists", message=message, hint=hint)])
    try:
        for name, content in sorted(made.items()):
            _put(folder / name, content)
    except OSError as error:
        where, message = Location(str(folder)), f"the files cannot be written: {error.strerror}"
        hint = "the folder must be one that can be written to, on a disk with free space"
        raise EngineError([Problem(where=where, code="unwritable", message=message, hint=hint)]) from None
    return tuple(folder / name for name in sorted(made))


def _differs(path: Path, content: bytes) -> bool:
    return path.is_symlink() or (path.exists() and (not path.is_file() or path.read_bytes() != content))


def _put(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there: it is never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
