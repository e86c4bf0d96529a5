"""The directly-follows graph of an export: which moves are usual, where cases begin, how a case goes well."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.draft.model import Activity, Flow, Move, State
from engine.engines.duckdb import Engine
from engine.render.words import Words

STEPS = '"draft steps"'
RARE_SHARE, RARE_COUNT = 0.02, 3
"""A move is rare below this share of what leaves its state and of what arrives where it leads, or below that count."""
STARTS = 0.02
USUAL = 0.5
"""Stages that at least this share of the won cases passed belong to the happy path."""
SKIPS = 0.02


def flow_of(
    engine: Engine,
    steps: str,
    states: tuple[State, ...],
    others: Sequence[Activity],
    ordered: bool,
    say: Words,
    *,
    skips: bool = False,
) -> Flow:
    """States, moves and happy path of the steps; `ordered`: the states stand in the order of the process.

    `skips`: stages may be passed unseen.
    """
    engine.execute(f"create or replace temp table {STEPS} as {steps}")
    starts = _starts(engine)
    path = _path(engine, states, ordered, starts)
    states = _in_place(states, path)
    counts = _follows(engine)
    skips = skips or (ordered and len(path) > 2) or _skipped(counts, path)
    moves = _judged(counts, states, path, skips)
    states = _started(states, path, starts)
    moves = _mended(moves, states, path, skips)
    ways, won = _ways(engine, states, path, say)
    return Flow(
        states=states,
        others=tuple(others),
        moves=tuple(moves),
        happy_path=path,
        skips=skips,
        ways=ways,
        won_cases=won,
    )


def _starts(engine: Engine) -> dict[str, int]:
    sql = f"""
select state, count(*)
from (select arg_min(state, (happened, seq)) as state from {STEPS} group by "case")
group by 1
order by 2 desc, 1"""
    return {str(state): int(str(count)) for state, count in engine.rows(sql)}


def _follows(engine: Engine) -> dict[tuple[str, str], int]:
    """How often a state directly follows another."""
    sql = f"""
select state, following, count(*)
from (
  select state, lead(state) over (partition by "case" order by happened, seq) as following
  from {STEPS})
where following is not null
  and following <> state
group by 1, 2
order by 3 desc, 1, 2"""
    return {(str(a), str(b)): int(str(count)) for a, b, count in engine.rows(sql)}


# --- the happy path ---------------------------------------------------------------------------------------------------


def _path(engine: Engine, states: Sequence[State], ordered: bool, starts: dict[str, int]) -> tuple[str, ...]:
    """The most frequent way to success, with the stages that half of the won cases passed put in where they belong."""
    open_ = [state.name for state in states if state.outcome is None]
    won = max((state for state in states if state.outcome == "won"), key=lambda state: state.cases)
    if ordered:
        dated = [state.name for state in states if state.outcome is None and not (state.when and state.when.status)]
        return (*dated, won.name)
    usual = _usual(engine, won.name, set(open_))
    way = _commonest(engine, won.name, set(open_))
    first = next((name for name in starts if name in open_), None)
    if first is not None and first not in way:
        way = [first, *way]
    for name in usual:
        if name not in way:
            after = [n for n, other in enumerate(way) if _mostly_before(engine, other, name)]
            way.insert((after[-1] + 1) if after else min(1, len(way)), name)
    if first is not None:
        way = [first, *(name for name in way if name != first)]
    return (*(way or open_[:1]), won.name)


def _usual(engine: Engine, won: str, open_: set[str]) -> list[str]:
    sql = f"""
with good as (
  select "case" from {STEPS} where state = $won group by 1)
select state, avg(place), count(distinct "case") / (select count(*) from good)
from (
  select *, row_number() over (partition by "case" order by happened, seq) as place
  from {STEPS}
  semi join good using ("case"))
group by 1
order by 2, 1"""
    return [str(s) for s, _, share in engine.rows(sql, {"won": won}) if s in open_ and float(str(share)) >= USUAL]


def _commonest(engine: Engine, won: str, open_: set[str]) -> list[str]:
    """The most frequent order of first entries of won cases, without ends."""
    sql = f"""
with firsts as (
  select "case", state, min((happened, seq)) as came
  from {STEPS}
  group by 1, 2),
good as (
  select "case", came as won_at from firsts where state = $won)
select way
from (
  select list(state order by came) filter (came < won_at) as way
  from firsts
  join good using ("case")
  group by "case")
group by way
order by count(*) desc, way
limit 1"""
    rows = engine.rows(sql, {"won": won})
    way = rows[0][0] if rows else None
    return [str(name) for name in way if name in open_] if isinstance(way, list) else []


def _mostly_before(engine: Engine, a: str, b: str) -> bool:
    sql = f"""
