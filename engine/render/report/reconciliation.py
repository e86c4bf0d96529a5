"""Our totals beside the client's: a table a total, a column a step of the bridge, what is left unexplained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine.audit import Reconciliation
from engine.render.report.look import Look
from engine.rules.wording import period

_MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """A month (or several together): ours + steps = expected; `client` and `rest` where his total is known."""

    label: str
    whole: bool
    ours: str
    steps: tuple[str, ...]
    expected: str
    client: str
    rest: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationTable:
    """One total, of all or of one manager. `steps`: the heads of the columns between ours and the client's."""

    title: str
    manager: str
    way: str
    given: bool
    steps: tuple[str, ...]
    rows: tuple[ReconciliationRow, ...]
    summary: str
    notes: tuple[str, ...]


def reconciliation_tables(look: Look) -> tuple[ReconciliationTable, ...]:
    """A table for every total that was reconciled, in the order of the audit."""
    groups = groupby(look.audit.reconciliation, key=lambda line: (line.what, line.counted, line.by, line.manager or ""))
    found: dict[tuple[str, str, str, str], list[Reconciliation]] = {}
    for key, lines in groups:
        found.setdefault(key, []).extend(lines)
    return tuple(_table(look, lines) for lines in found.values())


def _table(look: Look, lines: Sequence[Reconciliation]) -> ReconciliationTable:
    first = lines[0]
    steps = tuple(dict.fromkeys(step.why for line in lines for step in line.bridge))
    ordered = sorted(lines, key=lambda line: (line.month is None, line.month or ""))
    given = any(line.client is not None for line in lines)
    return ReconciliationTable(
        title=f"{first.what}: {first.manager}" if first.manager else first.what,
        manager=first.manager or "",
        way=look.words.t(f"reconciliation.by.{first.by}"),
        given=given,
        steps=steps,
        rows=tuple(_row(look, line, steps) for line in ordered),
        summary=_summary(look, ordered) if given else look.words.t("reconciliation.tick"),
        notes=tuple(_notes(look, ordered)),
    )


def _row(look: Look, line: Reconciliation, steps: Sequence[str]) -> ReconciliationRow:
    by_why = {step.why: step.cases for step in line.bridge}
    expected = line.ours + sum(by_why.values())
    return ReconciliationRow(
        label=_label(look, line),
        whole=line.month is None,
        ours=_number(look, line, line.ours),
        steps=tuple(_signed(look, line, by_why[why]) if why in by_why else "" for why in steps),
        expected=_number(look, line, expected),
        client="" if line.client is None else _number(look, line, line.client),
        rest="" if line.rest is None else _signed(look, line, line.rest) if not _agrees(line) else "0",
        agrees=_agrees(line),
    )


def _label(look: Look, line: Reconciliation) -> str:
    if line.month is None:
        return look.words.t("reconciliation.whole")
    year, month = (int(part) for part in line.month.split("-"))
    last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
    said = period(date(year, month, 1), date.fromordinal(last), look.words.locale)
    return look.words.t("reconciliation.partial", month=said) if line.partial else said


def _number(look: Look, line: Reconciliation, value: float) -> str:
    return look.words.money(value) if line.counted == "amount" else look.words.number(value)


def _signed(look: Look, line: Reconciliation, value: float) -> str:
    return ("+" if value > 0 else _MINUS) + _number(look, line, abs(value))


def _agrees(line: Reconciliation) -> bool:
    """Money agrees to the ruble: a report of the client may be rounded."""
    return line.rest is not None and abs(line.rest) < (1.0 if line.counted == "amount" else 0.5)


def _summary(look: Look, lines: Sequence[Reconciliation]) -> str:
    """In how many months all is explained."""
    months = [line for line in lines if line.month is not None and line.rest is not None] or list(lines)
    told = sum(_agrees(line) for line in months)
    if told == len(months):
        return look.words.t("reconciliation.explained")
    return look.words.t("reconciliation.open", n=len(months) - told, of=len(months))


def _notes(look: Look, lines: Sequence[Reconciliation]) -> Iterator[str]:
    """Where an unexplained rest may lie: rows that could not be used belong to no month."""
    if all(line.rest is None or _agrees(line) for line in lines):
        return
    rejected = sum(source.rejected for source in look.audit.sources)
    duplicates = sum(source.duplicates for source in look.audit.sources)
    if rejected or duplicates:
        yield look.words.t("reconciliation.rows", rejected=rejected, duplicates=duplicates)
    if any(line.rest is not None and not _agrees(line) and line.partial for line in lines):
        yield look.words.t("reconciliation.not_over")
