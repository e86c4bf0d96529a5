"""Why a rule fired: exposed cases against the rest, and questions that only the client can answer (D15)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.definitions.rule import Cause, Rule
from engine.definitions.settings import Answer
from engine.rules.applies import DEFAULT_AT_LEAST, Z
from engine.rules.error_control import FALSE_DISCOVERIES, adjusted, upper_tail
from engine.rules.finding import CauseVerdict, CauseWord, Finding
from engine.rules.mantel import Stratum, mantel_haenszel

MINIMUM_PART = 0.1
MOST_CASES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Cases with and without a condition, and how many of each did what they should (hits).

    `missing`: data that the condition needs and the source does not have; then the counts mean nothing. `months`: the
    same counts month by month (exposed: 1), so that what grew with time is not taken for a cause.
    """

    n_exposed: int = 0
    hits_exposed: int = 0
    n_unexposed: int = 0
    hits_unexposed: int = 0
    missing: tuple[str, ...] = ()
    months: tuple[Stratum, ...] = ()

    @property
    def holds_in_time(self) -> bool:
        """Whether exposed cases do worse within the months as well (Mantel-Haenszel)."""
        found = mantel_haenszel(self.months) if len(self.months) > 1 else None
        return found is None or found.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cause by the numbers: difference of the shares (unexposed - exposed), part of all misses it explains."""

    verdict: CauseWord
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    attributable: float | None = None
    attributable_low: float | None = None
    attributable_high: float | None = None
    needed: int | None = None


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share p of n cases (n may be effective, and so not whole)."""
    z2 = Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(p1: float, n1: float, p0: float, n0: float) -> tuple[float, float, float]:
    """Difference p1 - p0 of two independent shares with Newcombe's 95 % interval (method 10, 1998)."""
    (low1, high1), (low0, high0) = wilson(p1, n1), wilson(p0, n0)
    difference = p1 - p0
    low = difference - math.hypot(p1 - low1, high0 - p0)
    high = difference + math.hypot(high1 - p1, p0 - low0)
    return difference, low, high


def judge_cause(
    n_exposed: int,
    hits_exposed: int,
    n_unexposed: int,
    hits_unexposed: int,
    misses: int | None = None,
    *,
    minimum: int = DEFAULT_AT_LEAST,
    minimum_part: float = MINIMUM_PART,
) -> Judged:
    """Compare exposed with unexposed cases (D15); `misses`: of the whole control point, by default of these cases.

    Under `minimum` cases on a side nothing is said. `needed`: how many more cases of the same kind would decide.
    """
    if min(n_exposed, n_unexposed) < minimum:
        return Judged(verdict="not assessable")
    if misses is None:
        misses = n_exposed - hits_exposed + n_unexposed - hits_unexposed
    found = _compared(n_exposed, hits_exposed, n_unexposed, hits_unexposed, misses, minimum_part)
    if found.verdict != "undecided":
        return found
    needed = _needed(n_exposed, hits_exposed, n_unexposed, hits_unexposed, misses, minimum_part)
    return Judged(
        verdict="undecided",
        difference=found.difference,
        low=found.low,
        high=found.high,
        attributable=found.attributable,
        attributable_low=found.attributable_low,
        attributable_high=found.attributable_high,
        needed=needed,
    )


def _compared(n1: float, hits1: float, n0: float, hits0: float, misses: float, minimum_part: float) -> Judged:
    difference, low, high = newcombe(hits0 / n0, n0, hits1 / n1, n1)
    part, part_low, part_high = (n1 * d / misses if misses else 0.0 for d in (difference, low, high))
    verdict: CauseWord = "undecided"
    if low > 0 and part >= minimum_part:
        verdict = "supported"
    elif part_high < minimum_part:
        verdict = "refuted"
    return Judged(
        verdict=verdict,
        difference=difference,
        low=low,
        high=high,
        attributable=part,
        attributable_low=part_low,
        attributable_high=part_high,
    )


def _needed(n1: int, hits1: int, n0: int, hits0: int, misses: int, minimum_part: float) -> int | None:
    """The smallest growth of all counts alike that decides, as further cases; None where a million would not do."""

    def decided(factor: float) -> bool:
        a, b, c, d, e = (factor * count for count in (n1, hits1, n0, hits0, misses))
        return _compared(a, b, c, d, e, minimum_part).verdict != "undecided"

    n, low, high = n1 + n0, 1.0, 2.0
    while not decided(high):
        low, high = high, 2 * high
        if n * high > MOST_CASES:
            return None
    while n * (high - low) > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if decided(middle) else (middle, high)
    return math.ceil(n * (high - 1) - 0.5)


