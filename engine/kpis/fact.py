"""A fact: one computed value of a control point, with all that is needed to judge and to print it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

VerdictWord = Literal["red", "yellow", "green", "grey", "not assessable", "error"]
Segment = tuple[tuple[str, str], ...]
"""(dimension, value) pairs; () is the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` to before `until`, in the workspace's zone; partial: cut by the end of the log."""

    since: datetime
    until: datetime
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule says of a fact (D12)."""

    rule: str
    verdict: VerdictWord
    why: Literal["between", "uncertain"] | None = None
    needed: int | None = None
    yellow: float | None = None
    red: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value. Units by the KPI: ratios in [0, 1], whole seconds, money, numbers. `n` cases (visits, events).

    `forecast`: how many of the pending cases will still arrive by the horizon in the normal course (D11). `ready`: when
    a period that is too young can be judged, in the workspace's zone (D10).
    """

    process: str
    control_point: str
    variant: str = ""
    segment: Segment = ()
    period: Period | None = None
    value: float | None = None
    raw: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    n: int = 0
    n_eff: float | None = None
    known: int | None = None
    pending: int = 0
    skipped: int = 0
    of: int | None = None
    horizon: int | None = None
    maturity: Literal["mature", "provisional", "too young"] = "mature"
    reached: bool = True
    note: str | None = None
    forecast: float | None = None
    ready: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def key(self) -> str:
        """Name of the fact in audit.json: `process.control_point`, `[dimension=value]`, `@since`, `#rule`."""
        segment = "".join(f"[{dimension}={value}]" for dimension, value in self.segment)
        period = f"@{self.period.since:%Y-%m-%dT%H:%M}" if self.period else ""
        variant = f"#{self.variant}" if self.variant else ""
        return f"{self.process}.{self.control_point}{segment}{period}{variant}"
