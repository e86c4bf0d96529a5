"""What a client is asked for where the sources cannot give a number: what is lacking, and what to export, in words."""

from collections.abc import Mapping
from typing import Literal

from engine.definitions.document import LocalText

ASKS: Mapping[str, tuple[LocalText, LocalText]] = {
    "stage_history": (
        LocalText("не видно, когда обращение переходило с этапа на этап", "it does not show when a case moved on"),
        LocalText(
            "попросите выгрузить историю этапов: строка на каждую смену этапа, с датой и временем",
            "ask for the stage history: a row for every change of stage, with date and time",
        ),
    ),
    "created": (
        LocalText("не видно, когда обращение началось", "it does not show when a case began"),
        LocalText("попросите добавить в выгрузку дату создания", "ask for the date of creation in the export"),
    ),
    "closed": (
        LocalText("не видно, когда обращение закончилось", "it does not show when a case ended"),
        LocalText("попросите добавить в выгрузку дату закрытия", "ask for the closing date in the export"),
    ),
    "changed": (
        LocalText("не видно, с какого дня обращение на этапе", "it does not show since when a case is in its stage"),
        LocalText(
            "попросите добавить в выгрузку дату последней смены этапа",
            "ask for the date of the last change of stage in the export",
        ),
    ),
    "times": (
        LocalText(
            "не видно, сколько до этого прошло: точного времени в выгрузке нет",
            "it does not show how long it took: the export has no exact time of it",
        ),
        LocalText(
            "попросите выгрузку с точным временем; у звонка это время ожидания ответа",
            "ask for an export with the exact time; of a call, how long the caller waited",
        ),
    ),
    "marks": (
        LocalText("такую отметку ни разу не поставили", "nobody ever noted it"),
        LocalText(
            "попросите выгрузить задачи и дела: по ним видно, назначен ли следующий шаг",
            "ask for tasks and activities: they show whether a next step is agreed",
        ),
    ),
    "spend": (
        LocalText("не известно, сколько потрачено", "it is not known what was spent"),
        LocalText(
            "попросите таблицу расходов по каналам и месяцам и назовите её в `spend:`",
            "ask for a table of spending by source and month, and name it in `spend:`",
        ),
    ),
}
"""By what is lacking: why there is no number, and what to ask for."""
Locale = Literal["ru", "en"]


def lacking_of(note: str | None) -> str | None:
    """What a fact says is lacking, where its note does."""
    parts = (part.partition("=") for part in (note or "").split(";"))
    return next((value for code, _, value in parts if code == "fidelity" and value in ASKS), None)


def why(lacking: str, locale: Locale) -> str:
    """Why there is no number."""
    return ASKS[lacking][0].of(locale)


def ask(lacking: str, locale: Locale) -> str:
    """What to ask the client for."""
    return ASKS[lacking][1].of(locale)
