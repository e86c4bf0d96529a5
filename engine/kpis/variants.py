"""How cases went, move by move and as whole ways: directly-follows counts with durations, and variants."""

from dataclasses import dataclass

from engine.events.log import EventLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """One directly-follows pair: how often, half of the times within so many seconds."""

    from_: str
    to: str
    moves: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Cases with the same order of states."""

    states: tuple[str, ...]
    cases: int


def directly_follows(log: EventLog) -> tuple[Follows, ...]:
    """Every pair of states that followed each other, the most frequent first."""
    names = [state.name for state in log.process.states]
    rows = log.engine.rows(f"""
select state_no,
       next_state_no,
       count(*) as moves,
       median(epoch(left_at) - epoch(entered_at)) as seconds
from {log.relation("visits")}
where next_state_no is not null
group by all
order by moves desc, state_no, next_state_no""")
    return tuple(
        Follows(
            from_=names[int(str(origin))],
            to=names[int(str(target))],
            moves=int(str(moves)),
            median_seconds=float(str(seconds)) if seconds is not None else None,
        )
        for origin, target, moves, seconds in rows
    )


def variants(log: EventLog, *, at_most: int | None) -> tuple[Variant, ...]:
    """The variants with most cases first (all of them where `at_most` is None)."""
    names = [state.name for state in log.process.states]
    limit = f"limit {at_most}" if at_most is not None else ""
    # the number of the visit before that of the state in one integer: sorted twice as fast as by an aggregate's order
    rows = log.engine.rows(f"""
select way, count(*) as cases
from (
  select list_sort(list(visit_no * 256::bigint + state_no)) as way
  from {log.relation("visits")}
  group by case_key)
group by way
order by cases desc, way
{limit}""")
    return tuple(
        Variant(states=tuple(names[int(str(number)) % 256] for number in way), cases=int(str(cases)))
        for way, cases in rows
        if isinstance(way, list)
    )
