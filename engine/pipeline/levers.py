"""Levers measured on the log of an audit: what a cause removed, or a control point brought to a value, is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.audit import AuditPeriod
from engine.definitions.condition import Expr
from engine.definitions.process import ControlPoint, Process
from engine.definitions.rule import Rule
from engine.engines.sql import Bound, quote
from engine.events.log import EventLog
from engine.kpis.compute import Request, compute_horizon, measure_of, wanted_of
from engine.kpis.credits import CreditRows, credit_rows
from engine.kpis.durations import NotAssessable
from engine.kpis.fact import Fact, Segment
from engine.kpis.flow import ProcessFlow
from engine.kpis.measure import ByDeadline, Holding, LostFrom, Measure, Stay, Timed
from engine.kpis.missed import better_of
from engine.kpis.rows import condition_sql
from engine.kpis.rows_timed import ARRIVED, GONE, PENDING, timed_rows
from engine.kpis.working import wall_seconds
from engine.plan.effect import Basis, Difference, Funnel, Known, Lever, stages_known
from engine.plan.worth import Effects
from engine.rules.applies import DEFAULT_AT_LEAST, places_of
from engine.rules.finding import Finding
from engine.rules.mantel import Stratum, mantel_haenszel
from engine.workspace import Workspace

DAYS_OF_A_MONTH = 365.25 / 12
STRATA = ("source", "manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is to be measured: a control point brought to `value` (unit of its KPI), or what `exposure` costs it.

    `limit` is what keeps a time (seconds); for a time brought to a value it is that value.
    """

    key: str
    point: ControlPoint
    where: Expr | None = None
    segment: Segment = ()
    exposure: Expr | None = None
    value: float | None = None
    limit: float | None = None
    basis: Basis = "assumption"


def effects_of(
    logs: Mapping[str, EventLog],
    flows: Sequence[ProcessFlow],
    workspace: Workspace,
    facts: Mapping[str, Fact],
    period: AuditPeriod,
) -> Effects:
    """What the actions of a plan are weighed by."""
    levers = Levers(logs, flows, workspace.rules, facts, months_of(period), workspace.settings.audit.segments)
    return Effects(funnels=levers.funnels, lever_of=levers.of, won_titles=won_titles(flows))


def months_of(period: AuditPeriod) -> float:
    """How many months an audit looks at; 0 where it does not say from when to when."""
    if period.since is None or period.until is None:
        return 0.0
    return max(0.0, (period.until - period.since).total_seconds() / 86_400 / DAYS_OF_A_MONTH)


def won_titles(flows: Sequence[ProcessFlow]) -> dict[str, str]:
    """Title of the won state of each process."""
    return {flow.process: stage.title for flow in flows for stage in flow.stages if stage.outcome == "won"}


def funnel_of(log: EventLog, flow: ProcessFlow, months: float) -> Funnel | None:
    """The path of a process up to its won state, a month; None where it has none, or nothing ever began."""
    path, won = log.process.happy_path, _won(log.process)
    if won is None or not months:
        return None
    stages = {stage.state: stage for stage in flow.stages}
    reached = [stages[state].reached for state in path[: won + 1]]
    reached[0] -= flow.void
    waiting = [stages[state].open for state in path[:won]]
    if reached[0] <= 0:
        return None
    return Funnel(
        process=log.process.process,
        cases=reached[0] / months,
        stages=stages_known(reached, waiting),
        won=flow.won / months,
        money=_mean_of_won(log),
    )


def _won(process: Process) -> int | None:
    """Where on the happy path the first won state stands."""
    won = {state.name for state in process.states if state.outcome == "won"}
    return next((place for place, state in enumerate(process.happy_path) if state in won and place), None)


def _mean_of_won(log: EventLog) -> float | None:
    if "amount" not in log.attributes:
        return None
    amount = "avg(try_cast(a_amount as double))"
    (mean,) = log.engine.row(f"select {amount} from {log.relation('cases')} where outcome = 'won'")
    return float(str(mean)) if mean is not None else None


