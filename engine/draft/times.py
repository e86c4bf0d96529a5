"""A row that is a case: which of its times are steps of the process, and what its stage says of how it ended."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.draft import words
from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.model import State, When, slug
from engine.draft.shapes import Forced
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote, text_literal
from engine.render.words import Words

_BEGINS = re.compile(r"\b(entry|enter|start|begin|in|начало|вход)\b")
_ENDS = re.compile(r"\b(exit|end|stop|finish|out|leave|конец|окончание|выход)\b")
_TIME_WORDS = re.compile(r"\b(дата и время|дата|время|date|time|timestamp|ts|dt|at|on)\b")
MOST_STATUSES, MOST_REASONS = 30, 40
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
        if column.says("birthday"):
            found.append((column.name, say.t("draft.aside.birthday")))
        elif column.says("exported") or (column.distinct == 1 and sheet.rows > 5 and column.filled == sheet.rows):
            found.append((column.name, say.t("draft.aside.exported")))
        elif column.says("planned") or (late and column.filled >= sheet.rows * MOSTLY):
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
    found = [moment for moment in moments if words.says(role, moment.name) and len(moment.columns) == 1]
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
        named = words.says("created", moment.name) and not words.says("closed", moment.name)
        score = full * 0.6 + 0.3 * named + 0.3 / (place + 1) - 0.4 * (full < 0.5)
        scores.append((score, moment, place, full, named))
    if not scores:
        return None
    scores.sort(key=lambda one: (-one[0], one[2]))
    best_score, best, place, full, named = scores[0]
    why = [say.t("draft.why.name")] if named else []
    why += [say.t("draft.why.filled", share=say.share(full))]
    why += [say.t("draft.why.earliest")] if place == 0 and len(ordered) > 1 else []
    rivals = [one for one in scores[1:] if one[3] > 0.3 and not words.says("closed", one[1].name)][:2]
    others = tuple(Other(one[1].columns, round(min(0.9, max(0.05, one[0])), 2)) for one in rivals)
    sure = by_margin([min(1.0, best_score), *(min(1.0, one[0]) for one in rivals)])
    return Guess(role="start", columns=best.columns, sure=sure, why=tuple(why), others=others)


# --- the stage of today -----------------------------------------------------------------------------------------------


def status_of(sheet: Sheet, used: Sequence[str], forced: Forced, say: Words) -> Guess | None:
    """The column that says where a case is, or how it ended; None where there is none."""
    if "status" in forced:
        return Guess(role="status", columns=forced["status"], sure=1.0)
    scored = []
    for column in sheet.columns:
        if column.name in used or column.is_time or column.numeric >= MOSTLY or "`" in column.name:
            continue
        if not 2 <= column.distinct <= MOST_STATUSES or column.says("loss_reason"):
            continue
        kinds = {words.outcome_of(value) for value, _ in column.values} - {None}
        said = column.says("activity")
        score = 0.55 * said + 0.25 * ("won" in kinds) + 0.25 * ("lost" in kinds)
        scored.append((score, column, said, kinds))
    scored.sort(key=lambda one: (-one[0], one[1].position))
    if not scored or scored[0][0] < 0.5:
        return None
    _, column, said, kinds = scored[0]
    why = [say.t("draft.why.name")] if said else []
    why += [say.t("draft.why.outcomes")] if kinds else []
    shown = ", ".join(value for value, _ in column.values[:3])
    why.append(say.t("draft.why.values", n=column.distinct, values=shown))
    others = tuple(Other((one[1].name,), round(min(one[0], 0.9), 2)) for one in scored[1:3] if one[0] >= 0.25)
    sure = by_margin([min(1.0, one[0]) for one in scored])
    return Guess(role="status", columns=(column.name,), sure=sure, why=tuple(why), others=others)


def states_of(
    engine: Engine, sheet: Sheet, times: Times, status: Guess | None, forced: Forced, say: Words
) -> tuple[State, ...]:
    """The states of a sheet of cases, in their order: the times, the stages of today, the ends."""
    column = sheet.column(status.columns[0]) if status else None
    first = times.moments[0]
    steps = [m for m in times.moments[1:] if column is None or m is not times.closed]
    received = State(
        name="received",
        title=say.t("draft.received"),
        when=When(at=first.columns, leave=first.leave.columns if first.leave else ()),
        cases=first.cases,
        why=say.t("draft.why.time", n=first.cases),
    )
    states = [received]
    for moment in steps:
        states.append(_from_time(moment, states, say))
    if column is None:
        return (*_last_is_won(states, say, forced), *_by_reason(engine, sheet, times, states, say))
    stages, ends = _split(column, forced)
    at = times.changed or first
    for value, cases in stages:
        states.append(_stage(column, value, cases, at, first, states, say))
    for value, cases, outcome in ends:
        own = _own_time(engine, sheet, column, value, steps) if outcome == "won" else None
        if own is not None:
            states = [s for s in states if s.when is None or s.when.at != own.columns]
        states.append(_end(column, value, cases, outcome, own, times, steps, states, say))
    return tuple(states)


def _from_time(moment: Moment, before: Sequence[State], say: Words) -> State:
    title = _title(moment.name)
    name = slug(title, [state.name for state in before])
    leave = moment.leave.columns if moment.leave else ()
    when = When(at=moment.columns, leave=leave)
    return State(name=name, title=title, when=when, cases=moment.cases, why=say.t("draft.why.time", n=moment.cases))


def _title(column: str) -> str:
    """`ts_reply_at` -> `Reply`, `Дата создания` -> `Создания` would be odd in Russian: there the name stays."""
    plain = words.plain(column)
    bare = " ".join(_TIME_WORDS.sub(" ", plain).split())
    kept = bare if bare and not words.is_cyrillic(column) else plain
    return kept[:1].upper() + kept[1:]


def _last_is_won(states: Sequence[State], say: Words, forced: Forced) -> tuple[State, ...]:
    """Without a stage the last time is taken for success, unless its name says otherwise."""
    named = [replace(s, outcome=words.outcome_of(s.when.at[-1])) if n and s.when else s for n, s in enumerate(states)]
    if len(named) < 2:
        return tuple(named)
    if "won" in forced:
        return tuple(replace(s, outcome="won" if s.name in forced["won"] else None) for s in named)
    won = [state for state in named if state.outcome == "won"]
    if won:
        last = won[-1]
        why = say.t("draft.why.won_words")
    else:
        last = next((state for state in reversed(named[1:]) if state.outcome is None), named[-1])
        why = say.t("draft.why.won_position")
    found = [
        replace(s, outcome="won", why=f"{s.why}; {why}")
        if s is last
        else replace(s, outcome=None if s.outcome == "won" else s.outcome)
        for s in named
    ]
    return tuple([s for s in found if s.outcome is None] + [s for s in found if s.outcome is not None])


def _by_reason(engine: Engine, sheet: Sheet, times: Times, states: Sequence[State], say: Words) -> Iterator[State]:
    """Where no stage says lost, a reason of loss does: at the time of closing or of the last change, else the last."""
    last = times.moments[-1]
    for column in sheet.columns:
        if not column.says("loss_reason") or not 2 <= column.distinct <= MOST_REASONS or "`" in column.name:
            continue
        given = f"{quote(column.name)} is not null"
        sql = f"select count(*) filter ({last.sql} is not null) from {sheet.relation} where {given}"
        if int(str(engine.row(sql)[0])) > 0.1 * column.filled or len(states) < 2:
            continue
        chain = [*([times.closed] if times.closed else []), *([times.changed] if times.changed else [])]
        columns = list(dict.fromkeys(moment.columns for moment in (*chain, *reversed(times.moments))))
        when = When(
            at=columns[0],
            otherwise=tuple(columns[1:]),
            status=column.name,
            values=tuple(value for value, _ in column.values),
        )
        title = say.t("draft.lost")
        yield State(
            name=slug("lost", [state.name for state in states]),
            title=title,
            when=when,
            cases=column.filled,
            outcome="lost",
            why=say.t("draft.why.reason", column=column.name),
        )
        return


def _split(column: Column, forced: Forced) -> tuple[list[tuple[str, int]], list[tuple[str, int, words.Outcome]]]:
    """Values that are stages, in the usual order of sales, and values that are ends."""
    stages, ends = [], []
    for value, cases in column.values:
        outcome = words.outcome_of(value)
        if "won" in forced:
            outcome = "won" if value in forced["won"] else (None if outcome == "won" else outcome)
        if outcome:
            ends.append((value, cases, outcome))
        else:
            stages.append((value, cases))
    if not any(outcome == "won" for _, _, outcome in ends) and stages:
        last = max(stages, key=lambda pair: pair[1])
        stages.remove(last)
        ends.append((*last, "won"))
    rank = {value: words.stage_rank(value) for value, _ in stages}
    stages = [pair for pair in stages if rank[pair[0]] != 0]
    stages.sort(key=lambda pair: (rank[pair[0]] if rank[pair[0]] is not None else 99, -pair[1], pair[0]))
    order = {"won": 0, "lost": 1, "void": 2}
    return stages, sorted(ends, key=lambda end: (order[end[2]], -end[1], end[0]))


def _stage(
    column: Column, value: str, cases: int, at: Moment, first: Moment, before: Sequence[State], say: Words
) -> State:
    otherwise = (first.columns,) if at is not first else ()
    return State(
        name=slug(value, [state.name for state in before]),
        title=value,
        when=When(at=at.columns, otherwise=otherwise, status=column.name, values=(value,)),
        cases=cases,
        why=say.t("draft.why.stage_today", n=cases),
    )


def _own_time(engine: Engine, sheet: Sheet, column: Column, value: str, steps: Sequence[Moment]) -> Moment | None:
    """The time that stands where the stage has this value, and nowhere else."""
    for moment in reversed(steps):
        same = f"{quote(column.name)} is not distinct from {text_literal(value)}"
        both, either = engine.row(
            f"select count(*) filter ({same} and {moment.sql} is not null),"
            f" count(*) filter ({same} or {moment.sql} is not null) from {sheet.relation}"
        )
        if int(str(both)) >= 0.75 * int(str(either)):
            return moment
    return None


def _end(
    column: Column,
    value: str,
    cases: int,
    outcome: words.Outcome,
    own: Moment | None,
    times: Times,
    steps: Sequence[Moment],
    before: Sequence[State],
    say: Words,
) -> State:
    """A final state: at its own time, at the time of closing, or at the last time of the row."""
    leaves = [moment.leave for moment in reversed(times.moments) if moment.leave]
    chain = [*([own] if own else []), *([times.closed] if times.closed else []), *leaves]
    chain += [times.changed] if times.changed else []
    chain += [*reversed(steps), times.moments[0]]
    columns = list(dict.fromkeys(moment.columns for moment in chain))
    by_word = words.outcome_of(value) is not None
    return State(
        name=slug(value, [state.name for state in before]),
        title=value,
        when=When(
            at=columns[0],
            otherwise=tuple(columns[1:]),
            leave=own.leave.columns if own and own.leave else (),
            status=column.name,
            values=(value,),
        ),
        cases=cases,
        outcome=outcome,
        why=say.t(f"draft.why.{outcome}_words" if by_word else "draft.why.won_most"),
    )


def steps_sql(sheet: Sheet, case: Sequence[str], states: Sequence[State], times: Times) -> str:
    """A query of one row per state a case came to: the case, the state, when, its place in the process."""
    key = " || '/' || ".join(f"coalesce({quote(name)}, '')" for name in case)
    every = {moment.columns: moment.sql for moment in times.moments}
    every |= {m.leave.columns: m.leave.sql for m in times.moments if m.leave}
    every |= {m.columns: m.sql for m in (times.changed, times.closed) if m}
    parts = []
    for place, state in enumerate(states):
        when = state.when
        if when is None:
            continue
        at = f"coalesce({', '.join(every[columns] for columns in (when.at, *when.otherwise))})"
        listed = ", ".join(text_literal(value) for value in when.values)
        where = f"{quote(when.status)} in ({listed})" if when.status else "true"
        name = text_literal(state.name)
        columns = f'{key} as "case", {name} as state, {at} as happened, {place} as seq'
        parts.append(f"select {columns} from {sheet.relation} where {where}")
    union = "\nunion all\n".join(parts)
    return f'select * from ({union}) where happened is not null and "case" is not null'
