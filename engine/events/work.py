"""What the import of one source works with, and the parts of a row that both shapes share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.definitions.joining import Key
from engine.definitions.process import Process
from engine.definitions.source import Source
from engine.engines.duckdb import Engine, Row
from engine.engines.sql import quote, text_literal
from engine.events.attributes import Taken, hidden, phone_columns, pseudonym, taken
from engine.events.cells import Cells
from engine.events.phones import first_number, without_contacts
from engine.events.stamps import Clock, Stamp
from engine.events.table import FILE, INTERNAL, LINE, ROW, Table, own, time_of
from engine.events.trouble import Desk

DUPLICATE, FILTERED, IGNORED = "duplicate", "filtered", "ignored"
USED = own("used")
REJECTED = (
    *("process", "no-case", "no-activity", "no-time", "time", "future", "impossible"),
    *("no-counter", "number", "no-value"),
)


@dataclass(slots=True, kw_only=True)
class Work:
    """One source on its way into the store."""

    engine: Engine
    desk: Desk
    source: Source
    salt: str
    keys: tuple[Key, ...]
    zone: ZoneInfo
    processes: tuple[Process, ...]
    table: Table
    cells: Cells
    clock: Clock
    limit: datetime | None
    folder: Path
    notes: list[str] = field(default_factory=list)
    rows: str = ""
    all_used: bool = False
    blank_ends: frozenset[str] = frozenset()
    judged: Callable[[str], str] | None = None
    case: str = ""

    @property
    def schema(self) -> str:
        """The quoted schema of the source in the store."""
        return quote(f"source:{self.source.name}")

    def select(self, sql: str) -> list[Row]:
        """Rows of a query over `rows`."""
        return self.cells.rows(sql)

    def number(self, sql: str) -> int:
        """The one whole number a query gives."""
        return int(str(self.select(sql)[0][0] or 0))

    def execute(self, sql: str) -> None:
        """Run a statement over `rows`."""
        self.engine.execute(sql, self.cells.used(sql))

    def of_cases(self, keys: str) -> str:
        """`rows` of the cases whose keys a query gives; read anew, those of others are left before they are judged."""
        if self.judged is None:
            return f"(from {self.rows} where {own('key')} in ({keys}))"
        return self.judged(f"(from {self.table.sql} where hash({self.case}) in ({keys}))")

    def of_numbers(self, numbers: str) -> str:
        """`rows` whose numbers a query gives; read anew, no other row is looked at."""
        if self.judged is None or self.table.pick is None:
            return f"(from {self.rows} where {quote(ROW)} in ({numbers}))"
        return self.judged(self.table.pick(numbers))

    def future(self, at: str) -> str:
        """SQL: a time after the export was made."""
        return f"{at} > timestamp '{self.limit.isoformat(' ')}'" if self.limit else "false"

    def is_mark(self, name: str) -> bool:
        """Whether a moment or milestone is a mark: a process or a line of `map` calls it so."""
        by_process = any(mark.name == name for process in self.processes for mark in process.marks)
        return by_process or any(line.mark == name for line in self.source.map)


def attributes_of(work: Work) -> tuple[Taken, ...]:
    """The attributes of the source as SQL, in the order they are written."""
    named = work.source.attributes.items()
    found = tuple(taken(work.cells, work.clock, work.source, name, attribute) for name, attribute in named)
    for name, attribute in named:
        if attribute.take == "each" and name != "manager":
            work.notes.append(
                f"attribute `{name}`: only `manager` is kept with each event; the case has its last value"
            )
    if not work.desk.problems:
        _note_unread(work, found)
    return found


def _note_unread(work: Work, attributes: Sequence[Taken]) -> None:
    """Note values of attributes that are not of their type: they are left empty."""
    typed = [a for a in attributes if a.type != "text" and a.sql != a.raw]
    if not typed or work.table.streamed:
        return
    wrong = [f"{a.raw} is not null and ({a.sql}) is null" for a in typed]
    counts = ", ".join(
        f"count(*) filter ({test}), min({a.raw}) filter ({test})" for a, test in zip(typed, wrong, strict=True)
    )
    row = work.select(f"select {counts} from {work.table.sql}")[0]
    for number, attribute in enumerate(typed):
        count, sample = row[2 * number], row[2 * number + 1]
        if count:
            shown = "" if attribute.personal else f", e.g. `{without_contacts(str(sample))[:40]}`"
            work.notes.append(f"attribute `{attribute.name}`: {count} values are no {attribute.type}{shown}")


def process_sql(work: Work) -> str:
    """SQL of the process of a row; null where none is named for it."""
    process = work.source.process
    if process is None and work.source.link is not None:
        return "''::varchar"  # that of the case it will join
    if process is None and work.source.continues is not None:
        return f"{work.cells.bound(work.source.continues.process)}::varchar"
    if process is None:
        work.desk.says("missing-key", "key `process` is missing")
        return "null::varchar"
    if process.name is not None:
        return f"{work.cells.bound(process.name)}::varchar"
    if process.column is None:
        work.desk.says("missing-key", "`process` needs a name, or `column` and `is`", at=("process",))
        return "null::varchar"
    cell = work.cells.text(process.column, "process", "column")
    branches = " ".join(
        f"when {cell} = {work.cells.bound(value)} then {work.cells.bound(name)}::varchar"
        for value, name in process.is_.items()
    )
    return f"case {branches} end" if branches else "null::varchar"


def case_sql(work: Work, columns: Sequence[str]) -> str:
    """SQL of the name of the case: its columns joined by `/`, personal ones as pseudonyms."""
    secret, phones = hidden(work.source), phone_columns(work.source)
    texts = []
    for number, column in enumerate(columns):
        text = work.cells.text(column, "case", *((number,) if len(columns) > 1 else ()))
        if column in phones:
            text = f"coalesce({first_number(text)}, {text})"
        if column in secret:
            text = pseudonym(text, f"{work.cells.bound(work.salt)}::varchar")
            work.notes.append(f"`{column}` is personal: case names hold a pseudonym of it")
        texts.append(text)
    return " || '/' || ".join(f"({text})" for text in texts)


def other_process(work: Work) -> str:
    """The verdict of rows of no process that is named."""
    process = work.source.process
    return IGNORED if process and process.other == "ignore" else "process"


def row_hash(table: Table) -> str:
    """SQL of a hash of everything the files say in a row."""
    names = [name for name in table.columns if name not in INTERNAL]
    return f"hash({', '.join(time_of(name) if name in table.times else quote(name) for name in names)})"


def places() -> str:
    """The columns that say where a row stands."""
    return f"{quote(FILE)}, {quote(ROW)}, {quote(LINE)}"


def chosen(branches: Sequence[tuple[str, str]], last: str) -> str:
    """A `case` of (condition, SQL of the value) pairs."""
    lines = "\n                ".join(f"when {condition} then {value}" for condition, value in branches)
    return f"case\n                {lines}\n                else {last}\n            end"


def verdicts(branches: Sequence[tuple[str, str]]) -> str:
    """SQL of the verdict of a row: the first condition that holds, else nothing is wrong with it."""
    return chosen([(condition, text_literal(code)) for condition, code in branches], "''")


def count_doubts(work: Work, stamps: Sequence[Stamp]) -> None:
    """Note local times that happened twice or never."""
    for stamp in stamps:
        test = work.clock.doubts(stamp)
        count = work.number(f"select count(*) filter ({test}) from {work.table.sql}") if test else 0
        if count:
            name = " + ".join(stamp.columns)
            work.notes.append(
                f"`{name}`: {count} times in an hour that the clock change repeats or skips, read as before it"
            )
