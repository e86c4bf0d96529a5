"""The curve of arrivals with cases still open: Aalen-Johansen, its variance at every time, quantiles (D3, D5).

Reads two temp tables. `tally(cell, n, ...)`: the cases of a cell (a segment or a period). `partial(cell, key, s,
arrived, gone, pending)`: counts by time; `key` orders the times, `s` is the time in whole seconds. Tables of partitions
of the cases add up. Between two pending times the counts may be pooled into one row without changing the curve after
it, nor its variance: without censoring in between the curve is that of a multinomial.
"""

# Sorted once, everything is a running sum over the whole table, less what it was where the cell began: several times
# faster than a window for each cell. The order of a table is that of its rows (`preserve_insertion_order`).
_ORDERED = """
create or replace temp table ordered as
select *
from partial
order by cell, key
"""

_COUNTED = """
create or replace temp table counted as
select *,
       sum(arrived + gone + pending) over (rows unbounded preceding) as seen,
       sum(pending) over (rows unbounded preceding) as pending_seen
from ordered
"""

_AT_RISK = """
create or replace temp table risk as
with begun as (
  select cell,
         min(seen - arrived - gone - pending) as seen,
         min(pending_seen - pending) as pending_seen
  from counted
  group by cell)
select counted.cell, key, s, arrived, gone, pending,
       (n - (counted.seen - arrived - gone - pending - begun.seen))::bigint as at_risk,
       (counted.pending_seen - pending - begun.pending_seen)::bigint as pending_before
from counted
join begun using (cell)
join tally using (cell)
order by counted.cell, key
"""

# From after one pending time up to the next the counts are one row, but where `detail` asks for each time.
_BLOCKS = """
create or replace temp table risk as
select risk.cell,
       min(key) as key,
       min(s) as s,
       sum(arrived)::bigint as arrived,
       sum(gone)::bigint as gone,
       max(pending) as pending,
       max(at_risk) as at_risk,
       pending_before
from risk
left join detail
  on detail.cell = risk.cell
  and detail.bucket = key >> 40
group by risk.cell, pending_before, {width}, case when detail.bucket is not null then key end
order by risk.cell, min(key)
"""

_THERE = """
create or replace temp table there as
select *,
       arrived / at_risk as l1,
       gone / at_risk as l2,
       arrived + gone = at_risk as ends,
       case when ends then 0 else ln(1 - (arrived + gone) / at_risk) end as step,
       sum(case when arrived + gone = at_risk then 0 else ln(1 - (arrived + gone) / at_risk) end) over (
         rows unbounded preceding) as log_there
from risk
"""

_ARRIVALS = """
create or replace temp table arrivals as
with begun as (
  select cell, arg_min(log_there - step, key) as log_there
  from there
  group by cell)
select there.*,
       exp(there.log_there - step - begun.log_there) as before
from there
join begun using (cell)
order by there.cell, key
"""

_RISEN = """
create or replace temp table risen as
select *, sum(before * l1) over (rows unbounded preceding) as risen
from arrivals
"""

# For time j with hazards l1 (arrived), l2 (gone), l = l1 + l2 and the share S still there before it, the derivative of
# F(t) by l1_j is S_j + F_j b_j - F(t) b_j, by l2_j it is F_j b_j - F(t) b_j, with b_j = 1 / (1 - l_j). So the variance
# at every t is a polynomial in F(t) of three cumulative sums: Saa - 2 F(t) Sab + F(t)^2 Sbb (Dinse and Larson 1986).
_CURVE = """
create or replace temp table curve as
with begun as (
  select cell, arg_min(risen - before * l1, key) as risen
  from risen
  group by cell),
raised as (
  select risen.*, risen.risen - begun.risen as f
  from risen
  join begun using (cell)),
gradient as (
  select *,
         case when ends then before else before + f / (1 - l1 - l2) end as a1,
         case when ends then 0 else f / (1 - l1 - l2) end as a2
  from raised)
select cell, key, s, arrived, pending, pending_before, f,
       (a1 * a1 * l1 + a2 * a2 * l2 - (a1 * l1 + a2 * l2) ** 2) / at_risk as aa,
       case when ends then 0 else (a1 * l1 + a2 * l2) / at_risk end as ab,
       case when ends then 0 else (l1 + l2) / ((1 - l1 - l2) * at_risk) end as bb
from gradient
order by cell, key
"""

STEPS = ("ordered", "counted", "risk", "there", "arrivals", "risen")
"""Tables on the way to `curve`, which nobody reads afterwards."""

ARRIVED_SHARE = """
create or replace temp table estimate as
with summed as (
  select cell,
         coalesce(max(f), 0) as value,
         fsum(aa) as aa,
         fsum(ab) as ab,
         fsum(bb) as bb,
         sum(arrived) as arrived_by,
         coalesce(sum(pending) filter (key < {beyond}), 0) as unknown
  from curve
  group by cell)
select cell,
       value,
       greatest(aa - 2 * value * ab + value * value * bb, 0) as variance,
       n - unknown as known,
       arrived_by,
       effective_n(value, variance, known) as n_eff,
       wilson_low(value, n_eff) as low,
       wilson_high(value, n_eff) as high
from summed
join tally using (cell)
"""

