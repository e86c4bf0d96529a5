"""Facts of control points: what is asked -> rows -> partials by segment and period -> estimates -> `facts`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.definitions.condition import Expr
from engine.definitions.document import Span
from engine.definitions.process import ControlPoint
from engine.engines.duckdb import SqlError
from engine.engines.sql import Value
from engine.errors import KpiError, Location, Problem
from engine.events.log import EventLog, mark_numbers
from engine.kpis import assessable, fact_table, plain_facts
from engine.kpis.catalogue import catalogue
from engine.kpis.cells import code_rows, name_cells
from engine.kpis.durations import NotAssessable
from engine.kpis.kpi import Known, bind
from engine.kpis.measure import Age, BeganAgain, Measure, Money, Point, Stay, Timed
from engine.kpis.rows import Wanted
from engine.kpis.rows_timed import again_timed_rows, age_rows, end_of_log, stay_rows, timed_rows
from engine.kpis.stats.intervals import create_macros
from engine.kpis.timed_facts import EXACT_ROWS, ROWS_AT_ONCE, Times
from engine.kpis.working import wall_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A control point to measure. `variant` keeps it apart from the plain one, `where` narrows the cases further.

    `limit` (seconds): of a quantile, the share within it is wanted too (D12).
    """

    control_point: ControlPoint
    variant: str = ""
    where: Expr | None = None
    by: tuple[str, ...] = ()
    at_least: int = 30
    limit: float | None = None


@dataclass(slots=True)
class _Run:
    """One call of `compute`."""

    log: EventLog
    grains: tuple[str, ...]
    horizons: dict[str, int]
    exact_rows: int = EXACT_ROWS
    rows_at_once: int = ROWS_AT_ONCE
    ripeness: dict[str, int | None] = field(default_factory=dict)


def compute(
    log: EventLog,
    requests: Sequence[Request],
    grain: str | Sequence[str],
    *,
    horizons: Mapping[str, int] | None = None,
    exact_rows: int = EXACT_ROWS,
    rows_at_once: int = ROWS_AT_ONCE,
) -> None:
    """Append the facts of the requests to the temp table `facts` (columns as `Fact`, made where it is not there).

    Facts of the whole, of each segment of `by`, and of each period of the grain (one or several) for the whole.
    What was there of the same process, control point and variant is replaced. `horizons`: seconds by
    `process.control_point`, from earlier audits; those of the log are used and added to. Where the data
    cannot give a number, the fact has no value and a note: `no-calendar`, `missing=ATTRIBUTE`. Raises KpiError for a
    control point that was not checked.
    """
    engine = log.engine
    fact_table.create(engine)
    create_macros(engine)
    grains = (grain,) if isinstance(grain, str) else tuple(grain)
    if horizons:
        log.horizons.update(horizons)
    run = _Run(log=log, grains=grains, horizons=log.horizons, exact_rows=exact_rows, rows_at_once=rows_at_once)
    for request in requests:
        fact_table.forget(log, key_of(log, request))
        try:
            _one(run, request)
        except NotAssessable as missing:
            fact_table.note(log, key_of(log, request), missing.note)
        except SqlError as error:
            where = Location(f"processes/{log.process.process}")
            message = f"`{request.control_point.name}` could not be computed: {error}"
            raise KpiError([Problem(where=where, code="kpi", message=message)]) from error


def key_of(log: EventLog, request: Request) -> dict[str, Value]:
    """What the facts of a request are found by."""
    return {"process": log.process.process, "name": request.control_point.name, "variant": request.variant}


def measure_of(log: EventLog, point: ControlPoint) -> Measure:
    """The measure of a checked control point (KpiError otherwise); NotAssessable without its attribute."""
    kpi = catalogue.get(point.kpi)
    measure, wrong = bind(kpi, point.parameters, log.process, Known()) if kpi else (None, ())
    if measure is None:
        message = f"`{point.name}`: " + ("; ".join(w.message for w in wrong) or f"unknown KPI `{point.kpi}`")
        raise KpiError([Problem(where=Location(log.process.process), code="kpi", message=message)])
    attribute = measure.of if isinstance(measure, Money) else getattr(measure, "deadline", None)
    attribute = "client" if isinstance(measure, BeganAgain) else attribute
    if attribute is not None and attribute not in log.attributes:
        raise NotAssessable(f"missing={attribute}")
    assessable.check(log, measure, point.clock)
    if isinstance(measure, Timed) and not _happens(log, measure.end):
        raise NotAssessable(f"missing={measure.end}")
    return measure


