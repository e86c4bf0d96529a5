"""What a row of an export is: an event of a case, or a case as a whole; and which columns tell cases apart."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.draft.columns import MOSTLY, Column
from engine.draft.guess import Guess, Other, by_margin
from engine.draft.sheets import Sheet
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.xes import ACTIVITY, AT, CASE
from engine.render.words import Words

Shape = Literal["events", "milestones", "snapshot", "counts"]
Forced = Mapping[str, tuple[str, ...]]
"""What is given instead of guessed: columns by role."""

MOST_ACTIVITIES = 200
ALONE, BESIDE_UNIQUE = 0.3, 0.5
"""How well columns must fit as a log of events: where nothing else tells cases apart, where another column does."""
MOST_ROWS = 60
"""Rows of a case on average: what has more is a manager or a shop."""
CHANCE = 1.2
"""How far a few cases may begin alike by chance alone, in parts of one per square root of their number."""
_NOT_A_CASE = ("manager", "source", "channel", "branch", "product", "amount", "loss_reason", "free", "activity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The shape of a sheet with the guesses it rests on: `case`, and of events `activity` and `at`."""

    shape: Shape
    guesses: dict[str, Guess]


@dataclass(frozen=True, slots=True)
class _Events:
    """Three columns taken as a log of events, and how well that fits from 0 to 1."""

    case: Column
    activity: Column
    at: Column
    score: float
    rows_per_case: float
    forward: float


def form_of(engine: Engine, sheet: Sheet, forced: Forced, say: Words) -> Form | None:
    """The shape of a sheet; None where no columns tell cases apart or there is no time."""
    if not any(column.is_time for column in sheet.columns):
        return None
    if sheet.is_xes and not forced:
        return _standard(say)
    if {"case", "activity", "at"} <= set(forced):
        return Form(shape="events", guesses={role: Guess(role=role, columns=c, sure=1.0) for role, c in forced.items()})
    clocks = sum(column.is_clock for column in sheet.columns)
    whole = clocks > 1 or sheet.taken is not None  # several clocks in a row, or a list of cases: a row is no event
    found = () if whole else _logs(engine, sheet, forced)
    logs = sorted(found, key=lambda log: (-log.score, log.case.position, log.at.position))
    unique = [column for column in _case_like(sheet) if _is_unique(sheet, column)]
    needed = BESIDE_UNIQUE if any(_hint(column) > 0 for column in unique) else ALONE
    if "activity" in forced or (logs and logs[0].score >= needed and not forced.get("start")):
        return _events(logs, say) if logs else None
    case = _forced_case(forced) or _one_row_a_case(engine, sheet, unique, say)
    return Form(shape="milestones", guesses={"case": case}) if case else None


def _standard(say: Words) -> Form:
    why = (say.t("draft.why.standard"),)
    roles = {"case": CASE, "activity": ACTIVITY, "at": AT}
    found = {role: Guess(role=role, columns=(name,), sure=0.98, why=why) for role, name in roles.items()}
    return Form(shape="events", guesses=found)


def _forced_case(forced: Forced) -> Guess | None:
    return Guess(role="case", columns=forced["case"], sure=1.0) if "case" in forced else None


# --- a row is an event ------------------------------------------------------------------------------------------------


def _case_like(sheet: Sheet) -> list[Column]:
    """Columns that could name a case, the likeliest first."""
    found = [
        column
        for column in sheet.columns
        if not column.is_time
        and not column.is_clock
        and column.filled >= sheet.rows * MOSTLY
        and column.distinct > 1
        and column.length <= 64
        and not (column.numeric >= MOSTLY and column.is_called("amount"))
    ]
    return sorted(found, key=lambda column: (-_hint(column), column.position))


def _hint(column: Column) -> float:
    """How much a name speaks of a case."""
    if column.is_called("phone") or column.is_called("email") or (column.phone >= MOSTLY and column.length >= 11):
        return -0.5
    score = 0.6 * column.is_called("case") + 0.5 * column.is_called("case_thing")
    score -= 0.5 * any(column.is_called(role) for role in _NOT_A_CASE)
    return score - 0.4 * column.is_called("client")


