"""A row that is an event: which activities are states of the case, which only happen to it, how it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft import words
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.model import Activity, State, slug
from engine.draft.shapes import Forced
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.render.words import Words

MOST_STATES, MOST_MARKS = 14, 10
OFTEN = 2.2
"""An activity that happens more often than this in a case moves nothing: it is a mark."""
RARE = 0.03
"""Activities of fewer cases than this share are ignored by name."""
ENDS, TOGETHER = 0.5, 0.9
MOMENT = 60
"""Seconds within which two activities of the same cases are one step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An activity: events, cases, how often it is the first and the last of a case."""

    activity: str
    events: int
    cases: int
    first: int
    last: int
    position: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Activities:
    """What the activities are: states in the order in which cases meet them, and the rest."""

    states: tuple[State, ...]
    others: tuple[Activity, ...]
    won: Guess


def rows_sql(sheet: Sheet, guesses: Mapping[str, Guess]) -> str:
    """A query of one row per event: the case, the activity, when, its place in the file."""
    case, activity = (quote(guesses[role].columns[0]) for role in ("case", "activity"))
    at = quote(sheet.column(guesses["at"].columns[0]).time)
    return f"""
select {case} as "case", {activity} as activity, {at} as happened, rowid as seq
from {sheet.relation}
where {case} is not null
  and {activity} is not null
  and {at} is not null"""


def activities_of(engine: Engine, sheet: Sheet, guesses: Mapping[str, Guess], forced: Forced, say: Words) -> Activities:
    """Sort the activities of a log into states, marks and those that say nothing."""
    engine.execute(f'create or replace temp table "draft events" as {rows_sql(sheet, guesses)}')
    seen = _seen(engine, '"draft events"')
    total = max(1, int(str(engine.row('select count(distinct "case") from "draft events"')[0])))
    often = {one.activity for one in seen if one.events / one.cases > OFTEN and not _ends_cases(one)}
    rare = {one.activity for one in seen if one.cases < max(2, RARE * total)} - {
        one.activity for one in seen if words.outcome_of(one.activity) and one.cases >= 2
    }
    stay = [one for one in seen if one.activity not in often | rare]
    stay = sorted(stay, key=lambda one: (words.outcome_of(one.activity) is None, -one.cases, one.activity))
    names = [one.activity for one in stay[: 2 * MOST_STATES]] or [seen[0].activity]
    names, twins = _without_twins(engine, names, max(seen, key=lambda one: one.first).activity)
    names = names[:MOST_STATES]
    states, won = _ended(engine, names, forced, say)
    left = [one for one in seen if one.activity not in {a for state in states for a in state.activities}]
    others = _others(left, often, twins, total, [state.name for state in states], say)
    return Activities(states=states, others=others, won=won)


def _ends_cases(one: _Seen) -> bool:
    return words.outcome_of(one.activity) is not None and one.last >= ENDS * one.cases


def _seen(engine: Engine, relation: str) -> list[_Seen]:
    sql = f"""
with placed as (
  select *,
         row_number() over (partition by "case" order by happened, seq) as n,
         count(*) over (partition by "case") as length
  from {relation})
select activity, count(*), count(distinct "case"),
       count(distinct "case") filter (n = 1),
       count(distinct "case") filter (n = length),
       avg(n / length)
from placed
group by activity
order by 3 desc, activity"""
    return [
        _Seen(
            activity=str(name),
            events=int(str(events)),
            cases=int(str(cases)),
            first=int(str(first)),
            last=int(str(last)),
            position=float(str(position)),
        )
        for name, events, cases, first, last, position in engine.rows(sql)
    ]


def _only(names: Sequence[str]) -> str:
    """The events of some activities, equal ones after another taken as one."""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return f"""(
select *
from "draft events"
where activity in ({listed})
qualify activity is distinct from lag(activity) over (partition by "case" order by happened, seq))"""


def _without_twins(engine: Engine, names: Sequence[str], first: str) -> tuple[list[str], dict[str, str]]:
    """Activities of the same cases at the same moment, or beside an end in changing order: one of them is enough."""
    sql = f"""
with firsts as (
  select "case", activity, min(happened) as came, min_by(seq, happened) as seq
  from {_only(names)}
  group by 1, 2),
counted as (
  select activity, count(*) as n from firsts group by 1)
select a.activity, b.activity,
       count(*) / greatest(any_value(ca.n), any_value(cb.n)),
       count(*) filter ((a.came, a.seq) < (b.came, b.seq)) / count(*),
       quantile_disc(abs(epoch(b.came) - epoch(a.came)), 0.9)
