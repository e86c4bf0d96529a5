"""Facts of timed measures and of lengths: rows -> partial counts by time -> curve -> shares and quantiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.engines.duckdb import Engine
from engine.kpis.cells import by_cell
from engine.kpis.rows_timed import ARRIVED, GONE, INSIDE, NEGATIVE, PENDING
from engine.kpis.stats import curve

BEYOND = 1 << 62
"""Key of everything after the horizon: still there, and nothing to be learnt from it."""
EXACT_ROWS = 200_000
"""From so many rows on, times between two pending ones are pooled where no quantile lies."""
ROWS_AT_ONCE = 5_000_000
"""From so many rows on, one dimension is looked at after another: the partial of all would not fit the memory."""
BUCKETS_PER_DOUBLING = 64
LADDER = tuple(
    minutes * 60 for minutes in (15, 60, 240, 1440, 4320, 10080, 20160, 43200, 86400, 129600, 259200, 525600)
)
"""15m 1h 4h 1d 3d 7d 14d 30d 60d 90d 180d 365d, in seconds (D4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keyed:
    """Rows with `key`, and for each code the expression of its key."""

    rows: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The coded rows of one measure: `base(k, s, skipped, watched, c0, ...)`; `codes` of them, the last are periods."""

    engine: Engine
    codes: int
    periods: int
    exact_rows: int = EXACT_ROWS
    rows_at_once: int = ROWS_AT_ONCE

    @property
    def large(self) -> bool:
        """Whether times are pooled."""
        return self.rows > self.exact_rows

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(str(self.engine.row("select count(*) from base")[0]))

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
        pooled = self.large
        self._pending_buckets(horizon)
        rows = self._keyed(horizon, pooled=pooled, collapse_periods=True)

        def estimated(only: int | None) -> None:
            self._partial(rows, only)
            # The end alone matters: all between two pending times is one row.
            self._run(*curve.curve("key >> 62" if pooled else None), curve.ARRIVED_SHARE.format(beyond=BEYOND))

        self._in_turn(estimated, ("estimate",))

    def quantiles(self, p: float, of: str, horizon: int | None, limit: float | None = None) -> None:
        """Make `quantiles` of each cell; the raw one is of all that ever arrived, after the horizon too.

        And `at_limits(cell, at_limit)`: the curve at the limit (seconds), null without one; and the end of the curve:
        `tops(cell, top, arrived_by)`.
        """
        late = f"select exists(select 1 from base where k = {ARRIVED} and s > {horizon})"
        if horizon is None or not self.engine.row(late)[0]:
            self._quantiles(p, of, horizon, limit)
            return
        self._quantiles(p, of, None, None)
        self.engine.execute("create or replace temp table ever as select cell, raw from quantiles")
        self._quantiles(p, of, horizon, limit)
        self.engine.execute("""
create or replace temp table quantiles as
select ever.cell, ever.raw, quantiles.* exclude (cell, raw)
from ever
left join quantiles using (cell)""")

    def _quantiles(self, p: float, of: str, horizon: int | None, limit: float | None) -> None:
        """With many rows the times around each quantile are looked at a second time."""
        pooled = self.large

        self._pending_buckets(horizon)
        if limit is not None:
            self._look_at(limit)
        rows = self._keyed(horizon, pooled=pooled)

        def looked(only: int | None) -> None:
            self._partial(rows, only)
            self._run(*curve.curve("key >> 40" if pooled else None), *curve.lines(of))
            self.engine.execute(curve.QUANTILES, {"p": p})

        def coarse(only: int | None) -> None:
            looked(only)
            self._look_closer()

        def found(only: int | None) -> None:
            looked(only)
            self.engine.execute(curve.AT_LIMIT, {"limit": limit})
            self.engine.execute(_TOPS)

        if pooled:
            self._in_turn(coarse, ())
            rows = self._keyed(horizon, pooled=pooled)
        self._in_turn(found, ("quantiles", "at_limits", "tops"))

    def _in_turn(self, make: Callable[[int | None], None], tables: Sequence[str]) -> None:
        """Make tables by cell: of all cells at once, or, where there are very many rows, dimension by dimension.

        A curve needs its cell alone, so the result is the same; the memory is that of one dimension.
        """
        if not self._many:
            make(None)
            return
        for only in range(-1, self.codes):
            make(only)
            for table in tables:
                begin = f"create or replace temp table {table}_all as" if only == -1 else f"insert into {table}_all"
                self.engine.execute(f"{begin} select * from {table}")
        for table in tables:
            self.engine.execute(f"create or replace temp table {table} as select * from {table}_all")
        for table in ("keyed", *curve.STEPS):
            self.engine.execute(f"drop table if exists {table}")

    @property
    def _many(self) -> bool:
        """Whether one dimension is looked at after another."""
        return self.rows > self.rows_at_once

    def _look_at(self, seconds: float) -> None:
        """Count the times around these seconds one by one, in every cell."""
        place = _bucket(repr(max(0.0, float(int(seconds)))))
        self.engine.execute(f"insert into detail select cell, {place} from tally")
        self.engine.execute("insert into unpooled select distinct bucket from detail anti join unpooled using (bucket)")

    def key(self, seconds: str) -> str:
        """SQL of the key in `partial` of a time that is not pooled, such as that of a pending case."""
        return f"(({_bucket(seconds)} << 40) + {seconds})" if self.large else f"({seconds})"

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self.engine.execute(statement)

    def horizon(self) -> int | None:
        """The ladder step of the time by which 95 % of those who ever arrive have arrived, over all cases (D4)."""
        whole = Times(engine=self.engine, codes=0, periods=0, exact_rows=self.exact_rows)
        pooled = whole.large
        whole._pending_buckets(None)
        whole._partial(whole._keyed(None, pooled=pooled), None)
        self._run(*curve.curve("key >> 40" if pooled else None))
        (seconds,) = self.engine.row(_T95)
        if seconds is None:
            return None
        first = float(str(seconds))
        if pooled and _step(first) != _step(first * (1 + 2 / BUCKETS_PER_DOUBLING)):
            whole.quantiles(0.95, "arrived", None)
            first = float(str(self.engine.row("select first from quantiles")[0]))
        return _step(first)

    def _pending_buckets(self, horizon: int | None) -> None:
        """`unpooled(bucket)`: times with pending cases, counted by the second; `detail(cell, bucket)`: quantiles."""
        before = f"and s < {horizon}" if horizon is not None else ""
        self.engine.execute(f"""
create or replace temp table unpooled as
select distinct {_bucket("s")} as bucket
from base
where k = {PENDING} {before}""")
        self.engine.execute("create or replace temp table detail (cell integer, bucket bigint)")

    def _look_closer(self) -> None:
        """Add the times around the quantiles of each cell, for that cell."""
        self.engine.execute(f"""
insert into detail
select distinct cell, {_bucket("seconds")} as bucket
from (unpivot (select cell, first, low, high, raw_first, after from quantiles)
      on first, low, high, raw_first, after into name place value seconds) as found
anti join detail
  on detail.cell = found.cell
  and detail.bucket = {_bucket("seconds")}""")
        self.engine.execute("insert into unpooled select distinct bucket from detail anti join unpooled using (bucket)")

    def _keyed(self, horizon: int | None, *, pooled: bool, collapse_periods: bool = False) -> _Keyed:
        """The rows that count with the keys of their times; a table where one dimension after another reads them."""
        rows, keys = _with_keys(horizon, pooled=pooled), ["key"] * self.codes
        if collapse_periods and horizon is not None and self.periods:
            first = self.codes - self.periods
            rows = _with_lone_periods(rows, first, self.periods, horizon)
            keys[first:] = [f"case when lone{number} then 0 else key end" for number in range(first, self.codes)]
        if self._many and self.codes:
            self.engine.execute(
                f"create or replace temp table keyed as select * exclude (skipped, watched) from ({rows})"
            )
            rows = "from keyed"
        return _Keyed(rows=f"({rows})", keys=tuple(keys))

    def _partial(self, keyed: _Keyed, only: int | None) -> None:
        """Make `partial` of all cells, or of those of one code; -1: of the whole."""
        keys = keyed.keys
        if only is None:
            periods = [key for key in keys if key != "key"]
            key = f"coalesce(key, {', '.join(periods)})" if periods else "key"
        else:
            key = keys[only] if only >= 0 else "key"
        columns = f"""
       {key} as key,
       min(s) filter (k = {ARRIVED}) as s,
       count(*) filter (k = {ARRIVED}) as arrived,
       count(*) filter (k = {GONE}) as gone,
       count(*) filter (k = {PENDING}) as pending"""
        query = by_cell(self.codes, columns, keyed.rows, also=key if only is not None else "key", keys=keys, only=only)
        self.engine.execute(f"create or replace temp table partial as {query}")


_TOPS = """
create or replace temp table tops as
select cell, max(f) as top, sum(arrived)::bigint as arrived_by
from curve
group by cell"""

_T95 = """
select min(s) filter (f >= 0.95 * top - 1e-10 and arrived > 0)
from curve, (select max(f) as top from curve)"""


def _step(seconds: float) -> int:
    return next((step for step in LADDER if step >= seconds), LADDER[-1])


def _bucket(seconds: str) -> str:
    """A number that grows with the seconds, one percent a step: what is pooled is never far apart."""
    return f"(log2({seconds} + 1) * {BUCKETS_PER_DOUBLING})::bigint"


def _with_keys(horizon: int | None, *, pooled: bool) -> str:
    """The rows that count, with `key`: their time, or their pool; beyond the horizon all are alike."""
    time = "s"
    source = "base"
    if pooled:
        # The bucket first, then the second where it matters: still in the order of time.
        time = f"({_bucket('s')} << 40) + case when unpooled.bucket is null then 0 else s end"
        source = f"base left join unpooled on unpooled.bucket = {_bucket('base.s')}"
    if horizon is None:
        return f"select base.*, {time} as key from {source} where k <= {PENDING}"
    late = f"(s > {horizon} or (k = {PENDING} and s >= {horizon}))"
    return f"""
select base.* replace (case when {late} then {PENDING} else k end as k),
       case when {late} then {BEYOND} else {time} end as key
from {source}
where k <= {PENDING}"""


def _with_lone_periods(rows: str, first: int, periods: int, horizon: int) -> str:
    """A period in which no case is open before the horizon needs no times: its share is the plain one (`loneN`)."""
    joins, lone = [], []
    for number in range(first, first + periods):
        joins.append(f"""
left join (select distinct c{number} as cell from base where k = {PENDING} and s < {horizon}) as young{number}
  on young{number}.cell = keyed.c{number}""")
        lone.append(f"young{number}.cell is null and key < {BEYOND} as lone{number}")
    return f"select keyed.*, {', '.join(lone)} from ({rows}) as keyed {' '.join(joins)}"
