"""Which rule looks at which control point of which process, and from how many cases on."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from engine.definitions.condition import Call, Expr, Name
from engine.definitions.process import ControlPoint, Process
from engine.definitions.rule import Rule

Units = Mapping[tuple[str, str], tuple[str, str]]
"""(process, control point) -> (unit, better): ratio seconds count number money; higher lower neither."""

Z = NormalDist().inv_cdf(0.975)
DEFAULT_AT_LEAST = 30
AT_LEAST_NEAR_AN_END = 100
PERIODS_AT_LEAST = 5
"""Periods of a counter that a verdict takes: five working days."""
_PERIODS = {"attainment": 1, "cost": 3}
QUANTILE_KPIS = ("elapsed", "sojourn", "age")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A rule with a limit, at one control point. `variant`: the name under which its facts are kept."""

    rule: Rule
    process: str
    control_point: str
    unit: str
    better: str
    quantile: float | None
    at_least: int
    variant: str
    by_periods: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRequest:
    """Facts that the rules need of a process: for whom (`variant`, `where`), split by what, and from how many on.

    `limits` (unit of the KPI): where the share within is wanted too, for the test of segments of a quantile (D12).
    `months`: monthly facts are needed, because a limit is the client's own best or median month.
    """

    process: str
    control_point: str
    variant: str = ""
    where: Expr | None = None
    by: tuple[str, ...] = ()
    at_least: int = DEFAULT_AT_LEAST
    limits: tuple[float, ...] = ()
    months: bool = False


def applied(rules: Iterable[Rule], processes: Iterable[Process], units: Units) -> tuple[Applied, ...]:
    """Every rule with a limit at every control point it looks at; points without a unit are left out."""
    found = []
    known = tuple(processes)
    for rule in rules:
        for process, name in places_of(rule.control_point, known):
            if (process.process, name) in units and (rule.yellow or rule.red):
                found.append(_applied(rule, process, process.control_points[name], units[process.process, name]))
    return tuple(sorted(found, key=lambda a: (a.process, a.control_point, a.rule.name)))


def _applied(rule: Rule, process: Process, point: ControlPoint, unit: tuple[str, str]) -> Applied:
    quantile = quantile_of(point)
    return Applied(
        rule=rule,
        process=process.process,
        control_point=point.name,
        unit=unit[0],
        better=unit[1],
        quantile=quantile,
        at_least=at_least_of(rule, unit[0], quantile, enough(process, point)),
        by_periods=by_periods(process, point),
        variant=rule.name if rule.where else "",
    )


def places_of(name: str | None, processes: Iterable[Process]) -> tuple[tuple[Process, str], ...]:
    """The control points a name means: `web_form.reaction_time`, or `reaction_time` in every process that has it."""
    if not name:
        return ()
    process_name, _, point = name.rpartition(".")
    return tuple(
        (process, point)
        for process in processes
        if point in process.control_points and process_name in ("", process.process)
    )


def quantile_of(point: ControlPoint) -> float | None:
    """The quantile a control point measures, in (0, 1); None where it measures no quantile."""
    if point.kpi not in QUANTILE_KPIS:
        return None
    text = str(point.parameters.get("quantile", "0.5")).strip()
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None  # the signature of the KPI says so
    return share if 0 < share < 1 else None


def by_periods(process: Process, point: ControlPoint) -> bool:
    """Whether the `n` of a control point are periods: days of counters, months of spending or of a plan."""
    return bool(process.counters) or point.kpi in _PERIODS


def enough(process: Process, point: ControlPoint) -> int:
    """What a verdict takes by default: cases; of periods fewer, for Student's t makes up for few of them."""
    return _PERIODS.get(point.kpi, PERIODS_AT_LEAST if process.counters else DEFAULT_AT_LEAST)


def at_least_of(rule: Rule, unit: str, quantile: float | None, usual: int = DEFAULT_AT_LEAST) -> int:
    """Cases a verdict takes (D12): the rule's or the default, raised so that a quantile can have an upper end."""
    asked = rule.at_least if rule.at_least is not None else _default(rule, unit) if usual == DEFAULT_AT_LEAST else usual
    return max(asked, cases_for_upper_end(quantile) if quantile else 0)


