"""One row per case, visit or event of a measure, as SQL: what is counted, to which segments and period it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.definitions.condition import Call, Expr, Name
from engine.engines.sql import Bound, Column, compile_condition, quote
from engine.events.log import EventLog
from engine.events.reached import entries_of
from engine.kpis.durations import NotAssessable

Clock = Literal["wall", "business"]
# Nobody is "not given", where that is a segment at all; else a cell that is never named.
_MANAGER = "coalesce({manager}, (select code from {segments} where dimension = 'manager' and segment = ''), -1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of one measure: the condition on cases, the dimensions, the clock."""

    log: EventLog
    where: tuple[Expr, ...] = ()
    by: tuple[str, ...] = ()
    clock: Clock = "wall"
    bound: Bound = field(default_factory=Bound)

    def segments(self, manager: str | None = None) -> str:
        """Columns c0, c1, ...: the segment of each dimension. `manager`: the number of who held the case (D21)."""
        columns = []
        for number, name in enumerate(self.by):
            code = quote(f"k_{name}")
            if name == "manager" and manager and self.log.manager_varies:
                code = _MANAGER.format(segments=self.log.relation("segments"), manager=manager)
            columns.append(f", {code} as c{number}")
        return "".join(columns)

    def conditions(self, *more: str) -> str:
        """A `where` clause over `cases`."""
        tests = [condition_sql(self.log, condition, self.bound) for condition in self.where]
        together = [*tests, *(test for test in more if test and test != "true")]
        return f"where {' and '.join(together)}" if together else ""

    @property
    def branch(self) -> dict[str, str]:
        """The column that the calendar of a case is found by, where there is one calendar per branch."""
        if self.clock == "wall" or self.log.branch is None:
            return {}
        if self.log.branch not in self.log.attributes:
            raise NotAssessable(f"missing={self.log.branch}")
        column = quote(f"a_{self.log.branch}")
        return {column: f"cases.{column}"}

    def in_period(self, moment: str) -> str:
        """A condition that a local moment lies in the audit's period."""
        tests = []
        if self.log.since:
            tests.append(f"{moment} >= {self.bound(self.log.since)}")
        if self.log.until:
            tests.append(f"{moment} < {self.bound(self.log.until)}")
        return " and ".join(tests)


def condition_sql(log: EventLog, condition: Expr, bound: Bound) -> str:
    """A condition on cases as SQL over `cases`; names must have been checked."""

    def resolve(name: Name) -> Column:
        if name.name not in log.columns:
            raise NotAssessable(f"missing={name.name}")
        return log.columns[name.name]

    def count(call: Call) -> Column:
        (point,) = call.arguments
        assert isinstance(point, Name)
        entries = entries_of(log.process, point.name, own=True)
        sql = f"(select count(*) from ({entries}) as entry where entry.case_key = cases.case_key)"
        return Column(sql, "number")

    return compile_condition(condition.tree, resolve, {"count": count}, bound)


def cases_query(
    wanted: Wanted, columns: Mapping[str, str], conditions: Sequence[str], manager: str | None = None, joins: str = ""
) -> str:
    """A row per case of the audit's period: the columns, the segments, and `p`, the start in the workspace's zone."""
    chosen = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    where = wanted.conditions(wanted.in_period("local_at"), *conditions)
    table = wanted.log.relation("cases")
    return f"select {chosen}, local_at as p{wanted.segments(manager)} from {table} as cases {joins} {where}"
