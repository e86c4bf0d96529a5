"""voronka.yaml: client, locale, time zone, currency, calendars, sources, audit settings, people."""

from dataclasses import field
from typing import Annotated, Literal

from engine.definitions.calendar import Calendar
from engine.definitions.condition import Condition
from engine.definitions.document import Many, Moment, Named, Raw, Text, shape, shorthand
from engine.definitions.papers import CaseLink, Lists, Reconcile
from engine.definitions.source import Source


@shape
class Exclusion:
    """Cases or days left out, with the reason; printed in the report with its count."""

    where: Condition | None = None
    from_: Moment | None = None
    to: Moment | None = None
    why: Text


@shape
class Budget:
    """What the plan may cost."""

    hours: float | None = None
    money: float | None = None


@shape
class AuditSettings:
    """How an audit is made when the command does not say otherwise."""

    as_of: str = "log"
    since: Moment | None = None
    until: Moment | None = None
    period: Literal["day", "week", "month", "quarter"] = "week"
    segments: Many[str] = ()
    budget: Budget | None = None


def _answer(raw: Raw) -> Raw:
    return raw if isinstance(raw, dict) else {"answer": raw}


@shape
class Answer:
    """What the client said to an `ask:` of a cause."""

    answer: Literal["yes", "no", "unknown"]
    note: Text | None = None


@shape
class Spend:
    """A table of what was spent on which source in which period."""

    path: str
    source: str
    period: str
    amount: str


@shape
class Privacy:
    """What of clients is shown. Everything written holds pseudonyms of their attributes; only working lists may not.

    `lists: real`: phone numbers and names as the export has them, so that people can call back; `masked`: without
    their middle.
    """

    lists: Literal["real", "masked"] = "real"


@shape
class Settings:
    """The workspace file."""

    format: Literal["1"]
    client: str
    locale: Literal["ru", "en"] = "ru"
    time_zone: str
    currency: str = "RUB"
    calendars: Named[Calendar] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    exclude: tuple[Exclusion, ...] = ()
    targets: dict[str, dict[str, str]] = field(default_factory=dict)
    audit: AuditSettings = AuditSettings()
    people: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Annotated[Answer, shorthand(_answer, also={"enum": ["yes", "no", "unknown"]})]] = field(
        default_factory=dict
    )
    spend: Spend | None = None
    case_link: CaseLink | None = None
    lists: Lists = Lists()
    reconcile: tuple[Reconcile, ...] = ()
    privacy: Privacy = Privacy()
