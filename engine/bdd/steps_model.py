"""Steps of a case's life: a process, what happens to one case on a simulated clock, where that leads."""

from collections.abc import Sequence

from engine.bdd import log
from engine.bdd.failure import Unmet, WrongWord
from engine.bdd.library import step
from engine.bdd.naming import Named
from engine.bdd.story import Entry, Story
from engine.bdd.words import Moment, Wait, keeps, parse_moment, say_bound, say_seconds, unquoted
from engine.definitions.document import LocalText
from engine.definitions.process import Process

_CASE_RU = "(заявка|обращение|сделка|звонок|запрос|письмо|лид)"
_CASE_OF_RU = "(заявки|обращения|сделки|звонка|запроса|письма|лида)"
_CASE_EN = "(case|inquiry|request|deal|call|lead|letter)"
_CAME_RU = f"(поступила|поступило|поступил|пришла|пришло|пришёл) {_CASE_RU}"
_CAME_EN = f"(a|an|the) {_CASE_EN} (arrives|arrived|comes in|came in)"

Table = Sequence[Sequence[str]]


# --- given -----------------------------------------------------------------------------------------------------------


@step(
    "given",
    ru="процесс {process}",
    en="the process {process}",
    example_ru="Дано процесс web_form",
    example_en="Given the process web_form",
)
def _process(story: Story, process: str) -> None:
    """Which process the scenario is about, by name or title; may be left out where the workspace has one."""
    story.choose(process)


@step(
    "given",
    ru=f"{_CASE_RU} в состоянии {{state}}",
    en=f"a {_CASE_EN} in the state {{state}}",
    example_ru="Дано заявка в состоянии contacted",
    example_en="Given a case in the state contacted",
    runs_on="model",
)
def _case_in(story: Story, state: str) -> None:
    """A case is already in this state (name or title), whatever led it there."""
    story.place(story.named(state, "state").name)


@step(
    "given",
    ru=f"у {_CASE_OF_RU} {{attribute:word}} {{value}}",
    en=f"the {_CASE_EN} has {{attribute:word}} {{value}}",
    example_ru="Дано у заявки source partner",
    example_en="Given the case has source partner",
    runs_on="model",
)
def _attribute(story: Story, attribute: str, value: str) -> None:
    """An attribute of the case, for the conditions of rules and for the calendar of its branch."""
    story.attributes[attribute] = value


@step(
    "given",
    ru="сейчас {moment:moment}",
    en="it is {moment:moment}",
    example_ru="Дано сейчас пятница 17:50",
    example_en="Given it is Friday 17:50",
    runs_on="model",
)
def _now(story: Story, moment: Moment) -> None:
    """Sets the simulated clock; it starts on an ordinary Monday, 10:00."""
    story.until(moment.after(story.now))


# --- when ------------------------------------------------------------------------------------------------------------


@step(
    "when",
    ru=_CAME_RU,
    en=_CAME_EN,
    example_ru="Когда поступила заявка",
    example_en="When a case arrives",
    runs_on="model",
)
def _arrived(story: Story) -> None:
    """A case begins in the initial state."""
    story.begin()


@step(
    "when",
    ru=f"[в |во ]{{moment:moment}} {_CAME_RU}",
    en=f"[on |at ]{{moment:moment}} {_CAME_EN}",
    example_ru="Когда в понедельник 10:00 поступила заявка",
    example_en="When on Monday 10:00 a case arrives",
    runs_on="model",
)
def _arrived_at(story: Story, moment: Moment) -> None:
    """A case begins in the initial state at this moment: the next such weekday, or a date."""
    story.until(moment.after(story.now))
    story.begin()


@step(
    "when",
    ru="через {wait:wait} {event:event}",
    en="after {wait:wait} {event:event}",
    example_ru="Когда через 12 минут менеджер дозвонился",
    example_en="When after 12 minutes the manager reached",
    runs_on="model",
)
def _later(story: Story, wait: Wait, event: str) -> None:
    """Time passes, then a trigger fires, a state is entered or a mark happens (by name, title or a form of it)."""
    story.wait(wait)
    story.happen(story.named(event, "trigger", "state", "mark"))


@step(
    "when",
    ru="[в |во ]{moment:moment} {event:event}",
    en="[on |at ]{moment:moment} {event:event}",
    example_ru="Когда во вторник 9:30 менеджер дозвонился",
    example_en="When on Tuesday 9:30 the manager reached",
    runs_on="model",
)
def _at(story: Story, moment: Moment, event: str) -> None:
    """At this moment a trigger fires, a state is entered or a mark happens."""
    story.until(moment.after(story.now))
    story.happen(story.named(event, "trigger", "state", "mark"))


