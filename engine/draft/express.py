"""`voronka express`: an export drafted, audited and told on one page, with the most doubtful guess tried otherwise."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from engine.audit import Audit
from engine.draft.guess import LIKELY, SURE, Guess, how_sure
from engine.draft.make import drafted, locale_of
from engine.draft.model import Drafted
from engine.draft.said import words_for
from engine.draft.shapes import Forced
from engine.draft.sheets import Given, Tables, name_of, sheets_of
from engine.draft.sources import aside_said, link_said, shape_said
from engine.draft.workspace import write
from engine.engines.duckdb import Engine
from engine.errors import EngineError
from engine.pipeline import auditing, opening
from engine.pipeline.opening import Tell, silent
from engine.render.express import HEADLINES, PAGES, GuessShown, TableShown, WhatIf, express_of, headlines
from engine.render.templates import Locale, folders, prepare, render
from engine.render.words import Words
from engine.workspace.placing import placed

ROLES = ("case", "activity", "at", "start", "status", "won", "period", "channel", "counters")
"""Guesses that would change every number, in the order in which they are told."""
MOST_DOUBTS = 2
CERTAIN = 0.97
HINT = "name a new folder with --keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page as text by its ending (`.html`, `.md`), the audit behind it, the language."""

    texts: dict[str, str]
    audit: Audit
    locale: Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of an express: language (None: that of the columns), when to look from, the clock."""

    locale: Locale | None
    as_of: str | None
    now: datetime


def express(given: Sequence[Given], wish: Wish, keep: Path | None = None, tell: Tell = silent) -> Page:
    """One page about exports that nobody described; with `keep` the workspace stays in that folder.

    Raises DefinitionError, EventLogError as `draft` and an audit do; then nothing is left behind.
    """
    if keep is not None:
        return placed(keep, lambda folder: _made(folder, given, wish, tell), HINT)
    with tempfile.TemporaryDirectory(prefix="voronka-") as folder:
        return _made(Path(folder), given, wish, tell)


def _made(folder: Path, given: Sequence[Given], wish: Wish, tell: Tell) -> Page:
    tell("reading", 0.0)
    with Engine() as engine, tempfile.TemporaryDirectory(prefix="voronka-") as inside:
        tables = sheets_of(engine, given, Path(inside))
        locale = wish.locale or locale_of(tables)
        draft = drafted(engine, tables, locale)
        write(draft, folder)
        tell("reading", 1.0)
        with opening.open_store(folder) as store:
            audit = _audited(folder, store, wish, tell)
        say = _words(audit)
        doubts = tuple(_doubts(engine, tables, draft, audit, wish, say))
    guesses = tuple(_shown(guess, say) for guess in _told(draft))
    names = tuple(name_of(one) for one in given)
    today = draft.status is not None and not draft.moves_seen
    tables_shown = tuple(_tables(draft, audit, say))
    page = express_of(audit, say, names, guesses, doubts, tables_shown, stage_of_today=today)
    rendering = prepare(audit, folders(None), express=page)
    return Page(texts={ending: render(name, rendering) for ending, name in PAGES.items()}, audit=audit, locale=locale)


def _words(audit: Audit) -> Words:
    say = words_for(audit.locale)
    return Words(locale=audit.locale, currency=audit.currency, texts=say.texts)


def _audited(folder: Path, store: Engine, wish: Wish, tell: Tell = silent) -> Audit:
    workspace = opening.load(folder)
    reports = opening.import_all(workspace, store, wish.now, tell)
    asked = opening.asked(workspace, now=wish.now, as_of=wish.as_of)
    return auditing.audit(workspace, store, reports, asked, tell).audit


# --- what was guessed -------------------------------------------------------------------------------------------------


def _told(draft: Drafted) -> list[Guess]:
    """The guesses in the order of the page: what changes every number, then the attributes."""
    guesses = dict(draft.guesses)
    if draft.status:
        guesses["status"] = draft.status
    return [*(guesses[role] for role in ROLES if role in guesses), *draft.attributes.values()]


def _tables(draft: Drafted, audit: Audit, say: Words) -> Iterator[TableShown]:
    """What became of every table that was given: nothing where there is but one."""
    if not (draft.joined or draft.linked or draft.aside):
        return
    yield TableShown(name=draft.sheet.named, role=say.t("express.table.cases"), why=shape_said(draft, say))
    for join in draft.joined:
        why = say.t("express.table.joined.why", column=join.ours, share=say.share(join.found))
        yield TableShown(name=join.sheet.named, role=say.t("express.table.joined"), why=why)
    links = {source.name: source.links for source in audit.sources}
    for link in draft.linked:
        found = links.get(link.sheet.name)
        why = link_said(link, say)
        if found is not None:
            total = found.matched + found.ambiguous + found.none
            numbers = {"n": say.count(found.matched), "of": say.count(total), "ambiguous": say.count(found.ambiguous)}
            share = say.share(found.matched / max(1, total))
            keys = ", ".join(f"«{key.ours}»" if say.locale == "ru" else f"“{key.ours}”" for key in link.keys)
            why = say.t("express.table.linked.why", keys=keys, share=share, **numbers)
        yield TableShown(name=link.sheet.named, role=say.t("express.table.linked"), why=why)
    for aside in draft.aside:
        yield TableShown(name=aside.named, role=say.t("express.table.aside"), why=aside_said(aside, say))


def _shown(guess: Guess, say: Words) -> GuessShown:
    level = "high" if guess.sure >= SURE else "middle" if guess.sure >= LIKELY else "low"
    return GuessShown(
        role=say.t(f"express.role.{guess.role}"),
        chosen=" + ".join(guess.columns),
        level=level,
        sure=how_sure(say, guess.sure),
        why="; ".join(guess.why),
        others=", ".join(" + ".join(other.columns) for other in guess.others),
    )


# --- and if it were otherwise -----------------------------------------------------------------------------------------


def _doubts(engine: Engine, tables: Tables, draft: Drafted, audit: Audit, wish: Wish, say: Words) -> Iterator[WhatIf]:
    """The most doubtful guess whose alternative can be computed and changes something, tried otherwise."""
    likely = [guess for guess in _told(draft) if guess.role in ROLES and guess.others and guess.sure < CERTAIN]
    as_guessed = headlines(audit, say)
    for guess in sorted(likely, key=lambda guess: (guess.sure, ROLES.index(guess.role))):
        found = []
        for other in guess.others[:MOST_DOUBTS]:
            numbers = _otherwise(engine, tables, draft, guess, other.columns, wish, say)
            rows = [(title, value, numbers[key][1]) for key, (title, value) in as_guessed.items() if key in numbers]
            if any(here != there for _, here, there in rows):
                question = say.t(
                    f"express.if.{guess.role}", other=" + ".join(other.columns), chosen=" + ".join(guess.columns)
                )
                found.append(WhatIf(question=question, rows=tuple(rows)))
        if found:
            yield from found
            return


def _otherwise(
    engine: Engine,
    tables: Tables,
    draft: Drafted,
    guess: Guess,
    columns: tuple[str, ...],
    wish: Wish,
    say: Words,
) -> dict[str, tuple[str, str]]:
    """The headlines if a guess were another; nothing where the export cannot be read so."""
    forced: dict[str, tuple[str, ...]] = {guess.role: columns}
    if draft.shape == "events":
        forced = {role: draft.guesses[role].columns for role in ("case", "activity", "at")} | forced
    try:
        return headlines(_audit_of(engine, tables, forced, draft, wish), say)
    except EngineError:
        return {}


def _audit_of(engine: Engine, tables: Tables, forced: Forced, draft: Drafted, wish: Wish) -> Audit:
    other = drafted(engine, tables, draft.locale, forced)
    points = tuple(replace(point, judged=False) for point in other.points if point.name in HEADLINES)
    other = replace(other, points=points, segments=(), bands=False)  # only what is compared
    with tempfile.TemporaryDirectory(prefix="voronka-") as folder, Engine() as store:
        write(other, Path(folder))
        return _audited(Path(folder), store, wish)


def summary(page: Page) -> Iterator[str]:
    """The few numbers of the page and its most doubtful guess, one line each, for a terminal."""
    say = _words(page.audit)
    for title, value in headlines(page.audit, say).values():
        yield f"{title}: {value}"
