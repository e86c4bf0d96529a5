"""Where the plan stands: the newest plan.yaml, and what its audit said beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.definitions.planfile import PlanLine, Status
from engine.history.reports import AUDIT, History, not_kept
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item as it stands; `overdue`: open, and its day is over."""

    action: str
    title: str
    status: Status
    who: str
    due: date | None
    overdue: bool
    review: date | None
    done_on: date | None
    note: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The plan of a folder on a day: open items by their day, then the others."""

    file: str
    audited: date
    today: date
    lines: tuple[Line, ...]


def standing(workspace: Workspace, now: datetime) -> Standing:
    """How the newest plan stands; DefinitionError where there is none, or where it cannot be read."""
    found = History(workspace.root).latest()
    if found is None:
        raise not_kept(workspace.root / "reports")
    folder, plan = found
    today = now.astimezone(ZoneInfo(workspace.settings.time_zone)).date()
    printed, people = _printed(folder), workspace.settings.people
    lines = [_line(line, printed.get(line.action, {}), people, today) for line in plan.items]
    order = ("proposed", "accepted", "done", "rejected")
    lines.sort(key=lambda line: (order.index(line.status) > 1, line.due or date.max, line.action))
    return Standing(
        file=(folder / "plan.yaml").relative_to(workspace.root).as_posix(),
        audited=plan.audited,
        today=today,
        lines=tuple(lines),
    )


def _line(line: PlanLine, printed: Mapping[str, object], people: Mapping[str, str], today: date) -> Line:
    role = line.responsible or str(printed.get("responsible") or "")
    review = printed.get("review")
    return Line(
        action=line.action,
        title=line.title or str(printed.get("title") or line.action),
        status=line.status,
        who=line.person or people.get(role, "") or role,
        due=line.due,
        overdue=bool(line.due and line.due < today and line.status in ("proposed", "accepted")),
        review=date.fromisoformat(review) if isinstance(review, str) else None,
        done_on=line.done_on,
        note=line.note,
        why=line.why,
    )


def _printed(folder: Path) -> dict[str, Mapping[str, object]]:
    """The items of audit.json by action; without the file the plan says enough by itself."""
    try:
        data = json.loads((folder / AUDIT).read_text("utf-8"))
        return {item["action"]: item for item in data["plan"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
