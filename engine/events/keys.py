"""What cases are found by from other sources: phone numbers, contacts, ids; kept as salted hashes."""

from collections.abc import Sequence

from engine.definitions.joining import WHOLE_CASE, Key
from engine.engines.sql import quote
from engine.events.attributes import Taken
from engine.events.phones import numbers
from engine.events.table import own
from engine.events.work import Work

WHOLE_NUMBERS = ("DOUBLE", "FLOAT")


def key_columns(work: Work, attributes: Sequence[Taken], case: Sequence[str]) -> dict[str, str]:
    """The keys of a row as texts, by the names of columns of ours: `key N`."""
    return {f"key {n}": _text(work, key, attributes, case) for n, key in enumerate(work.keys)}


def _text(work: Work, key: Key, attributes: Sequence[Taken], case: Sequence[str]) -> str:
    attribute = next((a for a in attributes if a.name == key.name), None)
    if attribute is not None:
        raw = attribute.raw
    elif key.name == WHOLE_CASE and WHOLE_CASE not in work.table.columns:
        raw = " || '/' || ".join(_cell(work, column, ("case",)) for column in case) or "null::varchar"
    else:
        raw = _cell(work, key.name, key.at)
    return numbers(raw) if key.phone else f"case when contains({raw}, '@') then lower({raw}) else {raw} end"


def _cell(work: Work, column: str, at: tuple[str | int, ...]) -> str:
    """A cell as text; whole numbers that are held with a point are written without it."""
    if work.table.columns.get(column) in WHOLE_NUMBERS:
        return f"format('{{:.0f}}', {quote(column)})"
    return f"regexp_replace({work.cells.text(column, *at)}, '\\.0$', '')"


def write_keys(work: Work) -> None:
    """`keys(name, process, case_key, key)`: every key of every case once."""
    work.engine.execute(
        f"create table {work.schema}.keys (name varchar, process varchar, case_key ubigint, key ubigint)"
    )
    for number, key in enumerate(work.keys):
        salted = f"{work.cells.bound(work.salt)}::varchar"
        text, name = own(f"key {number}"), f"{work.cells.bound(key.id)}::varchar"
        columns = f"{own('process')} as p, {own('key')} as k, {text} as t"
        several = "contains(t, ',')" if key.phone else "false"
        work.execute(f"""
            insert into {work.schema}.keys
            with found as materialized (
                select distinct {columns} from {work.rows} where {own("used")} and {text} is not null)
            select {name}, p, k, hash({salted} || t) from found where not {several}
            union
            select {name}, p, k, hash({salted} || unnest(string_split(t, ','))) from found where {several}""")
