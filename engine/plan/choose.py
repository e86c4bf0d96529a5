"""Which actions go into the plan: prerequisites first, conflicts never together, within the budget the best set."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.definitions.rule import Action
from engine.definitions.settings import Budget
from engine.plan.best import Option, best
from engine.plan.item import NotChosen
from engine.plan.wishes import Candidate
from engine.plan.worth import Effects

GUESSES = 1e-3
"""What all actions without a known effect are worth together, of all the others: they fill what a budget leaves."""


@dataclass(slots=True)
class _Choice:
    """What has been chosen so far. `done` needs no place in it; `within`: what the budget leaves (None: everything)."""

    actions: Mapping[str, Action]
    asked: Mapping[str, Candidate]
    done: Collection[str]
    within: Collection[str] | None = None
    chosen: dict[str, Candidate] = field(default_factory=dict)
    not_chosen: dict[str, NotChosen] = field(default_factory=dict)

    def consider(self, candidate: Candidate) -> None:
        """Take an action with everything it needs, or say why not."""
        name = candidate.action.name
        if name in self.chosen:
            return
        group, missing = with_prerequisites(name, self.actions, self.done)
        new = [one for one in group if one not in self.chosen]
        barred = missing or next((one for one in new if one != name and one in self.not_chosen), None)
        rival = self.rival(new)
        if barred is not None:
            self.not_chosen[name] = NotChosen(action=name, why="prerequisite", with_=barred)
        elif rival is not None:
            self.not_chosen[name] = NotChosen(action=name, why="conflict", with_=rival)
        elif self.within is not None and not set(new) <= set(self.within):
            self.not_chosen[name] = NotChosen(action=name, why="budget")
        else:
            for one in new:
                self.chosen[one] = self.asked.get(one) or self.needed_by(one, candidate)

    def rival(self, new: Sequence[str]) -> str | None:
        """An action already chosen, or of the same group, that must not be done together with these."""
        for name in new:
            for other in (*self.done, *self.chosen, *new):
                if other != name and other in self.actions and _conflict(self.actions[name], self.actions[other]):
                    return other
        return None

    def needed_by(self, name: str, candidate: Candidate) -> Candidate:
        """A prerequisite that no finding asks for itself: for the reasons of what needs it."""
        return Candidate(action=self.actions[name], wishes=candidate.wishes, priority=candidate.priority)


def choose(
    candidates: Iterable[Candidate],
    actions: Mapping[str, Action],
    budget: Budget | None,
    effects: Effects,
    done: Collection[str] = (),
    accepted: Collection[str] = (),
) -> tuple[tuple[Candidate, ...], tuple[NotChosen, ...]]:
    """The chosen actions by priority, what they need before them, and the others with the reason.

    Of two that conflict the one with the higher priority stays; with a budget, the set that is worth most within it.
    `done`: actions that are done already, so that what needs them may begin. `accepted` ones a budget leaves last.
    """
    ordered = tuple(candidates)
    asked = {one.action.name: one for one in ordered}
    within = _affordable(ordered, actions, budget, effects, done, accepted) if budget else None
    choice = _Choice(actions, asked, sorted(done), within)
    # with a budget, first what it leaves: nothing dearer may bar it
    for candidate in sorted(ordered, key=lambda one: within is not None and one.action.name not in within):
        choice.consider(candidate)
    left_out = [left for name, left in sorted(choice.not_chosen.items()) if name not in choice.chosen]
    return tuple(choice.chosen.values()), tuple(left_out)


def _affordable(
    candidates: Sequence[Candidate],
    actions: Mapping[str, Action],
    budget: Budget,
    effects: Effects,
    done: Collection[str],
    accepted: Collection[str],
) -> frozenset[str]:
    """The best set within the budget."""
    asked = {one.action.name: one for one in candidates}
    levers = {lever.key: max(0.0, effects.value([lever])) for one in candidates for lever in one.levers}
    guesses = sum(one.guess for one in candidates if not one.levers) or 1.0
    spare = GUESSES * (sum(levers.values()) or 1.0) / guesses
    possible: dict[str, Option] = {}
    for name in asked:
        group, missing = with_prerequisites(name, actions, done)
        if missing or any(_conflict(actions[a], actions[b]) for a in group for b in (*group, *done) if b in actions):
            continue
        for one in group:
            possible[one] = _option(actions[one], asked.get(one), spare, done)
    options = [
        replace(one, rivals=tuple(other for other in possible if _conflict(actions[name], actions[other])))
        for name, one in sorted(possible.items())
    ]
    most = sum(levers.values()) + 1.0
    options = [replace(one, value=one.value + (most if one.name in accepted else 0.0)) for one in options]
    return best(options, levers, budget)


def _option(action: Action, asked: Candidate | None, spare: float, done: Collection[str]) -> Option:
    return Option(
        name=action.name,
        hours=action.effort.hours,
        money=action.effort.money,
        levers=frozenset(lever.key for lever in asked.levers) if asked else frozenset(),
        value=spare * asked.guess if asked and not asked.levers else 0.0,
        needs=tuple(needed for needed in action.prerequisites if needed not in done),
    )


def _conflict(a: Action, b: Action) -> bool:
    return a.name != b.name and (b.name in a.conflicts or a.name in b.conflicts)


def with_prerequisites(
    name: str, actions: Mapping[str, Action], done: Collection[str] = ()
) -> tuple[tuple[str, ...], str | None]:
    """An action after all it needs, and the first that is not known. A circle is a problem at load; here it ends."""
    ordered: list[str] = []
    missing: list[str] = []
    on_the_way: set[str] = set()

    def visit(one: str) -> None:
        if one in on_the_way or (one in done and one != name):
            return
        on_the_way.add(one)
        if one not in actions:
            missing.append(one)
            return
        for needed in actions[one].prerequisites:
            visit(needed)
        ordered.append(one)

    visit(name)
    return tuple(ordered), missing[0] if missing else None
