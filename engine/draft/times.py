"""A row that is a case: which of its times are steps of the process, and what its stage says of how it ended."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.draft import words
from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.shapes import Forced
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.render.words import Words

_BEGINS = re.compile(r"\b(entry|enter|start|begin|in|начало|вход)\b")
_ENDS = re.compile(r"\b(exit|end|stop|finish|out|leave|конец|окончание|выход)\b")
MIDNIGHT = ("0:00:00", "00:00:00", "0:00", "00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of the case: its columns (a day and a clock, or one), SQL, and when what began then ended."""

    columns: tuple[str, ...]
    sql: str
    cases: int
    leave: "Moment | None" = None

    @property
    def name(self) -> str:
        """The column that tells it from the others."""
        return self.columns[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The times of a sheet by what they are good for; `moments` in the order in which they happen."""

    moments: tuple[Moment, ...]
    start: Guess
    changed: Moment | None = None
    closed: Moment | None = None
    aside: tuple[tuple[str, str], ...] = ()
    format: str = ""
    empty_clock: str = ""


def times_of(engine: Engine, sheet: Sheet, forced: Forced, say: Words) -> Times | None:
    """The times of a sheet of cases in their order; None where none tells when a case began."""
    aside = dict(_aside(sheet, say))
    clocks = [column for column in sheet.columns if column.is_clock]
    day = next((c for c in sheet.columns if c.is_time and c.day_only == 1 and c.filled == sheet.rows), None)
    if clocks and day is not None:
        moments, empty = _clocked(engine, sheet, day, clocks)
    else:
        columns = [c for c in sheet.columns if c.is_time and c.filled and c.name not in aside]
        moments, empty = [_moment(c) for c in columns], ""
    changed = _named(sheet, moments, "changed")
    rest = [moment for moment in moments if moment is not changed] or moments
    ordered = _in_order(engine, sheet, rest)
    start = _start(sheet, ordered, forced, say)
    if start is None:
        return None
    first = next(moment for moment in moments if moment.name == start.columns[-1])
    position = ordered.index(first) if first in ordered else -1
    moved = tuple((m.name, say.t("draft.before_start")) for m in ordered[: max(position, 0)])
    return Times(
        moments=(first, *ordered[position + 1 :]),
        start=start,
        changed=None if changed is first else changed,
        closed=_named(sheet, ordered, "closed"),
        aside=(*aside.items(), *moved),
        format=_format(day, clocks),
        empty_clock=empty,
    )


def _format(day: Column | None, clocks: Sequence[Column]) -> str:
    """What has to be declared because the importer does not find it by itself."""
    if day is None or day.form is None or not clocks or day.form.name != "%y%m%d":
        return ""
    seconds = any(value.count(":") == 2 for column in clocks for value, _ in column.values[:1]) or clocks[0].length > 5
    return f"{day.form.name} %H:%M:%S" if seconds else f"{day.form.name} %H:%M"


def _aside(sheet: Sheet, say: Words) -> Sequence[tuple[str, str]]:
    """Times that are no steps: planned, of the person, of the export, or the same everywhere."""
    found = []
    latest = max((c.until for c in sheet.columns if c.until and c.day_only != 1), default=None)
    for column in sheet.columns:
        if not column.is_time or not column.filled:
            continue
        late = latest and column.until and column.day_only == 1 and (column.until - latest).days > 30
        if column.is_called("birthday"):
            found.append((column.name, say.t("draft.aside.birthday")))
        elif column.is_called("exported") or (column.distinct == 1 and sheet.rows > 5 and column.filled == sheet.rows):
            found.append((column.name, say.t("draft.aside.exported")))
        elif column.is_called("planned") or (late and column.filled >= sheet.rows * MOSTLY):
            found.append((column.name, say.t("draft.aside.planned")))
    return found


def _moment(column: Column) -> Moment:
    return Moment(columns=(column.name,), sql=quote(column.time), cases=column.filled)


def _clocked(engine: Engine, sheet: Sheet, day: Column, clocks: Sequence[Column]) -> tuple[list[Moment], str]:
    """A day beside several clocks: each with the day is a time; midnight that stands too often means nothing."""
    empty = _empty_clock(engine, sheet, clocks)
    made = {clock.name: _at_clock(engine, sheet, day, clock, empty) for clock in clocks}
    pairs = {a.name: b.name for a, b in itertools.permutations(clocks, 2) if _is_pair(a.name, b.name)}
    exits = set(pairs.values())
    moments = [
        replace(made[clock.name], leave=made[pairs[clock.name]]) if clock.name in pairs else made[clock.name]
        for clock in clocks
        if clock.name not in exits
    ]
    return moments, empty


def _is_pair(begins: str, ends: str) -> bool:
    first, last = words.plain(begins), words.plain(ends)
    return bool(_BEGINS.search(first) and _ENDS.search(last) and _BEGINS.sub("", first, 1) == _ENDS.sub("", last, 1))


def _empty_clock(engine: Engine, sheet: Sheet, clocks: Sequence[Column]) -> str:
    for midnight in MIDNIGHT:
        tests = " or ".join(f"avg(({quote(clock.name)} = '{midnight}')::int) > 0.02" for clock in clocks)
        if engine.row(f"select {tests} from {sheet.relation}")[0]:
            return midnight
    return ""


def _at_clock(engine: Engine, sheet: Sheet, day: Column, clock: Column, empty: str) -> Moment:
    text = f"nullif({quote(clock.name)}, '{empty}')" if empty else quote(clock.name)
    sql = f"({quote(day.time)}::date + try_cast({text} as time))"
    cases = int(str(engine.row(f"select count({sql}) from {sheet.relation}")[0]))
    return Moment(columns=(day.name, clock.name), sql=sql, cases=cases)


def _named(sheet: Sheet, moments: Sequence[Moment], role: str) -> Moment | None:
    """The last of the times whose name speaks of a role, and of no beginning."""
    found = [moment for moment in moments if words.is_called(role, moment.name) and len(moment.columns) == 1]
    return found[-1] if found and len(moments) > 1 else None


def _in_order(engine: Engine, sheet: Sheet, moments: Sequence[Moment]) -> list[Moment]:
    """By how often each comes before each other one in the same row; what is filled more often is earlier."""
    if len(moments) < 2:
        return list(moments)
    pairs = list(itertools.combinations(range(len(moments)), 2))
    counted = ", ".join(
        f"count(*) filter ({moments[a].sql} < {moments[b].sql}), count(*) filter ({moments[a].sql} > {moments[b].sql})"
        for a, b in pairs
    )
    numbers = [int(str(value)) for value in engine.row(f"select {counted} from {sheet.relation}")]
    wins = [0.0] * len(moments)
    for (a, b), before, after in zip(pairs, numbers[::2], numbers[1::2], strict=True):
        if before == after:
            before, after = moments[a].cases, moments[b].cases
        winner = a if before >= after else b
        wins[winner] += 1
    ranked = sorted(range(len(moments)), key=lambda n: (-wins[n], -moments[n].cases, n))
    return [moments[n] for n in ranked]


def _start(sheet: Sheet, ordered: Sequence[Moment], forced: Forced, say: Words) -> Guess | None:
    """The time a case began: filled (almost) always, early, called so."""
    if "start" in forced:
        return Guess(role="start", columns=forced["start"], sure=1.0)
    scores = []
    for place, moment in enumerate(ordered):
        full = moment.cases / max(sheet.rows, 1)
        named = words.is_called("created", moment.name) and not words.is_called("closed", moment.name)
        score = full * 0.6 + 0.3 * named + 0.3 / (place + 1) - 0.4 * (full < 0.5)
        scores.append((score, moment, place, full, named))
    if not scores:
        return None
    scores.sort(key=lambda one: (-one[0], one[2]))
    best_score, best, place, full, named = scores[0]
    why = [say.t("draft.why.name")] if named else []
    why += [say.t("draft.why.filled", share=say.share(full))]
    why += [say.t("draft.why.earliest")] if place == 0 and len(ordered) > 1 else []
    rivals = [one for one in scores[1:] if one[3] > 0.3 and not words.is_called("closed", one[1].name)][:2]
    others = tuple(Other(one[1].columns, round(min(0.9, max(0.05, one[0])), 2)) for one in rivals)
    sure = by_margin([min(1.0, best_score), *(min(1.0, one[0]) for one in rivals)])
    return Guess(role="start", columns=best.columns, sure=sure, why=tuple(why), others=others)
