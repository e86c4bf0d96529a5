"""A table of totals: a row is a day (of a shop), its numbers are counters; which of them are held against which."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.draft import words
from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess
from engine.draft.model import Counter, Point, slug
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.render.words import Words

LEAST_ROWS, MOST_CHANNELS = 5, 60
_LEVELS = (
    r"показ|охват|impression|reach",
    r"клик|переход|click",
    r"посетител|вошл|визит|сеанс|трафик|visit|session|traffic",
    r"заявк|лид|обращен|звон|lead|call|inquir|request",
    r"чек|заказ|продаж|сделк|оплат|receipt|order|sale|deal",
)
"""What is counted before what: each is held against the nearest before it."""
_MONEY = re.compile(r"выруч|сумм|оборот|revenue|amount|turnover|расход|spend|cost")
_DERIVED = re.compile(r"%|конверс|доля|процент|средн|rate|average|\bavg\b|share|день недели|weekday|\bcr\b")
"""Columns that are no totals: shares and means cannot be added up, weekdays are in the date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the columns of a table of totals are: period, channel and counters; `aside` is none of them."""

    guesses: dict[str, Guess]
    counters: tuple[Column, ...]
    aside: tuple[str, ...]


def totals_of(engine: Engine, sheet: Sheet, say: Words) -> Totals | None:
    """The columns of a table of totals; None where it is none: rows of one day, something that names a case, texts.

    A row is a day or a month.
    """
    times = [column for column in sheet.columns if column.is_time and column.filled]
    periods = times or [column for column in sheet.columns if column.months]
    if len(periods) != 1 or (times and times[0].day_only < 1) or sheet.rows < LEAST_ROWS:
        return None
    period = periods[0]
    rest = [c for c in sheet.columns if c is not period and c.filled]
    aside = [c for c in rest if _DERIVED.search(words.plain(c.name))]
    rest = [c for c in rest if c not in aside]
    numbers = [c for c in rest if c.numeric >= MOSTLY and not c.is_clock]
    texts = [c for c in rest if c not in numbers]
    if not numbers or len(texts) > 1 or any(c.personal or c.is_called("case") or c.is_clock for c in rest):
        return None
    if any(text.distinct > MOST_CHANNELS or text.filled < sheet.rows * MOSTLY for text in texts):
        return None
    key = ", ".join(quote(column.name) for column in (period, *texts))
    sql = f"select count(*), count(distinct ({key})) from {sheet.relation} where {quote(period.name)} is not null"
    rows, different = (int(str(value)) for value in engine.row(sql))
    if different < rows * 0.998:
        return None
    days = say.t("draft.why.period", n=rows)
    guesses = [
        Guess(role="period", columns=(period.name,), sure=0.92, why=(days,)),
        *(_channel(text, say) for text in texts),
        Guess(role="counters", columns=tuple(c.name for c in numbers), sure=0.8, why=(say.t("draft.why.counters"),)),
    ]
    return Totals(
        guesses={guess.role: guess for guess in guesses},
        counters=tuple(numbers),
        aside=tuple(column.name for column in aside),
    )


def _channel(column: Column, say: Words) -> Guess:
    shown = ", ".join(value for value, _ in column.values[:3])
    why = (say.t("draft.why.values", n=column.distinct, values=shown),)
    return Guess(role="channel", columns=(column.name,), sure=0.7, why=why)


def counters_of(totals: Totals) -> tuple[Counter, ...]:
    """The counters under names of their own."""
    found: list[Counter] = []
    for column in totals.counters:
        name = slug(column.name, [counter.name for counter in found])
        money = _MONEY.search(words.plain(column.name)) is not None
        found.append(Counter(name=name, title=column.name, column=column.name, money=money))
    return tuple(found)


def points_of_totals(counters: Sequence[Counter], say: Words) -> tuple[Point, ...]:
    """Each counter against the nearest that is counted before it, money against the last; else each by itself."""
    return tuple(_ratios(counters, say)) or tuple(_volumes(counters, say))


def _ratios(counters: Sequence[Counter], say: Words) -> Iterator[Point]:
    levels = {
        counter.name: level
        for level, pattern in enumerate(_LEVELS)
        for counter in counters
        if not counter.money and re.search(pattern, words.plain(counter.title))
    }
    ordered = sorted((c for c in counters if c.name in levels), key=lambda counter: levels[counter.name])
    for n, counter in enumerate(ordered):
        before = next((other for other in reversed(ordered[:n]) if levels[other.name] < levels[counter.name]), None)
        if before is not None:
            yield _ratio(counter, before, say)
    for counter in counters:
        if counter.money and ordered:
            yield _ratio(counter, ordered[-1], say)


def _ratio(of: Counter, per: Counter, say: Words) -> Point:
    return Point(
        name=slug(f"{of.name}_{per.name}"),
        title=say.t("draft.point.ratio", of=of.title, per=per.title),
        kpi="ratio",
        parameters={"of": of.name, "per": per.name},
        why=say.t("draft.point.ratio.why"),
    )


def _volumes(counters: Sequence[Counter], say: Words) -> Iterator[Point]:
    for counter in counters:
        why = say.t("draft.point.volume.why")
        yield Point(
            name=f"volume_{counter.name}", title=counter.title, kpi="volume", parameters={"of": counter.name}, why=why
        )
