"""Made-up event logs of any size, the same bytes for the same size: what the benchmarks measure on."""

import sys
from pathlib import Path

import duckdb

EVENTS_PER_CASE = 4.17

MAKE = """
copy (
  with drawn as (
    select
      i,
      hash(i * 10 + 1) / 18446744073709551616.0 as u1, hash(i * 10 + 2) / 18446744073709551616.0 as u2,
      hash(i * 10 + 3) / 18446744073709551616.0 as u3, hash(i * 10 + 4) / 18446744073709551616.0 as u4,
      hash(i * 10 + 5) / 18446744073709551616.0 as u5, hash(i * 10 + 6) / 18446744073709551616.0 as u6,
      hash(i * 10 + 7) / 18446744073709551616.0 as u7, hash(i * 10 + 8) / 18446744073709551616.0 as u8
    from range($cases) numbers(i)),
  walked as (
    select
      i,
      timestamp '2026-01-01' + to_seconds((u1 * 180 * 86400)::bigint) as started,
      (-ln(1 - u2) * 7200)::bigint as to_contact,
      (-ln(1 - u4) * 259200)::bigint as to_next,
      case when u3 < 0.2 then 1 when u3 < 0.4 then 2 when u3 < 0.55 then 3 when u3 < 0.75 then 4 else 5 end as reached,
      u6 < 0.85 as closed,
      u7, u8, u5
    from drawn),
  stepped as (
    select
      i, u5, u7, u8,
      unnest(list_concat(
        [struct_pack(activity := 'received', happened := started)],
        case when u8 < 0.3 then
          [struct_pack(activity := 'call_attempt', happened := started + to_seconds(to_contact // 2))] else [] end,
        case when reached > 1 then [struct_pack(activity := 'contacted', happened := started + to_seconds(to_contact))]
             else [] end,
        case when reached > 2 then
          [struct_pack(activity := 'qualified', happened := started + to_seconds(to_contact + to_next))] else [] end,
        case when reached > 3 then
          [struct_pack(activity := 'estimated', happened := started + to_seconds(to_contact + 2 * to_next)),
           struct_pack(activity := 'quoted', happened := started + to_seconds(to_contact + 3 * to_next))] else [] end,
        case when closed then
          [struct_pack(activity := case when reached = 5 then 'won' else 'lost' end,
                       happened := started + to_seconds(to_contact + (reached + 1) * to_next))] else [] end),
        recursive := true)
    from walked)
  select
    'C' || lpad(i::varchar, 9, '0') as case_id,
    activity,
    happened,
    'manager ' || (1 + (u7 * 20)::int) as manager,
    'source ' || (1 + (u8 * 8)::int) as source,
    round(10000 + u5 * 200000) as amount
  from stepped
  where happened < timestamp '2026-07-01'
) to $path (format parquet)
"""


def make(events: int, path: Path) -> Path:
    """A Parquet file of about `events` rows: case_id, activity, happened, manager, source, amount."""
    if not path.exists():
        partial = path.with_suffix(".partial")
        with duckdb.connect(config={"memory_limit": "3GB"}) as connection:
            cases = round(events / EVENTS_PER_CASE)
            statement = MAKE.replace("$path", f"'{partial}'").replace("$cases", str(cases))
            connection.execute("set preserve_insertion_order = true")
            connection.execute(statement)
        partial.rename(path)
    return path


if __name__ == "__main__":
    print(make(int(sys.argv[1]), Path(sys.argv[2])))
