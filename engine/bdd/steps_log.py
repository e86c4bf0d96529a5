"""Steps of the log's life: the audit of the workspace, what it found, what the plan says."""

from collections.abc import Sequence
from datetime import date, datetime, time

from engine.bdd import log
from engine.bdd.failure import Unmet, WrongWord
from engine.bdd.library import step
from engine.bdd.story import Story
from engine.bdd.words import keeps, say_bound, say_share, say_verdict
from engine.events.report import SourceReport
from engine.plan.item import PlanItem
from engine.rules.applies import DEFAULT_AT_LEAST
from engine.rules.finding import CauseVerdict

Table = Sequence[Sequence[str]]


@step(
    "given",
    ru="журнал",
    en="the log of the workspace",
    example_ru="Дано журнал",
    example_en="Given the log of the workspace",
    runs_on="log",
)
def _log(story: Story) -> None:
    """From here on the scenario is about the cases of the log: the workspace's sources, imported and audited."""
    log.audit_of(story)


@step(
    "given",
    ru="журнал {path:word}",
    en="the log {path:word}",
    example_ru="Дано журнал data/deals.csv",
    example_en="Given the log data/deals.csv",
    runs_on="log",
)
def _log_file(story: Story, path: str) -> None:
    """As above, of this file: the source that reads it (or the only source there is) reads nothing else."""
    from engine.bdd.audited import UnknownFile

    story.log_file = path
    try:
        log.audit_of(story)
    except UnknownFile as unknown:
        message = story.say(f"журнал `{path}` не подключён", f"log `{path}` is not among the sources")
        known = ", ".join(unknown.paths) or "—"
        raise WrongWord(message, story.say(f"в `sources:` есть: {known}", f"`sources:` has: {known}")) from None


@step(
    "given",
    ru="журнал по состоянию на {day:date}",
    en="the log as of {day:date}",
    example_ru="Дано журнал по состоянию на 30.09.2026",
    example_en="Given the log as of 2026-09-30",
    runs_on="log",
)
def _log_as_of(story: Story, day: date) -> None:
    """The log as it was at the end of that day."""
    story.as_of = datetime.combine(day, time(23, 59, 59))
    log.audit_of(story)


@step(
    "then",
    ru="в журнале {bound:bound} {n:count} (заявок|обращений|сделок|звонков)",
    en="the log has {bound:bound} {n:count} (cases|inquiries|deals|calls)",
    example_ru="Тогда в журнале не менее 100 заявок",
    example_en="Then the log has at least 100 cases",
    runs_on="log",
)
def _cases(story: Story, bound: str, n: int) -> None:
    """The number of cases of the process."""
    cases = log.flow_of(story).cases
    if not keeps(cases, bound, n):
        raise Unmet(f"{say_bound(bound, story.locale)} {n}", str(cases))


@step(
    "then",
    ru="распознано {bound:bound} {share:share} событий",
    en="{bound:bound} {share:share} of events are recognised",
    example_ru="Тогда распознано не менее 98 % событий",
    example_en="Then at least 98% of events are recognised",
    runs_on="log",
)
def _mapped(story: Story, bound: str, share: float) -> None:
    """The share of events that the map of their source knows; the worst source counts."""
    sources = log.audit_of(story).sources
    worst = min(sources, key=lambda source: source.mapped_share, default=None)
    value = worst.mapped_share if worst else 0.0
    if not keeps(value, bound, share):
        unknown = ", ".join(f"{u.activity} ({u.events})" for u in worst.unmapped[:5]) if worst else "—"
        name = worst.name if worst else "—"
        raise Unmet(
            f"{say_bound(bound, story.locale)} {say_share(share, story.locale)}",
            f"{name}: {say_share(value, story.locale)}; {unknown}",
        )


