"""Numbers, durations, money, dates and plurals as people say them, in Russian and English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Locale = Literal["ru", "en"]
Unit = Literal["ratio", "seconds", "count", "number", "money"]

THIN = "\u202f"
"""A narrow space that does not break: between thousands, and between a number and its unit."""

_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_ENGLISH = "January February March April May June July August September October November December"
_MONTHS = {"ru": tuple(_RUSSIAN.split()), "en": tuple(_ENGLISH.split())}
_SHORT_MONTHS = {locale: tuple(month[:3] for month in months) for locale, months in _MONTHS.items()}
_UNITS = ((86400, "дн.", "d"), (3600, "ч", "h"), (60, "мин", "min"), (1, "с", "s"))
_SYMBOLS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸", "UAH": "₴", "BYN": "Br", "TRY": "₺"}
_SCALES = ((10**9, "млрд", "billion"), (10**6, "млн", "million"))
_QUANTILES = {0.25: (1, 4), 0.75: (3, 4), 0.8: (8, 10), 0.9: (9, 10), 0.95: (19, 20), 0.99: (99, 100)}
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SLOT = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def clean(text: str) -> str:
    """Without control characters and marks that turn the direction of writing: what is left can be printed."""
    return _UNSEEN.sub("", text)


def halfway_up(value: float, digits: int = 0) -> Decimal:
    """Rounded as people round (2.5 is 3), from the shortest decimal form of the number."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


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
                return self.plural(int(str(value)), slot[2])
            return self.count(value) if isinstance(value, int) else str(value)

        return _SLOT.sub(filled, self.texts[key])

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self.texts

    def plural(self, n: int, forms: str) -> str:
        """The form that agrees with `n`, of `one|few|many` in Russian, `one|other` in English."""
        several = forms.split("|")
        if self.locale == "en":
            return several[0 if abs(n) == 1 else -1]
        last, tens = abs(n) % 10, abs(n) % 100
        if last == 1 and tens != 11:
            return several[0]
        return several[1] if last in (2, 3, 4) and tens not in (12, 13, 14) else several[-1]

    # --- numbers ----------------------------------------------------------------------------------------------------

    def count(self, value: float) -> str:
        """A whole number, thousands apart: `12 480`."""
        return self.number(value, 0)

    def number(self, value: float, digits: int = 1) -> str:
        """A number with at most `digits` decimals: `2,4` in Russian, `2.4` in English."""
        exact = halfway_up(value, digits)
        text = f"{exact:,f}"
        whole, _, rest = text.partition(".")
        rest = rest.rstrip("0")
        sign = "−" if exact < 0 else ""
        whole = whole.removeprefix("-").replace(",", THIN)
        return sign + whole + ((",", ".")[self.locale == "en"] + rest if rest else "")

    def share(self, value: float) -> str:
        """`38 из 100`; never a decimal, and 0 and 100 only where they are exact."""
        return self._per_hundred(self._hundredths(value))

    def percent(self, value: float) -> str:
        """`38 %` for the axis of a chart, where there is no room for words."""
        return f"{self._hundredths(value)}{THIN}%"

    def points(self, value: float) -> str:
        """A difference of two shares: `на 12 из 100`, without its sign."""
        return self._per_hundred(self._hundredths(abs(value)))

    def _hundredths(self, value: float) -> str:
        whole = int(halfway_up(value * 100))
        if value > 0 and whole == 0:
            return "<1"
        if value < 1 and whole == 100:
            return ">99"
        return str(whole)

    def _per_hundred(self, text: str) -> str:
        word = "in" if self.locale == "en" else "из"
        less, more = ("under ", "over ") if self.locale == "en" else ("меньше ", "больше ")
        text = text.replace("<", less).replace(">", more)
        return f"{text} {word} 100".replace(" ", "\u00a0")

    def quantile(self, q: float) -> str:
        """Of how many people a quantile speaks: `половина`, `9 из 10`."""
        if abs(q - 0.5) < 1e-9:
            return "half" if self.locale == "en" else "половина"
        part, whole = _QUANTILES.get(round(q, 4), (int(halfway_up(q * 100)), 100))
        return f"{part}\u00a0{'in' if self.locale == 'en' else 'из'}\u00a0{whole}"

    # --- time -------------------------------------------------------------------------------------------------------

    def duration(self, seconds: float) -> str:
        """The two largest units: `3 ч 20 мин`, `2 дн. 4 ч`, `45 с`. A day is always 24 hours."""
        left = int(halfway_up(abs(seconds)))
        if left >= 10 * 86400:
            left = int(halfway_up(left / 86400)) * 86400
        elif left >= 86400:
            left = int(halfway_up(left / 3600)) * 3600
        elif left >= 3600:
            left = int(halfway_up(left / 60)) * 60
        parts = []
        for size, russian, english in _UNITS:
            n, left = divmod(left, size)
            if n:
                parts.append(f"{self.count(n)}\u00a0{english if self.locale == 'en' else russian}")
        zero = "0\u00a0s" if self.locale == "en" else "0\u00a0с"
        return "\u00a0".join(parts[:2]) or zero

    def day(self, value: date) -> str:
        """`30 сентября 2026`, `30 September 2026`."""
        return f"{value.day}\u00a0{_MONTHS[self.locale][value.month - 1]}\u00a0{value.year}"

    def day_short(self, value: date) -> str:
        """`30.09.2026`, `30 Sep 2026`."""
        if self.locale == "ru":
            return f"{value:%d.%m.%Y}"
        return f"{value.day}\u00a0{_SHORT_MONTHS['en'][value.month - 1]}\u00a0{value.year}"

    def day_tick(self, value: date) -> str:
        """`30 сен`, `30 Sep`: for the axis of a chart."""
        return f"{value.day}\u00a0{_SHORT_MONTHS[self.locale][value.month - 1]}"

    def moment(self, value: datetime) -> str:
        """`30 сентября 2026, 18:00`."""
        return f"{self.day(value)}, {value:%H:%M}"

    def days(self, since: date, until: date) -> str:
        """From the first day to the last, both inside: `1 апреля — 30 сентября 2026`."""
        if since.year == until.year:
            return f"{since.day}\u00a0{_MONTHS[self.locale][since.month - 1]} — {self.day(until)}"
        return f"{self.day(since)} — {self.day(until)}"

    # --- money ------------------------------------------------------------------------------------------------------

    def money(self, value: float) -> str:
        """`1,2 млн ₽`, `45 000 ₽`; English `₽1.2 million`, `₽45 000`: two or three figures that matter."""
        amount, scale = self._scaled(value)
        return self._with_currency(f"{amount}\u00a0{scale}" if scale else amount)

    def money_range(self, low: float, high: float) -> str:
        """`от 0,3 до 1,2 млн ₽`, the unit once where it is the same; one number where both round to it."""
        if self.money(low) == self.money(high):
            return f"{'about' if self.locale == 'en' else 'около'} {self.money(low)}"
        (first, scale), (last, other) = self._scaled(low), self._scaled(high)
        if scale != other:
            return self._from_to(self.money(low), self.money(high))
        if self.locale == "ru":
            return self._from_to(first, self.money(high))
        return self._from_to(self._with_currency(first), f"{last}\u00a0{scale}" if scale else last)

    def _scaled(self, value: float) -> tuple[str, str]:
        for size, russian, english in _SCALES:
            if abs(value) >= size:
                amount = value / size
                return self.number(amount, 1 if abs(amount) < 100 else 0), (russian, english)[self.locale == "en"]
        step = 10 ** max(0, len(str(int(abs(value)))) - 3)
        return self.count(int(halfway_up(value / step)) * step), ""

    def _with_currency(self, amount: str) -> str:
        symbol = _SYMBOLS.get(self.currency, self.currency)
        if self.locale == "ru":
            return f"{amount}\u00a0{symbol}"
        sign = "−" if amount.startswith("−") else ""
        space = "\u00a0" if symbol.isalpha() else ""
        return f"{sign}{symbol}{space}{amount.removeprefix('−')}"

    # --- values of a KPI --------------------------------------------------------------------------------------------

    def value(self, value: float, unit: Unit) -> str:
        """A value of a KPI by its unit."""
        match unit:
            case "ratio":
                return self.share(value)
            case "seconds":
                return self.duration(value)
            case "money":
                return self.money(value)
            case "count":
                return self.count(value)
            case "number":
                return self.number(value, 2)

    def span(self, low: float | None, high: float | None, unit: Unit) -> str:
        """The range of a value: `от 31 до 45 из 100`; an end that is not reached is open."""
        if low is None or high is None:
            ends = self.value(low, unit) if low is not None else self.value(high, unit) if high is not None else ""
            word = {"ru": ("от", "до"), "en": ("at least", "up to")}[self.locale][low is None]
            return f"{word} {ends}" if ends else ""
        if unit == "money":
            return self.money_range(low, high)
        first, last = self.value(low, unit), self.value(high, unit)
        if first == last:
            return f"{'about' if self.locale == 'en' else 'около'} {first}"
        if unit == "ratio":
            first = self._hundredths(low)
        return self._from_to(first, last)

    def _from_to(self, first: str, last: str) -> str:
        return f"{first} to {last}" if self.locale == "en" else f"от {first} до {last}"
