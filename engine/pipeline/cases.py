"""The cases behind findings: examples for the report, all of them as tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.definitions.settings import Settings
from engine.engines.sql import Bound, quote
from engine.events.log import EventLog
from engine.kpis.compute import Request
from engine.kpis.fact import Fact, Segment
from engine.kpis.flow import ProcessFlow
from engine.kpis.missed import missed_cases
from engine.pipeline.breaches import Breach
from engine.rules.finding import Finding
from engine.rules.findings import SHOWN_CASES, CasesWanted, FindingCases

Cell = str | int | float | datetime | None
CaseTable = tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]
"""Columns and rows."""

MOST_ROWS = 200_000
"""Rows of one table: more than a spreadsheet is opened with; the report says how many there are."""

_COLUMNS = {
    "ru": ("обращение", "началось", "длилось, с", "этап", "менеджер", "сумма"),
    "en": ("case", "began", "lasted, s", "stage", "manager", "amount"),
}


class Cases:
    """Looks up the cases of each finding once, and keeps them for the tables."""

    def __init__(
        self,
        logs: Mapping[str, EventLog],
        flows: Sequence[ProcessFlow],
        rules: Sequence[Rule],
        facts: Sequence[Fact],
        settings: Settings,
    ) -> None:
        self._logs, self._settings = logs, settings
        self._flows = {flow.process: flow for flow in flows}
        self._rules = {rule.name: rule for rule in rules}
        self._horizons = {
            (fact.process, fact.control_point, fact.variant): fact.horizon
            for fact in facts
            if not fact.segment and not fact.period
        }
        self._tables: dict[tuple[str, str, Segment], CaseTable] = {}
        self._all: tuple[str, str, str] | None = None
        self._worths: dict[tuple[str, str], float | None] = {}

    def of(self, wanted: CasesWanted) -> FindingCases:
        """The cases of a finding; a diagnosis is about none in particular."""
        if wanted.control_point is None:
            return FindingCases()
        log, rule = self._logs[wanted.process], self._rules[wanted.rule]
        count = self._look_up(log, rule, wanted.control_point, wanted.variant, wanted.limit)
        return self._kept(log, rule, wanted.control_point, count)

    def of_segment(self, breach: Breach, table: str, segment: Segment) -> FindingCases:
        """The cases of a segment that the scan found; `table`: the credits of its control point.

        Those of one control point are best asked for one after the other.
        """
        log, place = self._logs[breach.process], (breach.process, breach.control_point, breach.variant)
        if self._all != place:
            self._look_up(log, breach.rule, breach.control_point, breach.variant, breach.limit)
            log.engine.execute("create or replace temp table missed_by_all as from missed")
            self._all = place
        count = _narrow(log, table, segment)
        return self._kept(log, breach.rule, breach.control_point, count, segment)

    def _look_up(self, log: EventLog, rule: Rule, point: str, variant: str, limit: float | None) -> int:
        request = Request(control_point=log.process.control_points[point], variant=variant, where=rule.where)
        horizon = self._horizons.get((log.process.process, point, variant))
        return missed_cases(log, request, limit, horizon=horizon).cases

    def _kept(self, log: EventLog, rule: Rule, point: str, count: int, segment: Segment = ()) -> FindingCases:
        """What `missed` holds, kept for the tables."""
        examples = log.engine.rows(f"select case_id from missed order by hash(case_id), case_id limit {SHOWN_CASES}")
        self._tables[log.process.process, rule.name, segment] = self._table(log)
        log.engine.execute("drop table missed")
        key = (log.process.process, point)
        if key not in self._worths:
            self._worths[key] = self._worth(log, log.process.control_points[point])
        return FindingCases(examples=tuple(str(row[0]) for row in examples), count=count, worth=self._worths[key])

    def _worth(self, log: EventLog, point: ControlPoint) -> float | None:
        """Won money per case that got to the stage of a conversion; None where a miss is no loss, or has no amount."""
        to = str(point.parameters.get("to"))
        if point.kpi != "conversion":
            return None
        stage = next((one for one in self._flows[log.process.process].stages if one.state == to), None)
        if stage is None or not stage.reached or to not in log.process.happy_path or "amount" not in log.attributes:
            return None
        won = log.engine.row(
            f"select sum(try_cast(a_amount as double)) from {log.relation('cases')} where outcome = 'won'"
        )[0]
        return float(str(won)) / stage.reached if won else None

    def _table(self, log: EventLog) -> CaseTable:
        titles = {
            state.name: state.title.of(self._settings.locale) if state.title else state.name
            for state in log.process.states
        }
        rows = log.engine.rows(
            "select case_id, started_at, seconds, state, manager, amount from missed "
            f"order by started_at, case_id limit {MOST_ROWS}"
        )
        locale: Literal["ru", "en"] = self._settings.locale
        return _COLUMNS[locale], tuple(_row(row, titles) for row in rows)

    def tables(self, findings: Sequence[Finding]) -> dict[str, CaseTable]:
        """A table for each finding that is about cases, by its id."""
        named = {finding.id: (finding.process, finding.rule, finding.segment) for finding in findings}
        return {id_: self._tables[key] for id_, key in sorted(named.items()) if key in self._tables}


def _narrow(log: EventLog, table: str, segment: Segment) -> int:
    """Leave in `missed` the cases of a segment alone; gives how many there are."""
    bound = Bound()
    segments = log.relation("segments")
    code = "(select code from {} where dimension = {} and segment = {})"
    tests = " and ".join(
        f"credits.{quote(f'k_{name}')} = {code.format(segments, bound(name), bound(value))}" for name, value in segment
    )
    log.engine.execute(
        f"""
create or replace temp table missed as
select *
from missed_by_all
where case_id in (
  select cases.case_id
  from {quote(table)} as credits
  join {log.relation("cases")} as cases using (case_key)
  where {tests})""",
        bound,
    )
    return int(str(log.engine.row("select count(*) from missed")[0]))


def _row(row: tuple[object, ...], titles: Mapping[str, str]) -> tuple[Cell, ...]:
    case, began, seconds, state, manager, amount = row
    return (
        str(case),
        began if isinstance(began, datetime) else None,
        int(str(seconds)) if seconds is not None else None,
        titles.get(str(state), str(state)) if state is not None else None,
        str(manager) if manager is not None else None,
        float(str(amount)) if amount is not None else None,
    )