@step(
    "then",
    ru="все строки выгрузки {name:word} учтены",
    en="every row of the source {name:word} is accounted for",
    example_ru="Тогда все строки выгрузки deals учтены",
    example_en="Then every row of the source deals is accounted for",
    runs_on="log",
)
def _accounted(story: Story, name: str) -> None:
    """Rows = used + filtered + ignored + duplicates + rejected, over the files of a source of voronka.yaml."""
    source = _source(story, name)
    parts = (source.used, source.filtered, source.ignored, source.duplicates, source.rejected)
    words = f"{' + '.join(map(str, parts))} = {sum(parts)}"
    story.said.append(f"{name}: {source.rows} = {' + '.join(map(str, parts))}")
    if sum(parts) != source.rows:
        raise Unmet(story.say(f"{source.rows} строк", f"{source.rows} rows"), words)


_ROWS = {
    "rows": ("всего", "all"),
    "used": ("использовано", "used"),
    "filtered": ("отфильтровано", "filtered"),
    "ignored": ("пропущено", "ignored"),
    "duplicates": ("повторов", "duplicates"),
    "rejected": ("отклонено", "rejected"),
}


@step(
    "then",
    ru="в выгрузке {name:word} строк",
    en="the source {name:word} has rows",
    example_ru="Тогда в выгрузке deals строк\n  | всего | повторов | отклонено |\n  | 406   | 1        | 1         |",
    example_en="Then the source deals has rows\n  | all | duplicates | rejected |\n  | 406 | 1          | 1        |",
    runs_on="log",
)
def _rows(story: Story, name: str, datatable: Table) -> None:
    """How many rows of a source there are, by what became of them: the columns that are named, one line of numbers."""
    source = _source(story, name)
    heads = [next((key for key, words in _ROWS.items() if cell.casefold() in words), "") for cell in datatable[0]]
    if not all(heads) or len(datatable) != 2:
        known = ", ".join(words[story.locale == "en"] for words in _ROWS.values())
        message = story.say("такой таблицы строк нет", "this is no table of rows")
        raise WrongWord(message, story.say(f"столбцы: {known}; одна строка", f"columns: {known}; one line"))
    actual = [str(getattr(source, key)) for key in heads]
    if actual != list(datatable[1]):
        raise Unmet(" | ".join(datatable[1]), " | ".join(actual))


def _source(story: Story, name: str) -> SourceReport:
    sources = log.audit_of(story).sources
    for source in sources:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in sources)
    message = story.say(f"нет выгрузки `{name}`", f"there is no source `{name}`")
    raise WrongWord(message, story.say(f"в `sources:` есть: {known}", f"`sources:` has: {known}"))


@step(
    "then",
    ru="отклонений {bound:bound} {share:share}",
    en="{bound:bound} {share:share} of cases deviate",
    example_ru="Тогда отклонений не более 5 %",
    example_en="Then at most 5% of cases deviate",
    runs_on="log",
)
def _deviations(story: Story, bound: str, share: float) -> None:
    """Cases with a move that the process forbids, of all whose conformance is known."""
    flow = log.flow_of(story)
    known = flow.conformance.conforming + flow.conformance.deviating
    words = log.share(story, flow.conformance.deviating, known)
    story.said.append(words)
    expected = f"{say_bound(bound, story.locale)} {say_share(share, story.locale)}"
    if known < DEFAULT_AT_LEAST:
        raise Unmet(expected, log.too_little(story, words, DEFAULT_AT_LEAST))
    if not keeps(flow.conformance.deviating / known, bound, share):
        examples = tuple(case for deviation in flow.conformance.deviations for case in deviation.examples)
        raise Unmet(expected, words, tuple(dict.fromkeys(examples)))


@step(
    "then",
    ru="(найдено|есть находка) {rule:word}",
    en="there is a finding {rule:word}",
    example_ru="Тогда найдено slow_reaction",
    example_en="Then there is a finding slow_reaction",
    runs_on="log",
)
def _finding(story: Story, rule: str) -> None:
    """The audit has a finding of this rule."""
    rules = _found(story)
    story.touch("rule", rule)
    if rule not in rules:
        raise Unmet(
            story.say(f"находка {rule}", f"a finding {rule}"),
            ", ".join(rules) or story.say("нет находок", "no findings"),
        )


