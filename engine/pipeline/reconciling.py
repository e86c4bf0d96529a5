"""The client's totals beside ours, month by month, and the bridge from one to the other, step by step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.audit import Bridge, Reconciliation
from engine.definitions.checks.papers import total
from engine.definitions.document import LocalText
from engine.definitions.papers import Reconcile
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.log import EventLog
from engine.events.store import PREFIX, totals_name
from engine.pipeline.tallies import EXCLUDED, MERGED, OURS, UNRECOGNISED, VOID, Tally, tallies

Cell = tuple[str, str | None]
"""A month (`2026-04`) and a manager; None: all of them."""

_WHAT = {
    "cases": LocalText("Обращения", "Cases"),
    "won": LocalText("Продажи", "Sales"),
    "amount": LocalText("Сумма продаж", "Money of sales"),
}
_WHY = {
    VOID: LocalText("спам, дубли, не клиенты", "spam, duplicates, no clients"),
    MERGED: LocalText("повторные обращения того же клиента", "further inquiries of the same client"),
    UNRECOGNISED: LocalText("ни один этап не распознан", "no stage is recognised"),
    "open": LocalText("ещё не закрыты", "not closed yet"),
    "closed later": LocalText("закрыты в другом месяце", "closed in another month"),
    "began earlier": LocalText("начаты в другом месяце, закрыты в этом", "begun in another month, closed in this one"),
}
_ONLY_CASES = frozenset({VOID, MERGED, UNRECOGNISED})


def reconcile(
    engine: Engine, logs: Mapping[str, EventLog], settings: Settings, until: datetime | None
) -> tuple[Reconciliation, ...]:
    """Our totals by month beside the client's, where he gave any; `until`: the month it lies in is not over."""
    with_cases = [log for log in logs.values() if log.process.states]
    known = [one for log in with_cases for one in tallies(log, settings)]
    partial = f"{until:%Y-%m}" if until else ""
    found: list[Reconciliation] = []
    for number, one in enumerate(settings.reconcile):
        book = _Book(
            one, settings, [tally for tally in known if not one.process or tally.process in one.process], partial
        )
        found += book.lines(_totals(engine, number, one))
    for log in with_cases if not settings.reconcile else ():
        mine = [tally for tally in known if tally.process == log.process.process]
        for one in _of_process(log.process):
            found += _Book(one, settings, mine, partial).lines({})
    return tuple(found)


def _of_process(process: Process) -> tuple[Reconcile, ...]:
    """What is laid out for the client to tick off where he gave no totals: what began, and what ended well."""
    name = process.title or LocalText(process.process, process.process)
    won = [state.title or LocalText(state.name, state.name) for state in process.states if state.outcome == "won"]
    ends = (" / ".join(title.ru for title in won), " / ".join(title.en for title in won))
    began = LocalText(f"{name.ru}: обращения", f"{name.en}: cases")
    return (
        Reconcile(what="cases", title=began),
        Reconcile(what="won", by="closed", title=LocalText(f"{name.ru}: {ends[0]}", f"{name.en}: {ends[1]}")),
    )


def _totals(engine: Engine, number: int, one: Reconcile) -> dict[Cell, float]:
    """The client's totals, typed in or read from his table."""
    typed: dict[Cell, float] = {(month, None): total(text) for month, text in one.totals.items()}
    typed |= {
        (month, manager): total(text) for manager, months in one.managers.items() for month, text in months.items()
    }
    schema = f"{PREFIX}{totals_name(number)}"
    if one.table is None or not engine.exists(schema, "counts"):
        return typed
    rows = engine.rows(
        f"select period_start, channel, fsum(value) from {quote(schema)}.counts group by all order by all"
    )
    return {
        (f"{_day(start):%Y-%m}", str(manager) if manager else None): float(str(value)) for start, manager, value in rows
    }


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


