"""Facts of timed measures and of lengths: rows -> partial counts by time -> curve -> shares and quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.engines.duckdb import Engine
from engine.kpis.cells import by_cell
from engine.kpis.rows_timed import ARRIVED, GONE, INSIDE, NEGATIVE, PENDING
from engine.kpis.stats import curve

BEYOND = 1 << 62
"""Key of everything after the horizon: still there, and nothing to be learnt from it."""
EXACT_ROWS = 200_000
"""From so many rows on, times between two pending ones are pooled where no quantile lies."""
BUCKETS_PER_DOUBLING = 64
LADDER = tuple(
    minutes * 60 for minutes in (15, 60, 240, 1440, 4320, 10080, 20160, 43200, 86400, 129600, 259200, 525600)
)
"""15m 1h 4h 1d 3d 7d 14d 30d 60d 90d 180d 365d, in seconds (D4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The coded rows of one measure: `base(k, s, skipped, watched, c0, ...)`; `codes` of them, the last are periods."""

    engine: Engine
    codes: int
    periods: int
    exact_rows: int = EXACT_ROWS

    @property
    def large(self) -> bool:
        """Whether times are pooled."""
        return int(str(self.engine.row("select count(*) from base")[0])) > self.exact_rows

    def tally(self) -> None:
        """Make `tally`: the cases of each cell by kind."""
        columns = f"""
       count(*) filter (k <= {PENDING}) as n,
       count(*) filter (k = {ARRIVED}) as arrived_ever,
       count(*) filter (k = {PENDING}) as pending_ever,
       count(*) filter (k = {INSIDE}) as inside,
       count(*) filter (k = {NEGATIVE}) as negative,
       count(*) filter (skipped) as skipped,
       count(*) filter (watched and k <= {PENDING}) as watched"""
        self.engine.execute(f"create or replace temp table tally as {by_cell(self.codes, columns, 'base')}")

    def share(self, horizon: int) -> None:
        """Make `estimate`: the share of each cell that has arrived by the horizon (seconds)."""
        self._pending_buckets(horizon)
        self._partial(horizon, pooled=self.large, collapse_periods=True)
        self._curve()
        self.engine.execute(curve.ARRIVED_SHARE.format(beyond=BEYOND))

    def quantiles(self, p: float, of: str, horizon: int | None, limit: float | None = None) -> None:
        """Make `quantiles` of each cell; with many rows the times around each quantile are looked at a second time.

        And `at_limits(cell, at_limit)`: the curve at the limit (seconds), null without one.
        """
        pooled = self.large
        self._pending_buckets(horizon)
        if limit is not None:
            self.engine.execute(f"insert into detail select null, {_bucket(repr(max(0.0, float(int(limit)))))}")
        for again in (True, False):
            self._partial(horizon, pooled=pooled, collapse_periods=False)
            self._curve()
            self.engine.execute(curve.lines(of))
            self.engine.execute(curve.QUANTILES, {"p": p})
            if not pooled:
                break
            if again:
                self._look_closer()
        self.engine.execute(curve.AT_LIMIT, {"limit": limit})

    def key(self, seconds: str) -> str:
        """SQL of the key in `partial` and `curve` of a time that is not pooled, such as that of a pending case."""
        return f"(({_bucket(seconds)} << 40) + {seconds})" if self.large else f"({seconds})"

    def horizon(self) -> int | None:
        """The ladder step of the time by which 95 % of those who ever arrive have arrived, over all cases (D4)."""
        whole = Times(engine=self.engine, codes=0, periods=0, exact_rows=self.exact_rows)
        whole.quantiles(0.95, "arrived", None)
        first = self.engine.rows("select first from quantiles")
        if not first or first[0][0] is None:
            return None
        return next((step for step in LADDER if step >= float(str(first[0][0]))), LADDER[-1])

    def _pending_buckets(self, horizon: int | None) -> None:
        """`detail(cell, bucket)`: the times that are not pooled, at first those with pending cases, in every cell."""
        before = f"and s < {horizon}" if horizon is not None else ""
        self.engine.execute(f"""
create or replace temp table detail as
select distinct null::integer as cell, {_bucket("s")} as bucket
from base
where k = {PENDING} {before}""")

    def _look_closer(self) -> None:
        """Add the times around the quantiles of each cell, for that cell."""
        self.engine.execute(f"""
insert into detail
select distinct found.cell, {_bucket("seconds")}
from (unpivot (select cell, first, low, high, raw_first, after from quantiles)
      on first, low, high, raw_first, after into name place value seconds) as found
anti join detail on detail.bucket = {_bucket("seconds")}""")

    def _partial(self, horizon: int | None, *, pooled: bool, collapse_periods: bool) -> None:
        rows = _keyed(horizon, pooled=pooled)
        keys: Sequence[str] = ()
        if collapse_periods and horizon is not None and self.periods:
            first = self.codes - self.periods
            rows = _with_period_keys(rows, first, self.periods, horizon)
            keys = ["key"] * first + [f"key{number}" for number in range(first, self.codes)]
        columns = f"""
       {"coalesce(key, " + ", ".join(keys[-self.periods :]) + ")" if keys else "key"} as key,
       min(s) filter (k = {ARRIVED}) as s,
       count(*) filter (k = {ARRIVED}) as arrived,
       count(*) filter (k = {GONE}) as gone,
       count(*) filter (k = {PENDING}) as pending"""
        query = by_cell(self.codes, columns, f"({rows})", also="key", keys=keys)
        if pooled and not collapse_periods:
            query = _POOLED_AGAIN.format(query=query)
        self.engine.execute(f"create or replace temp table partial as {query}")

    def _curve(self) -> None:
        self.engine.execute(curve.curve())


# A time that matters in one cell need not be looked at in the others.
_POOLED_AGAIN = """
select partial.cell,
       case when everywhere.bucket is null and here.bucket is null then key >> 40 << 40 else key end as key,
       min(s) as s,
       sum(arrived)::bigint as arrived,
       sum(gone)::bigint as gone,
       sum(pending)::bigint as pending
from ({query}) as partial
left join detail as everywhere
  on everywhere.cell is null
  and everywhere.bucket = key >> 40
left join detail as here
  on here.cell = partial.cell
  and here.bucket = key >> 40
group by all"""


def _bucket(seconds: str) -> str:
    """A number that grows with the seconds, one percent a step: what is pooled is never far apart."""
    return f"(log2({seconds} + 1) * {BUCKETS_PER_DOUBLING})::bigint"


def _keyed(horizon: int | None, *, pooled: bool) -> str:
    """The rows that count, with `key`: their time, or their pool; beyond the horizon all are alike."""
    time = "s"
    source = "base"
    if pooled:
        # The bucket first, then the second where it matters: still in the order of time.
        time = f"({_bucket('s')} << 40) + case when detail.bucket is null then 0 else s end"
        source = f"base left join (select distinct bucket from detail) as detail on detail.bucket = {_bucket('base.s')}"
    if horizon is None:
        return f"select base.*, {time} as key from {source} where k <= {PENDING}"
    late = f"(s > {horizon} or (k = {PENDING} and s >= {horizon}))"
    return f"""
select base.* replace (case when {late} then {PENDING} else k end as k),
       case when {late} then {BEYOND} else {time} end as key
from {source}
where k <= {PENDING}"""


def _with_period_keys(rows: str, first: int, periods: int, horizon: int) -> str:
    """A period in which no case is open before the horizon needs no times: its share is the plain one."""
    joins, keys = [], []
    for number in range(first, first + periods):
        joins.append(f"""
left join (select distinct c{number} as cell from base where k = {PENDING} and s < {horizon}) as young{number}
  on young{number}.cell = keyed.c{number}""")
        keys.append(f"case when young{number}.cell is null and key < {BEYOND} then 0 else key end as key{number}")
    return f"select keyed.*, {', '.join(keys)} from ({rows}) as keyed {' '.join(joins)}"
