"""Numbers as people say them, in Russian and English: `9 из 10`, `3 ч 20 мин`, `most likely 31 to 45 in 100`.

Russian days are declined: after `за` they are as they are counted (60 дней, 21 день), after `от`, `до`, `около`,
`не меньше` they stand in the genitive (21 дня). Everything else is shortened or does not change.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Locale = Literal["ru", "en"]

THIN = "\u202f"
"""A narrow space that does not break: between thousands."""
HARD = "\u00a0"
"""A space that does not break: between a number and its unit."""

_QUANTILES = {0.25: (1, 4), 0.75: (3, 4), 0.95: (19, 20)}
_SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "ILS": "₪", "KZT": "₸", "UAH": "₴", "TRY": "₺", "BYN": "Br"}
_SCALES = ((10**9, "млрд", "billion"), (10**6, "млн", "million"))
_DAYS = ("день", "дня", "дней")
_DAYS_OF = ("дня", "дней", "дней")
_SHORT = {"h": ("ч", "h"), "min": ("мин", "min"), "s": ("с", "s")}

Part = tuple[int, Literal["d", "h", "min", "s"]]


_DAYS_NAMED = {
    "mon": ("понедельник", "Monday"),
    "tue": ("вторник", "Tuesday"),
    "wed": ("среда", "Wednesday"),
    "thu": ("четверг", "Thursday"),
    "fri": ("пятница", "Friday"),
    "sat": ("суббота", "Saturday"),
    "sun": ("воскресенье", "Sunday"),
}
_HALVES = {"first": ("первая половина периода", "first half"), "second": ("вторая половина периода", "second half")}


def segment_value(dimension: str, value: str, locale: Locale) -> str:
    """A value of a dimension as it stands in a sentence: `понедельник, 13:00–14:00`; what a client named as it is."""
    if dimension == "half":
        return _HALVES.get(value, (value, value))[locale == "en"]
    if dimension not in ("weekday", "hour", "weekday_hour"):
        return value
    return ", ".join(_part_of_week(part, locale) for part in value.split())


def _part_of_week(part: str, locale: Locale) -> str:
    if part in _DAYS_NAMED:
        return _DAYS_NAMED[part][locale == "en"]
    return f"{part}:00–{(int(part) + 1) % 24:02}:00" if part.isdecimal() else part


def plural_form(n: int) -> int:
    """Which of the three Russian forms a number takes: 0 (1 случай), 1 (2 случая), 2 (5 случаев)."""
    n = abs(n)
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else 2


def agreeing(n: int, forms: tuple[str, ...], locale: Locale) -> str:
    """The form that agrees with `n`: of (one, few, many) in Russian, of (one, other) in English."""
    if locale == "en":
        return forms[0 if abs(n) == 1 else -1]
    return forms[min(plural_form(n), len(forms) - 1)]


# --- numbers ----------------------------------------------------------------------------------------------------------


def halfway_up(value: float, digits: int = 0) -> Decimal:
    """Rounded as people round (2.5 is 3), from the shortest decimal form of the number."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def number(value: float, locale: Locale, digits: int | None = None) -> str:
    """`12 400`, `3,4` (ru) or `3.4` (en), with at most `digits` decimals: by itself one below ten, then none."""
    exact = halfway_up(value, digits if digits is not None else 1 if abs(value) < 10 else 0)
    whole, _, rest = f"{exact:,f}".partition(".")
    rest = rest.rstrip("0")
    whole = whole.removeprefix("-").replace(",", THIN)
    return ("−" if exact < 0 else "") + whole + ((("," if locale == "ru" else ".") + rest) if rest else "")


def _of(locale: Locale) -> str:
    return "из" if locale == "ru" else "in"


def hundredths(ratio: float) -> str:
    """A share of a hundred, 0 and 100 only where they are exact: `38`, `<1`, `>99`."""
    whole = int(halfway_up(ratio * 100))
    if ratio > 0 and whole == 0:
        return "<1"
    return ">99" if ratio < 1 and whole == 100 else str(whole)


def share(ratio: float, locale: Locale) -> str:
    """`38 из 100`, `38 in 100`; `меньше 1 из 100` and `больше 99 из 100` near the ends."""
    less, more = ("меньше", "больше") if locale == "ru" else ("fewer than", "more than")
    text = hundredths(ratio).replace("<", f"{less}{HARD}").replace(">", f"{more}{HARD}")
    return f"{text}{HARD}{_of(locale)}{HARD}100"


