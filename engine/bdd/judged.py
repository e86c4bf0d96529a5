"""A control point on the one case of a scenario: its value, and its colour by the rules' limits.

On one case a time is the case's own, a share is 1 (reached in time) or 0 (not), a count is the number so far. What may
still change is grey, unless the time passed so far is a breach already. The worst of the rules decides.
"""

from dataclasses import dataclass
from math import inf, isinf

from engine.bdd.failure import WrongWord
from engine.bdd.one_case import Measured, counted_on, holds
from engine.bdd.story import Entry, Story
from engine.bdd.words import Colour, say_colour, say_seconds
from engine.definitions.document import Span
from engine.definitions.process import ControlPoint
from engine.definitions.rule import Limit, Rule

_WORST: tuple[Colour, ...] = ("red", "yellow", "green", "grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The colour of a control point on the case, and the limits that gave it."""

    colour: Colour
    words: str
    rules: tuple[str, ...]


def measure(story: Story, point: ControlPoint) -> Measured:
    """The value of a control point on the simulated case; WrongWord for a KPI that one case does not have."""
    story.begun()
    parameters = {key: str(value) for key, value in point.parameters.items()}
    business = point.clock == "business"
    match point.kpi:
        case "elapsed" | "within" | "conversion":
            return _between(story, point.kpi, parameters, business=business)
        case "sojourn":
            return _stay(story, parameters["state"], business=business)
        case "count":
            happened = [mark for mark in story.marks if mark.point == parameters.get("of")]
            words = story.say(f"{story.title(parameters.get('of', ''))}: {len(happened)}", f"{len(happened)} times")
            return Measured(value=len(happened), unit="", open=False, words=words)
        case "rework":
            entered = [visit for visit in story.visits if visit.point == parameters["state"]]
            times = len(entered)
            words = story.say(
                f"{story.title(parameters['state'])}: входов {times}",
                f"{story.title(parameters['state'])}: {times} entries",
            )
            value = None if not times else float(times > 1)
            return Measured(value=value, unit="%", open=times == 1, words=words)
    if (counted := counted_on(story, point)) is not None:
        return counted
    raise WrongWord(
        story.say(f"показатель `{point.kpi}` на одном обращении не измеряется", f"one case has no `{point.kpi}`"),
        story.say("проверьте его на журнале: `Дано журнал`", "check it on the log: `Given the log of the workspace`"),
    )


def _between(story: Story, kpi: str, parameters: dict[str, str], *, business: bool) -> Measured:
    """Time from a point to a point, and whether it was short enough."""
    strict = parameters.get("strict") in ("True", "yes", "true")
    start = _first(story, parameters["from"], strict=strict)
    unit = "s" if kpi == "elapsed" else "%"
    if start is None:
        words = story.say(
            f"до {story.title(parameters['from'])} не дошло", f"{story.title(parameters['from'])} not reached"
        )
        return Measured(value=None, unit=unit, open=True, words=words)
    end = _first(story, parameters["to"], strict=strict, since=start)
    over = story.process.state(story.begun().state).final
    seconds = story.passed(start.at, (end.at if end else story.now), business=business)
    words = _told(story, parameters, seconds, reached=end is not None, over=over, business=business)
    if kpi == "elapsed":
        value = float(seconds) if end or not over else inf
        return Measured(value=value, unit=unit, open=end is None and not over, words=words)
    limit = _limit(story, parameters.get("limit") or parameters.get("within"))
    if end:
        return Measured(value=float(limit is None or seconds <= limit), unit=unit, open=False, words=words)
    late = over or (limit is not None and seconds > limit)
    return Measured(value=0.0 if late else None, unit=unit, open=not late, words=words)


def _told(story: Story, parameters: dict[str, str], seconds: int, *, reached: bool, over: bool, business: bool) -> str:
    start, end = story.title(parameters["from"]), story.title(parameters["to"])
    took = say_seconds(seconds, story.locale) + (story.say(" рабочего времени", " of working time") if business else "")
    if reached:
        return story.say(f"от {start} до {end} прошло {took}", f"from {start} to {end} it took {took}")
    if over:
        return story.say(f"до {end} обращение не дошло", f"the case never reached {end}")
    return story.say(f"от {start} прошло {took}, до {end} ещё не дошло", f"{took} since {start}, {end} not reached yet")


def _first(story: Story, point: str, *, strict: bool, since: Entry | None = None) -> Entry | None:
    """First entry of a point; of a stage: or of a later one, unless strict. Marks and what is off the happy path
    count from `since` on."""
    order = story.process.stage_order
    if any(mark.name == point for mark in story.process.marks):
        return next((mark for mark in story.marks if mark.point == point and _not_before(mark, since)), None)
    if strict or point not in order:
        return next((visit for visit in story.visits if visit.point == point and _not_before(visit, since)), None)
    return next((visit for visit in story.visits if order.get(visit.point, -1) >= order[point]), None)


def _not_before(entry: Entry, since: Entry | None) -> bool:
    return since is None or entry.at >= since.at


def _stay(story: Story, state: str, *, business: bool) -> Measured:
    """The last stay in a state; a case that is still inside has stayed until now."""
    places = [i for i, visit in enumerate(story.visits) if visit.point == state]
    if not places:
        words = story.say(f"в {story.title(state)} обращение не было", f"the case was never in {story.title(state)}")
        return Measured(value=None, unit="s", open=True, words=words)
    inside = places[-1] == len(story.visits) - 1
    left = story.now if inside else story.visits[places[-1] + 1].at
    seconds = story.passed(story.visits[places[-1]].at, left, business=business)
    took = say_seconds(seconds, story.locale)
    return Measured(
        value=float(seconds),
        unit="s",
        open=inside,
        words=story.say(f"в {story.title(state)} прошло {took}", f"{took} in {story.title(state)}"),
    )


def _limit(story: Story, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        span = Span.parse(text)
    except ValueError:
        message = story.say(
            f"срок `{text}` на одном обращении неизвестен", f"one case does not know the limit `{text}`"
        )
        raise WrongWord(message, story.say("проверьте на журнале", "check it on the log")) from None
    return span.seconds + (span.working_days * story.clock().working_day() if span.working_days else 0)


def judge(story: Story, point: ControlPoint, *only: str) -> Judged:
    """The colour of a control point on the case, by all rules that look at it or by the one that is named."""
    rules = [rule for rule in rules_of(story, point) if not only or rule.name in only]
    if not rules:
        raise WrongWord(
            story.say(f"ни одно правило не смотрит на `{point.name}`", f"no rule looks at `{point.name}`"),
            story.say(
                f"добавьте в rules/ правило с `control_point: {point.name}`",
                f"add a rule with `control_point: {point.name}` to rules/",
            ),
        )
    measured = measure(story, point)
    colours = [(_colour(story, rule, measured), rule) for rule in rules if _concerns(rule, story)]
    worst: Colour = min((colour for colour, _ in colours), key=_WORST.index, default="grey")
    limits = "; ".join(_limits(story, rule) for colour, rule in colours if colour == worst)
    return Judged(
        colour=worst,
        words=f"{measured.words} ({limits})" if limits else measured.words,
        rules=tuple(rule.name for _, rule in colours),
    )


def rules_of(story: Story, point: ControlPoint) -> tuple[Rule, ...]:
    """The rules with a limit on a control point of the process."""
    names = (point.name, f"{story.process.process}.{point.name}")
    return tuple(rule for rule in story.workspace().rules if rule.control_point in names)


def _limits(story: Story, rule: Rule) -> str:
    given = (("yellow", rule.yellow), ("red", rule.red))
    limits = [f"{say_colour(colour, story.locale)} {limit.text}" for colour, limit in given if limit]
    return f"{rule.name}: {', '.join(limits)}"


def _colour(story: Story, rule: Rule, measured: Measured) -> Colour:
    if measured.value is None:
        return "grey"
    if rule.red and _breaches(story, rule, rule.red, measured.value):
        return "red" if _settled(rule.red, measured) else "grey"
    if rule.yellow and _breaches(story, rule, rule.yellow, measured.value):
        return "yellow" if _settled(rule.yellow, measured) else "grey"
    return "grey" if measured.open else "green"


def _settled(limit: Limit, measured: Measured) -> bool:
    """A value that can only grow has breached an upper limit for good."""
    return not measured.open or (limit.operator in (">", ">="))


def _breaches(story: Story, rule: Rule, limit: Limit, value: float) -> bool:
    if limit.value is None or limit.operator is None:
        raise WrongWord(
            story.say(
                f"предел `{limit.text}` правила `{rule.name}` берётся из журнала",
                f"limit `{limit.text}` of `{rule.name}` comes from the log",
            ),
            story.say("проверьте на журнале: `Дано журнал`", "check it on the log: `Given the log of the workspace`"),
        )
    bound = limit.value * story.clock().working_day() if limit.unit == "wd" else limit.value
    if isinf(value):
        return limit.operator in (">", ">=")
    return {">": value > bound, ">=": value >= bound, "<": value < bound, "<=": value <= bound}[limit.operator]


def _concerns(rule: Rule, story: Story) -> bool:
    """Whether the rule's `where` may hold for the case: what the scenario does not say could be either."""
    return rule.where is None or holds(rule.where.tree, story.attributes) is not False
