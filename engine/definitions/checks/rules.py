"""Checks of the files of rules/ and rules/actions/."""

import re
from collections.abc import Iterator

from engine.definitions.checks.common import duplicates, names_allowed
from engine.definitions.document import Document, Path_, WrongValue, shortened
from engine.definitions.rule import Actions, Cause, Limit, Rule, Rules
from engine.errors import Problem

MOST_PERIODS = 12


def check_rules(document: Document, rules: Rules) -> Iterator[Problem]:
    """Problems within one file of rules/."""
    named = [(("rules", position, "name"), rule.name) for position, rule in enumerate(rules.rules)]
    yield from duplicates(document, "duplicate-rule", "rule", named)
    yield from names_allowed(document, "rule", named)
    for position, rule in enumerate(rules.rules):
        path: Path_ = ("rules", position)
        yield from _form(document, path, rule)
        yield from _limits(document, path, rule)
        yield from _numbers(document, path, rule)
        causes = [((*path, "causes", number, "name"), cause.name) for number, cause in enumerate(rule.causes)]
        yield from duplicates(document, "duplicate-cause", "cause", causes)
        yield from names_allowed(document, "cause", causes)
        for number, cause in enumerate(rule.causes):
            yield from _cause(document, (*path, "causes", number), cause)


def _form(document: Document, path: Path_, rule: Rule) -> Iterator[Problem]:
    limited = rule.yellow is not None or rule.red is not None
    if rule.when is None and rule.control_point is None:
        message, hint = "a rule needs `control_point` and a limit, or `when`", "add control_point: NAME and red: '> 1h'"
        yield document.problem(path, "rule-form", message, hint)
    elif rule.when is not None and rule.control_point is not None:
        message, hint = "a rule has `control_point` or `when`, not both", "make two rules of it"
        yield document.problem((*path, "when"), "rule-form", message, hint, key=True)
    elif rule.when is not None and limited:
        key = "yellow" if rule.yellow is not None else "red"
        message = f"`{key}` is a limit of a control point; a rule with `when` has `severity`"
        yield document.problem((*path, key), "rule-form", message, "write severity: red or yellow", key=True)
    elif rule.control_point is not None and not limited:
        hint = "add red: '> 1h' or yellow: '< 40%'"
        yield document.problem((*path, "control_point"), "rule-form", "the rule has no limit", hint)
    if rule.control_point is not None and rule.when is None and (*path, "severity") in document.values:
        message = "`severity` belongs to a rule with `when`; here the limits say it"
        yield document.problem((*path, "severity"), "rule-form", message, "delete it", key=True)


def _limits(document: Document, path: Path_, rule: Rule) -> Iterator[Problem]:
    yellow, red = rule.yellow, rule.red
    if yellow is None or red is None:
        return
    if (yellow.own, red.own) == ("median month", "best month"):
        yield _upside_down(document, path, red, yellow, "the best month is never worse than the median month")
    if yellow.own or red.own or yellow.value is None or red.value is None:
        return
    if yellow.unit != red.unit:
        message = f"`{shortened(red.text)}` and `{shortened(yellow.text)}` are of different units"
        yield document.problem((*path, "red"), "limits-unit", message, "write both in the same unit")
        return
    above = (yellow.operator or "").startswith(">")
    if above != (red.operator or "").startswith(">"):
        message = f"`{shortened(red.text)}` and `{shortened(yellow.text)}` look in opposite directions"
        yield document.problem((*path, "red"), "limits-direction", message, "use `>` in both, or `<` in both")
    elif (red.value <= yellow.value) if above else (red.value >= yellow.value):
        yield _upside_down(document, path, red, yellow, "red must be worse than yellow")


def _upside_down(document: Document, path: Path_, red: Limit, yellow: Limit, why: str) -> Problem:
    message = f"red `{shortened(red.text)}` is not beyond yellow `{shortened(yellow.text)}`: {why}"
    return document.problem((*path, "red"), "limits-upside-down", message, "swap them, or keep red alone")


def _numbers(document: Document, path: Path_, rule: Rule) -> Iterator[Problem]:
    if rule.at_least is not None and rule.at_least < 1:
        yield document.problem((*path, "at_least"), "bad-number", "`at_least` is at least 1")
    if rule.for_ is not None:
        try:
            periods(rule.for_)
        except WrongValue as wrong:
            yield document.problem((*path, "for"), wrong.code, str(wrong), wrong.hint)


def periods(text: str) -> int:
    """`2 periods` as 2, at most 12. Raises WrongValue."""
    match = re.fullmatch(r"([0-9]{1,3}) periods?", text.strip())
    if not match or not 1 <= int(match[1]) <= MOST_PERIODS:
        hint = f"write for: 2 periods (1 to {MOST_PERIODS})"
        raise WrongValue(f"`{shortened(text)}` is no number of periods", code="bad-for", hint=hint)
    return int(match[1])


def _cause(document: Document, path: Path_, cause: Cause) -> Iterator[Problem]:
    if (cause.exposure is None) == (cause.ask is None):
        message = f"cause `{shortened(cause.name)}` takes either `exposure` or `ask`"
        hint = "a condition on cases, or a question to the client"
        yield document.problem(path, "cause-form", message, hint)


def check_actions(document: Document, actions: Actions) -> Iterator[Problem]:
    """Problems within one file of rules/actions/."""
    named = [(("actions", position, "name"), action.name) for position, action in enumerate(actions.actions)]
    yield from duplicates(document, "duplicate-action", "action", named)
    yield from names_allowed(document, "action", named)
    for position, action in enumerate(actions.actions):
        path: Path_ = ("actions", position)
        for key, names in (("prerequisites", action.prerequisites), ("conflicts", action.conflicts)):
            if action.name in names:
                place = (*path, key, names.index(action.name))
                message = f"action `{shortened(action.name)}` names itself in `{key}`"
                yield document.problem(place, "action-itself", message, "delete it")
        both = [name for name in action.prerequisites if name in action.conflicts]
        if both:
            message = f"`{shortened(both[0])}` is a prerequisite and a conflict"
            place = (*path, "conflicts", action.conflicts.index(both[0]))
            yield document.problem(place, "action-contradiction", message, "keep one of the two")
        for key in ("hours", "money"):
            if getattr(action.effort, key) < 0:
                yield document.problem((*path, "effort", key), "negative", f"`{key}` is below nothing")
        if not action.steps:
            message, hint = "the action has no steps", "say what is done, one step a line"
            yield document.problem((*path, "steps"), "no-steps", message, hint)
