"""Reaction and result in words: what comes of a quick answer, as an association (D16)."""

from dataclasses import dataclass

from engine.definitions.document import Span
from engine.render.report.look import Look
from engine.rules.dose import Band, Dose, Landmark


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """Cases answered within a time, and how many of 100 end well."""

    title: str
    value: str
    span: str
    n: str
    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkRow:
    """Those answered by a moment beside those not yet, and the difference between cases that are alike."""

    title: str
    answered: str
    answered_n: str
    waiting: str
    waiting_n: str
    difference: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionShown:
    """A process: its bands as they are, then the comparison; `scale` is where the drawing ends."""

    title: str
    process: str
    outcome: str
    alike: str
    scale: float
    whole_at: float | None
    limit_at: float | None
    bands: tuple[BandRow, ...]
    landmarks: tuple[LandmarkRow, ...]
    summary: str


def reaction_of(look: Look, found: Dose) -> ReactionShown:
    """A reaction and a result in words."""
    points = {point.name: point.title for point in look.audit.control_points if point.process == found.process}
    named = [look.words.t(f"alike.{name}") if look.words.has(f"alike.{name}") else look.dimension(name)
             for name in found.standardised_by]  # fmt: skip
    return ReactionShown(
        title=points.get(found.control_point, found.control_point),
        process=look.process_title(found.process),
        outcome=points.get(found.outcome, found.outcome),
        alike=look.words.t("reaction.alike", by=look.words.t("and").join(named)) if named else "",
        scale=max((band.high or 0.0 for band in found.bands), default=1.0) * 1.02 or 1.0,
        whole_at=None,
        limit_at=None,
        bands=tuple(_band(look, band) for band in found.bands if band.n),
        landmarks=tuple(_landmark(look, mark) for mark in found.landmarks),
        summary=_summary(look, found),
    )


def _band(look: Look, band: Band) -> BandRow:
    words = look.words
    span = words.span(band.low, band.high, "ratio")
    return BandRow(
        title=_title(look, band.band),
        value=words.share(band.value) if band.value is not None else "",
        span=words.t("likely", span=span) if span else "",
        n=words.count(band.n),
        low=band.low,
        mid=band.value,
        high=band.high,
    )


def _title(look: Look, name: str) -> str:
    """`за 15 мин`, `позже 1 дня`, `не ответили` of `<= 15m`, `> 1d`, `never`."""
    sign, _, time = name.partition(" ")
    if not time:
        return look.words.t("reaction.never")
    said = look.words.duration(Span.parse(time).seconds)
    return look.words.t("reaction.within" if sign == "<=" else "reaction.later", duration=said)


def _landmark(look: Look, mark: Landmark) -> LandmarkRow:
    words = look.words

    def said(value: float | None) -> str:
        return words.share(value) if value is not None else words.t("value.none")

    return LandmarkRow(
        title=words.duration(mark.at),
        answered=said(mark.answered_value),
        answered_n=words.count(mark.answered),
        waiting=said(mark.not_answered_value),
        waiting_n=words.count(mark.not_answered),
        difference=_difference(look, mark),
        sure=_sure(mark),
    )


def _sure(mark: Landmark) -> bool:
    return mark.low is not None and mark.high is not None and (mark.low > 0 or mark.high < 0)


def _difference(look: Look, mark: Landmark) -> str:
    words = look.words
    if mark.low is None or mark.high is None:
        return words.t("verdict.grey")
    if mark.low < 0 < mark.high:
        return words.t("reaction.unclear", most=words.points(mark.high), other=words.points(mark.low))
    return words.t(f"reaction.{_way(mark)}", span=_span(look, mark))


def _way(mark: Landmark) -> str:
    return "more" if (mark.difference or 0.0) >= 0 else "less"


def _span(look: Look, mark: Landmark) -> str:
    """The size of a difference that is certain."""
    low, high = sorted((abs(mark.low or 0.0), abs(mark.high or 0.0)))
    return look.words.span(low, high, "ratio")


def _summary(look: Look, found: Dose) -> str:
    """The first moment at which a quick answer goes with more (or fewer) good ends, as a sentence."""
    sure = next((mark for mark in found.landmarks if _sure(mark)), None)
    if sure is None:
        return look.words.t("reaction.none")
    time = look.words.duration(sure.at)
    return look.words.t(f"reaction.summary.{_way(sure)}", duration=time, span=_span(look, sure))
