"""What is known of a column before anybody says what it means: filled, unique, a time, a number, a phone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.draft import words
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.events.attributes import number
from engine.events.cells import Cells
from engine.events.forms import DETECTED, MONTHS, Form
from engine.events.table import FILE, Table
from engine.events.trouble import Desk

SAMPLE = 3000
MOSTLY = 0.9
CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_SHORT = Form("%y%m%d", lambda text: f"try_strptime({text}, '%y%m%d')", day_only=True)
FORMS = (*DETECTED, _SHORT)
_PATTERNS = (
    CLOCK,
    r"\+?[\d\s()\-]{10,18}(\.0)?",
    r"[^@\s]+@[^@\s]+\.[^@\s]+",
    r"[А-ЯЁA-Z][а-яёa-z-]+ [А-ЯЁA-Z][а-яёa-z.-]*( ?[А-ЯЁA-Z][а-яёa-z.-]*)?",
    r"(https?://|www\.).*",
)
"""What a cell may look like: a clock, a phone, a mail address, a person's name, a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an export. Shares are of its filled cells.

    `form`: how its times are written (None: it holds none); `time` is the name of the typed column beside it.
    `months`: it holds months, as totals have them.
    """

    name: str
    position: int
    filled: int
    distinct: int
    numeric: float = 0.0
    clock: float = 0.0
    phone: float = 0.0
    email: float = 0.0
    person: float = 0.0
    link: float = 0.0
    length: float = 0.0
    form: Form | None = None
    time: str = ""
    day_only: float = 0.0
    months: bool = False
    since: datetime | None = None
    until: datetime | None = None
    values: tuple[tuple[str, int], ...] = ()

    @property
    def is_time(self) -> bool:
        """Whether its cells are times."""
        return self.form is not None

    @property
    def is_clock(self) -> bool:
        """Whether its cells are clock times without a day."""
        return self.clock >= MOSTLY and not self.is_time

    def is_called(self, role: str) -> bool:
        """Whether its name speaks of a role."""
        return words.is_called(role, self.name)

    @property
    def personal(self) -> bool:
        """Whether it holds what tells a person: a phone, a mail, an address, a document."""
        phone = self.phone >= MOSTLY and not self.is_time and (self.is_called("phone") or self.length >= 11)
        return self.email >= 0.5 or phone or any(self.is_called(role) for role in ("phone", "email", "personal"))


def columns_of(
    engine: Engine, table: Table, empty: Sequence[str], relation: str, *, with_file: bool = False
) -> tuple[tuple[Column, ...], int]:
    """Make the temp table `relation` of clean texts and typed times, and look at each column of it; rows beside.

    `with_file`: it also holds which file (from 0) a row is of.
    """
    names = tuple(table.columns)
    cells = Cells(engine, Desk("draft", 0, None, []), table, empty, Bound())
    texts = {name: cells.text(name) for name in names}
    listed = ", ".join(f"{sql} as {quote(name)}" for name, sql in texts.items())
    bound = cells.used(listed)
    listed += f", {quote(FILE)}" if with_file else ""
    engine.execute(f"create or replace temp table {quote(relation)} as select {listed} from {table.sql}", bound)
    rows = int(str(engine.row(f"select count(*) from {quote(relation)}")[0]))
    found = _looked_at(engine, relation, names, rows)
    return _with_times(engine, relation, found), rows


def _looked_at(engine: Engine, relation: str, names: Sequence[str], rows: int) -> list[Column]:
    counts = ", ".join(f"count({quote(name)}), count(distinct {quote(name)})" for name in names)
    numbers = [int(str(value)) for value in engine.row(f"select {counts} from {quote(relation)}")]
    step = max(1, rows // SAMPLE)
    sample = f"(select * from {quote(relation)} where rowid % {step} = 0)"
    found = []
    for position, name in enumerate(names):
        filled, distinct = numbers[2 * position : 2 * position + 2]
        column = Column(name=name, position=position, filled=filled, distinct=distinct)
        if filled:
            column = _sampled(engine, sample if filled > SAMPLE * 4 else quote(relation), column)
        if distinct <= 200:
            column = replace(column, values=_values(engine, relation, name))
        found.append(column)
    return found


def _sampled(engine: Engine, sample: str, column: Column) -> Column:
    """Shares of the cells that look like this or that, and how times would be written."""
    cell = "cell"
    tests = [f"avg(regexp_full_match({cell}, '{pattern}')::int)" for pattern in _PATTERNS]
    plausible = [
        f"coalesce(sum((year({form.parse(cell)}) between 1900 and 2040)::int), 0) / count(*)"
        for form in (*FORMS, *MONTHS)
    ]
    query = f"""
select {", ".join(tests)},
       avg(({number(cell, None)} is not null)::int),
       avg(length({cell})),
       {", ".join(plausible)}
from (select {quote(column.name)} as cell from {sample} where {quote(column.name)} is not null)"""
    values = [float(str(value)) if value is not None else 0.0 for value in engine.row(query)]
    clock, phone, email, person, link, numeric, length, *fits = values
    column = replace(
        column, clock=clock, phone=phone, email=email, person=person, link=link, numeric=numeric, length=length
    )
    best = max(range(len(FORMS)), key=lambda n: (fits[n], -n))
    if fits[best] < MOSTLY or (_of_digits(FORMS[best]) and not column.is_called("time")):
        return replace(column, months=max(fits[len(FORMS) :]) >= MOSTLY)
    return replace(column, form=FORMS[best])


def _of_digits(form: Form) -> bool:
    """Forms that a plain number would fit too."""
    return re.fullmatch(r"(%[A-Za-z])+", form.name) is not None or "since 1970" in form.name


def _with_times(engine: Engine, relation: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Add a typed column for each column of times."""
    found = []
    for column in columns:
        if column.form is None:
            found.append(column)
            continue
        time = f"time {column.position}"
        parsed = column.form.parse(quote(column.name))
        engine.execute(f"alter table {quote(relation)} add column {quote(time)} timestamp")
        engine.execute(f"update {quote(relation)} set {quote(time)} = {parsed} where {quote(column.name)} is not null")
        query = f"""
select min({quote(time)}), max({quote(time)}), avg(({quote(time)} = date_trunc('day', {quote(time)}))::int)
from {quote(relation)}"""
        since, until, day_only = engine.row(query)
        found.append(
            replace(
                column,
                time=time,
                since=since if isinstance(since, datetime) else None,
                until=until if isinstance(until, datetime) else None,
                day_only=float(str(day_only or 0)),
            )
        )
    return tuple(found)


def _values(engine: Engine, relation: str, name: str) -> tuple[tuple[str, int], ...]:
    sql = f"""
select {quote(name)}, count(*)
from {quote(relation)}
where {quote(name)} is not null
group by 1
order by 2 desc, 1"""
    return tuple((str(value), int(str(count))) for value, count in engine.rows(sql))