from firsts a
join firsts b on b."case" = a."case" and b.activity <> a.activity
join counted ca on ca.activity = a.activity
join counted cb on cb.activity = b.activity
group by 1, 2
order by 1, 2"""
    twins: dict[str, str] = {}
    for kept, other, same, before, apart in engine.rows(sql):
        end, name = str(kept), str(other)
        if float(str(same)) < TOGETHER or end in twins or words.outcome_of(name) is not None or name == first:
            continue
        ends = words.outcome_of(end) is not None and 0.1 <= float(str(before)) <= 0.9
        at_once = float(str(apart)) <= MOMENT and (end == first or float(str(before)) < 0.5)
        if ends or at_once:
            twins[name] = end
    return [name for name in names if name not in twins], twins


def _ended(engine: Engine, names: Sequence[str], forced: Forced, say: Words) -> tuple[tuple[State, ...], Guess]:
    """States with their outcomes: by their words where they end cases, else by their place."""
    seen = {one.activity: one for one in _seen(engine, _only(names))}
    ordered = sorted(seen.values(), key=lambda one: (one.position, -one.cases, one.activity))
    outcomes: dict[str, words.Outcome] = {}
    for one in ordered:
        outcome = words.outcome_of(one.activity)
        if outcome and one.last >= ENDS * one.cases:
            outcomes[one.activity] = outcome
    by_place = [one for one in ordered if one.first < ENDS * one.cases]
    by_place.sort(key=lambda one: (-(one.last / one.cases) * one.last**0.5, one.activity))
    if "won" in forced:
        outcomes = {name: outcome for name, outcome in outcomes.items() if outcome != "won"}
        outcomes |= dict.fromkeys((name for name in forced["won"] if name in seen), "won")
    won = [one for one in ordered if outcomes.get(one.activity) == "won"]
    by_words = bool(won)
    if not won:
        likely = [one for one in by_place if one.activity not in outcomes] or list(ordered[-1:])
        won = likely[:1]
        outcomes[won[0].activity] = "won"
    guess = _won_guess(won, by_place, outcomes, by_words, say)
    return tuple(_states(ordered, outcomes, by_words, say)), guess


def _won_guess(
    won: Sequence[_Seen], by_place: Sequence[_Seen], outcomes: Mapping[str, str], by_words: bool, say: Words
) -> Guess:
    best = max(won, key=lambda one: one.cases)
    share = best.last / best.cases
    why = say.t("draft.why.won_words" if by_words else "draft.why.won_last", share=say.share(share))
    rest = [one for one in by_place if one.activity not in outcomes]
    others = tuple(Other((one.activity,), round(0.5 * one.last / one.cases, 2)) for one in rest[:2])
    sure = 0.92 if by_words else by_margin([0.6 * share, *(other.sure for other in others[:1])])
    return Guess(role="won", columns=tuple(one.activity for one in won), sure=sure, why=(why,), others=others)


def _states(ordered: Sequence[_Seen], outcomes: Mapping[str, words.Outcome], by_words: bool, say: Words) -> list[State]:
    found: list[State] = []
    for one in ordered:
        outcome = outcomes.get(one.activity)
        key = "draft.why.seen" if outcome is None else f"draft.why.{outcome}_words"
        if outcome == "won" and not by_words:
            key = "draft.why.won_last"
        why = say.t(key, n=one.cases, share=say.share(one.last / one.cases))
        found.append(
            State(
                name=slug(one.activity, [state.name for state in found]),
                title=one.activity,
                activities=(one.activity,),
                cases=one.cases,
                outcome=outcome,
                why=why,
            )
        )
    return [s for s in found if s.outcome is None] + [s for s in found if s.outcome is not None]


def _others(
    left: Sequence[_Seen], often: set[str], twins: Mapping[str, str], total: int, taken: Sequence[str], say: Words
) -> tuple[Activity, ...]:
    """The rest: what happens often is a mark, the others are ignored by name."""
    found: list[Activity] = []
    names = list(taken)
    for one in left:
        mark = ""
        if one.activity in often and sum(bool(a.mark) for a in found) < MOST_MARKS:
            mark = slug(one.activity, names)
            names.append(mark)
            why = say.t("draft.why.often", times=say.number(one.events / one.cases), n=one.cases)
        elif one.activity in twins:
            why = say.t("draft.why.twin", activity=twins[one.activity])
        else:
            why = say.t("draft.why.rare", n=one.cases, of=total)
        found.append(Activity(activity=one.activity, mark=mark, title=one.activity, events=one.events, why=why))
    return tuple(found)


def events_steps_sql(states: Sequence[State]) -> str:
    """A query of one row per visit of a state, over the events of `activities_of`."""
    names = {activity: state.name for state in states for activity in state.activities}
    cases = " ".join(
        f"when '{activity.replace(chr(39), chr(39) * 2)}' then '{name}'" for activity, name in sorted(names.items())
    )
    return f'select "case", case activity {cases} end as state, happened, seq from {_only(sorted(names))}'


def with_moment(states: Sequence[State], column: str, say: Words) -> tuple[State, ...]:
    """A time of the case that says when it ended, as a final state of its own, taken for success."""
    kept = [replace(s, outcome=None, why="") if s.outcome == "won" else s for s in states]
    taken = [state.name for state in kept]
    bare = column.removeprefix("case:")
    closed = State(name=slug(bare, taken), title=bare, outcome="won", why=say.t("draft.why.moment", column=column))
    return (*[s for s in kept if s.outcome is None], closed, *[s for s in kept if s.outcome is not None])
