"""What control points at other values would bring, for the terminal."""

from typing import TYPE_CHECKING, cast

from engine.definitions.settings import Settings
from engine.pipeline.whatif import Changed, WhatIf
from engine.plan.item import Expected, JointEffect
from engine.render.json import as_json
from engine.render.lookup import View, words_of
from engine.render.report.plan import expected_span, money_span
from engine.render.terminal import Draw
from engine.render.words import Unit, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType


def whatif_table(found: WhatIf, settings: Settings) -> View:
    """Each control point: now, then, what it would bring a month; then all together, and what that rests on."""
    words = words_of(settings)

    def made(draw: Draw) -> "Iterator[RenderableType]":
        for change in found.changes:
            yield draw.text(f"{change.title} ({change.process}.{change.control_point})", "bold")
            yield draw.listed("·", _values(change, words))
            yield draw.listed("·", _brings(change.expected, words))
            if change.rests_on:
                yield draw.listed("·", words.t(f"whatif.{change.rests_on}"), "dim")
        if len(found.changes) > 1 and found.together:
            yield draw.text(words.t("whatif.together"), "bold")
            yield draw.listed("·", _brings(found.together, words))
        yield draw.text(words.t("whatif.pass_through"), "dim")

    return View(made)


def _values(change: Changed, words: Words) -> str:
    def said(value: float) -> str:
        return words.value(value, cast(Unit, change.unit), business=change.business)

    now = said(change.now) if change.now is not None else words.t("value.none")
    text = words.t("whatif.change", now=now, then=said(change.becomes))
    if change.share_now is None or change.share_then is None:
        return text
    shares = {"now": words.share(change.share_now), "then": words.share(change.share_then)}
    return f"{text}; {words.t('whatif.shares', **shares)}"


def _brings(expected: Expected | JointEffect | None, words: Words) -> str:
    if expected is None:
        return words.t("expected.unknown")
    if expected.high <= 0 and expected.low < 0:
        least, most = (words.number(abs(end), 1) for end in (expected.high, expected.low))
        return words.t("whatif.costs", span=words.t("from_to", low=least, high=most))
    span = expected_span(words, expected)
    if not span:
        return words.t("expected.none")
    key = "expected.won" if expected.low > 0 else "expected.maybe"
    text = words.t(f"{key}.of" if expected.what else key, span=span, what=expected.what or "")
    return f"{text}{money_span(words, expected)}"


def whatif_json(found: WhatIf, settings: Settings) -> str:
    """The same as data."""
    return as_json(found, settings.time_zone)
