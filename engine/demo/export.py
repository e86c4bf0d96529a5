"""Events of a made-up client as the exports of a real one: Russian columns, semicolons, tests, duplicates, blanks."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from engine.definitions.process import Process
from engine.demo.client import Client
from engine.demo.simulate import simulate
from engine.demo.walk import Event

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
            "not_client": "Не покупатель",
            "reminder": "Напомнили",
            "follow_up": "Связались после визита",
        },
        marks=frozenset({"reminder", "follow_up"}),
        noise="Журнал открыт",
    ),
}


def write_exports(
    directory: Path,
    processes: Iterable[Process],
    client: Client,
    seed: int = 1,
    since: date = SINCE,
    until: date = UNTIL,
) -> tuple[Path, ...]:
    """Write the export of each process into the directory; equal arguments give equal bytes."""
    written = []
    for process in processes:
        path = directory / EXPORTS[process.process].file
        path.write_bytes(export_bytes(process, client, seed, since, until))
        written.append(path)
    return tuple(written)


def export_bytes(process: Process, client: Client, seed: int, since: date, until: date) -> bytes:
    """One export: UTF-8 with a mark at its start, semicolons, lines that end as on Windows."""
    export = EXPORTS[process.process]
    random = Random(f"{seed}:{process.process}:export")  # noqa: S311  (nothing here is secret)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(export.columns)
    events = _with_tests(simulate(process, client, seed, since, until), process, random, since, until)
    for cells in _messy((_cells(event, export) for event in events), export, random):
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


def _cells(event: Event, export: Export) -> dict[str, str]:
    """One row as the system shows it; the source of every 47th case was never filled in."""
    return {
        "case": str(event.case),
        "label": _label(event, export),
        "stamp": event.happened_at.strftime(export.stamp),
        "manager": event.manager,
        "source": "" if event.case % 47 == 5 and event.source != TEST else event.source,
        "product": event.product,
        "amount": "" if event.amount is None else f"{event.amount},00",
        "reason": event.reason,
        "phone": _phone(event),
    }


def _label(event: Event, export: Export) -> str:
    label = export.labels.get(event.name, event.name)
    return RENAMED_LABEL if event.name == "estimated" and event.happened_at < RENAMED else label


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
