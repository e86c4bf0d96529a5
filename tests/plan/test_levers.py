"""Levers measured on logs: a planted gain is found, and `voronka whatif` says what another value would bring."""

import json
from pathlib import Path

import pytest

from benchmarks.simulations.effect import covered
from tests.command import HEADER, PROCESS, RULES, SETTINGS, voronka, workspace


def test_a_planted_gain_is_inside_its_range() -> None:
    """A planted expected gain of five points is inside the 90 % range about nine times in ten (40 logs)."""
    assert 32 <= covered(40) <= 40


def rows(cases: int = 200) -> str:
    """Half are called after ten minutes and half of those pay; the others after two hours, and one in four pays."""
    lines = []
    for number in range(cases):
        day = f"{1 + number % 28:02}.0{1 + number // 70}.2026"
        quick = number % 2 == 0
        won = number % 4 == 0 if quick else number % 8 == 1
        for stage, clock in (
            ("new", "10:00"),
            ("call", "10:10" if quick else "12:00"),
            ("paid" if won else "refused", "18:00"),
        ):
            lines.append(f"{number};{stage};{day} {clock};m;s\n")
    return "".join(lines)


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A workspace in which quick answers go with more payments."""
    return workspace(tmp_path, data=HEADER + rows())


def asked(root: Path, *changes: str) -> dict[str, list[dict[str, object]]]:
    """The answer as data."""
    ran = voronka("whatif", *changes, root, "--format", "json")
    assert ran.code == 0, ran.text
    found: dict[str, list[dict[str, object]]] = json.loads(ran.out)
    return found


def test_a_quicker_answer(client: Path) -> None:
    """Nine of ten within ten minutes instead of half: the others win as those do, as an association; 25 points more."""
    (change,) = asked(client, "reaction_time=10m")["changes"]
    assert change["rests_on"] == "association"
    assert change["share_now"] == pytest.approx(0.5, abs=0.01)
    assert change["share_then"] == 0.9
    expected = change["expected"]
    assert isinstance(expected, dict)
    # 200 cases in the 2.95 months from 1 January to 30 March: 40 more of 100 answered, of whom 25 of 100 more are won
    assert expected["won"] == pytest.approx(200 / 2.9 * 0.4 * 0.25, rel=0.1)
    assert 0 < expected["low"] < expected["won"] < expected["high"]


def test_several_at_once(client: Path) -> None:
    """Together is less than the sum: what is reached on one path is reached once."""
    found = asked(client, "reaction_time=10m", "win_rate=50%")
    alone = [change["expected"]["won"] for change in found["changes"]]  # type: ignore[index]
    together = found["together"]["won"]  # type: ignore[call-overload]
    assert max(alone) - 0.5 <= together < sum(alone)


def test_what_cannot_be_asked(client: Path) -> None:
    """Every wrong name, unit and value is a problem with a hint; all at once."""
    ran = voronka("whatif", "reaction_tme=10m", "win_rate=10m", "reaction_time=fast", client)
    assert ran.code == 2
    for words in ("did you mean `web_form.reaction_time`", "write a share, such as `40%`", "[bad-value]", "3 problems"):
        assert words in ran.err
    assert voronka("whatif", str(client)).code == 2


def test_the_table_says_what_it_rests_on(client: Path) -> None:
    """The terminal shows now and then, the range a month, and that it is no promise."""
    ran = voronka("whatif", "win_rate=60%", "reaction_time=5m", client)
    assert ran.code == 0, ran.text
    for words in ("станет 60\xa0из\xa0100", "в месяц", "воронка", "не обещание"):
        assert words in ran.out


# --- limits in working days -------------------------------------------------------------------------------------------

OFFICE = 'calendars: {office: {hours: {mon-sun: "09:00-18:00"}}}\n'
BUSINESS = PROCESS.replace("initial: received", "calendar: office\ninitial: received")


def in_days(root: Path, process: str, limit: str = "> 1wd") -> Path:
    """The workspace with a limit in working days."""
    made = workspace(root, data=HEADER + rows())
    (made / "voronka.yaml").write_text(SETTINGS.format(client="x", path="data/deals.csv", locale="ru") + OFFICE)
    (made / "processes/web_form.yaml").write_text(process)
    text = RULES.replace('"> 15m"', f'"{limit}"').replace('    red: "> 1h"\n', "")
    (made / "rules/response.yaml").write_text(text)
    return made


def test_a_limit_in_working_days(tmp_path: Path) -> None:
    """`> 1wd` is nine hours of an office that opens for nine: two hours keep it."""
    root = in_days(tmp_path, BUSINESS.replace("of: all,", "of: all, clock: business,"))
    assert voronka("audit", root, "--format", "json").code == 0
    (report,) = (root / "reports").iterdir()
    facts = json.loads((report / "audit.json").read_text())["facts"]
    whole = next(f for f in facts if f["control_point"] == "reaction_time" and not f["segment"] and not f["period"])
    assert [(v["verdict"], v["yellow"]) for v in whole["verdicts"]] == [("green", 9 * 3600)]


@pytest.mark.parametrize(
    ("process", "hint"),
    [
        (BUSINESS, "`clock: business`"),
        (PROCESS.replace("of: all,", "of: all, clock: business,"), "calendar"),
    ],
)
def test_working_days_need_a_working_clock(tmp_path: Path, process: str, hint: str) -> None:
    """On a control point that every hour counts for, or without a calendar, such a limit means nothing."""
    ran = voronka("check", in_days(tmp_path, process))
    assert (ran.code, hint in ran.err) == (2, True), ran.text
