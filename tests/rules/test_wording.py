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
        (86_400, "1 день", "1 day"),
        (187_200, "2 дня 4 ч", "2 days 4 h"),
        (604_800, "7 дней", "7 days"),
        (45 * 86_400, "45 дней", "45 days"),
    ],
)
def test_durations(seconds: int, ru: str, en: str) -> None:
    """A duration has two units at most."""
    assert (plain(w.duration(seconds, "ru")), plain(w.duration(seconds, "en"))) == (ru, en)


def test_working_time_has_no_days() -> None:
    """Working time stays in hours: a working day is not 24 h."""
    assert plain(w.duration(187_200, "ru", business=True)) == "52 ч"
    assert plain(w.duration(12_000, "en", business=True)) == "3 h 20 min"


@pytest.mark.parametrize(
    ("ratio", "ru", "en"),
    [
        (0, "0 из 100", "0 in 100"),
        (0.002, "меньше 1 из 100", "fewer than 1 in 100"),
        (0.3762, "38 из 100", "38 in 100"),
        (0.125, "13 из 100", "13 in 100"),
        (0.999, "больше 99 из 100", "more than 99 in 100"),
        (1, "100 из 100", "100 in 100"),
    ],
)
def test_shares(ratio: float, ru: str, en: str) -> None:
    """A share is so many of a hundred; never a percentage with decimals."""
    assert (plain(w.share(ratio, "ru")), plain(w.share(ratio, "en"))) == (ru, en)


@pytest.mark.parametrize(
    ("low", "high", "unit", "ru", "en"),
    [
        (0.31, 0.452, "ratio", "от 31 до 45 из 100", "31 to 45 in 100"),
        (0.001, 0.02, "ratio", "от 0 до 2 из 100", "0 to 2 in 100"),
        (0.378, 0.382, "ratio", "около 38 из 100", "about 38 in 100"),
        (0.001, 0.004, "ratio", "меньше 1 из 100", "fewer than 1 in 100"),
        (3600, 7200, "seconds", "от 1 до 2 ч", "1 to 2 h"),
        (86_400, 3 * 86_400, "seconds", "от 1 до 3 дней", "1 to 3 days"),
        (20 * 86_400, 21 * 86_400, "seconds", "от 20 до 21 дня", "20 to 21 days"),
        (900, 12_000, "seconds", "от 15 мин до 3 ч 20 мин", "15 min to 3 h 20 min"),
        (7200, None, "seconds", "не меньше 2 ч", "at least 2 h"),
        (None, 86_400, "seconds", "не больше 1 дня", "at most 1 day"),
        (None, None, "seconds", "", ""),
        (123_456, 345_678, "money", "от 123 000 до 346 000 ₽", "₽123 000 to 346 000"),
        (900_000, 1_900_000, "money", "от 900 000 ₽ до 1,9 млн ₽", "₽900 000 to ₽1.9 million"),
        (1.24, 3.01, "number", "от 1,2 до 3", "1.2 to 3"),
    ],
)
def test_ranges(low: float | None, high: float | None, unit: str, ru: str, en: str) -> None:
    """An interval is said as a range of the same unit, declined as the words before it ask."""
    assert (plain(w.span(low, high, unit, "ru")), plain(w.span(low, high, unit, "en"))) == (ru, en)


@pytest.mark.parametrize(
    ("n", "ru", "en"),
    [
        (1, "случай", "case"),
        (2, "случая", "cases"),
        (5, "случаев", "cases"),
        (11, "случаев", "cases"),
        (14, "случаев", "cases"),
        (21, "случай", "cases"),
        (112, "случаев", "cases"),
        (1203, "случая", "cases"),
    ],
)
def test_agreeing(n: int, ru: str, en: str) -> None:
    """Nouns agree with their number."""
    said = w.agreeing(n, ("случай", "случая", "случаев"), "ru"), w.agreeing(n, ("case", "cases"), "en")
    assert said == (ru, en)


@pytest.mark.parametrize(
    ("amount", "currency", "ru", "en"),
    [
        (1_250_000, "RUB", "1,3 млн ₽", "₽1.3 million"),
        (45_678, "EUR", "45 700 €", "€45 700"),
        (2_000_000_000, "RUB", "2 млрд ₽", "₽2 billion"),
        (-1500, "USD", "−1 500 $", "−$1 500"),
        (10, "XYZ", "10 XYZ", "10 XYZ"),
    ],
)
def test_money(amount: float, currency: str, ru: str, en: str) -> None:
    """Money has two or three figures that matter, thin spaces and the sign of the currency."""
    assert (plain(w.money(amount, "ru", currency)), plain(w.money(amount, "en", currency))) == (ru, en)


def test_small_words() -> None:
    """Quantiles, numbers and days in words."""
    assert [plain(w.of_ten(q, "ru")) for q in (0.5, 0.9, 0.75, 0.95)] == ["половина", "9 из 10", "3 из 4", "19 из 20"]
    assert [plain(w.of_ten(q, "en")) for q in (0.5, 0.8, 0.33)] == ["half", "8 in 10", "33 in 100"]
    assert (w.number(3.44, "ru"), w.number(3.44, "en"), plain(w.number(12_400.4, "ru"))) == ("3,4", "3.4", "12 400")
    assert (w.number(-2.5, "en"), w.number(-1200, "en")) == ("−2.5", f"−1{w.THIN}200")
    days = w.days(date(2026, 4, 1), date(2026, 9, 30), "ru"), w.days(date(2025, 4, 1), date(2026, 9, 30), "en")
    assert [plain(text) for text in days] == ["1 апреля — 30 сентября 2026", "1 April 2025 — 30 September 2026"]
    assert w.likely("", "ru") == ""
