"""All diagnoses of one imported source, with the lines of their rows; what is personal is not repeated."""

from collections.abc import Iterator

from engine.engines.sql import quote
from engine.events.accounts import MASK, lines_of
from engine.events.doctor.catalogue import catalogue
from engine.events.doctor.exam import DRAWN, LOOKED, TIMES, VALUES, Exam, Found, exam_of
from engine.events.report import Diagnosis, SourceReport
from engine.events.table import FILE, LINE, ROW
from engine.events.work import Work

MAX_SAMPLE = 80


def examine(work: Work, report: SourceReport) -> tuple[tuple[Diagnosis, ...], int]:
    """What is wrong with the export, the most rows first; and how many rows were looked at."""
    exam = exam_of(work, report)
    try:
        shown = frozenset(exam.spoken_of()) | frozenset(exam.people())
        found = [
            made
            for code, entry in catalogue.items()
            for one in entry.look(exam)
            for made in _made(exam, code, one, shown)
        ]
        return tuple(sorted(found, key=lambda d: (-d.rows, d.code, d.column))), exam.looked
    finally:
        for name in (LOOKED, VALUES, TIMES, DRAWN):
            work.engine.execute(f"drop table if exists {name}")


def _made(exam: Exam, code: str, found: Found, shown: frozenset[str]) -> Iterator[Diagnosis]:
    file, lines = _place(exam, found)
    sample = found.sample
    if sample is not None and not (found.public or found.column in shown):
        sample = MASK
    yield Diagnosis(
        code=code,
        column=found.column,
        rows=found.rows,
        file=exam.work.table.files[file],
        lines=lines,
        sample=sample[:MAX_SAMPLE] if sample else None,
    )


def _place(exam: Exam, found: Found) -> tuple[int, tuple[int, ...]]:
    """The file of the first row, and the lines of the rows told that stand in it."""
    if not found.rows_at:
        return found.file, found.lines
    listed = ", ".join(str(row) for row in found.rows_at)
    sql = f"select {quote(FILE)}, {quote(ROW)}, {quote(LINE)} from {LOOKED} where {quote(ROW)} in ({listed}) order by 2"
    rows = [(int(str(file)), int(str(row)), line) for file, row, line in exam.rows(sql)]
    if not rows:
        return found.file, found.lines
    file = rows[0][0]
    lines = lines_of(exam.work, [row for row in rows if row[0] == file])
    return file, tuple(line for line in lines if line)
