"""Attributes of cases in SQL: typed, taken first or last, personal ones as pseudonyms."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.definitions.document import Key
from engine.definitions.joining import is_phone
from engine.definitions.source import Attribute, Source
from engine.engines.sql import quote, text_literal
from engine.events.cells import Cells
from engine.events.phones import first_number
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
    """One attribute: `raw` as text, `sql` typed, over the columns of a row. A phone number is a text of digits."""

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


def hidden(source: Source) -> frozenset[str]:
    """The columns that personal attributes are read from."""
    return _columns(source, (a for name, a in source.attributes.items() if personal(name, a)))


def phone_columns(source: Source) -> frozenset[str]:
    """The columns that hold phone numbers."""
    return _columns(source, (a for name, a in source.attributes.items() if is_phone(name, a)))


def _columns(source: Source, attributes: Iterable[Attribute]) -> frozenset[str]:
    """The columns of attributes, and those that stand in for them."""
    columns = {column for a in attributes for column in (a.column, a.else_) if column}
    return frozenset(columns | {other for column in columns for other in source.else_.get(column, ())})


def taken(cells: Cells, clock: Clock, source: Source, name: str, attribute: Attribute) -> Taken:
    """The attribute of a source as SQL."""
    at: tuple[Key, ...] = ("attributes", name, "column")
    raw, typed = _read(cells, clock, source, name, attribute, attribute.column, at)
    if attribute.where is not None or attribute.else_ is not None:
        test = (
            cells.condition(attribute.where, "attributes", name, "where") if attribute.where else f"{raw} is not null"
        )
        other = "null", "null"
        if attribute.else_ is not None:
            other = _read(cells, clock, source, name, attribute, attribute.else_, ("attributes", name, "else"))
        raw, typed = (f"(case when {test} then {a} else {b} end)" for a, b in zip((raw, typed), other, strict=True))
    return Taken(
        name=name,
        sql=typed,
        raw=raw,
        type="text" if attribute.type == "phone" else attribute.type,
        last=attribute.take in ("last", "each") or (attribute.take is None and name in LAST),
        personal=personal(name, attribute),
        empty_as=attribute.empty_as,
    )


def _read(
    cells: Cells, clock: Clock, source: Source, name: str, attribute: Attribute, column: str, at: tuple[Key, ...]
) -> tuple[str, str]:
    """A column as text, and as the attribute's type."""
    if attribute.type in ("number", "money") and not is_phone(name, attribute):
        return _read_number(cells, source, attribute, column, at)
    raw = cells.text(column, *at, empty=attribute.empty)
    if is_phone(name, attribute):
        return raw, first_number(raw)
    held = cells.kind(column)
    match attribute.type:
        case "flag":
            return raw, quote(column) if held == "flag" else _flag(raw)
        case "time" | "date":
            stamp = clock.stamp((column,), *at, formats=attribute.format, empty=attribute.empty)
            return raw, f"{stamp.local}::date" if attribute.type == "date" else clock.utc(stamp, stamp.local)
        case _:
            return raw, raw


def _read_number(
    cells: Cells, source: Source, attribute: Attribute, column: str, at: tuple[Key, ...]
) -> tuple[str, str]:
    """A number needs no trimming: blanks around it are no part of it."""
    bare = cells.kind(column) == "text" and column in cells.table.columns and not (cells.empty or attribute.empty)
    raw = cells.text(column, *at, empty=attribute.empty, rare=bare)
    if cells.kind(column) == "number":
        value = f"{quote(column)}::double"
    else:
        value = number(quote(column) if bare else raw, source.decimal)
    return raw, value if attribute.divide == 1 else f"({value}) / {attribute.divide}"


def number(text: str, decimal: str | None) -> str:
    """A number as people write it: spaces, currencies, decimal comma; null where it is none.

    Of comma and point the later one is the decimal sign; one comma alone is; several of either are not.
    """
    usual = _plain(text, decimal)
    odd = f"(case when {usual} is null then {text} end)"  # DuckDB takes what is written twice out of a `case`
    close = f"translate({odd}, ' \u00a0\u202f', '')"
    return f"coalesce({usual}, {_plain(close, decimal)}, {_written(odd, decimal)})"


def _plain(text: str, decimal: str | None) -> str:
    """A number without thousands and signs; one comma is the decimal sign, and two are no number any more."""
    points = f"not contains({text}, ',')" + (f" and not contains({text}, '.')" if decimal == "," else "")
    commas = f"when contains({text}, ',') then try_cast(replace({text}, ',', '.') as double)" if decimal != "." else ""
    return f"case when {points} then try_cast({text} as double) {commas} end"


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


def pseudonym(value: str, salted: str) -> str:
    """SQL of a stable pseudonym of a text: equal texts of one workspace have equal ones, in every source."""
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
