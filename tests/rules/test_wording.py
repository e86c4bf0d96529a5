"""Numbers in words, in both languages."""

from datetime import date

import pytest

from engine.rules import wording as w


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace(w.THIN, " ").replace(w.HARD, " ")


@pytest.mark.parametrize(
    ("seconds", "ru", "en"),
    [
        (0, "0 с", "0 s"),
        (45, "45 с", "45 s"),
        (60, "1 мин", "1 min"),
        (90, "1 мин 30 с", "1 min 30 s"),
        (900, "15 мин", "15 min"),
        (925, "15 мин", "15 min"),
        (3599, "1 ч", "1 h"),
        (3600, "1 ч", "1 h"),
        (12_000, "3 ч 20 мин", "3 h 20 min"),
        (86_400, "1 дн.", "1 day"),
        (187_200, "2 дн. 4 ч", "2 days 4 h"),
        (604_800, "7 дн.", "7 days"),
        (45 * 86_400, "45 дн.", "45 days"),
    ],
)
def test_durations(seconds: int, ru: str, en: str) -> None:
    """A duration has two units at most."""
    assert (w.duration(seconds, "ru"), w.duration(seconds, "en")) == (ru, en)


def test_working_time_has_no_days() -> None:
    """Working time stays in hours: a working day is not 24 h."""
    assert w.duration(187_200, "ru", business=True) == "52 ч"
    assert w.duration(12_000, "en", business=True) == "3 h 20 min"


@pytest.mark.parametrize(
    ("ratio", "ru", "en"),
    [
        (0, "0 из 100", "0 of 100"),
        (0.002, "меньше 1 из 100", "fewer than 1 of 100"),
        (0.3762, "38 из 100", "38 of 100"),
        (0.125, "13 из 100", "13 of 100"),
        (0.999, "больше 99 из 100", "more than 99 of 100"),
        (1, "100 из 100", "100 of 100"),
    ],
)
def test_shares(ratio: float, ru: str, en: str) -> None:
    """A share is so many of a hundred; never a percentage with decimals."""
    assert (w.share(ratio, "ru"), w.share(ratio, "en")) == (ru, en)


@pytest.mark.parametrize(
    ("low", "high", "unit", "ru", "en"),
    [
        (0.31, 0.452, "ratio", "скорее всего от 31 до 45 из 100", "most likely 31 to 45 of 100"),
        (0.378, 0.382, "ratio", "около 38 из 100", "about 38 of 100"),
        (3600, 7200, "seconds", "скорее всего от 1 до 2 ч", "most likely 1 to 2 h"),
        (900, 12_000, "seconds", "скорее всего от 15 мин до 3 ч 20 мин", "most likely 15 min to 3 h 20 min"),
        (7200, None, "seconds", "скорее всего не меньше 2 ч", "most likely at least 2 h"),
        (None, 7200, "seconds", "скорее всего не больше 2 ч", "most likely at most 2 h"),
        (None, None, "seconds", "", ""),
        (123_456, 345_678, "money", "скорее всего от 120 000 ₽ до 350 000 ₽", "most likely 120 000 ₽ to 350 000 ₽"),
        (1.24, 3.01, "number", "скорее всего от 1,2 до 3", "most likely 1.2 to 3"),
    ],
)
def test_ranges(low: float | None, high: float | None, unit: str, ru: str, en: str) -> None:
    """An interval is said as a range of the same unit."""
    assert (plain(w.spread(low, high, unit, "ru")), plain(w.spread(low, high, unit, "en"))) == (ru, en)


@pytest.mark.parametrize(
    ("n", "ru", "en"),
    [
        (1, "1 случай", "1 instance"),
        (2, "2 случая", "2 instances"),
        (5, "5 случаев", "5 instances"),
        (11, "11 случаев", "11 instances"),
        (14, "14 случаев", "14 instances"),
        (21, "21 случай", "21 instances"),
        (112, "112 случаев", "112 instances"),
        (1203, "1 203 случая", "1 203 instances"),
    ],
)
def test_counted(n: int, ru: str, en: str) -> None:
    """Nouns agree with their number."""
    assert (plain(w.counted(n, "instance", "ru")), plain(w.counted(n, "instance", "en"))) == (ru, en)


@pytest.mark.parametrize(
    ("needed", "ru", "en"),
    [
        (40, "мало данных, нужно ещё 40 заявок", "too little data, 40 more cases needed"),
        (21, "мало данных, нужна ещё 21 заявка", "too little data, 21 more cases needed"),
        (1, "мало данных, нужна ещё 1 заявка", "too little data, 1 more case needed"),
        (None, "мало данных", "too little data"),
    ],
)
def test_too_little(needed: int | None, ru: str, en: str) -> None:
    """Grey says how many more cases it takes."""
    assert (w.too_little(needed, "ru"), w.too_little(needed, "en")) == (ru, en)


@pytest.mark.parametrize(
    ("amount", "currency", "ru", "en"),
    [
        (1_250_000, "RUB", "1 250 000 ₽", "1 250 000 ₽"),
        (999.5, "EUR", "1 000 €", "€1 000"),
        (-1500, "USD", "−1 500 $", "−$1 500"),
        (10, "XYZ", "10 XYZ", "10 XYZ"),
    ],
)
def test_money(amount: float, currency: str, ru: str, en: str) -> None:
    """Money is whole, with thin spaces and the sign of the currency."""
    assert (plain(w.money(amount, "ru", currency)), plain(w.money(amount, "en", currency))) == (ru, en)
    assert w.money(1_250_000, "ru", "RUB") == f"1{w.THIN}250{w.THIN}000{w.HARD}₽"


@pytest.mark.parametrize(
    ("since", "until", "ru", "en"),
    [
        (date(2026, 3, 1), date(2026, 4, 1), "март 2026", "March 2026"),
        (date(2026, 12, 1), date(2027, 1, 1), "декабрь 2026", "December 2026"),
        (date(2026, 1, 1), date(2026, 4, 1), "1 января – 31 марта 2026", "1 January – 31 March 2026"),
        (date(2025, 12, 29), date(2026, 1, 5), "29 декабря 2025 – 4 января 2026", "29 December 2025 – 4 January 2026"),
        (date(2026, 3, 2), date(2026, 3, 9), "2–8 марта 2026", "2–8 March 2026"),
        (date(2026, 3, 5), date(2026, 3, 6), "5 марта 2026", "5 March 2026"),
    ],
)
def test_periods(since: date, until: date, ru: str, en: str) -> None:
    """A period is named by its first and last day, a month by its name."""
    assert (w.period(since, until, "ru"), w.period(since, until, "en")) == (ru, en)


def test_small_words() -> None:
    """Quantiles, differences, numbers and verdicts in words."""
    assert [w.of_ten(q, "ru") for q in (0.5, 0.9, 0.95)] == ["половина", "9 из 10", "95 из 100"]
    assert [w.of_ten(q, "en") for q in (0.5, 0.8, 0.95)] == ["half", "8 of 10", "95 of 100"]
    assert (w.points(0.15, "ru"), w.points(0.01, "en"), w.points(0.22, "ru")) == ("15 пунктов", "1 point", "22 пункта")
    assert (w.number(3.44, "ru"), w.number(3.44, "en"), plain(w.number(12_400.4, "ru"))) == ("3,4", "3.4", "12 400")
    assert (w.number(-2.5, "en"), w.number(-1200, "en")) == ("−2.5", f"−1{w.THIN}200")
    assert (w.said("grey", "ru"), w.said("supported", "en"), w.said("other", "en")) == (
        "мало данных",
        "borne out",
        "other",
    )