def _happens(log: EventLog, point: str) -> bool:
    """Whether a mark ever happened: where it never did, nobody notes it, and a share of nothing would be a verdict."""
    number = mark_numbers(log.process).get(point)
    if number is None:
        return True
    sql = f"select count(*) from (select 1 from {log.relation('marks')} where mark_no = {number} limit 1)"
    return log.engine.row(sql)[0] != 0


def wanted_of(log: EventLog, request: Request) -> Wanted:
    """What the rows of a request must hold; dimensions the log does not have are left out."""
    point = request.control_point
    conditions = tuple(condition for condition in (point.where, request.where) if condition)
    by = tuple(dict.fromkeys(name for name in request.by if name in log.dimensions))
    return Wanted(log=log, where=conditions, by=by, clock=point.clock)


def _one(run: _Run, request: Request) -> None:
    measure = measure_of(run.log, request.control_point)
    wanted = wanted_of(run.log, request)
    assessable.check(run.log, measure, wanted.clock, request.limit)
    if not assessable.by_period(run.log, measure):
        run = replace(run, grains=())
    match measure:
        case Timed():
            _timed(run, request, measure, wanted)
        case BeganAgain():
            _again(run, request, measure, wanted)
        case Stay():
            _length(run, request, stay_rows(wanted, measure), wanted, measure.quantile, run.grains)
        case Age():
            rows = age_rows(wanted, measure, end_of_log(run.log))
            _length(run, request, rows, wanted, measure.quantile, (), census=True)
        case _:
            plain_facts.append(run.log, key_of(run.log, request), measure, wanted, run.grains)
    fact_table.widen(run.log, key_of(run.log, request), assessable.interval_of(run.log, measure), measure)


# --- timed ------------------------------------------------------------------------------------------------------------


def _timed(run: _Run, request: Request, measure: Timed, wanted: Wanted) -> None:
    horizon = _horizon(run, request, measure, wanted)
    ripe = _ripe_after(run, request, measure, horizon)
    times = _rows(run, timed_rows(wanted, measure, horizon), wanted, run.grains)
    if measure.quantile is None:
        if horizon is None:
            fact_table.insert(run.log, key_of(run.log, request), _NEVER, horizon=None, ripe=ripe)
            return
        times.share(horizon)
        raw = "arrived_by / nullif(arrived_ever, 0)" if measure.own else "arrived_ever / nullif(n, 0)"
        fact_table.insert(run.log, key_of(run.log, request), _SHARES.format(raw=raw), horizon=horizon, ripe=ripe)
    else:
        times.quantiles(measure.quantile, measure.of, horizon, request.limit)
        columns = _OF_ARRIVED if measure.of == "arrived" else _OF_ALL
        estimates = _QUANTILES.format(columns=columns)
        key = key_of(run.log, request)
        fact_table.insert(run.log, key, estimates, horizon=horizon, ripe=ripe, limit=request.limit)


def _again(run: _Run, request: Request, measure: BeganAgain, wanted: Wanted) -> None:
    """Clients that began again: a share at a horizon like any other (D3, D4)."""
    name = f"{run.log.process.process}.{request.control_point.name}"
    horizon = _declared(run, measure.horizon)
    if horizon is None and name not in run.horizons:
        without = Wanted(log=replace(run.log, since=None, until=None), where=wanted.where, clock=wanted.clock)
        step = _rows(run, again_timed_rows(without, measure, None), without, ()).horizon()
        if step is None:
            _rows(run, again_timed_rows(wanted, measure, None), wanted, run.grains)
            fact_table.insert(run.log, key_of(run.log, request), _NEVER, horizon=None, ripe=0)
            return
        run.horizons[name] = step
    horizon = run.horizons[name] if horizon is None else horizon
    times = _rows(run, again_timed_rows(wanted, measure, horizon), wanted, run.grains)
    times.share(horizon)
    estimates = _SHARES.format(raw="arrived_ever / nullif(n, 0)")
    fact_table.insert(run.log, key_of(run.log, request), estimates, horizon=horizon, ripe=horizon)


def _declared(run: _Run, span: Span | None) -> int | None:
    """A declared horizon in seconds."""
    if span is None:
        return None
    if span.working_days and run.log.working_day is None:
        raise NotAssessable("no-calendar")
    return span.seconds + span.working_days * (run.log.working_day or 0)


