"""What the doctor looks at: the rows, the different values of every column with their counts, those that are times."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from engine.definitions.source import Source
from engine.engines.duckdb import Row
from engine.engines.sql import quote, text_literal
from engine.events.attributes import personal
from engine.events.cells import SPACES
from engine.events.report import SourceReport
from engine.events.table import FILE, INTERNAL, LINE, ROW
from engine.events.work import FILTERED, Work

ALL_UP_TO = 1_050_000
"""Rows of which every one is looked at: all that a sheet of Excel can hold."""
OTHERWISE = 100_000
"""Rows looked at of longer exports, about: drawn by the hash of their number, for rows come in patterns."""
LINES_TOLD = 5
MAX_CELL = 200
LOOKED, VALUES, TIMES, DRAWN = '"voronka looked"', '"voronka values"', '"voronka times"', '"voronka drawn"'
_CLOCK = ("", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", "T%H:%M:%S")
_DOTTED = ", ".join(f"'%d.%m.%Y{clock}'" for clock in _CLOCK)
_SLASHED = ", ".join(f"'{day}{clock}'" for day in ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y") for clock in _CLOCK)

_NO_EVENTS = """(
select 0::ubigint as case_key, '' as activity, '' as state, '' as mark, now()::timestamp as happened_at,
       false as day_only, 0 as seq
where false)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Damage in a column (or in rows as a whole): how many rows, some of them, one value.

    `rows_at`: numbers of rows, `lines`: lines where they are known already. `public`: the value is a word of the damage
    itself and no one's data, so that it may be shown whatever column it stands in.
    """

    column: str = ""
    rows: int = 1
    rows_at: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    sample: str | None = None
    public: bool = False
    file: int = 0


@dataclass(slots=True, kw_only=True)
class Exam:
    """One source under examination."""

    work: Work
    report: SourceReport
    columns: tuple[str, ...]
    looked: int = 0
    times: tuple[str, ...] = field(default=())

    @property
    def source(self) -> Source:
        """The definition of the source."""
        return self.work.source

    @property
    def events(self) -> str:
        """The events that were stored; counts have none."""
        return _NO_EVENTS if self.source.form == "counts" else f"{self.work.schema}.events"

    @property
    def mapped(self) -> str:
        """Every activity and what it was mapped to; counts have none."""
        if self.source.form == "counts":
            return "(select '' as activity, '' as mapped_to where false)"
        return f"{self.work.schema}.activities"

    def rows(self, sql: str) -> list[Row]:
        """Rows of a query over what is looked at, and over the store."""
        return self.work.engine.rows(sql)

    def one(self, sql: str) -> Row:
        """The only row of a query."""
        return self.work.engine.row(sql)

    # --- cells --------------------------------------------------------------------------------------------------

    def cells(self, test: str, columns: Collection[str] | None = None, *, public: bool = False) -> Iterator[Found]:
        """The cells that a condition holds for, by column. It speaks of `value` (as it stands), `plain` (trimmed)."""
        chosen = self.numbers(self.columns if columns is None else columns)
        if not chosen:
            return
        sql = f"""
            select column_no, sum(rows)::bigint, arg_min(plain, first_row)
            from {VALUES}
            where column_no in ({chosen}) and {test}
            group by column_no
            order by column_no"""
        for number, rows, sample in self.rows(sql):
            name = self.columns[int(str(number))]
            inside = f"select value from {VALUES} where column_no = {number} and {test}"
            found = self.rows_where(f"left({quote(name)}, {MAX_CELL}) in ({inside})")
            yield Found(column=name, rows=int(str(rows)), rows_at=found, sample=str(sample), public=public)

    def rows_where(self, test: str) -> tuple[int, ...]:
        """The numbers of the first rows that a condition on the columns holds for."""
        sql = f"select {quote(ROW)} from {LOOKED} where {test} order by 1 limit {LINES_TOLD}"
        return tuple(int(str(row[0])) for row in self.rows(sql))

    def count(self, test: str) -> int:
        """How many rows a condition on the columns holds for."""
        return int(str(self.one(f"select count(*) from {LOOKED} where {test}")[0]))

    def numbers(self, columns: Collection[str]) -> str:
        """The numbers of columns, as a list in SQL."""
        return ", ".join(str(n) for n, name in enumerate(self.columns) if name in columns)

    def signs(self, code: str) -> Iterator[Found]:
        """What was seen while the files were opened."""
        for sign in self.work.table.signs:
            if sign.diagnosis == code:
                yield Found(column=sign.column, rows=sign.rows, lines=sign.lines, sample=sign.sample, file=sign.file)

    # --- columns by what they are -------------------------------------------------------------------------------

    def declared_times(self) -> tuple[str, ...]:
        """Columns that the source reads times from."""
        return tuple(name for name in self.columns if name in self.source.times)

    def midnights(self) -> bool:
        """Whether clocks say nothing: then times are equal because hours are missing."""
        sql = f"select count(*) > 0 and bool_and(happened_at::time = time '00:00') from {self.events}"
        return bool(self.one(sql)[0])

    def people(self) -> tuple[str, ...]:
        """Columns of employees."""
        manager, actor = self.source.attributes.get("manager"), self.source.actor
        named = {manager.column if manager else "", actor.column if actor else ""}
        words = "менеджер|ответственн|исполнител|сотрудник|manager|responsible|assigned|employee"
        sql = f"select regexp_matches(lower($name), '{words}')"
        by_name = (name for name in self.columns if self.work.engine.row(sql, {"name": name})[0])
        return tuple(dict.fromkeys((*(name for name in self.columns if name in named), *by_name)))

    def repeated(self) -> tuple[str, ...]:
        """Columns of few different texts: stages, sources, products, reasons."""
        sql = f"""
            select column_no
            from {VALUES}
            group by column_no
            having count(*) <= 500 and sum(rows) >= 2 * count(*)
                and count(*) filter (regexp_matches(plain, '\\pL')) * 2 > count(*)
            order by 1"""
        return tuple(self.columns[int(str(row[0]))] for row in self.rows(sql))

    def spoken_of(self) -> tuple[str, ...]:
        """Columns that the definition names and that are nobody's personal data: their values may be shown."""
        source = self.source
        hidden = {a.column for name, a in source.attributes.items() if personal(name, a)}
        actor = (source.actor.column,) if source.actor else ()
        named = {source.activity, *source.case, *actor, *self.declared_times()}
        named |= {attribute.column for attribute in source.attributes.values()}
        return tuple(name for name in self.columns if name in named - hidden)


