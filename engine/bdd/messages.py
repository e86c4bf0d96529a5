"""What is said of a feature file that is wrong: every code once, in Russian and English."""

from dataclasses import dataclass

from engine.errors import Location, Problem


@dataclass(frozen=True, slots=True)
class Said:
    """A message and the advice that goes with it, in both languages; `{...}` are filled in."""

    ru: str
    ru_hint: str
    en: str
    en_hint: str


MESSAGES: dict[str, Said] = {
    "extension": Said(
        "файл называется `{name}` и потому не выполняется",
        "переименуйте его в `{better}`",
        "the file is called `{name}` and is therefore never run",
        "rename it to `{better}`",
    ),
    "encoding": Said(
        "кодировка файла не распознана",
        "сохраните файл в UTF-8",
        "the encoding of the file was not recognised",
        "save the file as UTF-8",
    ),
    "encoding-utf16": Said(
        "файл сохранён в UTF-16",
        "сохраните его в UTF-8 (Блокнот: «Сохранить как», кодировка UTF-8)",
        "the file is saved as UTF-16",
        "save it as UTF-8 (Notepad: Save as, encoding UTF-8)",
    ),
    "empty-file": Said(
        "файл пуст",
        "напишите `Функция:` и сценарии или удалите файл",
        "the file is empty",
        "write `Feature:` and scenarios, or delete the file",
    ),
    "language-unknown": Said(
        "язык `{name}` неизвестен",
        "напишите `# language: ru` или `# language: en`",
        "language `{name}` is unknown",
        "write `# language: en` or `# language: ru`",
    ),
    "language-wrong": Said(
        "объявлен язык `{name}`, а ключевое слово в строке другое: `{word}`",
        "исправьте заголовок `# language: {better}` или ключевые слова",
        "language `{name}` is declared, but the keyword of this line is of another one: `{word}`",
        "correct the header to `# language: {better}`, or the keywords",
    ),
    "no-feature": Said(
        "файл начинается не с `Функция:`",
        "первой содержательной строкой напишите `Функция: название`",
        "the file does not begin with `Feature:`",
        "make `Feature: name` its first line",
    ),
    "second-feature": Said(
        "в файле вторая `Функция:`",
        "оставьте одну функцию в файле, остальное вынесите в другой файл",
        "a second `Feature:` stands in the file",
        "keep one feature per file",
    ),
    "no-scenarios": Said(
        "в функции нет ни одного сценария",
        "добавьте `Сценарий: название` и шаги",
        "the feature has no scenarios",
        "add `Scenario: name` and its steps",
    ),
    "duplicate-scenario": Said(
        "сценарий «{name}» уже есть в строке {first}",
        "назовите один из них иначе: второй иначе не был бы выполнен",
        "scenario '{name}' already stands in line {first}",
        "rename one of them: otherwise only one would run",
    ),
    "no-name": Said(
        "у сценария нет названия",
        "напишите после двоеточия, что он проверяет",
        "the scenario has no name",
        "say after the colon what it checks",
    ),
    "no-steps": Said(
        "в сценарии «{name}» нет ни одного шага",
        "добавьте шаги `Дано`, `Когда`, `Тогда` или удалите сценарий",
        "scenario '{name}' has no steps",
        "add `Given`, `When`, `Then` steps, or delete the scenario",
    ),
    "keyword-colon": Said(
        "после `{word}` стоит двоеточие, и шаг не выполнился бы",
        "уберите двоеточие: `{better}`",
        "a colon follows `{word}`, and the step would not run",
        "drop the colon: `{better}`",
    ),
    "keyword-case": Said(
        "шаг начинается с `{word}`, и он не выполнился бы",
        "напишите с большой буквы: `{better}`",
        "the step begins with `{word}` and would not run",
        "begin with a capital letter: `{better}`",
    ),
    "not-a-step": Said(
        "строка не начинается с `Дано`, `Когда`, `Тогда`, `И` или `Но` и не выполнилась бы",
        "начните её с ключевого слова, а пояснение — со знака `#`",
        "the line does not begin with `Given`, `When`, `Then`, `And` or `But` and would not run",
        "begin it with a keyword, or with `#` if it is a remark",
    ),
    "step-before-scenario": Said(
        "шаг стоит раньше первого сценария и не выполнился бы",
        "поставьте над ним `Предыстория:` или `Сценарий: название`",
        "the step stands before the first scenario and would not run",
        "put `Background:` or `Scenario: name` above it",
    ),
    "and-first": Said(
        "первый шаг начинается с `{word}`, а продолжать ему нечего",
        "начните с `Дано`, `Когда` или `Тогда`",
        "the first step begins with `{word}`, and there is nothing to go on from",
        "begin with `Given`, `When` or `Then`",
    ),
    "no-examples": Said(
        "у структуры сценария «{name}» нет строк в `Примеры:`",
        "добавьте `Примеры:` с заголовком и хотя бы одной строкой",
        "scenario outline '{name}' has no rows in `Examples:`",
        "add `Examples:` with a header and at least one row",
    ),
    "unknown-placeholder": Said(
        "для `<{name}>` нет столбца в примерах",
        "добавьте столбец `{name}` в `Примеры:` или исправьте имя",
        "no column of the examples is called `<{name}>`",
        "add a column `{name}` to `Examples:`, or correct the name",
    ),
    "unused-column": Said(
        "столбец `{name}` нигде не используется",
        "напишите `<{name}>` в шаге или удалите столбец",
        "column `{name}` is used nowhere",
        "write `<{name}>` in a step, or delete the column",
    ),
    "duplicate-column": Said(
        "столбец `{name}` стоит дважды",
        "назовите столбцы по-разному",
        "column `{name}` stands twice",
        "give the columns different names",
    ),
    "duplicate-row": Said(
        "строка примеров повторяет строку {first}",
        "удалите повтор",
        "the row of the examples repeats line {first}",
        "delete the repetition",
    ),
    "table-cells": Said(
        "в строке таблицы другое число ячеек",
        "сделайте во всех строках столько же `|`, сколько в первой",
        "the row of the table has another number of cells",
        "give every row as many `|` as the first one has",
    ),
    "bad-tag": Said(
        "метка `@{name}` содержит знак, по которому её нельзя выбрать",
        "оставьте в метке буквы, цифры, `_`, `-` и `.`",
        "tag `@{name}` has a character by which it cannot be selected",
        "use letters, digits, `_`, `-` and `.` only",
    ),
    "unexpected-end": Said(
        "файл кончился раньше времени",
        'закройте таблицу, метки или текст в кавычках `"""`',
        "the file ends too early",
        'finish the table, the tags or the text in `"""`',
    ),
    "syntax": Said(
        "строка стоит не на своём месте",
        "порядок такой: `Функция:`, `Предыстория:`, `Сценарий:`, шаги, `Примеры:`",
        "the line is out of place",
        "the order is `Feature:`, `Background:`, `Scenario:`, steps, `Examples:`",
    ),
    "undefined-step": Said(
        "такого шага нет: {step}",
        "{near}",
        "there is no such step: {step}",
        "{near}",
    ),
    "ambiguous-step": Said(
        "шаг понимают двояко: {step}",
        "подходят {names}: сделайте один из текстов другим",
        "the step has two meanings: {step}",
        "{names} fit: make one of the texts different",
    ),
    "unused-table": Said(
        "шаг не умеет читать таблицу или текст под ним: {step}",
        "уберите её или выберите другой шаг (`voronka test --steps`)",
        "the step does not read the table or text beneath it: {step}",
        "remove it, or choose another step (`voronka test --steps`)",
    ),
    "missing-table": Said(
        "под шагом нужна таблица: {step}",
        "пример показывает `voronka test --steps`",
        "the step needs a table beneath it: {step}",
        "`voronka test --steps` shows an example",
    ),
}


def problem(locale: str, code: str, where: Location, **words: object) -> Problem:
    """The problem of that code in the language of the feature (`ru`, everything else is English)."""
    said = MESSAGES[code]
    message, hint = (said.ru, said.ru_hint) if locale == "ru" else (said.en, said.en_hint)
    return Problem(where=where, code=code, message=message.format(**words), hint=hint.format(**words))


def shown(found: Problem, locale: str) -> str:
    """A problem as a person reads it: `file:line: message [code]` and the advice beneath."""
    place = f"{found.where.file}:{found.where.line}" if found.where.line else found.where.file
    advice = f"\n  {'совет' if locale == 'ru' else 'hint'}: {found.hint}" if found.hint else ""
    return f"{place}: {found.message} [{found.code}]{advice}"
