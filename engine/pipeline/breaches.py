"""Breached control points, and the credits of their cases: what the scan looks at, and the comparison of managers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.definitions.condition import Expr
from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import quote, text_literal
from engine.events.log import EventLog
from engine.kpis.compute import Request, measure_of
from engine.kpis.credits import credit_rows, named, write_credits
from engine.kpis.durations import NotAssessable
from engine.kpis.measure import Holding
from engine.rules.applies import Units

Better = Literal["higher", "lower"]
_OUTCOMES = ("loss_reason",)
"""Attributes that a case has because of how it ended: they cannot say where it was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A control point whose value is on the wrong side of a limit of a rule, for the audit period as a whole.

    `limit` in the unit of the KPI: the yellow one, or the red where there is no other. `certain`: not by chance.
    """

    rule: Rule
    process: str
    control_point: str
    variant: str
    limit: float | None
    unit: str
    better: Better
    severity: Literal["red", "yellow"]


_BREACHED = """
select process, control_point, variant, verdicts.rule, if(sure, verdicts.verdict, 'yellow'),
       coalesce(verdicts.yellow, verdicts.red) as reached_limit
from verdicts
join facts using (process, control_point, variant)
join edges using (process, control_point, variant, rule)
where verdicts.dimension is null
  and verdicts.since is null
  and facts.dimension is null
  and facts.since is null
  and verdicts.verdict in ('red', 'yellow')
  and coalesce(sign * value > y, not reached)
order by process, control_point, variant, verdicts.verdict, verdicts.rule"""


def breaches(store: Engine, rules: Iterable[Rule], units: Units) -> tuple[Breach, ...]:
    """One breach a control point (and condition of a rule on its cases): the red one, else the first by name.

    Needs the temp tables `facts`, `verdicts` and `edges`.
    """
    known = {rule.name: rule for rule in rules}
    found: dict[tuple[str, str, str], Breach] = {}
    for process, point, variant, rule, verdict, limit in store.rows(_BREACHED):
        unit, better = units[str(process), str(point)]
        breach = Breach(
            rule=known[str(rule)],
            process=str(process),
            control_point=str(point),
            variant=str(variant),
            limit=float(str(limit)) if limit is not None else None,
            unit=unit,
            better="lower" if better == "lower" else "higher",
            severity="red" if verdict == "red" else "yellow",
        )
        found.setdefault((breach.process, breach.control_point, breach.variant), breach)
    return tuple(found.values())


def dimensions_of(
    log: EventLog, point: ControlPoint, settings: Settings, rules: Sequence[Rule] = ()
) -> tuple[str, ...]:
    """What a control point is scanned by: the audit's segments, then what rules on it and the point itself split by.

    Not by what is only known once the case was answered or has ended (bands of a time, the reason of a loss), nor by
    what the control point counts by itself: that would tell its own definition.
    """
    named = [*settings.audit.segments, *(name for rule in rules for name in rule.by or ()), *(point.by or ())]
    process = log.process
    late = {name for name, dimension in process.dimensions.items() if dimension.elapsed} | set(_OUTCOMES)
    return tuple(
        name for name in dict.fromkeys(named) if name in log.dimensions and name not in late | own_names(log, point)
    )


def own_names(log: EventLog, point: ControlPoint) -> set[str]:
    """What a share counts by itself: `manager` of the share of cases without one."""
    measure = measure_of(log, point)
    return {name.name for name in measure.of.names()} if isinstance(measure, Holding) else set()


@dataclass(slots=True)
class Credits:
    """Credits of control points, a temp table each, made when first asked for; `drop` leaves nothing behind."""

    engine: Engine
    logs: Mapping[str, EventLog]
    tables: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    views: list[str] = field(default_factory=list)

    def of(self, breach: Breach) -> str | None:
        """The table of a breach (columns: see `kpis.credits`); None where the control point is not about shares."""
        return self.table(
            breach.process,
            breach.control_point,
            breach.variant,
            where=breach.rule.where if breach.variant else None,
            limit=breach.limit,
        )

    def table(
        self, process: str, name: str, variant: str = "", *, where: Expr | None = None, limit: float | None = None
    ) -> str | None:
        """The table of a control point; `limit` as `credited` takes it."""
        key = (process, name, variant)
        if key not in self.tables:
            log = self.logs[process]
            request = Request(control_point=log.process.control_points[name], variant=variant, where=where)
            self.tables[key] = _made(log, request, limit, f"credits:{len(self.tables)}")
        return self.tables[key]

    def view(self, log: EventLog, table: str, columns: Sequence[str], dimensions: Sequence[str], more: str = "") -> str:
        """A view of the columns of a table and the texts of its dimensions, `more` behind (joins); gives its name."""
        name = f"{table} seen {len(self.views)}"
        rows = named(log, table, dimensions)
        self.engine.execute(
            f"create or replace temp view {quote(name)} as select {', '.join(columns)} from ({rows}) as of {more}"
        )
        self.views.append(name)
        return name

    def drop(self) -> None:
        """Drop views and tables."""
        for name in reversed(self.views):
            self.engine.execute(f"drop view {quote(name)}")
        for table in filter(None, self.tables.values()):
            self.engine.execute(f"drop table {quote(table)}")
        self.tables.clear()
        self.views.clear()


def _made(log: EventLog, request: Request, limit: float | None, table: str) -> str | None:
    try:
        rows = credit_rows(log, request, limit=limit, dimensions=log.dimensions)
    except NotAssessable:
        return None
    if rows is None:
        return None
    write_credits(log, rows, table)
    return table


def given(name: str, *, but: Iterable[str] = ()) -> str:
    """A dimension as a column of a view: null where it is not given, or is a word (`but`) for that."""
    column, nothing = quote(f"d_{name}"), ", ".join(text_literal(word) for word in ("", *but))
    return f"case when {column} not in ({nothing}) then {column} end as {column}"
