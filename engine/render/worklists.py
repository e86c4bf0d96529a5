"""Working lists as XLSX: a sheet a list, for all managers with a filter or a file for each; no cell is a formula."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from engine.definitions.case_link import link_of
from engine.pipeline.worklists import WorkCase, WorkList, WorkLists
from engine.render.filenames import file_names
from engine.render.templates import folders, messages
from engine.render.words import Words, clean
from engine.workspace import Workspace

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

_FIXED = datetime(2000, 1, 1)
"""When each file says it was made: equal lists are equal bytes."""
MOST_ROWS, MOST_LINKS = 100_000, 60_000
"""Rows of one sheet; addresses of one sheet (a spreadsheet opens no more)."""
_WIDTHS = {"manager": 18, "case": 16, "phone": 18, "client": 22, "process": 20, "stage": 24, "since": 17, "amount": 13}
_DAY = 86_400


def list_files(lists: WorkLists, workspace: Workspace, *, by_manager: bool = False) -> Mapping[str, bytes]:
    """The files by their names: one of the day, or in a folder of the day one a manager."""
    words, link = _words(workspace), workspace.settings.case_link
    day = f"{lists.as_of:%Y-%m-%d}" if lists.as_of else "lists"
    if not by_manager:
        return {f"{day}.xlsx": _book(lists, words, link)}
    managers = {case.manager for one in lists.lists for case in one.cases}
    names = file_names(managers, words.t("lists.nobody"))
    return {f"{day}/{names[name]}.xlsx": _book(_of(lists, name), words, link) for name in sorted(managers)}


def told(lists: WorkLists, workspace: Workspace) -> Iterator[str]:
    """A line a list: how many cases are on it."""
    words = _words(workspace)
    for one in lists.lists:
        yield words.t("lists.told", title=words.t(f"lists.{one.name}"), n=len(one.cases))


def _words(workspace: Workspace) -> Words:
    settings = workspace.settings
    texts = messages(folders(workspace.root), settings.locale)
    return Words(locale=settings.locale, currency=settings.currency, texts=texts)


def _of(lists: WorkLists, manager: str) -> WorkLists:
    mine = (replace(one, cases=tuple(case for case in one.cases if case.manager == manager)) for one in lists.lists)
    return replace(lists, lists=tuple(mine))


def _book(lists: WorkLists, words: Words, link: str | None) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(content, plain) as book:
        book.set_properties({"created": _FIXED, "title": clean(words.t("lists.title"))})
        formats = _formats(book)
        _summary(book, lists, words, formats)
        for one in lists.lists:
            _sheet(book, one, words, link, formats)
    return content.getvalue()


def _formats(book: "xlsxwriter.Workbook") -> Mapping[str, "Format"]:
    top = {"valign": "top"}
    return {
        "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, **top}),
        "text": book.add_format({"text_wrap": True, **top}),
        "link": book.add_format({"font_color": "#0b5568", "underline": 1, **top}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", **top}),
        "number": book.add_format({"num_format": "#,##0", **top}),
        "days": book.add_format({"num_format": "0.0", **top}),
        "fill": book.add_format({"bg_color": "#f4f6f8", "border": 1, "border_color": "#dbe1e6", "text_wrap": True}),
    }


Column = Literal["manager", "case", "phone", "client", "process", "stage", "since", "days", "times", "amount"]


def _columns(one: WorkList) -> tuple[Column, ...]:
    """What is shown of the cases of a list: nothing that none of them has."""
    shown: list[Column] = ["manager", "case"]
    shown += [name for name in ("phone", "client") if any(getattr(case, name) for case in one.cases)]
    shown += ["process", "stage", "since", "days"]
    shown += ["times"] if any(case.times > 1 for case in one.cases) else []
    return (*shown, "amount") if any(case.amount is not None for case in one.cases) else tuple(shown)


def _sheet(
    book: "xlsxwriter.Workbook", one: WorkList, words: Words, link: str | None, formats: Mapping[str, "Format"]
) -> None:
    sheet = book.add_worksheet(words.t(f"lists.{one.name}")[:31])
    columns, fills = _columns(one), ("done", "note")
    for number, name in enumerate((*columns, *fills)):
        sheet.write_string(0, number, clean(words.t(f"lists.column.{name}")), formats["head"])
        sheet.set_column(number, number, _WIDTHS.get(name, 12))
    sheet.set_column(len(columns) + 1, len(columns) + 1, 32)
    for line, case in enumerate(one.cases[:MOST_ROWS], 1):
        address = link_of(link, case.case) if link and line <= MOST_LINKS else None
        for number, name in enumerate(columns):
            _write(sheet, line, number, name, case, address, formats)
        for number in range(len(columns), len(columns) + len(fills)):
            sheet.write_blank(line, number, None, formats["fill"])
    sheet.autofilter(0, 0, max(len(one.cases[:MOST_ROWS]), 1), len(columns) + len(fills) - 1)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(
    sheet: "xlsxwriter.worksheet.Worksheet",
    line: int,
    number: int,
    name: Column,
    case: WorkCase,
    address: str | None,
    formats: Mapping[str, "Format"],
) -> None:
    """One cell: texts are written as texts, whatever they begin with."""
    if name == "case" and address is not None:
        sheet.write_url(line, number, address, formats["link"], string=clean(case.case))
    elif name == "since":
        sheet.write_datetime(line, number, case.since, formats["moment"])
    elif name == "days":
        sheet.write_number(line, number, round(case.waited / _DAY, 1), formats["days"])
    elif name == "times":
        sheet.write_number(line, number, case.times, formats["number"])
    elif name == "amount":
        if case.amount is not None:
            sheet.write_number(line, number, case.amount, formats["number"])
    else:
        sheet.write_string(line, number, clean(getattr(case, name)), formats["text"])


def _summary(book: "xlsxwriter.Workbook", lists: WorkLists, words: Words, formats: Mapping[str, "Format"]) -> None:
    """The first sheet: what each list is, and how many cases each manager has on it."""
    sheet = book.add_worksheet(words.t("lists.summary")[:31])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(lists.lists), 18)
    lines = [words.t("lists.as_of", moment=words.moment(lists.as_of))] if lists.as_of else []
    lines += [f"{words.t(f'lists.{one.name}')}: {_explained(words, one)}" for one in lists.lists]
    for number, text in enumerate(lines):
        sheet.write_string(number, 0, clean(text))
    start = len(lines) + 1
    counts = [Counter(case.manager for case in one.cases) for one in lists.lists]
    heads = (words.t("lists.column.manager"), *(words.t(f"lists.{one.name}") for one in lists.lists))
    for number, head in enumerate(heads):
        sheet.write_string(start, number, clean(head), formats["head"])
    for line, manager in enumerate(sorted(set().union(*counts)), start + 1):
        sheet.write_string(line, 0, clean(manager) or words.t("lists.nobody"), formats["text"])
        for number, count in enumerate(counts, 1):
            sheet.write_number(line, number, count[manager], formats["number"])


def _explained(words: Words, one: WorkList) -> str:
    after = "; ".join(
        words.t("lists.after", process=process, time=words.duration(seconds)) for process, seconds in one.after
    )
    lacking = words.t("lists.lacking", processes=", ".join(one.lacking)) if one.lacking else ""
    cut = words.t("lists.cut", n=MOST_ROWS, of=len(one.cases)) if len(one.cases) > MOST_ROWS else ""
    return " ".join(filter(None, (words.t(f"lists.{one.name}.is"), after and f"({after}).", lacking, cut)))
