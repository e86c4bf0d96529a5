"""The account of a source: every row used, filtered, ignored, a duplicate or rejected; what is unmapped."""

import json
from collections.abc import Sequence
from datetime import datetime

from engine.definitions.source import Shape
from engine.engines.sql import Bound, quote
from engine.events.attributes import hidden, personal
from engine.events.building import TIED
from engine.events.counts import end_sql, unit_sql, utc_sql
from engine.events.mapping import nearest
from engine.events.phones import without_contacts
from engine.events.report import Place, RejectReason, SourceReport, Unmapped
from engine.events.snapshots import Snapshots
from engine.events.table import FILE, LINE, ROW, column_struct, own, sql_path
from engine.events.work import DUPLICATE, FILTERED, IGNORED, REJECTED, USED, Work

MAX_KEPT = 10_000
MAX_VALUE = 80
MASK = "***"
FIDELITY: dict[Shape, tuple[str, ...]] = {
    "events": ("stage_times", "conversion", "repeats", "marks", "outcome"),
    "milestones": ("stage_times", "conversion", "outcome"),
    "counts": ("ratios", "trends"),
}
WHY = {
    "process": "no process is named for this value",
    "no-case": "the case has no name",
    "no-activity": "the activity is empty",
    "no-time": "there is no time",
    "time": "the time cannot be read",
    "future": "the time is after the export was made",
    "impossible": "the time is before 1990 or after 2099",
    "no-counter": "the row names no counter",
    "number": "the value is no number",
    "no-value": "there is no value",
}
Understood = tuple[tuple[Unmapped, ...], float]
"""What no line of the definition speaks of, and the share of rows that is understood."""
Rejected = tuple[str, int, str, str, str | None]
"""file, line, column, code, masked value"""


def account(
    work: Work,
    shape: Shape,
    names: Sequence[str],
    paths: tuple[str, ...],
    hashes: tuple[str, ...],
    understood: Understood | None = None,
    snapshots: Snapshots | None = None,
) -> SourceReport:
    """Count everything, keep the rejected rows, and report. `understood`: what is unmapped, where it was counted."""
    counts = _counts(work)
    by_name = _mapped(work, "mapped_to = 'ignored'") if shape in ("events", "snapshot") else 0
    ignored, used = counts.get(IGNORED, 0) + by_name, counts.get("", 0) - by_name
    rejected = sum(counts.get(code, 0) for code in REJECTED) + len(work.table.misfits)
    rows = sum(counts.values()) + len(work.table.misfits)
    kept, firsts = _rejected_rows(work, counts)
    _keep(work, kept)
    unmapped, share = understood or (_unmapped(work, names) if shape in ("events", "snapshot") else ((), 1.0))
    first, last = _extent(work, shape)
    if snapshots and snapshots.taken:
        last = snapshots.taken[-1]
    source = work.source
    if rejected > MAX_KEPT:
        work.notes.append(f"{MAX_KEPT} of {rejected} rejected rows are kept in the store")
    if work.table.blank:
        work.notes.append(f"{work.table.blank} blank rows")
    return SourceReport(
        name=source.name,
        path=paths,
        sha256=hashes,
        shape=shape,
        fidelity=_fidelity(work, shape, snapshots),
        rows=rows,
        used=used,
        filtered=counts.get(FILTERED, 0),
        ignored=ignored,
        duplicates=counts.get(DUPLICATE, 0),
        rejected=rejected,
        reject_reasons=_reasons(work, counts, firsts),
        cases=0 if shape == "counts" else work.number(f"select count(*) from {work.schema}.cases"),
        events=work.number(f"select count(*) from {work.schema}.{'counts' if shape == 'counts' else 'events'}"),
        first=first,
        last=last,
        exported_at=work.limit if source.exported_at else None,
        mapped_share=share,
        unmapped=unmapped,
        taken=snapshots.taken if snapshots else (),
        vanished=snapshots.vanished if snapshots else 0,
        ties_share=_ties(work, used) if shape in ("events", "milestones") else 0.0,
        notes=tuple(dict.fromkeys((*work.table.notes, *work.notes))),
        personal=tuple(name for name, attribute in source.attributes.items() if personal(name, attribute)),
    )


