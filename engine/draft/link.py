"""A second log (calls, payments, visits): by what it finds the cases of the first, and how many of its rows do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.draft.columns import MOSTLY, Column
from engine.draft.flow import STEPS
from engine.draft.guess import Guess
from engine.draft.model import Activity, Linked, LinkKey, slug
from engine.draft.points import nice
from engine.draft.sheets import Sheet
from engine.draft.stages import case_sql
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.phones import first_number
from engine.render.words import Words

ENOUGH, LEAST = 0.15, 3
"""The share and the number of rows that must find a case."""
MOST_MARKS = 8
DAY = 86_400


@dataclass(frozen=True, slots=True)
class _Try:
    ours: Column
    theirs: str
    named: str
    a: str
    b: str
    """SQL of our key and of theirs."""


def link_of(
    engine: Engine,
    main: Sheet,
    other: Sheet,
    case: Sequence[str],
    attributes: Mapping[str, Guess],
    taken: Sequence[str],
    say: Words,
) -> Linked | str:
    """How a table joins the cases that were drafted (`taken`: names that marks must not have), or why it does not."""
    at = _at(other)
    if at is None:
        return "no_time"
    tries = list(_tries(main, other, case, attributes))
    if not tries:
        return "no_key"
    found = [(one, *_matches(engine, main, other, case, one, at)) for one in tries]
    good = [(one, n, gap) for one, n, gap in found if n >= max(LEAST, ENOUGH * other.rows)]
    if not good:
        return "few_found"
    keys: dict[str, LinkKey] = {}
    for one, n, _ in good:
        if one.theirs not in {key.theirs for key in keys.values()}:
            keys.setdefault(one.ours.name, LinkKey(ours=one.ours.name, theirs=one.theirs, matched=n))
    by_case = any(one.theirs in case for one, _, _ in good)
    own = next((c.name for c in other.columns if c.distinct == c.filled == other.rows and c.is_called("case")), "")
    activity = _activity(other, tuple(keys))
    return Linked(
        sheet=other,
        keys=tuple(keys.values()),
        within="" if by_case else nice(max(DAY, good[0][2])),
        case=own if own not in keys else "",
        activity=activity.name if activity else "",
        at=at[1],
        marks=tuple(_marks(other, activity, taken, say)),
        rows=other.rows,
        exported=_exported(engine, other, at[0]),
    )


def _exported(engine: Engine, other: Sheet, at: str) -> datetime | None:
    """Both were saved at once, as far as anybody knows: a log that ends earlier does not end the judging of cases."""
    last, ours = engine.row(f"select (select max(happened) from {STEPS}), (select max({at}) from {other.relation})")
    if not isinstance(last, datetime) or not isinstance(ours, datetime) or ours >= last:
        return None
    return last.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _at(other: Sheet) -> tuple[str, tuple[str, ...]] | None:
    """SQL of when a row happened, and its columns."""
    times = [c for c in other.columns if c.is_time and c.filled >= other.rows * MOSTLY and not c.is_called("planned")]
    times.sort(key=lambda column: (-column.filled, column.is_called("changed"), column.day_only, column.position))
    if not times:
        return None
    time = times[0]
    clock = next((c for c in other.columns if c.is_clock and c.filled == other.rows), None)
    if time.day_only == 1 and clock is not None:
        return f"({quote(time.time)}::date + try_cast({quote(clock.name)} as time))", (time.name, clock.name)
    return quote(time.time), (time.name,)


def _tries(main: Sheet, other: Sheet, case: Sequence[str], attributes: Mapping[str, Guess]) -> Iterator[_Try]:
    """Pairs of columns that may be equal: the number of the case, then phones, mails, clients."""
    usable = [c for c in other.columns if c.filled and not c.is_time and not c.is_clock]
    if len(case) == 1:
        for column in usable:
            same = column.name.casefold() == case[0].casefold()
            named = same or column.is_called("case") or column.is_called("case_thing")
            own = column.distinct == column.filled >= other.rows * MOSTLY
            if named and not own and not column.is_called("phone"):
                yield _Try(column, case[0], case[0], quote(column.name), quote(case[0]))
    for role, fits, sql in (
        ("phone", _is_phone, first_number),
        ("email", _is_email, lambda text: f"lower({text})"),
        ("client", _is_client, lambda text: f"lower({text})"),
    ):
        if role in attributes:
            theirs = attributes[role].columns[0]
            for column in usable:
                if fits(column):
                    yield _Try(column, role, theirs, sql(quote(column.name)), sql(quote(theirs)))


def _is_phone(column: Column) -> bool:
    return column.phone >= 0.5 and (column.is_called("phone") or column.length >= 10)


def _is_email(column: Column) -> bool:
    return column.email >= 0.5


def _is_client(column: Column) -> bool:
    return column.is_called("client") and column.numeric < MOSTLY and not _is_phone(column)


def _matches(
    engine: Engine, main: Sheet, other: Sheet, case: Sequence[str], one: _Try, at: tuple[str, tuple[str, ...]]
) -> tuple[int, float]:
    """Rows that come after the beginning of a case of their key, and the seconds within which 95 of 100 of them do."""
    sql = f"""
with began as (
  select "case", min(happened) as began from {STEPS} group by 1),
anchors as (
  select distinct "~key" as key, began
  from (select {case_sql(case)} as "~case", {one.b} as "~key" from {main.relation})
  join began on began."case" = "~case"
  where "~key" is not null),
units as (
  select rowid as n, {one.a} as key, {at[0]} as happened from {other.relation} where {one.a} is not null)
select count(*), coalesce(quantile_cont(epoch(units.happened) - epoch(anchors.began), 0.95), 0)
from units
asof join anchors
  on units.key = anchors.key
  and units.happened >= anchors.began"""
    count, gap = engine.row(sql)
    return int(str(count)), float(str(gap))


def _activity(other: Sheet, used: Sequence[str]) -> Column | None:
    """The column that says what a row is: few words, always filled, named so."""
    found = [
        column
        for column in other.columns
        if 2 <= column.distinct <= MOST_MARKS
        and column.filled == other.rows
        and column.name not in used
        and column.is_called("activity")
        and column.numeric < 0.5
        and not column.is_time
    ]
    return found[0] if found else None


def _marks(other: Sheet, activity: Column | None, taken: Sequence[str], say: Words) -> Iterator[Activity]:
    names = list(taken)
    for value, count in activity.values if activity else (("", other.rows),):
        title = f"{other.name}: {value}" if value else other.name
        name = slug(title, names)
        names.append(name)
        yield Activity(activity=value, mark=name, title=title, events=count, why=say.t("draft.why.linked", n=count))
