"""The text of a new voronka.yaml and what stands beside it, in both languages."""

from collections.abc import Mapping
from typing import Literal

from engine.demo.export import EXPORTS, RENAMED_LABEL, Export

Locale = Literal["ru", "en"]

TEMPLATES_README: Mapping[Locale, str] = {
    "ru": "Положите сюда шаблон документа, чтобы заменить встроенный с тем же именем.\n",
    "en": "Put a document template here to replace the shipped one of the same name.\n",
}

_HEAD: Mapping[Locale, str] = {
    "ru": """\
# yaml-language-server: $schema=.voronka/schema/voronka.json
# Рабочая папка одного клиента. Что дальше:
#   1. положите выгрузки в data/ и опишите их ниже, в sources
#   2. voronka check    найдёт ошибки в этих файлах и подскажет, как исправить
#   3. voronka audit    посчитает показатели и напишет план улучшений в reports/
format: 1
client: {client}
locale: ru                        # язык отчётов: ru или en
time_zone: Europe/Moscow          # время в выгрузках, которое не называет своего пояса
currency: RUB

# Рабочие часы: по ним считаются показатели с `clock: business`.
calendars:
  office:                         # отдел продаж
    hours: {mon-fri: "09:00-18:00", sat: "10:00-15:00"}
    holidays: RU
  phone_line:                     # телефонная линия
    hours: {mon-sun: "09:00-21:00"}
    holidays: RU
  showroom:                       # салон
    hours: {mon-sun: "10:00-21:00"}
    holidays: RU
""",
    "en": """\
# yaml-language-server: $schema=.voronka/schema/voronka.json
# The workspace of one client. What comes next:
#   1. put exports into data/ and describe them below, under sources
#   2. voronka check    finds what is wrong in these files and says how to mend it
#   3. voronka audit    computes the numbers and writes an improvement plan to reports/
format: 1
client: {client}
locale: en                        # language of the reports: ru or en
time_zone: Europe/Moscow          # of times in exports that do not name their own
currency: RUB

# Working hours: control points with `clock: business` count these alone.
calendars:
  office:                         # the sales office
    hours: {mon-fri: "09:00-18:00", sat: "10:00-15:00"}
    holidays: RU
  phone_line:                     # the telephone line
    hours: {mon-sun: "09:00-21:00"}
    holidays: RU
  showroom:
    hours: {mon-sun: "10:00-21:00"}
    holidays: RU
""",
}

_CLIENT: Mapping[Locale, tuple[str, str]] = {
    "ru": ("ООО «Мебель на заказ» (выдуманная фирма)", "Название клиента"),
    "en": ("Furniture to Order (a made-up firm)", "Name of the client"),
}

_SOURCES: Mapping[Locale, str] = {
    "ru": """
# Выгрузки. Каждая говорит, что в ней строка, что значат её слова и какие столбцы важны.
sources:
""",
    "en": """
# Exports. Each says what its row is, what its words mean and which columns matter.
sources:
""",
}

_EXAMPLE: Mapping[Locale, str] = {
    "ru": """
# Выгрузки. Уберите `[]` и решётки и впишите свои столбцы; слова в `map` возьмите из своей CRM.
sources: []
#  - name: deals
#    process: web_form
#    path: data/deals.csv          # .csv .xlsx .json .parquet; можно data/deals-*.csv
#    shape: events                 # строка = событие; есть также milestones, snapshot, counts
#    case: ID сделки
#    activity: Этап
#    at: Дата
#    format: "%d.%m.%Y %H:%M"
#    map:
#      - {activity: Новая заявка, state: received}
#      - {activity: Контакт состоялся, state: contacted}
#      - {activity: Звонок клиенту, mark: call_attempt}
#    attributes:
#      manager: {column: Ответственный, empty_as: "(нет)"}
#      source: Источник
#      amount: {column: Сумма, type: money, take: last}
#      loss_reason: {column: Причина отказа, take: last}
#      client: {column: Телефон, type: phone, personal: true}
""",
    "en": """
# Exports. Take `[]` and the hashes away and write your own columns; the words in `map` are those of your CRM.
sources: []
#  - name: deals
#    process: web_form
#    path: data/deals.csv          # .csv .xlsx .json .parquet; data/deals-*.csv works too
#    shape: events                 # a row is an event; there are also milestones, snapshot, counts
#    case: Deal ID
#    activity: Stage
#    at: Date
#    format: "%d.%m.%Y %H:%M"
#    map:
#      - {activity: New, state: received}
#      - {activity: Contacted, state: contacted}
#      - {activity: Outgoing call, mark: call_attempt}
#    attributes:
#      manager: {column: Manager, empty_as: "(none)"}
#      source: Source
#      amount: {column: Amount, type: money, take: last}
#      loss_reason: {column: Loss reason, take: last}
#      client: {column: Phone, type: phone, personal: true}
""",
}

