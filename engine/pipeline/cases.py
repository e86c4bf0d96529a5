"""The cases behind findings: examples for the report, all of them as tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.definitions.settings import Settings
from engine.events.log import EventLog
from engine.kpis.compute import Request
from engine.kpis.fact import Fact
from engine.kpis.flow import ProcessFlow
from engine.kpis.missed import missed_cases
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
        self._tables: dict[tuple[str, str], CaseTable] = {}

    def of(self, wanted: CasesWanted) -> FindingCases:
        """The cases of a finding; a diagnosis is about none in particular."""
        if wanted.control_point is None:
            return FindingCases()
        log = self._logs[wanted.process]
        rule = self._rules[wanted.rule]
        request = Request(
            control_point=log.process.control_points[wanted.control_point],
            variant=wanted.variant,
            where=rule.where,
        )
        horizon = self._horizons.get((wanted.process, wanted.control_point, wanted.variant))
        found = missed_cases(log, request, wanted.limit, horizon=horizon)
        examples = log.engine.rows(f"select case_id from missed order by hash(case_id), case_id limit {SHOWN_CASES}")
        self._tables[wanted.process, wanted.rule] = self._table(log)
        return FindingCases(
            examples=tuple(str(row[0]) for row in examples),
            count=found.cases,
            worth=self._worth(log, request.control_point),
        )

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
        named = {finding.id: (finding.process, finding.rule) for finding in findings}
        return {id_: self._tables[key] for id_, key in sorted(named.items()) if key in self._tables}


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
