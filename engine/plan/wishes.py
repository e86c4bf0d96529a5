"""Findings -> the actions they ask for, each once, with the reasons, in the order of their priority."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.definitions.rule import Action, Cause, Rule
from engine.plan.priority import priority
from engine.rules.causes import data_to_collect
from engine.rules.finding import CauseWord, Finding

COLLECT_DATA = "collect_data"
"""The action for causes that nothing can be said of because data are missing, where the library has it."""
MEASURE_AGAIN = "measure_again"
"""The action for a finding that is not certain, where the workspace has it: waiting needs no item of its own."""
MOST_OF_OPEN = 2
"""How many actions a finding without a supported cause brings into the plan: guesses must not fill it."""
Trust = Literal["supported", "open", "rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An action asked for by a finding, for a cause or for the rule itself."""

    action: str
    finding: Finding
    cause: str | None
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An action with all that ask for it, the weightiest first; without any, it is only a prerequisite."""

    action: Action
    wishes: tuple[Wish, ...]
    priority: float

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that ask for it, each once."""
        return tuple({wish.finding.id: wish.finding for wish in self.wishes}.values())


def wishes_of(finding: Finding, rule: Rule, *, certain: bool = True) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """What a finding asks for, and the actions it only might have asked for.

    All actions of supported causes; where there are none, the first few of the causes that are still open and of the
    rule, one cause after another. A finding that is not certain asks for another measurement and for nothing else.
    """
    if not certain:
        return (_wish(MEASURE_AGAIN, finding, None, "rule"),), _names(rule)
    supported = [
        _wish(name, finding, cause.name, "supported")
        for cause in _causes(rule, finding, "supported")
        for name in cause.actions
    ]
    chosen = supported or _open(rule, finding)[:MOST_OF_OPEN]
    if data_to_collect(finding.causes):
        chosen.append(_wish(COLLECT_DATA, finding, None, "rule"))
    wishes = {wish.action: wish for wish in reversed(chosen)}
    return tuple(reversed(wishes.values())), tuple(name for name in _names(rule) if name not in wishes)


def _wish(action: str, finding: Finding, cause: str | None, trust: Trust) -> Wish:
    return Wish(action=action, finding=finding, cause=cause, trust=trust)


def _names(rule: Rule) -> tuple[str, ...]:
    """Every action that a rule names, each once."""
    return tuple(dict.fromkeys((*(name for cause in rule.causes for name in cause.actions), *rule.actions)))


def _causes(rule: Rule, finding: Finding, verdict: CauseWord) -> list[Cause]:
    words = {cause.name: cause.verdict for cause in finding.causes}
    return [cause for cause in rule.causes if words.get(cause.name, "not assessable") == verdict]


def _open(rule: Rule, finding: Finding) -> list[Wish]:
    """Actions of causes that are neither borne out nor refuted: the first of each cause, then the rule's, then more."""
    causes = [*_causes(rule, finding, "undecided"), *_causes(rule, finding, "not assessable")]
    first = [_wish(cause.actions[0], finding, cause.name, "open") for cause in causes if cause.actions]
    own = [_wish(name, finding, None, "rule") for name in rule.actions]
    more = [_wish(name, finding, cause.name, "open") for cause in causes for name in cause.actions[1:]]
    found: dict[str, Wish] = {}
    for wish in (*first, *own, *more):
        found.setdefault(wish.action, wish)
    return list(found.values())


def candidates(
    findings: Iterable[Finding], rules: Sequence[Rule], actions: Mapping[str, Action], uncertain: Collection[str] = ()
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Every action that is asked for, by priority, and the names of those that are left out for want of a cause.

    `uncertain`: ids of findings that another measurement may well refute. Unknown actions are problems at load.
    """
    by_name = {rule.name: rule for rule in rules}
    wishes: dict[str, list[Wish]] = {}
    others: set[str] = set()
    for finding in findings:
        if finding.rule not in by_name:
            continue
        wanted, left = wishes_of(finding, by_name[finding.rule], certain=finding.id not in uncertain)
        others.update(left)
        for wish in wanted:
            if wish.action in actions:
                wishes.setdefault(wish.action, []).append(wish)
    found = [_candidate(actions[name], wanted) for name, wanted in wishes.items()]
    ordered = sorted(found, key=lambda one: (-one.priority, one.action.name))
    return tuple(ordered), tuple(sorted(name for name in others if name in actions and name not in wishes))


def _candidate(action: Action, wishes: list[Wish]) -> Candidate:
    def weight(wish: Wish) -> float:
        return priority(wish.finding.lost_cases, wish.finding.severity, wish.trust, action.effort.hours)

    ordered = sorted(wishes, key=lambda wish: (-weight(wish), wish.finding.id))
    return Candidate(action=action, wishes=tuple(ordered), priority=sum(map(weight, ordered)))
