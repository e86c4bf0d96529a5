"""XML of repeated elements: rows found or declared, nested values as columns, hostile documents refused."""

import gzip
import time
from datetime import datetime

import pytest

from .conftest import Workspace, adds_up

ORDER = """
  <Документ>
    <Ид>id-{n}</Ид><Номер>{n}</Номер><Дата>2026-03-0{n}</Дата><Время>10:0{n}:00</Время>
    <Сумма Валюта="руб">{n}00.50</Сумма>
    <Товары><Товар><Ид>a</Ид></Товар><Товар><Ид>b</Ид></Товар></Товары>
    <ЗначенияРеквизитов>
      <ЗначениеРеквизита><Наименование>Статус заказа</Наименование><Значение>Новый</Значение></ЗначениеРеквизита>
    </ЗначенияРеквизитов>
  </Документ>"""
ORDERS = "".join(ORDER.format(n=n) for n in (1, 2, 3))
EXCHANGE = (
    '<?xml version="1.0" encoding="{encoding}"?>\n<КоммерческаяИнформация{more}>{rows}\n</КоммерческаяИнформация>\n'
)
SOURCE = """
- name: s
  process: web
  path: {path}
  shape: events
  case: Номер
  activity: ЗначенияРеквизитов.ЗначениеРеквизита.Статус заказа
  at: [Дата, Время]
  attributes: {{amount: {{column: Сумма, type: money}}, currency: "Сумма@Валюта", item: Товары.Товар.Ид}}
"""
DEALS = """
- name: s
  process: web
  path: {path}
  shape: events
  case: "@id"
  activity: stage.@name
  at: moved
"""


@pytest.mark.parametrize("name", ["a.xml", "a.xml.gz"])
@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251", "UTF-16"])
def test_orders_of_an_exchange(workspace: Workspace, name: str, encoding: str) -> None:
    """A document is a row, a requisite a column by its name, in whatever encoding the file declares, packed or not."""
    content = EXCHANGE.format(encoding=encoding, more="", rows=ORDERS).encode(encoding)
    workspace.write(name, gzip.compress(content) if name.endswith("gz") else content)
    report = workspace.one(SOURCE.format(path=name))
    assert adds_up(report)
    assert workspace.events("case_id, activity, happened_at") == [
        (str(n), "Новый", datetime(2026, 3, n, 10, n)) for n in (1, 2, 3)
    ]
    assert workspace.cases("a_amount, a_currency, a_item")[1] == (200.5, "руб", "a")
    assert any("`Товары.Товар`: 3 lists" in note for note in report.notes)


def test_documents_of_the_third_version_stand_in_containers(workspace: Workspace) -> None:
    """A container and a namespace around the documents change nothing."""
    more = ' xmlns="urn:1C.ru:commerceml_3"'
    rows = f"<Контейнер>{ORDERS}</Контейнер>"
    workspace.write("a.xml", EXCHANGE.format(encoding="UTF-8", more=more, rows=rows))
    assert workspace.one(SOURCE.format(path="a.xml")).rows == 3


def test_rows_of_another_format_are_found(workspace: Workspace) -> None:
    """The elements nearest to the top that repeat; attributes are columns; what they hold within is none."""
    deals = "".join(
        f'<deal id="{n}"><stage id="1" name="New"/><moved>2026-03-0{n} 10:00</moved>'
        "<tags><t>a</t><t>b</t></tags></deal>"
        for n in (1, 2)
    )
    workspace.write("a.xml", f"<export><made>today</made><deals>{deals}</deals></export>")
    report = workspace.one(DEALS.format(path="a.xml") + "  attributes: {tags: tags.t}\n")
    assert workspace.cases("case_id, a_tags") == [("1", "a, b"), ("2", "a, b")]
    assert "a.xml: XML, a row is `export.deals.deal`" in report.notes


def test_rows_can_be_declared(workspace: Workspace) -> None:
    """`rows_at` is the end of their path; where nothing is called so the problem says it."""
    moves = '<move id="1"><stage name="New"/><moved>2026-03-01</moved></move>'
    workspace.write("a.xml", f"<all><people><p id='1'/><p id='2'/><p id='3'/></people><moves>{moves}</moves></all>")
    assert workspace.one(DEALS.format(path="a.xml") + "  rows_at: moves.move\n").rows == 1
    (problem,) = workspace.problems(DEALS.format(path="a.xml") + "  rows_at: order\n")
    assert (problem.code, problem.where.file, problem.hint) == ("no-rows", "a.xml", "declare `rows_at:`")


def test_no_document_type_is_ever_parsed(workspace: Workspace) -> None:
    """Entities are refused before a parser sees them, also behind what looks like the beginning."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f'<!DOCTYPE a [{entities}]><a><b c="&a11;"/><b/></a>'
    workspace.write("a.xml", bomb)
    workspace.write("b.xml", f"<!-- <a> --><?x <a>?>\n{bomb}")
    workspace.write("c.xml", f'<?xml version="1.0" encoding="UTF-16"?>{bomb}'.encode("utf-16"))
    workspace.write("d.xml", '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a><b/></a>')
    workspace.write("e.xes", f"<!-- <log> -->{bomb}".replace("<a>", "<log>"))
    started = time.monotonic()
    for name in ("a.xml", "b.xml", "c.xml", "d.xml", "e.xes"):
        assert workspace.problems(SOURCE.format(path=name))[0].code == "entities"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("content", "code", "line", "hint"),
    [
        (b"", "empty-file", 0, ""),
        (b"id;stage\n1;New\n", "unreadable", 0, "export it again, or save it as CSV"),
        (EXCHANGE.format(encoding="UTF-8", more="", rows=ORDERS)[:900].encode(), "unreadable", 20, "to its end"),
        (b"<a>\n<b>1</b>\n<b>2</c>\n</a>", "unreadable", 3, "export it again"),
        (EXCHANGE.format(encoding="UTF-8", more="", rows="Ж").encode("cp1251"), "unreadable", 2, "windows-1251"),
        (b"<a/>", "no-rows", 0, ""),
        (b"<a>" + b"<b>" * 400 + b"</b>" * 400 + b"</a>", "unreadable", 1, "export it again"),
        (b"<a><b>" + b"<c/>" * 100_001 + b"</b><b/></a>", "too-large", 1, "declare the rows: `rows_at:`"),
    ],
)
def test_what_is_no_table_is_a_problem_of_the_file(
    workspace: Workspace, content: bytes, code: str, line: int, hint: str
) -> None:
    """Empty, something else, cut off, broken, of an encoding it does not declare, too deep, too large: with a place."""
    workspace.write("a.xml", content)
    (problem,) = workspace.problems(SOURCE.format(path="a.xml"))
    assert (problem.code, problem.where.file, problem.where.line) == (code, "a.xml", line)
    assert hint in problem.hint


def test_an_encoding_can_be_declared_and_may_be_unknown(workspace: Workspace) -> None:
    """Where the file does not say its encoding the source does; one that nobody knows is a problem of the source."""
    content = EXCHANGE.replace(' encoding="{encoding}"', "").format(more="", rows=ORDERS)
    workspace.write("a.xml", content.encode("cp1251"))
    assert workspace.one(SOURCE.format(path="a.xml") + "  encoding: windows-1251\n").rows == 3
    (problem,) = workspace.problems(SOURCE.format(path="a.xml") + "  encoding: klingon\n")
    assert (problem.code, problem.where.file) == ("encoding", "voronka.yaml")
