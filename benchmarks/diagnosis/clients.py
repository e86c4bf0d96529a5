"""The clients of the benchmark: twelve kinds of planted problems and clean ones, 4,000 cases each, by a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from engine.demo.client import FURNITURE, Client, Manager, Origin, Rhythm
from engine.demo.planted import Planted

CLEAN = "clean"
PER_WEEK = 154.0
"""About 4,000 cases in the half year."""
SINCE, UNTIL = date(2026, 4, 1), date(2026, 10, 1)

PLANTED: Mapping[str, tuple[Planted, ...]] = {
    "slow night leads": ("slow_nights", "speed_matters"),
    "weak manager": ("weak_manager",),
    "bad source": ("bad_source",),
    "price mismatch": ("price_mismatch",),
    "missed calls at lunch": ("missed_at_lunch",),
    "Monday overload": ("monday_overload",),
    "no follow-up after the quote": ("no_follow_up",),
    "rework loop": ("rework_loop",),
    "stage skipped": ("stage_skipped",),
    "leads without manager": ("no_manager",),
    "duplicates": ("duplicates",),
    "falling trend": ("falling_trend",),
}
"""What is planted for each kind. Waiting costs something only where `speed_matters` is planted with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One client: its kind, the channel of its 4,000 cases, and the firm."""

    kind: str
    seed: int
    channel: str
    client: Client


def made(kind: str, seed: int, per_week: float = PER_WEEK) -> Made:
    """A client of a kind; which manager is weak and which source is bad changes with the seed.

    Managers and sources of a healthy firm differ a little too: by three percent at most.
    """
    random = Random(f"diagnosis:{seed}")
    channel = "phone_call" if kind == "missed calls at lunch" or (kind == CLEAN and seed % 2) else "web_form"

    def alike(people: tuple[Manager, ...]) -> tuple[Manager, ...]:
        skills = _around_one(random, [one.share for one in people])
        return tuple(Manager(name=one.name, skill=skill) for one, skill in zip(people, skills, strict=True))

    qualities = _around_one(random, [one.share for one in FURNITURE.sources])
    sources = tuple(
        Origin(name=one.name, share=one.share, quality=quality)
        for one, quality in zip(FURNITURE.sources, qualities, strict=True)
    )
    managers = alike(FURNITURE.managers)
    weak, skipping = random.sample([one.name for one in managers], 2)
    return Made(
        kind=kind,
        seed=seed,
        channel=channel,
        client=replace(
            FURNITURE,
            managers=managers,
            operators=alike(FURNITURE.operators),
            sellers=alike(FURNITURE.sellers),
            sources=sources,
            rhythm={channel: _rhythm(channel, per_week)},
            days_off=frozenset(),
            weak_manager=weak,
            skipping_manager=skipping,
            bad_source=random.choice([one.name for one in sources if one.share >= 16]),
            planted=frozenset(PLANTED.get(kind, ())),
        ),
    )


def _rhythm(channel: str, per_week: float) -> Rhythm:
    """The shipped client's; calls come while the line is open, for a line closed too early is a problem of its own."""
    usual = replace(FURNITURE.rhythm[channel], per_week=per_week)
    if channel != "phone_call":
        return usual
    return replace(usual, hours=tuple(weight if 9 <= hour < 21 else 0 for hour, weight in enumerate(usual.hours)))


def _around_one(random: Random, shares: list[float]) -> list[float]:
    """A factor for each, up to three percent from 1, and 1 on the whole: healthy firms keep the same numbers."""
    found = [random.uniform(0.97, 1.03) for _ in shares]
    mean = sum(share * factor for share, factor in zip(shares, found, strict=True)) / sum(shares)
    return [factor / mean for factor in found]
