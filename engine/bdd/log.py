"""What the audit of the log says to the steps of a scenario: shares with their intervals, colours, counter-examples."""

from math import sqrt

from engine.audit import Audit, MeasuredPoint
from engine.bdd.failure import SHOWN_CASES, WrongWord
from engine.bdd.story import Story
from engine.bdd.words import Wait, say_seconds, say_share
from engine.definitions.document import Span
from engine.kpis.fact import Fact, Segment, Verdict
from engine.kpis.flow import ProcessFlow

_WORST = ("error", "red", "yellow", "not assessable", "grey", "green")


def audit_of(story: Story) -> Audit:
    """The audit of the workspace's log at the time the scenario names; the scenario is about the log from now on."""
    story.on_log = True
    return story.audit(story.as_of)


def flow_of(story: Story) -> ProcessFlow:
    """How cases flow through the process of the scenario."""
    for flow in audit_of(story).processes:
        if flow.process == story.process.process:
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


def fact_of(story: Story, point: str, segment: Segment = ()) -> Fact:
    """The fact of a control point for the whole audit period, or one segment of it."""
    process = story.process.process
    facts = [fact for fact in audit_of(story).facts if (fact.process, fact.control_point) == (process, point)]
    for fact in facts:
        if fact.period is None and not fact.variant and tuple(sorted(fact.segment)) == tuple(sorted(segment)):
            return fact
    known = sorted({_segment(fact.segment) for fact in facts if fact.segment and fact.period is None})
    where = story.say(f" для {_segment(segment)}", f" for {_segment(segment)}") if segment else ""
    message = story.say(f"в журнале нет значения `{point}`{where}", f"the log has no value of `{point}`{where}")
    hint = (
        story.say(f"есть срезы: {', '.join(known[:5])}", f"it has the segments {', '.join(known[:5])}") if known else ""
    )
    raise WrongWord(message, hint)


def _segment(segment: Segment) -> str:
    return ", ".join(f"{dimension}={value}" for dimension, value in segment)


def verdict_of(fact: Fact, rules: tuple[str, ...] = ()) -> Verdict | None:
    """The worst verdict on a fact, by all rules or by the ones that are named; None where no rule looks at it."""
    verdicts = [verdict for verdict in fact.verdicts if not rules or verdict.rule in rules]
    return min(verdicts, key=lambda verdict: _WORST.index(verdict.verdict), default=None)


def counter_examples(story: Story, fact: Fact, rules: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Cases of the findings that rest on a fact, at most five."""
    cases: list[str] = []
    for finding in audit_of(story).findings:
        if fact.key in finding.facts and (not rules or finding.rule in rules):
            cases.extend(case for case in finding.cases if case not in cases)
    return tuple(cases[:SHOWN_CASES])


def point_of(story: Story, name: str) -> MeasuredPoint | None:
    """A control point as it was measured."""
    process = story.process.process
    points = audit_of(story).control_points
    return next((point for point in points if (point.process, point.name) == (process, name)), None)


def timely(story: Story, to: str, wait: Wait) -> MeasuredPoint:
    """The control point that measures the share of cases that reach `to` within a time; WrongWord with one to add."""
    process = story.process
    for point in audit_of(story).control_points:
        if point.process != process.process or point.kpi not in ("within", "conversion"):
            continue
        limit = point.parameters.get("limit") or point.parameters.get("within")
        if point.parameters.get("to") == to and _same(limit, wait, business=point.passport.clock == "business"):
            return point
    limit = f"{wait.working_days}wd" if wait.working_days else _compact(wait.seconds)
    clock = ", clock: business" if wait.business else ""
    yaml = f"NAME: {{kpi: within, from: {process.initial}, to: {to}, limit: {limit}{clock}}}"
    raise WrongWord(
        story.say("такую долю журнал ещё не измеряет", "the log does not measure this share yet"),
        story.say(f"добавьте контрольную точку в processes/: {yaml}", f"add a control point to processes/: {yaml}"),
    )


def _same(limit: str | None, wait: Wait, *, business: bool) -> bool:
    try:
        span = Span.parse(limit or "")
    except ValueError:
        return False
    return (span.seconds, span.working_days) == (wait.seconds, wait.working_days) and business == wait.business


def _compact(seconds: int) -> str:
    return next(f"{seconds // size}{unit}" for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0)


def told(story: Story, fact: Fact, unit: str) -> str:
    """The value with its interval and the number of cases: `92 % (скорее всего от 88 до 95 из 100), обращений: 340`."""
    if fact.value is None:
        return story.say(f"нет значения, обращений: {fact.n}", f"no value, {fact.n} cases")
    low, high = (None if end is None else _number(story, end, unit) for end in (fact.low, fact.high))
    between = ""
    if low and high:
        between = story.say(f" (скорее всего от {low} до {high})", f" (most likely {low} to {high})")
    value = _number(story, fact.value, unit)
    return story.say(f"{value}{between}, обращений: {fact.n}", f"{value}{between}, {fact.n} cases")


def _number(story: Story, value: float, unit: str) -> str:
    if unit == "ratio":
        return say_share(value, story.locale)
    return say_seconds(value, story.locale) if unit == "seconds" else f"{value:g}"


def share(story: Story, hits: int, n: int) -> str:
    """A share of cases with its Wilson interval (95 %)."""
    low, high = wilson(hits, n)
    between = f"{round(low * 100)}–{round(high * 100)}"
    value = say_share(hits / n, story.locale) if n else "—"
    return story.say(
        f"{hits} из {n} обращений, {value} (скорее всего {between} %)",
        f"{hits} of {n} cases, {value} (most likely {between}%)",
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a share (95 %); (0, 1) of nothing."""
    if not n:
        return 0.0, 1.0
    z, p = 1.959963984540054, hits / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))
