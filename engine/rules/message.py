"""What a finding says, in the words of people: `Дозвонились: 72 из 100 за 7 дней при нормативе не меньше 85 из 100`."""

import re
from dataclasses import dataclass

from engine.definitions.process import ControlPoint, Process
from engine.definitions.rule import Rule
from engine.rules import wording
from engine.rules.applies import quantile_of
from engine.rules.wording import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A fact beside the limit it breaches; `more_is_worse`: the side of the limit. Value None: not reached."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    horizon: int | None
    unit: str
    limit: float
    more_is_worse: bool
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who is spoken to: language and currency."""

    locale: Locale
    currency: str

    def said(self, value: float, unit: str, business: bool = False, *, genitive: bool = False) -> str:
        """A value of a KPI; `genitive`: as after `не больше`."""
        return wording.value(value, unit, self.locale, currency=self.currency, business=business, genitive=genitive)

    def either(self, russian: str, english: str) -> str:
        """The one of two texts that is in the language."""
        return russian if self.locale == "ru" else english


def message(rule: Rule, process: Process, point: ControlPoint, found: Judgement, to: Speaker) -> str:
    """What is wrong in numbers, then what the rule says of it.

    A `message` with numbers of its own ({value} {limit} {range} {n}) stands alone.
    """
    business = point.clock == "business"
    said = rule.message.of(to.locale) if rule.message else ""
    if any(name in said for name in PLACES):
        return _filled(said, found, to, business)
    text = f"{_title(process, point, to.locale)}: {_value(point, found, to)}{_limit(found, to, business)}"
    text = text if found.certain else f"{text} ({_doubt(found, to, business)})"
    return f"{text[:1].upper()}{text[1:]}. {said}" if said else f"{text[:1].upper()}{text[1:]}"


PLACES = ("{value}", "{limit}", "{range}", "{n}")


def _filled(text: str, found: Judgement, to: Speaker, business: bool) -> str:
    never = to.either("дольше любого срока", "longer than any limit")
    words = (
        never if found.value is None else to.said(found.value, found.unit, business),
        to.said(found.limit, found.unit, business),
        wording.likely(_range(found, to, business), to.locale),
        wording.number(found.n, to.locale, 0),
    )
    for name, said in zip(PLACES, words, strict=True):
        text = text.replace(name, said)
    return text


def _range(found: Judgement, to: Speaker, business: bool) -> str:
    return wording.span(found.low, found.high, found.unit, to.locale, currency=to.currency, business=business)


def _doubt(found: Judgement, to: Speaker, business: bool) -> str:
    doubt = to.either("наверняка сказать нельзя", "not certain")
    likely = wording.likely(_range(found, to, business), to.locale)
    return f"{doubt}: {likely}" if likely else doubt


# --- what is measured -------------------------------------------------------------------------------------------------

_ASIDE = re.compile(r"\s*\([^()]*\)$")
_TIMED = re.compile(r"\d|сут(ки|ок)|час|мин|ден|дн|недел|месяц|day|hour|minute|week|month|at once|сразу", re.IGNORECASE)


def _title(process: Process, point: ControlPoint, locale: Locale) -> str:
    """The control point's own title; of a quantile without its aside (the sentence says whom it is true of)."""
    if point.title:
        title = point.title.of(locale)
        return _ASIDE.sub("", title) if quantile_of(point) else title
    if "from" in point.parameters and "to" in point.parameters:
        return (
            f"{_state(process, point.parameters['from'], locale)} → {_state(process, point.parameters['to'], locale)}"
        )
    return _state(process, point.parameters["state"], locale) if "state" in point.parameters else point.name


def _state(process: Process, name: object, locale: Locale) -> str:
    titles = {state.name: state.title for state in process.states} | {mark.name: mark.title for mark in process.marks}
    title = titles.get(str(name))
    text = title.of(locale) if title else str(name)
    return f"«{text}»" if locale == "ru" else f"“{text}”"


def _value(point: ControlPoint, found: Judgement, to: Speaker) -> str:
    """`72 из 100 за 7 дней`, `9 из 10 — за 3 ч`, `половина старше 27 дней`; what is not reached says so."""
    quantile = quantile_of(point) if found.unit == "seconds" else None
    if quantile is not None:
        return _quantile(point, quantile, found, to)
    if found.value is None:
        return to.either("не достигается", "not reached")
    said = to.said(found.value, found.unit, point.clock == "business")
    if found.unit != "ratio" or not found.horizon or _names_time(point, to.locale):
        return said
    within = wording.duration(found.horizon, to.locale)
    return to.either(f"{said} за {within}", f"{said} within {within}")


def _names_time(point: ControlPoint, locale: Locale) -> bool:
    """Whether the title already says by when: `Перезвонили за сутки`."""
    return bool(point.title and _TIMED.search(point.title.of(locale)))


def _quantile(point: ControlPoint, quantile: float, found: Judgement, to: Speaker) -> str:
    who = wording.of_ten(quantile, to.locale)
    if found.value is None:
        fewer = "половины" if who == "половина" else who
        return to.either(f"дошли меньше {fewer}", f"fewer than {who} get there")
    business = point.clock == "business"
    if point.kpi == "age":
        older = wording.of_ten(1 - quantile, to.locale)
        time = to.said(found.value, "seconds", business, genitive=True)
        return to.either(f"{older} старше {time}", f"{older} older than {time}")
    time = to.said(found.value, "seconds", business)
    return to.either(f"{who} — за {time}", f"{who} within {time}")


def _limit(found: Judgement, to: Speaker, business: bool) -> str:
    """What it is held against, as the sentence goes on."""
    side = wording.at_most if found.more_is_worse else wording.at_least
    limit = side(to.said(found.limit, found.unit, business, genitive=True), to.locale)
    return to.either(f" при нормативе {limit}", f"; the limit is {limit}")
