"""Findings -> the actions they ask for, each once, with the reasons, in the order of their priority."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.definitions.rule import Action, Cause, Rule
from engine.plan.effect import Lever
from engine.plan.priority import ALIKE, TRUST, days, guess, score
from engine.plan.worth import Effects
from engine.rules.causes import data_to_collect
from engine.rules.finding import CauseWord, Finding

COLLECT_DATA = "collect_data"
"""The action for causes that nothing can be said of because data are missing, where the library has it."""
MEASURE_AGAIN = "measure_again"
"""The action for a finding that is not certain, where the workspace has it: waiting needs no item of its own."""
MOST_OF_OPEN = 2
"""How many actions a finding without a supported cause brings into the plan: guesses must not fill it."""
Trust = Literal["supported", "segment", "part", "open", "rule"]
ENOUGH_EXPLAINED = 0.5
"""The part of the misses from which on nothing more is guessed."""
CLOCK = ("hour", "weekday_hour")
MOST_SEGMENTS = 3
"""Of how many segments a finding brings actions into the plan: the worst ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An action asked for by a finding, for a cause or for the rule itself."""

    action: str
    finding: Finding
    cause: str | None
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An action with all that ask for it, the weightiest first; without any, it is only a prerequisite.

    `levers`: what it moves; `value`: what that is worth (`Effects.value`); `priority`: value for a person-day, or,
    where nobody can put a number to it, the `guess` for one.
    """

    action: Action
    wishes: tuple[Wish, ...]
    levers: tuple[Lever, ...] = ()
    value: float = 0.0
    guess: float = 0.0
    priority: float = 0.0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that ask for it, each once."""
        return tuple({wish.finding.id: wish.finding for wish in self.wishes}.values())

    @property
    def group(self) -> tuple[int, int, int]:
        """What mends a red finding first; in that, what the data bear out before what is only possible.

        Then what brings something, what nobody can put a number to, the rest.
        """
        red = any(wish.finding.severity == "red" for wish in self.wishes)
        borne_out = any(wish.trust in ("supported", "segment") for wish in self.wishes)
        worth = 2 if self.levers and self.priority <= 0 else 0 if self.levers else 1
        return 0 if red else 1, 0 if borne_out else 1, worth


def wishes_of(finding: Finding, rule: Rule, *, certain: bool = True) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """What a finding asks for, and the actions it only might have asked for.

    All actions of supported causes; where these do not explain half of the misses, the first few of the causes that are
    still open and of the rule, one cause after another. A finding that is not certain asks for another measurement and
    for nothing else.
    """
    if not certain:
        return (_wish(MEASURE_AGAIN, finding, None, "rule"),), _names(rule)
    supported = [
        _wish(name, finding, cause.name, "supported")
        for cause in _causes(rule, finding, "supported")
        for name in cause.actions
    ]
    chosen = supported if _explained(finding) else [*supported, *_open(rule, finding)[:MOST_OF_OPEN]]
    if data_to_collect(finding.causes):
        chosen.append(_wish(COLLECT_DATA, finding, None, "rule"))
    wishes = {wish.action: wish for wish in reversed(chosen)}
    return tuple(reversed(wishes.values())), tuple(name for name in _names(rule) if name not in wishes)


def _explained(finding: Finding) -> bool:
    """Whether supported causes explain half of the misses; what the client himself says is a cause explains them."""
    borne_out = [cause for cause in finding.causes if cause.verdict == "supported"]
    return sum(1.0 if one.attributable is None else one.attributable for one in borne_out) >= ENOUGH_EXPLAINED


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
    findings: Iterable[Finding],
    rules: Sequence[Rule],
    actions: Mapping[str, Action],
    effects: Effects,
    uncertain: Collection[str] = (),
    at_segments: Mapping[str, Sequence[Action]] | None = None,
    elsewhere: Collection[str] = (),
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Every action that is asked for, by priority, and the names of those that are left out for want of a cause.

    `uncertain`: ids of findings that another measurement may well refute. Unknown actions are problems at load.
    `at_segments`: by the id of a finding about a segment, the actions made out to it. `elsewhere`: ids of findings that
    others explain: they bring only what their supported causes ask for.
    """
    known, made_out = tuple(findings), at_segments or {}
    by_name = {rule.name: rule for rule in rules}
    told = _told(known, made_out, _told_by_clock(known, by_name))
    wishes: dict[str, list[Wish]] = {}
    others: set[str] = set()
    for finding in known:
        if finding.rule not in by_name or (finding.segment and finding.id not in told):
            continue
        left: tuple[str, ...] = ()
        if finding.id in told:
            wanted = told[finding.id]
        else:
            wanted, left = wishes_of(finding, by_name[finding.rule], certain=finding.id not in uncertain)
            if finding.id in elsewhere:
                wanted = tuple(wish for wish in wanted if wish.trust == "supported")
        others.update(left)
        for wish in wanted:
            if wish.action in actions:
                wishes.setdefault(wish.action, []).append(wish)
    found = [_candidate(actions[name], wanted, effects) for name, wanted in wishes.items()]
    return _in_order(found), tuple(sorted(name for name in others if name in actions and name not in wishes))


