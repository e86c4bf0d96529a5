"""Managers compared like for like, in words: a table of the result, and who is worse than the others elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.render.report.look import Look, Mark
from engine.rules.managers import ManagerCompared

_WORDS = {"worse": "red", "not told apart": "none", "too few": "grey"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerRow:
    """A manager: the share as it is, and on the same cases as all, less what is chance."""

    manager: str
    raw: str
    alike: str
    span: str
    mark: Mark
    n: str
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagersTable:
    """A control point by manager; `elsewhere`: control points with somebody worse that are not shown as tables."""

    title: str
    process: str
    alike: str
    scale: float
    whole_at: float | None
    limit_at: float | None
    rows: tuple[ManagerRow, ...]
    elsewhere: tuple[str, ...]


def managers_tables(look: Look) -> tuple[ManagersTable, ...]:
    """One table a process: of its result where that is compared, else of the control point that tells most."""
    ordered = sorted(look.audit.managers, key=lambda one: (one.process, one.control_point))
    return tuple(_table(look, list(rows)) for _, rows in groupby(ordered, key=lambda one: one.process))


def _table(look: Look, rows: Sequence[ManagerCompared]) -> ManagersTable:
    by_point = {name: [row for row in rows if row.control_point == name] for name in {r.control_point for r in rows}}
    shown = _shown(look, rows[0].process, sorted(by_point))
    chosen = sorted(by_point[shown], key=lambda row: (row.shrunken, row.manager))
    if _lower(look, rows[0].process, shown):
        chosen.reverse()
    by = [look.words.t(f"alike.{name}") for name in rows[0].standardised_by]
    total = sum(row.n for row in chosen)
    return ManagersTable(
        title=title_of(look, chosen[0]),
        process=look.process_title(rows[0].process),
        alike=look.words.t("managers.alike", by=look.words.t("and").join(by)) if by else "",
        scale=max(max(row.high, row.shrunken) for row in chosen) * 1.02 or 1.0,
        whole_at=sum(row.raw * row.n for row in chosen) / total if total else None,
        limit_at=None,
        rows=tuple(manager_row(look, row) for row in chosen),
        elsewhere=tuple(_elsewhere(look, [row for row in rows if row.control_point != shown])),
    )


def _shown(look: Look, process: str, names: Sequence[str]) -> str:
    """The result of the process: how many of all its cases are won; else the first control point there is."""
    flow = look.flows.get(process)
    stages = flow.stages if flow else ()
    won = {stage.state for stage in stages if stage.outcome == "won"}
    first = next((stage.state for stage in stages if stage.happy_path), "")
    for name in names:
        known = look.points[process, name].parameters if (process, name) in look.points else {}
        if known.get("from") == first and known.get("to") in won:
            return name
    return names[0]


def _lower(look: Look, process: str, name: str) -> bool:
    point = look.points.get((process, name))
    return point is not None and point.unit == "ratio" and point.better == "lower"


def title_of(look: Look, row: ManagerCompared) -> str:
    """The control point; of a time, that its limit is kept."""
    point = look.points.get((row.process, row.control_point))
    if point is None:
        return row.control_point
    return point.title if point.unit == "ratio" else look.words.t("managers.kept", title=point.title)


def manager_row(look: Look, row: ManagerCompared) -> ManagerRow:
    """A manager's number on one control point."""
    words = look.words
    span = words.span(row.low, row.high, "ratio")
    code = _WORDS[row.word]
    return ManagerRow(
        manager=row.manager,
        raw=words.share(row.raw),
        alike=words.share(min(1.0, row.shrunken)),
        span=words.t("likely", span=span) if span else "",
        mark=Mark(code, look.plain(code).symbol, words.t(f"managers.{row.word}")),
        n=words.count(row.n),
        low=row.low,
        mid=min(1.0, row.shrunken),
        high=row.high,
    )


def _elsewhere(look: Look, rows: Sequence[ManagerCompared]) -> Iterator[str]:
    for row in rows:
        if row.word == "worse":
            said = look.words.share(min(1.0, row.shrunken)), look.words.share(row.expected)
            title = title_of(look, row)
            yield look.words.t("managers.elsewhere", title=title, manager=row.manager, value=said[0], all=said[1])
