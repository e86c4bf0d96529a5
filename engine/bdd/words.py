"""Times, shares and colours as people say them, in Russian and English: read from steps, written into messages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from engine.definitions.document import Span

Colour = Literal["green", "yellow", "red", "grey", "not assessable"]

START = datetime(2026, 10, 5, 10)
"""Where the simulated clock starts: a Monday, 10:00, of an ordinary week without public holidays."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A duration: whole seconds or working days, on the wall clock or in working hours."""

    seconds: int
    business: bool = False
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A weekday, a date or neither (the same day, or the next one), and a time of day."""

    clock: time
    weekday: int | None = None
    day: date | None = None

    def after(self, now: datetime) -> datetime:
        """The first such moment at or after `now` (a date is itself, even when it is past)."""
        if self.day:
            return datetime.combine(self.day, self.clock)
        found = datetime.combine(now.date(), self.clock)
        if self.weekday is not None:
            found += timedelta(days=(self.weekday - now.weekday()) % 7)
        step = 7 if self.weekday is not None else 1
        return found if found >= now else found + timedelta(days=step)


_UNITS: tuple[tuple[str, int], ...] = (
    (r"секунд[аыу]?|сек|seconds?|sec", 1),
    (r"минут[аыу]?|мин|minutes?|min", 60),
    (r"час(?:а|ов)?|ч|hours?", 3600),
    (r"день|дня|дней|дн|сутки|суток|days?", 86400),
    (r"недел[яюиь]|weeks?", 604800),
)
_UNIT = "|".join(pattern for pattern, _ in _UNITS)
_WORKING = r"рабоч\w+|working|business"
_COMPACT = r"(?:\d+(?:wd|[smhdw]))+"
_ONE = rf"(?:(?:\d+(?:[.,]\d+)?|an?|one|один|одну)\s*)?(?:(?:{_WORKING})\s+)?(?:{_UNIT})\b\.?"
WAIT = rf"{_COMPACT}\b|полчаса|half an hour|{_ONE}(?:\s*,?\s*(?:(?:и|and)\s+)?{_ONE})*"

_DAYS = (
    r"понедельник\w*|monday",
    r"вторник\w*|tuesday",
    r"сред[ауы]|wednesday",
    r"четверг\w*|thursday",
    r"пятниц[ауы]|friday",
    r"суббот[ауы]|saturday",
    r"воскресень[еяю]|sunday",
)
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_DATE = r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}"
MOMENT = rf"(?:(?:{'|'.join(_DAYS)}|{_DATE}),?[\sT]*(?:(?:в|at)\s+)?)?{_CLOCK}"

_COLOURS: tuple[tuple[str, Colour], ...] = (
    (r"зел[её]н\w*|green", "green"),
    (r"ж[её]лт\w*|yellow", "yellow"),
    (r"красн\w*|red", "red"),
    (r"сер\w*|gr[ae]y", "grey"),
    (r"нечем измерить|not assessable", "not assessable"),
)
COLOUR = "|".join(pattern for pattern, _ in _COLOURS)
SHARE = r"\d+(?:[.,]\d+)?\s*%|\d+\s+(?:из|of|out of)\s+\d+"
NUMBER = r"\d+(?:[.,]\d+)?"
BOUND = r"не\s+менее|не\s+меньше|не\s+более|не\s+больше|at\s+least|at\s+most"


def parse_wait(text: str) -> Wait:
    """From `15 минут`, `1 час 20 минут`, `2 working hours`, `15m`."""
    if re.fullmatch(_COMPACT, text):
        span = Span.parse(text)
        return Wait(span.seconds, bool(span.working_days), span.working_days)
    if text in ("полчаса", "half an hour"):
        return Wait(1800)
    business = bool(re.search(_WORKING, text, re.IGNORECASE))
    seconds, days = 0.0, 0
    for number, unit in re.findall(rf"(\d+(?:[.,]\d+)?)?[^\d]*?\b({_UNIT})\b", text, re.IGNORECASE):
        amount, size = float(number.replace(",", ".") or 1), _size(unit)
        if business and size == 86400:
            days += int(amount)
        else:
            seconds += amount * size
    return Wait(round(seconds), business, days)


def _size(unit: str) -> int:
    return next(size for pattern, size in _UNITS if re.fullmatch(pattern, unit, re.IGNORECASE))


def parse_moment(text: str) -> Moment:
    """From `понедельник 10:00`, `Monday at 10:00`, `2026-11-03 10:00`, `3.11.2026 в 10:00` or `10:00`."""
    found = re.search(rf"({_CLOCK})$", text)
    assert found is not None
    hour, minute = found[1].split(":")
    clock = time(int(hour), int(minute))
    if match := re.match(_DATE, text):
        return Moment(clock, day=_day(match[0]))
    for number, pattern in enumerate(_DAYS):
        if re.match(pattern, text, re.IGNORECASE):
            return Moment(clock, weekday=number)
    return Moment(clock)


def _day(text: str) -> date:
    if "-" in text:
        return date.fromisoformat(text)
    day, month, year = text.split(".")
    return date(int(year), int(month), int(day))


def parse_days(text: str) -> tuple[date, date] | None:
    """From `01.09.2026` or `2026-09-01–2026-09-30`: the first and the last day; None of anything else."""
    match = re.fullmatch(rf"({_DATE})(?:\s*(?:–|—|\.\.|…)\s*({_DATE}))?", text.strip())
    try:
        return (_day(match[1]), _day(match[2] or match[1])) if match else None
    except ValueError:
        return None


def parse_share(text: str) -> float:
    """From `90 %` or `9 из 10`, in [0, 1]."""
    numbers = [float(number.replace(",", ".")) for number in re.findall(NUMBER, text)]
    return numbers[0] / 100 if "%" in text else numbers[0] / numbers[1]


def parse_number(text: str) -> float:
    """From `2` or `1,5`."""
    return float(text.replace(",", "."))


def parse_colour(text: str) -> Colour:
    """From `зелёная`, `красное`, `yellow`."""
    return next(colour for pattern, colour in _COLOURS if re.fullmatch(pattern, text, re.IGNORECASE))


def parse_bound(text: str) -> Literal[">=", "<="]:
    """`не менее` is `>=`, `не более` is `<=`."""
    words = " ".join(text.casefold().split())
    return ">=" if words in ("не менее", "не меньше", "at least") else "<="


def parse_value(text: str) -> float | Wait:
    """A share (in [0, 1]), a duration or a plain number."""
    if re.fullmatch(SHARE, text):
        return parse_share(text)
    return parse_number(text) if re.fullmatch(NUMBER, text) else parse_wait(text)


def unquoted(text: str) -> str:
    """A name without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] + text[-1] in ('""', "«»", "''", "“”") else text


