"""What stands behind pseudonyms, for working lists only: looked up in the exports, kept nowhere."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.definitions.settings import Settings
from engine.definitions.source import Source
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound
from engine.errors import EventLogError
from engine.events import files, reading
from engine.events.attributes import Taken, hidden, personal, pseudonym, taken
from engine.events.cells import Cells
from engine.events.joining import joined
from engine.events.phones import first_number, masked
from engine.events.stamps import Clock
from engine.events.standing_in import completed
from engine.events.table import Table
from engine.events.trouble import BrokenSourceError, Desk


def behind_pseudonyms(settings: Settings, root: Path, salt: str, pseudonyms: Iterable[str]) -> dict[str, str]:
    """The values of clients (phone, e-mail, name) by their pseudonyms, as working lists show them.

    Real, as the export writes them, or without their middle where `privacy: {lists: masked}`. The exports are read
    again: neither the store nor any other file holds real values. `salt`: `salt.workspace_salt` of the workspace.
    A pseudonym that no export knows any more is left out. Raises EventLogError where an export cannot be read.
    """
    found: dict[str, str] = {}
    for number, source in enumerate(settings.sources):
        if any(personal(name, attribute) for name, attribute in source.attributes.items()):
            with Engine() as engine, tempfile.TemporaryDirectory(prefix="voronka-") as folder:
                asked = [(pseudonym,) for pseudonym in sorted(set(pseudonyms))]
                engine.execute("create temp table asked (pseudonym varchar)")
                for start in range(0, len(asked), _AT_ONCE):
                    engine.insert("asked", ("pseudonym",), list(asked[start : start + _AT_ONCE]))
                found = {**_of_source(engine, settings, source, number, root, salt, Path(folder)), **found}
    return found


_AT_ONCE = 10_000


def _of_source(
    engine: Engine, settings: Settings, source: Source, number: int, root: Path, salt: str, folder: Path
) -> Mapping[str, str]:
    desk = Desk(source.name, number, None, [])
    try:
        table = _read(engine, desk, source, root, folder)
        cells = Cells(engine, desk, table, source.empty, Bound())
        clock = Clock(cells, ZoneInfo(source.time_zone or settings.time_zone), source.format, [], {}, hidden(source))
        attributes = [
            taken(cells, clock, source, name, attribute)
            for name, attribute in source.attributes.items()
            if personal(name, attribute)
        ]
    except BrokenSourceError:
        raise EventLogError(desk.problems) from None
    if desk.problems:
        raise EventLogError(desk.problems)
    found: dict[str, str] = {}
    for attribute in attributes:
        found |= _values(cells, table, attribute, salt, hide=settings.privacy.lists == "masked")
    return found


def _read(engine: Engine, desk: Desk, source: Source, root: Path, folder: Path) -> Table:
    """The rows of a source with the columns of what is joined to them, and those that stand in for others."""
    table = reading.read(engine, desk, files.find(desk, root, source.path, "path"), source, "voronka raw", folder)
    for number, join in enumerate(source.join):
        others = files.find(desk, root, (join.path,), "join", number, "path")
        table = joined(engine, desk, table, join, number, others, folder / f"join-{number}")
    return completed(table, source)


def _values(cells: Cells, table: Table, attribute: Taken, salt: str, *, hide: bool) -> dict[str, str]:
    """Of each pseudonym asked for, the first of its spellings by the alphabet."""
    value = attribute.sql if attribute.type == "text" else f"({attribute.sql})::varchar"
    shown = masked(f"coalesce({first_number('spelt')}, spelt)") if hide else "spelt"
    secret = pseudonym("value", f"{cells.bound(salt)}::varchar")
    rows = cells.rows(f"""
        select pseudonym, {shown}
        from (
            select {secret} as pseudonym, min(spelt) as spelt
            from (select distinct {value} as value, {attribute.raw} as spelt from {table.sql})
            where value is not null
            group by 1)
        semi join asked using (pseudonym)""")
    return {str(name): str(text) for name, text in rows}
