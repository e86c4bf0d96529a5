"""Attributes: numbers as people write them, first and last, empty ones, personal ones only as pseudonyms."""

from datetime import date, datetime

import pytest

from engine.engines.duckdb import Engine
from engine.events.attributes import number

from .conftest import Workspace

ENGINE = Engine()

SIMPLE = "- {name: s, process: p, path: a.csv, case: id, activity: what, at: when, attributes: %s}"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1 234,50", None, 1234.5),
        ("1 234,50 ₽", None, 1234.5),
        ("12 000 руб.", None, 12000),
        ("12000р.", None, 12000),
        ("1,234.50", None, 1234.5),
        ("1.234,50", None, 1234.5),
        ("1,234,567", None, 1234567),
        ("1.234.567", None, 1234567),
        ("1,5", None, 1.5),
        ("1.5", None, 1.5),
        ("−7,5", None, -7.5),
        ("$1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1'234.5", None, 1234.5),
        ("1e3", None, 1000),
        ("abc", None, None),
        ("", None, None),
    ],
)
def test_numbers_as_people_write_them(text: str, decimal: str | None, value: float | None) -> None:
    """Spaces of every width, currencies, decimal commas; what is no number is nothing."""
    assert ENGINE.row(f"select {number('t', decimal)} from (select $t::varchar as t)", {"t": text}) == (value,)


TABLE = """id,what,when,who,sum,phone,tag,paid,born
1,a,2026-02-02 10:00,Boris,"2 000,5",+7 900 1,x,да,01.02.2000
1,a,2026-02-01 10:00,Anna,"1 000,5",+7 900 1,,нет,
1,a,2026-02-03 10:00,,,+7 900 2,-,да,
2,a,2026-02-01 10:00,,n/a,,-,,
"""
SOURCE = """
- name: s
  process: web
  path: a.csv
  case: id
  activity: what
  at: when
  attributes:
    manager: who
    amount: {column: sum, type: money}
    phone: phone
    tag: {column: tag, empty: ["-"], empty_as: "(нет)"}
    paid: {column: paid, type: flag, take: last}
    born: {column: born, type: date}
"""


def test_first_by_time_last_for_money(workspace: Workspace) -> None:
    """The first value by time of event, the last of amounts; empty values are passed over; every type typed."""
    workspace.write("a.csv", TABLE)
    report = workspace.one(SOURCE)
    assert "attribute `amount`: 1 values are no money, e.g. `n/a`" in report.notes
    assert workspace.cases("case_id, a_manager, a_amount, a_tag, a_paid, a_born") == [
        ("1", "Anna", 2000.5, "x", True, date(2000, 2, 1)),
        ("2", None, None, "(нет)", None, None),
    ]


def test_the_manager_of_each_event(workspace: Workspace) -> None:
    """Who held the case is kept with every event."""
    workspace.write("a.csv", TABLE)
    workspace.one(SOURCE)
    assert [row[0] for row in workspace.events("manager")] == ["Anna", "Boris", None, None]


def test_ties_in_time_are_broken_by_the_order_of_rows(workspace: Workspace) -> None:
    """Equal times: the first row's value is the first, the last row's the last, every time."""
    rows = "".join(f"{n % 7},a{n},2026-02-01,m{n}\n" for n in range(3000))
    workspace.write("a.csv", "id,what,when,who\n" + rows)
    source = SIMPLE % "{f: who, l: {column: who, take: last}}"
    report = workspace.one(source)
    assert workspace.cases("a_f, a_l")[0] == ("m0", "m2996")
    assert report.ties_share == 1.0


def test_personal_values_are_never_written(workspace: Workspace) -> None:
    """Phone, client and e-mail are stored as stable pseudonyms, in case names and rejected rows too."""
    workspace.write("a.csv", "phone,what,when\n79001112233,a,2026-02-01\n79001112233,b,79001112233\n")
    source = (SIMPLE % "{client: phone, x: {column: when, personal: yes}}").replace("case: id", "case: [phone, what]")
    workspace.one(source)
    (case,) = workspace.cases("case_id, a_client")
    assert str(case[1]).startswith("p_")
    assert len(str(case[1])) == 14
    tables = workspace.engine.rows(
        "select table_schema, table_name from information_schema.tables where table_schema <> 'temp'"
    )
    for schema, table in tables:
        for row in workspace.engine.rows(f'from "{schema}"."{table}"'):
            assert "79001112233" not in str(row)
    before = workspace.cases()
    workspace.one(source + " ")
    assert workspace.cases() == before


def test_time_attributes_are_utc(workspace: Workspace) -> None:
    """A deadline is a time of the source's zone; an attribute may have a format of its own."""
    workspace.write("a.csv", "id,what,when,due\n1,a,2026-02-01 10:00,20260301 1200\n")
    source = SIMPLE % '{due: {column: due, type: time, format: "%Y%m%d %H%M"}}'
    workspace.one(source, zone="Europe/Moscow")
    assert workspace.cases("a_due") == [(datetime(2026, 3, 1, 9),)]
