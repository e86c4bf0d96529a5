"""What documents show of control points, rules and facts: objects made from the tables of an audit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, cast

from engine.audit import Lacking, MeasuredPoint, RuleShown
from engine.definitions.process import Process
from engine.definitions.rule import Norm, Rule
from engine.engines.duckdb import Engine
from engine.kpis.catalogue import catalogue
from engine.kpis.fact import Fact, Verdict, VerdictWord
from engine.kpis.fact_table import facts
from engine.pipeline.passports import measured_point
from engine.rules import asks
from engine.rules.applies import Units, applied, by_periods, enough

Locale = Literal["ru", "en"]
_Key = tuple[str, str, str, str | None, str | None, datetime | None, datetime | None]

_VERDICTS = """
select process, control_point, variant, dimension, segment, since, until, rule, verdict, why, needed, yellow, red
from verdicts
order by all
"""


def facts_with_verdicts(store: Engine) -> tuple[Fact, ...]:
    """All facts of the audit, sorted, each with what the rules say of it."""
    said: dict[_Key, list[Verdict]] = defaultdict(list)
    for row in store.records(_VERDICTS):
        said[_key(row)].append(_verdict(row))
    return tuple(replace(fact, verdicts=tuple(said.get(_key_of(fact), ()))) for fact in facts(store))


def _key(row: Mapping[str, object]) -> _Key:
    names = ("process", "control_point", "variant", "dimension", "segment", "since", "until")
    return cast(_Key, tuple(row[name] for name in names))


def _key_of(fact: Fact) -> _Key:
    dimension, segment = fact.segment[0] if fact.segment else (None, None)
    since, until = (fact.period.since, fact.period.until) if fact.period else (None, None)
    return (fact.process, fact.control_point, fact.variant, dimension, segment, since, until)


def _verdict(row: Mapping[str, object]) -> Verdict:
    needed, why = row["needed"], row["why"]
    return Verdict(
        rule=str(row["rule"]),
        verdict=cast(VerdictWord, row["verdict"]),
        why=cast(Literal["between", "uncertain"], why) if why else None,
        needed=int(str(needed)) if needed is not None else None,
        yellow=_number(row["yellow"]),
        red=_number(row["red"]),
    )


def _number(value: object) -> float | None:
    return float(str(value)) if value is not None else None


def measured_points(
    processes: Sequence[Process], rules: Sequence[Rule], found: Sequence[Fact], units: Units, locale: Locale
) -> tuple[MeasuredPoint, ...]:
    """Every control point with its passport: the horizon that was used, the cases that its rules take."""
    horizons = {(f.process, f.control_point): f.horizon for f in found if not f.period and not f.segment}
    least: dict[tuple[str, str], int] = {}
    for one in applied(rules, processes, units):
        key = (one.process, one.control_point)
        least[key] = max(least.get(key, 0), one.at_least)
    return tuple(
        replace(
            measured_point(
                process,
                point,
                catalogue[point.kpi],
                locale=locale,
                at_least=least.get((process.process, name), enough(process, point)),
                by_periods=by_periods(process, point),
                horizon=horizons.get((process.process, name)),
            ),
            better=cast(Literal["higher", "lower", "neither"], units[process.process, name][1]),
        )
        for process in processes
        for name, point in process.control_points.items()
    )


def lacking_of_sources(found: Sequence[Fact], locale: Locale) -> tuple[Lacking, ...]:
    """What the sources cannot give, by process, with the control points it takes and what to ask for."""
    points: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in found:
        lacks = asks.lacking_of(fact.note)
        if lacks and not fact.segment and not fact.period and fact.control_point not in points[fact.process, lacks]:
            points[fact.process, lacks].append(fact.control_point)
    return tuple(
        Lacking(
            process=process,
            lacks=lacks,
            why=asks.why(lacks, locale),
            ask=asks.ask(lacks, locale),
            control_points=tuple(sorted(names)),
        )
        for (process, lacks), names in sorted(points.items())
        if names
    )


def rules_shown(rules: Sequence[Rule], locale: Locale) -> tuple[RuleShown, ...]:
    """Title, norm and caveat of every rule."""
    return tuple(
        RuleShown(
            name=rule.name,
            title=rule.title.of(locale) if rule.title else rule.name,
            norm=_norm(rule.norm, locale) if rule.norm else None,
            caveat=rule.norm.caveat.of(locale) if rule.norm and rule.norm.caveat else None,
        )
        for rule in sorted(rules, key=lambda rule: rule.name)
    )


_LABELS = {
    "published study": "опубликованное исследование",
    "industry norm": "отраслевая норма",
    "platform rule": "правило площадки",
    "agree with the client": "согласовать с клиентом",
}


def _norm(norm: Norm, locale: Locale) -> str:
    label = _LABELS[norm.label] if locale == "ru" else norm.label
    parts = [
        norm.ref.of(locale) if norm.ref else "",
        norm.population.of(locale) if norm.population else "",
        norm.year or "",
    ]
    detail = ", ".join(part for part in parts if part)
    return f"{label}: {detail}" if detail else label
