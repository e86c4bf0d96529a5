"""Attributes of cases in SQL: typed, taken first or last, personal ones as pseudonyms."""

import hashlib
from dataclasses import dataclass

from engine.definitions.document import Key
from engine.definitions.source import Attribute, Source
from engine.engines.sql import quote, text_literal
from engine.events.cells import Cells
from engine.events.stamps import Clock

PERSONAL = ("client", "phone", "email")
LAST = ("amount", "loss_reason")
TYPES = {
    "text": "varchar",
    "number": "double",
    "money": "double",
    "time": "timestamp",
    "date": "date",
    "flag": "boolean",
}
TRUE = ("1", "y", "yes", "true", "t", "on", "+", "да", "д", "истина")
FALSE = ("0", "n", "no", "false", "f", "off", "-", "нет", "н", "ложь")
CURRENCIES = r"[\s\x{00a0}\x{202f}\x{2009}''₽$€£₴₸]|(?i:руб(лей|ля|ль)?\.?|р\.|rub|rur|usd|eur|kzt|byn)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One attribute: `raw` as text, `sql` typed, over the columns of a row."""

    name: str
    sql: str
    raw: str
    type: str
    last: bool
    personal: bool
    empty_as: str | None


def personal(name: str, attribute: Attribute) -> bool:
    """Whether values of the attribute are only ever written as pseudonyms."""
    return attribute.personal if attribute.personal is not None else name in PERSONAL


def taken(cells: Cells, clock: Clock, source: Source, name: str, attribute: Attribute) -> Taken:
    """The attribute of a source as SQL."""
    at: tuple[Key, ...] = ("attributes", name, "column")
    raw = cells.text(attribute.column, *at, empty=attribute.empty)
    return Taken(
        name=name,
        sql=_typed(cells, clock, source, attribute, raw, at),
        raw=raw,
        type=attribute.type,
        last=attribute.take in ("last", "each") or (attribute.take is None and name in LAST),
        personal=personal(name, attribute),
        empty_as=attribute.empty_as,
    )


def _typed(cells: Cells, clock: Clock, source: Source, attribute: Attribute, raw: str, at: tuple[Key, ...]) -> str:
    held = cells.kind(attribute.column)
    match attribute.type:
        case "number" | "money":
            return f"{quote(attribute.column)}::double" if held == "number" else number(raw, source.decimal)
        case "flag":
            return quote(attribute.column) if held == "flag" else _flag(raw)
        case "time" | "date":
            stamp = clock.stamp((attribute.column,), *at, formats=attribute.format, empty=attribute.empty)
            return f"{stamp.local}::date" if attribute.type == "date" else clock.utc(stamp, stamp.local)
        case _:
            return raw


def number(text: str, decimal: str | None) -> str:
    """A number as people write it: spaces, currencies, decimal comma; null where it is none.

    Of comma and point the later one is the decimal sign; one comma alone is; several of either are not.
    """
    plain = f"not contains({text}, ',')" + (f" and not contains({text}, '.')" if decimal == "," else "")
    return f"coalesce(case when {plain} then try_cast({text} as double) end, {_written(text, decimal)})"


def _written(text: str, decimal: str | None) -> str:
    bare = f"replace(regexp_replace({text}, '{CURRENCIES}', '', 'g'), '−', '-')"
    if decimal == ",":
        return f"try_cast(replace(replace({bare}, '.', ''), ',', '.') as double)"
    if decimal == ".":
        return f"try_cast(replace({bare}, ',', '') as double)"
    commas_first = f"(contains({bare}, '.') and instr({bare}, ',') < instr({bare}, '.'))"
    thousands = f"regexp_full_match({bare}, '-?\\d{{1,3}}(,\\d{{3}}){{2,}}')"
    points = f"regexp_full_match({bare}, '-?\\d{{1,3}}(\\.\\d{{3}}){{2,}}')"
    return f"""case
            when not contains({bare}, ',') then try_cast(
                case when {points} then replace({bare}, '.', '') else {bare} end as double)
            when {commas_first} or {thousands} then try_cast(replace({bare}, ',', '') as double)
            else try_cast(replace(replace({bare}, '.', ''), ',', '.') as double)
        end"""


def _flag(text: str) -> str:
    yes = ", ".join(text_literal(word) for word in TRUE)
    no = ", ".join(text_literal(word) for word in FALSE)
    return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"


def salt(client: str, source: str) -> str:
    """Equal input gives equal pseudonyms; another client's or source's differ."""
    return hashlib.sha256(f"{client}\0{source}".encode()).hexdigest()


def pseudonym(value: str, salted: str) -> str:
    """SQL of a stable pseudonym of a text."""
    return f"'p_' || left(sha256({salted} || {value}), 12)"


def finished(attribute: Taken, value: str, salted: str, empty_as: str | None) -> str:
    """SQL of what is stored of a taken value: pseudonym, the word for an empty one, the type."""
    result = value
    if attribute.personal:
        as_text = value if attribute.type == "text" else f"{value}::varchar"
        result = pseudonym(as_text, salted)
    if empty_as is not None and (attribute.type == "text" or attribute.personal):
        result = f"coalesce({result}, {empty_as})"
    return result if attribute.personal else f"({result})::{TYPES[attribute.type]}"
