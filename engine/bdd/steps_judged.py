"""Steps that judge: the colour of a control point or a rule, and shares, on one case or on the whole log."""

from engine.bdd import log
from engine.bdd.failure import Unmet, WrongWord
from engine.bdd.judged import Judged, judge, measure
from engine.bdd.library import step
from engine.bdd.story import Story
from engine.bdd.words import Colour, Wait, keeps, say_bound, say_colour, say_seconds, say_share
from engine.definitions.process import ControlPoint
from engine.definitions.rule import Rule
from engine.kpis.fact import Fact
from engine.rules.applies import DEFAULT_AT_LEAST

_CASES_RU = "(заявок|обращений|сделок|звонков|запросов|писем|лидов)"
_CASES_EN = "(cases|inquiries|requests|deals|calls|leads|letters)"


@step(
    "then",
    ru="контрольная точка {point:word} {colour:colour}",
    en="the control point {point:word} is {colour:colour}",
    example_ru="Тогда контрольная точка reaction_time зелёная",
    example_en="Then the control point reaction_time is green",
)
def _point_colour(story: Story, point: str, colour: Colour) -> None:
    """The colour by the worst of its rules: of the one case (a time is its own, a share is 1 or 0), or of the log."""
    _colour_is(story, _point(story, point), colour, ())


@step(
    "then",
    ru="правило {rule:word} {colour:colour}",
    en="the rule {rule:word} is {colour:colour}",
    example_ru="Тогда правило slow_reaction красное",
    example_en="Then the rule slow_reaction is red",
)
def _rule_colour(story: Story, rule: str, colour: Colour) -> None:
    """The colour of one rule: of the one case, or of the log."""
    found = _rule(story, rule)
    if found.when is not None:
        _diagnosis(story, found, colour)
        return
    _colour_is(story, _point(story, (found.control_point or "").rpartition(".")[2]), colour, (found.name,))


@step(
    "then",
    ru="правило {rule:word} {colour:colour} для {segment}",
    en="the rule {rule:word} is {colour:colour} for {segment}",
    example_ru="Тогда правило slow_reaction красное для manager=Иванов",
    example_en="Then the rule slow_reaction is red for manager=Smith",
    runs_on="log",
)
def _rule_colour_of(story: Story, rule: str, colour: Colour, segment: str) -> None:
    """The colour of one rule for a segment of the log."""
    found = _rule(story, rule)
    point = _point(story, (found.control_point or "").rpartition(".")[2])
    fact = log.fact_of(story, point.name, log.segment_of(story, segment), (found.name,))
    _fact_colour_is(story, point, fact, colour, (found.name,))


@step(
    "then",
    ru="контрольная точка {point:word} {bound:bound} {value:value}",
    en="the control point {point:word} is {bound:bound} {value:value}",
    example_ru="Тогда контрольная точка win_rate не менее 20 %",
    example_en="Then the control point win_rate is at least 20%",
)
def _point_value(story: Story, point: str, bound: str, value: float | Wait) -> None:
    """The value of a control point: of the one case (a share is 1 or 0), or of the log with its interval."""
    found = _point(story, point)
    limit = _seconds(story, value) if isinstance(value, Wait) else value
    expected = f"{say_bound(bound, story.locale)} {_said(story, value)}"
    if story.on_log:
        _point_keeps(story, found, bound, limit, expected)
        return
    story.touch("control point", found.name)
    measured = measure(story, found)
    if measured.value is None or not keeps(measured.value, bound, limit):
        raise Unmet(expected, measured.words)


@step(
    "then",
    ru=f"{{bound:bound}} {{share:share}} {_CASES_RU}: {{event}} за {{wait:wait}}",
    en=f"{{bound:bound}} {{share:share}} of {_CASES_EN}: {{event}} within {{wait:wait}}",
    example_ru="Тогда не менее 90 % заявок: Дозвонились за 15 рабочих минут",
    example_en="Then at least 90% of cases: contacted within 15 working minutes",
)
def _share_in_time(story: Story, bound: str, share: float, event: str, wait: Wait) -> None:
    """The share of cases that get to a state or mark in time; on the model: whether the one case does (1 or 0)."""
    to = story.named(event, "state", "mark").name
    expected = (
        f"{say_bound(bound, story.locale)} {say_share(share, story.locale)}: {story.title(to)} ≤ {_said(story, wait)}"
    )
    if story.on_log:
        fact, late = log.timely(story, to, wait)
        words = log.told(story, fact, "ratio")
        _fact_keeps(story, fact, DEFAULT_AT_LEAST, words, bound, share, expected, late if bound == ">=" else ())
        story.said.append(f"{story.title(to)} ≤ {_said(story, wait)}: {words}")
        return
    limit = f"{_seconds(story, wait)}s"
    parameters: dict[str, object] = {"from": story.process.initial, "to": to, "limit": limit}
    point_here = ControlPoint(kpi="within", clock="business" if wait.business else "wall", parameters=parameters)
    measured = measure(story, point_here)
    if measured.value is None or not keeps(measured.value, bound, share):
        raise Unmet(expected, measured.words)


