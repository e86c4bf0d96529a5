"""Working time against intervals worked out by hand, in Python and in SQL."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from engine.definitions.calendar import Calendar, Short, parse_days, parse_holidays, parse_hours, working_day_seconds
from engine.definitions.document import Span, WrongValue
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine, SqlError
from engine.engines.sql import Bound
from engine.errors import KpiError
from engine.kpis.calendar import (
    Hours,
    add_working_days,
    add_working_seconds,
    calendar_expression,
    calendars_of,
    create_working_time,
    next_opening,
    opening_hours,
    with_in_hours,
    with_worked,
    worked_between,
)
from engine.kpis.calendar_days import Workdays, official_short_days

TABLE = yaml.load((Path(__file__).parent / "calendar.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
SINCE, UNTIL = date(2020, 1, 1), date(2028, 1, 1)


def _calendar(name: str) -> tuple[Calendar, str]:
    written = TABLE["calendars"][name]
    short = Short(before_holiday=Span.parse(written["short"]["before_holiday"])) if "short" in written else None
    calendar = Calendar(
        name=name, hours=written["hours"], holidays=written.get("holidays"), short=short, days=written.get("days", {})
    )
    return calendar, written["zone"]


CALENDARS = {name: _calendar(name) for name in TABLE["calendars"]}


def _utc(wall: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(wall.replace("~", "")).replace(tzinfo=ZoneInfo(zone), fold="~" in wall)
    return moment.astimezone(UTC).replace(tzinfo=None)


def _seconds(text: str) -> int:
    parts = [int(part) for part in text.lstrip("-").split(":")] + [0]
    return (-1 if text.startswith("-") else 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2])


@pytest.fixture(scope="module")
def openings() -> dict[str, Hours]:
    return {name: opening_hours(calendar, zone, SINCE, UNTIL) for name, (calendar, zone) in CALENDARS.items()}


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = Engine()
    create_working_time(made, CALENDARS, SINCE, UNTIL)
    return made


def _asked(rows: list[tuple[str, datetime, datetime]]) -> str:
    values = ", ".join(f"('{name}', timestamp '{start}', timestamp '{end}')" for name, start, end in rows)
    return f"select row_number() over () as n, * from (values {values}) as asked(calendar, start_at, end_at)"


def _worked_in_sql(engine: Engine, rows: list[tuple[str, datetime, datetime]]) -> list[object]:
    sql = with_worked(_asked(rows), "start_at", "end_at", "calendar", "worked")
    return [row[0] for row in engine.rows(f"select worked from ({sql}) order by n")]


def test_there_are_at_least_sixty_golden_intervals() -> None:
    """The table is not thinned out."""
    assert len(TABLE["intervals"]) >= 60


@pytest.mark.parametrize("line", TABLE["intervals"], ids=lambda line: " ".join(line))
def test_golden_interval_in_python(line: list[str], openings: dict[str, Hours]) -> None:
    """An interval worked out by hand has these working seconds."""
    name, start, end, expected = line
    zone = CALENDARS[name][1]
    assert worked_between(openings[name], _utc(start, zone), _utc(end, zone)) == _seconds(expected)


def test_golden_intervals_in_sql(engine: Engine) -> None:
    """SQL gives the same seconds for every golden interval, all calendars in one statement."""
    rows = [(n, _utc(s, CALENDARS[n][1]), _utc(e, CALENDARS[n][1])) for n, s, e, _ in TABLE["intervals"]]
    expected = [_seconds(line[3]) for line in TABLE["intervals"]]
    assert _worked_in_sql(engine, rows) == expected


def test_random_seconds_agree_in_python_and_sql(engine: Engine, openings: dict[str, Hours]) -> None:
    """SQL and Python agree to the second, with fractions, in either order, over years."""
    import random

    chance = random.Random(7)
    rows = []
    for name in sorted(CALENDARS) * 40:
        start = datetime(2021, 1, 1) + timedelta(microseconds=chance.randrange(6 * 365 * 86_400_000_000))
        rows.append((name, start, start + timedelta(microseconds=chance.randrange(-(10**12), 3 * 10**12))))
    assert _worked_in_sql(engine, rows) == [worked_between(openings[name], start, end) for name, start, end in rows]


def test_opening_hours_are_sorted_apart_and_cut_at_the_ends() -> None:
    """Openings do not touch; a shift of the day before counts from the first midnight on."""
    calendar, zone = CALENDARS["night"]
    hours = opening_hours(calendar, zone, date(2026, 2, 3), date(2026, 2, 4))
    assert hours == (
        (datetime(2026, 2, 2, 21), datetime(2026, 2, 3, 3)),
        (datetime(2026, 2, 3, 19), datetime(2026, 2, 3, 21)),
    )
    calendar, zone = CALENDARS["always"]
    assert len(opening_hours(calendar, zone, date(2026, 1, 1), date(2027, 1, 1))) == 1


def test_working_time_relation(engine: Engine) -> None:
    """Each opening carries the open seconds before it."""
    rows = engine.rows("select opens_at, closes_at, open_before from working_time where calendar = 'ural' order by 1")
    before = 0
    for opens, closes, open_before in rows:
        assert isinstance(opens, datetime)
        assert isinstance(closes, datetime)
        assert open_before == before
        before += round((closes - opens).total_seconds())
    assert engine.row("select count(*) = count(distinct slot) from working_slots") == (True,)


def test_null_moment_gives_null(engine: Engine) -> None:
    """What did not happen has no working time; nor has a branch without a calendar."""
    sql = "select null::timestamp as a, timestamp '2026-01-12 10:00' as b, 'office' as c"
    worked = f"select w from ({with_worked(sql, 'a', 'b', 'c', 'w')})"
    assert engine.rows(worked) == [(None,)]
    assert engine.rows(f"select w from ({with_worked(sql, 'b', 'b', 'null::varchar', 'w')})") == [(None,)]


def test_every_column_of_the_relation_stays(engine: Engine) -> None:
    """One column more, none less, the rows as many as before."""
    sql = with_worked("select 1 as slot, 2 as low_us, timestamp '2026-02-02' as t", "t", "t", "'office'", "w x")
    assert list(engine.columns(f"({sql})")) == ["slot", "low_us", "t", "w x"]


def test_moment_out_of_the_covered_range_is_refused(engine: Engine) -> None:
    """A wrong year ends in an error, never in a number."""
    sql = "select timestamp '1970-01-01 03:00' as a, timestamp '2026-01-12' as b, 'office' as c"
    with pytest.raises(Exception, match="does not cover"):
        engine.rows(with_worked(sql, "a", "b", "c", "w"))
    with pytest.raises(Exception, match="not defined"):
        engine.rows(with_worked(sql, "b", "b", "'nowhere'", "w"))


def test_log_with_an_impossible_year() -> None:
    """A stamp of 1969 or 9999 makes no calendar of a thousand years, and is refused when it is asked for."""
    with Engine() as engine:
        create_working_time(engine, {"night": CALENDARS["night"]}, date(1, 1, 1), date(9999, 12, 31))
        sql = with_worked(
            "select timestamp '2026-02-02 19:00' as a, timestamp '2026-02-02 20:00' as b", "a", "b", "'night'", "w"
        )
        assert engine.rows(f"select w from ({sql})") == [(3600,)]
        for moment in ("1969-12-31", "9999-01-01"):
            with pytest.raises(SqlError, match="does not cover"):
                engine.rows(with_worked(f"select timestamp '{moment}' as a", "a", "a", "'night'", "w"))


def test_workspace_without_calendars() -> None:
    """The relations are there, empty: a case without a calendar has no working time."""
    with Engine() as engine:
        create_working_time(engine, {}, date(2026, 1, 1), date(2026, 2, 1))
        sql = with_worked("select timestamp '2026-02-02' as a", "a", "a", "null::varchar", "w")
        assert engine.rows(f"select w from ({sql})") == [(None,)]


def test_zone_of_a_calendar_is_the_workspaces_where_it_names_none() -> None:
    """A calendar may have a zone of its own."""
    own = Calendar(name="ural", hours={}, time_zone="Asia/Yekaterinburg")
    settings = Settings(
        format="1", client="c", time_zone="Europe/Moscow", calendars={"a": Calendar(hours={}), "b": own}
    )
    assert {name: zone for name, (_, zone) in calendars_of(settings).items()} == {
        "a": "Europe/Moscow",
        "b": "Asia/Yekaterinburg",
    }


def test_in_hours(engine: Engine) -> None:
    """Open at its opening, closed at its closing."""
    times = ["05:59:59", "06:00:00", "14:59:59", "15:00:00"]
    values = ", ".join(f"(timestamp '2026-02-02 {time}')" for time in times)
    sql = with_in_hours(f"select * from (values {values}) as asked(t)", "t", "'office'", "in_hours")
    assert engine.rows(f"select in_hours from ({sql}) order by t") == [(False,), (True,), (True,), (False,)]


def test_next_opening_and_adding_working_time(openings: dict[str, Hours]) -> None:
    """A simulated clock: the next opening, and when a limit in working time is over."""
    hours = openings["office"]
    friday, tuesday = datetime(2026, 3, 6, 15), datetime(2026, 3, 10, 6)
    assert next_opening(hours, friday) == tuesday
    assert next_opening(hours, tuesday) == tuesday
    assert add_working_seconds(hours, friday, 3600) == datetime(2026, 3, 10, 7)
    assert add_working_seconds(hours, datetime(2026, 3, 6, 14), 3600) == friday
    assert add_working_days(hours, datetime(2026, 3, 6, 14), 2, CALENDARS["office"][0]) == datetime(2026, 3, 11, 14)
    with pytest.raises(KpiError) as caught:
        next_opening(hours, datetime(2030, 1, 1))
    assert caught.value.problems[0].code == "calendar-range"


def test_working_day_is_the_median_of_the_open_days() -> None:
    """`2wd` is two such days; a short Saturday does not make the day shorter."""
    assert working_day_seconds(CALENDARS["lunch"][0]) == 8 * 3600
    assert working_day_seconds(CALENDARS["night"][0]) == 8 * 3600


def test_calendar_of_a_branch() -> None:
    """A process names one calendar, or one for each branch; another branch has none."""
    with Engine() as engine:
        bound = Bound()
        process = Process(process="p", calendar={"by": "branch", "Москва": "office", "Пермь": "ural"})
        sql = calendar_expression(process, bound)
        rows = engine.rows(f"select {sql} from (values ('Пермь'), ('Уфа'), ('Москва')) as t(a_branch)", bound)
        assert rows == [("ural",), (None,), ("office",)]
        bound = Bound()
        one = calendar_expression(Process(process="p", calendar="office"), bound)
        assert engine.rows(f"select {one}", bound) == [("office",)]
    assert calendar_expression(Process(process="p"), Bound()) is None


def test_official_short_days_of_russia() -> None:
    """Seven years are shipped; each day is one that is worked, right before days off that lead to a holiday."""
    years = official_short_days("RU")
    assert sorted(years) == list(range(2020, 2027))
    plain = Workdays(CALENDARS["office"][0], SINCE, UNTIL)
    for day in (day for days in years.values() for day in days):
        assert plain.hours(day), day
        assert not plain.hours(day + timedelta(days=1)), day
    assert official_short_days("NL") == {}


def test_plain_rule_finds_the_official_weekdays() -> None:
    """Where no official days are shipped, a worked day before a public holiday: the same but for moved Saturdays."""
    workdays = Workdays(CALENDARS["office_short"][0], SINCE, UNTIL)
    official = {day for days in official_short_days("RU").values() for day in days}
    workdays._official = {}
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(7 * 365 + 2)]
    found = {day for day in days if workdays.hours(day) and workdays._is_short(day)}
    assert {day for day in official if day.weekday() < 5} == {day for day in found if day.weekday() < 5}


@pytest.mark.parametrize("text", ["", "9-18", "09:00-25:00", "09:00", "09:60-10:00", "09:00-09:00", "24:00-25:00"])
def test_hours_that_cannot_be_read(text: str) -> None:
    """Each is refused with a hint, none is guessed."""
    with pytest.raises(WrongValue) as caught:
        parse_hours(text)
    assert caught.value.code == "bad-hours"
    assert caught.value.hint


@pytest.mark.parametrize("text", ["09:00-13:00,12:00-18:00", "22:00-06:00,05:00-07:00"])
def test_overlapping_hours_are_refused(text: str) -> None:
    """An hour counts once."""
    with pytest.raises(WrongValue, match="overlap"):
        parse_hours(text)


def test_hours_and_days_that_can() -> None:
    """Ranges past midnight end on the next day; ranges of days pass the week's end."""
    assert parse_hours("14:00-18:00, 9:00-13:00") == ((540, 780), (840, 1080))
    assert parse_hours("22:00-06:00") == ((1320, 1800),)
    assert parse_hours("07:00-24:00") == ((420, 1440),)
    assert parse_hours("18:00-00:00") == ((1080, 1440),)
    assert parse_hours("closed") == ()
    assert parse_days("sun-thu") == (6, 0, 1, 2, 3)
    assert parse_days("Mon, wed") == (0, 2)


@pytest.mark.parametrize("key", ["mo-fri", "", "mon-mon,mon", "fri-"])
def test_days_that_cannot_be_read(key: str) -> None:
    """A key of hours names days, each once."""
    with pytest.raises(WrongValue) as caught:
        parse_days(key)
    assert caught.value.code == "bad-days"


def test_bad_calendar_is_a_problem_not_a_traceback() -> None:
    """A calendar that cannot be read, a zone or a country that is unknown, are named."""
    for hours, holidays, zone, code in (
        ({"mon": "9"}, None, "UTC", "bad-hours"),
        ({"mon": "09:00-10:00"}, "XX", "UTC", "bad-holidays"),
        ({"mon": "09:00-10:00", "mon-fri": "09:00-10:00"}, None, "UTC", "bad-days"),
        ({"mon": "09:00-10:00"}, None, "Europe/Moskow", "bad-zone"),
    ):
        with pytest.raises(KpiError) as caught:
            opening_hours(Calendar(hours=hours, holidays=holidays), zone, date(2026, 1, 1), date(2026, 2, 1))
        assert caught.value.problems[0].code == code
    assert parse_holidays("DE-BY") == ("DE", "BY")
    with pytest.raises(WrongValue):
        parse_holidays("DE-XX")
