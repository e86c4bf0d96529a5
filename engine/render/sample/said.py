"""What the parts of the made-up audit share: its texts in two languages, its period."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Locale = Literal["ru", "en"]

SINCE, UNTIL = datetime(2026, 3, 30), datetime(2026, 9, 28)

MANAGERS = (
    ("Анна Ветрова", "Anna Vetrova"),
    ("Игорь Лапин", "Igor Lapin"),
    ("Ольга Сорокина", "Olga Sorokina"),
    ("Павел Дёмин", "Pavel Dyomin"),
    ("Юлия Краснова", "Yulia Krasnova"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """Says a text in the language of the sample."""

    locale: Locale

    def __call__(self, ru: str, en: str) -> str:
        return en if self.locale == "en" else ru
