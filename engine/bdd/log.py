"""What the audit of the log says to the steps of a scenario: shares with their intervals, colours, counter-examples."""

from typing import TYPE_CHECKING

from engine.audit import Audit, MeasuredPoint
from engine.bdd.failure import WrongWord
from engine.bdd.story import Story
from engine.bdd.words import Wait, say_seconds, say_share
from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.kpis.fact import Fact, Segment, Verdict
from engine.kpis.flow import ProcessFlow
from engine.rules.applies import DEFAULT_AT_LEAST
from engine.rules.causes import wilson

if TYPE_CHECKING:
    from engine.bdd.audited import Audited

_WORST = ("error", "red", "yellow", "not assessable", "grey", "green")


def log_of(story: Story) -> "Audited":
    """The log of the scenario, audited; the scenario is about it from now on."""
    story.on_log = True
    return story.given or story.audited(story.log_file, story.as_of)


def audit_of(story: Story) -> Audit:
    """The audit of the scenario's log, at the time the scenario names."""
    return log_of(story).audit


def flow_of(story: Story) -> ProcessFlow:
    """How cases flow through the process of the scenario."""
    for flow in audit_of(story).processes:
        if flow.process == story.process.process and (flow.cases or flow.counters):
            return flow
    name = story.process.process
    message = story.say(f"в журнале нет обращений процесса `{name}`", f"the log has no cases of process `{name}`")
    raise WrongWord(message, story.say("проверьте `sources:` в voronka.yaml", "look at `sources:` of voronka.yaml"))


def segment_of(story: Story, text: str) -> Segment:
    """From `manager=Иванов, source=Сайт`."""
    pairs = []
    for part in text.split(","):
        dimension, equal, value = part.partition("=")
        if not equal or not dimension.strip() or not value.strip():
            message = story.say(f"`{text}` — не срез", f"`{text}` is no segment")
            raise WrongWord(message, story.say("напишите `manager=Иванов`", "write `manager=Smith`"))
        pairs.append((dimension.strip(), value.strip().strip('"«»')))
    return tuple(sorted(pairs))


def fact_of(story: Story, point: str, segment: Segment = (), rules: tuple[str, ...] = ()) -> Fact:
    """The fact of a control point for the whole audit period, or one segment of it.

    Of several (a rule with a `where` looks at cases of its own) the one that `rules` judge, or the worst of all.
    """
    flow_of(story)
    process = story.process.process
    facts = [fact for fact in audit_of(story).facts if (fact.process, fact.control_point) == (process, point)]
    whole = [fact for fact in facts if fact.period is None]
    here = [fact for fact in whole if tuple(sorted(fact.segment)) == tuple(sorted(segment))]
    if rules:
        here = [fact for fact in here if verdict_of(fact, rules)] or here
    if here:
        return min(here, key=lambda fact: (_rank(fact, rules), fact.variant))
    known = sorted({_segment(fact.segment) for fact in whole if fact.segment})
    where = story.say(f" для {_segment(segment)}", f" for {_segment(segment)}") if segment else ""
    message = story.say(f"в журнале нет значения `{point}`{where}", f"the log has no value of `{point}`{where}")
    hint = (
        story.say(f"есть срезы: {', '.join(known[:5])}", f"it has the segments {', '.join(known[:5])}") if known else ""
    )
    raise WrongWord(message, hint)


def value_of(story: Story, point: str) -> Fact:
    """The fact of a control point as it is, over all cases of the audit period."""
    process = story.process.process
    for fact in audit_of(story).facts:
        plain = fact.period is None and not fact.variant and not fact.segment
        if plain and (fact.process, fact.control_point) == (process, point):
            return fact
    return fact_of(story, point)


def _rank(fact: Fact, rules: tuple[str, ...]) -> int:
    verdict = verdict_of(fact, rules)
    return _WORST.index(verdict.verdict) if verdict else len(_WORST)


def _segment(segment: Segment) -> str:
    return ", ".join(f"{dimension}={value}" for dimension, value in segment)


def verdict_of(fact: Fact, rules: tuple[str, ...] = ()) -> Verdict | None:
    """The worst verdict on a fact, by all rules or by the ones that are named; None where no rule looks at it."""
    verdicts = [verdict for verdict in fact.verdicts if not rules or verdict.rule in rules]
    return min(verdicts, key=lambda verdict: _WORST.index(verdict.verdict), default=None)


