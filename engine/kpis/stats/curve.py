"""The curve of arrivals with cases still open: Aalen-Johansen, its variance at every time, quantiles (D3, D5).

Reads two temp tables. `tally(cell, n, ...)`: the cases of a cell (a segment or a period). `partial(cell, key, s,
arrived, gone, pending)`: counts by time; `key` orders the times, `s` is the time in whole seconds. Tables of partitions
of the cases add up. Between two pending times the counts may be pooled into one row without changing the curve after
it, nor its variance: without censoring in between the curve is that of a multinomial.
"""

# For time j with hazards l1 (arrived), l2 (gone), l = l1 + l2 and the share S still there before it, the derivative of
# F(t) by l1_j is S_j + F_j b_j - F(t) b_j, by l2_j it is F_j b_j - F(t) b_j, with b_j = 1 / (1 - l_j). So the variance
# at every t is a polynomial in F(t) of three cumulative sums: Saa - 2 F(t) Sab + F(t)^2 Sbb (Dinse and Larson 1986).
_CURVE = """
create or replace temp table curve as
with risk as (
  select partial.*,
         tally.n - coalesce(sum(arrived + gone + pending) over earlier, 0) as at_risk,
         coalesce(sum(pending) over earlier, 0) as pending_before
  from partial
  join tally using (cell)
  window earlier as (partition by cell order by key rows between unbounded preceding and 1 preceding)),
hazard as (
  select *,
         arrived / at_risk as l1,
         gone / at_risk as l2,
         arrived + gone = at_risk as ends,
         coalesce(product(case when arrived + gone = at_risk then 0 else 1 - (arrived + gone) / at_risk end) over (
           partition by cell
           order by key
           rows between unbounded preceding and 1 preceding), 1) as there
  from risk),
arrivals as (
  select *,
         sum(there * l1) over (partition by cell order by key rows unbounded preceding) as f
  from hazard),
gradient as (
  select *,
         case when ends then there else there + f / (1 - l1 - l2) end as a1,
         case when ends then 0 else f / (1 - l1 - l2) end as a2
  from arrivals),
parts as (
  select *,
         (a1 * a1 * l1 + a2 * a2 * l2 - (a1 * l1 + a2 * l2) ** 2) / at_risk as aa,
         case when ends then 0 else (a1 * l1 + a2 * l2) / at_risk end as ab,
         case when ends then 0 else (l1 + l2) / ((1 - l1 - l2) * at_risk) end as bb
  from gradient)
"""

ARRIVED_SHARE = """
create or replace temp table estimate as
with summed as (
  select cell,
         coalesce(max(f), 0) as value,
         sum(aa) as aa,
         sum(ab) as ab,
         sum(bb) as bb,
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

# `of: arrived` is the curve F(t)/F(H); the variance of a ratio needs the sums to t and those to H.
_LINES = """
create or replace temp table line as
with cumulated as (
  select cell, key, s, f, arrived, pending_before,
         sum(aa) over running as aa,
         sum(ab) over running as ab,
         sum(bb) over running as bb,
         sum(arrived) over running as arrived_by
  from curve
  window running as (partition by cell order by key rows unbounded preceding)),
last as (
  select cell,
         max(f) as fh,
         sum(aa) - 2 * max(f) * sum(ab) + max(f) ** 2 * sum(bb) as hh,
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
  join tally using (cell)
  where arrived > 0)
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
       min(s) filter (c >= $p - 1e-12) as first,
       min(s) filter (c > $p + 1e-12) as after,
       case
         when abs(min(c) filter (c >= $p - 1e-12) - $p) <= 1e-12 then (first + coalesce(after, first)) / 2
         else first
       end as value,
       min(s) filter (high >= $p) as low,
       min(s) filter (low > $p) as high,
       min(s) filter (raw >= $p - 1e-12) as raw_first,
       case
         when abs(min(raw) filter (raw >= $p - 1e-12) - $p) <= 1e-12
           then (raw_first + coalesce(min(s) filter (raw > $p + 1e-12), raw_first)) / 2
         else raw_first
       end as raw,
       coalesce(arg_min(n_eff, key) filter (c >= $p - 1e-12), arg_max(n_eff, key)) as n_eff
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


def curve() -> str:
    """A statement: `curve` with F and the variance parts of every row of `partial`."""
    return _CURVE + "select * from parts"


def lines(of: str) -> str:
    """A statement: `line`, the curve of all or of the arrived at each arrival, with its Wilson interval."""
    return _LINES.format(**_OF[of])
