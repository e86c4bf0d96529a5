"""plan.yaml beside a report: what people say of the items of the plan; the next audit takes it over."""

from typing import Literal

from engine.definitions.document import Day, shape

Status = Literal["proposed", "accepted", "done", "rejected"]


@shape
class PlanLine:
    """An item as people keep it. `id` and `action` say which one it is; `why` it was rejected."""

    id: str
    action: str
    title: str | None = None
    status: Status = "proposed"
    responsible: str | None = None
    person: str | None = None
    due: Day | None = None
    done_on: Day | None = None
    note: str | None = None
    why: str | None = None


@shape
class PlanFile:
    """The file: items of the plan, and those of earlier plans that are in it no more."""

    format: Literal["1"]
    audited: Day
    items: tuple[PlanLine, ...] = ()
    no_more: tuple[PlanLine, ...] = ()