def behind_verdict(story: Story, fact: Fact, verdict: Verdict) -> tuple[str, ...]:
    """Cases that make the colour of a fact what it is, at most five; none where it is green."""
    if verdict.verdict not in ("red", "yellow"):
        return ()
    rule = next((rule for rule in story.workspace().rules if rule.name == verdict.rule), None)
    limit = verdict.red if verdict.verdict == "red" and verdict.red is not None else verdict.yellow
    return _behind(story, fact, limit, rule)


def behind_bound(story: Story, fact: Fact, bound: str, limit: float) -> tuple[str, ...]:
    """Cases that a value is beyond its bound for, at most five; none where the bound asks for too much."""
    point = point_of(story, fact.control_point)
    if point is None or (bound == ">=") != (point.better == "higher"):
        return ()
    return _behind(story, fact, limit, None)


def _behind(story: Story, fact: Fact, limit: float | None, rule: Rule | None) -> tuple[str, ...]:
    point = story.process.control_points[fact.control_point]
    where = rule.where if rule else None
    process = story.process.process
    return log_of(story).missed(process, point, limit, where=where, segment=tuple(fact.segment), horizon=fact.horizon)


def point_of(story: Story, name: str) -> MeasuredPoint | None:
    """A control point as it was measured."""
    process = story.process.process
    points = audit_of(story).control_points
    return next((point for point in points if (point.process, point.name) == (process, name)), None)


def needed(story: Story, name: str) -> int:
    """How many cases it takes to say anything of a control point."""
    point = point_of(story, name)
    return point.passport.at_least if point else DEFAULT_AT_LEAST


def too_little(story: Story, words: str, needed: int) -> str:
    """Too few cases for a share to mean anything."""
    return story.say(f"мало данных: {words}, нужно {needed}", f"too little data: {words}, {needed} are needed")


def timely(story: Story, to: str, wait: Wait) -> tuple[Fact, tuple[str, ...]]:
    """The share of the cases that reach `to` within a time since they began, and cases that did not (at most five)."""
    flow_of(story)
    process = story.process
    limit = f"{wait.working_days}wd" if wait.working_days else f"{wait.seconds}s"
    parameters: dict[str, object] = {"from": process.initial, "to": to, "limit": limit}
    name = f"{to} {limit} {'business' if wait.business else 'wall'}"
    point = ControlPoint(name=name, kpi="within", clock="business" if wait.business else "wall", parameters=parameters)
    log = log_of(story)
    fact = log.fact(process.process, point)
    if fact is None or (fact.value is None and fact.note == "no-calendar"):
        raise WrongWord(
            story.say("рабочее время не посчитать", "working time cannot be counted"),
            story.say("дайте процессу `calendar:`", "give the process a `calendar:`"),
        )
    return fact, log.missed(process.process, point, None, horizon=fact.horizon)


def told(story: Story, fact: Fact, unit: str) -> str:
    """The value with its interval and the number of cases: `92 % (скорее всего от 88 до 95 из 100), обращений: 340`."""
    n = _rests_on(story, fact.n)
    if fact.value is None and not fact.reached:
        return story.say(f"дошло слишком мало, чтобы назвать срок, {n}", f"too few got there to name a time, {n}")
    if fact.value is None:
        return story.say(f"нет значения, {n}", f"no value, {n}")
    low, high = (None if end is None else _number(story, end, unit) for end in (fact.low, fact.high))
    between = ""
    if low and high:
        between = story.say(f" (скорее всего от {low} до {high})", f" (most likely {low} to {high})")
    return f"{_number(story, fact.value, unit)}{between}, {n}"


def _rests_on(story: Story, n: int) -> str:
    """How many cases a value rests on; days (or whatever the counts come by) where there are no cases."""
    if story.process.counters:
        return story.say(f"периодов: {n}", f"{n} periods")
    return story.say(f"обращений: {n}", f"{n} cases")


def _number(story: Story, value: float, unit: str) -> str:
    if unit == "ratio":
        return say_share(value, story.locale)
    if unit == "seconds":
        return say_seconds(value, story.locale)
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"


def share(story: Story, hits: int, n: int) -> str:
    """A share of cases with its Wilson interval (95 %)."""
    if not n:
        return story.say("0 обращений", "0 cases")
    low, high = wilson(hits / n, n)
    between = f"{round(low * 100)}–{round(high * 100)}"
    value = say_share(hits / n, story.locale)
    return story.say(
        f"{hits} из {n} обращений, {value} (скорее всего {between} %)",
        f"{hits} of {n} cases, {value} (most likely {between}%)",
    )
