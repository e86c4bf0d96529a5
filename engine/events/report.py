"""What importing a source gave: every row accounted for."""

from dataclasses import dataclass
from datetime import datetime

from engine.definitions.source import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row of a file: line from 1 (the header is line 1), column name."""

    line: int
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReason:
    """Rows that could not be used, and the first of them."""

    code: str
    rows: int
    first: Place
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """An activity that no line of `map` speaks of, and the state it looks like."""

    activity: str
    events: int
    nearest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMatches:
    """What was found by one key of a link."""

    key: str
    matched: int
    ambiguous: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """How many events of a linked source (calls; where it names cases, cases of it) found their case, and by what.

    Of a source that `continues`: how many of its cases found the case they go on from; those that did not stand alone.
    """

    matched: int
    ambiguous: int
    none: int
    by_key: tuple[KeyMatches, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """How many inquiries of a source became how many cases; `without`: those whose client is not known."""

    inquiries: int
    cases: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Damage of an export: a code of the doctor, how many rows (of those looked at), the lines of the first of them."""

    code: str
    rows: int
    column: str = ""
    file: str = ""
    lines: tuple[int, ...] = ()
    sample: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """rows = used + filtered + ignored + duplicates + rejected, over all files of the source.

    Of snapshots: `taken` says when, `vanished` how many cases of an earlier one the last one does not hold. Of counts:
    `events` is the number of values, `last` the end of the last period.
    `personal`: the attributes that are kept as pseudonyms only.
    """

    name: str
    path: tuple[str, ...]
    sha256: tuple[str, ...]
    shape: Shape
    fidelity: tuple[str, ...]
    rows: int
    used: int
    filtered: int
    ignored: int
    duplicates: int
    rejected: int
    reject_reasons: tuple[RejectReason, ...] = ()
    cases: int
    events: int
    first: datetime | None
    last: datetime | None
    exported_at: datetime | None = None
    mapped_share: float
    unmapped: tuple[Unmapped, ...] = ()
    links: Links | None = None
    merged: Merged | None = None
    personal: tuple[str, ...] = ()
    ties_share: float = 0.0
    taken: tuple[datetime, ...] = ()
    vanished: int = 0
    notes: tuple[str, ...] = ()
    looked_at: int = 0
    diagnoses: tuple[Diagnosis, ...] = ()