_OUTCOMES = {"won": r"выигран[ао]?", "lost": r"проигран[ао]?", "void": r"не в сч[её]т", "open": r"в работе"}
_VERDICTS = {"supported": "подтверждена", "refuted": "опровергнута", "undecided": "не решена"}
_ARRIVAL = r"поступил[ао]?\b|приш(?:ла|ло|[её]л)\b|(?:an?|the)\s+\w+\s+(?:arrive|come|came)"


def _choice(words: dict[str, str]) -> tuple[str, Callable[[str], object]]:
    """A kind of placeholder that is one of several words: its name in English or its Russian pattern."""

    def parse(text: str) -> object:
        fits = (en for en, ru in words.items() if re.fullmatch(f"{en}|{ru}", text, re.IGNORECASE))
        return next(fits)

    return "|".join(f"{en}|{ru}" for en, ru in words.items()), parse


KINDS: dict[str, tuple[str, Callable[[str], object]]] = {
    "text": (r"\S.*?", unquoted),
    "event": (rf"(?!{_ARRIVAL})\S.*?", unquoted),
    "outcome": _choice(_OUTCOMES),
    "verdict": _choice(_VERDICTS),
    "word": (r"\"[^\"]+\"|«[^»]+»|[^\s,:;\"«]+", unquoted),
    "wait": (WAIT, parse_wait),
    "moment": (MOMENT, parse_moment),
    "colour": (COLOUR, parse_colour),
    "share": (SHARE, parse_share),
    "count": (r"\d+", int),
    "bound": (BOUND, parse_bound),
    "value": (rf"{SHARE}|{WAIT}|{NUMBER}", parse_value),
    "date": (_DATE, _day),
}
"""The kinds of placeholders of a step: the pattern of what may stand there, and how it is read."""


# --- writing ---------------------------------------------------------------------------------------------------------

_SHORT = {"ru": ("дн", "ч", "мин", "с"), "en": ("d", "h", "min", "s")}
_COLOUR_WORDS = {
    "ru": {
        "green": "зелёная",
        "yellow": "жёлтая",
        "red": "красная",
        "grey": "серая (судить рано или мало данных)",
        "not assessable": "нечем измерить",
        "error": "не посчитана",
    },
    "en": {
        "green": "green",
        "yellow": "yellow",
        "red": "red",
        "grey": "grey (too early, or too little data)",
        "not assessable": "not assessable (data is missing)",
        "error": "not computed",
    },
}
WEEKDAYS = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def say_seconds(seconds: float, locale: str) -> str:
    """`1 ч 20 мин`, `15 min`, `0 мин`: the two largest units that are not zero."""
    left, parts = round(seconds), []
    for size, word in zip((86400, 3600, 60, 1), _SHORT[locale], strict=True):
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {word}")
    return " ".join(parts[:2]) or f"0 {_SHORT[locale][2]}"


def say_share(value: float, locale: str) -> str:
    """`92 %` / `92%`, without decimals that nobody could rely on."""
    return f"{round(value * 100)} %" if locale == "ru" else f"{round(value * 100)}%"


def say_bound(bound: str, locale: str) -> str:
    """`не менее`, `at most`."""
    words = ("не менее", "не более") if locale == "ru" else ("at least", "at most")
    return words[bound == "<="]


def keeps(value: float, bound: str, limit: float) -> bool:
    """Whether a value keeps a bound (`>=` or `<=`)."""
    return value >= limit if bound == ">=" else value <= limit


def say_colour(colour: str, locale: str) -> str:
    """`зелёная`, `red`; also the verdicts that are no colours."""
    return _COLOUR_WORDS[locale][colour]


def say_verdict(verdict: str, locale: str) -> str:
    """`подтверждена`, `supported`: what the log says of a cause."""
    return _VERDICTS.get(verdict, "нечем проверить") if locale == "ru" else verdict


def say_moment(moment: datetime, locale: str) -> str:
    """`понедельник 10:12`, `Monday 10:12`."""
    return f"{WEEKDAYS[locale][moment.weekday()]} {moment:%H:%M}"