@step(
    "when",
    ru="сразу {event:event}",
    en="at once {event:event}",
    example_ru="Когда сразу reach",
    example_en="When at once reach",
    runs_on="model",
)
def _at_once(story: Story, event: str) -> None:
    """Without any time passing, a trigger fires, a state is entered or a mark happens."""
    story.happen(story.named(event, "trigger", "state", "mark"))


@step(
    "when",
    ru="(проходит|прошло|прошёл|прошла) {wait:wait}",
    en="{wait:wait} (pass|passes)",
    example_ru="Когда проходит 2 рабочих часа",
    example_en="When 2 working hours pass",
    runs_on="model",
)
def _time_passes(story: Story, wait: Wait) -> None:
    """Only time passes."""
    story.wait(wait)


@step(
    "when",
    ru=f"(история|события) {_CASE_OF_RU}",
    en=f"the history of the {_CASE_EN}",
    example_ru="Когда история заявки\n  | когда | что |\n  | среда 10:00 | received |\n  | среда 10:12 | reach |",
    example_en="When the history of the case\n  | when | what |\n  | Friday 9:00 | received |\n  | 9:12 | reach |",
    runs_on="model",
)
def _history(story: Story, datatable: Table) -> None:
    """A table of moments and events, the first of which is the state the case begins in."""
    for cells in datatable[1:]:
        moment, event = _history_row(story, cells)
        story.until(moment.after(story.now))
        if story.case is None:
            story.begin(story.named(event, "state").name)
        else:
            story.happen(story.named(event, "trigger", "state", "mark"))


def _history_row(story: Story, cells: Sequence[str]) -> tuple[Moment, str]:
    try:
        moment, event = cells
        return parse_moment(moment), unquoted(event)
    except (ValueError, AssertionError):
        message = story.say(
            f"строка таблицы непонятна: {' | '.join(cells)}", f"the row is not understood: {' | '.join(cells)}"
        )
        raise WrongWord(
            message, story.say("напишите `| понедельник 10:12 | reach |`", "write `| Monday 10:12 | reach |`")
        ) from None


@step(
    "when",
    ru="вопреки процессу через {wait:wait} {state}",
    en="against the process after {wait:wait} {state}",
    example_ru="Когда вопреки процессу через 1 час quoted",
    example_en="When against the process after 1 hour quoted",
    runs_on="model",
)
def _against(story: Story, wait: Wait, state: str) -> None:
    """A move that the process forbids, as a log may show one: it must be forbidden, and the case goes on from there."""
    story.wait(wait)
    named = story.named(state, "state")
    before = story.begun().state
    if story.may(named):
        raise _should_be_forbidden(story, named, before)
    story.place(named.name)


# --- then ------------------------------------------------------------------------------------------------------------


@step(
    "then",
    ru=f"{_CASE_RU} в состоянии {{state}}",
    en=f"the {_CASE_EN} is in the state {{state}}",
    example_ru="Тогда заявка в состоянии contacted",
    example_en="Then the case is in the state contacted",
)
def _is_in(story: Story, state: str) -> None:
    """The state (name or title) of the case; on the log: at least one case got there, with the share that did."""
    name = story.named(state, "state").name
    expected = story.say(f"состояние {story.title(name)}", f"the state {story.title(name)}")
    if story.on_log:
        _reached_on_log(story, name, expected)
        return
    case = story.begun()
    story.touch("state", name)
    if case.state != name:
        raise Unmet(expected, story.say(f"состояние {story.title(case.state)}", f"the state {story.title(case.state)}"))


def _reached_on_log(story: Story, name: str, expected: str) -> None:
    flow = log.flow_of(story)
    reached = next((stage.reached for stage in flow.stages if stage.state == name), 0)
    story.touch("state", name)
    words = f"{story.title(name)}: {log.share(story, reached, flow.cases)}"
    story.said.append(words)
    if not reached:
        raise Unmet(expected, words)


@step(
    "then",
    ru=f"{_CASE_RU} [ещё ]{{outcome:outcome}}",
    en=f"the {_CASE_EN} is [still ]{{outcome:outcome}}",
    example_ru="Тогда заявка выиграна",
    example_en="Then the case is won",
    runs_on="model",
)
def _outcome(story: Story, outcome: str) -> None:
    """The outcome of the case: won, lost, void, or still open."""
    state = story.process.state(story.begun().state)
    actual = (state.outcome or "open") if state.final else "open"
    if actual != outcome:
        raise Unmet(_say_outcome(story, outcome), f"{_say_outcome(story, actual)}, {story.title(state.name)}")


def _say_outcome(story: Story, outcome: str) -> str:
    words = {"won": "выиграна", "lost": "проиграна", "void": "не в счёт", "open": "в работе"}
    return story.say(words[outcome], outcome)


