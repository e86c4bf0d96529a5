"""Damage of times: day and month swapped, numbers of Excel, zones mixed, midnights, ends before beginnings."""

from collections.abc import Iterator
from datetime import datetime

from engine.engines.sql import quote, text_literal
from engine.events.cells import SPACES
from engine.events.doctor.diagnosis import diagnosis
from engine.events.doctor.exam import TIMES, Exam, Found, parsed

CREATED = (
    r"(?i)(created|created_at|createdate|create_date|date_create|created_time|add_time"
    r"|создан[ао]?|дата создания.*|дата обращения|дата заявки)"
)
CLOSED = (
    r"(?i)(closed|closed_at|closedate|close_date|date_closed|close_time|won_time|lost_time"
    r"|закрыт[ао]?|дата закрытия.*|дата завершения)"
)
ZONE = r":\d{2}([.,]\d+)? ?(Z|[+-]\d{2}(:?\d{2})?)$"
DAYS, MONTHS = 20, 4
MIDNIGHTS, AT_LEAST = 0.5, 20
SILENT_DAYS = 3


@diagnosis(
    ru=(
        "День и месяц перепутаны",
        "Выгрузите заново или укажите `format:`; если даты уже испорчены в Excel, их не восстановить.",
    ),
    en=(
        "Day and month swapped",
        "Export again, or declare `format:`; where Excel has changed the dates already, they cannot be restored.",
    ),
)
def day_month_swapped(exam: Exam) -> Iterator[Found]:
    """No day after the 12th among 20 dates of four months; or all of them in one of two ways of writing."""
    sql = f"""
        with dates as (
            select column_no, plain like '____-%' as iso, happened::date as day, plain, first_row, rows
            from {TIMES}
            where happened is not null and year(happened) between 1990 and 2100),
        ways as (
            select column_no, iso, max(day(day)) as latest, min(day(day)) as earliest, count(distinct day) as days,
                count(distinct day(day)) as different, count(distinct month(day)) as months, sum(rows)::bigint as rows,
                arg_min(plain, first_row) as sample, min(first_row) as first_row
            from dates
            group by column_no, iso)
        select w.column_no, w.rows, w.sample, w.first_row
        from ways as w left join ways as other on other.column_no = w.column_no and other.iso <> w.iso
        where w.latest <= 12 and w.different >= 6 and w.months >= {MONTHS} and w.days >= {DAYS}
            and (other.column_no is null or other.earliest > 12)
        order by 1"""
    for number, rows, sample, first in exam.rows(sql):
        name, at = exam.columns[int(str(number))], int(str(first))
        yield Found(column=name, rows=int(str(rows)), rows_at=(at,), sample=str(sample))


@diagnosis(
    ru=(
        "Вместо дат — номера дней Excel (46054,43)",
        "Если весь столбец такой, он прочитан; иначе выгрузите даты датами.",
    ),
    en=("Day numbers of Excel in place of dates (46054.43)", "A whole column is read; else export dates as dates."),
)
def excel_serials(exam: Exam) -> Iterator[Found]:
    """Numbers from 20,000 to 79,999 in a column that times are read from."""
    yield from exam.cells(r"regexp_full_match(plain, '[2-7]\d{4}([.,]\d+)?')", exam.declared_times())


@diagnosis(
    ru=(
        "Разные часовые пояса в одном столбце",
        "Выгрузите время в одном поясе: строки без пояса не с чем сопоставить.",
    ),
    en=("Time zones mixed in one column", "Export times of one zone: a row without one can be any hour."),
)
def mixed_zones(exam: Exam) -> Iterator[Found]:
    """Some times with an offset and some without, or `Z` beside other offsets."""
    zone = f"regexp_extract(plain, '{ZONE}', 2)"
    sql = f"""
        with zoned as (
            select column_no, {zone} as zone, plain, rows, first_row
            from {TIMES}
            where contains(plain, ':'))
        select column_no, sum(rows) filter (zone = ''), sum(rows) filter (zone = 'Z'), sum(rows),
            arg_min(plain, first_row) filter (zone = ''), arg_min(plain, first_row) filter (zone = 'Z')
        from zoned
        group by column_no
        having count(distinct zone in ('', 'Z')) > 1 or count(distinct zone) filter (zone in ('', 'Z')) > 1
        order by 1"""
    for number, naive, universal, _, bare, at_zero in exam.rows(sql):
        name, rows = exam.columns[int(str(number))], int(str(naive or universal))
        test = f"({quote(name)} = {text_literal(str(bare if naive else at_zero))})"
        yield Found(column=name, rows=rows, rows_at=exam.rows_where(test), sample=str(bare if naive else at_zero))