def _counts(work: Work) -> dict[str, int]:
    """Rows by verdict."""
    if work.all_used:
        doubles = work.number('select count(*) from "voronka doubles"')
        rows = work.number(f"select count(*) from {work.table.sql}")
        return {"": rows - doubles, **({DUPLICATE: doubles} if doubles else {})}
    sql = f"select {own('verdict')}, count(*) from {work.rows} group by 1 order by 1"
    return {str(row[0]): int(str(row[1])) for row in work.select(sql)}


def _mapped(work: Work, condition: str) -> int:
    return work.number(f'select sum(n) from "voronka mapped" where {condition}')


def _fidelity(work: Work, shape: Shape, snapshots: Snapshots | None) -> tuple[str, ...]:
    """What a source of this shape can say; a snapshot by the dates it holds."""
    if shape == "counts":
        return FIDELITY[shape]
    if snapshots:
        declared = {"created": "age", "closed": "closing_time", "changed": "stage_entry"}
        given = [word for key, word in declared.items() if getattr(work.source, key)]
        return ("outcome", "current_stage", *given, *(["moves_between_snapshots"] if len(snapshots.taken) > 1 else []))
    whole = work.select(f"select bool_and(day_only) from {work.schema}.events")[0][0]
    return (*FIDELITY[shape], *(("whole_days",) if whole else ()))


def _rejected_rows(work: Work, counts: dict[str, int]) -> tuple[list[Rejected], dict[str, Rejected]]:
    """Rejected rows in the order of the files (at most 10,000), and the first of each reason."""
    misfits: list[Rejected] = [(m.file, m.line, m.column, m.code, None) for m in work.table.misfits]
    if not any(counts.get(code) for code in REJECTED):
        return misfits[:MAX_KEPT], _first_of_each(misfits)
    fields = f"""
            {quote(FILE)}, {quote(ROW)}, {quote(LINE)}, {own("fault column")}, {own("verdict")},
            {own("fault value")}"""
    wrong = f"{own('verdict')} not in ('', '{FILTERED}', '{IGNORED}', '{DUPLICATE}')"
    rows = work.select(f"select {fields} from {work.rows} where {wrong} order by {quote(ROW)} limit {MAX_KEPT}")
    seen = {str(row[4]) for row in rows}
    for code in REJECTED:
        if counts.get(code) and code not in seen:
            rows += work.select(
                f"select {fields} from {work.rows} where {own('verdict')} = '{code}' order by {quote(ROW)} limit 1"
            )
    lines = lines_of(work, [(int(str(row[0])), int(str(row[1])), row[2]) for row in rows])
    secret = hidden(work.source)
    found: list[Rejected] = [
        (work.table.files[int(str(row[0]))], line, str(row[3] or ""), str(row[4]), _masked(row[3], row[5], secret))
        for row, line in zip(rows, lines, strict=True)
    ]
    every = sorted([*misfits, *found], key=lambda r: (r[0], r[1], r[3]))
    return every[:MAX_KEPT], _first_of_each(every)


def _first_of_each(rows: list[Rejected]) -> dict[str, Rejected]:
    first: dict[str, Rejected] = {}
    for row in rows:
        first.setdefault(row[3], row)
    return first


def _masked(column: object, value: object, secret: frozenset[str]) -> str | None:
    """The value, unless it is of a personal column; anything in it that looks like an address or a number is hidden."""
    if value is None:
        return None
    return MASK if secret & set(str(column).split(" + ")) else without_contacts(str(value))[:MAX_VALUE]


def lines_of(work: Work, rows: list[tuple[int, int, object]]) -> list[int]:
    """The lines of rows: carried by the row itself, or looked up in the text file."""
    known: dict[tuple[int, int], int] = {}
    for number, finder in enumerate(work.table.lines):
        start = work.table.first_rows[number]
        wanted = [row - start for file, row, line in rows if file == number and line is None]
        if finder and wanted:
            known.update({(number, row + start): line for row, line in finder(wanted).items()})
    return [int(str(line)) if line is not None else known.get((file, row), 0) for file, row, line in rows]


def _reasons(work: Work, counts: dict[str, int], firsts: dict[str, Rejected]) -> tuple[RejectReason, ...]:
    misfits: dict[str, int] = {}
    for misfit in work.table.misfits:
        misfits[misfit.code] = misfits.get(misfit.code, 0) + 1
    every = {**{code: counts[code] for code in REJECTED if counts.get(code)}, **misfits}
    reasons = []
    for code, rows in sorted(every.items(), key=lambda item: (-item[1], item[0])):
        file, line, column, _, value = firsts[code]
        said = next((m.message for m in work.table.misfits if m.code == code), WHY.get(code, code))
        message = f"{file}: {said}" + (f": `{value}`" if value is not None else "")
        reasons.append(RejectReason(code=code, rows=rows, first=Place(line=line, column=column), message=message))
    return tuple(reasons)


