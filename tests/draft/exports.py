"""Small invented exports as CRM, telephony and bookkeeping write them; nobody and nothing in them is real."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

MANAGERS = ("Ларина Вера", "Тихонов Олег", "Юдина Анна")
SOURCES = ("Сайт", "Авито", "Рекомендация")
BEGIN = datetime(2026, 1, 12, 9, 0)
Row = list[str]


def _text(moment: datetime | None, form: str = "%d.%m.%Y %H:%M:%S") -> str:
    return moment.strftime(form) if moment else ""


def _csv(path: Path, rows: list[Row], delimiter: str = ";", encoding: str = "utf-8") -> Path:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def amocrm(path: Path, deals: int = 300) -> Path:
    """A list of deals: the stage of today, when each was created, changed and closed."""
    random = Random(1)
    rows = [[
        "ID", "Название сделки", "Основной контакт", "Рабочий телефон", "Ответственный", "Дата создания сделки",
        "Дата редактирования", "Дата закрытия", "Этап сделки", "Бюджет ₽", "Источник", "Причина отказа", "Теги сделки",
    ]]  # fmt: skip
    for number in range(deals):
        created = BEGIN + timedelta(hours=11 * number, minutes=random.randrange(300))
        stage = random.choices(
            ("Успешно реализовано", "Закрыто и не реализовано", "Переговоры", "Первичный контакт",
             "Согласование договора"),
            (25, 45, 12, 10, 8),
        )[0]  # fmt: skip
        closed = created + timedelta(days=random.randrange(2, 40)) if "реализован" in stage else None
        changed = closed or created + timedelta(days=random.randrange(1, 20))
        rows.append([
            str(28_400_000 + number * 7), f"Сделка #{number}", f"Контакт {number}",
            f"+7 9{random.randrange(10**8, 10**9 - 1)}"[:15], MANAGERS[number % 3], _text(created), _text(changed),
            _text(closed), stage, str(random.randrange(5, 300) * 1000), SOURCES[random.randrange(3)],
            random.choice(("Дорого", "Выбрали других", "Пропал")) if "не реализован" in stage else "", "",
        ])  # fmt: skip
    return _csv(path, rows, ",")


def with_first_call(path: Path, nothing: str | None, *, closed_share: float = 1.0, deals: int = 200) -> Path:
    """Deals with the time of the first call, the stage of today and the day of closing; `nothing`: what open ones say.

    None: no day of closing at all. `closed_share`: of the won deals those that have one.
    """
    random = Random(5)
    rows = [["Номер", "Создан", "Связались", "Закрыт", "Статус"]]
    for number in range(deals):
        created = BEGIN + timedelta(hours=7 * number)
        called = created + timedelta(minutes=random.randrange(5, 600))
        won = random.random() < 0.5
        closed = _text(created + timedelta(days=random.randrange(5, 20))) if random.random() < closed_share else ""
        row = [str(number + 1), _text(created), _text(called), closed if won else (nothing or "")]
        rows.append([*row, "Оплачен" if won else "Новый"])
    return _csv(path, rows if nothing is not None else [[*row[:3], row[4]] for row in rows])


def bitrix_history(path: Path, deals: int = 120) -> Path:
    """The history of stages: one row for each move of a deal."""
    random = Random(2)
    rows = [["ID записи", "ID сделки", "Стадия", "Дата", "Ответственный", "Источник"]]
    record = 9000
    for number in range(deals):
        at = BEGIN + timedelta(hours=17 * number)
        stages = ["Новая", "В работе", "Замер", "КП отправлено"][: random.randrange(1, 5)]
        stages.append("Сделка успешна" if len(stages) == 4 and random.random() < 0.6 else "Сделка провалена")
        for stage in stages:
            rows.append([str(record), str(500 + number), stage, _text(at, "%d.%m.%Y %H:%M"),
                         MANAGERS[number % 3], SOURCES[number % 3]])  # fmt: skip
            record += 1
            at += timedelta(hours=random.randrange(1, 60))
    return _csv(path, rows, encoding="cp1251")


def bitrix_deals(path: Path, deals: int = 200) -> Path:
    """A list of deals of the other CRM, with a planned date and a currency."""
    random = Random(3)
    rows = [[
        "ID", "Стадия сделки", "Воронка", "Дата создания", "Дата изменения", "Предполагаемая дата закрытия",
        "Сумма", "Валюта", "Контакт", "Контакт: Мобильный телефон", "Контакт: E-mail", "Ответственный", "Источник",
        "Комментарий",
    ]]  # fmt: skip
    for number in range(deals):
        created = BEGIN + timedelta(hours=9 * number)
        stage = random.choices(("Новая", "Подготовка документов", "Счёт на предоплату", "В работе",
                                "Сделка успешна", "Сделка провалена"), (8, 8, 8, 10, 30, 36))[0]  # fmt: skip
        rows.append([
            str(number + 1), stage, "Общая", _text(created), _text(created + timedelta(days=random.randrange(1, 30))),
            _text(created + timedelta(days=60), "%d.%m.%Y"), f"{random.randrange(20, 400)}000,50", "RUB",
            f"{random.choice(('Пётр', 'Мария', 'Игорь'))} {random.choice(('Ветров', 'Лесная', 'Полев'))}{number}",
            f"8 (9{number % 90 + 10}) {random.randrange(100, 999)}-{random.randrange(1000, 9999)}",
            f"client{number}@example.com", MANAGERS[number % 3], SOURCES[number % 3], "перезвонить после обеда",
        ])  # fmt: skip
    return _csv(path, rows)


def calls(path: Path, number_of: int = 400) -> Path:
    """Calls of a telephone exchange: one row a call, answered or missed."""
    random = Random(4)
    rows = [["ID звонка", "Дата и время звонка", "Номер звонящего", "Сотрудник", "Статус звонка", "Ожидание, сек",
             "Длительность, сек"]]  # fmt: skip
    for number in range(number_of):
        at = BEGIN + timedelta(minutes=37 * number)
        answered = random.random() < 0.8
        rows.append([f"c{number:06}", _text(at), f"7916{random.randrange(10**6, 10**7):07}",
                     MANAGERS[number % 3] if answered else "", "Принят" if answered else "Пропущен",
                     str(random.randrange(3, 60)), str(random.randrange(20, 600) if answered else 0)])  # fmt: skip
    return _csv(path, rows)


def orders(path: Path, number_of: int = 220) -> Path:
    """Orders of a bookkeeping program: dates of payment and shipment, no history."""
    random = Random(5)
    rows = [["Номер", "Дата", "Контрагент", "Сумма документа", "Менеджер", "Склад", "Дата оплаты", "Дата отгрузки",
             "Дата рождения контактного лица"]]  # fmt: skip
    for number in range(number_of):
        at = BEGIN + timedelta(hours=15 * number)
        paid = at + timedelta(days=random.randrange(1, 9)) if random.random() < 0.7 else None
        sent = paid + timedelta(days=random.randrange(1, 6)) if paid and random.random() < 0.9 else None
        rows.append([f"ТД00-{number:06}", _text(at), f"ООО Ромашка-{number % 40}", f"{random.randrange(3, 90)} 500,00",
                     MANAGERS[number % 3], "Основной склад" if number % 2 else "Склад 2", _text(paid), _text(sent),
                     "01.02.1980"])  # fmt: skip
    return _csv(path, rows)


def messy_excel(path: Path, number_of: int = 90) -> Path:
    """A sheet kept by hand: a title, a blank row, dates that Excel knows, a dash where nothing is."""
    random = Random(6)
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("Заявки")
    day = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet.write(0, 0, "Заявки с сайта, I полугодие 2026")
    for column, name in enumerate(("№ заявки", "Поступила", "Связались", "Замер", "Оплата", "Менеджер", "Телефон",
                                   "Откуда узнали", "Сумма, руб.", "Примечание")):  # fmt: skip
        sheet.write(2, column, name)
    for number in range(number_of):
        moment: datetime | None = BEGIN + timedelta(hours=31 * number)
        sheet.write(3 + number, 0, number + 1)
        for column, share in ((1, 1.0), (2, 0.85), (3, 0.7), (4, 0.6)):
            reached = moment is not None and random.random() < share
            if moment is not None and reached:
                sheet.write_datetime(3 + number, column, moment, day)
                moment += timedelta(hours=random.randrange(1, 50))
            else:
                moment = None
                sheet.write(3 + number, column, "-")
        sheet.write(3 + number, 5, MANAGERS[number % 3])
        sheet.write(3 + number, 6, f"8916{random.randrange(10**6, 10**7):07}")
        sheet.write(3 + number, 7, SOURCES[number % 3])
        sheet.write(3 + number, 8, random.randrange(10, 200) * 500)
        sheet.write(3 + number, 9, "просил позвонить вечером" if number % 4 == 0 else "")
    workbook.close()
    return path


def english_deals(path: Path, deals: int = 150) -> Path:
    """A list of deals of an English CRM."""
    random = Random(7)
    rows = [["Deal ID", "Deal name", "Deal stage", "Created at", "Closed at", "Deal owner", "Lead source", "Amount",
             "Contact email"]]  # fmt: skip
    for number in range(deals):
        created = BEGIN + timedelta(hours=13 * number)
        stage = random.choices(("Closed Won", "Closed Lost", "Proposal", "Qualified"), (25, 45, 15, 15))[0]
        closed = created + timedelta(days=random.randrange(2, 30)) if stage.startswith("Closed") else None
        rows.append([f"D-{number:05}", f"Deal {number}", stage, _text(created, "%Y-%m-%d %H:%M:%S"),
                     _text(closed, "%Y-%m-%d %H:%M:%S"), ("Sam Hill", "Ann Lake")[number % 2],
                     ("Web", "Referral", "Ads")[number % 3], str(random.randrange(1, 90) * 100),
                     f"person{number}@example.com"])  # fmt: skip
    return _csv(path, rows, ",")
