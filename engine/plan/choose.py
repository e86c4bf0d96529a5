"""Which actions go into the plan: prerequisites first, conflicts never together, within the budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.definitions.rule import Action
from engine.definitions.settings import Budget
from engine.plan.item import NotChosen
from engine.plan.wishes import Candidate


@dataclass(slots=True)
class _Choice:
    """What has been chosen so far, and what it costs."""

    actions: Mapping[str, Action]
    asked: Mapping[str, Candidate]
    budget: Budget | None
    chosen: dict[str, Candidate] = field(default_factory=dict)
    not_chosen: dict[str, NotChosen] = field(default_factory=dict)

    def consider(self, candidate: Candidate) -> None:
        """Take an action with everything it needs, or say why not."""
        name = candidate.action.name
        if name in self.chosen:
            return
        group, missing = _with_prerequisites(name, self.actions)
        new = [one for one in group if one not in self.chosen]
        barred = missing or next((one for one in new if one != name and one in self.not_chosen), None)
        if barred is not None:
            self.not_chosen[name] = NotChosen(action=name, why="prerequisite", with_=barred)
        elif (rival := self.rival(new)) is not None:
            self.not_chosen[name] = NotChosen(action=name, why="conflict", with_=rival)
        elif not self.affordable(new):
            self.not_chosen[name] = NotChosen(action=name, why="budget")
        else:
            for one in new:
                self.chosen[one] = self.asked.get(one) or self.needed_by(one, candidate)

    def rival(self, new: Sequence[str]) -> str | None:
        """An action already chosen, or of the same group, that must not be done together with these."""
        for name in new:
            for other in (*self.chosen, *new):
                if other != name and _conflict(self.actions[name], self.actions[other]):
                    return other
        return None

    def affordable(self, new: Sequence[str]) -> bool:
        """Whether the budget still holds these."""
        if self.budget is None:
            return True
        efforts = [self.actions[name].effort for name in (*self.chosen, *new)]
        hours, money = sum(effort.hours for effort in efforts), sum(effort.money for effort in efforts)
        return (self.budget.hours is None or hours <= self.budget.hours) and (
            self.budget.money is None or money <= self.budget.money
        )

    def needed_by(self, name: str, candidate: Candidate) -> Candidate:
        """A prerequisite that no finding asks for itself: for the reasons of what needs it."""
        return Candidate(action=self.actions[name], wishes=candidate.wishes, priority=candidate.priority)


def choose(
    candidates: Iterable[Candidate], actions: Mapping[str, Action], budget: Budget | None
) -> tuple[tuple[Candidate, ...], tuple[NotChosen, ...]]:
    """Greedily by priority: the chosen actions in their order, and the others with the reason."""
    ordered = tuple(candidates)
    choice = _Choice(actions, {one.action.name: one for one in ordered}, budget)
    for candidate in ordered:
        choice.consider(candidate)
    left_out = [left for name, left in sorted(choice.not_chosen.items()) if name not in choice.chosen]
    return tuple(choice.chosen.values()), tuple(left_out)


def _conflict(a: Action, b: Action) -> bool:
    return b.name in a.conflicts or a.name in b.conflicts


def _with_prerequisites(name: str, actions: Mapping[str, Action]) -> tuple[tuple[str, ...], str | None]:
    """An action after all it needs, and the first that is not known. A circle is a problem at load; here it ends."""
    ordered: list[str] = []
    missing: list[str] = []
    on_the_way: set[str] = set()

    def visit(one: str) -> None:
        if one in on_the_way:
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
