"""Numbers as people say them, in Russian and English: `9 из 10`, `3 ч 20 мин`, `most likely 31 to 45 of 100`."""

from datetime import date, timedelta
from typing import Literal

Locale = Literal["ru", "en"]
Noun = Literal["case", "instance", "sale", "day", "week", "month", "hour", "period", "manager", "action"]

THIN = "\u202f"
HARD = "\u00a0"
_RU: dict[Noun, tuple[str, str, str]] = {
    "case": ("заявка", "заявки", "заявок"),
    "instance": ("случай", "случая", "случаев"),
    "sale": ("продажа", "продажи", "продаж"),
    "day": ("день", "дня", "дней"),
    "week": ("неделя", "недели", "недель"),
    "month": ("месяц", "месяца", "месяцев"),
    "hour": ("час", "часа", "часов"),
    "period": ("период", "периода", "периодов"),
    "manager": ("менеджер", "менеджера", "менеджеров"),
    "action": ("действие", "действия", "действий"),
}
_FEMININE: tuple[Noun, ...] = ("case", "sale", "week")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MONTHS_OF = (
    _words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    _words("January February March April May June July August September October November December"),
)
_MONTHS = _words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь")


def plural_form(n: int) -> int:
    """Which of the three Russian forms a number takes: 0 (1 случай), 1 (2 случая), 2 (5 случаев)."""
    n = abs(n)
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else 2


def counted(n: int, noun: Noun, locale: Locale) -> str:
    """`5 случаев`, `5 instances`."""
    if locale == "ru":
        return f"{number(n, locale)} {_RU[noun][plural_form(n)]}"
    return f"{number(n, locale)} {noun}{'' if abs(n) == 1 else 's'}"


def number(value: float, locale: Locale) -> str:
    """`12 400`, `3,4` (ru) or `3.4` (en): one decimal below ten, whole from there on, thousands set apart."""
    rounded = round(value, 1) if abs(value) < 10 else round(value)
    if rounded == int(rounded):
        return f"{int(rounded):,}".replace(",", THIN).replace("-", "−")
    return f"{rounded:.1f}".replace(".", "," if locale == "ru" else ".").replace("-", "−")


def _joined(first: str, second: str) -> str:
    return f"{first} {second}" if second else first