def _told(
    findings: Sequence[Finding], made_out: Mapping[str, Sequence[Action]], by_clock: Collection[tuple[str, str]]
) -> dict[str, tuple[Wish, ...]]:
    """By the id of a finding about a segment, what it asks for: of each rule the worst few segments.

    Single hours are not told where a cause about hours is borne out (`by_clock`): they are parts of that.
    """
    count: dict[tuple[str, str], int] = {}
    found = {}
    for one in findings:
        place = (one.process, one.rule)
        if not one.certain or (place in by_clock and any(name in CLOCK for name, _ in one.segment)):
            continue
        if made_out.get(one.id) and count.get(place, 0) < MOST_SEGMENTS:
            count[place] = count.get(place, 0) + 1
            first = made_out[one.id][:MOST_OF_OPEN]
            trust: Trust = "segment" if one.explains else "part"
            found[one.id] = tuple(_wish(action.name, one, None, trust) for action in first)
    return found


def _told_by_clock(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> frozenset[tuple[str, str]]:
    """Process and rule of findings with a supported cause about the hour of arrival."""
    about = {
        (rule.name, cause.name)
        for rule in rules.values()
        for cause in rule.causes
        if cause.exposure and {name.name for name in cause.exposure.names()} & {"in_hours", "hour"}
    }
    return frozenset(
        (one.process, one.rule)
        for one in findings
        for cause in one.causes
        if cause.verdict == "supported" and (one.rule, cause.name) in about
    )


def _in_order(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """By priority; those within ten percent of the first of them are alike, and stand by name."""
    left = sorted(found, key=lambda one: (one.group, -one.priority, one.action.name))
    ordered: list[Candidate] = []
    while left:
        first = left[0]
        alike = [one for one in left if one.group == first.group and one.priority >= first.priority * ALIKE]
        ordered += sorted(alike, key=lambda one: one.action.name) if first.priority > 0 else [first]
        left = [one for one in left if one not in ordered]
    return tuple(ordered)


_NO_EFFECT = (COLLECT_DATA, MEASURE_AGAIN)
"""Actions that find something out: they bring nothing by themselves."""


def _candidate(action: Action, wishes: list[Wish], effects: Effects) -> Candidate:
    def weight(wish: Wish) -> float:
        return guess(wish.finding.lost_cases, wish.finding.severity, wish.trust)

    ordered = tuple(sorted(wishes, key=lambda wish: (-weight(wish), wish.finding.id)))
    levers = () if action.name in _NO_EFFECT else _levers(ordered, effects)
    value, guessed = effects.value(levers), sum(map(weight, ordered))
    effort = days(action.effort.hours)
    return Candidate(
        action=action,
        wishes=ordered,
        levers=levers,
        value=value,
        guess=guessed,
        priority=score(value * TRUST[ordered[0].trust] if levers else guessed, 1.0, effort),
    )


def _levers(wishes: Iterable[Wish], effects: Effects) -> tuple[Lever, ...]:
    """What an action moves, each once: the cause where it is borne out by the data, else the limit of the finding."""
    found = {}
    for wish in wishes:
        cause = wish.cause if wish.trust == "supported" else None
        lever = effects.lever_of(wish.finding, cause)
        if lever is not None:
            found[lever.key] = lever
    return tuple(lever for _, lever in sorted(found.items()))
