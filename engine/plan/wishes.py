"""Findings -> the actions they ask for, each once, with the reasons, in the order of their priority."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.definitions.rule import Action, Rule
from engine.plan.priority import priority
from engine.rules.causes import data_to_collect
from engine.rules.finding import Finding

COLLECT_DATA = "collect_data"
"""The action for causes that nothing can be said of because data are missing, where the library has it."""
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


def wishes_of(finding: Finding, rule: Rule) -> tuple[Wish, ...]:
    """Actions of supported causes, then of causes not refuted, then of the rule; each action once."""
    words = {cause.name: cause.verdict for cause in finding.causes}
    found: dict[str, Wish] = {}
    for trust in ("supported", "open"):
        for cause in rule.causes:
            verdict = words.get(cause.name, "not assessable")
            fits = verdict == "supported" if trust == "supported" else verdict in ("undecided", "not assessable")
            for name in cause.actions if fits else ():
                kind: Trust = "supported" if trust == "supported" else "open"
                found.setdefault(name, Wish(action=name, finding=finding, cause=cause.name, trust=kind))
    names = (*rule.actions, *((COLLECT_DATA,) if data_to_collect(finding.causes) else ()))
    for name in names:
        found.setdefault(name, Wish(action=name, finding=finding, cause=None, trust="rule"))
    return tuple(found.values())


def candidates(
    findings: Iterable[Finding], rules: Sequence[Rule], actions: Mapping[str, Action]
) -> tuple[Candidate, ...]:
    """Every action that is asked for, by priority; unknown ones are left out (they are problems at load)."""
    by_name = {rule.name: rule for rule in rules}
    wishes: dict[str, list[Wish]] = {}
    for finding in findings:
        for wish in wishes_of(finding, by_name[finding.rule]) if finding.rule in by_name else ():
            if wish.action in actions:
                wishes.setdefault(wish.action, []).append(wish)
    found = [_candidate(actions[name], wanted) for name, wanted in wishes.items()]
    return tuple(sorted(found, key=lambda one: (-one.priority, one.action.name)))


def _candidate(action: Action, wishes: list[Wish]) -> Candidate:
    def weight(wish: Wish) -> float:
        return priority(wish.finding.lost_cases, wish.finding.severity, wish.trust, action.effort.hours)

    ordered = sorted(wishes, key=lambda wish: (-weight(wish), wish.finding.id))
    return Candidate(action=action, wishes=tuple(ordered), priority=sum(map(weight, ordered)))
