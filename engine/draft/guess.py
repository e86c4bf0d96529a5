"""A guess: what was chosen, how sure, why, and what else it could be."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.render.words import Words

SURE, LIKELY = 0.85, 0.6


@dataclass(frozen=True, slots=True)
class Other:
    """What else it could be: columns (or a state), and how likely, from 0 to 1."""

    columns: tuple[str, ...]
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`role`: case, activity, at, start, won, shape, or an attribute. `sure` from 0 to 1; `why` in words."""

    role: str
    columns: tuple[str, ...]
    sure: float
    why: tuple[str, ...] = ()
    others: tuple[Other, ...] = field(default=())


def how_sure(say: Words, sure: float) -> str:
    """`почти наверняка`, `скорее всего`, `под вопросом`."""
    if sure >= SURE:
        return say.t("draft.sure.high")
    return say.t("draft.sure.middle" if sure >= LIKELY else "draft.sure.low")


def by_margin(scores: Sequence[float]) -> float:
    """How sure the best of some scores (the best first) is: by itself, and by how far the second stays behind."""
    best = min(1.0, scores[0])
    second = scores[1] if len(scores) > 1 else 0.0
    lead = min(1.0, max(0.0, best - second) / max(best, 0.01) * 2)
    return round(max(0.05, min(0.98, best * (0.5 + 0.5 * lead))), 2)
