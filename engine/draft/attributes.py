"""What columns say of a case: manager, source, amount, client and the like, each guessed with reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.sheets import Sheet
from engine.render.words import Words

ENOUGH = 0.5
ROLES = ("phone", "email", "loss_reason", "manager", "source", "channel", "branch", "amount", "product", "client")
"""In the order in which they take a column."""
SEGMENTS = ("source", "manager", "channel", "branch", "product")
MOST_SEGMENTS = 60


@dataclass(frozen=True, slots=True)
class _Score:
    column: Column
    score: float
    why: tuple[str, ...]


def attributes_of(sheet: Sheet, used: Mapping[str, str], say: Words) -> dict[str, Guess]:
    """Guesses by role; `used` are columns that have a meaning already and can mean nothing else."""
    found: dict[str, Guess] = {}
    gone = set(used)
    for role in ROLES:
        scores = sorted(_scores(sheet, role, gone, say), key=lambda one: (-one.score, one.column.position))
        if scores and scores[0].score >= ENOUGH:
            best = scores[0]
            gone.add(best.column.name)
            others = tuple(Other((one.column.name,), round(one.score, 2)) for one in scores[1:3])
            sure = by_margin([one.score for one in scores])
            found[role] = Guess(role=role, columns=(best.column.name,), sure=sure, why=best.why, others=others)
    return found


def _scores(sheet: Sheet, role: str, gone: set[str], say: Words) -> Iterator[_Score]:
    for column in sheet.columns:
        if column.name in gone or column.is_time or column.is_clock or column.distinct < 1:
            continue
        why = [say.t("draft.why.name")] if column.is_called(role) else []
        score = 0.55 if why else 0.0
        more, reason = _FITS[role](sheet, column)
        if reason:
            values = ", ".join(value for value, _ in column.values[:3])
            why.append(say.t(f"draft.why.{reason}", n=column.distinct, values=values))
        score += more
        if score > 0.3:
            yield _Score(column, score, tuple(why))


def _few(sheet: Sheet, column: Column) -> bool:
    return 2 <= column.distinct <= max(60, sheet.rows // 4)


def _person(sheet: Sheet, column: Column) -> tuple[float, str]:
    other = column.is_called("phone") or column.is_called("loss_reason") or column.phone >= MOSTLY
    if other or not _few(sheet, column):
        return -1.0, ""
    own = 0.12 if column.name.startswith("case:") else 0.0
    if column.person >= 0.5:
        return 0.3 + own, "people"
    return (0.15 + own if column.numeric < MOSTLY or column.is_called("case") else own), "some"


def _word(sheet: Sheet, column: Column) -> tuple[float, str]:
    if not _few(sheet, column) or column.numeric >= MOSTLY or column.personal:
        return -1.0, ""
    return 0.25, "values"


def _reason(sheet: Sheet, column: Column) -> tuple[float, str]:
    if column.numeric >= MOSTLY or column.distinct < 2 or column.filled >= sheet.rows:
        return -1.0 if column.numeric >= MOSTLY else 0.0, ""
    return 0.3, "part"


def _money(_sheet: Sheet, column: Column) -> tuple[float, str]:
    if column.numeric < MOSTLY or column.phone >= MOSTLY or column.is_called("phone") or column.is_called("case"):
        return -1.0, ""
    return (0.3, "number") if column.distinct > 5 else (0.05, "number")


def _phone(_sheet: Sheet, column: Column) -> tuple[float, str]:
    if column.phone < MOSTLY:
        return -1.0, ""
    return (0.55 if column.length >= 11 else 0.3), "phone"


def _email(_sheet: Sheet, column: Column) -> tuple[float, str]:
    return (0.6, "email") if column.email >= 0.5 else (-1.0, "")


def _client(sheet: Sheet, column: Column) -> tuple[float, str]:
    if column.distinct < max(3, sheet.rows // 50) or (column.is_called("manager") and not column.is_called("client")):
        return -1.0, ""
    if column.is_called("loss_reason") or column.is_called("free") or column.length > 60:
        return -1.0, ""
    if column.person >= 0.5:
        return 0.35, "people"
    return (0.3 if column.is_called("case") else 0.15), "some"


_FITS = {
    "phone": _phone,
    "email": _email,
    "loss_reason": _reason,
    "manager": _person,
    "source": _word,
    "channel": _word,
    "branch": _word,
    "amount": _money,
    "product": _word,
    "client": _client,
}


def segments_of(sheet: Sheet, found: Mapping[str, Guess]) -> tuple[str, ...]:
    """Attributes that are worth splitting by: not too many values."""
    return tuple(
        role
        for role in SEGMENTS
        if role in found and sheet.column(found[role].columns[0]).distinct <= MOST_SEGMENTS
    )  # fmt: skip
