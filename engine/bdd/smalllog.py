"""Logs written down in a test: a few cases in words become an export, which is imported and audited like any other."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from engine.audit import Audit
from engine.bdd.audited import audited
from engine.definitions.document import Duration, Many, Moment, Span, WrongValue, parse_moment, parsed, shape
from engine.definitions.settings import Answer
from engine.definitions.source import Attribute, ProcessOf, Source
from engine.engines.duckdb import Engine
from engine.workspace import Workspace

FILE = "log.csv"
CASE, EVENT, AT = "case", "event", "at"


@shape
class Happening:
    """A state that is entered or a mark, at a moment or so long after the one before."""

    point: str
    at: datetime | Span


def _happening(text: str) -> Happening:
    """From `received 2026-03-02 10:00` or `contacted +2h`."""
    point, _, when = text.partition(" ")
    when = when.strip()
    if not when:
        hint = "write `received 2026-03-02 10:00` or `contacted +2h`"
        raise WrongValue(f"`{text}` does not say when", code="bad-event", hint=hint)
    return Happening(point=point, at=Span.parse(when[1:].strip()) if when.startswith("+") else parse_moment(when))


@shape
class GivenCase:
    """A case, or `times` of them that begin `every` so long; `with` are its attributes."""

    events: Many[Annotated[Happening, parsed(_happening, example="received 2026-03-02 10:00")]]
    times: int = 1
    every: Duration | None = None
    with_: dict[str, str] = field(default_factory=dict)


@shape
class GivenLog:
    """A small log, exported at `until` (default: at its last event)."""

    cases: tuple[GivenCase, ...]
    until: Moment | None = None


def small_audit(
    workspace: Workspace,
    process: str,
    log: GivenLog,
    locale: Literal["ru", "en"],
    answers: Mapping[str, Answer] | None = None,
) -> Audit:
    """The audit of a small log of one process by the rules of a workspace."""
    names = sorted({name for case in log.cases for name in case.with_})
    source = Source(
        name="log",
        process=ProcessOf(name=process),
        path=(FILE,),
        shape="events",
        delimiter=",",
        encoding="utf-8",
        case=(CASE,),
        activity=EVENT,
        at=(AT,),
        exported_at=log.until,
        attributes={
            name: Attribute(column=f"with {name}", type="money" if name == "amount" else "text") for name in names
        },
    )
    settings = replace(
        workspace.settings,
        sources=(source,),
        exclude=(),
        locale=locale,
        answers=dict(answers or workspace.settings.answers),
    )
    with tempfile.TemporaryDirectory(prefix="voronka-") as folder, closing(Engine()) as store:
        _export(Path(folder) / FILE, names, _rows(log.cases, names))
        small = replace(workspace, root=Path(folder), settings=settings)
        return audited(small, store, processes=(process,)).audit


def _export(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow((CASE, EVENT, AT, *(f"with {name}" for name in names)))
        writer.writerows(rows)


def _rows(cases: Iterable[GivenCase], names: Sequence[str]) -> Iterable[Sequence[str]]:
    for number, case in enumerate(cases, start=1):
        for copy in range(case.times):
            later = timedelta(seconds=copy * case.every.seconds) if case.every else timedelta()
            name = f"{number}" if case.times == 1 else f"{number}-{copy + 1}"
            for point, at in _moments(case.events):
                yield name, point, f"{at + later:%Y-%m-%d %H:%M:%S}", *(case.with_.get(key, "") for key in names)


def _moments(events: Iterable[Happening]) -> Iterable[tuple[str, datetime]]:
    """Every event with its moment; one that begins with a duration begins at midnight of 2026-01-01."""
    now = datetime(2026, 1, 1)
    for event in events:
        now = now + timedelta(seconds=event.at.seconds) if isinstance(event.at, Span) else event.at.replace(tzinfo=None)
        yield event.point, now