select count(*) filter (a < b), count(*) filter (b < a)
from (
  select min((happened, seq)) filter (state = $a) as a, min((happened, seq)) filter (state = $b) as b
  from {STEPS}
  where state in ($a, $b)
  group by "case")"""
    before, after = engine.row(sql, {"a": a, "b": b})
    return int(str(before)) >= int(str(after))


def _in_place(states: Sequence[State], path: Sequence[str]) -> tuple[State, ...]:
    """The happy path first, then states beside it, the other ends last."""
    by_name = {state.name: state for state in states}
    inside = [by_name[name] for name in path]
    beside = [state for state in states if state.name not in path and state.outcome is None]
    ends = [state for state in states if state.name not in path and state.outcome is not None]
    return (*inside[:-1], *beside, inside[-1], *ends)


def _ways(engine: Engine, states: Sequence[State], path: Sequence[str], say: Words) -> tuple[str, int]:
    """How many of the won cases went exactly the happy path, in words."""
    sql = f"""
with firsts as (
  select "case", state, min((happened, seq)) as came
  from {STEPS}
  group by 1, 2)
select count(*), count(*) filter (way = $way)
from (
  select string_agg(state, chr(10) order by came) as way, bool_or(state = $won) as won
  from firsts
  group by "case")
where won"""
    won, same = engine.row(sql, {"won": path[-1], "way": "\n".join(path)})
    count = int(str(won))
    return say.t("draft.why.way", n=int(str(same)), of=count), count


# --- the moves --------------------------------------------------------------------------------------------------------


def _skipped(counts: dict[tuple[str, str], int], path: Sequence[str]) -> bool:
    """Whether cases jump forward over stages so often that it is the custom."""
    place = {name: n for n, name in enumerate(path)}
    forward = {pair: n for pair, n in counts.items() if place.get(pair[0], 99) < place.get(pair[1], -1)}
    jumps = sum(n for (a, b), n in forward.items() if place[b] > place[a] + 1)
    return jumps > SKIPS * max(1, sum(forward.values()))


def _judged(
    counts: dict[tuple[str, str], int], states: Sequence[State], path: Sequence[str], skips: bool
) -> list[Move]:
    """Every move that was made, with whether it is usual; forward jumps need no line where skips are allowed."""
    place = {name: n for n, name in enumerate(path)}
    outcome = {state.name: state.outcome for state in states}
    leaves: dict[str, int] = {}
    arrives: dict[str, int] = {}
    for (a, b), n in counts.items():
        leaves[a] = leaves.get(a, 0) + n
        arrives[b] = arrives.get(b, 0) + n
    found = [Move(source=a, dest=b, count=counts.get((a, b), 0), allowed=True) for a, b in itertools.pairwise(path)]
    done = {(move.source, move.dest) for move in found}
    for (a, b), n in counts.items():
        if (a, b) in done or (skips and place.get(a, 99) < place.get(b, -1)):
            continue
        often = n >= RARE_COUNT and (n >= RARE_SHARE * leaves[a] or n >= RARE_SHARE * arrives[b])
        back = outcome[a] is not None
        found.append(Move(source=a, dest=b, count=n, allowed=often and not (back and n < 0.1 * leaves[a])))
    return found


def _started(states: Sequence[State], path: Sequence[str], starts: dict[str, int]) -> tuple[State, ...]:
    """Where else cases begin."""
    total = max(1, sum(starts.values()))
    return tuple(
        replace(state, start=state.outcome is None and starts.get(state.name, 0) >= STARTS * total)
        if state.name != path[0]
        else state
        for state in states
    )


def _mended(moves: Sequence[Move], states: Sequence[State], path: Sequence[str], skips: bool) -> list[Move]:
    """Allow, or add, what is needed so that every state can be reached and every case can finish."""
    found = list(moves)
    names = [state.name for state in states]
    ends = {state.name for state in states if state.outcome is not None}
    begin = {path[0], *(state.name for state in states if state.start)}
    reached = _closure(begin, [(m.source, m.dest) for m in found if m.allowed])
    for name in names:
        if name not in reached:
            found = _allow(found, [m for m in found if m.dest == name and m.source in reached], path[0], name)
            reached = _closure(begin, [(m.source, m.dest) for m in found if m.allowed])
    backward = [(m.dest, m.source) for m in found if m.allowed]
    finishing = _closure(ends, backward)
    for name in names:
        if name not in finishing:
            found = _allow(found, [m for m in found if m.source == name and m.dest in finishing], name, path[-1])
            finishing = _closure(ends, [(m.dest, m.source) for m in found if m.allowed])
    return found


def _allow(moves: list[Move], fitting: Sequence[Move], source: str, dest: str) -> list[Move]:
    """The most frequent of the fitting moves allowed; where there is none, one added."""
    if not fitting:
        return [*moves, Move(source=source, dest=dest, count=0, allowed=True, made=True)]
    best = max(fitting, key=lambda move: move.count)
    return [replace(move, allowed=True) if move is best else move for move in moves]


def _closure(begin: Iterable[str], moves: Iterable[tuple[str, str]]) -> set[str]:
    following: dict[str, list[str]] = {}
    for source, dest in moves:
        following.setdefault(source, []).append(dest)
    reached, pending = set(begin), list(begin)
    while pending:
        for dest in following.get(pending.pop(), ()):
            if dest not in reached:
                reached.add(dest)
                pending.append(dest)
    return reached
