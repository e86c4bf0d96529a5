"""What an analyst would write by hand in DuckDB for the numbers of benchmarks/workspace: one script, no engine.

Reads the Parquet file directly; gives the funnel, losses, moves, and six control points with intervals for the whole,
by manager, source and weekday, and by week.
"""

import sys

import duckdb

CASES = """
create table cases as
select case_id,
  min(happened) filter (activity = 'received') as t0, min(happened) filter (activity = 'contacted') as t1,
  min(happened) filter (activity = 'qualified') as t2, min(happened) filter (activity = 'estimated') as t3,
  min(happened) filter (activity = 'quoted') as t4, min(happened) filter (activity = 'won') as t5,
  max(happened) filter (activity = 'lost') as lost_at,
  arg_min(manager, happened) as manager, arg_min(source, happened) as source, arg_max(amount, happened) as amount
from read_parquet($path)
group by case_id
"""

VISITS = """
create table visits as
select case_id, activity, happened, lead(activity) over w as next_activity, lead(happened) over w as left_at
from read_parquet($path)
where activity != 'call_attempt'
window w as (partition by case_id order by happened)
"""

DIMENSIONS = """
create table split as
select *,
  weekday(t0 at time zone 'UTC' at time zone 'Europe/Moscow') as weekday,
  date_trunc('week', t0 at time zone 'UTC' at time zone 'Europe/Moscow') as week
from cases
"""

PAIRS = {
    "reaction_time": ("t0", "least(t1, t2, t3, t4, t5)"),
    "in_1h": ("t0", "least(t1, t2, t3, t4, t5)"),
    "contact_rate": ("t0", "least(t1, t2, t3, t4, t5)"),
    "quote_rate": ("least(t2, t3, t4, t5)", "least(t4, t5)"),
    "win_rate": ("t0", "t5"),
}
HORIZON = {
    "reaction_time": 180 * 86400,
    "in_1h": 3600,
    "contact_rate": 7 * 86400,
    "quote_rate": 30 * 86400,
    "win_rate": 60 * 86400,
}

PARTIAL = """
insert into partial
select '{name}', manager, source, weekday, week, time,
  count(*) filter (kind = 0 and seconds <= {h}), count(*) filter (kind = 1 and seconds <= {h}),
  count(*) filter (kind = 2 or seconds > {h})
from (
  select manager, source, weekday, week, least(seconds, {h} + 1) as time, seconds, kind
  from (select *,
    case when {end} is not null then 0 when lost_at is not null then 1 else 2 end as kind,
    greatest(0, epoch(coalesce({end}, lost_at, (select max(happened) from visits)))::bigint - epoch({start})::bigint)
      as seconds
  from split
  where {start} is not null))
group by grouping sets ((time), (manager, time), (source, time), (weekday, time), (week, time))
"""

CURVE = """
create or replace table curve as
with ordered as (
  select *, arrived / y as l1, gone / y as l2, (arrived + gone) / y as l
  from (
    select *, sum(arrived + gone + pending) over (w order by seconds desc) as y
    from partial where name = $name
    window w as (partition by manager, source, weekday, week))),
surviving as (
  select *, coalesce(product(1 - l) over (w rows between unbounded preceding and 1 preceding), 1) as s
  from ordered
  window w as (partition by manager, source, weekday, week order by seconds)),
cumulated as (
  select *, sum(s * l1) over (w) as f
  from surviving
  window w as (partition by manager, source, weekday, week order by seconds)),
weighted as (
  select *, case when l < 1 then 1 / (1 - l) else 0 end as b, s + case when l < 1 then f / (1 - l) else 0 end as a1,
    case when l < 1 then f / (1 - l) else 0 end as a2
  from cumulated)
select manager, source, weekday, week, seconds, f, arrived, gone, pending,
  sum((a1 * a1 * l1 + a2 * a2 * l2 - (a1 * l1 + a2 * l2) ** 2) / y) over w as aa,
  sum((a1 * b * l1 + a2 * b * l2 - (a1 * l1 + a2 * l2) * b * l) / y) over w as ab,
  sum(b * b * (l - l * l) / y) over w as bb
from weighted
window w as (partition by manager, source, weekday, week order by seconds)
"""

