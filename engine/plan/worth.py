"""What actions are worth against each other: their levers, the gain they share, one unit for every process."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.plan.effect import Funnel, Gain, Lever, gain
from engine.plan.item import Expected, JointEffect
from engine.rules.finding import Finding

LeverOf = Callable[[Finding, str | None], Lever | None]
"""(finding, cause or None) -> what the cause removed, or the limit kept, is worth; None where nobody can say."""


def no_levers(_: Finding, __: str | None) -> Lever | None:
    """Where effects are not measured."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Funnels by process, levers, and the title of the won state of each process."""

    funnels: Mapping[str, Funnel] = field(default_factory=dict)
    lever_of: LeverOf = no_levers
    won_titles: Mapping[str, str] = field(default_factory=dict)

    def unit(self, process: str) -> float:
        """What a won case of a process counts for, only to order actions: its money where that is known.

        A process without money (a call handed over) counts as the average case of the processes that have it.
        """
        own = self.funnels[process].money
        priced = [(one.won * one.money, one.cases) for one in self.funnels.values() if one.money]
        if own is not None or not priced:
            return own or 1.0
        return sum(money for money, _ in priced) / sum(cases for _, cases in priced)

    def value(self, levers: Iterable[Lever]) -> float:
        """Extra won x probability, in money where any process has it."""
        total = 0.0
        for process, own in self._by_process(levers).items():
            found = gain(own, self.funnels)
            total += found.won * found.probability * self.unit(process) if found else 0.0
        return total

    def expected(self, levers: Iterable[Lever]) -> tuple[Gain, str | None] | None:
        """What levers bring together, and the won state it is counted in (None: sales).

        Sales alone where there are any: a sale and a call handed over do not add up.
        """
        known = [lever for lever in levers if lever.process in self.funnels]
        sales = [lever for lever in known if self.funnels[lever.process].money is not None]
        found = gain(sales or known, self.funnels)
        if found is None:
            return None
        titles = sorted({self.won_titles.get(lever.process, "") for lever in known}) if not sales else []
        return found, " / ".join(filter(None, titles)) or None

    def _by_process(self, levers: Iterable[Lever]) -> dict[str, list[Lever]]:
        found: dict[str, list[Lever]] = {}
        for lever in levers:
            if lever.process in self.funnels:
                found.setdefault(lever.process, []).append(lever)
        return found


def expected_of(effects: Effects, levers: Sequence[Lever]) -> Expected | None:
    """The expected effect of an item; None where nobody can put a number to it."""
    found = effects.expected(levers)
    if found is None:
        return None
    gained, what = found
    return Expected(
        won=gained.won,
        low=gained.low,
        high=gained.high,
        money=gained.money,
        pass_through=gained.pass_through,
        basis=gained.basis,
        probability=gained.probability,
        what=what,
    )


def joint_of(effects: Effects, levers: Iterable[Lever]) -> JointEffect | None:
    """The effect of all of them together; None without any."""
    found = effects.expected(levers)
    if found is None:
        return None
    gained, what = found
    return JointEffect(
        won=gained.won, low=gained.low, high=gained.high, money=gained.money, basis=gained.basis, what=what
    )