def _is_unique(sheet: Sheet, column: Column) -> bool:
    return column.distinct >= column.filled * 0.998 and column.filled >= sheet.rows * 0.98


def _activity_like(sheet: Sheet, forced: Forced) -> list[Column]:
    if "activity" in forced:
        return [sheet.column(forced["activity"][0])]
    found = [
        column
        for column in sheet.columns
        if 2 <= column.distinct <= MOST_ACTIVITIES
        and column.filled >= sheet.rows * MOSTLY
        and not column.is_time
        and not column.is_clock
        and (column.numeric < 0.5 or column.is_called("activity"))
    ]
    return sorted(found, key=lambda column: (-_activity_hint(column), column.position))[:4]


def _activity_hint(column: Column) -> float:
    others = ("manager", "source", "channel", "branch", "product", "client", "loss_reason")
    return float(column.is_called("activity")) - 0.6 * any(column.is_called(role) for role in others)


def _time_like(sheet: Sheet, forced: Forced) -> list[Column]:
    if "at" in forced:
        return [sheet.column(forced["at"][0])]
    found = [c for c in sheet.columns if c.is_time and c.filled >= sheet.rows * MOSTLY and not c.is_called("planned")]
    return sorted(found, key=lambda column: (-column.distinct, column.position))[:4]


def _logs(engine: Engine, sheet: Sheet, forced: Forced) -> Iterator[_Events]:
    """Every way to read the sheet as a log of events."""
    activities, times = _activity_like(sheet, forced), _time_like(sheet, forced)
    cases = [sheet.column(forced["case"][0])] if "case" in forced else _case_like(sheet)[:8]
    for case, at in itertools.product(cases, times) if activities else ():
        if _is_unique(sheet, case) and "case" not in forced:
            continue
        yield from _measured(engine, sheet, case, at, [a for a in activities if a.name != case.name])


def _measured(
    engine: Engine, sheet: Sheet, case: Column, at: Column, activities: Sequence[Column]
) -> Iterator[_Events]:
    """How the rows of a case differ: several activities one after another, cases that begin alike."""
    if not activities:
        return
    kinds = ", ".join(
        f"count(distinct {quote(a.name)}) as n{i}, arg_min({quote(a.name)}, {quote(at.time)}) as f{i}"
        for i, a in enumerate(activities)
    )
    several = ", ".join(f"avg((n{i} > 1)::int) filter (rows > 1)" for i in range(len(activities)))
    begins = ", ".join(f"mode(f{i}), map_extract_value(histogram(f{i}), mode(f{i}))" for i in range(len(activities)))
    sql = f"""
with one as (
  select {quote(case.name)} as "~case", count(*) as rows, min({quote(at.time)}) as low, max({quote(at.time)}) as high,
         {kinds}
  from {sheet.relation}
  where {quote(case.name)} is not null
  group by 1)
select count(*), sum(rows), coalesce(sum(rows) filter (rows > 1), 0), avg((high > low)::int) filter (rows > 1),
       {several}, {begins}
from one"""
    row = engine.row(sql)
    cases, rows, repeated, forward, *varieties = (float(str(v or 0)) for v in row[: 4 + len(activities)])
    firsts = row[4 + len(activities) :]
    if not cases or rows > MOST_ROWS * cases:
        return
    for i, activity in enumerate(activities):
        usual = dict(activity.values).get(str(firsts[2 * i]), 0) / max(1, activity.filled)
        first = float(str(firsts[2 * i + 1] or 0)) / cases
        lift = (first - usual) / max(0.01, 1 - usual)  # cases begin alike, and not as any row would
        lift = max(0.0, lift - CHANCE / cases**0.5)
        fit = repeated / rows * varieties[i] * forward * (0.15 + 0.85 * lift)
        hints = 0.15 * (_hint(case) > 0) - 0.3 * (_hint(case) < 0) + 0.2 * _activity_hint(activity)
        score = fit + hints if fit >= 0.15 else fit
        yield _Events(case, activity, at, score, rows / cases, forward)


