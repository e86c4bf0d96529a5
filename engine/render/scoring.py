"""A sample as a scoring sheet: XLSX with allowed values, CSV beside it, and how the filled sheet comes back as data."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.errors import EngineError, Location, Problem
from engine.pipeline.sampling import Sample, SampledCase
from engine.render.tables import Cell, cases_csv
from engine.render.words import clean

if TYPE_CHECKING:
    import xlsxwriter

Locale: TypeAlias = Literal["ru", "en"]
_FIXED = datetime(2000, 1, 1)
"""When each sheet says it was made: equal samples are equal bytes."""


@dataclass(frozen=True, slots=True)
class Score:
    """A column to fill: the attribute it becomes, its title, and the values that are allowed (none: any text)."""

    name: str
    title: str
    values: tuple[str, ...]


_YES_NO = (("да", "нет", "не слышно"), ("yes", "no", "cannot tell"))
_REASONS = (
    ("не дозвонились", "дорого", "долго отвечали или считали", "купил у другого", "передумал", "отложил",
     "нет того, что нужно", "не наш клиент", "другое"),
    ("not reached", "too expensive", "too slow", "bought elsewhere", "changed the mind", "put off",
     "not what was needed", "not our client", "other"),
)  # fmt: skip
_SCORES: tuple[tuple[str, str, str, tuple[tuple[str, ...], tuple[str, ...]]], ...] = (
    ("need_asked", "Потребность выяснили", "The need was asked", _YES_NO),
    ("price_named", "Цену назвали", "A price was named", _YES_NO),
    ("objection_met", "На возражение ответили", "The objection was met",
     (("да", "нет", "возражений не было", "не слышно"), ("yes", "no", "there was none", "cannot tell"))),
    ("next_step", "Следующий шаг согласовали", "A next step was agreed", _YES_NO),
    ("true_reason", "Настоящая причина отказа", "The true reason of the loss", _REASONS),
    ("listener_note", "Своими словами", "In your own words", ((), ())),
)  # fmt: skip


def scores(locale: Locale) -> tuple[Score, ...]:
    """The columns to fill, in the language of the sheet."""
    place = 0 if locale == "ru" else 1
    return tuple(Score(name, (ru, en)[place], values[place]) for name, ru, en, values in _SCORES)


_TOLD = {
    "ru": ("Началось", "Менеджер", "Звонки и сообщения", "Где остановилось"),
    "en": ("Began", "Manager", "Calls and messages", "Where it stopped"),
}


def columns(sample: Sample, locale: Locale) -> tuple[str, ...]:
    """The head of the sheet: what the source calls the case, what is known of it, what is to be filled.

    How a case ended is not told, nor where it stopped where some were won: who listens should not know beforehand.
    """
    told = _TOLD[locale] if sample.lost else _TOLD[locale][:-1]
    return (*sample.key, *told, *(score.title for score in scores(locale)))


def _row(sample: Sample, case: SampledCase) -> tuple[Cell, ...]:
    stage = (case.stage,) if sample.lost else ()
    return (*case.key, case.began, case.manager, case.moments, *stage)


def sheet_csv(sample: Sample, locale: Locale) -> bytes:
    """The sheet as CSV, its columns to fill empty."""
    empty = ("",) * len(scores(locale))
    return cases_csv(columns(sample, locale), ((*_row(sample, case), *empty) for case in sample.cases), locale)


def snippet(sample: Sample, path: str, locale: Locale) -> str:
    """What to write into the source in voronka.yaml, so that the filled sheet is read with it."""
    on = ", ".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(name, ensure_ascii=False)}" for name in sample.key
    )
    lines = [f"join: [{{path: {json.dumps(path, ensure_ascii=False)}, on: {{{on}}}, rows: one}}]", "attributes:"]
    lines += [f"  {score.name}: {json.dumps(score.title, ensure_ascii=False)}" for score in scores(locale)]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def sheet_xlsx(sample: Sample, path: str, locale: Locale) -> bytes:
    """The sheet as XLSX: allowed values are a list in each cell, nothing of the data is ever a formula."""
    import xlsxwriter

    content = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(content, plain) as book:
        book.set_properties({"created": _FIXED, "title": sample.title})
        _fill_scores(book, sample, locale)
        _fill_notes(book, sample, path, locale)
    return content.getvalue()


def _fill_scores(book: "xlsxwriter.Workbook", sample: Sample, locale: Locale) -> None:
    sheet = book.add_worksheet("Оценки" if locale == "ru" else "Scores")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    known = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#4f5d69"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "font_color": "#4f5d69"})
    grey = {"bg_color": "#f4f6f8", "border": 1, "border_color": "#dbe1e6"}
    filled = book.add_format({"text_wrap": True, "valign": "top", **grey})
    titles = columns(sample, locale)
    for number, title in enumerate(titles):
        sheet.write_string(0, number, clean(title), head)
    for line, case in enumerate(sample.cases, 1):
        for number, cell in enumerate(_row(sample, case)):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, number, cell, moment)
            else:
                sheet.write_string(line, number, clean(str(cell)), known)
    first = len(titles) - len(scores(locale))
    for number, score in enumerate(scores(locale), first):
        for line in range(1, len(sample.cases) + 1):
            sheet.write_blank(line, number, None, filled)
        if score.values and sample.cases:
            sheet.data_validation(1, number, len(sample.cases), number, _allowed(score, locale))
    sheet.set_column(0, first - 1, 16)
    sheet.set_column(first, len(titles) - 1, 20)
    sheet.freeze_panes(1, len(sample.key))


_WRONG = {"ru": ("Такого значения нет", "Выберите из списка"), "en": ("No such value", "Choose from the list")}


def _allowed(score: Score, locale: Locale) -> dict[str, object]:
    title, message = _WRONG[locale]
    return {"validate": "list", "source": list(score.values), "error_title": title, "error_message": message}


def _fill_notes(book: "xlsxwriter.Workbook", sample: Sample, path: str, locale: Locale) -> None:
    sheet = book.add_worksheet("Как заполнять" if locale == "ru" else "How to fill in")
    sheet.set_column(0, 0, 110)
    for number, line in enumerate(notes(sample, path, locale)):
        sheet.write_string(number, 0, clean(line))


def notes(sample: Sample, path: str, locale: Locale) -> Sequence[str]:
    """What the sheet is, how to fill it in, how it comes back."""
    n, of = len(sample.cases), sample.of
    back = _back(sample, path, locale)
    if locale == "ru":
        what = "потерянных" if sample.lost else "законченных"
        return (
            f"{sample.title}: случайные {n} из {of} {what} обращений; по этапам и менеджерам — как во всех.",
            f"Тот же список даёт --seed {sample.seed}.",
            "Прослушайте звонки каждого обращения и заполните серые столбцы; чего не слышно, так и отметьте.",
            "Чем кончилось, в листе не сказано нарочно: оценки не должны от этого зависеть.",
            *(() if not sample.lost else _ONLY_LOST_RU),
            *back,
        )
    what = "that were lost" if sample.lost else "that ended"
    return (
        f"{sample.title}: a random {n} of {of} cases {what}; stages and managers as among all of them.",
        f"--seed {sample.seed} gives the same list.",
        "Listen to the calls of each case and fill in the grey columns; say so where it cannot be heard.",
        "How each ended is left out on purpose: the scores must not depend on it.",
        *(() if not sample.lost else _ONLY_LOST_EN),
        *back,
    )


def _back(sample: Sample, path: str, locale: Locale) -> Sequence[str]:
    """How a filled sheet becomes data; where it cannot, that."""
    russian = locale == "ru"
    if sample.source is None:
        return (
            "Вернуть оценки в аудит нельзя: у этих обращений в выгрузке нет своего номера, который можно показать."
            if russian
            else "The scores cannot come back: the export has no number of these cases that may be shown.",
        )
    lines = snippet(sample, path, locale).splitlines()
    if russian:
        return (
            f"Чтобы оценки вернулись в аудит, допишите в voronka.yaml, источник {sample.source}:",
            *lines,
            "Причина с оценкой: exposure: \"next_step == 'нет'\", needs: [next_step]; не прослушанные не считаются.",
        )
    return (
        f"For the scores to come back into the audit, add to voronka.yaml, source {sample.source}:",
        *lines,
        "A cause on a score: exposure: \"next_step == 'no'\", needs: [next_step]; those not listened to do not count.",
    )


_ONLY_LOST_RU = (
    "Здесь только потерянные: по ним видно, из-за чего теряют. Чтобы сравнить с успешными, нужна выборка без --lost.",
)
_ONLY_LOST_EN = (
    "These are lost ones only: they show what clients are lost for. To compare with those won, draw without --lost.",
)


def write_sample(sample: Sample, folder: Path, root: Path, locale: Locale) -> tuple[Path, ...]:
    """Write the sheet as XLSX and CSV; EngineError where another one lies there (somebody may have filled it in)."""
    name = f"{sample.process}-{'lost' if sample.lost else 'ended'}"
    path = (folder / f"{name}.xlsx").relative_to(root).as_posix()
    made = {
        folder / f"{name}.xlsx": sheet_xlsx(sample, path, locale),
        folder / f"{name}.csv": sheet_csv(sample, locale),
    }
    taken = [file for file, content in made.items() if file.exists() and file.read_bytes() != content]
    if taken:
        where, hint = Location(str(taken[0])), "move it away, or name another folder with --out"
        message = "another sheet lies here, and somebody may have filled it in"
        raise EngineError([Problem(where=where, code="sheet-exists", message=message, hint=hint)])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in made.items():
            file.write_bytes(content)
    except OSError as error:
        where, message = Location(str(folder)), f"the sheet cannot be written: {error.strerror}"
        hint = "the folder must be one that can be written to, on a disk with free space"
        raise EngineError([Problem(where=where, code="unwritable", message=message, hint=hint)]) from None
    return tuple(made)