def _default(rule: Rule, unit: str) -> int:
    limits = [limit.value for limit in (rule.yellow, rule.red) if limit and limit.value is not None]
    near_an_end = unit == "ratio" and any(value <= 0.1 or value >= 0.9 for value in limits)
    return AT_LEAST_NEAR_AN_END if near_an_end else DEFAULT_AT_LEAST


def cases_for_upper_end(quantile: float) -> int:
    """Fewest cases with which the interval of a quantile ends: Wilson's low end of n of n above it (35 for P90)."""
    return math.floor(quantile * Z**2 / (1 - quantile)) + 1


def periods_of(rule: Rule) -> int:
    """Of `for: 2 periods`, the 2; 0 where the rule does not ask for it."""
    match = re.fullmatch(r"([1-9]\d*)\s+periods?", (rule.for_ or "").strip())
    return int(match[1]) if match else 0


def judged_in(rule: Rule, processes: Iterable[Process]) -> tuple[Process, ...]:
    """Processes a diagnosis (`when:`) is judged in: those that have every control point it names."""
    names = [name for name in point_names(rule.when) if name] if rule.when else []
    known = tuple(processes)
    qualified = [name for name in names if "." in name]
    plain = [name for name in names if "." not in name]
    if any(not places_of(name, known) for name in qualified):
        return ()
    if plain or not qualified:
        return tuple(p for p in known if all(name in p.control_points for name in plain))
    return tuple(process for process, _ in places_of(qualified[0], known))


def point_names(condition: Expr) -> tuple[str, ...]:
    """Control points a `when:` reads: its names, and the arguments of `count(POINT)`."""
    counted = [
        call.arguments[0].name
        for call in condition.nodes()
        if isinstance(call, Call) and call.function == "count" and len(call.arguments) == 1
        if isinstance(call.arguments[0], Name)
    ]
    return tuple(dict.fromkeys([*(name.name for name in condition.names()), *counted]))


def requests(
    rules: Iterable[Rule], processes: Iterable[Process], units: Units, segments: tuple[str, ...] = ()
) -> tuple[FactRequest, ...]:
    """Facts that must be computed for the rules, sorted; `segments` are the dimensions of a rule that names none."""
    rules, known = tuple(rules), tuple(processes)
    wanted: dict[tuple[str, str, str], FactRequest] = {}
    for one in applied(rules, known, units):
        _merge(wanted, _request(one, segments))
    for rule in rules:
        for process in judged_in(rule, known) if rule.when else ():
            for name in point_names(rule.when) if rule.when else ():
                for place, point in places_of(name, (process,) if "." not in name else known):
                    _merge(wanted, FactRequest(process=place.process, control_point=point))
    return tuple(wanted[key] for key in sorted(wanted))


def _request(one: Applied, segments: tuple[str, ...]) -> FactRequest:
    limits = [limit for limit in (one.rule.yellow or one.rule.red,) if limit and one.quantile]
    return FactRequest(
        process=one.process,
        control_point=one.control_point,
        variant=one.variant,
        where=one.rule.where,
        by=one.rule.by if one.rule.by is not None else segments,
        at_least=one.at_least,
        limits=tuple(limit.value for limit in limits if limit.value is not None),
        months=any(limit.own for limit in (one.rule.yellow, one.rule.red) if limit),
    )


def _merge(wanted: dict[tuple[str, str, str], FactRequest], new: FactRequest) -> None:
    key = (new.process, new.control_point, new.variant)
    old = wanted.get(key)
    if old is None:
        wanted[key] = new
        return
    wanted[key] = FactRequest(
        process=new.process,
        control_point=new.control_point,
        variant=new.variant,
        where=new.where,
        by=tuple(dict.fromkeys((*old.by, *new.by))),
        at_least=min(old.at_least, new.at_least),
        limits=tuple(sorted({*old.limits, *new.limits})),
        months=old.months or new.months,
    )
