"""What the tests of documents share: the made-up audit, and the same with names that try to break out."""

import dataclasses

import pytest

from engine.audit import Audit
from engine.kpis.fact import Fact
from engine.kpis.flow import ProcessFlow
from engine.render.sample import sample

NASTY = (
    '"; drop table cases; --',
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=cmd()|' /C calc'!A0",
    "![x](javascript:alert(1))",
    "# heading\n| a | b |\n- item",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\x1b[0m \u202etxt.exe",
)


def _nasty_flow(flow: ProcessFlow, text: str) -> ProcessFlow:
    return dataclasses.replace(
        flow,
        title=text,
        stages=tuple(dataclasses.replace(stage, title=text) for stage in flow.stages),
        loss=tuple(dataclasses.replace(loss, reason=text) for loss in flow.loss),
        excluded={text: 3},
    )


def _nasty_fact(fact: Fact, text: str) -> Fact:
    return dataclasses.replace(fact, segment=tuple((name, text) for name, _ in fact.segment), note=text)


def nasty(audit: Audit, text: str) -> Audit:
    """The audit with `text` as the name of everything that a client names."""
    source = dataclasses.replace(audit.sources[0], name=text, path=(f"data/{text}",), notes=(text,))
    finding = dataclasses.replace(audit.findings[0], title=text, message=text, cases=(text,))
    item = dataclasses.replace(audit.plan[0], title=text, person=text, responsible=text, steps=(text,))
    return dataclasses.replace(
        audit,
        client=text,
        provisional=(text,),
        sources=(source,),
        processes=tuple(_nasty_flow(flow, text) for flow in audit.processes),
        control_points=tuple(dataclasses.replace(point, title=text) for point in audit.control_points),
        facts=tuple(_nasty_fact(fact, text) for fact in audit.facts),
        findings=(finding, *audit.findings[1:]),
        plan=(item, *audit.plan[1:]),
    )


@pytest.fixture(params=["ru", "en"])
def audit(request: pytest.FixtureRequest) -> Audit:
    """The made-up audit in either language."""
    return sample("ru" if request.param == "ru" else "en")


@pytest.fixture(params=NASTY, ids=range(len(NASTY)))
def nasty_text(request: pytest.FixtureRequest) -> str:
    """A name that tries to break out of a document."""
    return str(request.param)


@pytest.fixture
def nasty_audit(nasty_text: str) -> Audit:
    """The made-up audit of a client who names everything so."""
    return nasty(sample("ru"), nasty_text)
