"""What changed between two facts: the difference with its interval, mix and rate, which stage brought it (D13)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Headline = Literal["every segment fell while the total rose", "every segment rose while the total fell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its interval; an end that does not exist is None."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`after` minus `before`, in the unit of the values; an end is None where an end it needs is."""

    difference: float
    low: float | None
    high: float | None


def difference(after: Estimate, before: Estimate) -> Change:
    """Interval of a difference from two intervals.

    Source: MOVER (Zou and Donner 2008); for two shares with Wilson intervals it is method 10 of Newcombe 1998.
    """
    gap = after.value - before.value
    low = high = None
    if after.low is not None and before.high is not None:
        low = gap - math.hypot(after.value - after.low, before.high - before.value)
    if after.high is not None and before.low is not None:
        high = gap + math.hypot(after.high - after.value, before.value - before.low)
    return Change(difference=gap, low=low, high=high)


# --- mix and rate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCredits:
    """Cases of a segment and the sum of their credits (D11; hits where none is pending), before (0) and after (1)."""

    segment: str
    n0: int
    credits0: float
    n1: int
    credits1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixRatePart:
    """What of the change is due to a segment's share of the cases (mix), and to its own share of arrivals (rate)."""

    segment: str
    mix: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixRate:
    """A change of a share in two parts that add up to it, by segment in the order given."""

    before: float
    after: float
    change: float
    mix: float
    rate: float
    parts: tuple[MixRatePart, ...]
    headline: Headline | None


def mix_and_rate(segments: Sequence[SegmentCredits]) -> MixRate:
    """Parts of a change of a share: mix (other cases came) and rate (the same cases fared otherwise).

    Source: Kitagawa 1955, centred on the mean total so that a segment gains mix only by being better than the whole.
    A segment absent in one period takes the other period's share: its whole part is mix. ValueError without cases.
    """
    cases0, cases1 = sum(s.n0 for s in segments), sum(s.n1 for s in segments)
    if not cases0 or not cases1:
        raise ValueError("mix and rate take cases in both periods")
    total0 = sum(s.credits0 for s in segments) / cases0
    total1 = sum(s.credits1 for s in segments) / cases1
    centre = (total0 + total1) / 2
    parts = tuple(_part(segment, cases0, cases1, centre) for segment in segments)
    return MixRate(
        before=total0,
        after=total1,
        change=total1 - total0,
        mix=math.fsum(part.mix for part in parts),
        rate=math.fsum(part.rate for part in parts),
        parts=parts,
        headline=_headline(segments, total1 - total0),
    )


def _part(segment: SegmentCredits, cases0: int, cases1: int, centre: float) -> MixRatePart:
    weight0, weight1 = segment.n0 / cases0, segment.n1 / cases1
    share0, share1 = _shares(segment)
    mix = (weight1 - weight0) * ((share0 + share1) / 2 - centre)
    return MixRatePart(segment=segment.segment, mix=mix, rate=(weight0 + weight1) / 2 * (share1 - share0))


def _shares(segment: SegmentCredits) -> tuple[float, float]:
    share0 = segment.credits0 / segment.n0 if segment.n0 else None
    share1 = segment.credits1 / segment.n1 if segment.n1 else None
    if share0 is None:
        share0 = share1 or 0.0
    return share0, share0 if share1 is None else share1


def _headline(segments: Sequence[SegmentCredits], change: float) -> Headline | None:
    """Simpson's paradox, over the segments that are in both periods (two at least)."""
    shares = [_shares(segment) for segment in segments if segment.n0 and segment.n1]
    if len(shares) < 2:
        return None
    if change > 0 and all(after < before for before, after in shares):
        return "every segment fell while the total rose"
    if change < 0 and all(after > before for before, after in shares):
        return "every segment rose while the total fell"
    return None


# --- which stage ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Cases that came, and the conversion of each stage to the next; won = volume times all of them."""

    volume: float
    stages: tuple[float, ...]

    @property
    def won(self) -> float:
        """Cases that get to the end."""
        return self.volume * math.prod(self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageParts:
    """What of the change in won cases the volume and each stage brought; None where a zero leaves no parts (`note`)."""

    won_before: float
    won_after: float
    change: float
    volume: float | None
    stages: tuple[float, ...] | None
    note: Literal["a stage lets nobody through"] | None = None


def stage_parts(before: Funnel, after: Funnel) -> StageParts:
    """Parts that add up to the change in won cases, whatever the order of the stages: L(W1, W0) · ln(c1 / c0).

    Source: LMDI-I (Ang 2005), L is the logarithmic mean. ValueError where the stages are not the same number.
    """
    if len(before.stages) != len(after.stages):
        raise ValueError("the funnels have different stages")
    won0, won1 = before.won, after.won
    if won0 <= 0 or won1 <= 0:
        return StageParts(
            won_before=won0,
            won_after=won1,
            change=won1 - won0,
            volume=None,
            stages=None,
            note="a stage lets nobody through",
        )
    mean = won0 if math.isclose(won0, won1, rel_tol=1e-12) else (won1 - won0) / math.log(won1 / won0)
    parts = [mean * math.log(c1 / c0) for c0, c1 in zip(before.stages, after.stages, strict=True)]
    return StageParts(
        won_before=won0,
        won_after=won1,
        change=won1 - won0,
        volume=mean * math.log(after.volume / before.volume),
        stages=tuple(parts),
    )