def _keep(work: Work, rows: list[Rejected]) -> None:
    """Rejected rows in the store."""
    create = "file varchar, line bigint, column_name varchar, reason varchar, value_masked varchar"
    work.engine.execute(f"create table {work.schema}.rejected ({create})")
    if not rows:
        return
    names = ["file", "line", "column_name", "reason", "value_masked"]
    path = work.folder / "rejected.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
    bound = Bound()
    scan = f"read_json({bound(sql_path(path))}, format = 'newline_delimited', columns = {column_struct(names)})"
    work.engine.execute(f"insert into {work.schema}.rejected from {scan}", bound)


def _unmapped(work: Work, names: Sequence[str]) -> tuple[tuple[Unmapped, ...], float]:
    """Activities of rows that no line of `map` speaks of; the share of rows that are mapped or ignored by name."""
    sql = """
        select activity, sum(n)
        from "voronka mapped"
        where mapped_to is null
        group by 1
        order by 2 desc, 1"""
    rows = work.select(sql)
    lost, total = _mapped(work, "mapped_to is null"), _mapped(work, "true")
    known = list(names)
    found = tuple(
        Unmapped(
            activity=without_contacts(str(activity)), events=int(str(events)), nearest=nearest(str(activity), known)
        )
        for activity, events in rows[:200]
    )
    if len(rows) > len(found):
        work.notes.append(f"{len(rows) - len(found)} more activities are unmapped")
    return found, (total - lost) / total if total else 1.0


def _extent(work: Work, shape: Shape) -> tuple[datetime | None, datetime | None]:
    """First and last time of what was used, events ignored by name included, planned times in the future not."""
    if shape == "counts":
        return _extent_of_counts(work)
    limit = f"where not ({work.future('t')})" if work.limit else ""
    planned = ", ".join(f"{work.cells.bound(name)}::varchar" for name in _planned(work))
    happened = f" where activity not in ({planned})" if planned else ""
    seen = f"select happened_at from {work.schema}.events{happened}"
    if shape == "events" and _mapped(work, "mapped_to = 'ignored'"):
        seen += f" union all select {own('at')} from {work.rows} where {USED} and {own('ignored')}"
    sql = f"select min(t), max(t) from ({seen}) v(t) {limit}"
    first, last = work.select(sql)[0]
    return (first if isinstance(first, datetime) else None, last if isinstance(last, datetime) else None)


def _planned(work: Work) -> tuple[str, ...]:
    """Activities of times that may lie ahead: they do not show how long the log was watched."""
    source, planned = work.source, set(work.source.planned)
    milestones = [n for n, m in source.milestones.items() if planned & {n, *m.at, *(c for cs in m.else_ for c in cs)}]
    return (*milestones, *(column for name, column in source.moments.items() if planned & {name, column}))


def _extent_of_counts(work: Work) -> tuple[datetime | None, datetime | None]:
    """From the start of the first period to the end of the last, but not beyond the export."""
    start, end = (utc_sql(name, work.zone.key) for name in ("first", "ended"))
    first, last = work.select(f"""
        select min({start}), max({end})
        from (
            select min(period_start) as first, {end_sql("max(period_start)", unit_sql("period_start"))} as ended
            from {work.schema}.counts
            group by process, counter)""")[0]
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return None, None
    return first, min(last, work.limit) if work.limit else last


def _ties(work: Work, used: int) -> float:
    """Share of the events that have the time of another event of their case."""
    if work.source.milestones or work.source.moments:
        groups = f"select count(*) as n from {work.schema}.events group by case_key, happened_at"
        total = work.number(f"select count(*) from {work.schema}.events")
    else:
        groups = f"""
            select count(*) filter (not ignored and row_no not in (select row_no from "voronka doubles")) as n
            from {TIED}
            group by tie"""
        total = used
    tied = work.number(f"select coalesce(sum(n) filter (n > 1), 0) from ({groups})")
    return tied / total if total else 0.0
