"""A draft as the files of a workspace: voronka.yaml, the process, its rules, each line with the reason for it."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.draft.guess import how_sure
from engine.draft.model import Drafted, Flow, Move, Point, State
from engine.draft.said import words_for
from engine.draft.sources import PROCESS, sources_of
from engine.draft.yaml_text import comment, commented, noted, scalar
from engine.render.words import Words

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
    yield from sources_of(draft, root, say)
    yield ""
    yield "audit:"
    yield noted("  as_of: log", say.t("draft.head.as_of"))
    yield "  period: month"
    if draft.segments:
        yield noted(f"  segments: [{', '.join(draft.segments)}]", say.t("draft.head.segments"))


# --- the process ------------------------------------------------------------------------------------------------------


def _process(draft: Drafted, say: Words) -> Iterator[str]:
    if draft.shape == "counts":
        yield from _process_of_totals(draft, say)
        return
    flow = draft.flow
    yield f"# {comment(say.t('draft.process.head', n=draft.cases))}"
    yield f"process: {PROCESS}"
    yield f"title: {scalar(say.t('draft.process.title'))}"
    yield f"initial: {flow.happy_path[0]}"
    yield "states:"
    for state in flow.states:
        yield noted(f"  - {{{', '.join(_state(state))}}}", state.why or say.t("draft.why.seen", n=state.cases))
    marks = [other for other in flow.others if other.mark] + [mark for link in draft.linked for mark in link.marks]
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
    yield from _points(draft)


def _process_of_totals(draft: Drafted, say: Words) -> Iterator[str]:
    yield f"# {comment(say.t('draft.totals.head', n=draft.sheet.rows))}"
    yield f"process: {PROCESS}"
    yield f"title: {scalar(say.t('draft.totals.title'))}"
    yield "counters:"
    for counter in draft.counters:
        money = ", money: true" if counter.money else ""
        yield f"  - {{name: {counter.name}, title: {scalar(counter.title)}{money}}}"
    yield from _points(draft)


def _points(draft: Drafted) -> Iterator[str]:
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
    if not draft.moves_seen:
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