def duration(seconds: float, locale: Locale, *, business: bool = False) -> str:
    """`45 с`, `15 мин`, `3 ч 20 мин`, `2 дн. 4 ч`, `45 дн.`: at most two units.

    Working time (`business`) is never turned into days: a day of it is as long as the calendar says.
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} {'с' if locale == 'ru' else 's'}"
    if whole < 600 and whole % 60:
        return _joined(_minutes(whole // 60, locale), f"{whole % 60} {'с' if locale == 'ru' else 's'}")
    minutes = round(whole / 60)
    if minutes < 60:
        return _minutes(minutes, locale)
    if minutes < 1440 or business:
        hours = _hours(minutes // 60, locale)
        return hours if minutes >= 6000 else _joined(hours, _minutes(minutes % 60, locale) if minutes % 60 else "")
    hours_in_all = round(minutes / 60)
    if hours_in_all < 7 * 24:
        days, rest = divmod(hours_in_all, 24)
        return _joined(_days(days, locale), _hours(rest, locale) if rest else "")
    return _days(round(hours_in_all / 24), locale)


def _minutes(n: int, locale: Locale) -> str:
    return f"{n} {'мин' if locale == 'ru' else 'min'}"


def _hours(n: int, locale: Locale) -> str:
    return f"{number(n, locale)} {'ч' if locale == 'ru' else 'h'}"


def _days(n: int, locale: Locale) -> str:
    """Shortened in Russian, so that it reads well after `от`, `до` and `за` alike."""
    return f"{number(n, locale)} дн." if locale == "ru" else counted(n, "day", locale)


def _of(locale: Locale) -> str:
    return "из" if locale == "ru" else "of"


def share(ratio: float, locale: Locale) -> str:
    """`38 из 100`; `меньше 1 из 100` and `больше 99 из 100` near the ends, where there are any."""
    if 0 < ratio < 0.005:
        return f"{'меньше' if locale == 'ru' else 'fewer than'} 1 {_of(locale)} 100"
    if 0.995 < ratio < 1:
        return f"{'больше' if locale == 'ru' else 'more than'} 99 {_of(locale)} 100"
    return f"{_half_up(ratio * 100)} {_of(locale)} 100"


def _half_up(value: float) -> int:
    """Rounded as people do it: 12.5 is 13."""
    return int(value + 0.5 + 1e-9) if value >= 0 else -int(-value + 0.5 + 1e-9)


def points(difference: float, locale: Locale) -> str:
    """A difference of shares: `15 пунктов`, `15 points`."""
    n = _half_up(difference * 100)
    if locale == "en":
        return f"{number(n, locale)} {'point' if abs(n) == 1 else 'points'}"
    return f"{number(n, locale)} {('пункт', 'пункта', 'пунктов')[plural_form(n)]}"


def of_ten(quantile: float, locale: Locale) -> str:
    """A quantile as people: `половина`, `9 из 10`, `95 из 100`."""
    if abs(quantile - 0.5) < 1e-9:
        return "половина" if locale == "ru" else "half"
    tenths = quantile * 10
    if abs(tenths - round(tenths)) < 1e-9:
        return f"{round(tenths)} {_of(locale)} 10"
    return f"{_half_up(quantile * 100)} {_of(locale)} 100"


_SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "ILS": "₪", "KZT": "₸", "UAH": "₴", "TRY": "₺", "BYN": "Br"}
_BEFORE = ("€", "$", "£", "₪")


def money(amount: float, locale: Locale, currency: str) -> str:
    """`1 250 000 ₽`, `€1 250 000`: whole units, thousands set apart by a thin space."""
    sign = _SIGNS.get(currency, currency)
    text = f"{abs(_half_up(amount)):,}".replace(",", THIN)
    minus = "−" if _half_up(amount) < 0 else ""
    if locale == "en" and sign in _BEFORE:
        return f"{minus}{sign}{text}"
    return f"{minus}{text}{HARD}{sign}"


def two_digits(value: float) -> float:
    """Rounded to two leading digits: what a range says should not look exact."""
    return float(f"{value:.2g}")


def value(of: float, unit: str, locale: Locale, *, currency: str = "RUB", business: bool = False) -> str:
    """A value in the unit of its KPI: ratio seconds money count number."""
    match unit:
        case "ratio":
            return share(of, locale)
        case "seconds":
            return duration(of, locale, business=business)
        case "money":
            return money(of, locale, currency)
    return number(of, locale)


def spread(
    low: float | None,
    high: float | None,
    unit: str,
    locale: Locale,
    *,
    currency: str = "RUB",
    business: bool = False,
) -> str:
    """`скорее всего от 31 до 45 из 100`; an end that is not there: `скорее всего не меньше 2 ч`; none: empty."""
    likely = "скорее всего" if locale == "ru" else "most likely"
    first, last = (end if end is None else _end(end, unit, locale, currency, business) for end in (low, high))
    if first is None and last is None:
        return ""
    if first is None or last is None:
        return f"{likely} {at_least(first, locale) if first else at_most(last or '', locale)}"
    if first == last:
        return f"{'около' if locale == 'ru' else 'about'} {first}"
    return f"{likely} {between(*_without_unit(first, last, unit, locale), locale)}"


def _end(end: float, unit: str, locale: Locale, currency: str, business: bool) -> str:
    if unit == "ratio":
        return f"{_half_up(end * 100)} {_of(locale)} 100"
    return value(two_digits(end) if unit == "money" else end, unit, locale, currency=currency, business=business)


def _without_unit(first: str, last: str, unit: str, locale: Locale) -> tuple[str, str]:
    """The unit once, at the end, where both have the same: `31 to 45 of 100`, `2–3 ч`."""
    tail = f" {_of(locale)} 100" if unit == "ratio" else f" {first.rsplit(' ', 1)[-1]}" if first.count(" ") == 1 else ""
    if tail and last.endswith(tail) and last.count(" ") == first.count(" ") and unit in ("ratio", "seconds"):
        return first.removesuffix(tail), last
    return first, last


def between(first: str, last: str, locale: Locale) -> str:
    """`от 31 до 45`, `31 to 45`."""
    return f"от {first} до {last}" if locale == "ru" else f"{first} to {last}"


def at_least(text: str, locale: Locale) -> str:
    """`не меньше 2 ч`."""
    return f"не меньше {text}" if locale == "ru" else f"at least {text}"


def at_most(text: str, locale: Locale) -> str:
    """`не больше 2 ч`."""
    return f"не больше {text}" if locale == "ru" else f"at most {text}"


def too_little(needed: int | None, locale: Locale, noun: Noun = "case") -> str:
    """`мало данных, нужно ещё 40 заявок`; without a number: `мало данных`."""
    if not needed:
        return "мало данных" if locale == "ru" else "too little data"
    if locale == "en":
        return f"too little data, {number(needed, locale)} more {noun}{'' if needed == 1 else 's'} needed"
    single = plural_form(needed) == 0
    verb = ("нужна" if noun in _FEMININE else "нужен") if single else "нужно"
    return f"мало данных, {verb} ещё {counted(needed, noun, locale)}"


_VERDICTS: dict[str, tuple[str, str]] = {
    "red": ("плохо", "bad"),
    "yellow": ("на грани", "borderline"),
    "green": ("в норме", "fine"),
    "grey": ("мало данных", "too little data"),
    "not assessable": ("нельзя оценить", "cannot be judged"),
    "error": ("не посчитано", "not computed"),
    "too young": ("рано судить", "too early to tell"),
    "pending": ("ещё в работе", "still in work"),
    "supported": ("подтверждается", "borne out"),
    "refuted": ("не подтверждается", "not borne out"),
    "undecided": ("пока не ясно", "not clear yet"),
}


def said(word: str, locale: Locale) -> str:
    """A verdict, of a fact or of a cause, in a client's words; an unknown one as it is."""
    return _VERDICTS.get(word, (word, word))[0 if locale == "ru" else 1]


def day(when: date, locale: Locale, *, year: bool = True) -> str:
    """`5 марта 2026`, `5 March 2026`."""
    month = _MONTHS_OF[0 if locale == "ru" else 1][when.month - 1]
    return f"{when.day} {month} {when.year}" if year else f"{when.day} {month}"


def month(when: date, locale: Locale) -> str:
    """`март 2026`, `March 2026`."""
    return f"{_MONTHS[when.month - 1] if locale == 'ru' else _MONTHS_OF[1][when.month - 1]} {when.year}"


def period(since: date, until: date, locale: Locale) -> str:
    """From `since` to before `until`: a month by its name, else `1 января – 31 марта 2026`."""
    last = until - timedelta(days=1)
    if since >= last:
        return day(since, locale)
    if since.day == 1 and until.day == 1 and (until.year * 12 + until.month) - (since.year * 12 + since.month) == 1:
        return month(since, locale)
    if (since.year, since.month) == (last.year, last.month):
        return f"{since.day}–{day(last, locale)}"
    return f"{day(since, locale, year=since.year != last.year)} – {day(last, locale)}"
