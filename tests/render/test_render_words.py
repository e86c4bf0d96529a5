"""Numbers as people say them."""

from datetime import date

import pytest

from engine.render.words import Words, clean

RU = Words(locale="ru", texts={"n": "{n} {n:случай|случая|случаев}", "about": "около {value}"})
EN = Words(locale="en", texts={"n": "{n} {n:case|cases}", "about": "about {value}"})


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_numbers_are_said_as_the_findings_say_them() -> None:
    """One wording for messages and documents; the currency and the language are those of the reader."""
    assert _plain(RU.span(0.31, 0.452, "ratio")) == "от 31 до 45 из 100"
    assert _plain(EN.span(1.2e6, 1.9e6, "money")) == "₽1.2 to 1.9 million"
    assert _plain(RU.value(21 * 86_400, "seconds", genitive=True)) == "21 дня"
    assert _plain(RU.value(187_200, "seconds", business=True)) == "52 ч"
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