SHARES = """
insert into facts
select $name, manager, source, weekday, week, f, n_eff,
  (f + 1.9208 / n_eff - 1.96 * sqrt(f * (1 - f) / n_eff + 0.9604 / n_eff / n_eff)) / (1 + 3.8416 / n_eff),
  (f + 1.9208 / n_eff + 1.96 * sqrt(f * (1 - f) / n_eff + 0.9604 / n_eff / n_eff)) / (1 + 3.8416 / n_eff)
from (
  select manager, source, weekday, week, f, f * (1 - f) / nullif(aa - 2 * f * ab + f * f * bb, 0) as n_eff
  from (
    select manager, source, weekday, week, max(f) filter (seconds <= $h) as f,
      arg_max(aa, seconds) filter (seconds <= $h) as aa, arg_max(ab, seconds) filter (seconds <= $h) as ab,
      arg_max(bb, seconds) filter (seconds <= $h) as bb
    from curve group by all))
"""

QUANTILES = """
insert into facts
select $name, manager, source, weekday, week, min(seconds) filter (f >= 0.5), null,
  min(seconds) filter (high >= 0.5), min(seconds) filter (low > 0.5)
from (
  select *,
    (f + 1.9208 / n - 1.96 * sqrt(f * (1 - f) / n + 0.9604 / n / n)) / (1 + 3.8416 / n) as low,
    (f + 1.9208 / n + 1.96 * sqrt(f * (1 - f) / n + 0.9604 / n / n)) / (1 + 3.8416 / n) as high
  from (select *, f * (1 - f) / nullif(aa - 2 * f * ab + f * f * bb, 0) as n from curve))
group by all
"""

AT_QUOTE = """
create table at_quote as
select manager, source, weekday, week, quantile_disc(epoch(left_at) - epoch(happened), 0.5), count(*)
from visits join split using (case_id)
where activity = 'quoted' and left_at is not null
group by grouping sets ((), (manager), (source), (weekday), (week))
"""


def run(path: str) -> None:
    """All numbers, into tables in memory."""
    connection = duckdb.connect(config={"memory_limit": "3GB"})
    for statement in (CASES, VISITS):
        connection.execute(statement.replace("$path", f"'{path}'"))
    connection.execute(DIMENSIONS)
    connection.execute(
        "create table partial(name varchar, manager varchar, source varchar, weekday int, week timestamp, "
        "seconds bigint, arrived bigint, gone bigint, pending bigint)"
    )
    connection.execute(
        "create table facts(name varchar, manager varchar, source varchar, weekday int, week timestamp, "
        "value double, n_eff double, low double, high double)"
    )
    connection.execute(
        "create table moves as select activity, next_activity, count(*) as moves, count(distinct case_id) as cases, "
        "median(epoch(left_at) - epoch(happened)) as seconds from visits group by all"
    )
    connection.execute(
        "create table losses as select activity, count(*) as cases from visits "
        "where next_activity = 'lost' group by all"
    )
    for name, (start, end) in PAIRS.items():
        connection.execute(PARTIAL.format(name=name, start=start, end=end, h=HORIZON[name]))
        connection.execute(CURVE, {"name": name})
        if name == "reaction_time":
            connection.execute(QUANTILES, {"name": name})
        else:
            connection.execute(SHARES, {"name": name, "h": HORIZON[name]})
    connection.execute(AT_QUOTE)
    for name, value, low, high in connection.execute(
        "select name, value, low, high from facts "
        "where manager is null and source is null and weekday is null and week is null order by name"
    ).fetchall():
        print(f"{name}: {value:.6g} [{low:.6g}, {high:.6g}]")


if __name__ == "__main__":
    run(sys.argv[1])
