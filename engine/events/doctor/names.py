"""Damage of names: one stage or person written in several ways, letters of two alphabets."""

from collections.abc import Iterator

from engine.events.doctor.diagnosis import diagnosis
from engine.events.doctor.exam import VALUES, Exam, Found

CYRILLIC, LATIN = "авекмнорстухёі", "abekmhopctyxei"
"""Letters that look alike, small ones; capitals are folded first."""
FOLDED = "replace(lower(plain), 'ё', 'е')"


def _written(exam: Exam, columns: tuple[str, ...], key: str, differ: str) -> Iterator[Found]:
    """Values of one key that differ otherwise: the rarer of them are the damage."""
    chosen = exam.numbers(columns)
    if not chosen:
        return
    sql = f"""
        with keyed as (
            select column_no, plain, {key} as key, {differ} as form, sum(rows) as rows, min(first_row) as first_row
            from {VALUES}
            where column_no in ({chosen})
            group by column_no, plain),
        twice as (
            select column_no, sum(rows) - max(rows) as rows, arg_min(first_row, rows) as first_row,
                string_agg(plain, ' / ' order by rows desc, plain) as written
            from keyed
            group by column_no, key
            having count(distinct form) > 1)
        select column_no, sum(rows)::bigint, min(first_row), arg_min(written, first_row)
        from twice
        group by column_no
        order by column_no"""
    for number, rows, first, sample in exam.rows(sql):
        name = exam.columns[int(str(number))]
        yield Found(column=name, rows=int(str(rows)), rows_at=(int(str(first)),), sample=str(sample))


@diagnosis(
    ru=("Одно значение написано по-разному", "Сведите написания к одному в CRM или перечислите оба в `map:`."),
    en=("One value written in several ways", "Make them one in the CRM, or list them all in `map:`."),
)
def written_two_ways(exam: Exam) -> Iterator[Found]:
    """Upper and lower case, е and ё, hyphens and blanks are all that differs."""
    people = set(exam.people())
    columns = tuple(name for name in exam.repeated() if name not in people)
    key = f"regexp_replace({FOLDED}, '[\\s\\x{{00A0}}_-]+', ' ', 'g')"
    yield from _written(exam, columns, key, "regexp_replace(plain, '\\x{00A0}+|\\s+', ' ', 'g')")


@diagnosis(
    ru=(
        "Одно название латиницей и кириллицей",
        "Буквы похожи, но разные («С» и «C»): исправьте в CRM или впишите в `map:`.",
    ),
    en=(
        "One name in Latin and in Cyrillic letters",
        "They look alike and differ: correct them, or list both in `map:`.",
    ),
)
def two_alphabets(exam: Exam) -> Iterator[Found]:
    """Equal once letters that look alike are taken for one; or both alphabets within one word."""
    key = f"translate({FOLDED}, '{CYRILLIC}', '{LATIN}')"
    yield from _written(exam, exam.repeated(), key, FOLDED)


@diagnosis(
    ru=("Один человек записан по-разному", "Сведите имена к одному: иначе его показатели делятся на двоих."),
    en=("One person written in several ways", "Make the names one: else the numbers of one are those of two."),
)
def people_two_ways(exam: Exam) -> Iterator[Found]:
    """Equal words in any order, or one surname with initials that fit: `Иванова Анна`, `иванова а.`, `А. Иванова`."""
    chosen = exam.numbers(exam.people())
    if not chosen:
        return
    words = f"list_filter(regexp_split_to_array({FOLDED}, '[^\\pL\\pN]+'), lambda word: word <> '')"
    sql = f"""
        with split as (
            select column_no, plain, sum(rows) as rows, min(first_row) as first_row, {words} as words
            from {VALUES}
            where column_no in ({chosen}) and regexp_matches(plain, '\\pL')
            group by column_no, plain),
        names as (
            select *, list_filter(words, lambda word: length(word) > 1)[1] as surname, words[2:] as others
            from split
            qualify count(*) over (partition by column_no) <= 2000),
        pairs as (
            select a.column_no, a.plain as first_name, b.plain as second_name, least(a.rows, b.rows) as rows,
                case when a.rows < b.rows then a.first_row else b.first_row end as first_row
            from names as a join names as b on a.column_no = b.column_no and a.plain < b.plain
            where len(a.words) > 0
                and regexp_replace(a.plain, '[\\s\\x{{00A0}}]+', ' ', 'g')
                    <> regexp_replace(b.plain, '[\\s\\x{{00A0}}]+', ' ', 'g')
                and (list_sort(a.words) = list_sort(b.words)
                    or (a.surname = b.surname and a.words[1] = a.surname and b.words[1] = b.surname
                        and len(a.others) > 0 and len(b.others) > 0
                        and (a.others[1] = b.others[1]
                            or (regexp_full_match(a.others[1], '\\pL') and starts_with(b.others[1], a.others[1]))
                            or (regexp_full_match(b.others[1], '\\pL') and starts_with(a.others[1], b.others[1])))
                        and (length(a.others[1]) = 1 or length(b.others[1]) = 1 or len(a.others) <> len(b.others)))))
        select column_no, sum(rows)::bigint, min(first_row), arg_min(first_name || ' / ' || second_name, first_row)
        from pairs
        group by column_no
        order by column_no"""
    for number, rows, first, sample in exam.rows(sql):
        name, at = exam.columns[int(str(number))], (int(str(first)),)
        yield Found(column=name, rows=int(str(rows)), rows_at=at, sample=str(sample))
