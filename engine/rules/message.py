"""What a finding says, in the words of people: `9 из 10 получают ответ за 3 ч, норматив 15 мин`."""

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

    def said(self, value: float, unit: str, business: bool = False) -> str:
        """A value of a KPI."""
        return wording.value(value, unit, self.locale, currency=self.currency, business=business)


def message(rule: Rule, process: Process, point: ControlPoint, found: Judgement, to: Speaker) -> str:
    """What is wrong in numbers, then what the rule says of it.

    A `message` with numbers of its own ({value} {limit} {range} {n}) stands alone.
    """
    business = point.clock == "business"
    said = rule.message.of(to.locale) if rule.message else ""
    if any(name in said for name in PLACES):
        return _filled(said, found, to, business)
    text = f"{_fact(process, point, found, to)}, {_limit(point, found, to)}"
    text = text if found.certain else f"{text} ({_doubt(found, to, business)})"
    text = text[:1].upper() + text[1:]
    return f"{text}. {said}" if said else text


PLACES = ("{value}", "{limit}", "{range}", "{n}")


def _filled(text: str, found: Judgement, to: Speaker, business: bool) -> str:
    never = "дольше любого срока" if to.locale == "ru" else "longer than any limit"
    words = (
        never if found.value is None else to.said(found.value, found.unit, business),
        to.said(found.limit, found.unit, business),
        _range(found, to, business),
        wording.number(found.n, to.locale),
    )
    for name, said in zip(PLACES, words, strict=True):
        text = text.replace(name, said)
    return text


def _range(found: Judgement, to: Speaker, business: bool) -> str:
    return wording.spread(found.low, found.high, found.unit, to.locale, currency=to.currency, business=business)


def _doubt(found: Judgement, to: Speaker, business: bool) -> str:
    doubt = "наверняка сказать нельзя" if to.locale == "ru" else "not certain"
    likely = _range(found, to, business)
    return f"{doubt}: {likely}" if likely else doubt


def _state(process: Process, name: str, locale: Locale) -> str:
    titles = {state.name: state.title for state in process.states} | {mark.name: mark.title for mark in process.marks}
    title = titles.get(name)
    name = title.of(locale) if title else name
    return f"«{name}»" if locale == "ru" else f"“{name}”"


def _fact(process: Process, point: ControlPoint, found: Judgement, to: Speaker) -> str:
    from_, arrival = (_state(process, str(point.parameters.get(key, "")), to.locale) for key in ("from", "to"))
    state = _state(process, str(point.parameters.get("state", "")), to.locale)
    match point.kpi:
        case "elapsed":
            return _elapsed(point, found, to, from_, arrival)
        case "sojourn" if found.value is not None and "state" in point.parameters:
            who, time = _who(point, to), to.said(found.value, "seconds", point.clock == "business")
            if to.locale == "ru":
                return f"{who} {_verb(who, 'проводит', 'проводят')} на этапе {state} до {time}"
            return f"{who} stay in {state} for up to {time}"
        case "conversion" if found.value is not None:
            return _conversion(found, to, from_, arrival)
        case "within" if found.value is not None:
            got = to.said(found.value, "ratio")
            if to.locale == "ru":
                return f"от {from_} до {arrival} в срок {_arrive(found.value)} {got}"
            return f"{got} get from {from_} to {arrival} in time"
    title = point.title.of(to.locale) if point.title else point.name
    if found.value is None:
        return f"{title}: {'не достигается' if to.locale == 'ru' else 'not reached'}"
    return f"{title}: {to.said(found.value, found.unit, point.clock == 'business')}"


def _who(point: ControlPoint, to: Speaker) -> str:
    return wording.of_ten(quantile_of(point) or 0.5, to.locale)


def _verb(who: str, singular: str, plural: str) -> str:
    return singular if who == "половина" or who.startswith("1 ") else plural


def _arrive(ratio: float) -> str:
    return "доходит" if wording.plural_form(round(ratio * 100)) == 0 else "доходят"


def _elapsed(point: ControlPoint, found: Judgement, to: Speaker, from_: str, arrival: str) -> str:
    who = _who(point, to)
    if found.value is None:
        fewer = "меньше половины" if who == "половина" else f"меньше {who}"
        if to.locale == "ru":
            return f"от {from_} до {arrival} вообще доходят {fewer}"
        return f"fewer than {who} get from {from_} to {arrival} at all"
    time = to.said(found.value, "seconds", point.clock == "business")
    if to.locale == "ru":
        return f"{who} {_verb(who, 'доходит', 'доходят')} от {from_} до {arrival} за {time}"
    return f"{who} get from {from_} to {arrival} within {time}"


def _conversion(found: Judgement, to: Speaker, from_: str, arrival: str) -> str:
    got = to.said(found.value or 0.0, "ratio")
    within = wording.duration(found.horizon, to.locale) if found.horizon else ""
    if to.locale == "ru":
        return f"от {from_} до {arrival} {f'за {within} ' if within else ''}{_arrive(found.value or 0.0)} {got}"
    return f"{got} get from {from_} to {arrival}{f' within {within}' if within else ''}"


def _limit(point: ControlPoint, found: Judgement, to: Speaker) -> str:
    limit = to.said(found.limit, found.unit, point.clock == "business")
    word = "норматив" if to.locale == "ru" else "the limit is"
    if found.unit == "seconds" and found.more_is_worse:
        return f"{word} {limit}"
    side = wording.at_most if found.more_is_worse else wording.at_least
    return f"{word} {'— ' if to.locale == 'ru' else ''}{side(limit, to.locale)}"