class Levers:
    """Measures levers on the logs of an audit, each once."""

    def __init__(
        self,
        logs: Mapping[str, EventLog],
        flows: Sequence[ProcessFlow],
        rules: Sequence[Rule],
        facts: Mapping[str, Fact],
        months: float,
        segments: Sequence[str],
    ) -> None:
        self._logs, self._rules, self._facts = logs, {rule.name: rule for rule in rules}, facts
        self._months, self._segments = months, segments
        found = {flow.process: funnel_of(logs[flow.process], flow, months) for flow in flows}
        self.funnels: Mapping[str, Funnel] = {name: funnel for name, funnel in found.items() if funnel}
        self._made: dict[str, Lever | None] = {}

    def of(self, finding: Finding, cause: str | None) -> Lever | None:
        """What a cause of a finding costs (one that was tested on cases), else what its limit kept would bring.

        None where nothing can be said: a diagnosis, a KPI that is not about cases, a process without a won state.
        """
        turn = self._turn(finding, cause)
        return self.measured(finding.process, turn) if turn else None

    def measured(self, process: str, turn: Turn) -> Lever | None:
        """The lever of a control point; None where the data do not say what it is worth."""
        if process not in self.funnels:
            return None
        if turn.key not in self._made:
            try:
                self._made[turn.key] = _Measuring(self._logs[process], turn, self._months, self._segments).lever()
            except NotAssessable:
                self._made[turn.key] = None
        return self._made[turn.key]

    def _turn(self, finding: Finding, cause: str | None) -> Turn | None:
        rule, log = self._rules.get(finding.rule), self._logs.get(finding.process)
        places = places_of(rule.control_point, (log.process,)) if rule and log else ()
        if rule is None or log is None or not places:
            return None
        point = log.process.control_points[places[0][1]]
        variant = f"#{rule.name}" if rule.where else ""
        limit, own = self._limit(f"{finding.process}.{point.name}{variant}", rule)
        if limit is None:
            return None
        exposure = next((one.exposure for one in rule.causes if one.name == cause), None)
        where = "".join(f"[{dimension}={value}]" for dimension, value in finding.segment)
        basis: Basis = "association" if exposure else "own data" if own else "assumption"
        return Turn(
            key=f"{finding.process}.{point.name}{variant}{where} {f'{rule.name}.{cause}' if exposure else 'limit'}",
            point=point,
            where=rule.where,
            segment=finding.segment,
            exposure=exposure,
            value=None if exposure else limit,
            limit=limit,
            basis=basis,
        )

    def _limit(self, key: str, rule: Rule) -> tuple[float | None, bool]:
        """The limit a control point should keep, and whether it is the client's own."""
        fact, limit = self._facts.get(key), rule.yellow or rule.red
        judged = [v for v in (fact.verdicts if fact else ()) if v.rule == rule.name]
        value = next((v.yellow if v.yellow is not None else v.red for v in judged), limit.value if limit else None)
        return value, bool(limit and limit.own)


def _is_time(measure: Measure) -> bool:
    return isinstance(measure, Stay) or (isinstance(measure, Timed) and measure.quantile is not None)


def _comparable(measure: Measure) -> bool:
    """Whether those that keep it and those that do not may be compared by their outcome.

    Who goes back, or off the path, has lived longer: that is no merit of his. What is known of lost cases only, or
    after the end, says nothing of the outcome.
    """
    match measure:
        case Holding(of=condition, among=among):
            return among == "all" and not {name.name for name in condition.names()} & {"loss_reason", "amount"}
        case Timed() | ByDeadline() | Stay() | LostFrom():
            return True
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Side:
    """Cases of one side of an exposure: all of them, those of which it is known, and those that keep the point."""

    cases: float
    known: float
    kept: float

    @property
    def share(self) -> Known:
        return Known(hits=self.kept, of=self.known)


