"""What is done about a segment that is worse than the rest: actions of its dimension, made out to it by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.definitions.document import LocalText
from engine.definitions.process import Process
from engine.definitions.rule import Action
from engine.kpis.fact import Segment
from engine.rules.applies import places_of
from engine.rules.finding import Finding
from engine.rules.wording import segment_value

ANY = "*"
"""In `segments` of an action: of whatever dimension, where there is no other."""


def directed(
    findings: Iterable[Finding], actions: Mapping[str, Action], processes: Mapping[str, Process]
) -> dict[str, tuple[Action, ...]]:
    """By the id of a finding about a segment: actions of its dimensions, the best fitting first.

    First those that move the control point of the finding, then the other ones of the dimension; those of any dimension
    only where there is no other. A pair takes the actions of both its dimensions.
    """
    about = [action for action in actions.values() if action.segments]
    found = {}
    for finding in findings:
        if finding.segment and finding.process in processes:
            fitting = _fitting(finding, about, processes[finding.process])
            found[finding.id] = tuple(_made_out(action, finding.segment) for action in fitting)
    return found


def _fitting(finding: Finding, about: Sequence[Action], process: Process) -> list[Action]:
    names = {dimension for dimension, _ in finding.segment}
    own = [action for action in about if names & set(action.segments)]
    read = {key.partition("#")[0].partition("[")[0] for key in finding.facts}
    moved = [action for action in own if read & _moved(action, process)]
    rest = [action for action in own if action not in moved]
    return [*moved, *rest] or [action for action in about if ANY in action.segments]


def _moved(action: Action, process: Process) -> set[str]:
    """Keys of the control points an action moves."""
    places = [place for moves in action.moves for place in places_of(moves.control_point, (process,))]
    return {f"{at.process}.{name}" for at, name in places}


def _made_out(action: Action, segment: Segment) -> Action:
    """The action made out to a segment: a name and words of its own, so that two managers are two items."""
    of = LocalText(*(", ".join(segment_value(*pair, locale) for pair in segment) for locale in ("ru", "en")))
    told = "".join(f"[{dimension}={value}]" for dimension, value in segment)
    return replace(
        action,
        name=f"{action.name}{told}",
        title=_with(action.title, of),
        steps=tuple(_with(step, of) for step in action.steps),
    )


def _with(text: LocalText, of: LocalText) -> LocalText:
    return LocalText(text.ru.replace("{segment}", of.ru), text.en.replace("{segment}", of.en))
