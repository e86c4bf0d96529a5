"""What an action would bring: extra won cases a month, with all that is only known from counts drawn in (D17)."""

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

from engine.plan.draws import beta_quantiles, points, range_of, shuffled

PASS_THROUGH = (0.5, 1.0)
"""How far those rescued go on as the others do: the low end is computed with the first, the high end with the last."""
Basis = Literal["own data", "association", "study", "assumption"]
WEAKEST_LAST: tuple[Basis, ...] = ("own data", "study", "association", "assumption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A share known from `hits` of `of` cases (of credits: not whole): drawn from Beta(hits + 1/2, misses + 1/2)."""

    hits: float
    of: float

    @property
    def value(self) -> float:
        """Its mean when drawn (Jeffreys)."""
        return (self.hits + 0.5) / (self.of + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference of shares estimated within strata, with its standard error: drawn as normal."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """Something that lets more cases through a part of the path: from stage `begin` to stage `end` of it.

    Of `cases` a month the part `reach` is concerned (None: all of them); the share `now` becomes `then`: the share of
    those without the cause, or a level to be reached. `cause` is what is removed: levers of the same cause are views of
    one thing, and the greatest of them counts. `worth`: what
    one case more brings in won ones. Known: the chance of those who got there to be won, in their own segment, so that
    those rescued may fall short of it (`PASS_THROUGH`); Difference: what goes with it in the outcome; None: it is won.
    """

    key: str
    process: str
    control_point: str
    cause: str | None = None
    begin: int
    end: int
    cases: float
    reach: Known | None = None
    now: Known
    then: Known | float
    worth: Known | Difference | None
    basis: Basis

    @property
    def on_path(self) -> bool:
        """Whether it lets more through a stage; else what goes with it in the outcome is an association."""
        return not isinstance(self.worth, Difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A process as its stages are passed, and what it brings a month: cases, won ones, money of a won one."""

    process: str
    cases: float
    stages: tuple[Known, ...]
    won: float
    money: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Extra won cases a month, never more than are won now; `money` of the middle, where a won case has its price."""

    won: float
    low: float
    high: float
    probability: float
    money: float | None = None
    pass_through: tuple[float, float] = PASS_THROUGH
    basis: Basis = "assumption"


@dataclass(frozen=True, slots=True)
class Removal:
    """The part of what is lost between two stages that is lost no more (below zero: that is lost besides).

    `level`: not removed on top of the others; the share is brought to where this alone would bring it, at least.
    """

    begin: int
    end: int
    part: float
    level: bool = False


def improved(stages: Sequence[float], removals: Iterable[Removal]) -> list[float]:
    """The funnel computed again: what is removed on the same stages multiplies what is left of their loss.

    Removals over several stages come after those over fewer, and raise each of their stages alike (by one power);
    levels come last: a limit is kept once, whatever else is done.
    """
    found = list(stages)
    for one in sorted(removals, key=lambda one: (one.level and one.part > 0, one.end - one.begin)):
        before = math.prod(found[one.begin : one.end])
        if one.level and one.part > 0:
            after = max(before, 1 - (1 - math.prod(stages[one.begin : one.end])) * (1 - one.part))
        else:
            after = min(1.0, max(0.0, 1 - (1 - before) * (1 - one.part)))
        _raise(found, one, before, after)
    return found


def _raise(stages: list[float], over: Removal, before: float, after: float) -> None:
    if 0 < before < 1 and after > 0:
        power = math.log(after) / math.log(before)
        stages[over.begin : over.end] = [stage**power for stage in stages[over.begin : over.end]]
    elif before < 1:
        root = after ** (1 / (over.end - over.begin))
        stages[over.begin : over.end] = [root] * (over.end - over.begin)


# --- one lever --------------------------------------------------------------------------------------------------------


def _variables(lever: Lever) -> list[Known | Difference]:
    found: list[Known | Difference | float | None] = [lever.reach, lever.now, lever.then, lever.worth]
    return [one for one in found if isinstance(one, Known | Difference)]


def _quantile(of: Known | Difference) -> Callable[[float], float]:
    if isinstance(of, Difference):
        return NormalDist(of.value, of.error).inv_cdf if of.error > 0 else lambda _: of.value
    return beta_quantiles(of.hits + 0.5, max(0.0, of.of - of.hits) + 0.5)


@functools.lru_cache(maxsize=128)
def extra(lever: Lever) -> tuple[float, ...]:
    """The extra won cases a month of a lever alone at full pass-through, draw by draw."""
    variables = _variables(lever)
    quantiles = [_quantile(one) for one in variables]
    values = {id(one): place for place, one in enumerate(variables)}

    def drawn(one: Known | Difference | float | None, point: Sequence[float]) -> float:
        if one is None:
            return 1.0
        return one if isinstance(one, int | float) else quantiles[values[id(one)]](point[values[id(one)]])

    return tuple(
        lever.cases
        * drawn(lever.reach, point)
        * (drawn(lever.then, point) - drawn(lever.now, point))
        * drawn(lever.worth, point)
        for point in points(len(variables))
    )


def pass_through(lever: Lever) -> tuple[float, float]:
    """How the low and the high end take those rescued on: alike, where nothing is left to pass."""
    return PASS_THROUGH if isinstance(lever.worth, Known) else (1.0, 1.0)


# --- several of them --------------------------------------------------------------------------------------------------


def gain(levers: Iterable[Lever], funnels: Mapping[str, Funnel]) -> Gain | None:
    """What levers bring together, each counted once: by the funnel computed again, never the sum. None without any."""
    chosen = _each_once(lever for lever in levers if lever.process in funnels)
    if not chosen:
        return None
    by_process: dict[str, list[Lever]] = {}
    for _, lever in sorted(chosen.items()):
        by_process.setdefault(lever.process, []).append(lever)
    least, most = (
        [
            math.fsum(parts)
            for parts in zip(*(_together(tuple(of), funnels[at], end) for at, of in by_process.items()), strict=True)
        ]
        for end in (0, 1)
    )
    low, high = range_of(least), range_of(most)
    # a loss is the greater the more go on: the ends of a range that begins below zero change places
    return Gain(
        won=(low.mean + high.mean) / 2,
        low=min(low.low, high.low),
        high=max(low.high, high.high),
        probability=high.probability_positive,
        money=_money(by_process, funnels),
        pass_through=min(map(pass_through, chosen.values())),
        basis=max((lever.basis for lever in chosen.values()), key=WEAKEST_LAST.index),
    )


def _each_once(levers: Iterable[Lever]) -> dict[str, Lever]:
    """Levers by key; of those of one cause of a process the greatest."""
    ordered = sorted({lever.key: lever for lever in levers}.values(), key=lambda one: (-math.fsum(extra(one)), one.key))
    seen: set[tuple[str, str]] = set()
    found = {}
    for lever in ordered:
        cause = (lever.process, lever.cause or f"~{lever.key}")
        if cause not in seen:
            found[lever.key] = lever
        seen.add(cause)
    return found


def _money(by_process: Mapping[str, Sequence[Lever]], funnels: Mapping[str, Funnel]) -> float | None:
    """The money of the middle; None where a process does not know what a won case brings."""
    total = 0.0
    for name, levers in by_process.items():
        each = funnels[name].money
        if each is None:
            return None
        means = [math.fsum(_together(tuple(levers), funnels[name], end)) / len(extra(levers[0])) for end in (0, 1)]
        total += each * sum(means) / 2
    return total


@functools.lru_cache(maxsize=128)
def _together(levers: tuple[Lever, ...], funnel: Funnel, end: int) -> tuple[float, ...]:
    """Extra won of one process, draw by draw, at one end of the pass-through; never above what it wins now."""
    alone = [(lever, _shares(lever, end)) for lever in levers]
    if len(alone) == 1:
        return tuple(min(value, funnel.won) for value in alone[0][1])
    mixed = [(lever, shuffled(values, lever.key)) for lever, values in alone]
    quantiles = [_quantile(stage) for stage in funnel.stages]
    found = []
    for draw, point in enumerate(points(len(quantiles))):
        stages = [quantile(u) for quantile, u in zip(quantiles, point, strict=True)]
        removals = [_removal(lever, values[draw], funnel.cases, stages) for lever, values in mixed]
        after = math.prod(improved(stages, removals)) - math.prod(stages)
        found.append(min(funnel.cases * after, funnel.won))
    return tuple(found)


def _shares(lever: Lever, end: int) -> tuple[float, ...]:
    through = pass_through(lever)[end]
    return tuple(value * through for value in extra(lever))


def _removal(lever: Lever, brings: float, cases: float, stages: Sequence[float]) -> Removal:
    """What a lever brings alone, as a part of what is lost between its stages."""
    passed = math.prod(stages[lever.begin : lever.end])
    others = cases * math.prod(stages[: lever.begin]) * math.prod(stages[lever.end :])
    left = others * (1 - passed)
    part = min(1.0, brings / left) if left > 0 else 0.0
    return Removal(lever.begin, lever.end, part, level=isinstance(lever.then, float))


def stages_known(reached: Sequence[int], waiting: Sequence[int]) -> tuple[Known, ...]:
    """The stages of a path by the cases that reached each and those that still wait there: they count in none."""
    return tuple(
        Known(hits=min(after, before - still), of=before - still)
        for (before, after), still in zip(pairwise(reached), waiting, strict=False)
    )
