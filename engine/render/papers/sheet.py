"""The sheet of one manager: his numbers compared like for like, his open cases that wait."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definitions.case_link import link_of
from engine.pipeline.worklists import WorkCase, WorkList, WorkLists
from engine.render.report.look import Look, Mark
from engine.render.report.managers import ManagerRow, manager_row, title_of
from engine.render.report.points import PointRow, row_of

MOST_CASES = 30
_MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A control point of his: the share as it is, on the cases of all, and what all make of such cases."""

    title: str
    process: str
    raw: str
    alike: str
    span: str
    expected: str
    mark: Mark
    n: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """An open case, nothing personal of the client in it; `address`: its page in the client's system, where known."""

    case: str
    process: str
    stage: str
    since: str
    waits: str
    amount: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListShown:
    """A working list; `more`: how many are not shown."""

    title: str
    what: str
    rows: tuple[CaseRow, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one manager gets. `points`: (title, row) of control points that are judged for him."""

    manager: str
    compared: tuple[ComparedRow, ...]
    points: tuple[tuple[str, PointRow], ...]
    lists: tuple[ListShown, ...]


def managers_of(look: Look, lists: WorkLists, nobody: frozenset[str]) -> tuple[str, ...]:
    """Everybody who is compared or has a case that waits; words for nobody are no manager."""
    found = {one.manager for one in look.audit.managers}
    found |= {case.manager for one in lists.lists for case in one.cases}
    return tuple(sorted(found - nobody - {""}))


def sheet_of(look: Look, manager: str, lists: WorkLists, link: str | None = None) -> Sheet:
    """The sheet of a manager; `link` is the pattern of the address of a case."""
    return Sheet(
        manager=manager,
        compared=tuple(_compared(look, manager)),
        points=tuple(_points(look, manager)),
        lists=tuple(
            _list(look, one, manager, link) for one in lists.lists if any(c.manager == manager for c in one.cases)
        ),
    )


def _compared(look: Look, manager: str) -> Iterator[ComparedRow]:
    mine = (one for one in look.audit.managers if one.manager == manager)
    for one in sorted(mine, key=lambda one: (one.process, one.control_point)):
        row: ManagerRow = manager_row(look, one)
        yield ComparedRow(
            title=title_of(look, one),
            process=look.process_title(one.process),
            raw=row.raw,
            alike=row.alike,
            span=row.span,
            expected=look.words.share(min(1.0, one.expected)),
            mark=row.mark,
            n=row.n,
        )


def _points(look: Look, manager: str) -> Iterator[tuple[str, PointRow]]:
    """Control points with a limit, for his cases: red only where that holds among all segments that were judged."""
    for point in look.audit.control_points:
        for fact in look.facts_of.get((point.process, point.name), ()):
            if fact.segment == ((_MANAGER, manager),) and not fact.variant and fact.verdicts:
                yield point.title, row_of(look, fact, point)


def _list(look: Look, one: WorkList, manager: str, link: str | None) -> ListShown:
    mine = [case for case in one.cases if case.manager == manager]
    more = len(mine) - MOST_CASES
    return ListShown(
        title=look.words.t(f"lists.{one.name}"),
        what=look.words.t(f"lists.{one.name}.is"),
        rows=tuple(_row(look, case, link) for case in mine[:MOST_CASES]),
        more=look.words.t("manager.more", n=more) if more > 0 else "",
    )


def _row(look: Look, case: WorkCase, link: str | None) -> CaseRow:
    return CaseRow(
        case=case.case,
        process=case.process,
        stage=case.stage,
        since=look.words.day_short(case.since),
        waits=look.words.duration(case.waited),
        amount=look.words.money(case.amount) if case.amount is not None else "",
        address=link_of(link, case.case) if link else "",
    )
