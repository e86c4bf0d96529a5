"""The page of `voronka express`: an audit of a drafted workspace, and what was guessed to make it."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.audit import Audit, MeasuredPoint, fact_of
from engine.kpis.fact import Fact
from engine.kpis.flow import ProcessFlow
from engine.render.report.look import Look
from engine.render.report.points import row_of, whole_of
from engine.render.words import Words

PAGES: Mapping[str, str] = {".html": "express.html.j2", ".md": "express.md.j2"}
"""The template of each kind of page, by the ending of its file."""
MOST_LOSSES, MOST_MANAGERS = 6, 12
HEADLINES = ("win_rate", "reaction_time", "cycle_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessShown:
    """A guess in words; `level` is high, middle or low."""

    role: str
    chosen: str
    level: str
    sure: str
    why: str
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The numbers as they would be if the most doubtful guess were another: (what, as guessed, otherwise)."""

    question: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShown:
    """A table that was given, what it is to the audit, and why."""

    name: str
    role: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A control point of the page: no verdict, but always its range."""

    title: str
    value: str
    horizon: str
    span: str
    note: str
    n: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerRow:
    """One manager: cases, share won with its range, time to the first step."""

    name: str
    cases: str
    won: str
    span: str
    reaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Express:
    """What the page says beside the audit itself."""

    files: tuple[str, ...]
    guesses: tuple[GuessShown, ...]
    doubts: tuple[WhatIf, ...]
    tables: tuple[TableShown, ...]
    biggest: str
    losses: tuple[tuple[str, str, str, float], ...]
    times: tuple[Measured, ...]
    shares: tuple[Measured, ...]
    managers: tuple[ManagerRow, ...]
    managers_rest: str
    reaction: bool
    today: bool
    stage_of_today: bool
    counted: bool


def express_of(
    audit: Audit,
    words: Words,
    files: tuple[str, ...],
    guesses: tuple[GuessShown, ...],
    doubts: tuple[WhatIf, ...],
    tables: tuple[TableShown, ...],
    *,
    stage_of_today: bool = False,
) -> Express:
    """Everything the page says; numbers come from the audit alone.

    `stage_of_today`: the export knows where cases are, not the way they went.
    """
    look = Look(audit, words)
    flow = audit.processes[0]
    rows = [(point, _row(look, point)) for point in audit.control_points]
    managers, rest, today = _managers(look, flow)
    return Express(
        files=files,
        guesses=guesses,
        doubts=doubts,
        tables=tables,
        biggest=_biggest(look, flow),
        losses=tuple(_losses(look, flow)),
        times=tuple(row for point, row in rows if row and point.unit == "seconds"),
        shares=tuple(row for point, row in rows if row and (point.unit == "ratio" or counted(audit))),
        counted=counted(audit),
        managers=managers,
        managers_rest=rest,
        reaction=any(row.reaction for row in managers),
        today=today,
        stage_of_today=stage_of_today,
    )


def headlines(audit: Audit, words: Words) -> dict[str, tuple[str, str]]:
    """The few numbers by which two readings of an export are compared: title and value by key."""
    look, flow = Look(audit, words), audit.processes[0]
    if counted(audit):
        points = [(point, whole_of(look, point)) for point in audit.control_points]
        return {point.name: (point.title, row_of(look, fact, point).value) for point, fact in points if fact}
    counts = {"cases": flow.cases, "won": flow.won, "lost": flow.lost, "open": flow.open}
    found = {key: (words.t(f"express.{key}"), words.count(value)) for key, value in counts.items()}
    for name in HEADLINES:
        point = look.points.get((flow.process, name))
        fact = fact_of(audit, flow.process, name)
        if point and fact:
            found[name] = (words.t(f"express.{name}"), row_of(look, fact, point).value)
    return found


def counted(audit: Audit) -> bool:
    """Whether the export holds totals: there are no cases then."""
    return all(source.shape == "counts" for source in audit.sources)


def _row(look: Look, point: MeasuredPoint) -> Measured | None:
    fact = whole_of(look, point)
    return _measured(look, fact, point) if fact and fact.n else None


def _measured(look: Look, fact: Fact, point: MeasuredPoint) -> Measured:
    row = row_of(look, fact, point)
    span = look.span(fact.low, fact.high, point) if fact.value is not None else ""
    return Measured(title=point.title, value=row.value, horizon=row.horizon, span=span, note=row.note, n=row.n)


def _biggest(look: Look, flow: ProcessFlow) -> str:
    """Between which two stages most cases are missing."""
    stages = [stage for stage in flow.stages if stage.happy_path]
    steps = [(a.reached - b.reached, a, b) for a, b in itertools.pairwise(stages)]
    if len(steps) < 2:
        return ""
    missing, before, after = max(steps, key=lambda step: step[0])
    if missing <= 0:
        return ""
    return look.words.t(
        "express.biggest", before=before.title, after=after.title, n=before.reached, reached=after.reached
    )


def _losses(look: Look, flow: ProcessFlow) -> Iterator[tuple[str, str, str, float]]:
    """(stage, reason, cases, share of the largest), the largest first."""
    ordered = sorted(flow.loss, key=lambda loss: (-loss.cases, loss.state, loss.reason or ""))
    for loss in ordered[:MOST_LOSSES]:
        reason = loss.reason if loss.reason is not None else look.words.t("loss.no_reason")
        stage = look.state_title(flow.process, loss.state)
        yield stage, reason, look.words.count(loss.cases), loss.cases / ordered[0].cases


def _managers(look: Look, flow: ProcessFlow) -> tuple[tuple[ManagerRow, ...], str, bool]:
    """Managers with enough cases, by how many they had: no rank and no colour, the ranges say what may be chance."""
    won = _by_manager(look, flow, "win_rate")
    reaction = _by_manager(look, flow, "reaction_time")
    names = sorted(won, key=lambda name: (-won[name].n, name))
    rows = [_manager(look, flow, name, won[name], reaction.get(name)) for name in names[:MOST_MANAGERS]]
    rest = look.words.t("express.managers.rest", n=len(names) - len(rows)) if len(names) > len(rows) else ""
    today = any("manager=today" in (fact.note or "") for fact in (*won.values(), *reaction.values()))
    return (tuple(rows) if len(rows) > 1 else ()), rest, today


def _by_manager(look: Look, flow: ProcessFlow, point: str) -> dict[str, Fact]:
    facts = look.facts_of.get((flow.process, point), ())
    return {
        fact.segment[0][1]: fact
        for fact in facts
        if len(fact.segment) == 1 and fact.segment[0][0] == "manager" and fact.segment[0][1] and fact.n >= 30
    }


def _manager(look: Look, flow: ProcessFlow, name: str, won: Fact, reaction: Fact | None) -> ManagerRow:
    shown = _measured(look, won, look.points[flow.process, "win_rate"])
    timed = _measured(look, reaction, look.points[flow.process, "reaction_time"]) if reaction else None
    return ManagerRow(name=name, cases=shown.n, won=shown.value, span=shown.span, reaction=timed.value if timed else "")


def page_kind(path: Path) -> str:
    """`.html` or `.md`, by the ending of the file; `.html` where it has another."""
    return ".md" if path.suffix.lower() == ".md" else ".html"