_RUNNING = """
create or replace temp table running as
select *,
       sum(aa) over (rows unbounded preceding) as all_aa,
       sum(ab) over (rows unbounded preceding) as all_ab,
       sum(bb) over (rows unbounded preceding) as all_bb,
       sum(arrived) over (rows unbounded preceding) as all_arrived
from curve
"""

# `of: arrived` is the curve F(t)/F(H); the variance of a ratio needs the sums to t and those to H.
_LINE = """
create or replace temp table line as
with begun as (
  select cell,
         arg_min(struct_pack(aa := all_aa - aa, ab := all_ab - ab, bb := all_bb - bb, arrived := all_arrived - arrived),
                 key) as zero
  from running
  group by cell),
cumulated as (
  select running.cell, key, s, f, arrived, pending_before,
         all_aa - zero.aa as aa,
         all_ab - zero.ab as ab,
         all_bb - zero.bb as bb,
         all_arrived - zero.arrived as arrived_by
  from running
  join begun using (cell)
  where arrived > 0),
last as (
  select cell,
         max(f) as fh,
         fsum(aa) - 2 * max(f) * fsum(ab) + max(f) ** 2 * fsum(bb) as hh,
         sum(arrived) as arrived_all
  from curve
  group by cell),
valued as (
  select cumulated.*, n, fh, arrived_all,
         {share} as c,
         greatest({variance}, 0) as variance,
         {sure} as sure
  from cumulated
  join last using (cell)
  join tally using (cell))
select cell, key, s, c, arrived_by / arrived_all as raw, sure,
       effective_n(c, variance, sure) as n_eff,
       wilson_low(c, n_eff) as low,
       wilson_high(c, n_eff) as high
from valued
"""

_OF = {
    "all": {"share": "f", "variance": "aa - 2 * f * ab + f * f * bb", "sure": "n - pending_before"},
    "arrived": {
        "share": "f / fh",
        "variance": """(aa - 2 * f * ab + f * f * bb - 2 * (f / fh) * (aa - (f + fh) * ab + f * fh * bb)
           + (f / fh) ** 2 * hh) / (fh * fh)""",
        "sure": "arrived_all",
    },
}

# Equality with p within rounding is a flat stretch of the curve: its middle, as numpy's averaged_inverted_cdf has it.
QUANTILES = """
create or replace temp table quantiles as
select cell,
       min(s) filter (c >= $p - 1e-10) as first,
       min(s) filter (c > $p + 1e-10) as after,
       case
         when abs(min(c) filter (c >= $p - 1e-10) - $p) <= 1e-10 then (first + coalesce(after, first)) / 2
         else first
       end as value,
       min(s) filter (high >= $p) as low,
       min(s) filter (low > $p) as high,
       min(s) filter (raw >= $p - 1e-10) as raw_first,
       case
         when abs(min(raw) filter (raw >= $p - 1e-10) - $p) <= 1e-10
           then (raw_first + coalesce(min(s) filter (raw > $p + 1e-10), raw_first)) / 2
         else raw_first
       end as raw,
       coalesce(arg_min(n_eff, key) filter (c >= $p - 1e-10), arg_max(n_eff, key)) as n_eff
from line
group by cell
"""

# The share within a limit, for the score test of a quantile (D12).
AT_LIMIT = """
create or replace temp table at_limits as
select cell,
       case when $limit::double is not null then coalesce(max(c) filter (s <= $limit::double), 0) end as at_limit
from line
group by cell
"""


def curve(blocks: str | None) -> tuple[str, ...]:
    """Statements that make `curve`: F and the variance parts at every row of `partial`.

    `blocks`: pool what lies between pending times; an expression of `key` whose values are kept apart.
    """
    if not blocks:
        return (_ORDERED, _COUNTED, _AT_RISK, _THERE, _ARRIVALS, _RISEN, _CURVE)
    # with many rows each step is dropped when the next one stands: together they would not fit the memory
    steps = (
        (_ORDERED, ""),
        (_COUNTED, "ordered"),
        (_AT_RISK, "counted"),
        (_BLOCKS.format(width=blocks), ""),
        (_THERE, "risk"),
        (_ARRIVALS, "there"),
        (_RISEN, "arrivals"),
        (_CURVE, "risen"),
    )
    return tuple(
        statement for made, done in steps for statement in (made, f"drop table {done}" if done else "") if statement
    )


def lines(of: str) -> tuple[str, str]:
    """Statements that make `line`: the curve of all or of the arrived at each arrival, with its Wilson interval."""
    return _RUNNING, _LINE.format(**_OF[of])