class _Measuring:
    """One lever on one log."""

    def __init__(self, log: EventLog, turn: Turn, months: float, segments: Sequence[str]) -> None:
        self.log, self.turn, self.months = log, turn, months
        self.measure: Measure = measure_of(log, turn.point)
        self.lower = better_of(log.process, turn.point) == "lower" and not _is_time(self.measure)
        self.path, self.won = log.process.happy_path, _won(log.process) or 0
        self.split = next((name for name in segments if name in log.dimensions), None)
        self.bound = Bound()

    def lever(self) -> Lever | None:
        rows = self._rows()
        if rows is None:
            return None
        self.log.engine.execute(f"create or replace temp table lever as {rows}", self.bound)
        exposed, others = self._side("exposed"), self._side("not exposed")
        if exposed is None or (self.turn.exposure and others is None):
            return None
        target = self._target()
        then = others.share if self.turn.exposure and others else target
        begin, end = self._span()
        worth = self._downstream() if self._on_path else self._association()
        if then is None or (worth is None and not (self._on_path and end == self.won)):
            return None
        return Lever(
            key=self.turn.key,
            process=self.log.process.process,
            control_point=self.turn.point.name,
            cause=self.turn.exposure.text if self.turn.exposure else None,
            begin=begin,
            end=end,
            cases=exposed.cases / self.months,
            now=exposed.share,
            then=then,
            worth=worth,
            basis=self.turn.basis,
        )

    # --- the cases ----------------------------------------------------------------------------------------------------

    @property
    def _on_path(self) -> bool:
        """A conversion from one stage to a later one: who does not get there is not won."""
        one = self.measure
        if self.turn.point.kpi != "conversion" or not isinstance(one, Timed) or one.strict or self.lower:
            return False
        stages = self.path[: self.won + 1]
        return one.start in stages and one.end in stages and stages.index(one.start) < stages.index(one.end)

    @property
    def _to_a_state(self) -> bool:
        """A conversion to a state beside the path: like a stage, it is where those who go on must pass."""
        states = {state.name for state in self.log.process.states if not state.final} - {*self.path}
        one = self.measure
        return self.turn.point.kpi == "conversion" and isinstance(one, Timed) and one.end in states and not self.lower

    def _span(self) -> tuple[int, int]:
        """The stages it lets more through: between its points, or from where its cases begin to the end."""
        if self._on_path and isinstance(self.measure, Timed):
            return self.path.index(self.measure.start), self.path.index(self.measure.end)
        return self.path.index(self._begin()), self.won

    def _begin(self) -> str:
        """The stage from which the outcome of its cases is followed."""
        point = str(self.measure.start if isinstance(self.measure, Timed) else getattr(self.measure, "state", ""))
        return point if point in self.path[: self.won] else self.path[0]

    def _rows(self) -> str | None:
        """A row a case: case_key, keeps (as far as known), known, there (to be compared), exposed, d_NAME."""
        if not _comparable(self.measure):
            return None
        rows = self._timed(self.measure) if isinstance(self.measure, Timed) else self._credits()
        if rows is None:
            return None
        exposure, names = self.turn.exposure, [quote(f"d_{name}") for name in self.log.dimensions]
        exposed = condition_sql(self.log, exposure, self.bound) if exposure else "true"
        within = [f"{quote(f'd_{name}')} = {self.bound(value)}" for name, value in self.turn.segment]
        if self.turn.where:
            within.append(condition_sql(self.log, self.turn.where, self.bound))
        return f"""
select rows.*, coalesce({exposed}, false) as exposed{"".join(f", {name}" for name in names)}
from (
  select case_key as "~case", min({"1 - keeps" if self.lower else "keeps"}) as keeps, bool_and(known) as known,
         bool_and(there) as there
  from ({rows})
  group by case_key) as rows
join {self.log.relation("cases")} as cases
  on cases.case_key = rows."~case"
{f"where {' and '.join(within)}" if within else ""}"""

    def _credits(self) -> str | None:
        limit = self.turn.limit if isinstance(self.measure, Stay) else None
        rows = credit_rows(self.log, Request(control_point=self.turn.point), limit=limit)
        if rows is None:
            return None
        self.bound = rows.bound
        return f"select case_key, credit as keeps, not pending as known, not pending as there from ({rows.sql})"

    def _timed(self, measure: Timed) -> str:
        """Kept by the step; there: not ended before it, answered or not (D16), so that waiting is no merit."""
        step = int(self._step(measure) or 0)
        wanted = wanted_of(self.log, Request(control_point=self.turn.point))
        self.bound = wanted.bound
        lasts = wall_seconds(self.log, step) if self.turn.point.clock == "business" else step
        stayed = f"""not (k in ({GONE}, {PENDING}) and s < {step})
         and not (k = {ARRIVED} and coalesce(epoch_us(ended_at) - epoch_us(t0) < {lasts * 1_000_000}, false))"""
        there = "true" if self._to_a_state else stayed
        return f"""
select case_key,
       (k = {ARRIVED} and s <= {step})::double as keeps,
       not (k = {PENDING} and s < {step}) as known,
       {there} as there
from ({timed_rows(wanted, measure, None)})
where k <= {PENDING}"""

    def _step(self, measure: Timed) -> float | None:
        if measure.quantile is not None:
            return self.turn.limit
        return compute_horizon(self.log, Request(control_point=self.turn.point))

    def _side(self, condition: str) -> _Side | None:
        """None below the number of cases from which on anything is said."""
        known = f"filter (known and {condition})"
        row = self.log.engine.row(
            f"select count(*) filter ({condition}), count(*) {known}, fsum(keeps) {known} from lever"
        )
        cases, of, kept = (float(str(value or 0)) for value in row)
        return _Side(cases, of, kept) if of >= DEFAULT_AT_LEAST else None

    def _target(self) -> float | None:
        """The share that would keep the point."""
        value, measure = self.turn.value, self.measure
        if value is None:
            return None
        if isinstance(measure, Stay):
            return measure.quantile
        if isinstance(measure, Timed) and measure.quantile is not None:
            return measure.quantile * (self._arrive() if measure.of == "arrived" else 1.0)
        return 1 - value if self.lower else value

    def _arrive(self) -> float:
        """The share that arrives at all, of which a quantile of those who arrived speaks."""
        horizon = compute_horizon(self.log, Request(control_point=self.turn.point))
        rows = credit_rows(self.log, Request(control_point=self.turn.point), limit=float(horizon or 0))
        (share,) = self.log.engine.row(f"select avg(credit) from ({rows.sql})", rows.bound) if rows else (0,)
        return float(str(share or 0))

    # --- what one more is worth ---------------------------------------------------------------------------------------

    def _outcome(self, begin: str) -> CreditRows:
        """Each case's credit of being won, from a stage of the path on."""
        point = ControlPoint(name=f"~{begin}", kpi="conversion", parameters={"from": begin, "to": self.path[self.won]})
        rows = credit_rows(self.log, Request(control_point=point))
        assert rows is not None, "a conversion has credits"
        return rows

    def _downstream(self) -> Known | None:
        """The chance to be won of those who got there, in their own segment each; None where getting there is it."""
        end = self._span()[1]
        if end == self.won:
            return None
        rows = self._outcome(self.path[end])
        split = quote(f"d_{self.split}") if self.split else "''"
        counted = self.log.engine.rows(
            f"""
select "~split",
       count(*),
       count(credit),
       fsum(credit),
       count(*) filter (credit is not null and not pending)
from (select "~case", {split} as "~split" from lever where exposed)
left join (select case_key, credit, pending from ({rows.sql}))
  on case_key = "~case"
group by "~split"
order by all""",
            rows.bound,
        )
        return _weighted(
            [(int(str(n)), int(str(got)), float(str(won or 0)), int(str(known))) for _, n, got, won, known in counted]
        )

    def _association(self) -> Difference | None:
        """How much oftener those are won that keep it, within strata; None where a side has too few cases.

        Twice, and the smaller counts: among those not ended before the step (D16), which leaves out who was won soon
        without it and so flatters what comes late; and among all that are known, which counts who was lost before it.
        """
        won = self._outcome(self._begin())
        both = [self._standardised(won, among) for among in _AMONG]
        found = [one for one in both if one is not None]
        return min(found, key=lambda one: one.value) if len(found) == len(_AMONG) else None

    def _standardised(self, won: CreditRows, among: str) -> Difference | None:
        compared = _COMPARED.format(rows=won.sql, among=among)
        self.log.engine.execute(f"create or replace temp table lever_compared as {compared}", won.bound)
        known = [name for name in STRATA if name in self.log.dimensions]
        for names in (known, known[:1], []):
            strata = self._strata(names)
            if min(sum(s.n1 for s in strata), sum(s.n0 for s in strata)) < DEFAULT_AT_LEAST:
                return None
            found = mantel_haenszel(strata)
            if found is not None:
                return Difference(value=found.difference, error=found.error)
        return None

    def _strata(self, names: Sequence[str]) -> list[Stratum]:
        columns = [quote(f"d_{name}") for name in names] or ["''"]
        rows = self.log.engine.rows(f"""
select {", ".join(columns)},
       count(*) filter (kept),
       coalesce(fsum(credit) filter (kept), 0),
       count(*) filter (not kept),
       coalesce(fsum(credit) filter (not kept), 0)
from lever_compared
group by {", ".join(columns)}
order by all""")
        return [
            Stratum(n1=int(str(n1)), hits1=float(str(h1)), n0=int(str(n0)), hits0=float(str(h0)))
            for *_, n1, h1, n0, h0 in rows
        ]


_AMONG = ("there", "known")
_COMPARED = """
select lever.*, lever.keeps >= 0.5 as kept, won.credit
from lever
join (select case_key, credit from ({rows})) as won
  on won.case_key = lever."~case"
where {among}"""


def _weighted(parts: Sequence[tuple[int, int, float, int]]) -> Known | None:
    """The chance of those who got there, each segment as heavy as it began: (began, got there, won, known)."""
    got, known = sum(part[1] for part in parts), sum(part[3] for part in parts)
    if got < DEFAULT_AT_LEAST:
        return None
    whole = sum(part[2] for part in parts) / got
    began = sum(part[0] for part in parts)
    share = sum(n * (won / there if there else whole) for n, there, won, _ in parts) / began
    return Known(hits=share * known, of=known)
