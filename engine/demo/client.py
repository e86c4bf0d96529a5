"""A made-up client: its people, sources, hours and rhythm, and which problems are planted in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import get_args

from engine.demo.planted import Planted

PLANTABLE: frozenset[str] = frozenset(get_args(Planted))
"""Every problem that can be planted."""

Hours = Mapping[int, tuple[tuple[int, int], ...]]
"""Weekday (0 is Monday) -> open ranges in minutes of the day."""

OFFICE: Hours = {**dict.fromkeys(range(5), ((540, 1080),)), 5: ((600, 900),)}
LINE: Hours = dict.fromkeys(range(7), ((540, 1260),))
SHOWROOM: Hours = dict.fromkeys(range(7), ((600, 1260),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Who handles cases: `skill` and `speed` are relative to 1, `share` is the weight in the distribution."""

    name: str
    skill: float = 1.0
    speed: float = 1.0
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where clients heard of the firm: weight, quality relative to 1, share of spam."""

    name: str
    share: float
    quality: float = 1.0
    spam: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Arrivals a week, and how they fall on weekdays (Monday first) and hours of the day."""

    per_week: float
    weekdays: tuple[float, ...]
    hours: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A firm that does not exist. `planted` names the problems it has; without one, that part of it works well."""

    name: str
    managers: tuple[Manager, ...]
    operators: tuple[Manager, ...]
    sellers: tuple[Manager, ...]
    sources: tuple[Origin, ...]
    products: tuple[tuple[str, float], ...]
    rhythm: Mapping[str, Rhythm]
    days_off: frozenset[date] = field(default_factory=frozenset)
    weak_manager: str
    skipping_manager: str
    bad_source: str
    planted: frozenset[str] = PLANTABLE

    def __post_init__(self) -> None:
        if unknown := self.planted - PLANTABLE:
            raise ValueError(f"cannot be planted: {', '.join(sorted(unknown))}")

    def has(self, problem: Planted) -> bool:
        """Whether the problem is planted."""
        return problem in self.planted


def is_open(hours: Hours, days_off: frozenset[date], at: datetime) -> bool:
    """Whether somebody works at that moment."""
    minute = at.hour * 60 + at.minute
    return at.date() not in days_off and any(a <= minute < b for a, b in hours.get(at.weekday(), ()))


def after(hours: Hours, days_off: frozenset[date], at: datetime, minutes: float) -> datetime:
    """The moment `minutes` of working time later; from a closed moment, counted from the next opening."""
    left = timedelta(minutes=minutes)
    day = at.date()
    while True:
        for start, end in () if day in days_off else hours.get(day.weekday(), ()):
            midnight = datetime.combine(day, time())
            begin, close = max(at, midnight + timedelta(minutes=start)), midnight + timedelta(minutes=end)
            if begin + left < close:
                return begin + left
            left -= max(close - begin, timedelta())
        day += timedelta(days=1)


_DAY = (0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 2, 4, 5.5, 6, 6, 5.5, 5, 5, 5, 5, 5, 5.5, 6, 5, 3, 1)
_CALLS = (0, 0, 0, 0, 0, 0, 0, 0.3, 1, 6, 8, 9, 8, 8, 7, 7, 6.5, 6, 5, 4, 2.5, 0.6, 0.2, 0)
_VISITS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 5, 5, 5, 5, 6, 7, 8, 6, 2, 0, 0, 0)

FURNITURE = Client(
    name="ООО «Мебель на заказ»",
    managers=(
        Manager(name="Иванова", skill=1.08, speed=0.8),
        Manager(name="Петров"),
        Manager(name="Сидорова"),
        Manager(name="Кузнецов", skill=1.02),
        Manager(name="Смирнова", skill=1.04, speed=0.9),
        Manager(name="Волков", skill=0.98, speed=1.1),
    ),
    operators=(Manager(name="Орлова"), Manager(name="Зайцева"), Manager(name="Лебедев")),
    sellers=(Manager(name="Морозова", skill=1.05), Manager(name="Соколов"), Manager(name="Новикова")),
    sources=(
        Origin(name="Поиск", share=30),
        Origin(name="Карты", share=16, quality=1.05),
        Origin(name="Соцсети", share=18, quality=0.92),
        Origin(name="РСЯ", share=18, quality=0.97, spam=0.05),
        Origin(name="Рекомендация", share=10, quality=1.15, spam=0.0),
        Origin(name="Повторно", share=8, quality=1.2, spam=0.0),
    ),
    products=(("Кухня", 260_000), ("Шкаф", 120_000), ("Гардеробная", 190_000), ("Прихожая", 90_000)),
    rhythm={
        "web_form": Rhythm(per_week=154, weekdays=(1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85), hours=_DAY),
        "phone_call": Rhythm(per_week=231, weekdays=(1.2, 1.1, 1.05, 1, 1, 0.8, 0.6), hours=_CALLS),
        "showroom_visit": Rhythm(per_week=58, weekdays=(0.7, 0.7, 0.8, 0.9, 1, 1.6, 1.5), hours=_VISITS),
    },
    days_off=frozenset({date(2026, 5, 1), date(2026, 5, 9), date(2026, 5, 11), date(2026, 6, 12)}),
    weak_manager="Петров",
    skipping_manager="Сидорова",
    bad_source="РСЯ",
)
"""The firm of `voronka init --demo`: furniture made to order, with every problem planted."""