_EXCLUDE: Mapping[Locale, str] = {
    "ru": """
# Что не считать; в отчёте будет сказано, сколько и почему.
exclude:
  - {where: "source == 'Тест'", why: тестовые обращения}
""",
    "en": """
# What not to count; the report says how much and why.
exclude:
  - {where: "source == 'Тест'", why: test cases}
""",
}

_AUDIT: Mapping[Locale, str] = {
    "ru": """
audit:
  as_of: log                      # судить на конец выгрузки
  period: week                    # шаг графиков
  segments: [source, manager, weekday_hour]
  # budget: {hours: 160, money: 200000}      # сколько можно потратить на план

# Имена для ролей плана: кто отвечает за каждую.
people: {people}
""",
    "en": """
audit:
  as_of: log                      # judge at the end of the export
  period: week                    # grain of the charts
  segments: [source, manager, weekday_hour]
  # budget: {hours: 160, money: 200000}      # what the plan may cost

# Names for the roles of the plan: who answers for each.
people: {people}
""",
}

_PEOPLE = {
    "ru": "{РОП: Иванова, маркетолог: Ким, администратор: Орлова}",
    "en": "{РОП: Ivanova, маркетолог: Kim, администратор: Orlova}",
}


def settings_text(*, demo: bool, locale: Locale, channels: tuple[str, ...]) -> str:
    """voronka.yaml of a new workspace."""
    client = _CLIENT[locale][0 if demo else 1]
    head = _HEAD[locale].replace("{client}", client)
    audit = _AUDIT[locale].replace("{people}", _PEOPLE[locale] if demo else "{}")
    if not demo:
        return head + _EXAMPLE[locale] + audit
    sources = "\n".join(_source(channel, EXPORTS[channel]) for channel in channels)
    return head + _SOURCES[locale] + sources + _EXCLUDE[locale] + audit


def _source(channel: str, export: Export) -> str:
    """The lines of one source of the demo."""
    column = {key: name for name, key in export.columns.items()}
    lines = [
        f"  - name: {export.file.removesuffix('.csv')}",
        f"    process: {channel}",
        f"    path: data/{export.file}",
        "    shape: events",
        '    delimiter: ";"',
        '    decimal: ","',
        "    exported_at: 2026-10-01T00:00",
        f"    case: {column['case']}",
        f"    activity: {column['label']}",
        f"    at: {column['stamp']}",
        f'    format: "{export.stamp}"',
        "    map:",
        *(_map_line(name, label, export) for name, label in export.labels.items()),
        "    attributes:",
        f'      manager: {{column: {column["manager"]}, empty_as: "(нет)"}}',
        f'      source: {{column: {column["source"]}, empty_as: "(нет)"}}',
    ]
    if "product" in column:
        lines.append(f"      product: {column['product']}")
    if "amount" in column:
        lines.append(f"      amount: {{column: {column['amount']}, type: money, take: last}}")
    lines += [
        f"      loss_reason: {{column: {column['reason']}, take: last}}",
        f"      client: {{column: {column['phone']}, type: phone, personal: true}}",
    ]
    return "\n".join(lines) + "\n"


def _map_line(name: str, label: str, export: Export) -> str:
    kind = "mark" if name in export.marks else "state"
    activity = f"[{label}, {RENAMED_LABEL}]" if name == "estimated" else label
    return f"      - {{activity: {activity}, {kind}: {name}}}"
