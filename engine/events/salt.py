"""The salt of the pseudonyms of one workspace: made once, kept in its `.voronka`, known to nobody else."""

import hashlib
import secrets
from pathlib import Path

FILE = "salt"


def workspace_salt(folder: Path) -> str:
    """The salt kept in a folder; a new random one where there is none yet.

    Where it cannot be kept, it is of this run alone. Without the salt a pseudonym of a phone number could be undone by
    trying all numbers.
    """
    path = folder / FILE
    fresh = secrets.token_hex(32)
    try:
        folder.mkdir(exist_ok=True)
        with path.open("x", encoding="ascii") as stream:
            stream.write(fresh)
        path.chmod(0o600)
    except FileExistsError:
        return _kept(path, fresh)
    except OSError:
        return fresh
    return fresh


def _kept(path: Path, fresh: str) -> str:
    """What the file holds; an empty one was left by a run that broke off."""
    try:
        kept = path.read_text(encoding="utf-8", errors="replace").strip()
        if not kept:
            path.write_text(fresh, encoding="ascii")
    except OSError:
        return fresh
    return kept or fresh


def stand_in(client: str) -> str:
    """A salt for a log that no workspace keeps: equal for equal clients."""
    return hashlib.sha256(client.encode()).hexdigest()
