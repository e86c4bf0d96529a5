"""A row that is a case: what its stage of today, or a reason of loss, says of how it ended, and its states in order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.draft import words
from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.model import State, When, slug
from engine.draft.shapes import Forced
from engine.draft.sheets import Sheet
from engine.draft.times import Moment, Times
from engine.engines.duckdb import Engine
from engine.engines.sql import quote, text_literal
from engine.render.words import Words

_TIME_WORDS = re.compile(r"\b(дата и время|дата|время|date|time|timestamp|ts|dt|at|on)\b")
MOST_STATUSES, MOST_REASONS = 30, 40


def status_of(sheet: Sheet, used: Sequence[str], forced: Forced, say: Words) -> Guess | None:
    """The column that says where a case is, or how it ended; None where there is none."""
    if "status" in forced:
        return Guess(role="status", columns=forced["status"], sure=1.0)
    scored = []
    for column in sheet.columns:
        if column.name in used or column.is_time or column.numeric >= MOSTLY or "`" in column.name:
            continue
        if not 2 <= column.distinct <= MOST_STATUSES or column.is_called("loss_reason"):
            continue
        kinds = {words.outcome_of(value) for value, _ in column.values} - {None}
        said = column.is_called("activity")
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
        states.append(_end(engine, sheet, column, value, cases, outcome, own, times, steps, states, say))
    return tuple(states)


def is_snapshot(sheet: Sheet, times: Times, status: Guess | None, forced: Forced) -> bool:
    """Whether a row tells where a case is today and when it began, changed or was closed, but no time of a stage.

    Of several files it must be known when each was saved.
    """
    if (
        (len(sheet.files) > 1 and sheet.taken is None)
        or status is None
        or any(moment.leave for moment in times.moments)
        or times.empty_clock
    ):
        return False
    column = sheet.column(status.columns[0])
    steps = [moment for moment in times.moments[1:] if moment is not times.closed]
    ended = {value for value, _, _ in _split(column, forced)[1]}
    return not steps and column.filled >= 0.98 * sheet.rows and len(ended) < column.distinct


def as_snapshot(states: Sequence[State], column: Column) -> tuple[State, ...]:
    """The states by the words of the stage column; the first words of sales mean the first state."""
    named = {value for state in states if state.when for value in state.when.values}
    first = tuple(value for value, _ in column.values if value not in named)
    return tuple(
        replace(state, activities=state.when.values if n and state.when else first) for n, state in enumerate(states)
    )


def moves_sql(sheet: Sheet, case: Sequence[str], states: Sequence[State], times: Times, status: str) -> str:
    """A query like `steps_sql` of snapshots of several days: a stage begins when it was first seen, or dated."""
    taken = sheet.taken
    if taken is None:
        return steps_sql(sheet, case, states, times)
    named = {value: (n, state) for n, state in enumerate(states) for value in state.activities}
    of_state = " ".join(f"when {text_literal(v)} then {text_literal(s.name)}" for v, (_, s) in named.items())
    place = " ".join(f"when {text_literal(v)} then {n}" for v, (n, _) in named.items())
    own = f"when {times.changed.sql} <= {taken.sql} then {times.changed.sql}" if times.changed else ""
    ends = ", ".join(text_literal(v) for v, (_, state) in named.items() if state.outcome)
    if times.closed and ends:
        own = f"when {quote(status)} in ({ends}) and {times.closed.sql} <= {taken.sql} then {times.closed.sql} {own}"
    began = times.moments[0].sql
    return f"""
select {case_sql(case)} as "case", {text_literal(states[0].name)} as state, min({began}) as happened, 0 as seq
from {taken.relation}
where {quote(case[0])} is not null
  and {began} is not null
group by 1
union all
select "~case", "~state", greatest("~at", "~began"), "~place"
from (
  select {case_sql(case)} as "~case",
         case {quote(status)} {of_state} end as "~state",
         case {quote(status)} {place} end as "~place",
         case when false then null {own} else {taken.sql} end as "~at",
         {began} as "~began",
         {taken.sql} as "~taken"
  from {taken.relation}
  where {quote(case[0])} is not null
  qualify "~state" is distinct from lag("~state") over (partition by "~case" order by "~taken"))
where "~place" > 0"""


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
    as_written = " ".join(column.replace("_", " ").split())  # КП stays КП
    kept = as_written if words.is_cyrillic(column) else bare or plain
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
        if not column.is_called("loss_reason") or not 2 <= column.distinct <= MOST_REASONS or "`" in column.name:
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
            dated=_dated(engine, sheet, given, chain),
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
        when=When(at=at.columns, otherwise=otherwise, status=column.name, values=(value,), dated=at is not first),
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
    engine: Engine,
    sheet: Sheet,
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
    dated = _dated(engine, sheet, f"{quote(column.name)} = {text_literal(value)}", chain)
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
            dated=dated,
        ),
        cases=cases,
        outcome=outcome,
        why=say.t(f"draft.why.{outcome}_words" if by_word else "draft.why.won_most"),
    )


def _dated(engine: Engine, sheet: Sheet, test: str, moments: Sequence[Moment]) -> bool:
    """Whether nearly all rows that a condition holds for have one of the times."""
    if not moments:
        return False
    given = " or ".join(f"{moment.sql} is not null" for moment in moments)
    share = engine.row(f"select avg(({given})::integer) from {sheet.relation} where {test}")[0]
    return float(str(share or 0)) >= MOSTLY


def case_sql(case: Sequence[str]) -> str:
    """SQL of the name of a case."""
    return quote(case[0]) if len(case) == 1 else " || '/' || ".join(f"coalesce({quote(name)}, '')" for name in case)


def steps_sql(sheet: Sheet, case: Sequence[str], states: Sequence[State], times: Times) -> str:
    """A query of one row per state a case came to: the case, the state, when, its place in the process."""
    key = case_sql(case)
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
