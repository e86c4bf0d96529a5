"""Ways to write a time, each as SQL of a text: those that are tried on a column nobody describes, and declared ones."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.engines.sql import text_literal

CLOCKS = re.compile(r"%-?[HIcX]")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a time: SQL of a text as a time (null where it does not fit); `format` where it is but one."""

    name: str
    parse: Callable[[str], str]
    zoned: bool = False
    day_only: bool | None = None
    format: str = ""


_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_ISO = rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}([ T]{_TIME})?"
_ZONED = rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}[ T]{_TIME} ?(Z|[+-]\d{{2}}(:?\d{{2}})?)"


def _usual(text: str) -> str:
    return f"case when {text} like '____-__-__ __:__:__' then try_cast({text} as timestamp) end"


def _iso(text: str) -> str:
    """The usual way of writing is tried first: millions of regular expressions take long."""
    return f"""{_usual(text).removesuffix(" end")}
            when regexp_full_match({text}, '{_ISO}') then try_cast(replace({text}, ',', '.') as timestamp) end"""


def _iso_zoned(text: str) -> str:
    colon = rf"regexp_replace(replace({text}, ',', '.'), '([+-]\d\d)(\d\d)$', '\1:\2')"
    return f"case when regexp_full_match({text}, '{_ZONED}') then try_cast({colon} as timestamptz)::timestamp end"


