"""The text of a new voronka.yaml and what stands beside it, in both languages."""

from collections.abc import Mapping, Sequence
from typing import Literal

from engine.definitions.process import Process
from engine.demo.export import TEST, said
from engine.starter.calendars import calendars_text
from engine.starter.sources import demo_sources, patterns

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
""",
}

_CLIENT: Mapping[Locale, tuple[str, str]] = {
    "ru": ("ООО «Мебель на заказ» (выдуманная фирма)", "Название клиента"),
    "en": ("Furniture to Order (a made-up firm)", "Name of the client"),
}

_EXCLUDE: Mapping[Locale, str] = {
    "ru": """
# Что не считать; в отчёте будет сказано, сколько и почему.
exclude:
  - {where: "source == '%s'", why: тестовые обращения}
""",
    "en": """
# What not to count; the report says how much and why.
exclude:
  - {where: "source == '%s'", why: test cases}
""",
}

_AUDIT: Mapping[Locale, str] = {
    "ru": """
audit:
  as_of: log                      # судить на конец выгрузки
  period: week                    # шаг графиков
  segments: [source, manager, weekday_hour]
  # budget: {hours: 160, money: 200000}      # сколько можно потратить на план
""",
    "en": """
audit:
  as_of: log                      # judge at the end of the export
  period: week                    # grain of the charts
  segments: [source, manager, weekday_hour]
  # budget: {hours: 160, money: 200000}      # what the plan may cost
""",
}

_MONEY: Mapping[Locale, str] = {
    "ru": """
# План и расходы на рекламу: без них не посчитать выполнение плана и сколько стоит обращение.
# targets: {%s: {2026-10: 4500000, 2026-11: 4500000}}
# spend: {path: data/ads.xlsx, source: Канал, period: Месяц, amount: Расход}
""",
    "en": """
# The plan and what advertising cost: without them neither sales against the plan nor the cost of an inquiry is known.
# targets: {%s: {2026-10: 4500000, 2026-11: 4500000}}
# spend: {path: data/ads.xlsx, source: Channel, period: Month, amount: Spent}
""",
}

_PEOPLE: Mapping[Locale, str] = {
    "ru": "\n# Имена для ролей плана: кто отвечает за каждую.\npeople: ",
    "en": "\n# Names for the roles of the plan: who answers for each.\npeople: ",
}

_DEMO_PEOPLE: Mapping[Locale, str] = {
    "ru": "{РОП: Иванова, маркетолог: Ким, администратор: Орлова}\n",
    "en": "{head of sales: Ivanova, marketer: Kim, administrator: Orlova}\n",
}

_THIN: Mapping[Locale, str] = {
    "ru": """\
# {title}: описание из библиотеки, слова отрасли из {words}.
# Своё (этап, отметку, контрольную точку) впишите сюда: оно важнее.
""",
    "en": """\
# {title}: as the library has it, in the words of the trade from {words}.
# Write your own (a stage, a mark, a control point) here: it wins.
""",
}


def settings_text(*, demo: bool, locale: Locale, processes: Sequence[Process], hours: Mapping[str, str]) -> str:
    """voronka.yaml of a new workspace; `hours` are those of the trade's own calendars."""
    head = _HEAD[locale].replace("{client}", _CLIENT[locale][0 if demo else 1])
    head += calendars_text(processes, locale, hours)
    if demo:
        sources = demo_sources([process.process for process in processes], locale)
        rest = _EXCLUDE[locale] % said(TEST, locale) + _AUDIT[locale] + _PEOPLE[locale] + _DEMO_PEOPLE[locale]
        return head + sources + rest
    return head + patterns(processes, locale) + _AUDIT[locale] + _money(processes, locale) + _people(processes, locale)


def thin_text(process: Process, locale: Locale, words: str) -> str:
    """A process of the library in the words of a trade."""
    title = process.title.of(locale) if process.title else process.process
    head = "# yaml-language-server: $schema=../.voronka/schema/process.json\n"
    head += _THIN[locale].format(title=title, words=words)
    return f"{head}process: {process.process}\nextends: [{process.process}.yaml, {words}]\n"


def _money(processes: Sequence[Process], locale: Locale) -> str:
    """How a plan and spending are given, where a process asks for them."""
    planned = [p.process for p in processes for point in p.control_points.values() if point.kpi == "attainment"]
    return _MONEY[locale] % f"{planned[0]}.sales" if planned else ""


def _people(processes: Sequence[Process], locale: Locale) -> str:
    """Every role of the processes, for a name."""
    points = [point.responsible for process in processes for point in process.control_points.values()]
    states = [state.responsible for process in processes for state in process.states]
    roles = sorted({role.of(locale) for role in (*points, *states) if role})
    return _PEOPLE[locale] + "{}\n" + "".join(f"#  {role}:\n" for role in roles)
