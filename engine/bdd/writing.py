"""Scenarios written for a person to finish: skeletons for what no scenario touches, and a real case as a scenario."""

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from engine.bdd.coverage import Coverage
from engine.bdd.story import transition_name
from engine.bdd.words import say_moment
from engine.definitions.process import Process, Transition
from engine.definitions.settings import Settings
from engine.pipeline.looking import ExplainedCase
from engine.workspace import Workspace

Locale = Literal["ru", "en"]

_WORDS: dict[Locale, dict[str, str]] = {
    "ru": {
        "feature": "Функция: {title}: переходы, которых нет в сценариях",
        "scenario": "Сценарий: {title}: {trigger} из {source}",
        "process": "Дано процесс {process}",
        "placed": "Дано заявка в состоянии {state}",
        "now": "И сейчас {moment}",
        "and_placed": "И заявка в состоянии {state}",
        "later": "Когда через {wait} {event}",
        "and_later": "И через {wait} {event}",
        "against": "И вопреки процессу через {wait} {event}",
        "then": "Тогда заявка в состоянии {state}",
        "case_feature": "Функция: {title}: обращение из журнала",
        "case": "Сценарий: обращение {pseudonym}",
        "begun": "Когда {moment} поступила заявка",
    },
    "en": {
        "feature": "Feature: {title}: transitions that no scenario takes",
        "scenario": "Scenario: {title}: {trigger} from {source}",
        "process": "Given the process {process}",
        "placed": "Given a case in the state {state}",
        "now": "And it is {moment}",
        "and_placed": "And a case in the state {state}",
        "later": "When after {wait} {event}",
        "and_later": "And after {wait} {event}",
        "against": "And against the process after {wait} {event}",
        "then": "Then the case is in the state {state}",
        "case_feature": "Feature: {title}: a case of the log",
        "case": "Scenario: case {pseudonym}",
        "begun": "When {moment} a case arrives",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened to a case: the state it entered or the mark, by name; local time of the process."""

    point: str
    at: datetime


# --- what no scenario touches -----------------------------------------------------------------------------------------


def suggest(workspace: Workspace, coverages: Iterable[Coverage] | None = None) -> dict[str, str]:
    """For each process with transitions that no scenario takes, the text of a feature that takes them.

    Keys are the names of the processes. Without `coverages` the workspace's own scenarios are run to find out.
    """
    from engine.bdd.running import coverage_of

    found = coverage_of(workspace.root) if coverages is None else tuple(coverages)
    texts = {}
    for coverage in found:
        missing = {item.name for item in coverage.of("transition") if not item.scenarios}
        process = workspace.processes[coverage.process]
        if scenarios := _skeletons(process, missing, workspace.settings.locale):
            texts[coverage.process] = _joined(
                _title(process, workspace.settings.locale), "feature", scenarios, workspace
            )
    return texts


def write_suggestions(root: Path) -> tuple[Path, ...]:
    """Write the suggestions of a workspace to features/PROCESS_suggested.feature; a file that is there stays."""
    from engine.bdd.definitions import workspace

    written = []
    for name, text in suggest(workspace(root)).items():
        names = (f"{name}_suggested{number}.feature" for number in ("", *range(2, 1000)))
        path = next(path for path in (root / "features" / free for free in names) if not path.exists())
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _skeletons(process: Process, missing: set[str], locale: Locale) -> list[str]:
    return [
        _skeleton(process, transition, source, locale)
        for transition in process.transitions
        for source in process.sources_of(transition)
        if transition_name(transition, source) in missing
    ]


def _skeleton(process: Process, wanted: Transition, source: str, locale: Locale) -> str:
    """From the beginning to the source by the fewest transitions, then the one that is wanted."""
    words = _WORDS[locale]
    start, path = _way(process, source)
    lines = [
        words["scenario"].format(
            title=wanted.title.of(locale) if wanted.title else wanted.dest, trigger=wanted.trigger, source=source
        ),
        f"  {words['process'].format(process=process.process)}",
        f"  {words['and_placed'].format(state=start)}",
    ]
    for number, transition in enumerate([*path, wanted]):
        keyword = words["and_later" if number else "later"]
        lines.append(f"  {keyword.format(wait=_wait(900, locale), event=transition.trigger)}")
    lines.append(f"  {words['then'].format(state=wanted.dest)}")
    return "\n".join(lines)


def _way(process: Process, goal: str) -> tuple[str, list[Transition]]:
    """A start state and the transitions of a shortest way from it; the goal itself where nothing leads there."""
    waiting = deque((start, start, list[Transition]()) for start in process.start_states)
    seen = set(process.start_states)
    while waiting:
        start, here, path = waiting.popleft()
        if here == goal:
            return start, path
        for transition in process.transitions:
            if here in process.sources_of(transition) and transition.dest not in seen:
                seen.add(transition.dest)
                waiting.append((start, transition.dest, [*path, transition]))
    return goal, []


def _joined(title: str, kind: str, scenarios: Sequence[str], workspace: Workspace) -> str:
    locale: Locale = workspace.settings.locale
    body = "\n\n".join("\n".join(f"  {line}" for line in text.splitlines()) for text in scenarios)
    return f"# language: {locale}\n{_WORDS[locale][kind].format(title=title)}\n\n{body}\n"


# --- a case of the log ------------------------------------------------------------------------------------------------


def case_as_feature(process: Process, case_id: str, events: Sequence[Happened], locale: Locale = "ru") -> str:
    """A case of the log as a scenario that replays it: its states and marks with their times, nothing of the person.

    The case is called by the first six digits of sha256 of its id; the week is kept, the date is not: the first event
    is moved to the week the simulated clock starts in. Moves that the process forbids become steps that say so.
    `events` are in the order of the log; equal consecutive states are one visit.
    """
    words, events = _WORDS[locale], _visits(process, events)
    pseudonym = hashlib.sha256(case_id.encode()).hexdigest()[:6]
    lines = [
        f"# language: {locale}",
        words["case_feature"].format(title=_title(process, locale)),
        "",
        f"  {words['case'].format(pseudonym=pseudonym)}",
        f"    {words['process'].format(process=process.process)}",
        *(f"    {line}" for line in _replayed(process, events, locale)),
        "",
    ]
    return "\n".join(lines)


def explained_as_feature(case: ExplainedCase, settings: Settings) -> str:
    """A case as `explain case` found it, in the language of the workspace and the hours of the process's calendar."""
    process = case.process
    name = process.calendar
    if isinstance(name, dict):
        name = name.get(case.attributes.get(name.get("by", ""), ""))
    calendar = settings.calendars.get(name) if name else None
    ours = ZoneInfo(settings.time_zone)
    theirs = ZoneInfo((calendar.time_zone if calendar else None) or settings.time_zone)
    events = [
        Happened(point=point, at=step.happened_at.replace(tzinfo=ours).astimezone(theirs).replace(tzinfo=None))
        for step in case.steps
        if (point := step.state or step.mark)
    ]
    return case_as_feature(process, case.case_id, events, settings.locale)


def _visits(process: Process, events: Sequence[Happened]) -> list[Happened]:
    """The events without repeated states."""
    marks = {mark.name for mark in process.marks}
    kept: list[Happened] = []
    state = ""
    for event in events:
        if event.point in marks or event.point != state:
            kept.append(event)
        state = state if event.point in marks else event.point
    return kept


def _replayed(process: Process, events: Sequence[Happened], locale: Locale) -> list[str]:
    """The steps: where the case begins, what happens after which time, where it ends."""
    from engine.machine import Case

    words, marks = _WORDS[locale], {mark.name for mark in process.marks}
    states = [event for event in events if event.point not in marks]
    if not states:
        return []
    begun = events[events.index(states[0]) :]
    lines = _beginning(process, begun[0], locale)
    case, now = Case(process, begun[0].point), begun[0].at
    first = len(lines) > 1
    for number, event in enumerate(begun[1:], start=0 if first else 1):
        wait = _wait(max(0, int((event.at - now).total_seconds())), locale)
        fine = event.point in marks or case.move(event.point)
        keyword = words["and_later" if number else "later"] if fine else words["against"]
        if not fine:
            keyword = keyword if number else keyword.replace("И ", "Когда ").replace("And ", "When ")
            case.put(event.point)
        lines.append(keyword.format(wait=wait, event=event.point))
        now = event.at
    lines.append(words["then"].format(state=states[-1].point))
    return lines


def _beginning(process: Process, first: Happened, locale: Locale) -> list[str]:
    """The weekday and time of the first event, in the week the simulated clock starts in."""
    words, moment = _WORDS[locale], say_moment(first.at, locale)
    if first.point == process.initial:
        return [words["begun"].format(moment=moment)]
    return [words["now"].format(moment=moment), words["and_placed"].format(state=first.point)]


def _title(process: Process, locale: Locale) -> str:
    return process.title.of(locale) if process.title else process.process


_UNITS: dict[Locale, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "ru": (
        (86400, ("день", "дня", "дней")),
        (3600, ("час", "часа", "часов")),
        (60, ("минуту", "минуты", "минут")),
        (1, ("секунду", "секунды", "секунд")),
    ),
    "en": (
        (86400, ("day", "days")),
        (3600, ("hour", "hours")),
        (60, ("minute", "minutes")),
        (1, ("second", "seconds")),
    ),
}


def _wait(seconds: int, locale: Locale) -> str:
    """A duration that the steps read back to the second: `1 час 20 минут`."""
    parts = []
    for size, forms in _UNITS[locale]:
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {_plural(amount, forms)}")
    return " ".join(parts) or f"0 {_UNITS[locale][2][1][-1]}"


def _plural(amount: int, forms: tuple[str, ...]) -> str:
    """The form of a word that goes with a number: one and many, or the three Russian ones."""
    if len(forms) == 2:
        return forms[amount != 1]
    if amount % 10 == 1 and amount % 100 != 11:
        return forms[0]
    return forms[1 if amount % 10 in (2, 3, 4) and amount % 100 not in (12, 13, 14) else 2]


__all__ = ["Happened", "case_as_feature", "explained_as_feature", "suggest", "write_suggestions"]
