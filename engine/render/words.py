"""The words of one reader: the messages of the documents in his language, and numbers as `rules.wording` says them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from engine.rules import wording
from engine.rules.wording import HARD, THIN, Locale

Unit = Literal["ratio", "seconds", "count", "number", "money"]

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SLOT = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def clean(text: str) -> str:
    """Without control characters and marks that turn the direction of writing: what is left can be printed."""
    return _UNSEEN.sub("", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one language says things. `texts`: the messages of the documents in that language, by key."""

    locale: Locale
    currency: str = "RUB"
    texts: Mapping[str, str] = field(default_factory=dict)

    # --- texts ------------------------------------------------------------------------------------------------------

    def t(self, key: str, **values: object) -> str:
        """A message with its `{name}` filled; `{name:one|few|many}` (English `{name:one|other}`) agrees with it.

        Raises KeyError where there is no such message or value.
        """

        def filled(slot: re.Match[str]) -> str:
            value = values[slot[1]]
            if slot[2] is not None:
                return wording.agreeing(int(str(value)), tuple(slot[2].split("|")), self.locale)
            return self.count(value) if isinstance(value, int) else str(value)

        return _SLOT.sub(filled, self.texts[key])

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self.texts

    # --- numbers ----------------------------------------------------------------------------------------------------

    def count(self, value: float) -> str:
        """A whole number, thousands apart: `12 480`."""
        return self.number(value, 0)

    def number(self, value: float, digits: int = 1) -> str:
        """A number with at most `digits` decimals: `2,4` in Russian, `2.4` in English."""
        return wording.number(value, self.locale, digits)

    def share(self, value: float) -> str:
        """`38 из 100`; never a decimal, and 0 and 100 only where they are exact."""
        return wording.share(value, self.locale)

    def percent(self, value: float) -> str:
        """`38 %` for the axis of a chart, where there is no room for words."""
        return f"{wording.hundredths(value)}{THIN}%"

    def points(self, value: float) -> str:
        """A difference of two shares: `12 из 100`, without its sign."""
        return wording.share(abs(value), self.locale)

    def quantile(self, q: float) -> str:
        """Of how many people a quantile speaks: `половина`, `9 из 10`."""
        return wording.of_ten(q, self.locale)

    def money(self, value: float) -> str:
        """`1,2 млн ₽`, `45 000 ₽`; English `₽1.2 million`, `₽45 000`: two or three figures that matter."""
        return wording.money(value, self.locale, self.currency)

    # --- time -------------------------------------------------------------------------------------------------------

    def duration(self, seconds: float) -> str:
        """`3 ч 20 мин`, `2 дня 4 ч`, `45 с`. A day is always 24 hours."""
        return wording.duration(seconds, self.locale)

    def day(self, value: date) -> str:
        """`30 сентября 2026`, `30 September 2026`."""
        return wording.day(value, self.locale)

    def day_short(self, value: date) -> str:
        """`30.09.2026`, `30 Sep 2026`."""
        return f"{value:%d.%m.%Y}" if self.locale == "ru" else f"{self.day_tick(value)}{HARD}{value.year}"

    def day_tick(self, value: date) -> str:
        """`30 сен`, `30 Sep`: for the axis of a chart."""
        return f"{value.day}{HARD}{wording.month_of(value, self.locale)[:3]}"

    def moment(self, value: datetime) -> str:
        """`30 сентября 2026, 18:00`."""
        return f"{self.day(value)}, {value:%H:%M}"

    def days(self, since: date, until: date) -> str:
        """From the first day to the last, both inside: `1 апреля — 30 сентября 2026`."""
        return wording.days(since, until, self.locale)

    # --- values of a KPI --------------------------------------------------------------------------------------------

    def value(self, value: float, unit: Unit, *, business: bool = False, genitive: bool = False) -> str:
        """A value of a KPI by its unit; `genitive`: as after `не больше`."""
        return wording.value(value, unit, self.locale, currency=self.currency, business=business, genitive=genitive)

    def span(self, low: float | None, high: float | None, unit: Unit, *, business: bool = False) -> str:
        """The range of a value: `от 31 до 45 из 100`; an end that is not reached is open."""
        return wording.span(low, high, unit, self.locale, currency=self.currency, business=business)