def causes_of(
    rule: Rule,
    exposures: Mapping[str, Exposure],
    answers: Mapping[str, Answer],
    locale: Literal["ru", "en"],
    *,
    minimum: int | None = None,
) -> tuple[CauseVerdict, ...]:
    """Every cause of a rule, in its order.

    `exposures` by name of the cause; `answers` as in voronka.yaml (`RULE.CAUSE`). A cause without counts is not
    assessable, and says what is missing. `minimum` cases on each side: by default the rule's `at_least`.
    """
    least = minimum if minimum is not None else (rule.at_least or DEFAULT_AT_LEAST)
    found = []
    for cause in rule.causes:
        if cause.exposure is None:
            found.append(_asked(cause, answers.get(f"{rule.name}.{cause.name}"), locale))
        else:
            found.append(_exposed(cause, exposures.get(cause.name), locale, least))
    return tuple(found)


def _title(cause: Cause, locale: str) -> str:
    return cause.title.of(locale) if cause.title else cause.name


def _asked(cause: Cause, answer: Answer | None, locale: str) -> CauseVerdict:
    words: dict[str, CauseWord] = {"yes": "supported", "no": "refuted"}
    return CauseVerdict(
        name=cause.name,
        title=_title(cause, locale),
        verdict=words.get(answer.answer, "not assessable") if answer else "not assessable",
        note=answer.note.of(locale) if answer and answer.note else None,
        by="client",
        question=cause.ask.of(locale) if cause.ask else None,
    )


def _exposed(cause: Cause, counts: Exposure | None, locale: str, minimum: int) -> CauseVerdict:
    title = _title(cause, locale)
    if counts is None or counts.missing:
        missing = counts.missing if counts else cause.needs
        note = None if missing else _NOTHING_TO_COMPARE[locale == "ru"]
        return CauseVerdict(name=cause.name, title=title, verdict="not assessable", missing=missing, note=note)
    sides = (counts.n_exposed, counts.hits_exposed, counts.n_unexposed, counts.hits_unexposed)
    judged = judge_cause(*sides, minimum=minimum)
    return CauseVerdict(
        name=cause.name,
        title=title,
        verdict="undecided" if judged.verdict == "supported" and not counts.holds_in_time else judged.verdict,
        n_exposed=counts.n_exposed,
        difference=judged.difference,
        low=judged.low,
        high=judged.high,
        attributable=judged.attributable,
        needed=judged.needed,
        note=_too_few(counts, locale, minimum) if judged.verdict == "not assessable" else None,
    )


def controlled(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings; supported are those causes that stay so among all that an audit tests (BH at 2.5 %)."""
    tested = [(at, cause) for at, one in enumerate(findings) if one.certain for cause in one.causes if _tested(cause)]
    q = adjusted([_p(cause) for _, cause in tested])
    doubtful = {
        (at, cause.name)
        for (at, cause), of in zip(tested, q, strict=True)
        if cause.verdict == "supported" and of > FALSE_DISCOVERIES
    }
    return tuple(
        replace(one, causes=tuple(_doubted(c) if (at, c.name) in doubtful else c for c in one.causes))
        for at, one in enumerate(findings)
    )


def _tested(cause: CauseVerdict) -> bool:
    return cause.by == "data" and cause.difference is not None and cause.low is not None


def _p(cause: CauseVerdict) -> float:
    """One-sided p by the lower half of the interval of the difference."""
    difference, low = cause.difference or 0.0, cause.low or 0.0
    return upper_tail(Z * difference / (difference - low)) if difference > low else 1.0


def _doubted(cause: CauseVerdict) -> CauseVerdict:
    return replace(cause, verdict="undecided")


_NOTHING_TO_COMPARE = (
    "the rule is about no single control point, so there is no result to compare on",
    "правило не об одной контрольной точке: сравнивать не по чему",
)


def _too_few(counts: Exposure, locale: str, minimum: int) -> str:
    n = min(counts.n_exposed, counts.n_unexposed)
    if locale == "ru":
        return f"в меньшей из двух групп всего {n}, а сравнивать можно от {minimum}"
    return f"the smaller of the two groups has {n}, and it takes {minimum} to compare"


def data_to_collect(causes: Iterable[CauseVerdict]) -> tuple[str, ...]:
    """What is missing for the causes that could not be assessed: collecting it is itself an action."""
    return tuple(sorted({name for cause in causes if cause.verdict == "not assessable" for name in cause.missing}))
