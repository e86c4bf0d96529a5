"""The sources of a new voronka.yaml: those of the demo, or a commented one to fill in for each process."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import engine.events
from engine.definitions.document import LocalText, read
from engine.definitions.process import Process
from engine.demo.export import RENAMED_LABEL, Export, export_of, said

Locale = Literal["ru", "en"]

_DEMO: Mapping[Locale, str] = {
    "ru": "\n# Выгрузки. Каждая говорит, что в ней строка, что значат её слова и какие столбцы важны.\nsources:\n",
    "en": "\n# Exports. Each says what its row is, what its words mean and which columns matter.\nsources:\n",
}

_HEAD: Mapping[Locale, str] = {
    "ru": """
# Выгрузки. Какие системы известны: voronka sources; письмо клиенту, что и как выгрузить: voronka ask.
# Ниже по образцу на каждый процесс: уберите `[]` и решётки, впишите свои столбцы; слова в map из своей системы.
sources: []
""",
    "en": """
# Exports. The systems that are known: voronka sources; the letter to the client, what to export and how: voronka ask.
# Below is a pattern for each process: take `[]` and the hashes away, write your own columns; the words in map are those
# of your system.
sources: []
""",
}

_WORDS: Mapping[Locale, Mapping[str, str]] = {
    "ru": {
        "events": "строка = событие; есть также milestones, snapshot",
        "day": "строка = день",
        "profiles": "или готовый профиль, profile:",
        "none": "(нет)",
        "case": "Номер",
        "activity": "Этап",
        "at": "Дата",
        "stamp": "%d.%m.%Y %H:%M",
        "manager": "Ответственный",
        "source": "Источник",
        "amount": "Сумма",
        "loss_reason": "Причина отказа",
        "client": "Телефон",
    },
    "en": {
        "events": "a row is an event; there are also milestones, snapshot",
        "day": "a row is a day",
        "profiles": "or a ready profile, profile:",
        "none": "(none)",
        "case": "Number",
        "activity": "Stage",
        "at": "Date",
        "stamp": "%Y-%m-%d %H:%M",
        "manager": "Manager",
        "source": "Source",
        "amount": "Amount",
        "loss_reason": "Loss reason",
        "client": "Phone",
    },
}


def demo_sources(channels: Iterable[str], locale: Locale) -> str:
    """The sources of the demo."""
    return _DEMO[locale] + "\n".join(_of_demo(name, export_of(name, locale), locale) for name in channels)


def patterns(processes: Iterable[Process], locale: Locale) -> str:
    """No source yet, and a commented pattern for each process."""
    return _HEAD[locale] + "#\n".join(_commented(_pattern(process, locale)) for process in processes)


def fitting(process: str, folder: Path | None = None) -> tuple[str, ...]:
    """Names of the profiles that say they suit a process."""
    shelf = folder or Path(engine.events.__file__).parent / "profiles"
    found = {path.stem: read(path, path.name).data for path in sorted(shelf.glob("*.yaml"))}
    suited = {name: (data or {}).get("suits") for name, data in found.items()}
    return tuple(name for name, suits in suited.items() if process in (suits if isinstance(suits, list) else [suits]))


def _commented(lines: Iterable[str]) -> str:
    return "".join(f"#{line}\n" for line in lines)


def _pattern(process: Process, locale: Locale) -> list[str]:
    words, name = _WORDS[locale], process.process
    title = process.title.of(locale) if process.title else name
    lines = [f"  - name: {name:<23} # {title}", f"    process: {name}", f"    path: data/{name}.csv"]
    if profiles := fitting(name):
        lines.append(f"    # {words['profiles']} {', '.join(profiles)}")
    return [*lines, *(_of_counts(process, locale) if process.counters else _of_events(process, locale))]


def _of_counts(process: Process, locale: Locale) -> list[str]:
    words = _WORDS[locale]
    lines = [f"    shape: counts                 # {words['day']}", f"    period: {words['at']}", "    counters:"]
    return [*lines, *(f"      {counter.name}: {_quoted(counter.title, locale)}" for counter in process.counters)]


def _of_events(process: Process, locale: Locale) -> list[str]:
    words, order = _WORDS[locale], process.stage_order
    states = sorted(process.states, key=lambda state: order.get(state.name, len(order)))
    points = [("state", state.name, state.title) for state in states]
    points += [("mark", mark.name, mark.title) for mark in process.marks]
    return [
        f"    shape: events                 # {words['events']}",
        f"    case: {words['case']}",
        f"    activity: {words['activity']}",
        f"    at: {words['at']}",
        f'    format: "{words["stamp"]}"',
        "    map:",
        *(f"      - {{activity: {_quoted(title, locale)}, {kind}: {point}}}" for kind, point, title in points),
        "    attributes:",
        f'      manager: {{column: {words["manager"]}, empty_as: "{words["none"]}"}}',
        f"      source: {words['source']}",
        f"      amount: {{column: {words['amount']}, type: money, take: last}}",
        f"      loss_reason: {{column: {words['loss_reason']}, take: last}}",
        f"      client: {{column: {words['client']}, type: phone, personal: true}}",
    ]


def _quoted(title: LocalText | None, locale: Locale) -> str:
    return f'"{title.of(locale) if title else ""}"'


def _of_demo(process: str, export: Export, locale: Locale) -> str:
    """The lines of one source of the demo."""
    column = {key: name for name, key in export.columns.items()}
    none = _WORDS[locale]["none"]
    lines = [
        f"  - name: {export.file.removesuffix('.csv')}",
        f"    process: {process}",
        f"    path: data/{export.file}",
        "    shape: events",
        '    delimiter: ";"',
        f'    decimal: "{export.decimal}"',
        "    exported_at: 2026-10-01T00:00",
        f"    case: {column['case']}",
        f"    activity: {column['label']}",
        f"    at: {column['stamp']}",
        f'    format: "{export.stamp}"',
        "    map:",
        *(_map_line(name, label, export, locale) for name, label in export.labels.items()),
        "    attributes:",
        f'      manager: {{column: {column["manager"]}, empty_as: "{none}"}}',
        f'      source: {{column: {column["source"]}, empty_as: "{none}"}}',
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


def _map_line(name: str, label: str, export: Export, locale: Locale) -> str:
    kind = "mark" if name in export.marks else "state"
    activity = f"[{label}, {said(RENAMED_LABEL, locale)}]" if name == "estimated" else label
    return f"      - {{activity: {activity}, {kind}: {name}}}"
