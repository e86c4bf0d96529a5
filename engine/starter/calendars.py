"""The calendars of a new voronka.yaml: those its processes name, with the usual hours of each."""

from collections.abc import Iterable, Mapping
from typing import Literal

from engine.definitions.process import Process

Locale = Literal["ru", "en"]

HOURS: Mapping[str, str] = {
    "office": 'mon-fri: "09:00-18:00", sat: "10:00-15:00"',
    "phone_line": 'mon-sun: "09:00-21:00"',
    "showroom": 'mon-sun: "10:00-21:00"',
    "salon": 'mon-sun: "10:00-21:00"',
    "clinic": 'mon-fri: "08:00-20:00", sat: "09:00-15:00"',
    "workshop": 'mon-sat: "09:00-20:00"',
    "fitness": 'mon-fri: "07:00-23:00", sat-sun: "09:00-21:00"',
    "restaurant": 'mon-sun: "12:00-24:00"',
    "kitchen": 'mon-sun: "11:00-23:00"',
    "shop": 'mon-sun: "10:00-21:00"',
}
"""Usual opening hours; what a client really has is asked."""

OPEN_ON_HOLIDAYS = frozenset({"salon", "fitness", "restaurant", "kitchen", "shop"})

_ABOUT: Mapping[str, tuple[str, str]] = {
    "office": ("отдел продаж", "the sales office"),
    "phone_line": ("телефонная линия", "the telephone line"),
    "showroom": ("салон", "the showroom"),
    "salon": ("салон красоты", "the beauty salon"),
    "clinic": ("клиника", "the clinic"),
    "workshop": ("мастерская, автосервис", "the workshop"),
    "fitness": ("клуб", "the club"),
    "restaurant": ("зал ресторана", "the restaurant"),
    "kitchen": ("кухня доставки", "the kitchen of the delivery"),
    "shop": ("магазин", "the shop"),
}


def calendars_text(processes: Iterable[Process], locale: Locale, hours: Mapping[str, str]) -> str:
    """The lines under `calendars:`; `hours` are those that the trade has of its own."""
    named = {process.calendar for process in processes}
    return "".join(_calendar(name, locale, hours.get(name, HOURS[name])) for name in HOURS if name in named)


def _calendar(name: str, locale: Locale, hours: str) -> str:
    about, ask = _ABOUT[name][locale == "en"], ("сверьте с клиентом", "check with the client")[locale == "en"]
    head = f"  {name}:"
    holidays = "" if name in OPEN_ON_HOLIDAYS else "    holidays: RU\n"
    return f"{head:<33} # {about}: {ask}\n    hours: {{{hours}}}\n{holidays}"
