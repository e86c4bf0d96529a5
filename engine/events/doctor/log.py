"""Damage of the whole log: a history that was lost, a mass import, a stage that was renamed midway."""

from collections.abc import Iterator

from engine.events.doctor.diagnosis import diagnosis
from engine.events.doctor.exam import ALL_UP_TO, DRAWN, Exam, Found

CASES = 20
SPAN_DAYS, APART_DAYS = 30, 28


def _log(exam: Exam) -> str:
    """Events that put a case into a state; of a long log those of some cases."""
    events = DRAWN if exam.report.events > ALL_UP_TO else exam.events
    return f"(from {events} where state is not null)"


@diagnosis(
    ru=(
        "История потеряна: этапы сменились в один момент",
        "Так бывает после переноса в другую CRM. Времени между этапами по этим обращениям нет: исключите их.",
    ),
    en=(
        "The history is lost: stages changed at one moment",
        "That is what moving to another CRM leaves. Between stages of these cases there is no time: leave them out.",
    ),
)
def lost_history(exam: Exam) -> Iterator[Found]:
    """Half of the cases of several states have all of them at one time; or half of all changes fall on one day."""
    sql = f"""
        with spans as (
            select case_key, count(*) as n, min(happened_at) as first, max(happened_at) as last,
                bool_or(day_only) as days
            from {_log(exam)}
            group by case_key)
        select count(*) filter (n > 1), count(*) filter (n > 1 and first = last and not days)
        from spans"""
    several, at_once = (int(str(value)) for value in exam.one(sql))
    if at_once >= CASES and 2 * at_once >= several:
        yield Found(rows=at_once)
        return
    sql = f"""
        with changes as (
            select happened_at::date as day
            from {_log(exam)}
            qualify row_number() over (partition by case_key order by happened_at, seq) > 1),
        days as (
            select day, count(*) as n
            from changes
            group by day)
        select coalesce(max(n), 0), coalesce(sum(n), 0), arg_max(day, n),
            (select coalesce(date_diff('day', min(happened_at), max(happened_at)), 0) from {_log(exam)})
        from days"""
    most, every, day, span = exam.one(sql)
    if int(str(most)) >= CASES and 2 * int(str(most)) >= int(str(every)) and int(str(span)) >= SPAN_DAYS:
        yield Found(rows=int(str(most)), sample=str(day), public=True)


@diagnosis(
    ru=(
        "Обращения загружены разом",
        "Время их создания — время загрузки, а не обращения клиента: найдите столбец с настоящей датой.",
    ),
    en=(
        "Cases were loaded at once",
        "Their time of creation is that of the loading, not of the client: find the column with the true date.",
    ),
)
def mass_import(exam: Exam) -> Iterator[Found]:
    """A fifth of the cases, 20 or more, begin within one minute of a log of a month or longer."""
    sql = f"""
        with starts as (
            select date_trunc('minute', min(happened_at)) as minute
            from {_log(exam)}
            group by case_key
            having not bool_or(day_only)),
        minutes as (
            select minute, count(*) as n
            from starts
            where minute <> date_trunc('day', minute)
            group by minute)
        select coalesce(max(n), 0), arg_max(minute, n), (select count(*) from starts),
            (select coalesce(date_diff('day', min(minute), max(minute)), 0) from starts)
        from minutes"""
    most, minute, every, span = exam.one(sql)
    if int(str(most)) >= CASES and 5 * int(str(most)) >= int(str(every)) and int(str(span)) >= SPAN_DAYS:
        yield Found(rows=int(str(most)), sample=str(minute), public=True)


@diagnosis(
    ru=(
        "Этап переименован: один кончается, когда начинается другой",
        "Если это один этап, отнесите оба названия к нему в `map:`.",
    ),
    en=(
        "A stage renamed: one ends as another begins",
        "Where they are one stage, map both names to it in `map:`.",
    ),
)
def renamed_stage(exam: Exam) -> Iterator[Found]:
    """Two activities that never meet, each a month from an end of the log, as frequent as each other, others go on."""
    sql = f"""
        with seen as (
            select activity, min(happened_at) as first, max(happened_at) as last, count(*) as n,
                count(*) / greatest(date_diff('day', min(happened_at), max(happened_at)), 1) as a_day
            from {exam.events}
            group by activity),
        points as (
            select activity, min(mapped_to) as point
            from {exam.mapped}
            group by activity),
        spans as (
            select *
            from seen
            left join points using (activity)),
        whole as (
            select min(first) as first, max(last) as last
            from spans)
        select a.activity, b.activity, b.n
        from spans as a, spans as b, whole
        where a.last <= b.first and a.n >= 10 and b.n >= 10
            and a.last + interval {APART_DAYS} days <= whole.last
            and b.first >= whole.first + interval {APART_DAYS} days
            and date_diff('day', a.last, b.first) <= 14
            and date_diff('day', whole.first, a.first) <= {APART_DAYS}
            and date_diff('day', b.last, whole.last) <= {APART_DAYS}
            and a.a_day between b.a_day / 3 and b.a_day * 3
            and exists (
                select 1
                from spans as other
                where other.first <= a.last - interval {APART_DAYS} days
                    and other.last >= b.first + interval {APART_DAYS} days)
            and (a.point is distinct from b.point or a.point is null)
        order by b.n desc, 1, 2
        limit 5"""
    for before, after, rows in exam.rows(sql):
        yield Found(column=exam.source.activity or "", rows=int(str(rows)), sample=f"{before} / {after}")
