"""The best set of actions within a budget, found by HiGHS as a mixed-integer programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.settings import Budget

TWICE = 0.1
"""What a further action against the same thing still counts for: the first one has it."""
_TIE = 1e-6
"""Of the whole value: what decides between equal sets (less effort, then names)."""
_WHOLE = 1e4
"""What the solver is told everything together is worth, so that its tolerances are small beside any difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An action that may be chosen: what it takes, what it must follow and cannot go with, and what it moves.

    `levers` are the things it moves, `value` what it is worth beside them.
    """

    name: str
    hours: float
    money: float
    levers: frozenset[str] = frozenset()
    value: float = 0.0
    needs: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


def value_of(chosen: Sequence[Option], levers: Mapping[str, float]) -> float:
    """What a set is worth: every lever once, further actions on the same one a tenth of it, and what they add."""
    moved = {lever for option in chosen for lever in option.levers}
    once = sum(levers[lever] for lever in sorted(moved)) * (1 - TWICE)
    return once + sum(option.value + TWICE * sum(levers[name] for name in sorted(option.levers)) for option in chosen)


def best(options: Sequence[Option], levers: Mapping[str, float], budget: Budget) -> frozenset[str]:
    """Names of the set of the greatest value that keeps to the budget, with everything it needs and without rivals.

    `levers`: what each is worth, not below zero. Equal sets: the one of less effort, then the first by name.
    """
    import highspy

    ordered = sorted(options, key=lambda option: option.name)
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.silent()
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    model.setOptionValue("threads", 1)
    known = {option.name for option in ordered}
    chosen = {option.name: model.addBinary() for option in ordered}
    moved = {lever: model.addVariable(0, 1) for lever in sorted({n for option in ordered for n in option.levers})}
    for lever, variable in moved.items():
        model.addConstr(variable <= sum(chosen[option.name] for option in ordered if lever in option.levers))
    for option in ordered:
        for needed in option.needs:
            model.addConstr(chosen[option.name] <= (chosen[needed] if needed in known else 0))
        for rival in option.rivals:
            if rival in known:
                model.addConstr(chosen[option.name] + chosen[rival] <= 1)
    for limit, takes in ((budget.hours, "hours"), (budget.money, "money")):
        if limit is not None:
            model.addConstr(sum(getattr(option, takes) * chosen[option.name] for option in ordered) <= limit + 1e-9)
    scale = _WHOLE / (value_of(ordered, levers) or 1.0)
    model.maximize(
        sum(scale * levers[lever] * (1 - TWICE) * variable for lever, variable in moved.items())
        + sum(scale * worth * chosen[name] for name, worth in _worths(ordered, levers).items())
    )
    return frozenset(name for name, variable in chosen.items() if model.val(variable) > 0.5)


def _worths(options: Sequence[Option], levers: Mapping[str, float]) -> dict[str, float]:
    """What each option adds by itself, less what decides between equals."""
    whole = value_of(options, levers) or 1.0
    hours = sum(option.hours for option in options) or 1.0
    return {
        option.name: option.value
        + TWICE * sum(levers[name] for name in sorted(option.levers))
        - _TIE * whole * (option.hours / hours + place / len(options) / 1000)
        for place, option in enumerate(options, 1)
    }
