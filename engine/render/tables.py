"""Lists of cases as CSV that a spreadsheet opens: no cell of it is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias

from engine.render.words import clean

Cell: TypeAlias = str | int | float | bool | datetime | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet may read wide forms alike


def cases_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], locale: Literal["ru", "en"]) -> bytes:
    """A table as UTF-8 with a byte order mark and CRLF; in Russian `;` and decimal commas, as spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if locale == "ru" else ",", lineterminator="\r\n")
    writer.writerow([_cell(column, locale) for column in columns])
    writer.writerows([_cell(cell, locale) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell, locale: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, float):
        shortest = repr(int(value)) if value.is_integer() else f"{value:.10g}"
        return shortest.replace(".", ",") if locale == "ru" else shortest
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)


def _harmless(text: str) -> str:
    """A text on one line; where a spreadsheet would compute it, an apostrophe makes it text."""
    line = clean(text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " "))
    return f"'{line}" if text.startswith(_FORMULA) or line.lstrip().startswith(_FORMULA) else line
