"""Where the plan stands, for the terminal."""

from typing import TYPE_CHECKING

from engine.definitions.settings import Settings
from engine.history.standing import Line, Standing
from engine.render.json import as_json
from engine.render.lookup import View, words_of
from engine.render.terminal import Draw
from engine.render.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

_SIGNS = {"proposed": "○", "accepted": "●", "done": "✓", "rejected": "✕"}


def standing_table(found: Standing, settings: Settings) -> View:
    """Open items by their day, then what is done and what was rejected."""
    words = words_of(settings)

    def made(draw: Draw) -> "Iterator[RenderableType]":
        yield draw.text(words.t("standing.title", day=words.day(found.audited)), "bold")
        yield draw.text(_counts(found, words), "dim")
        if not found.lines:
            yield draw.text(words.t("plan.none"))
        for line in found.lines:
            style = "bold red" if line.overdue else "dim" if line.status in ("done", "rejected") else ""
            yield draw.listed(_SIGNS[line.status], _told(line, words), style)
        yield draw.text(words.t("standing.file", file=found.file), "dim")

    return View(made)


def _counts(found: Standing, words: Words) -> str:
    counts = {status: sum(line.status == status for line in found.lines) for status in _SIGNS}
    said = [f"{words.t(f'status.{status}')}: {n}" for status, n in counts.items() if n]
    overdue = sum(line.overdue for line in found.lines)
    return ", ".join([*said, *([f"{words.t('plan.overdue')}: {overdue}"] if overdue else [])])


def _told(line: Line, words: Words) -> str:
    """`С утра сначала ночные заявки: Иванова, до 04.10.2026, срок прошёл`."""
    state = words.t(f"status.{line.status}") if line.status != "proposed" else ""
    if line.status == "done":
        day = words.day_short(line.done_on) if line.done_on else ""
        review = words.t("standing.review", day=words.day_short(line.review)) if line.review else ""
        parts = (line.who, f"{state} {day}".strip(), review)
    elif line.status == "rejected":
        parts = (state, line.why or "", "")
    else:
        due = words.t("monday.until", day=words.day_short(line.due)) if line.due else ""
        parts = (line.who, due, ", ".join(filter(None, (state, words.t("plan.overdue") if line.overdue else ""))))
    text = f"{line.title}: {', '.join(filter(None, parts))}"
    return f"{text}. {line.note}" if line.note else text


def standing_json(found: Standing, settings: Settings) -> str:
    """The same as data."""
    return as_json(found, settings.time_zone)
