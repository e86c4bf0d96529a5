"""What the CRM can and cannot tell: how its fields are kept, and what rests on them."""

from collections.abc import Iterator

from engine.kpis.fact import Fact
from engine.render.report.look import Look

FIELDS = (
    "no_source",
    "no_manager",
    "no_loss_reason",
    "other_loss_reason",
    "closed_in_sweep",
    "open_without_step",
    "by_the_book",
    "began_again",
)
"""Control points of the library about the state of the CRM, in the order they are told in."""
_KEPT = ("by_the_book",)
"""Of these more is better."""
FAIR, POOR = 0.1, 0.5
"""From these shares of cases on, what rests on a field is to be taken with care, or not at all."""


def crm_of(look: Look) -> tuple[str, ...]:
    """A sentence for each field that there are data on: how it is kept, and what can be told by it."""
    return tuple(line for flow in look.audit.processes for line in _lines(look, flow.process, flow.title))


def _lines(look: Look, process: str, title: str) -> Iterator[str]:
    facts = {fact.control_point: fact for fact in look.audit.facts if fact.process == process and _whole(fact)}
    for name in FIELDS:
        fact = facts.get(name)
        if fact is None or fact.value is None or not fact.n:
            continue
        missing = 1 - fact.value if name in _KEPT else fact.value
        grade = "poor" if missing >= POOR else "fair" if missing >= FAIR else "good"
        said = look.words.t(f"crm.{name}", share=look.words.share(missing))
        yield look.words.t("crm.line", process=title, said=said, means=look.words.t(f"crm.{name}.{grade}"))


def _whole(fact: Fact) -> bool:
    return not (fact.segment or fact.period or fact.variant)