def of_ten(quantile: float, locale: Locale) -> str:
    """A quantile as people: `половина`, `9 из 10`, `3 in 4`."""
    if abs(quantile - 0.5) < 1e-9:
        return "половина" if locale == "ru" else "half"
    tenths = quantile * 10
    whole_tenths = (round(tenths), 10) if abs(tenths - round(tenths)) < 1e-9 else None
    part, whole = _QUANTILES.get(round(quantile, 4)) or whole_tenths or (int(halfway_up(quantile * 100)), 100)
    return f"{part}{HARD}{_of(locale)}{HARD}{whole}"


# --- time -------------------------------------------------------------------------------------------------------------


def _parts(seconds: float, business: bool) -> tuple[Part, ...]:
    """At most two units, the smaller left out where it is nothing or does not matter any more.

    Working time is never turned into days: a day of it is as long as the calendar says.
    """
    whole = int(halfway_up(abs(seconds)))
    if whole < 60:
        return ((whole, "s"),)
    if whole < 600:
        return _pair((whole // 60, "min"), (whole % 60, "s"))
    minutes = int(halfway_up(whole / 60))
    if minutes < 60:
        return ((minutes, "min"),)
    if minutes < 1440 or business:
        return _pair((minutes // 60, "h"), (minutes % 60 if minutes < 6000 else 0, "min"))
    hours = int(halfway_up(minutes / 60))
    if hours < 7 * 24:
        return _pair((hours // 24, "d"), (hours % 24, "h"))
    return ((int(halfway_up(hours / 24)), "d"),)


def _pair(first: Part, second: Part) -> tuple[Part, ...]:
    return (first, second) if second[0] else (first,)


def _part(part: Part, locale: Locale, genitive: bool) -> str:
    n, unit = part
    if unit != "d":
        return f"{number(n, locale, 0)}{HARD}{_SHORT[unit][locale == 'en']}"
    if locale == "en":
        return f"{number(n, locale, 0)}{HARD}{'day' if n == 1 else 'days'}"
    return f"{number(n, locale, 0)}{HARD}{(_DAYS_OF if genitive else _DAYS)[plural_form(n)]}"


def duration(seconds: float, locale: Locale, *, business: bool = False, genitive: bool = False) -> str:
    """`45 с`, `15 мин`, `3 ч 20 мин`, `2 дня 4 ч`, `45 дней`; `genitive`: as after `от`, `до` (`21 дня`)."""
    return HARD.join(_part(part, locale, genitive) for part in _parts(seconds, business))


# --- money ------------------------------------------------------------------------------------------------------------


def money(amount: float, locale: Locale, currency: str) -> str:
    """`1,2 млн ₽`, `45 700 ₽`; English `₽1.2 million`: two or three figures that matter."""
    text, scale = _scaled(amount, locale)
    return _with_sign(f"{text}{HARD}{scale}" if scale else text, locale, currency)


def _scaled(amount: float, locale: Locale) -> tuple[str, str]:
    for size, russian, english in _SCALES:
        if abs(amount) >= size:
            units = amount / size
            return number(units, locale, 1 if abs(units) < 100 else 0), english if locale == "en" else russian
    step = 10 ** max(0, len(str(int(abs(amount)))) - 3)
    return number(int(halfway_up(amount / step)) * step, locale, 0), ""


def _with_sign(amount: str, locale: Locale, currency: str) -> str:
    sign = _SIGNS.get(currency, currency)
    if locale == "ru" or len(sign) > 1:
        return f"{amount}{HARD}{sign}"
    minus = "−" if amount.startswith("−") else ""
    return f"{minus}{sign}{amount.removeprefix('−')}"


def _money_span(low: float, high: float, locale: Locale, currency: str) -> str:
    """The unit once where it is the same: `от 0,3 до 1,2 млн ₽`."""
    (first, scale), (last, other) = _scaled(low, locale), _scaled(high, locale)
    if scale != other:
        return between(money(low, locale, currency), money(high, locale, currency), locale)
    if locale == "ru":
        return between(first, money(high, locale, currency), locale)
    return between(_with_sign(first, locale, currency), f"{last}{HARD}{scale}" if scale else last, locale)


# --- values and ranges ------------------------------------------------------------------------------------------------


def value(
    of: float, unit: str, locale: Locale, *, currency: str = "RUB", business: bool = False, genitive: bool = False
) -> str:
    """A value in the unit of its KPI: ratio seconds money count number."""
    match unit:
        case "ratio":
            return share(of, locale)
        case "seconds":
            return duration(of, locale, business=business, genitive=genitive)
        case "money":
            return money(of, locale, currency)
        case "count":
            return number(of, locale, 0)
    return number(of, locale, 2 if abs(of) < 1 else 1)


def span(
    low: float | None, high: float | None, unit: str, locale: Locale, *, currency: str = "RUB", business: bool = False
) -> str:
    """A range: `от 31 до 45 из 100`; one end: `не меньше 2 ч`; both the same: `около 38 из 100`; none: empty."""

    def end(of: float) -> str:
        return value(of, unit, locale, currency=currency, business=business, genitive=True)

    if low is None or high is None:
        return at_least(end(low), locale) if low is not None else at_most(end(high), locale) if high is not None else ""
    if end(low) == end(high):
        exact = unit == "ratio" and not hundredths(high).isdigit()  # "about" has no place before "fewer than 1"
        return end(high) if exact else f"{'около' if locale == 'ru' else 'about'} {end(high)}"
    if unit == "money":
        return _money_span(low, high, locale, currency)
    if unit == "ratio":
        return between(hundredths(low).replace("<1", "0").replace(">", ""), end(high), locale)
    if unit == "seconds":
        return between(_first_of_two(low, high, locale, business), end(high), locale)
    return between(end(low), end(high), locale)


def _first_of_two(low: float, high: float, locale: Locale, business: bool) -> str:
    """Without its unit where the other end has the same: `от 2 до 5 дней`."""
    first, last = _parts(low, business), _parts(high, business)
    if len(first) == len(last) == 1 and first[0][1] == last[0][1]:
        return number(first[0][0], locale, 0)
    return duration(low, locale, business=business, genitive=True)


def likely(text: str, locale: Locale) -> str:
    """`скорее всего от 31 до 45 из 100`; nothing of nothing."""
    return f"{'скорее всего' if locale == 'ru' else 'most likely'} {text}" if text else ""


def between(first: str, last: str, locale: Locale) -> str:
    """`от 31 до 45`, `31 to 45`."""
    return f"от {first} до {last}" if locale == "ru" else f"{first} to {last}"


def at_least(text: str, locale: Locale) -> str:
    """`не меньше 2 ч`."""
    return f"не меньше {text}" if locale == "ru" else f"at least {text}"


def at_most(text: str, locale: Locale) -> str:
    """`не больше 2 ч`."""
    return f"не больше {text}" if locale == "ru" else f"at most {text}"


# --- days -------------------------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_RUSSIAN = _words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
_ENGLISH = _words("January February March April May June July August September October November December")
_MONTHS = _words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь")


def month_of(when: date, locale: Locale) -> str:
    """The month as it stands after a day: `сентября`, `September`."""
    return (_RUSSIAN if locale == "ru" else _ENGLISH)[when.month - 1]


def day(when: date, locale: Locale, *, year: bool = True) -> str:
    """`5 марта 2026`, `5 March 2026`."""
    text = f"{when.day}{HARD}{month_of(when, locale)}"
    return f"{text}{HARD}{when.year}" if year else text


def days(since: date, until: date, locale: Locale) -> str:
    """From the first day to the last, both inside: `1 апреля — 30 сентября 2026`."""
    return f"{day(since, locale, year=since.year != until.year)} — {day(until, locale)}"


def period(since: date, last: date, locale: Locale) -> str:
    """From the first day to the last, shortly: a month by its name (`март 2026`), else `2–8 марта 2026`."""
    if since == last:
        return day(since, locale)
    if since.day == 1 and (since.year, since.month) == (last.year, last.month) and (last + timedelta(1)).day == 1:
        return f"{(_MONTHS if locale == 'ru' else _ENGLISH)[since.month - 1]}{HARD}{since.year}"
    if (since.year, since.month) == (last.year, last.month):
        return f"{since.day}–{day(last, locale)}"
    return days(since, last, locale)
