"""Damage that one cell shows: letters of a wrong encoding, words in place of nothing, errors of formulas, floats."""

from collections.abc import Iterator

from engine.events.doctor.diagnosis import diagnosis
from engine.events.doctor.exam import Exam, Found, listed

UTF8_AS_CP1251 = r"([РС][ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ\x{00A0}ЎўЈ¤Ґ¦§Ё©Є«¬\x{00AD}®Ї°±Ііґµ¶·ё№є»јЅѕї]){2}"
UTF8_AS_LATIN = r"([ÐÑ][\x{0080}-\x{00BF}\x{0152}-\x{0178}\x{2013}-\x{2122}]){2}"
CP1251_AS_LATIN = r"[\x{00C0}-\x{00FF}]{4}"
NOTHING = ("null", "none", "nil", "nan", "n/a", "undefined", "\\n", "(null)", "<null>", "[null]")
NOTHING_GUID = "00000000-0000-0000-0000-000000000000"
FORMULAS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
FORMULAS_RU = ("#ССЫЛКА!", "#Н/Д", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!")
DEFAULTS = (
    r"^(1970-01-01|0?1[./]0?1[./]1970|1900-01-0[01]|0?[01][./]0?1[./]1900|1899-12-3[01]|3[01]\.12\.1899"
    r"|0001-01-01|01\.01\.0001|0000-00-00|00\.00\.0000|9999-12-31|31\.12\.9999)"
)
TEST = (
    r"(?i)(тест|тестов(ый|ая|ое|ые)|test|testing|проверка)"
    r"([ _-]*(заявка|сделка|лид|клиент|звонок|обращение|deal|lead|order|case|client|call))?[ _№#-]*\d*"
)
DOUBLE = r"(?i)(дубль|дубликат|повтор|duplicate|dupe|double)([ _-]*(заявка|сделка|лид|deal|lead))?[ _№#-]*\d*"
NUMBER = r"[-+−]?\d[\d\s\x{00A0}\x{202F}]*([.,]\d+)?"
CURRENCY = r"([ \x{00A0}]?(руб\.?|р\.|₽|\$|€|RUB|USD|EUR))?"
GROUPED = r"[-+−]?\d{1,3}([ \x{00A0}\x{202F}]\d{3})+([.,]\d+)?"


@diagnosis(
    ru=("Нечитаемые буквы: файл открыт не в той кодировке", "Выгрузите файл заново в UTF-8 или укажите `encoding:`."),
    en=("Letters of a wrong encoding", "Export the file again as UTF-8, or declare `encoding:`."),
)
def mojibake(exam: Exam) -> Iterator[Found]:
    """UTF-8 read as Windows-1251 or Latin-1, Windows-1251 read as Latin-1, letters replaced for good."""
    yield from exam.cells(_unreadable())


def _unreadable() -> str:
    """Most texts are plain ASCII without three question marks: they are not put to regular expressions."""
    tests = [f"regexp_matches(plain, '{regex}')" for regex in (UTF8_AS_CP1251, UTF8_AS_LATIN, CP1251_AS_LATIN)]
    wrong = f"strlen(plain) <> length(plain) and ({' or '.join(tests)} or contains(plain, '\ufffd'))"
    lost = "contains(plain, '???') and regexp_full_match(plain, '[? ]*\\?{3}[? ]*')"
    return f"({wrong} or {lost})"


@diagnosis(
    ru=("Слово NULL вместо пустой ячейки", "Перечислите такие слова в `empty:`, и ячейки станут пустыми."),
    en=("The word NULL in place of an empty cell", "List such words in `empty:`, and the cells are empty."),
)
def null_text(exam: Exam) -> Iterator[Found]:
    """NULL, None, NaN, an id of zeros: unless `empty` names them."""
    declared = {word.casefold() for word in exam.source.empty}
    by_column: dict[str, set[str]] = {}
    for attribute in exam.source.attributes.values():
        by_column.setdefault(attribute.column, set()).update(word.casefold() for word in attribute.empty)
    for column in exam.columns:
        known = declared | by_column.get(column, set())
        words = [word for word in (*NOTHING, NOTHING_GUID) if word not in known]
        if words:
            yield from exam.cells(f"lower(plain) in ({listed(words)})", (column,), public=True)


@diagnosis(
    ru=("Ошибки формул вместо значений", "Исправьте формулы в таблице и сохраните её как значения."),
    en=("Errors of formulas in place of values", "Repair the formulas and save the sheet as values."),
)
def formula_errors(exam: Exam) -> Iterator[Found]:
    """#REF!, #ССЫЛКА! and their like, and columns too narrow to show their number."""
    yield from exam.signs("formula-errors")
    test = f"(upper(plain) in ({listed((*FORMULAS, *FORMULAS_RU))}) or regexp_full_match(plain, '#{{4,}}'))"
    yield from exam.cells(test, public=True)


@diagnosis(
    ru=("Даты-заглушки: 1970, 1900 или 0001 год", "Перечислите эти даты в `empty:`: так система пишет «даты нет»."),
    en=(
        "Dates that stand for none: 1970, 1900, year 1",
        "List these dates in `empty:`: a system writes them for none.",
    ),
)
def default_dates(exam: Exam) -> Iterator[Found]:
    """The first day that a program can count from, or the last."""
    known = f" and plain not in ({listed(exam.source.empty)})" if exam.source.empty else ""
    yield from exam.cells(f"regexp_matches(plain, '{DEFAULTS}'){known}", public=True)


@diagnosis(
    ru=("Тестовые обращения среди настоящих", "Исключите их в `exclude:`; число исключённых попадёт в отчёт."),
    en=("Test cases among the real ones", "Leave them out by `exclude:`; the report says how many."),
)
def test_cases(exam: Exam) -> Iterator[Found]:
    """Cells that say test and little else."""
    yield from exam.cells(f"regexp_full_match(plain, '{TEST}')", public=True)


@diagnosis(
    ru=("Обращения, помеченные как дубли", "Исключите их в `exclude:` или отнесите к исходу `void`."),
    en=("Cases marked as duplicates", "Leave them out by `exclude:`, or map them to an outcome `void`."),
)
def duplicate_cases(exam: Exam) -> Iterator[Found]:
    """Cells that say duplicate and little else: a stage, a reason of loss."""
    yield from exam.cells(f"regexp_full_match(plain, '{DOUBLE}')", public=True)


@diagnosis(
    ru=("Лишние пробелы в значениях", "Пробелы по краям отброшены; двойные и неразрывные внутри уберите в выгрузке."),
    en=("Stray blanks in values", "Blanks around are dropped; remove double and non-breaking ones within."),
)
def stray_spaces(exam: Exam) -> Iterator[Found]:
    """Blanks around a value, two within, non-breaking or invisible ones; not between the digits of a number."""
    inner = r"[ \x{00A0}]{2}|[\x{00A0}\x{200B}\x{FEFF}]"
    test = f"(value <> plain or regexp_matches(plain, '{inner}'))"
    number = f"regexp_full_match(plain, '{NUMBER}{CURRENCY}')"
    yield from exam.cells(f"{test} and not {number} and not {_unreadable()}")


@diagnosis(
    ru=(
        "Телефоны или номера стали дробными числами",
        "В таблице сделайте столбец текстовым и выгрузите заново: из 7,9E+10 номер не восстановить.",
    ),
    en=(
        "Phones or numbers of things made floats",
        "Make the column a text in the sheet and export again: 7.9E+10 cannot be turned back.",
    ),
)
def phones_as_floats(exam: Exam) -> Iterator[Found]:
    """`7,9161E+10`, `79161234567.0`."""
    yield from exam.cells(r"regexp_full_match(plain, '\+?\d([.,]\d+)?[eE]\+?(9|1\d)|[78]\d{10}[.,]0')")


@diagnosis(
    ru=("Номера обращений с «,0» на конце", "Сделайте столбец текстовым: «123,0» и «123» — разные номера."),
    en=("Names of cases that end in `.0`", "Make the column a text: `123.0` and `123` are different cases."),
)
def ids_as_floats(exam: Exam) -> Iterator[Found]:
    """A whole number that a program kept as a float."""
    yield from exam.cells(r"regexp_full_match(plain, '\d{1,10}[.,]0')", exam.source.case)


@diagnosis(
    ru=(
        "Числа записаны текстом: пробелы, запятая, валюта",
        "Они прочитаны; проверьте одно значение и укажите `decimal:`, чтобы запятая не значила тысячи.",
    ),
    en=(
        "Numbers written as text: blanks, decimal comma, currency",
        "They are read; check one, and declare `decimal:` so that a comma cannot mean thousands.",
    ),
)
def numbers_as_text(exam: Exam) -> Iterator[Found]:
    """`12 345,50 ₽` in a column where nearly all are numbers; nothing to say once `decimal` is declared."""
    if exam.source.decimal:
        return
    number = f"({NUMBER}|{GROUPED}){CURRENCY}"
    written = rf"({GROUPED}|[-+−]?\d+,\d+){CURRENCY}|{NUMBER}{CURRENCY.removesuffix('?')}"
    sql = f"""
        select column_no
        from "voronka values"
        group by column_no
        having sum(rows) filter (regexp_full_match(plain, '{number}')) >= 0.8 * sum(rows)"""
    columns = [exam.columns[int(str(row[0]))] for row in exam.rows(sql)]
    yield from exam.cells(f"regexp_full_match(plain, '{written}')", columns)
