"""Checks of what the working papers go by: months and numbers of the client's totals."""

import re
from collections.abc import Iterator

from engine.definitions.condition import Expr, Literal
from engine.definitions.document import Document, Path_, WrongValue, shortened
from engine.definitions.settings import Settings
from engine.errors import Problem

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def check_papers(document: Document, settings: Settings) -> Iterator[Problem]:
    """Problems of `reconcile:`."""
    for number, one in enumerate(settings.reconcile):
        path: Path_ = ("reconcile", number)
        typed = bool(one.totals or one.managers)
        if typed == (one.table is not None):
            message = "the totals are typed in, or in a table" if typed else "there are no totals to reconcile with"
            hint = "write totals: {2026-04: 210, 2026-05: 198}, or table: {path, month, value}"
            yield document.problem(path, "totals-form", message, hint)
        yield from _totals(document, (*path, "totals"), one.totals)
        for manager, totals in one.managers.items():
            yield from _totals(document, (*path, "managers", manager), totals)


def _totals(document: Document, path: Path_, totals: dict[str, str]) -> Iterator[Problem]:
    for month, value in totals.items():
        if not _MONTH.fullmatch(month):
            message = f"`{shortened(month)}` is no month"
            yield document.problem((*path, month), "bad-period", message, "write 2026-04", key=True)
        try:
            total(value)
        except WrongValue as wrong:
            yield document.problem((*path, month), wrong.code, str(wrong), wrong.hint)


def total(text: str) -> float:
    """A total as it is typed in: `210`, `4_500_000`. Raises WrongValue (`bad-target`)."""
    hint = "write 210 or 4_500_000"
    tree = Expr.parse(text).tree
    if not isinstance(tree, Literal) or not isinstance(tree.value, float) or tree.unit:
        raise WrongValue(f"`{shortened(text)}` is no number", code="bad-target", hint=hint)
    return tree.value
