"""What the working papers go by (voronka.yaml): the working lists, and the client's own totals to reconcile with."""

from dataclasses import field
from typing import Annotated, Literal

from engine.definitions.case_link import check_link
from engine.definitions.document import Duration, Many, Raw, Text, WrongValue, shape, shorthand

Counted = Literal["void", "excluded", "merged", "unrecognised"]


def _link(raw: Raw) -> Raw:
    if isinstance(raw, str):
        check_link(raw)
    return raw


CaseLink = Annotated[str, shorthand(_link, also={"format": "uri-template"})]
"""Where a case is to be seen: `https://crm.example.org/deal/{case}`."""


@shape
class Lists:
    """Which cases stand in the working lists; states and marks that a process has not are passed over.

    `missed`: nobody answered there; `quoted`: the client has the quote; `next_step`: the mark of an agreed step, or
    the attribute with its time. `silent_for`, `untouched_for`: how long nothing has happened; by default what the
    process says (a touch `within` after the quote; the limit on the age of open cases), else 5 and 14 days.
    """

    missed: Many[str] = ("missed",)
    quoted: Many[str] = ("quoted",)
    next_step: str = "next_step"
    silent_for: Duration | None = None
    untouched_for: Duration | None = None


@shape
class TotalsTable:
    """A report of the client as a file: which columns hold the month, the manager and the number."""

    path: str
    month: str
    value: str
    manager: str | None = None


def _any_of(raw: Raw) -> Raw:
    if raw == "nothing":
        return []
    if isinstance(raw, str):
        raise WrongValue("expected a list", code="bad-type", hint="write [void, excluded, merged], or nothing")
    return raw


@shape
class Reconcile:
    """Totals of the client to lay beside ours, by month and perhaps by manager; typed in, or in a table.

    `by`: the date that puts a case into a month of his. `includes`: what he counts and we do not.
    """

    what: Literal["cases", "won", "amount"] = "cases"
    title: Text | None = None
    process: Many[str] = ()
    by: Literal["created", "closed"] = "created"
    includes: Annotated[tuple[Counted, ...], shorthand(_any_of, also={"const": "nothing"})] = (
        "void",
        "excluded",
        "merged",
        "unrecognised",
    )
    totals: dict[str, str] = field(default_factory=dict)
    managers: dict[str, dict[str, str]] = field(default_factory=dict)
    table: TotalsTable | None = None
