"""Damage of the table as a whole: its header, rows that are no rows, columns that say nothing, an end too early."""

import re
from collections.abc import Iterator

from engine.engines.sql import quote, text_literal
from engine.events.doctor.diagnosis import diagnosis
from engine.events.doctor.exam import LINES_TOLD, Exam, Found
from engine.events.table import FILE, own
from engine.events.work import DUPLICATE

TOTAL = r"(?i)(итого|всего|итог|общий итог|промежуточный итог|total|grand total|subtotal)([ :].*)?"
LIMITS = (1_000, 5_000, 10_000, 50_000, 65_535, 65_536, 100_000, 1_048_575, 1_048_576)
LIKE_DATA = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{4}.*|[-+]?\d+([.,]\d+)?")
ROUND = 500
NEARLY_ALL = 0.97
AT_LEAST = 50


@diagnosis(
    ru=(
        "Над названиями столбцов есть другие строки",
        "Они пропущены. Если строка названий определена неверно, укажите `header:` (номер строки).",
    ),
    en=(
        "Rows above the names of the columns",
        "They are left out. Where the wrong row was taken for the names, declare `header:` (its number).",
    ),
)
def merged_header(exam: Exam) -> Iterator[Found]:
    """A title of the report, cells merged over groups of columns."""
    return exam.signs("merged-header")


