"""Phone numbers as people write them -> digits that can be compared, in SQL."""

import re

PLAIN = r"(\+?7|8)[3-9]\d{9}"
"""Most cells: one Russian number without signs."""
EXTENSION = r"(доб|внутр|вн|добавочный|ext|extension|x|#|\*)[.:]?\s*\d{1,6}"
SEPARATORS = r"[,;/|\n\r]+|\s(и|или|and|or)\s"
SHORTEST, LONGEST = 7, 15
"""Fewer digits are an extension or a service number; more are no number (E.164)."""


def numbers(text: str) -> str:
    """SQL of the numbers in a cell, joined by commas; null where there is none.

    Digits only. Of eleven digits a leading 8 is 7, ten digits are a Russian number without its 7; +81 to +86 and other
    countries stay as they are. Extensions are dropped. Placeholders (0000000, 9999999999) are no number.
    """
    cleaned = f"regexp_replace(replace(lower({text}), '+', ';+'), '{EXTENSION}', '', 'g')"
    parts = f"regexp_split_to_array({cleaned}, '{SEPARATORS}')"
    listed = f"list_filter(list_transform({parts}, lambda p: {_digits('p')}), lambda d: d is not null)"
    several = f"nullif(array_to_string({listed}, ','), '')"
    plain = f"case when {_same('right(' + text + ', 10)')} then null else '7' || right({text}, 10) end"
    return f"(case when regexp_full_match({text}, '{PLAIN}') then {plain} else {several} end)"


def first_number(text: str) -> str:
    """SQL of the first of the numbers in a cell."""
    return f"string_split({numbers(text)}, ',')[1]"


def masked(text: str) -> str:
    """SQL of a value without its middle: `79*******67`, `i***@mail.ru`, `И***`."""
    digits = f"left({text}, 2) || repeat('*', length({text}) - 4) || right({text}, 2)"
    return f"""(case
            when contains({text}, '@') then left({text}, 1) || '***@' || split_part({text}, '@', 2)
            when regexp_full_match({text}, '[+]?\\d{{7,15}}') then {digits}
            else left({text}, 1) || '***'
        end)"""


def _digits(part: str) -> str:
    """SQL of one number; null where it is none. A decimal `.0` is what a spreadsheet adds to a number."""
    d = f"regexp_replace(regexp_replace({part}, '[.,]0$', ''), '\\D', '', 'g')"
    return f"""case
            when regexp_matches({part}, '\\d[.,]\\d+e') then null
            when length({d}) not between {SHORTEST} and 18 or {_same(f"right({d}, 10)")} then null
            when regexp_full_match({d}, '[78]\\d{{10}}') and not regexp_matches({part}, '\\+8[1-6]')
                then '7' || right({d}, 10)
            when regexp_full_match({d}, '[3-9]\\d{{9}}|7[78]\\d{{10}}') and not regexp_matches({part}, '\\+[2-6]')
                then '7' || right({d}, 10)
            when regexp_full_match({d}, '810\\d{{9,}}') then {d}[4:]
            when regexp_full_match({d}, '00[1-9]\\d{{7,}}') then {d}[3:]
            when length({d}) <= {LONGEST} then {d}
        end"""


def _same(digits: str) -> str:
    """SQL: all digits are equal."""
    return f"ltrim({digits}, right({digits}, 1)) = ''"


_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_NUMBER = re.compile(r"(?<!\d)(?:\+?[78])[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
HIDDEN = "***"


def without_contacts(text: str) -> str:
    """A text of people without the e-mail addresses and Russian phone numbers in it."""
    return _NUMBER.sub(HIDDEN, _ADDRESS.sub(HIDDEN, text))


def without_contacts_sql(text: str) -> str:
    """SQL of the same."""
    address = r"[\pL\d_.+-]+@[\pL\d_-]+(\.[\pL\d_-]+)+"
    number = r"(^|[^\d])\+?[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b"
    addresses = f"regexp_replace({text}, '{address}', '{HIDDEN}', 'g')"
    return f"regexp_replace({addresses}, '{number}', '\\1{HIDDEN}', 'g')"
