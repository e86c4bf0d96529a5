"""Checks of voronka.yaml."""

import re
from collections.abc import Iterator

from engine.definitions.checks.calendar import check_calendar, time_zone_problem
from engine.definitions.checks.common import duplicates, wrong_value
from engine.definitions.checks.papers import check_papers
from engine.definitions.checks.sources import check_sources
from engine.definitions.condition import Expr, Literal, Unary
from engine.definitions.document import Document, WrongValue, parse_moment, shortened
from engine.definitions.settings import Settings
from engine.errors import Problem

FORMAT = "1"


def check_format(document: Document) -> Iterator[Problem]:
    """A workspace of another version; looked at before the shape, so that nothing else hides it."""
    found = (document.data or {}).get("format", FORMAT)
    if found == FORMAT:
        return
    newer = isinstance(found, str) and found.isdecimal() and int(found[:9]) > int(FORMAT)
    hint = "install a newer voronka: pip install --upgrade voronka" if newer else f"write format: {FORMAT}"
    shown = shortened(found) if isinstance(found, str) else "this"
    message = f"format `{shown}` cannot be read by this version, which reads format {FORMAT}"
    yield document.problem(("format",), "format", message, hint)


def check_settings(document: Document, settings: Settings) -> Iterator[Problem]:
    """Problems within voronka.yaml."""
    yield from time_zone_problem(document, ("time_zone",), settings.time_zone)
    if not re.fullmatch("[A-Z]{3}", settings.currency):
        message = f"`{shortened(settings.currency)}` is no currency code"
        yield document.problem(("currency",), "bad-currency", message, "write RUB, EUR or USD")
    calendars = [(("calendars", name), name) for name in settings.calendars]
    yield from duplicates(document, "duplicate-key", "calendar", calendars, key=True)
    for name, calendar in settings.calendars.items():
        yield from check_calendar(document, ("calendars", name), calendar)
        yield from time_zone_problem(document, ("calendars", name, "time_zone"), calendar.time_zone)
    yield from check_sources(document, settings)
    yield from _exclusions(document, settings)
    yield from _audit(document, settings)
    yield from _targets(document, settings)
    yield from check_papers(document, settings)
    for role, person in settings.people.items():
        if not role.strip() or not person.strip():
            message, hint = "a role or its person has no name", "write Sales lead: A. Smith"
            yield document.problem(("people", role), "empty-name", message, hint)


def _exclusions(document: Document, settings: Settings) -> Iterator[Problem]:
    for position, exclusion in enumerate(settings.exclude):
        path = ("exclude", position)
        if exclusion.where is None and exclusion.from_ is None and exclusion.to is None:
            message, hint = "it is not said what is excluded", "add `where`, or `from` and `to`"
            yield document.problem(path, "exclude-what", message, hint)
        if exclusion.from_ and exclusion.to and exclusion.from_.isoformat()[:19] > exclusion.to.isoformat()[:19]:
            message = "`to` is before `from`"
            yield document.problem((*path, "to"), "period-reversed", message)


def _audit(document: Document, settings: Settings) -> Iterator[Problem]:
    audit = settings.audit
    if audit.as_of not in ("log", "now"):
        try:
            parse_moment(audit.as_of)
        except WrongValue as wrong:
            hint = "write log (the last event), now, or a time like 2026-09-30T18:00"
            yield document.problem(("audit", "as_of"), wrong.code, str(wrong), hint)
    if audit.since and audit.until and audit.since.isoformat()[:19] >= audit.until.isoformat()[:19]:
        yield document.problem(("audit", "until"), "period-reversed", "`until` is not after `since`")
    for key in ("hours", "money"):
        if audit.budget is not None and (getattr(audit.budget, key) or 0) < 0:
            yield document.problem(("audit", "budget", key), "negative", f"`{key}` is below nothing")


def _targets(document: Document, settings: Settings) -> Iterator[Problem]:
    for name, periods in settings.targets.items():
        for period, value in periods.items():
            path = ("targets", name, period)
            if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-W\d\d|-\d\d-\d\d)?", period):
                message = f"`{shortened(period)}` is no period"
                yield document.problem(path, "bad-period", message, "write 2026-10, 2026-Q4 or 2026", key=True)
            try:
                target_value(value)
            except WrongValue as wrong:
                yield wrong_value(document, path, wrong)


def target_value(text: str) -> Literal:
    """A target: `18%`, `15m`, `4500000`. Raises WrongValue."""
    tree = Expr.parse(text).tree
    if isinstance(tree, Unary) and isinstance(tree.operand, Literal) and isinstance(tree.operand.value, float):
        return Literal(-tree.operand.value, tree.operand.unit, tree.offset)
    if not isinstance(tree, Literal) or not isinstance(tree.value, float):
        raise WrongValue(f"`{shortened(text)}` is no number", code="bad-target", hint="write 18%, 15m or 4_500_000")
    return tree