@diagnosis(
    ru=("Нет строки с названиями столбцов", "Укажите `header: 0`: столбцы получат имена `column 1`, `column 2`."),
    en=("No row with the names of the columns", "Declare `header: 0`: columns are then called `column 1`, `column 2`."),
)
def no_header(exam: Exam) -> Iterator[Found]:
    """Names that look like data; many of them are a sheet with a column for each day, which is none."""
    like = [name for name in exam.columns if LIKE_DATA.fullmatch(name)]
    if like and len(like) <= max(3, len(exam.columns) // 2):
        yield Found(column=like[0], rows=len(like), lines=(1,))


@diagnosis(
    ru=("Два столбца с одним названием", "Второй назван с номером (`Источник 2`): проверьте, какой из них нужен."),
    en=("Two columns of one name", "The second has a number behind its name (`Source 2`): see which one is meant."),
)
def two_names(exam: Exam) -> Iterator[Found]:
    """Upper and lower case do not tell columns apart."""
    return exam.signs("two-names")


@diagnosis(
    ru=("Часть дат в столбце потеряла формат", "Числа прочитаны как даты Excel; проверьте первую из этих строк."),
    en=("Some dates of a column lost their format", "The numbers are read as dates of Excel; check the first of them."),
)
def serial_dates(exam: Exam) -> Iterator[Found]:
    """Dates and plain numbers in one column of a workbook."""
    return exam.signs("serial-dates")


@diagnosis(
    ru=("Пустые строки внутри таблицы", "Они не учтены. Проверьте, не потеряны ли в этих местах данные."),
    en=("Blank rows within the table", "They are not counted. See whether data were lost there."),
)
def blank_rows(exam: Exam) -> Iterator[Found]:
    """Rows without any value, delimiters alone."""
    if exam.work.table.blank:
        yield Found(rows=exam.work.table.blank)


@diagnosis(
    ru=(
        "Строки другой ширины: данные сдвинуты",
        "Они отклонены. Чаще всего разделитель или перенос строки стоит внутри текста без кавычек.",
    ),
    en=(
        "Rows of another width: their data are shifted",
        "They are rejected. Most often a delimiter or a line break stands in a text without quotation marks.",
    ),
)
def ragged_rows(exam: Exam) -> Iterator[Found]:
    """Rows with too few or too many cells, or a quotation mark that is not closed."""
    found = [m for m in exam.work.table.misfits if m.code not in ("broken-json", "no-object")]
    if found:
        file = exam.work.table.files.index(found[0].file) if found[0].file in exam.work.table.files else 0
        yield Found(rows=len(found), lines=tuple(m.line for m in found[:LINES_TOLD]), file=file)


@diagnosis(
    ru=(
        "Одинаковые строки",
        "Каждая учтена один раз. Если это разные события, добавьте в выгрузку их время или номер.",
    ),
    en=("Equal rows", "Each counts once. Where they are different events, export their time or number too."),
)
def duplicate_rows(exam: Exam) -> Iterator[Found]:
    """Rows that say the same in every column, or that a later file replaces."""
    if exam.report.duplicates:
        sql = f"""
            select "voronka row"
            from {exam.work.rows}
            where {own("verdict")} = '{DUPLICATE}'
            order by 1
            limit {LINES_TOLD}"""
        found = tuple(int(str(row[0])) for row in exam.work.select(sql))
        yield Found(rows=exam.report.duplicates, rows_at=found)


@diagnosis(
    ru=("Названия столбцов повторяются среди данных", "Склеены несколько выгрузок: уберите лишние строки названий."),
    en=(
        "The names of the columns again among the data",
        "Several exports were put together: remove the other headers.",
    ),
)
def repeated_header(exam: Exam) -> Iterator[Found]:
    """Rows where at least two cells, and half of them, hold the name of their own column."""
    same = " + ".join(f"coalesce(({quote(name)} = {text_literal(name)})::integer, 0)" for name in exam.columns)
    test = f"({same}) >= {max(2, -(-len(exam.columns) // 2))}"
    count = exam.count(test) if len(exam.columns) > 1 else 0
    if count:
        yield Found(rows=count, rows_at=exam.rows_where(test))


@diagnosis(
    ru=("Строки «Итого» среди данных", "Исключите их в `where:` или выгрузите без итогов."),
    en=("Rows of totals among the data", "Leave them out by `where:`, or export without totals."),
)
def total_rows(exam: Exam) -> Iterator[Found]:
    """A cell that says total, in a row where a third of the cells is empty."""
    for found in exam.cells(f"regexp_full_match(plain, '{TOTAL}')", public=True):
        empty = " + ".join(f"({quote(name)} is null)::integer" for name in exam.columns)
        test = f"regexp_full_match(trim({quote(found.column)}), '{TOTAL}') and 3 * ({empty}) >= {len(exam.columns)}"
        count = exam.count(test)
        if count:
            at = exam.rows_where(test)
            yield Found(column=found.column, rows=count, rows_at=at, sample=found.sample, public=True)


@diagnosis(
    ru=(
        "В столбце почти всегда одно и то же",
        "Сравнивать по нему нечего. Проверьте, заполняют ли его люди, или это значение по умолчанию.",
    ),
    en=(
        "A column with one value in nearly all rows",
        "Nothing can be compared by it. Is it filled in by people, or is that a default?",
    ),
)
def one_value(exam: Exam) -> Iterator[Found]:
    """Columns that the definition reads; at least 97 of 100 rows, of 50 or more."""
    columns = [a.column for a in exam.source.attributes.values()] + [exam.source.activity or ""]
    shown = set(exam.spoken_of()) & set(columns)
    if exam.looked >= AT_LEAST and shown:
        yield from exam.cells(f"rows >= {NEARLY_ALL * exam.looked}", shown)


@diagnosis(
    ru=(
        "Похоже, выгрузка оборвана",
        "Строк ровно столько, сколько разрешает выгрузка, или файл кончается посреди строки: выгружайте по месяцам.",
    ),
    en=(
        "The export seems to be cut off",
        "It has exactly as many rows as an export may have, or ends within a row: export month by month.",
    ),
)
def truncated(exam: Exam) -> Iterator[Found]:
    """Exactly 1,000, 5,000, 10,000, 65,536 ... rows; a whole number of 500 that ends earlier than any other day."""
    yield from exam.signs("truncated")
    for file, rows in _rows_of_files(exam):
        if rows in LIMITS or (rows and rows % ROUND == 0 and _ends_mid_day(exam)):
            yield Found(rows=rows, file=file)


def _rows_of_files(exam: Exam) -> list[tuple[int, int]]:
    table = exam.work.table
    if len(table.files) == 1:
        return [(0, exam.report.rows + table.blank)]
    if exam.looked < exam.report.rows - exam.report.filtered:  # a sample tells no number of rows
        return []
    rows = exam.work.select(f"select {quote(FILE)}, count(*) from {table.sql} group by 1 order by 1")
    return [(int(str(file)), int(str(count))) for file, count in rows]


def _ends_mid_day(exam: Exam) -> bool:
    sql = f"""
        with days as (
            select happened_at::date as day, max(happened_at::time) as ends
            from {exam.events}
            where not day_only
            group by 1)
        select count(*) > 10
            and arg_max(ends, day) < (select min(ends) from days where day < (select max(day) from days))
        from days"""
    return bool(exam.one(sql)[0])


@diagnosis(
    ru=(
        "Одно обращение в нескольких строках",
        "Учтены все строки. Если строка — это изменение, опишите её как `events`.",
    ),
    en=("One case in several rows", "All of them count. Where a row is a change, describe the source as `events`."),
)
def case_twice(exam: Exam) -> Iterator[Found]:
    """Shape milestones, where a row is a case."""
    if exam.report.shape != "milestones":
        return
    sql = f"""
        select sum(n - 1)::bigint
        from (
            select count(*) as n
            from {exam.work.rows}
            where {own("used")}
            group by {own("process")}, {own("key")}
            having count(*) > 1)"""
    count = int(str(exam.work.select(sql)[0][0] or 0))
    if count:
        yield Found(rows=count)
