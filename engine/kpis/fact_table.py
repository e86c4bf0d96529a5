"""The temp table `facts`: what estimates are written to, what rules read; facts as objects for what is shown."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, Value
from engine.events.log import EventLog
from engine.kpis.durations import local_sql
from engine.kpis.fact import Fact, Period
from engine.kpis.measure import ByDeadline, Measure, Timed
from engine.kpis.rows_timed import end_of_log

OBSERVED_AT_LEAST = 10
"""Cases that must have been observed for the whole horizon, or the fact is too young (D4)."""

FACTS = """
create temp table if not exists facts (
  process varchar, control_point varchar, variant varchar, dimension varchar, segment varchar, since timestamp,
  until timestamp, partial boolean, value double, raw double, low double, high double, n bigint, n_eff double,
  known bigint, pending bigint, skipped bigint, of_ bigint, horizon bigint, maturity varchar, reached boolean,
  note varchar, forecast double, ready timestamp, at_limit double, limit_at double)"""


Key = Mapping[str, Value]
"""process, name (of the control point), variant."""


def create(engine: Engine) -> None:
    """Make the table where it is not there."""
    engine.execute(FACTS)


def forget(log: EventLog, key: Key) -> None:
    """Delete the facts of a control point."""
    sql = "delete from facts where process = $process and control_point = $name and variant = $variant"
    log.engine.execute(sql, key)


def note(log: EventLog, key: Key, text: str) -> None:
    """A fact that says why there is no number."""
    columns = ("process", "control_point", "variant", "n", "pending", "skipped", "maturity", "reached", "note")
    log.engine.insert("facts", columns, [(*key.values(), 0, 0, 0, "mature", True, text)])


def widen(log: EventLog, key: Key, seconds: int, measure: Measure) -> None:
    """Say that moves lie between two snapshots, `seconds` apart at most, and how far the number may be off for it.

    Whoever was in a stage and left it between two snapshots was not seen there: a share has no upper end, a time no
    lower one. An age counts from when a case was first seen.
    """
    if not seconds:
        return
    wider = "high = 1.0" if isinstance(measure, ByDeadline | Timed) else f"high = high + {seconds}"
    if isinstance(measure, Timed) and measure.quantile is not None:
        wider = "low = 0.0"
    log.engine.execute(
        f"""
update facts set note = concat_ws(';', note, 'interval={seconds}'), {wider}
where process = $process and control_point = $name and variant = $variant and value is not null""",
        key,
    )


def insert(
    log: EventLog,
    key: Mapping[str, Value],
    estimates: str,
    *,
    horizon: int | None = None,
    ripe: int = 0,
    limit: float | None = None,
) -> None:
    """Append estimates by cell  as facts: with segment, period, maturity and note.

    `limit`: where the curve was looked at for `at_limit`. Columns: cell, value, raw, low, high, n, n_eff, known,
    pending, skipped, of_, watched, reached, negative, never; where there are such, `forecast` and `at_limit`.
    `ripe`: seconds after its end until a period is mature.
    """
    seen = local_sql(log, end_of_log(log))
    manager_now = "manager" in log.attributes and not log.manager_varies
    notes = [
        "case when negative > 0 then 'negative=' || negative end",
        "case when never is not null then 'never=' || round(never, 6) end",
        "case when cells.dimension = 'manager' then 'manager=today' end" if manager_now else "null",
    ]
    maturity = f"""
case
  when watched < {OBSERVED_AT_LEAST} then 'too young'
  when since is not null and until + to_seconds({ripe}) > {seen} then 'provisional'
  else 'mature'
end"""
    bound = Bound()
    names = ", ".join(bound(value) for value in key.values())
    has_forecast = "as forecast" in estimates
    log.engine.execute(
        f"""
insert into facts
select {names}, dimension, segment, since, until, partial, value, raw, low, high, n, n_eff, known, pending, skipped,
       of_, {bound(horizon)}::bigint, {maturity} as maturity, reached, nullif(concat_ws(';', {", ".join(notes)}), ''),
       {f"case when watched >= {OBSERVED_AT_LEAST} then forecast end" if has_forecast else "null"},
       case when since is not null and until + to_seconds({ripe}) > {seen} then until + to_seconds({ripe}) end,
       {"at_limit" if limit is not None else "null"}, {bound(limit)}::double
from ({estimates}) as estimates
join cells using (cell)
order by cell""",
        bound,
    )


# --- facts as objects -------------------------------------------------------------------------------------------------


def facts(
    engine: Engine,
    *,
    process: str | None = None,
    control_points: Iterable[str] | None = None,
    periods: bool | None = None,
    at_least: int = 0,
) -> tuple[Fact, ...]:
    """Facts of the temp table as objects, sorted; `periods`: only those of periods, or only those of none."""
    tests, bound = ["true"], Bound()
    if process is not None:
        tests.append(f"process = {bound(process)}")
    if control_points is not None:
        names = ", ".join(bound(name) for name in control_points)
        tests.append(f"control_point in ({names})" if names else "false")
    if periods is not None:
        tests.append(f"since is {'not ' if periods else ''}null")
    if at_least:
        tests.append(f"(dimension is null or n >= {at_least})")
    rows = engine.records(
        f"""
select *
from facts
where {" and ".join(tests)}
order by process, control_point, variant, dimension nulls first, segment nulls first, since nulls first, until""",
        bound,
    )
    return tuple(_fact(row) for row in rows)


def _fact(row: Mapping[str, object]) -> Fact:
    since, until = row["since"], row["until"]
    period = None
    if isinstance(since, datetime) and isinstance(until, datetime):
        period = Period(since=since, until=until, partial=bool(row["partial"]))
    dimension, ready = row["dimension"], row["ready"]
    maturity = str(row["maturity"])
    return Fact(
        process=str(row["process"]),
        control_point=str(row["control_point"]),
        variant=str(row["variant"] or ""),
        segment=((str(dimension), str(row["segment"])),) if dimension is not None else (),
        period=period,
        value=_number(row["value"]),
        raw=_number(row["raw"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        n=_whole(row["n"]) or 0,
        n_eff=_number(row["n_eff"]),
        known=_whole(row["known"]),
        pending=_whole(row["pending"]) or 0,
        skipped=_whole(row["skipped"]) or 0,
        of=_whole(row["of_"]),
        horizon=_whole(row["horizon"]),
        maturity="too young" if maturity == "too young" else "provisional" if maturity == "provisional" else "mature",
        reached=bool(row["reached"]),
        note=str(row["note"]) if row["note"] is not None else None,
        forecast=_number(row["forecast"]),
        ready=ready if isinstance(ready, datetime) else None,
    )


def _number(value: object) -> float | None:
    return float(str(value)) if value is not None else None


def _whole(value: object) -> int | None:
    return int(str(value)) if value is not None else None
