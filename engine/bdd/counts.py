"""Counts written down in a scenario: a table of days becomes an export, imported and audited like any other."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from engine.bdd.audited import Audited, audited
from engine.bdd.failure import WrongWord
from engine.bdd.library import step
from engine.bdd.story import Story
from engine.bdd.words import parse_days
from engine.definitions.document import did_you_mean
from engine.definitions.source import ProcessOf, Source
from engine.engines.duckdb import Engine
from engine.workspace import Workspace

Table = Sequence[Sequence[str]]
FILE, DAY = "counts.csv", "day"
MOST_DAYS = 3660


@step(
    "given",
    ru="счётчики по дням",
    en="counts by day",
    example_ru="Дано счётчики по дням\n  | дни | visitors | receipts |\n  | 01.09.2026–30.09.2026 | 100 | 30 |",
    example_en="Given counts by day\n  | days | visitors | receipts |\n  | 2026-09-01–2026-09-30 | 100 | 30 |",
    runs_on="log",
)
def _counts(story: Story, datatable: Table) -> None:
    """The log is what the counters (by name or title) showed on a day, or on each day from one to another."""
    names = _counters(story, [cell.strip() for cell in datatable[0][1:]])
    rows = tuple((day.isoformat(), *values) for line in datatable[1:] for day, values in _days(story, line))
    story.on_log = True
    story.given = story.counted(story.process.process, ((DAY, *names), *rows))


def _counters(story: Story, cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the counters that stand above the columns."""
    names: dict[str, str] = {}
    for counter in story.process.counters:
        titles = (counter.title.ru, counter.title.en) if counter.title else ()
        names |= {word.casefold(): counter.name for word in (counter.name, *titles)}
    for cell in cells:
        if cell.casefold() not in names:
            process = story.process.process
            message = story.say(f"у процесса `{process}` нет счётчика `{cell}`", f"`{process}` has no counter `{cell}`")
            raise WrongWord(message, did_you_mean(cell, names) or ", ".join(story.process.counter_names))
    return tuple(names[cell.casefold()] for cell in cells)


def _days(story: Story, line: Sequence[str]) -> Iterator[tuple[date, tuple[str, ...]]]:
    """A line for each of its days."""
    ends = parse_days(line[0])
    if ends is None or not 0 <= (ends[1] - ends[0]).days < MOST_DAYS:
        message = story.say(f"`{line[0]}` — не день и не дни", f"`{line[0]}` is no day and no days")
        hint = story.say("напишите 01.09.2026 или 01.09.2026–30.09.2026", "write 2026-09-01 or 2026-09-01–2026-09-30")
        raise WrongWord(message, hint)
    for number in range((ends[1] - ends[0]).days + 1):
        yield ends[0] + timedelta(days=number), tuple(cell.strip() for cell in line[1:])


def audit_of_counts(workspace: Workspace, process: str, rows: Table, store: Engine) -> Audited:
    """The audit of counts by day (the first row names the counters) by the rules of a workspace, in a store."""
    counters = {name: name for name in rows[0][1:]}
    source = Source(
        name="counts",
        process=ProcessOf(name=process),
        path=(FILE,),
        shape="counts",
        delimiter=",",
        encoding="utf-8",
        period=(DAY,),
        counters=counters,
    )
    settings = replace(workspace.settings, sources=(source,), exclude=(), spend=None)
    with tempfile.TemporaryDirectory(prefix="voronka-") as folder:
        with (Path(folder) / FILE).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        small = replace(workspace, root=Path(folder), settings=settings)
        return audited(small, store, processes=(process,))