def exam_of(work: Work, report: SourceReport) -> Exam:
    """Look at the rows: temp tables, and which columns hold times."""
    columns = tuple(name for name in work.table.columns if name not in INTERNAL)
    exam = Exam(work=work, report=report, columns=columns)
    _make_looked(exam)
    exam.looked = int(str(exam.one(f"select count(*) from {LOOKED}")[0]))
    _make_values(exam)
    _make_times(exam)
    _draw(exam)
    return exam


def _draw(exam: Exam) -> None:
    """Of a long log, the events of some cases, drawn by their hash: several questions are asked of them."""
    if exam.report.events > ALL_UP_TO:
        exam.work.engine.execute(f"""
            create temp table {DRAWN} as
            select case_key, happened_at, day_only, seq, state
            from {exam.events}
            where case_key % {-(-exam.report.events // OTHERWISE)} = 0""")


def _make_looked(exam: Exam) -> None:
    work, rows = exam.work, exam.report.rows
    texts = ", ".join(f"{quote(name)}::varchar as {quote(name)}" for name in exam.columns)
    tests, limit, table = [], "", work.table.sql
    if rows > ALL_UP_TO and work.table.streamed and not work.table.held:
        limit = f"limit {OTHERWISE}"
    elif rows > ALL_UP_TO:
        share = -(-rows // OTHERWISE)
        if work.table.draw:
            table = work.table.draw(share)
        else:
            tests.append(f"hash({quote(ROW)}) % {share} = 0")
    if exam.report.filtered:
        verdict = quote("voronka verdict")
        tests.append(f"{quote(ROW)} not in (select {quote(ROW)} from {work.rows} where {verdict} = '{FILTERED}')")
    where = f"where {' and '.join(tests)}" if tests else ""
    work.execute(f"""
        create temp table {LOOKED} as
        select {quote(FILE)}, {quote(ROW)}, {quote(LINE)}, {texts}
        from {table}
        {where}
        {limit}""")


def _make_values(exam: Exam) -> None:
    """In one statement, which works on several columns at a time."""
    counted = "\n            union all".join(
        f"""
            select {number}, value, trim(value, {SPACES}), count(*), min(row_no)
            from (select left({quote(name)}, {MAX_CELL}) as value, {quote(ROW)} as row_no from {LOOKED})
            where trim(value, {SPACES}) <> ''
            group by value"""
        for number, name in enumerate(exam.columns)
    )
    exam.work.engine.execute(
        f"create temp table {VALUES} (column_no integer, value varchar, plain varchar, rows bigint, first_row bigint)"
    )
    exam.work.engine.execute(f"insert into {VALUES} {counted}")


def parsed(text: str) -> str:
    """SQL of a text as a local time, in the ways exports write it; null where it is none."""
    return f"""coalesce(
                case when regexp_matches({text}, '^\\d{{4}}-\\d{{2}}-\\d{{2}}([ T]|$)')
                    then try_cast(left(replace({text}, 'T', ' '), 19) as timestamp) end,
                case when regexp_matches({text}, '^\\d{{1,2}}\\.\\d{{1,2}}\\.\\d{{4}}')
                    then try_strptime({text}, [{_DOTTED}]) end,
                case when regexp_matches({text}, '^\\d{{1,2}}[/-]\\d{{1,2}}[/-]\\d{{4}}')
                    then try_strptime({text}, [{_SLASHED}]) end)"""


def _make_times(exam: Exam) -> None:
    """Values that are times, of columns where most are."""
    engine = exam.work.engine
    engine.execute(f"""
        create temp table {TIMES} as
        select column_no, plain, {parsed("plain")} as happened, rows, first_row
        from {VALUES}
        where regexp_matches(plain, '^\\d{{1,4}}[-./]\\d{{1,2}}[-./]\\d{{1,4}}')""")
    sql = f"""
        select column_no
        from {VALUES} as v
        group by column_no
        having sum(rows) <= 2 * (
            select coalesce(sum(rows), 0) from {TIMES} as t where t.column_no = v.column_no and t.happened is not null)
        order by 1"""
    exam.times = tuple(exam.columns[int(str(row[0]))] for row in exam.rows(sql))


def listed(words: Sequence[str]) -> str:
    """Texts as a list in SQL."""
    return ", ".join(text_literal(word) for word in words)