@step(
    "then",
    ru="нет красных находок",
    en="there are no red findings",
    example_ru="Тогда нет красных находок",
    example_en="Then there are no red findings",
    runs_on="log",
)
def _no_red(story: Story) -> None:
    """No rule is red."""
    red = [finding for finding in log.audit_of(story).findings if finding.severity == "red"]
    if red:
        cases = tuple(dict.fromkeys(case for finding in red for case in finding.cases))
        raise Unmet(story.say("нет красных находок", "no red findings"), ", ".join(f.rule for f in red), cases)


def _found(story: Story) -> tuple[str, ...]:
    return tuple(f.rule for f in log.audit_of(story).findings if f.process == story.process.process)


@step(
    "then",
    ru="причина {cause:word} {verdict:verdict}",
    en="the cause {cause:word} is {verdict:verdict}",
    example_ru="Тогда причина night_leads подтверждена",
    example_en="Then the cause night_leads is supported",
    runs_on="log",
)
def _cause(story: Story, cause: str, verdict: str) -> None:
    """What the log says of a cause, in all findings that have it."""
    causes: list[CauseVerdict] = [c for f in log.audit_of(story).findings for c in f.causes if c.name == cause]
    actual = sorted({found.verdict for found in causes})
    if actual != [verdict]:
        said = ", ".join(say_verdict(word, story.locale) for word in actual)
        nothing = story.say("такой причины в находках нет", "no finding has this cause")
        raise Unmet(say_verdict(verdict, story.locale), said or nothing)


@step(
    "then",
    ru="в плане есть действие {action:word}",
    en="the plan has the action {action:word}",
    example_ru="Тогда в плане есть действие auto_reply",
    example_en="Then the plan has the action auto_reply",
    runs_on="log",
)
def _planned(story: Story, action: str) -> None:
    """The plan has this action (name or title)."""
    if _item(story, action) is None:
        raise Unmet(action, _actions(story))


@step(
    "then",
    ru="в плане нет действия {action:word}",
    en="the plan does not have the action {action:word}",
    example_ru="Тогда в плане нет действия change_numbers",
    example_en="Then the plan does not have the action change_numbers",
    runs_on="log",
)
def _not_planned(story: Story, action: str) -> None:
    """The plan does not have this action."""
    if action not in story.workspace().actions:
        known = ", ".join(sorted(story.workspace().actions)[:10])
        raise WrongWord(
            story.say(f"нет действия `{action}`", f"there is no action `{action}`"),
            story.say(f"в rules/actions/ есть: {known}", f"rules/actions/ has: {known}"),
        )
    if _item(story, action):
        raise Unmet(story.say(f"нет `{action}`", f"no `{action}`"), _actions(story))


@step(
    "then",
    ru="в плане есть действия",
    en="the plan has the actions",
    example_ru="Тогда в плане есть действия\n  | действие   | ответственный |\n  | auto_reply | РОП           |",
    example_en="Then the plan has the actions\n  | action     | responsible |\n  | auto_reply | РОП         |",
    runs_on="log",
)
def _planned_all(story: Story, datatable: Table) -> None:
    """A table of actions, and who is responsible for each where a second column says so."""
    for cells in datatable[1:]:
        item = _item(story, cells[0])
        if item is None:
            raise Unmet(cells[0], _actions(story))
        if len(cells) > 1 and cells[1] and item.responsible != cells[1]:
            raise Unmet(f"{cells[0]}: {cells[1]}", f"{cells[0]}: {item.responsible}")


def _item(story: Story, action: str) -> PlanItem | None:
    return next((item for item in log.audit_of(story).plan if action in (item.action, item.title)), None)


def _actions(story: Story) -> str:
    return ", ".join(item.action for item in log.audit_of(story).plan) or story.say("план пуст", "the plan is empty")