def _rows(run: _Run, rows: str, wanted: Wanted, grains: Sequence[str]) -> Times:
    codes = code_rows(run.log, rows, wanted.bound, wanted.by, grains, "k, s, skipped, watched")
    times = Times(
        engine=run.log.engine,
        codes=codes,
        periods=len(grains),
        exact_rows=run.exact_rows,
        rows_at_once=run.rows_at_once,
    )
    times.tally()
    name_cells(run.log, "tally", grains)
    return times


def _horizon(run: _Run, request: Request, measure: Timed, wanted: Wanted) -> int | None:
    """Declared, else that of earlier audits, else by the ladder over all cases of the control point (D4)."""
    if measure.horizon is not None:
        return _declared(run, measure.horizon)
    if measure.quantile is not None and measure.of == "all":
        return None
    name = f"{run.log.process.process}.{request.control_point.name}"
    if name not in run.horizons:
        plain = Request(control_point=request.control_point)
        step = _ladder(run, measure, wanted_of(run.log, plain))
        if step is None:
            return None
        run.horizons[name] = step
    return run.horizons[name]


def compute_horizon(log: EventLog, request: Request) -> int | None:
    """The horizon in seconds of a control point that was not computed before; see D4."""
    measure = measure_of(log, request.control_point)
    if not isinstance(measure, Timed):
        return None
    create_macros(log.engine)
    run = _Run(log=log, grains=(), horizons=log.horizons)
    return _horizon(run, request, measure, wanted_of(log, request))


def _ladder(run: _Run, measure: Timed, wanted: Wanted) -> int | None:
    everything = replace(wanted.log, since=None, until=None)
    without = Wanted(log=everything, where=wanted.where, clock=wanted.clock)
    return _rows(run, timed_rows(without, measure, None), without, ()).horizon()


def _ripe_after(run: _Run, request: Request, measure: Timed, horizon: int | None) -> int:
    """H(initial -> to) in seconds: how long after a period its cases have had their time, by the wall (D10)."""
    if not run.grains:
        return horizon or 0
    initial = run.log.process.initial
    key = measure.end
    if key not in run.ripeness:
        if initial is None or initial == measure.end:
            run.ripeness[key] = None
        else:
            pair = Timed(start=Point(initial), end=measure.end)
            run.ripeness[key] = _ladder(run, pair, Wanted(log=run.log))
    declared = horizon or 0
    if request.control_point.clock == "business":
        declared = wall_seconds(run.log, declared)
    return max(run.ripeness[key] or 0, declared)


_SHARES = """
select cell, value, {raw} as raw, low, high, n, n_eff, known, n - known as pending, skipped,
       null::bigint as of_, watched, true as reached, negative, null::double as never,
       round(greatest(n * value - arrived_by, 0), 9) as forecast
from estimate
join tally using (cell)
where n > 0"""

_NEVER = """
select cell, null::double as value, 0.0 as raw, null::double as low, null::double as high, n, 0.0 as n_eff,
       0 as known, n as pending, skipped, null::bigint as of_, 0 as watched, true as reached, negative,
       null::double as never
from tally
where n > 0"""

_OF_ALL = """
       tally.n as n, tally.n - pending_ever as known, pending_ever as pending, arrived_ever as of_,
       1e9 as watched, 1 - top as never"""

_OF_ARRIVED = """
       arrived_by as n, arrived_by as known, pending_ever as pending, tally.n as of_, watched, 1 - top as never"""

_QUANTILES = """
select tally.cell, value, raw, low, high, n_eff, skipped, negative,
       value is not null and low is not null and high is not null as reached, at_limit, {columns}
from tally
left join quantiles using (cell)
left join at_limits using (cell)
left join tops using (cell)
where tally.n > 0"""

_LENGTHS = """
select tally.cell, value, null::double as raw, {low} as low, {high} as high, n_eff, 0 as skipped, negative,
       value is not null and {low} is not null and {high} is not null as reached, at_limit,
       tally.n as n, tally.n as known, inside as pending, null::bigint as of_, 1e9 as watched, null::double as never
from tally
left join quantiles using (cell)
left join at_limits using (cell)
where tally.n > 0"""


def _length(
    run: _Run,
    request: Request,
    rows: str,
    wanted: Wanted,
    quantile: float,
    grains: Sequence[str],
    *,
    census: bool = False,
) -> None:
    times = _rows(run, rows, wanted, grains)
    times.quantiles(quantile, "all", None, request.limit)
    estimates = _LENGTHS.format(low="value" if census else "low", high="value" if census else "high")
    fact_table.insert(run.log, key_of(run.log, request), estimates, horizon=None, ripe=0, limit=request.limit)
