"""A profile: what a system's export holds, how sure that is, what to ask its owner for, and how its rows are read."""

from dataclasses import field
from typing import Annotated, Literal

from engine.definitions.document import Many, Raw, Text, rest, shape, shorthand
from engine.definitions.source import Source

Confidence = Literal["documented", "seen in code", "generic"]
"""Said by the vendor; seen in code that works with it; only what every system of its trade has."""

Trade = Literal["crm", "appointments", "orders", "workshop", "till", "telephony", "web", "counters", "any"]
"""What the system is for."""


@shape
class Ask:
    """What its owner is asked for: what to export, how to get it, and what cannot be said without it."""

    what: Text
    how: Text
    without: Text


@shape
class Sample:
    """Three rows as the export has them, and what an import into the first process that they suit makes of them.

    `gives`: lines `CASE | STATE OR MARK | UTC time`, of totals `CHANNEL | COUNTER | period | value`; `attributes`: some
    of a case; `adds`: keys that a source says beside the profile.
    """

    file: str
    rows: str
    gives: tuple[str, ...]
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    adds: dict[str, object] = field(default_factory=dict)


KEYS = (
    *("extends", "system", "also_called", "trade", "title", "confidence", "facts", "gives", "lacks", "suits"),
    *("ask", "sample"),
)


def _unnamed(raw: Raw) -> Raw:
    return {"name": "profile", **raw} if isinstance(raw, dict) else raw


@shape
class Profile:
    """One file of `engine/events/profiles`; `reads` are the keys of a source, written beside the others.

    `facts`: where they are from (addresses, or a sentence); `gives` and `lacks` in words; `suits`: processes whose
    states its mapping names.
    """

    system: str
    trade: Trade
    title: Text
    confidence: Confidence
    facts: Many[str]
    gives: Text
    lacks: Text
    suits: Many[str]
    ask: Ask
    sample: Sample
    reads: Annotated[Source, shorthand(_unnamed, also={"type": "object"})]
    also_called: Many[str] = ()
    extends: Many[str] = ()


ProfileFile = Annotated[Profile, rest(KEYS, "reads")]
"""The annotation that a document is shaped by."""