def _events(logs: Sequence[_Events], say: Words) -> Form:
    best = logs[0]
    mean = say.number(best.rows_per_case)
    why = {
        "case": (*_named(best.case, "case", say), say.t("draft.why.repeats", n=best.case.distinct, mean=mean)),
        "activity": (*_named(best.activity, "activity", say), _shown(best.activity, say)),
        "at": (*_named(best.at, "time", say), say.t("draft.why.forward", share=say.share(best.forward))),
    }
    columns = {"case": best.case, "activity": best.activity, "at": best.at}
    found = {}
    for role, column in columns.items():
        rivals = _best_of_each(logs, role)
        others = tuple(Other((name,), round(min(score, 0.95), 2)) for name, score in rivals if name != column.name)
        sure = by_margin([best.score, *(score for name, score in rivals if name != column.name)])
        found[role] = Guess(role=role, columns=(column.name,), sure=sure, why=why[role], others=others[:2])
    return Form(shape="events", guesses=found)


def _best_of_each(logs: Sequence[_Events], role: str) -> list[tuple[str, float]]:
    """The best score of each column in a role, the others as in the best log."""
    best = logs[0]
    names = {"case": best.case.name, "activity": best.activity.name, "at": best.at.name}
    found: dict[str, float] = {}
    for log in logs:
        here = {"case": log.case.name, "activity": log.activity.name, "at": log.at.name}
        if all(here[other] == names[other] for other in names if other != role) and log.score >= 0.15:
            found[here[role]] = max(found.get(here[role], 0.0), log.score)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _named(column: Column, role: str, say: Words) -> tuple[str, ...]:
    return (say.t("draft.why.name"),) if column.is_called(role) else ()


def _shown(column: Column, say: Words) -> str:
    return say.t("draft.why.values", n=column.distinct, values=", ".join(value for value, _ in column.values[:3]))


# --- a row is a case --------------------------------------------------------------------------------------------------


def _one_row_a_case(engine: Engine, sheet: Sheet, unique: Sequence[Column], say: Words) -> Guess | None:
    """One unique column, else two, else all that look like names of things and the times of their beginning."""
    if unique:
        scores = [0.45 + 0.6 * _hint(column) - 0.01 * column.position for column in unique]
        ranked = sorted(zip(scores, unique, strict=True), key=lambda pair: (-pair[0], pair[1].position))
        best = ranked[0][1]
        why = (*_named(best, "case", say), say.t("draft.why.unique", n=best.distinct))
        others = tuple(Other((column.name,), round(max(0.05, min(score, 0.9)), 2)) for score, column in ranked[1:3])
        sure = by_margin([score for score, _ in ranked])
        return Guess(role="case", columns=(best.name,), sure=sure, why=why, others=others)
    columns = _several(engine, sheet)
    if not columns:
        return None
    why = (say.t("draft.why.together", n=sheet.rows),)
    return Guess(role="case", columns=columns, sure=0.7, why=why)


def _several(engine: Engine, sheet: Sheet) -> tuple[str, ...]:
    """Columns that together are different in every row."""
    likely = [c for c in _case_like(sheet) if c.numeric < MOSTLY or c.is_called("case")]
    named = [column for column in likely if column.is_called("case")]
    for pair in itertools.combinations(likely[:8], 2):
        if any(column in named for column in pair) and _is_key(engine, sheet, pair):
            return _as_they_stand(pair)
    times = [c for c in sheet.columns if c.is_time and c.filled == sheet.rows and not c.is_called("planned")]
    chosen = list(named)
    for column in (None, *times):
        chosen += [column] if column else []
        if chosen and _is_key(engine, sheet, chosen):
            return _as_they_stand(chosen)
    return ()


def _as_they_stand(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.name for column in sorted(columns, key=lambda column: column.position))


def _is_key(engine: Engine, sheet: Sheet, columns: Sequence[Column]) -> bool:
    listed = ", ".join(quote(column.name) for column in columns)
    sql = f"select count(*) from (select distinct {listed} from {sheet.relation})"
    return int(str(engine.row(sql)[0])) >= sheet.rows * 0.9999
