"""`voronka draft`: a drafted workspace in a folder, whole or not at all."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.draft.make import drafted, locale_of
from engine.draft.model import Drafted
from engine.draft.said import words_for
from engine.draft.sheets import Given, sheets_of
from engine.draft.writing import files_of
from engine.engines.duckdb import Engine
from engine.render.templates import Locale
from engine.workspace.placing import GITIGNORE, placed

HINT = "name a new folder with --out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A draft in its folder: the files written, sorted."""

    draft: Drafted
    files: tuple[str, ...]


def draft(given: Sequence[Given], directory: Path, locale: Locale | None = None) -> Made:
    """Draft a workspace from exports into a directory that is empty or not there.

    `locale` None: that of the names of columns. DefinitionError where the directory cannot be taken, EventLogError
    where the files cannot be read or nothing can be made of them; then nothing is left behind.
    """
    return placed(directory, lambda folder: _drafted_into(folder, given, locale), HINT)


def _drafted_into(folder: Path, given: Sequence[Given], locale: Locale | None) -> Made:
    with Engine() as engine, tempfile.TemporaryDirectory(prefix="voronka-") as inside:
        tables = sheets_of(engine, given, Path(inside))
        made = drafted(engine, tables, locale or locale_of(tables))
    return Made(draft=made, files=write(made, folder))


def write(made: Drafted, folder: Path) -> tuple[str, ...]:
    """The files of a draft into a folder; their names, sorted."""
    say = words_for(made.locale)
    texts = {**dict(files_of(made, folder, say)), ".gitignore": GITIGNORE}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tuple(sorted(texts))
