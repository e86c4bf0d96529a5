"""Where a breached control point is worst, in words: the segments that the scan found, and what it cannot see (D14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.render.report.look import Look, scanned
from engine.rules.finding import Finding
from engine.rules.scan import Found, Sight
from engine.rules.scan_message import difference

MOST_SEGMENTS = 6
MOST_HOURS = 2
"""Hours of the week are many and alike: the worst are told, the others counted."""
_HOURS = frozenset(("weekday_hour", "hour"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentShown:
    """A segment that is worse than the rest; `difference`: by how much, most likely; `part_of`: of which worse one."""

    id: str
    segment: str
    value: str
    rest: str
    difference: str
    n: str
    steady: bool
    remark: str
    cases_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereWorst:
    """The segments of a finding, clearest first; `kept`: what the shares are of, where the control point is a time.

    `note`: about the others, and about what cannot be seen.
    """

    rows: tuple[SegmentShown, ...] = ()
    kept: str = ""
    note: str = ""


def where_worst(look: Look, finding: Finding) -> WhereWorst:
    """What the scan says of the control point of a finding; nothing where it was not scanned."""
    sights = [sight for sight in look.audit.scan.sights if not finding.segment and scanned(sight) in finding.facts]
    parts = look.parts.get(finding.id, ())
    if not sights and not parts:
        return WhereWorst()
    chosen = _chosen(parts)
    left = len(parts) - len(chosen)
    others = look.words.t("scan.others", n=left) if left else ""
    nothing = "" if parts else look.words.t("scan.nothing")
    return WhereWorst(
        rows=tuple(_row(look, part, one) for part, one in chosen),
        kept=_kept(look, chosen),
        note=" ".join(filter(None, (nothing, others, unseen_of(look, sights)))),
    )


def _kept(look: Look, parts: Sequence[tuple[Finding, Found]]) -> str:
    for _, one in parts:
        point = look.points.get((one.process, one.control_point))
        return look.words.t("scan.kept") if point and point.unit != "ratio" else ""
    return ""


def _chosen(parts: Sequence[tuple[Finding, Found]]) -> list[tuple[Finding, Found]]:
    chosen, hours = [], 0
    for part, one in parts:
        timed = any(name in _HOURS for name, _ in one.segment)
        hours += timed
        if not timed or hours <= MOST_HOURS:
            chosen.append((part, one))
    return chosen[:MOST_SEGMENTS]


def _row(look: Look, finding: Finding, found: Found) -> SegmentShown:
    words = look.words
    remarks = [words.t("scan.part_of", segment=look.segment(found.parent))] if found.parent else []
    if not found.steady:
        remarks.append(words.t("scan.not_steady"))
    return SegmentShown(
        id=finding.id,
        segment=look.segment(found.segment),
        value=words.share(found.value),
        rest=words.share(found.rest),
        difference=difference(found, words.locale),
        n=words.count(found.n),
        steady=found.steady,
        remark=" ".join(remarks),
        cases_file=f"cases/{finding.id}.csv" if finding.all_cases else "",
    )


def unseen_of(look: Look, sights: Sequence[Sight]) -> str:
    """`Менеджер: разница меньше 26 пунктов на 60 обращениях не видна.` for each dimension that was compared."""
    kept = [sight for sight in sights if sight.dimension not in _HOURS]
    said = [look.words.t("scan.unseen.of", dimension=look.dimension(s.dimension), what=blind(look, s)) for s in kept]
    return look.words.t("scan.unseen", what="; ".join(said)) if said else ""


def blind(look: Look, sight: Sight) -> str:
    """`разница меньше 26 пунктов на 60 обращениях не видна`."""
    points = max(1, int(sight.difference * 100 + 0.5))
    return look.words.t("scan.blind", p=points, n=sight.n)


def blind_spot(look: Look) -> str:
    """The largest difference that the scan could still have missed, as a sentence; hours of the week aside."""
    sights = [sight for sight in look.audit.scan.sights if sight.dimension not in _HOURS]
    sight = max(sights, key=lambda one: (one.difference, -one.n), default=None)
    if sight is None:
        return ""
    point = look.points.get((sight.process, sight.control_point))
    title = point.title if point else sight.control_point
    dimension = look.dimension(sight.dimension)
    return look.words.t("scan.blind.worst", title=title, dimension=dimension, what=blind(look, sight))
