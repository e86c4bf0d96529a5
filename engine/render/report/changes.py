"""What has changed between the last two months that can be compared: how much, through what, at which stage (D13)."""

from dataclasses import dataclass

from engine.audit import Change, ChangeSide, MeasuredPoint
from engine.render.report.look import Look
from engine.rules import wording

MOST_CHANGES = 5
_ORDER = ("worse", "better", "neutral")
_UNITS = ("ratio", "seconds", "number", "money", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """A control point before and after; `span`: by how much, `parts`: through what and where."""

    title: str
    process: str
    before: str
    after: str
    change: str
    span: str
    parts: tuple[str, ...]
    direction: str
    when: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesShown:
    """The control points that have changed for certain, and a sentence about the others."""

    rows: tuple[ChangeShown, ...]
    others: str


def changes_of(look: Look) -> ChangesShown:
    """The control points whose interval leaves 0 out, those that are worse first, the others counted in words."""
    known = [change for change in look.audit.changes if (change.process, change.control_point) in look.points]
    sure = sorted((change for change in known if _sure(change)), key=lambda change: _weight(look, change))
    rows = tuple(change_of(look, change) for change in sure[:MOST_CHANGES])
    return ChangesShown(rows=rows, others=_others(look, len(known), len(sure)))


def _others(look: Look, compared: int, sure: int) -> str:
    if not sure:
        return look.words.t("changed.none", n=compared) if compared else ""
    more = look.words.t("changed.more", n=sure - MOST_CHANGES) if sure > MOST_CHANGES else ""
    same = look.words.t("changed.others", n=compared - sure) if compared > sure else ""
    return " ".join(filter(None, (more, same)))


def _sure(change: Change) -> bool:
    return change.low > 0 or change.high < 0


def _point(look: Look, change: Change) -> MeasuredPoint:
    return look.points[change.process, change.control_point]


def _weight(look: Look, change: Change) -> tuple[int, int, float, str, str]:
    """Worse before better, shares before other units, the largest first."""
    order = _ORDER.index(_direction(look, change)), _UNITS.index(_point(look, change).unit)
    return (*order, -abs(change.change), change.process, change.control_point)


def _direction(look: Look, change: Change) -> str:
    better = _point(look, change).better
    if better == "neither":
        return "neutral"
    return "better" if (change.change > 0) == (better == "higher") else "worse"


def change_of(look: Look, change: Change) -> ChangeShown:
    """A change that is certain, in words."""
    point, direction = _point(look, change), _direction(look, change)
    return ChangeShown(
        title=point.title,
        process=look.process_title(change.process),
        before=look.said(change.before.value, point),
        after=look.said(change.after.value, point),
        change=look.words.t(f"change.{direction}"),
        span=_span(look, change, point),
        parts=tuple(filter(None, (_simpson(look, change), _mix_and_rate(look, change), _stage(look, change)))),
        direction=direction,
        when=" → ".join(_when(look, side) for side in (change.before, change.after)),
        note=change.note or "",
    )


def _when(look: Look, side: ChangeSide) -> str:
    return wording.period(look.local(side.since).date(), look.last_day(side.until), look.words.locale)


def _span(look: Look, change: Change, point: MeasuredPoint) -> str:
    """`рост — от 3 до 12 из 100`."""
    low, high = sorted((abs(change.low), abs(change.high)))
    span = look.words.span(low, high, point.unit, business=point.passport.clock == "business")
    return look.words.t(f"change.{_way(change.change)}", span=span)


def _way(number: float) -> str:
    return "up" if number > 0 else "down"


def _simpson(look: Look, change: Change) -> str:
    if not change.simpson or not change.by:
        return ""
    return look.words.t(f"change.simpson.{_way(change.change)}", by=look.dimension(change.by))


def _mix_and_rate(look: Look, change: Change) -> str:
    """How much of the change came with other cases, and how much with other work on the same."""
    if change.mix is None or change.rate is None:
        return ""
    return look.words.t("change.parts", mix=_signed(change.mix), rate=_signed(change.rate))


def _signed(part: float) -> str:
    """Whole points with their sign: `+7`, `−2`, `0`."""
    points = int(wording.halfway_up(abs(part) * 100))
    return f"{'+' if part > 0 else '−'}{points}" if points else "0"


def _stage(look: Look, change: Change) -> str:
    """The stage that moved the arrivals most in the direction of the change; less than one case is nothing."""
    known = [(stage.state, stage.cases) for stage in change.stages if stage.state is not None]
    along = [(state, abs(cases)) for state, cases in known if cases * change.change > 0]
    state, cases = max(along, key=lambda stage: stage[1], default=("", 0.0))
    n = int(cases + 0.5)
    if not n:
        return ""
    title = look.state_title(change.process, state)
    return look.words.t(f"change.stage.{_way(change.change)}", stage=title, n=n)