@dataclass(frozen=True)
class _Book:
    """One thing that is counted, the client's way; every number is a sum over the same tallies, so steps add up."""

    of: Reconcile
    settings: Settings
    tallies: Sequence[Tally]
    partial: str

    def lines(self, client: Mapping[Cell, float]) -> Iterator[Reconciliation]:
        """A line a cell: of the client's totals, else of our months; sums of several months last."""
        cells = sorted(client, key=lambda cell: (cell[1] or "", cell[0])) if client else self._months()
        yield from (self._line(((month, manager)), (month,), client.get((month, manager))) for month, manager in cells)
        for manager in sorted({manager for _, manager in cells}, key=lambda name: name or ""):
            months = tuple(month for month, name in cells if name == manager)
            if len(months) > 1:
                sums = sum(client[month, manager] for month in months) if client else None
                yield self._line((None, manager), months, sums)

    def _months(self) -> list[Cell]:
        return [(month, None) for month in sorted({tally.began for tally in self.tallies if self._counts(tally)})]

    def _line(
        self, cell: tuple[str | None, str | None], months: tuple[str, ...], client: float | None
    ) -> Reconciliation:
        mine = [one for one in self.tallies if cell[1] is None or one.manager == cell[1]]
        ours = self._sum(mine, lambda one: one.kind == OURS and one.began in months)
        bridge = tuple(self._bridge(mine, months))
        expected = ours + sum(step.cases for step in bridge)
        return Reconciliation(
            what=(self.of.title or _WHAT[self.of.what]).of(self.settings.locale),
            counted=self.of.what,
            by=self.of.by,
            month=cell[0],
            manager=cell[1],
            client=client,
            ours=ours,
            bridge=bridge,
            rest=None if client is None else round(client - expected, 6),
            partial=self.partial in months,
        )

    def _bridge(self, mine: Sequence[Tally], months: tuple[str, ...]) -> Iterator[Bridge]:
        """From our number to the client's: what he counts and we do not, then the date that he counts by."""
        for kind in self.of.includes:
            if kind == EXCLUDED:
                for reason, exclusion in enumerate(self.settings.exclude):
                    why, only = exclusion.why.of(self.settings.locale), (EXCLUDED, reason)
                    yield from self._step(EXCLUDED, why, self._began(mine, months, only))
            elif self.of.what == "cases" or kind not in _ONLY_CASES:
                yield from self._step(kind, self._why(kind), self._began(mine, months, (kind, -1)))
        if self.of.by == "closed":
            counted = [one for one in mine if self._counts(one)]
            here = [one for one in counted if one.began in months]
            elsewhere = [one for one in counted if one.began not in months and one.ended in months]
            left = [one for one in here if one.ended is not None and one.ended not in months]
            yield from self._step("open", self._why("open"), -self._sum(here, lambda one: one.ended is None))
            yield from self._step("closed later", self._why("closed later"), -self._sum(left, lambda one: True))
            yield from self._step("began earlier", self._why("began earlier"), self._sum(elsewhere, lambda one: True))

    def _counts(self, one: Tally) -> bool:
        """Whether the client counts such cases (in some month)."""
        if one.kind == OURS:
            return True
        return one.kind in self.of.includes and (self.of.what == "cases" or one.kind not in _ONLY_CASES)

    def _began(self, mine: Sequence[Tally], months: tuple[str, ...], kind: tuple[str, int]) -> float:
        return self._sum(mine, lambda one: (one.kind, one.reason) == kind and one.began in months)

    def _sum(self, mine: Sequence[Tally], wanted: Callable[[Tally], bool]) -> float:
        found = [one for one in mine if wanted(one) and (one.won or self.of.what == "cases")]
        return sum(one.amount for one in found) if self.of.what == "amount" else float(sum(one.cases for one in found))

    def _why(self, code: str) -> str:
        return _WHY[code].of(self.settings.locale)

    @staticmethod
    def _step(code: str, why: str, cases: float) -> Iterator[Bridge]:
        if cases:
            yield Bridge(kind=code, why=why, cases=cases)
