"""Control points that count, on the one case of a scenario: how often, whether it holds, for how long it is open."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.definitions.condition import Expr
from engine.definitions.process import ControlPoint

if TYPE_CHECKING:
    from engine.bdd.story import Story

Counted = tuple[float | None, str, bool]
"""Value (None: cannot be said yet), unit, and whether it may still change."""


def counted(story: "Story", point: ControlPoint) -> Counted | None:
    """The value of such a control point on the case; None for any other KPI."""
    read = _READERS.get(point.kpi)
    return read(story, {key: str(value) for key, value in point.parameters.items()}, point) if read else None


Parameters = Mapping[str, str]


def _outcome(story: "Story") -> str:
    """Of the case as it stands: won, lost, void or open."""
    state = story.process.state(story.begun().state)
    return (state.outcome or "open") if state.final else "open"


def _entries(story: "Story", parameters: Parameters, _: ControlPoint) -> Counted:
    of = parameters.get("of", story.process.initial or "")
    return float(sum(entry.point == of for entry in (*story.visits, *story.marks))), "", False


def _open(story: "Story", parameters: Parameters, _: ControlPoint) -> Counted:
    here = _outcome(story) == "open" and parameters.get("state") in (None, story.begun().state)
    return float(here), "", False


def _age(story: "Story", parameters: Parameters, point: ControlPoint) -> Counted:
    if not _open(story, parameters, point)[0]:
        return None, "s", False
    since = story.visits[-1 if "state" in parameters else 0].at
    return float(story.passed(since, story.now, business=point.clock == "business")), "s", True


def _left_lost(story: "Story", parameters: Parameters, _: ControlPoint) -> Counted:
    places = [i for i, visit in enumerate(story.visits) if visit.point == parameters["state"]]
    if not places or places[-1] == len(story.visits) - 1:
        return None, "%", True
    return float(story.process.state(story.visits[places[-1] + 1].point).outcome == "lost"), "%", False


def _void(story: "Story", _: Parameters, __: ControlPoint) -> Counted:
    return float(_outcome(story) == "void"), "%", _outcome(story) == "open"


def _holds(story: "Story", parameters: Parameters, _: ControlPoint) -> Counted:
    from engine.bdd.judged import holds

    if parameters.get("among", "all") not in ("all", _outcome(story)):
        return None, "%", True
    of = Expr.parse(parameters["of"]).tree
    counts = {f"count({mark.name})": "0" for mark in story.process.marks}
    for entry in (*story.visits, *story.marks):
        counts[f"count({entry.point})"] = str(int(counts.get(f"count({entry.point})", "0")) + 1)
    held = holds(of, {**story.attributes, **counts})
    return None if held is None else float(held), "%", False


def _money(story: "Story", parameters: Parameters, _: ControlPoint) -> Counted:
    text = story.attributes.get(parameters.get("of", "amount"))
    if text is None or parameters.get("outcome") not in (None, _outcome(story)):
        return None, "", True
    return float(text.replace(",", ".").replace(" ", "")), "", False


def _conforms(story: "Story", _: Parameters, __: ControlPoint) -> Counted:
    from engine.machine import replay

    deviations = replay(story.process, [visit.point for visit in story.visits]).deviations
    return (0.0, "%", False) if deviations else (1.0, "%", _outcome(story) == "open")


_READERS: Mapping[str, Callable[["Story", Parameters, ControlPoint], Counted]] = {
    "volume": _entries,
    "wip": _open,
    "age": _age,
    "drop_off": _left_lost,
    "void_share": _void,
    "share": _holds,
    "value": _money,
    "conformance": _conforms,
}