@step(
    "then",
    ru="переход {move} недопустим",
    en="the transition {move} is not allowed",
    example_ru="Тогда переход pay недопустим",
    example_en="Then the transition pay is not allowed",
)
def _not_allowed(story: Story, move: str) -> None:
    """A trigger, or a move to a state, that cannot happen now; on the log: no case has moved so (`a -> b`)."""
    if story.on_log:
        _never_moved(story, move)
        return
    named = story.named(move, "trigger", "state")
    before = story.begun().state
    if story.may(named):
        raise _should_be_forbidden(story, named, before)


def _should_be_forbidden(story: Story, named: Named, before: str) -> Unmet:
    what = f"`{named.name}`" if named.sort == "trigger" else story.title(named.name)
    return Unmet(
        story.say(f"переход {what} недопустим", f"the transition {what} is not allowed"),
        story.say(f"из {story.title(before)} он возможен", f"it is possible from {story.title(before)}"),
    )


def _never_moved(story: Story, move: str) -> None:
    """Deviations of the log that are this move, as a share of all cases."""
    source, arrow, dest = (part.strip() for part in move.partition("->"))
    wanted = story.named(dest if arrow else source, "state", "trigger")
    names = _destinations(story.process, wanted)
    start = story.named(source, "state").name if arrow else None
    flow = log.flow_of(story)
    hits = [d for d in flow.conformance.deviations if d.to in names and start in (None, d.from_)]
    cases = sum(deviation.cases for deviation in hits)
    words = log.share(story, cases, flow.cases)
    story.said.append(f"{move}: {words}")
    if hits:
        examples = tuple(dict.fromkeys(case for deviation in hits for case in deviation.examples))
        raise Unmet(
            story.say(f"переход {move} не встречается", f"the transition {move} does not occur"), words, examples
        )


def _destinations(process: Process, named: Named) -> tuple[str, ...]:
    if named.sort == "state":
        return (named.name,)
    return tuple(transition.dest for transition in process.transitions if transition.trigger == named.name)


@step(
    "then",
    ru="переход {move} допустим",
    en="the transition {move} is allowed",
    example_ru="Тогда переход reach допустим",
    example_en="Then the transition reach is allowed",
    runs_on="model",
)
def _allowed(story: Story, move: str) -> None:
    """A trigger, or a move to a state, that can happen now."""
    named = story.named(move, "trigger", "state")
    if not story.may(named):
        raise story.forbidden(named)


@step(
    "then",
    ru="от {start:word} до {end:word} прошло {bound:bound} {wait:wait}",
    en="from {start:word} to {end:word} it took {bound:bound} {wait:wait}",
    example_ru="Тогда от received до contacted прошло не более 15 рабочих минут",
    example_en="Then from received to contacted it took at most 15 working minutes",
    runs_on="model",
)
def _took(story: Story, start: str, end: str, bound: str, wait: Wait) -> None:
    """The time between the first entries of two states or marks."""
    points = [story.named(text, "state", "mark").name for text in (start, end)]
    first, last = (_entry(story, point) for point in points)
    limit = wait.seconds + (wait.working_days * story.clock().working_day() if wait.working_days else 0)
    took = story.passed(first.at, last.at, business=wait.business)
    if not keeps(took, bound, limit):
        expected = f"{say_bound(bound, story.locale)} {say_seconds(limit, story.locale)}"
        raise Unmet(expected, say_seconds(took, story.locale))


def _entry(story: Story, point: str) -> Entry:
    for entry in (*story.visits, *story.marks):
        if entry.point == point:
            return entry
    title = story.title(point)
    raise Unmet(story.say(f"было {title}", f"{title} happened"), story.say("не было", "it did not"))


@step(
    "then",
    ru="за (заявку|обращение|сделку|звонок|запрос|письмо|лид) отвечает {who}",
    en=f"{{who}} is responsible for the {_CASE_EN}",
    example_ru="Тогда за заявку отвечает менеджер",
    example_en="Then менеджер is responsible for the case",
    runs_on="model",
)
def _responsible(story: Story, who: str) -> None:
    """Who answers for the state the case is in (`responsible:`)."""
    role = story.process.state(story.begun().state).responsible or LocalText("—", "—")
    if who.casefold() not in (role.ru.casefold(), role.en.casefold()):
        raise Unmet(who, role.of(story.locale))


@step(
    "then",
    ru="{mark:word} было {times:count} (раз|раза)",
    en="{mark:word} happened {times:count} (times|time)",
    example_ru="Тогда call_attempt было 3 раза",
    example_en="Then call_attempt happened 3 times",
    runs_on="model",
)
def _times(story: Story, mark: str, times: int) -> None:
    """How often a mark happened to the case."""
    name = story.named(mark, "mark").name
    actual = sum(entry.point == name for entry in story.marks)
    if actual != times:
        raise Unmet(f"{story.title(name)}: {times}", f"{story.title(name)}: {actual}")
