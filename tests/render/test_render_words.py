"""Numbers as people say them."""

from datetime import date

import pytest

from engine.render.words import Words, clean

RU = Words(locale="ru", texts={"n": "{n} {n:случай|случая|случаев}", "about": "около {value}"})
EN = Words(locale="en", texts={"n": "{n} {n:case|cases}", "about": "about {value}"})


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("seconds", "ru", "en"),
    [
        (0, "0 с", "0 s"),
        (45, "45 с", "45 s"),
        (12_000, "3 ч 20 мин", "3 h 20 min"),
        (59.6, "1 мин", "1 min"),
        (3_599, "59 мин 59 с", "59 min 59 s"),
        (86_400, "1 дн.", "1 d"),
        (187_200, "2 дн. 4 ч", "2 d 4 h"),
        (2_592_000, "30 дн.", "30 d"),
        (86_399, "1 дн.", "1 d"),
    ],
)
def test_durations(seconds: float, ru: str, en: str) -> None:
    """The two largest units, nothing after them."""
    assert (_plain(RU.duration(seconds)), _plain(EN.duration(seconds))) == (ru, en)


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (0.0, "0 из 100", "0 in 100"),
        (0.3762, "38 из 100", "38 in 100"),
        (0.004, "меньше 1 из 100", "under 1 in 100"),
        (0.996, "больше 99 из 100", "over 99 in 100"),
        (1.0, "100 из 100", "100 in 100"),
        (0.125, "13 из 100", "13 in 100"),
    ],
)
def test_shares(value: float, ru: str, en: str) -> None:
    """Of a hundred; nothing and all only where they are exact."""
    assert (_plain(RU.share(value)), _plain(EN.share(value))) == (ru, en)


def test_ranges() -> None:
    """From and to, about, or open at an end that is not reached."""
    assert _plain(RU.span(0.31, 0.452, "ratio")) == "от 31 до 45 из 100"
    assert _plain(RU.span(0.381, 0.384, "ratio")) == "около 38 из 100"
    assert _plain(RU.span(3600, None, "seconds")) == "от 1 ч"
    assert _plain(EN.span(3600, None, "seconds")) == "at least 1 h"
    assert _plain(EN.span(None, 3600, "seconds")) == "up to 1 h"
    assert _plain(EN.span(0.31, 0.45, "ratio")) == "31 to 45 in 100"
    assert _plain(RU.span(1.2e6, 1.9e6, "money")) == "от 1,2 до 1,9 млн ₽"
    assert _plain(EN.span(1.2e6, 1.9e6, "money")) == "₽1.2 to 1.9 million"
    assert _plain(RU.span(169_000, 197_000, "money")) == "от 169 000 до 197 000 ₽"
    assert _plain(RU.span(900_000, 1_900_000, "money")) == "от 900 000 ₽ до 1,9 млн ₽"


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (1_234_567, "1,2 млн ₽", "₽1.2 million"),
        (45_000, "45 000 ₽", "₽45 000"),
        (45_678, "45 700 ₽", "₽45 700"),
        (999, "999 ₽", "₽999"),
        (-45_000, "−45 000 ₽", "−₽45 000"),
        (2_000_000_000, "2 млрд ₽", "₽2 billion"),
    ],
)
def test_money(value: float, ru: str, en: str) -> None:
    """Two or three figures that matter."""
    assert (_plain(RU.money(value)), _plain(EN.money(value))) == (ru, en)
    assert Words(locale="ru", currency="CHF").money(5) == "5\u00a0CHF"


@pytest.mark.parametrize(
    ("n", "ru"),
    [(1, "1 случай"), (2, "2 случая"), (5, "5 случаев"), (11, "11 случаев"), (21, "21 случай"), (112, "112 случаев")],
)
def test_plurals(n: int, ru: str) -> None:
    """Words agree with their number."""
    assert RU.t("n", n=n) == ru
    assert EN.t("n", n=n) == f"{n} case{'' if n == 1 else 's'}"


def test_a_value_is_not_read_as_a_message() -> None:
    """A brace in a name stays a brace."""
    assert RU.t("about", value="{value} {n:x|y}") == "около {value} {n:x|y}"


def test_quantiles_and_days() -> None:
    """Half, nine in ten; days with the month as a word."""
    assert (_plain(RU.quantile(0.9)), _plain(EN.quantile(0.5)), _plain(RU.quantile(0.33))) == (
        "9 из 10",
        "half",
        "33 из 100",
    )
    assert _plain(RU.days(date(2026, 4, 1), date(2026, 9, 30))) == "1 апреля — 30 сентября 2026"
    assert _plain(EN.days(date(2025, 4, 1), date(2026, 9, 30))) == "1 April 2025 — 30 September 2026"


def test_what_cannot_be_seen_is_taken_out() -> None:
    """Control characters and marks that turn the writing round are no part of a name."""
    assert clean("a\x1b[31m\u202eb\x00\ufeff") == "a[31mb"
