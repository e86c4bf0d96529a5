"""Events of a made-up client as the exports of a real one: its own words, semicolons, tests, duplicates, blanks."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Literal

from engine.definitions.process import Process
from engine.demo.client import Client
from engine.demo.english import ENGLISH
from engine.demo.simulate import simulate
from engine.demo.walk import Event

Locale = Literal["ru", "en"]

SINCE, UNTIL = date(2026, 4, 1), date(2026, 10, 1)
"""The demo's six months: nothing depends on a clock."""

RENAMED = datetime(2026, 6, 15)
"""Before that day the CRM called the estimate otherwise."""

RENAMED_LABEL = "Расчет"
"""What it called it."""

TEST = "Тест"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file: its columns in order (the keys of `_cells`), the words of its system for states and marks."""

    file: str
    stamp: str
    columns: Mapping[str, str]
    labels: Mapping[str, str]
    marks: frozenset[str]
    noise: str
    decimal: str = ","


EXPORTS: Mapping[str, Export] = {
    "web_form": Export(
        file="deals.csv",
        stamp="%d.%m.%Y %H:%M",
        columns={
            "ID сделки": "case",
            "Этап": "label",
            "Дата": "stamp",
            "Ответственный": "manager",
            "Источник": "source",
            "Товар": "product",
            "Сумма": "amount",
            "Причина отказа": "reason",
            "Телефон": "phone",
        },
        labels={
            "received": "Новая заявка",
            "contacted": "Контакт состоялся",
            "qualified": "Потребность выявлена",
            "estimated": "Предварительный расчёт",
            "quoted": "КП отправлено",
            "won": "Оплачено",
            "lost": "Отказ",
            "spam": "Спам",
            "call_attempt": "Звонок клиенту",
            "message": "Сообщение клиенту",
            "follow_up": "Касание после КП",
            "reminder": "Напоминание об оплате",
        },
        marks=frozenset({"call_attempt", "message", "follow_up", "reminder"}),
        noise="Карточка изменена роботом",
    ),
    "phone_call": Export(
        file="calls.csv",
        stamp="%d.%m.%Y %H:%M:%S",
        columns={
            "ID звонка": "case",
            "Событие": "label",
            "Время": "stamp",
            "Оператор": "manager",
            "Источник": "source",
            "Причина": "reason",
            "Номер": "phone",
        },
        labels={
            "ringing": "Входящий",
            "answered": "Отвечен",
            "missed": "Пропущен",
            "called_back": "Перезвонили",
            "handed_over": "Передан менеджеру",
            "lost": "Потерян",
            "spam": "Не обращение",
            "call_attempt": "Исходящий вызов",
        },
        marks=frozenset({"call_attempt"}),
        noise="Запись разговора сохранена",
    ),
    "showroom_visit": Export(
        file="visits.csv",
        stamp="%d.%m.%Y %H:%M",
        columns={
            "Визит": "case",
            "Отметка": "label",
            "Дата": "stamp",
            "Продавец": "manager",
            "Источник": "source",
            "Товар": "product",
            "Сумма": "amount",
            "Причина": "reason",
            "Телефон": "phone",
        },
        labels={
            "booked": "Запись",
            "came": "Пришёл",
            "consulted": "Консультация",
            "quoted": "Расчёт",
            "no_show": "Не пришёл",
            "won": "Оплата",
            "lost": "Ушёл",
            "spam": "Не покупатель",
            "reminder": "Напомнили",
            "follow_up": "Связались после визита",
        },
        marks=frozenset({"reminder", "follow_up"}),
        noise="Журнал открыт",
    ),
}


def export_of(process: str, locale: Locale) -> Export:
    """The export of a process in the words of a language; KeyError where nothing is made up for it."""
    export = EXPORTS[process]
    if locale == "ru":
        return export
    return replace(
        export,
        stamp=export.stamp.replace("%d.%m.%Y", "%Y-%m-%d"),
        columns={ENGLISH[column]: key for column, key in export.columns.items()},
        labels={name: ENGLISH[label] for name, label in export.labels.items()},
        noise=ENGLISH[export.noise],
        decimal=".",
    )


def said(word: str, locale: Locale) -> str:
    """A word of the made-up client in a language; nothing and numbers are the same in both."""
    return word if locale == "ru" else ENGLISH.get(word, word)


def write_exports(
    directory: Path,
    processes: Iterable[Process],
    client: Client,
    seed: int = 1,
    since: date = SINCE,
    until: date = UNTIL,
    locale: Locale = "ru",
) -> tuple[Path, ...]:
    """Write the export of each process into the directory; equal arguments give equal bytes."""
    written = []
    for process in processes:
        path = directory / EXPORTS[process.process].file
        path.write_bytes(export_bytes(process, client, seed, since, until, locale))
        written.append(path)
    return tuple(written)


def export_bytes(process: Process, client: Client, seed: int, since: date, until: date, locale: Locale = "ru") -> bytes:
    """One export: UTF-8 with a mark at its start, semicolons, lines that end as on Windows."""
    export = export_of(process.process, locale)
    random = Random(f"{seed}:{process.process}:export")  # noqa: S311  (nothing here is secret)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(export.columns)
    events = _with_tests(simulate(process, client, seed, since, until), process, random, since, until)
    for cells in _messy((_cells(event, export, locale) for event in events), export, random):
        writer.writerow(cells[key] for key in export.columns.values())
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _with_tests(events: tuple[Event, ...], process: Process, random: Random, since: date, until: date) -> list[Event]:
    """The events with a few test cases among them."""
    first = max((event.case for event in events), default=0) + 1
    days = (until - since).days
    tests = []
    for case in range(first, first + 12):
        at = datetime.combine(since, time(11)) + timedelta(days=random.randrange(days), minutes=random.randrange(300))
        state = process.initial or ""
        tests.append(Event(case, at, "state", state, TEST, TEST, "", None, "", "+7 000 000-00-00"))
    return sorted([*events, *tests], key=lambda event: (event.happened_at, event.case))


def _cells(event: Event, export: Export, locale: Locale) -> dict[str, str]:
    """One row as the system shows it; the source of every 47th case was never filled in."""
    return {
        "case": str(event.case),
        "label": _label(event, export, locale),
        "stamp": event.happened_at.strftime(export.stamp),
        "manager": said(event.manager, locale),
        "source": "" if event.case % 47 == 5 and event.source != TEST else said(event.source, locale),
        "product": said(event.product, locale),
        "amount": "" if event.amount is None else f"{event.amount}{export.decimal}00",
        "reason": said(event.reason, locale),
        "phone": _phone(event),
    }


def _label(event: Event, export: Export, locale: Locale) -> str:
    label = export.labels.get(event.name, event.name)
    return said(RENAMED_LABEL, locale) if event.name == "estimated" and event.happened_at < RENAMED else label


def _phone(event: Event) -> str:
    """The same number as different people write it."""
    digits = "".join(filter(str.isdigit, event.phone))
    written = (event.phone, digits, f"8 ({digits[1:4]}) {digits[4:7]}-{digits[7:9]}-{digits[9:]}")
    return written[event.case % 3]


def _messy(rows: Iterable[dict[str, str]], export: Export, random: Random) -> Iterator[dict[str, str]]:
    """Now and then a row twice, or one of an activity that means nothing."""
    for cells in rows:
        yield cells
        chance = random.random()
        if chance < 0.003:
            yield cells
        elif chance < 0.012:
            yield {**cells, "label": export.noise}
