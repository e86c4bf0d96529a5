"""The drafted sources of voronka.yaml: the main table, what is joined and linked to it, what is left aside."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.definitions.names import DERIVED_DIMENSIONS
from engine.draft.guess import Guess, how_sure
from engine.draft.model import Drafted, Linked, State, slug
from engine.draft.sheets import Aside, Sheet
from engine.draft.yaml_text import comment, condition, many, noted, scalar
from engine.events.files import File
from engine.render.words import Words

PROCESS = "process"
_KINDS = {
    "amount": "type: money, take: last",
    "loss_reason": "take: last",
    **dict.fromkeys(("client", "phone", "email"), "personal: true"),
}


def sources_of(draft: Drafted, root: Path, say: Words) -> Iterator[str]:
    """The lines below `sources:`; `root` is where voronka.yaml will stand."""
    yield from _main(draft, root, say)
    for link in draft.linked:
        yield from _linked(draft, link, root, say)
    for aside in draft.aside:
        yield f"  # {comment(say.t('draft.left', named=aside.named, why=aside_said(aside, say)))}"


def aside_said(aside: Aside, say: Words) -> str:
    """Why a table was not taken."""
    return say.t(f"draft.aside.{aside.why}", **aside.said)


def shape_said(draft: Drafted, say: Words) -> str:
    """What a row is."""
    return say.t("draft.shape.snapshots" if draft.sheet.taken and draft.moves_seen else f"draft.shape.{draft.shape}")


def link_said(link: Linked, say: Words) -> str:
    """By what a second log is linked, and how many of its rows found a case."""
    keys = "; ".join(
        say.t("draft.link.key", ours=key.ours, theirs=key.theirs, n=key.matched, of=link.rows,
              share=say.share(key.matched / max(1, link.rows)))
        for key in link.keys
    )  # fmt: skip
    return say.t("draft.link", keys=keys)


def _main(draft: Drafted, root: Path, say: Words) -> Iterator[str]:
    sheet = draft.sheet
    yield f"  - name: {scalar(sheet.name)}"
    yield f"    process: {PROCESS}"
    yield from _place(sheet, root)
    for note in _notes(draft, say):
        yield f"    # {comment(note)}"
    if draft.joined:
        yield "    join:"
    for join in draft.joined:
        on = scalar(join.ours) if join.ours == join.theirs else f"{{{scalar(join.ours)}: {scalar(join.theirs)}}}"
        where = ", ".join(line.strip() for line in _place(join.sheet, root))
        yield noted(f"      - {{{where}, on: {on}, rows: one}}", say.t("draft.join", share=say.share(join.found)))
    empty = [*sheet.empty, *([draft.empty_clock] if draft.empty_clock else [])]
    if empty:
        line = f"    empty: [{', '.join(scalar(marker) for marker in empty)}]"
        why = ["midnight"] * bool(draft.empty_clock) + ["no_date"] * bool(sheet.no_dates)
        yield noted(line, "; ".join(say.t(f"draft.{word}") for word in why))
    yield noted(f"    shape: {draft.shape}", shape_said(draft, say))
    if draft.format:
        yield f"    format: {scalar(draft.format)}"
    if draft.shape == "counts":
        yield from _counts(draft, say)
        return
    case = draft.guesses["case"]
    yield noted(f"    case: {many(case.columns)}", because(case, say))
    yield from {"events": _events, "milestones": _milestones, "snapshot": _snapshot}[draft.shape](draft, say)
    yield from _attributes(draft, say)


def _place(sheet: Sheet, root: Path) -> Iterator[str]:
    """Where the rows are: files, sheets, the query of a database."""
    yield f"    path: {many(_paths(sheet, root))}"
    if sheet.sheets:
        yield f"    sheet: {many(sheet.sheets)}"
    if sheet.query:
        yield f"    query: {scalar(sheet.query)}"


def _paths(sheet: Sheet, root: Path) -> list[str]:
    """The files; those with a day in their names as a pattern, so that the next day's is read too."""
    first = sheet.files[0].path
    pattern = re.sub("%[Ymd]", "*", sheet.taken.pattern) if sheet.taken else ""
    if pattern and sorted(first.parent.glob(pattern)) == sorted(file.path for file in sheet.files):
        return [_path(replace(sheet.files[0], path=first.parent / pattern), root)]
    return [_path(file, root) for file in sheet.files]


