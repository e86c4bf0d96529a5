"""A draft as the files of a workspace: voronka.yaml, the process, its rules, each line with the reason for it."""

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.definitions.names import DERIVED_DIMENSIONS
from engine.draft.guess import Guess, how_sure
from engine.draft.model import Drafted, Flow, Move, Point, State, slug
from engine.draft.said import words_for
from engine.draft.yaml_text import comment, commented, condition, many, noted, scalar
from engine.render.words import Words

PROCESS = "process"
_KINDS = {
    "amount": "type: money, take: last",
    "loss_reason": "take: last",
    **dict.fromkeys(("client", "phone", "email"), "personal: true"),
}
ZONES = {"ru": "Europe/Moscow", "en": "UTC"}
CURRENCIES = {"ru": "RUB", "en": "EUR"}


def files_of(draft: Drafted, root: Path, say: Words) -> Iterator[tuple[str, str]]:
    """Name and text of every file; `root` is where they will stand: paths of the exports are written from there."""
    yield "voronka.yaml", _text(_settings(draft, root, say))
    yield f"processes/{PROCESS}.yaml", _text(_process(draft, say))
    if any(point.judged for point in draft.points):
        yield f"rules/{PROCESS}.yaml", _text(_rules(draft, say))


def _text(lines: Iterator[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def because(guess: Guess, say: Words) -> str:
    """How sure a guess is, why, and what else it could be."""
    others = ", ".join(f"{' + '.join(o.columns)} ({how_sure(say, o.sure)})" for o in guess.others)
    parts = [how_sure(say, guess.sure), *guess.why]
    return "; ".join([*parts, say.t("draft.or", others=others)] if others else parts)


def guessed(draft: Drafted) -> Iterator[str]:
    """What was guessed, one line each, for a terminal."""
    say = words_for(draft.locale)
    guesses = [*draft.guesses.values(), *([draft.status] if draft.status else []), *draft.attributes.values()]
    for guess in guesses:
        role, chosen = say.t(f"express.role.{guess.role}"), comment(" + ".join(guess.columns))
        yield f"{role}: {chosen} ({how_sure(say, guess.sure)})"


# --- voronka.yaml -----------------------------------------------------------------------------------------------------


def _settings(draft: Drafted, root: Path, say: Words) -> Iterator[str]:
    locale = draft.locale
    for line in say.t("draft.head").split("\n"):
        yield f"# {line}"
    yield "format: 1"
    yield noted(f"client: {scalar(say.t('draft.client'))}", say.t("draft.head.client"))
    yield f"locale: {locale}"
    yield noted(f"time_zone: {ZONES[locale]}", say.t("draft.head.zone"))
    yield noted(f"currency: {CURRENCIES[locale]}", say.t("draft.head.currency"))
    yield ""
    yield f"# {comment(say.t('draft.head.calendar'))}"
    yield from commented(
        ["calendars:", f'  office: {{hours: {{mon-fri: "09:00-18:00"}}, holidays: {"RU" if locale == "ru" else "GB"}}}']
    )
    yield ""
    yield "sources:"
    yield from _source(draft, root, say)
    yield ""
    yield "audit:"
    yield noted("  as_of: log", say.t("draft.head.as_of"))
    yield "  period: month"
    if draft.segments:
        yield noted(f"  segments: [{', '.join(draft.segments)}]", say.t("draft.head.segments"))


def _source(draft: Drafted, root: Path, say: Words) -> Iterator[str]:
    sheet = draft.sheet
    yield f"  - name: {scalar(sheet.name)}"
    yield f"    process: {PROCESS}"
    yield f"    path: {many([_path(file.path, root) for file in sheet.files])}"
    for note in _notes(draft, say):
        yield f"    # {comment(note)}"
    for other, ours, theirs in draft.joined:
        on = scalar(ours) if ours == theirs else f"{{{scalar(ours)}: {scalar(theirs)}}}"
        path = _path(other.files[0].path, root)
        yield noted(f"    join: [{{path: {scalar(path)}, on: {on}, rows: one}}]", say.t("draft.join"))
    empty = [*sheet.empty, *([draft.empty_clock] if draft.empty_clock else [])]
    if empty:
        line = f"    empty: [{', '.join(scalar(marker) for marker in empty)}]"
        yield noted(line, say.t("draft.midnight") if draft.empty_clock else "")
    shape = "events" if draft.shape == "events" else "milestones"
    yield noted(f"    shape: {shape}", say.t(f"draft.shape.{shape}"))
    if draft.format:
        yield f"    format: {scalar(draft.format)}"
    case = draft.guesses["case"]
    yield noted(f"    case: {many(case.columns)}", because(case, say))
    yield from _events(draft, say) if draft.shape == "events" else _milestones(draft, say)
    yield from _attributes(draft, say)


def _notes(draft: Drafted, say: Words) -> Iterator[str]:
    """How the files were read, and which were not taken."""
    for note in draft.sheet.notes:
        for file in draft.sheet.files:
            note = note.replace(file.shown, file.path.name)
        yield note
    for other in draft.aside:
        yield f"{other.files[0].path.name}: {say.t('draft.aside.file')}"


def _path(path: Path, root: Path) -> str:
    """From the workspace, where one leads there; else the whole path."""
    try:
        return Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _events(draft: Drafted, say: Words) -> Iterator[str]:
    for role in ("activity", "at"):
        guess = draft.guesses[role]
        yield noted(f"    {role}: {many(guess.columns)}", because(guess, say))
    yield "    map:"
    for state in draft.flow.states:
        if state.activities:
            line = f"      - {{activity: {many(state.activities)}, state: {state.name}}}"
            yield noted(line, say.t("draft.why.seen", n=state.cases))
    for other in draft.flow.others:
        means = f"mark: {other.mark}" if other.mark else "ignore: true"
        yield noted(f"      - {{activity: {scalar(other.activity)}, {means}}}", other.why)
    for state in draft.flow.states:
        if not state.activities:
            yield noted(f"    moments: {{{state.name}: {scalar(draft.guesses['won'].columns[0])}}}", state.why)


def _milestones(draft: Drafted, say: Words) -> Iterator[str]:
    if draft.empty_clock:
        yield "    next_day: 12h"
    yield noted("    milestones:", because(draft.guesses["start"], say))
    if draft.status:
        why = because(draft.status, say)
        yield f"      # {comment(say.t('draft.status', column=draft.status.columns[0], why=why))}"
    for state in draft.flow.states:
        yield noted(f"      {state.name}: {_when(state)}", state.why)
    for note in draft.notes:
        yield f"    # {comment(note)}"


def _when(state: State) -> str:
    when = state.when
    if when is None:
        return ""
    if not (when.otherwise or when.leave or when.status):
        return many(when.at)
    parts = [f"at: {many(when.at)}"]
    if when.otherwise:
        parts.append(f"else: [{', '.join(f'[{many(c)}]' if len(c) == 1 else many(c) for c in when.otherwise)}]")
    if when.leave:
        parts.append(f"leave: {many(when.leave)}")
    if when.status is not None:
        parts.append(f"where: {scalar(condition(when.status, when.values))}")
    return f"{{{', '.join(parts)}}}"


def _attributes(draft: Drafted, say: Words) -> Iterator[str]:
    if draft.attributes:
        yield "    attributes:"
    for role, guess in draft.attributes.items():
        named = scalar(guess.columns[0])
        kind = _KINDS.get(role)
        line = f"{{column: {named}, {kind}}}" if kind else named
        yield noted(f"      {role}: {line}", because(guess, say))
    used = _used(draft)
    left = [column for column in draft.sheet.columns if column.name not in used and not column.is_time]
    for column in left:
        if column.personal:
            yield f"      # {_attribute_name(column.name, draft)}: {{column: {scalar(column.name)}, personal: true}}"
        elif 2 <= column.distinct <= 30 and column.filled:
            yield noted(f"      # {_attribute_name(column.name, draft)}: {scalar(column.name)}", str(column.distinct))


def _attribute_name(name: str, draft: Drafted) -> str:
    """A name for an attribute that nobody took."""
    return slug(name, [*draft.attributes, *DERIVED_DIMENSIONS])


def _used(draft: Drafted) -> set[str]:
    guesses = [*draft.guesses.values(), *draft.attributes.values(), *([draft.status] if draft.status else [])]
    used = {name for guess in guesses for name in guess.columns}
    for state in draft.flow.states:
        if state.when:
            used |= {*state.when.at, *state.when.leave, *(name for names in state.when.otherwise for name in names)}
    return used


# --- the process ------------------------------------------------------------------------------------------------------


def _process(draft: Drafted, say: Words) -> Iterator[str]:
    flow = draft.flow
    yield f"# {comment(say.t('draft.process.head', n=draft.cases))}"
    yield f"process: {PROCESS}"
    yield f"title: {scalar(say.t('draft.process.title'))}"
    yield f"initial: {flow.happy_path[0]}"
    yield "states:"
    for state in flow.states:
        yield noted(f"  - {{{', '.join(_state(state))}}}", state.why or say.t("draft.why.seen", n=state.cases))
    marks = [other for other in flow.others if other.mark]
    if marks:
        yield "marks:"
        for other in marks:
            yield noted(f"  - {{name: {other.mark}, title: {scalar(other.title)}}}", other.why)
    yield noted(f"happy_path: [{', '.join(flow.happy_path)}]", flow.ways)
    if len(flow.happy_path) > 2:
        yield noted(f"skips: {'allowed' if flow.skips else 'forbidden'}", say.t(f"draft.skips.{flow.skips}".lower()))
    recorded = "lost" in flow.outcomes.values()
    yield f"lost: {'recorded' if recorded else 'not recorded'}"
    yield from _transitions(draft, say)
    yield from _dimensions(draft, say)
    yield "control_points:"
    for point in draft.points:
        yield noted(f"  {point.name}: {{{', '.join(_point(point))}}}", point.why)


def _state(state: State) -> Iterator[str]:
    yield f"name: {state.name}"
    yield f"title: {scalar(state.title)}"
    if state.start:
        yield "start: true"
    if state.outcome:
        yield f"final: true, outcome: {state.outcome}"


def _transitions(draft: Drafted, say: Words) -> Iterator[str]:
    flow = draft.flow
    yield "transitions:"
    kept = [move for move in flow.moves if move.allowed]
    if draft.shape == "milestones":
        yield from _plain_transitions(flow)
        return
    for state in flow.states:
        for reopens in (False, True):
            into = [m for m in kept if m.dest == state.name and (flow.outcomes[m.source] is not None) is reopens]
            if into:
                yield noted(_transition(into, state.name, reopens), *_counts(into, say))
    rare = [move for move in flow.moves if not move.allowed]
    if rare:
        yield f"  # {comment(say.t('draft.rare'))}"
    for move in rare:
        reopens = flow.outcomes[move.source] is not None
        yield noted(f"  # {_transition([move], move.dest, reopens).strip()}", say.t("draft.times", n=move.count))


def _plain_transitions(flow: Flow) -> Iterator[str]:
    path = flow.happy_path
    for source, dest in itertools.pairwise(path):
        yield _transition([Move(source=source, dest=dest, count=0, allowed=True)], dest, False)
    for state in flow.states:
        if state.name not in path:
            yield f'  - {{trigger: reach_{state.name}, source: "*", dest: {state.name}}}'


def _transition(moves: Sequence[Move], dest: str, reopens: bool) -> str:
    trigger = f"{'return' if reopens else 'reach'}_{dest}"
    sources = f"[{', '.join(move.source for move in moves)}]" if len(moves) > 1 else moves[0].source
    end = ", reopens: true" if reopens else ""
    return f"  - {{trigger: {trigger}, source: {sources}, dest: {dest}{end}}}"


def _counts(moves: Sequence[Move], say: Words) -> Iterator[str]:
    yield ", ".join(say.t("draft.times", n=move.count) for move in moves if not move.made)
    if any(move.made for move in moves):
        yield say.t("draft.made", states=", ".join(move.source for move in moves if move.made))


def _dimensions(draft: Drafted, say: Words) -> Iterator[str]:
    if draft.bands:
        first, second = draft.flow.happy_path[:2]
        title = scalar(say.t("draft.bands", to=draft.flow.state(second).title))
        yield "dimensions:"
        yield f"  reply_speed: {{title: {title}, elapsed: [{first}, {second}], bands: [15m, 1h, 4h, 1d]}}"


def _point(point: Point) -> Iterator[str]:
    yield f"kpi: {point.kpi}"
    yield f"title: {scalar(point.title)}"
    for key, value in point.parameters.items():
        yield f"{key}: {scalar(value)}"


# --- the rules --------------------------------------------------------------------------------------------------------


def _rules(draft: Drafted, say: Words) -> Iterator[str]:
    for line in say.t("draft.rules.head").split("\n"):
        yield f"# {line}"
    yield "rules:"
    for point in draft.points:
        if not point.judged:
            continue
        yield f"  - name: {point.name}"
        yield f"    title: {scalar(say.t('draft.rule', point=point.title))}"
        yield f"    control_point: {PROCESS}.{point.name}"
        yield noted("    yellow: best month", say.t("draft.rule.norm"))
        if point.actions:
            yield f"    actions: [{', '.join(point.actions)}]"
