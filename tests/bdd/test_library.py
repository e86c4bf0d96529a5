"""The library of steps: the same set in both languages, each with an example that means exactly it."""

import re
from datetime import date, datetime, time

import pytest
from pytest_bdd.steps import StepFunctionContext

from engine.bdd import listing
from engine.bdd.commands import steps_table
from engine.bdd.library import StepInfo
from engine.bdd.listing import kinds_of
from engine.bdd.phrase import Phrase, plain
from engine.bdd.words import Moment, Wait, parse_moment, parse_share, parse_value, parse_wait, say_seconds

RU = {"given": ("Дано",), "when": ("Когда",), "then": ("Тогда",)}
EN = {"given": ("Given",), "when": ("When",), "then": ("Then",)}
STEPS = steps_table()


@pytest.mark.parametrize("info", STEPS, ids=[info.en for info in STEPS])
def test_every_step_has_an_example_in_both_languages_that_means_only_it(info: StepInfo) -> None:
    """The example begins with its keyword, and one definition of its kind alone fits it."""
    for example, keywords in ((info.example_ru, RU), (info.example_en, EN)):
        keyword, _, text = example.splitlines()[0].partition(" ")
        assert keyword in keywords[info.kind]
        fitting = [d.info.en for d in listing._loaded() if d.info.kind == info.kind and d.phrase.is_matching(text)]
        assert fitting == [info.en]
        assert info.kind in kinds_of(text)
    assert ("|" in info.example_ru) == info.table


def test_texts_are_readable() -> None:
    """The table shows words, not patterns."""
    for info in STEPS:
        assert not re.search(r"[(){}|\[\]]", info.ru + info.en)
        assert info.about.endswith(".")


def test_both_texts_of_a_step_have_the_same_placeholders() -> None:
    """Whatever is read in Russian is read in English."""
    for defined in listing._loaded():
        names = [sorted(pattern.groupindex) for pattern in defined.phrase.patterns]
        assert names[0] == names[1]


def test_phrase() -> None:
    """Letter case, ё and blanks do not matter; what may be left out may be; quotes around a name go."""
    phrase = Phrase("[ещё ](одна|один) заявка {name}", "(a|one) case {name}")
    for text in ("Еще один  заявка «не взят»", "одна заявка не взят", "a case 'не взят'"):
        assert phrase.parse_arguments(text) == {"name": "не взят"}
    assert phrase.parse_arguments("две заявки") is None
    assert plain("[ещё ](одна|один) заявка {name:word}") == "одна заявка <name>"
    assert StepFunctionContext  # the part of pytest-bdd the collector leans on


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("15 минут", Wait(900)),
        ("1 час 20 минут", Wait(4800)),
        ("1 час и 20 минут", Wait(4800)),
        ("1,5 часа", Wait(5400)),
        ("час", Wait(3600)),
        ("полчаса", Wait(1800)),
        ("15 рабочих минут", Wait(900, True)),
        ("2 рабочих дня", Wait(0, True, 2)),
        ("2 working hours", Wait(7200, True)),
        ("a day", Wait(86400)),
        ("2 weeks", Wait(1209600)),
        ("1h30m", Wait(5400)),
        ("2wd", Wait(0, True, 2)),
    ],
)
def test_durations(text: str, wait: Wait) -> None:
    """Durations as people write them, to the second."""
    assert parse_wait(text) == wait
    assert parse_value(text) == wait


@pytest.mark.parametrize(
    ("text", "moment", "first"),
    [
        ("понедельник 10:00", Moment(time(10), weekday=0), datetime(2026, 10, 12, 10)),
        ("среду в 9:30", Moment(time(9, 30), weekday=2), datetime(2026, 10, 7, 9, 30)),
        ("Friday at 17:50", Moment(time(17, 50), weekday=4), datetime(2026, 10, 9, 17, 50)),
        ("2026-11-03 10:00", Moment(time(10), day=date(2026, 11, 3)), datetime(2026, 11, 3, 10)),
        ("3.11.2026 в 10:00", Moment(time(10), day=date(2026, 11, 3)), datetime(2026, 11, 3, 10)),
        ("9:00", Moment(time(9)), datetime(2026, 10, 7, 9)),
    ],
)
def test_moments(text: str, moment: Moment, first: datetime) -> None:
    """Weekdays and times are the next ones; dates are themselves."""
    assert parse_moment(text) == moment
    assert moment.after(datetime(2026, 10, 6, 12)) == first


def test_shares_and_saying() -> None:
    """Shares in both spellings; durations by their two largest units."""
    assert parse_share("90 %") == parse_share("9 из 10") == 0.9
    assert parse_value("90%") == 0.9
    assert parse_value("3") == 3.0
    assert say_seconds(4800, "ru") == "1 ч 20 мин"
    assert say_seconds(0, "en") == "0 min"
