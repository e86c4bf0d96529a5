"""XES: standard names by default, trace attributes as `case:KEY`; hostile documents refused."""

import gzip
import time
from datetime import datetime

import pytest

from .conftest import Workspace

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0"{namespace}>
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="default"/></global>
  <trace>
    <string key="concept:name" value="c1"/>
    <float key="AMOUNT" value="1500.5"/>
    <date key="enddate" value="2026-02-05T00:00:00.000+03:00"/>
    <list key="l"><values><string key="concept:name" value="inner"/></values></list>
    <event>
      <string key="concept:name" value="A &amp; B"><string key="nested" value="no"/></string>
      <date key="time:timestamp" value="2026-02-01T10:00:00.123+03:00"/>
      <string key="org:resource" value="112"/>
    </event>
    <event>
      <string key="concept:name" value="C"/>
      <date key="time:timestamp" value="2026-02-01T08:00:00Z"/>
      <string key="org:resource" value="Anna"/>
    </event>
  </trace>
  <trace><string key="concept:name" value="without events"/></trace>
</log>
"""
SOURCE = """
- name: s
  process: web
  path: {path}
  actor: {{column: "org:resource", robots: ["112"]}}
  moments: {{closed: "case:enddate"}}
  attributes: {{amount: {{column: "case:AMOUNT", type: money}}, manager: {{column: "org:resource", take: last}}}}
"""


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://www.xes-standard.org/"'])
@pytest.mark.parametrize("name", ["a.xes", "a.xes.gz"])
def test_a_log_needs_no_mapping_of_columns(workspace: Workspace, namespace: str, name: str) -> None:
    """With or without a namespace, packed or not: case, activity, time and actor are read from the standard keys."""
    content = LOG.format(namespace=namespace).encode()
    workspace.write(name, gzip.compress(content) if name.endswith("gz") else content)
    report = workspace.one(SOURCE.format(path=name))
    assert workspace.events("case_id, activity, state, happened_at, actor_kind, manager") == [
        ("c1", "A & B", "A & B", datetime(2026, 2, 1, 7, 0, 0, 123000), "robot", "112"),
        ("c1", "C", "C", datetime(2026, 2, 1, 8), "person", "Anna"),
        ("c1", "case:enddate", "closed", datetime(2026, 2, 4, 21), "person", None),
    ]
    assert workspace.cases("case_id, a_amount, a_manager") == [("c1", 1500.5, "Anna")]
    assert (report.rows, report.events, report.cases) == (2, 3, 1)


def test_no_document_type_is_ever_parsed(workspace: Workspace) -> None:
    """Entities, also in attributes and in UTF-16, are refused before a parser sees them."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE log [{entities}]><log><trace><string key="x" value="&a11;"/></trace></log>'
    workspace.write("a.xes", bomb)
    workspace.write("b.xes", bomb.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"))
    entity = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    outside = entity + '<log><trace><string key="x" value="&x;"/></trace></log>'
    workspace.write("c.xes", outside)
    workspace.write("d.xes", f"<!--{'x' * 2_000_000}-->" + outside)
    started = time.monotonic()
    for name in ("a.xes", "b.xes", "c.xes"):
        assert workspace.problems(SOURCE.format(path=name))[0].code == "entities"
    assert workspace.problems(SOURCE.format(path="d.xes"))[0].code == "unreadable"
    assert time.monotonic() - started < 5


def test_broken_xml_has_its_line(workspace: Workspace) -> None:
    """A log cut off in the middle is a problem of the file with a line; a log without events too."""
    workspace.write("a.xes", LOG.format(namespace="")[:700])
    (problem,) = workspace.problems(SOURCE.format(path="a.xes"))
    assert (problem.code, problem.where.file) == ("unreadable", "a.xes")
    assert problem.where.line > 5
    workspace.write("b.xes", "<log><trace/></log>")
    assert workspace.problems(SOURCE.format(path="b.xes"))[0].code == "empty-file"


def test_rejected_events_name_the_line_of_the_log(workspace: Workspace) -> None:
    """The line of a rejected event is where it stands in the XML."""
    workspace.write("a.xes", LOG.format(namespace="").replace("2026-02-01T08:00:00Z", "soon"))
    report = workspace.one(SOURCE.format(path="a.xes"))
    assert (report.rejected, report.reject_reasons[0].first.line) == (1, 15)