def _epoch(digits: int, function: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        test = rf"regexp_full_match({text}, '[12]\d{{{digits - 1}}}')"
        return f"case when {test} then {function}(try_cast({text} as bigint))::timestamp end"

    return parse


def _family(day: str, year: str) -> Form:
    """Days written one way, with no clock, minutes or seconds behind them."""
    clocks = (
        "",
        " %H:%M",
        " %H:%M:%S",
        ", %H:%M",
        ", %H:%M:%S",
        "T%H:%M:%S",
        " %H:%M:%S.%f",
        " %I:%M %p",
        " %I:%M:%S %p",
    )
    formats = ", ".join(f"'{day}{clock}'" for clock in clocks)
    shape = rf"\d{{1,4}}[./-]\d{{1,2}}[./-]{year}(\D.*)?" if not day.startswith("%Y") else r"\d{4}\D.*"

    def parse(text: str) -> str:
        return f"case when regexp_full_match({text}, '{shape}') then try_strptime({text}, [{formats}]) end"

    return Form(f"{day} %H:%M:%S", parse)


def plain_form(name: str, *, zoned: bool = False) -> Form:
    """One declared way to write a time, such as `%d.%m.%Y %H:%M`."""
    cast = "::timestamp" if zoned else ""
    return Form(
        name,
        lambda text: f"try_strptime({text}, {text_literal(name)}){cast}",
        zoned=zoned,
        day_only=not CLOCKS.search(name),
        format=name,
    )


_DOTTED = "%d.%m.%Y %H:%M:%S"
PLAIN = (
    Form("ISO 8601", _usual, day_only=False, format="%Y-%m-%d %H:%M:%S"),
    *(replace(plain_form(f"%Y-%m-%d{clock}"), name="ISO 8601") for clock in ("T%H:%M:%S", " %H:%M", "")),
    *(
        replace(plain_form(f"%d.%m.%Y{clock}"), name=_DOTTED)
        for clock in (" %H:%M:%S", " %-H:%M:%S", " %H:%M", " %-H:%M", "")
    ),
)
"""What nearly all exports write, from the first row to the last: such a column need not be tested cell by cell."""
_DIGITS = {"%Y": r"\d{4}", "%-H": r"\d{1,2}", **dict.fromkeys(("%m", "%d", "%H", "%M", "%S"), r"\d\d")}


def plain_of(cells: Sequence[str]) -> Form | None:
    """The plain form that all cells are written in, if they are."""
    return next((form for form in PLAIN if all(map(_shape(form.format).fullmatch, cells))), None) if cells else None


@functools.cache
def _shape(format_: str) -> re.Pattern[str]:
    parts = re.split(r"(%-?[A-Za-z])", format_)
    return re.compile("".join(_DIGITS.get(part, re.escape(part)) for part in parts))


_MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_BLANK = r"[ \x{00a0}\x{202f}]"
_RUSSIAN = (
    rf"\d{{1,2}}{_BLANK}({'|'.join(_MONTHS)}|мая)[а-я]*\.?{_BLANK}\d{{4}}({_BLANK}?г(\.|ода)?)?"
    rf"(,?{_BLANK}(в{_BLANK})?\d{{1,2}}:\d{{2}}(:\d{{2}})?)?"
)


def _russian(text: str) -> str:
    """`12 января 2026 г. 9:05`: the month by its first letters."""
    low, month = f"lower({text})", _month_of(text)
    day, year, clock = (f"regexp_extract({low}, '{part}')" for part in (r"^\d+", r"\d{4}", r"\d+:\d+(:\d+)?$"))
    return f"""case when regexp_full_match({low}, '{_RUSSIAN}') then
                try_cast({year} || '-' || {month} || '-' || {day} || ' ' || coalesce(nullif({clock}, ''), '0:00')
                    as timestamp) end"""


def _month_of(text: str) -> str:
    listed = ", ".join(f"'{month}'" for month in _MONTHS)
    return f"list_position([{listed}], replace(left(regexp_extract(lower({text}), '[а-я]+'), 3), 'мая', 'май'))"


def _russian_month(text: str) -> str:
    """`Январь 2026`, `янв. 2026 г.`"""
    low, shape = f"lower({text})", rf"({'|'.join(_MONTHS)}|мая)[а-я]*[.,]?{_BLANK}?\d{{4}}({_BLANK}?г(\.|ода)?)?"
    year = f"regexp_extract({low}, '\\d{{4}}')"
    return f"""case when regexp_full_match({low}, '{shape}') then
                try_cast({year} || '-' || {_month_of(text)} || '-1' as timestamp) end"""


def _english_month(text: str) -> str:
    """`January 2026`, `Jan-2026`."""
    return f"try_strptime({text}, ['%B %Y', '%b %Y', '%b-%Y', '%B-%Y', '%b, %Y', '%B, %Y'])"


def _english(text: str) -> str:
    """`Jan 12, 2026 9:05 AM`: the month by its name, before the day or behind it."""
    days = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d %Y")
    clocks = ("", *(f"{comma}{clock}" for comma in (" ", ", ", " at ") for clock in _CLOCKS))
    formats = ", ".join(f"'{day}{clock}'" for day in days for clock in clocks)
    plain = f"replace(replace({text}, '\u202f', ' '), '\u00a0', ' ')"
    shape = r"(\d{1,2}[ -])?[A-Za-z]{3,9}[ -](\d{1,2},? )?\d{4}\b.*"
    return f"case when regexp_full_match({plain}, '{shape}') then try_strptime({plain}, [{formats}]) end"


_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
DETECTED = (
    Form("ISO 8601", _iso),
    Form("ISO 8601 with an offset", _iso_zoned, zoned=True, day_only=False),
    _family("%d.%m.%Y", r"\d{4}"),
    _family("%d.%m.%y", r"\d{2}"),
    _family("%d/%m/%Y", r"\d{4}"),
    _family("%m/%d/%Y", r"\d{4}"),
    _family("%d-%m-%Y", r"\d{4}"),
    _family("%d/%m/%y", r"\d{2}"),
    _family("%Y/%m/%d", ""),
    _family("%Y.%m.%d", ""),
    plain_form("%Y%m%d"),
    plain_form("%Y%m%d%H%M%S"),
    plain_form("%Y%m%d %H:%M:%S"),
    plain_form("%Y%m%dT%H%M%S"),
    Form("12 января 2026", _russian),
    Form("Jan 12, 2026", _english),
    Form("seconds since 1970", _epoch(10, "to_timestamp"), zoned=True, day_only=False),
    Form("milliseconds since 1970", _epoch(13, "epoch_ms"), zoned=True, day_only=False),
)
MONTHS = (
    plain_form("%Y-%m"),
    plain_form("%m.%Y"),
    plain_form("%m/%Y"),
    Form("январь 2026", _russian_month, day_only=True),
    Form("Jan 2026", _english_month, day_only=True),
)
"""Ways to write a month of totals."""
