"""A finding: something wrong with the client's process, with its evidence."""

from dataclasses import dataclass
from typing import Literal

from engine.kpis.fact import Segment

CauseWord = Literal["supported", "refuted", "undecided", "not assessable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseVerdict:
    """What the data, or the client, say of a cause (D15). `question`: what only the client can answer."""

    name: str
    title: str
    verdict: CauseWord
    n_exposed: int | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    attributable: float | None = None
    needed: int | None = None
    missing: tuple[str, ...] = ()
    note: str | None = None
    by: Literal["data", "client"] = "data"
    question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that fired. `id` = first 10 hex digits of sha256(process, rule, segment); `facts` are fact keys.

    `certain`: no chance among all that the audit looked at; one that is not is never red, and no action rests on it.
    `explains`: of a segment: without it the limit would be kept, as far as can be told, or the breach be half as large.
    """

    id: str
    rule: str
    title: str
    process: str
    severity: Literal["red", "yellow"]
    certain: bool = True
    explains: bool = False
    segment: Segment = ()
    message: str
    facts: tuple[str, ...] = ()
    lost_cases: int | None = None
    lost_amount: float | None = None
    cases: tuple[str, ...] = ()
    all_cases: int = 0
    first_seen: str | None = None
    since_last: Literal["new", "worse", "same", "better"] = "new"
    causes: tuple[CauseVerdict, ...] = ()
