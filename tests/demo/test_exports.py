"""Exports of the demo: as messy as a real firm's, and no more."""

import csv
import io
import re
from datetime import date, datetime

import pytest

from engine.definitions.process import Process
from engine.demo.client import FURNITURE
from engine.demo.export import EXPORTS, RENAMED_LABEL, TEST, Locale, export_bytes
from engine.workspace.files import shipped

SINCE, UNTIL = date(2026, 5, 1), date(2026, 8, 1)
Row = dict[str, str]
LOCALES: tuple[Locale, ...] = ("ru", "en")


def process(name: str) -> Process:
    found = shipped(name).shaped(Process)
    assert isinstance(found, Process)
    return found


@pytest.fixture(scope="module", params=sorted(EXPORTS))
def name(request: pytest.FixtureRequest) -> str:
    """Each process in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def rows(name: str) -> list[Row]:
    """Its export, read back."""
    content = export_bytes(process(name), FURNITURE, 3, SINCE, UNTIL)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def column(name: str, key: str) -> str:
    return next(column for column, of in EXPORTS[name].columns.items() if of == key)


def test_every_state_and_mark_has_a_word(name: str) -> None:
    """What the process knows has a word in the system, and the words differ."""
    found, export = process(name), EXPORTS[name]
    used = {*export.labels}
    assert {state.name for state in found.states} <= used
    assert export.marks <= {mark.name for mark in found.marks}
    assert used == {state.name for state in found.states} | export.marks
    assert len(set(export.labels.values())) == len(used)


def test_few_rows_mean_nothing(name: str, rows: list[Row]) -> None:
    """Less than 2 % of the rows are of an activity that no map mentions; there are some."""
    known = {*EXPORTS[name].labels.values(), RENAMED_LABEL}
    unmapped = [row for row in rows if row[column(name, "label")] not in known]
    assert 0 < len(unmapped) < 0.02 * len(rows)


def test_some_rows_stand_twice(rows: list[Row]) -> None:
    """A few rows are repeated word for word, less than 1 % of them."""
    distinct = {tuple(row.values()) for row in rows}
    assert 0 < len(rows) - len(distinct) < 0.01 * len(rows)


def test_there_are_test_cases_and_blank_sources(name: str, rows: list[Row]) -> None:
    """A dozen test cases, and some cases whose source nobody filled in."""
    assert sum(row[column(name, "source")] == TEST for row in rows) >= 12
    blank = {row[column(name, "case")] for row in rows if not row[column(name, "source")]}
    assert 0 < len(blank) < 0.04 * len({row[column(name, "case")] for row in rows})


def test_stamps_are_russian_and_within_the_period(name: str, rows: list[Row]) -> None:
    """Every stamp reads in the declared format and lies between the ends."""
    stamps = [datetime.strptime(row[column(name, "stamp")], EXPORTS[name].stamp) for row in rows]
    assert min(stamps).date() >= SINCE
    assert max(stamps).date() < UNTIL


def test_a_stage_was_renamed(name: str, rows: list[Row]) -> None:
    """The CRM called the estimate otherwise until the middle of June."""
    if name != "web_form":
        return
    new = EXPORTS[name].labels["estimated"]
    days = {
        label: [datetime.strptime(row["Дата"], "%d.%m.%Y %H:%M") for row in rows if row["Этап"] == label]
        for label in (RENAMED_LABEL, new)
    }
    assert max(days[RENAMED_LABEL]) < min(days[new])


def test_an_english_client_writes_english(name: str) -> None:
    """The same events in English words: people, sources, products, reasons, columns and stages, row by row."""
    texts = [
        export_bytes(process(name), FURNITURE, 3, SINCE, UNTIL, locale).decode("utf-8-sig").splitlines()
        for locale in LOCALES
    ]
    assert len(texts[0]) == len(texts[1])
    assert not [line for line in texts[1] if re.search("[а-яё]", line, re.IGNORECASE)]
