"""One file of a source as a query, with what was noticed while it was opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.events.table import BLANKS, Lines, Misfit, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file as a query; `lines` finds the lines of its rows where the query does not give them.

    `rejects`: the table of the rows DuckDB could not read. `misfits`: rows that were left out before. `timed`: the same
    query with the columns `times` as times, for they seem to be written in that one format.
    """

    sql: str
    names: tuple[str, ...]
    rejects: str | None
    path: Path
    shown: str
    notes: tuple[str, ...] = ()
    lines: Lines | None = None
    misfits: tuple[Misfit, ...] = ()
    signs: tuple[Sign, ...] = ()
    blanks: tuple[str, ...] = BLANKS
    timed: str = ""
    times: Mapping[str, str] = field(default_factory=dict)


def seen(part: Part, notes: tuple[str, ...], signs: tuple[Sign, ...]) -> Part:
    """The part with what was noticed before it was made; without a search for lines, for its rows carry them."""
    return replace(part, notes=(*notes, *part.notes), signs=(*signs, *part.signs), lines=None)
