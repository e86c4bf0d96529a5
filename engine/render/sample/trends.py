"""Trends and changes of the made-up audit: every kind of signal, of assurance and of change that a report tells."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from engine.audit import Change, ChangeSegment, ChangeSide, ChangeStage, Trend, TrendPoint
from engine.render.sample.said import SINCE, Said

_WEEKS = 26
_HOUR, _DAY = 3600, 86400
_Kind = Literal["outside", "shift", "trend", "two_of_three"]
_Direction = Literal["better", "worse", "neutral"]
_JULY, _AUGUST, _SEPTEMBER = datetime(2026, 7, 1), datetime(2026, 8, 1), datetime(2026, 9, 1)


def trends() -> tuple[Trend, ...]:
    """Twenty-six weeks of five control points; the last weeks of a long horizon are provisional."""
    up = {n: 0.5 + 0.01 * (n % 3) for n in range(18, 25)}
    down = {n: 0.52 - 0.02 * (n - 14) for n in range(14, 21)}
    return (
        _trend("reaction_time", _wave(20_400, 4_000), 6_000, horizon=_HOUR, hollow=1, assurance="misses"),
        _trend("answered_in_hour", _wave(0.41, 0.04), 0.11, _HOUR, 1, "misses", up, "shift", "better"),
        _trend("quote_to_contract", _wave(0.43, 0.06), 0.13, 30 * _DAY, 5, "hit-and-miss", down, "trend", "worse"),
        _trend("payment", _wave(0.95, 0.01), 0.03, 30 * _DAY, 5, "meets", {9: 0.91}, "outside", "worse"),
        _trend("missed_calls", _wave(0.16, 0.03), None, None, 2, process="phone"),
    )


def _wave(middle: float, half: float) -> list[float]:
    return [middle + half * math.sin(2.3 * n) * math.cos(0.7 * n * n) for n in range(_WEEKS)]


def _trend(
    point: str,
    wave: Sequence[float],
    spread: float | None,
    horizon: int | None,
    hollow: int,
    assurance: str | None = None,
    moved: Mapping[int, float] | None = None,
    kind: _Kind | None = None,
    direction: _Direction = "neutral",
    process: str = "web_form",
) -> Trend:
    """`moved`: the weeks of the signal with their values; without a spread there are too few weeks for limits."""
    moved = moved or {}
    values = [round(moved.get(n, value), 4) for n, value in enumerate(wave)]
    mean = round(sum(values) / _WEEKS, 4)
    points = [_week(n, value, n >= _WEEKS - hollow, horizon) for n, value in enumerate(values)]
    return Trend(
        process=process,
        control_point=point,
        points=tuple(_signal(dot, kind, direction) if n in moved else dot for n, dot in enumerate(points)),
        mean=mean,
        lower=None if spread is None else round(mean - spread, 4),
        upper=None if spread is None else round(mean + spread, 4),
        provisional=spread is None,
        variation=None if spread is None else "special" if moved else "usual",
        assurance=assurance,
    )


def _signal(dot: TrendPoint, kind: _Kind | None, direction: _Direction) -> TrendPoint:
    return replace(dot, signal=kind, direction=direction)


def _week(n: int, value: float, hollow: bool, horizon: int | None) -> TrendPoint:
    since = SINCE + timedelta(weeks=n)
    until = since + timedelta(weeks=1)
    ready = until + timedelta(seconds=horizon) if hollow and horizon else None
    return TrendPoint(since=since, until=until, provisional=hollow, value=value, n=40 + (7 * n) % 13, ready=ready)


# --- changes ----------------------------------------------------------------------------------------------------------


def changes(t: Said) -> tuple[Change, ...]:
    """July against August: better through the work, worse through the mix alone, neither, and no change to be seen."""
    search, referrals, social = t("Поиск", "Search"), t("Рекомендации", "Referrals"), t("Соцсети", "Social networks")
    return (
        Change(
            process="web_form",
            control_point="answered_in_hour",
            before=_july(0.41, 190),
            after=_august(0.53, 205),
            change=0.12,
            low=0.02,
            high=0.22,
            mix=0.014,
            rate=0.106,
            by="source",
            segments=(
                ChangeSegment(segment=search, mix=0.008, rate=0.071),
                ChangeSegment(segment=referrals, mix=0.006, rate=0.035),
            ),
            note=t("С 20 июля по заявкам есть дежурный.", "Since 20 July a manager is on duty for enquiries."),
        ),
        Change(
            process="web_form",
            control_point="payment",
            before=_july(0.95, 44),
            after=_august(0.96, 46),
            change=0.01,
            low=-0.09,
            high=0.11,
        ),
        Change(
            process="web_form",
            control_point="quote_to_contract",
            before=_july(0.52, 96),
            after=_august(0.36, 104),
            change=-0.16,
            low=-0.29,
            high=-0.02,
            mix=-0.19,
            rate=0.03,
            by="source",
            simpson=True,
            segments=(
                ChangeSegment(segment=referrals, mix=-0.11, rate=0.01),
                ChangeSegment(segment=social, mix=-0.08, rate=0.02),
            ),
            stages=(ChangeStage(state=None, cases=4.2), ChangeStage(state="quoted", cases=-16.7)),
        ),
        Change(
            process="web_form",
            control_point="volume",
            before=_july(188, 188),
            after=_august(241, 241),
            change=53,
            low=12,
            high=94,
        ),
    )


def _july(value: float, n: int) -> ChangeSide:
    return ChangeSide(since=_JULY, until=_AUGUST, value=value, n=n)


def _august(value: float, n: int) -> ChangeSide:
    return ChangeSide(since=_AUGUST, until=_SEPTEMBER, value=value, n=n)