def _linked(draft: Drafted, link: Linked, root: Path, say: Words) -> Iterator[str]:
    yield f"  - name: {scalar(link.sheet.name)}"
    yield from _place(link.sheet, root)
    if link.sheet.empty:
        yield f"    empty: [{', '.join(scalar(marker) for marker in link.sheet.empty)}]"
    yield f"    shape: {'events' if link.activity else 'milestones'}"
    if link.exported:
        yield noted(f"    exported_at: {link.exported:%Y-%m-%dT%H:%M}", say.t("draft.link.exported"))
    if link.case:
        yield f"    case: {scalar(link.case)}"
    if link.activity:
        yield f"    activity: {scalar(link.activity)}"
        yield f"    at: {many(link.at)}"
        yield "    map:"
        for mark in link.marks:
            yield noted(f"      - {{activity: {scalar(mark.activity)}, mark: {mark.mark}}}", mark.why)
    else:
        for mark in link.marks:
            yield noted(f"    milestones: {{{mark.mark}: {many(link.at)}}}", mark.why)
    on = ", ".join(f"{scalar(key.ours)}: {scalar(key.theirs)}" for key in link.keys)
    within = f", within: {link.within}" if link.within else ""
    yield f"    # {comment(link_said(link, say))}"
    yield f"    link: {{to: {scalar(draft.sheet.name)}, on: {{{on}}}{within}, which: every}}"


def because(guess: Guess, say: Words) -> str:
    """How sure a guess is, why, and what else it could be."""
    others = ", ".join(f"{' + '.join(o.columns)} ({how_sure(say, o.sure)})" for o in guess.others)
    parts = [how_sure(say, guess.sure), *guess.why]
    return "; ".join([*parts, say.t("draft.or", others=others)] if others else parts)


def _notes(draft: Drafted, say: Words) -> Iterator[str]:
    """How the files were read."""
    found: dict[str, None] = {}
    for note in draft.sheet.notes:
        for file in draft.sheet.files:
            short = "" if len(draft.sheet.files) > 1 else f"{file.path.name}: "
            note = note.replace(f"{file.shown}: ", short) if not file.url else note
        found[note] = None
    yield from found


def _path(file: File, root: Path) -> str:
    """From the workspace, where one leads there; else the whole path."""
    if file.url:
        return file.shown
    try:
        return Path(os.path.relpath(file.path.resolve(), root.resolve())).as_posix()
    except ValueError:
        return file.path.resolve().as_posix()


def _snapshot(draft: Drafted, say: Words) -> Iterator[str]:
    if draft.status:
        yield noted(f"    activity: {many(draft.status.columns)}", because(draft.status, say))
    for name, columns in draft.dates.items():
        why = because(draft.guesses["start"], say) if name == "created" else say.t(f"draft.snapshot.{name}")
        yield noted(f"    {name}: {many(columns)}", why)
    taken = draft.sheet.taken
    if taken is not None:
        why = say.t("draft.taken", n=len(taken.moments), share=say.share(taken.again))
        yield noted(f"    taken: {{file: {scalar(taken.pattern)}}}", why)
    elif draft.exported:
        yield noted(f"    taken: {scalar(draft.exported)}", say.t("draft.taken.column"))
    else:
        yield noted("    # exported_at: 2026-09-30T18:00", say.t("draft.taken.none"))
    yield "    map:"
    for state in draft.flow.states:
        if state.activities:
            yield noted(f"      - {{activity: {many(state.activities)}, state: {state.name}}}", state.why)
    for note in draft.notes:
        yield f"    # {comment(note)}"


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
        why = state.why if state.when is None or state.when.dated else f"{state.why}; {say.t('draft.undated')}"
        yield noted(f"      {state.name}: {_when(state)}", why)
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
    if not when.dated:
        parts.append("dated: false")
    return f"{{{', '.join(parts)}}}"


def _counts(draft: Drafted, say: Words) -> Iterator[str]:
    for role, guess in draft.guesses.items():
        if role == "counters":
            continue
        yield noted(f"    {role}: {many(guess.columns)}", because(guess, say))
    yield "    counters:"
    for counter in draft.counters:
        yield f"      {counter.name}: {scalar(counter.column)}"
    for note in draft.notes:
        yield f"    # {comment(note)}"


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
