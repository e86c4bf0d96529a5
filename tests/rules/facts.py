"""Facts made by hand: a temp table as the KPIs write it."""

from datetime import datetime

from engine.definitions.condition import Expr
from engine.definitions.process import ControlPoint, Process, State, Transition
from engine.definitions.rule import Limit, Rule
from engine.engines.duckdb import Engine

COLUMNS = {
    "process": "varchar",
    "control_point": "varchar",
    "variant": "varchar",
    "dimension": "varchar",
    "segment": "varchar",
    "since": "timestamp",
    "until": "timestamp",
    "partial": "boolean",
    "value": "double",
    "raw": "double",
    "low": "double",
    "high": "double",
    "n": "bigint",
    "n_eff": "double",
    "known": "bigint",
    "pending": "bigint",
    "skipped": "bigint",
    "of_": "bigint",
    "horizon": "bigint",
    "maturity": "varchar",
    "reached": "boolean",
    "note": "varchar",
}
DEFAULTS: dict[str, object] = {
    "process": "web",
    "control_point": "rate",
    "variant": "",
    "partial": False,
    "pending": 0,
    "skipped": 0,
    "maturity": "mature",
    "reached": True,
}
RATIO = ("ratio", "higher")
SECONDS = ("seconds", "lower")
Z = 1.959963984540054


def facts_engine(*facts: dict[str, object], extra: dict[str, str] | None = None) -> Engine:
    """A database with the temp table `facts`."""
    engine = Engine()
    columns = {**COLUMNS, **(extra or {})}
    engine.execute(f"create temp table facts ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    rows = [tuple({**DEFAULTS, **fact}.get(name) for name in columns) for fact in facts]
    engine.insert("facts", tuple(columns), rows)  # type: ignore[arg-type]
    return engine


def share(hits: int, n: int, **more: object) -> dict[str, object]:
    """A fact of `hits` of `n` with Wilson's interval."""
    p, z2 = hits / n, Z**2
    middle, spread = (p + z2 / (2 * n)) / (1 + z2 / n), Z / (1 + z2 / n) * (p * (1 - p) / n + z2 / (4 * n * n)) ** 0.5
    return {"value": p, "raw": p, "low": middle - spread, "high": middle + spread, "n": n, "n_eff": float(n), **more}


def times(
    value: float | None, low: float | None, high: float | None, n: int | None, **more: object
) -> dict[str, object]:
    """A fact of a quantile of times."""
    reached = value is not None and high is not None
    n_eff = float(n) if n else None
    return {"value": value, "low": low, "high": high, "n": n, "n_eff": n_eff, "reached": reached, **more}


def process(name: str = "web", **points: ControlPoint) -> Process:
    """A small process with the control points rate (conversion) and wait (P90)."""
    known = points or {"rate": conversion("rate"), "wait": elapsed("wait", "0.9")}
    return Process(
        process=name,
        initial="received",
        states=(State(name="received"), State(name="won", final=True, outcome="won")),
        happy_path=("received", "won"),
        transitions=(Transition(trigger="pay", source=("received",), dest="won"),),
        control_points=known,
    )


def conversion(name: str, **more: object) -> ControlPoint:
    """A control point of a share."""
    parameters = {"from": "received", "to": "won", "within": "30d"}
    return ControlPoint(name=name, kpi="conversion", parameters=parameters, **more)  # type: ignore[arg-type]


def elapsed(name: str, quantile: str, **more: object) -> ControlPoint:
    """A control point of a time."""
    parameters = {"from": "received", "to": "won", "quantile": quantile}
    return ControlPoint(name=name, kpi="elapsed", parameters=parameters, **more)  # type: ignore[arg-type]


def units(*processes: Process) -> dict[tuple[str, str], tuple[str, str]]:
    """Units of those control points."""
    kinds = {"conversion": RATIO, "elapsed": SECONDS}
    return {(p.process, name): kinds[point.kpi] for p in processes for name, point in p.control_points.items()}


def rule(name: str = "r", *, yellow: str | None = None, red: str | None = None, **more: object) -> Rule:
    """A rule with limits as they are written."""
    limits = {"yellow": yellow and Limit.parse(yellow), "red": red and Limit.parse(red)}
    if isinstance(more.get("when"), str):
        more["when"] = Expr.parse(str(more["when"]))
    if isinstance(more.get("where"), str):
        more["where"] = Expr.parse(str(more["where"]))
    point = None if "when" in more else "rate"
    return Rule(name=name, **{"control_point": point, **limits, **more})  # type: ignore[arg-type]


def month(number: int, year: int = 2026) -> dict[str, object]:
    """A calendar month as a period."""
    return {"since": datetime(year, number, 1), "until": datetime(year + number // 12, number % 12 + 1, 1)}


def week(number: int) -> dict[str, object]:
    """The n-th week of June 2026."""
    return {"since": datetime(2026, 6, 1 + 7 * number), "until": datetime(2026, 6, 8 + 7 * number)}