@diagnosis(
    ru=(
        "Время всегда 00:00: часов и минут в выгрузке нет",
        "Скорость реакции по таким строкам не измерить: выгрузите дату вместе со временем.",
    ),
    en=(
        "All times are midnight: hours and minutes are missing",
        "How fast anyone answers cannot be told from them: export the time with the date.",
    ),
)
def midnight_only(exam: Exam) -> Iterator[Found]:
    """Half of the times of a column, 20 or more, stand at 00:00 exactly. Dates without a clock are another thing."""
    dates = {a.column for a in exam.source.attributes.values() if a.type == "date"}
    sql = f"""
        select column_no, sum(rows) filter (happened = date_trunc('day', happened))::bigint as midnights
        from {TIMES}
        where happened is not null and contains(plain, ':') and year(happened) between 1990 and 2100
        group by column_no
        having midnights >= {AT_LEAST} and midnights >= {MIDNIGHTS} * sum(rows)
        order by 1"""
    for number, rows in exam.rows(sql):
        name = exam.columns[int(str(number))]
        if name not in dates:
            yield Found(column=name, rows=int(str(rows)))


@diagnosis(
    ru=("Закрыто раньше, чем создано", "Сроки таких обращений не считаются. Узнайте, кто и зачем меняет эти даты."),
    en=("Closed before it was created", "Such cases have no duration. Find out who changes these dates, and why."),
)
def closed_before_created(exam: Exam) -> Iterator[Found]:
    """Two columns by what the definition or their names say; a date without a clock is compared as a date."""
    for created in _called(exam, CREATED, exam.source.created, final=False):
        for closed in _called(exam, CLOSED, exam.source.closed, final=True):
            a, b = (f"trim({quote(name)}, {SPACES})" for name in (created, closed))
            whole = f"not (contains({a}, ':') and contains({b}, ':'))"
            earlier = (
                f"case when {whole} then ({parsed(b)})::date < ({parsed(a)})::date else {parsed(b)} < {parsed(a)} end"
            )
            usual = f"year({parsed(b)}) between 1990 and 2100"
            test = f"{earlier} and {usual}"
            count = exam.count(test)
            if count:
                yield Found(column=closed, rows=count, rows_at=exam.rows_where(test))


def _called(exam: Exam, words: str, declared: tuple[str, ...], *, final: bool) -> list[str]:
    """Columns of beginnings (ends): declared, by their name, or milestones of a first (final) state."""
    states = {state.name for p in exam.work.processes for state in p.states if state.final and final}
    states |= {p.initial for p in exam.work.processes if p.initial and not final}
    stones = {m.at[0] for name, m in exam.source.milestones.items() if name in states and len(m.at) == 1}
    by_name = exam.rows(
        f"select c from (select unnest([{_texts(exam.times)}]) as c) where regexp_full_match(c, '{words}')"
    )
    named = {str(row[0]) for row in by_name} | stones | (set(declared) if len(declared) == 1 else set())
    return [name for name in exam.times if name in named]


def _texts(names: tuple[str, ...]) -> str:
    return ", ".join(text_literal(name) for name in names) or "null::varchar"


@diagnosis(
    ru=("Время после выгрузки", "Такие строки отклонены. Плановые даты назовите в `planned:`."),
    en=("Times after the export was made", "Such rows are rejected. Name dates that are plans in `planned:`."),
)
def future_dates(exam: Exam) -> Iterator[Found]:
    """Rows rejected because their time is still to come."""
    for reason in exam.report.reject_reasons:
        if reason.code == "future":
            yield Found(column=reason.first.column, rows=reason.rows, lines=(reason.first.line,))


@diagnosis(
    ru=("Данные кончаются задолго до дня выгрузки", "Проверьте период и фильтры выгрузки: последних дней в ней нет."),
    en=("The data end long before the day of the export", "See its period and filters: the last days are missing."),
)
def ends_early(exam: Exam) -> Iterator[Found]:
    """Three days of silence or more, over three times as long as ever before."""
    last, exported = exam.report.last, exam.report.exported_at
    if not (isinstance(last, datetime) and exported):
        return
    silent = (exported - last).total_seconds() / 86400
    sql = f"""
        select count(*), max(date_diff('day', before, day))
        from (
            select day, lag(day) over (order by day) as before
            from (select distinct happened_at::date as day from {exam.events}))"""
    days, longest = exam.one(sql)
    if int(str(days)) >= 10 and silent >= SILENT_DAYS and silent > 3 * int(str(longest or 1)):
        yield Found(rows=0, sample=f"{last:%Y-%m-%d}", public=True)


@diagnosis(
    ru=("Много событий с одинаковым временем", "Их порядок взят по процессу. Выгрузите время с секундами."),
    en=("Many events of equal time", "Their order follows the process. Export times with seconds."),
)
def equal_times(exam: Exam) -> Iterator[Found]:
    """A fifth of the events share their time with another of their case, though times have a clock."""
    report = exam.report
    if report.ties_share >= 0.2 and "whole_days" not in report.fidelity and not exam.midnights():
        yield Found(rows=round(report.ties_share * report.events))