# --- the one case, or the log ----------------------------------------------------------------------------------------


def _point(story: Story, text: str) -> ControlPoint:
    return story.process.control_points[story.named(text, "control point").name]


def _rule(story: Story, name: str) -> Rule:
    rules = story.workspace().rules
    for rule in rules:
        if name == rule.name or (rule.title and name in (rule.title.ru, rule.title.en)):
            return rule
    known = ", ".join(rule.name for rule in rules[:10])
    raise WrongWord(
        story.say(f"нет правила `{name}`", f"there is no rule `{name}`"),
        story.say(f"в rules/ есть: {known}", f"rules/ has: {known}"),
    )


def _colour_is(story: Story, point: ControlPoint, colour: Colour, only: tuple[str, ...]) -> None:
    if story.on_log:
        _fact_colour_is(story, point, log.fact_of(story, point.name, (), only), colour, only)
        return
    judged = judge(story, point, *only)
    _touch(story, point, judged.rules, judged.colour)
    if judged.colour != colour:
        raise Unmet(say_colour(colour, story.locale), _judged(story, judged))


def _judged(story: Story, judged: Judged) -> str:
    return f"{say_colour(judged.colour, story.locale)}: {judged.words}"


def _fact_colour_is(story: Story, point: ControlPoint, fact: Fact, colour: Colour, only: tuple[str, ...]) -> None:
    verdict = log.verdict_of(fact, only)
    if verdict is None:
        message = story.say(f"ни одно правило не смотрит на `{point.name}`", f"no rule looks at `{point.name}`")
        raise WrongWord(message, story.say("добавьте правило в rules/", "add a rule to rules/"))
    words = f"{say_colour(verdict.verdict, story.locale)}: {_told(story, fact)}"
    _touch(story, point, tuple(v.rule for v in fact.verdicts if not only or v.rule in only), verdict.verdict)
    story.said.append(f"{fact.control_point}: {words}")
    if verdict.verdict != colour:
        raise Unmet(say_colour(colour, story.locale), words, log.behind_verdict(story, fact, verdict))


def _point_keeps(story: Story, point: ControlPoint, bound: str, limit: float, expected: str) -> None:
    story.touch("control point", point.name)
    fact = log.value_of(story, point.name)
    words = _told(story, fact)
    story.said.append(f"{point.name}: {words}")
    beyond = fact.value is not None and not keeps(fact.value, bound, limit)
    cases = log.behind_bound(story, fact, bound, limit) if beyond else ()
    _fact_keeps(story, fact, log.needed(story, point.name), words, bound, limit, expected, cases)


def _fact_keeps(
    story: Story, fact: Fact, needed: int, words: str, bound: str, limit: float, expected: str, cases: tuple[str, ...]
) -> None:
    """The value keeps the bound; with fewer cases than it takes to say anything nothing is kept."""
    if fact.maturity == "too young" or fact.n < needed:
        raise Unmet(expected, log.too_little(story, words, needed))
    if fact.value is None or not keeps(fact.value, bound, limit):
        raise Unmet(expected, words, cases)


def _told(story: Story, fact: Fact) -> str:
    point = log.point_of(story, fact.control_point)
    return log.told(story, fact, point.unit if point else "number")


def _diagnosis(story: Story, rule: Rule, colour: Colour) -> None:
    """A rule over several facts has no value of its own: its colour is that of its finding, green without one."""
    if not story.on_log:
        message = story.say(f"правило `{rule.name}` судит по журналу", f"rule `{rule.name}` judges the log")
        raise WrongWord(message, story.say("начните с `Дано журнал`", "begin with `Given the log of the workspace`"))
    found = [f for f in log.audit_of(story).findings if f.rule == rule.name and f.process == story.process.process]
    actual = next((finding.severity for finding in found), "green")
    story.touch("rule", rule.name)
    if actual != colour:
        cases = tuple(case for finding in found for case in finding.cases)
        raise Unmet(say_colour(colour, story.locale), say_colour(actual, story.locale), cases)


def _touch(story: Story, point: ControlPoint, rules: tuple[str, ...], colour: str) -> None:
    """A control point that is judged, its rules, and the limits that the colour lies beyond."""
    story.touch("control point", point.name)
    for rule in rules:
        story.touch("rule", rule)
        if colour in ("yellow", "red"):
            story.touch("limit", f"{rule}.{colour}")


def _seconds(story: Story, wait: Wait) -> int:
    return wait.seconds + (wait.working_days * story.clock().working_day() if wait.working_days else 0)


def _said(story: Story, value: float | Wait) -> str:
    if isinstance(value, Wait):
        return say_seconds(_seconds(story, value), story.locale)
    return say_share(value, story.locale) if value <= 1 else f"{value:g}"
