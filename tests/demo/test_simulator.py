"""The simulator: the same whenever it is run, true to the shipped machines, with the planted problems in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from engine.definitions.process import Process
from engine.demo.client import FURNITURE, OFFICE, PLANTABLE, is_open
from engine.demo.export import export_bytes
from engine.demo.simulate import simulate
from engine.demo.walk import Event, table
from engine.machine import allowed_moves, replay
from engine.workspace.files import shipped

PROCESSES = ("phone_call", "showroom_visit", "web_form")
SINCE, UNTIL = date(2026, 4, 1), date(2026, 8, 1)
Cases = dict[int, list[Event]]


@cache
def process(name: str) -> Process:
    found = shipped(name).shaped(Process)
    assert isinstance(found, Process)
    return found


@cache
def cases(name: str, *planted: str) -> Cases:
    """Events by case of a client with these problems and no others."""
    client = replace(FURNITURE, planted=frozenset(planted))
    found: Cases = defaultdict(list)
    for event in simulate(process(name), client, 1, SINCE, UNTIL):
        found[event.case].append(event)
    return dict(found)


def states(events: Iterable[Event]) -> list[str]:
    return [event.name for event in events if event.kind == "state"]


def share(found: Cases, of: str, among: str) -> float:
    """Cases that have an event among those that have another."""
    chosen = [case for case in found.values() if any(e.name == among for e in case)]
    return sum(any(e.name == of for e in case) for case in chosen) / len(chosen)


def only(found: Cases, **first: str) -> Cases:
    """Cases whose first event has these attributes."""
    return {n: case for n, case in found.items() if all(getattr(case[0], k) == v for k, v in first.items())}


def hours_to(case: list[Event], name: str) -> float | None:
    """Hours from the start to the first event of a name; None where there is none."""
    at = next((event.happened_at for event in case if event.name == name), None)
    return None if at is None else (at - case[0].happened_at) / timedelta(hours=1)


def median_hours(found: Iterable[list[Event]], name: str) -> float:
    hours = sorted(h for h in (hours_to(case, name) for case in found) if h is not None)
    return hours[len(hours) // 2]


@pytest.mark.parametrize("name", PROCESSES)
def test_equal_seeds_give_equal_bytes(name: str) -> None:
    """An export is the same byte for byte for one seed, and another for another."""
    arguments = (process(name), FURNITURE)
    once = export_bytes(*arguments, 1, SINCE, date(2026, 5, 1))
    assert once == export_bytes(*arguments, 1, SINCE, date(2026, 5, 1))
    assert once != export_bytes(*arguments, 2, SINCE, date(2026, 5, 1))


@pytest.mark.parametrize("name", PROCESSES)
def test_the_walk_is_the_machine(name: str) -> None:
    """The table that cases walk by allows exactly the moves of the machine."""
    assert {(a, b) for (a, _), b in table(process(name)).items()} == allowed_moves(process(name))


@pytest.mark.parametrize("name", PROCESSES)
def test_every_walk_keeps_to_the_machine_where_nothing_else_is_planted(name: str) -> None:
    """Without `stage_skipped` no case leaves its process: every move of every case is allowed, replay agrees."""
    allowed, found = allowed_moves(process(name)), cases(name, *sorted(PLANTABLE - {"stage_skipped"}))
    assert all(states(case)[0] in process(name).start_states for case in found.values())
    assert {move for case in found.values() for move in pairwise(states(case))} <= allowed
    assert all(replay(process(name), states(found[n])).deviations == () for n in list(found)[:40])


def test_a_planted_skip_is_the_only_deviation() -> None:
    """`stage_skipped` jumps from the need to the quote, by the one manager who does."""
    found = cases("web_form", "stage_skipped")
    allowed = allowed_moves(process("web_form"))
    jumps = {
        (a, b, case[-1].manager) for case in found.values() for a, b in pairwise(states(case)) if (a, b) not in allowed
    }
    assert jumps == {("qualified", "quoted", FURNITURE.skipping_manager)}


def test_cases_are_in_order_and_end_where_the_export_ends() -> None:
    """No event lies before its case's start, after the end of the data, or after a final state."""
    final = {state.name for state in process("web_form").states if state.final}
    for case in cases("web_form", *sorted(PLANTABLE)).values():
        stamps = [event.happened_at for event in case]
        assert stamps == sorted(stamps)
        assert stamps[-1].date() < UNTIL
        assert not any(event.name in final for event in case[:-1])


def test_slow_nights() -> None:
    """Out of hours the first attempt comes hours after the opening where it is planted, soon after it otherwise."""

    def night(found: Cases) -> list[list[Event]]:
        return [c for c in found.values() if not is_open(OFFICE, FURNITURE.days_off, c[0].happened_at)]

    well, badly = cases("web_form"), cases("web_form", "slow_nights")
    assert median_hours(night(badly), "call_attempt") > median_hours(night(well), "call_attempt") + 1.5


def test_speed_matters() -> None:
    """Where it is planted, people reached late buy less often than people reached at once; elsewhere they do not."""

    def gap(found: Cases) -> float:
        reached = {n: h for n, case in found.items() if (h := hours_to(case, "contacted")) is not None}
        fast = {n: found[n] for n, hours in reached.items() if hours <= 1}
        slow = {n: found[n] for n, hours in reached.items() if hours > 8}
        return share(fast, "won", "contacted") - share(slow, "won", "contacted")

    assert gap(cases("web_form", "speed_matters")) > 0.08
    assert abs(gap(cases("web_form"))) < 0.05


def test_monday_overload() -> None:
    """Mondays bring more inquiries and later attempts."""

    def monday(found: Cases) -> list[list[Event]]:
        return [case for case in found.values() if case[0].happened_at.weekday() == 0]

    well, badly = cases("web_form"), cases("web_form", "monday_overload")
    assert len(monday(badly)) > 1.3 * len(monday(well))
    assert median_hours(monday(badly), "call_attempt") > 1.5 * median_hours(monday(well), "call_attempt")


def test_weak_manager() -> None:
    """He wins a clearly smaller share than the others, and like them where he is not planted."""

    def gap(found: Cases) -> float:
        rest = {n: case for n, case in found.items() if case[0].manager != FURNITURE.weak_manager}
        return share(rest, "won", "received") - share(only(found, manager=FURNITURE.weak_manager), "won", "received")

    assert gap(cases("web_form", "weak_manager")) > 0.08
    assert abs(gap(cases("web_form"))) < 0.05


def test_bad_source() -> None:
    """It brings more spam and fewer sales than the rest."""
    found = cases("web_form", "bad_source")
    bad = only(found, source=FURNITURE.bad_source)
    assert share(bad, "spam", "received") > 2 * share(found, "spam", "received")
    assert share(bad, "won", "received") < 0.5 * share(found, "won", "received")


@pytest.mark.parametrize(
    ("planted", "name", "of", "among", "factor"),
    [
        ("price_mismatch", "web_form", "quoted", "estimated", 0.85),
        ("no_follow_up", "web_form", "follow_up", "quoted", 0.5),
        ("no_call_back", "phone_call", "called_back", "missed", 0.8),
        ("no_reminders", "showroom_visit", "reminder", "booked", 0.6),
    ],
)
def test_planted_shares(planted: str, name: str, of: str, among: str, factor: float) -> None:
    """A planted problem lowers its share well below that of a client without it."""
    assert share(cases(name, planted), of, among) < factor * share(cases(name), of, among)


def test_missed_at_lunch() -> None:
    """On working days calls at 13 are missed several times as often as others."""
    found = cases("phone_call", "missed_at_lunch")
    lunch = {n: c for n, c in found.items() if c[0].happened_at.hour == 13 and c[0].happened_at.weekday() < 5}
    assert share(lunch, "missed", "ringing") > 3 * share(found, "missed", "ringing")


def test_rework_loop() -> None:
    """More quotes are estimated again."""

    def again(found: Cases) -> float:
        quoted = [case for case in found.values() if "quoted" in states(case)]
        return sum(states(case).count("estimated") > 1 for case in quoted) / len(quoted)

    assert again(cases("web_form", "rework_loop")) > 3 * again(cases("web_form"))


def test_no_manager() -> None:
    """Some inquiries have no manager, and are mostly lost without a talk; none has none where it is not planted."""
    nobodys = only(cases("web_form", "no_manager"), manager="")
    assert len(nobodys) > 50
    assert share(nobodys, "contacted", "received") < 0.4
    assert not only(cases("web_form"), manager="")


def test_duplicates() -> None:
    """Some clients' second inquiries are worked as new ones and then called duplicates."""
    found = cases("web_form", "duplicates")
    doubles = [case for case in found.values() if case[-1].reason == "Дубль"]
    assert len(doubles) > 25
    assert {case[0].phone for case in doubles} <= {case[0].phone for case in found.values() if case not in doubles}
    assert not [case for case in cases("web_form").values() if case[-1].reason == "Дубль"]


def test_falling_trend() -> None:
    """The share of quotes paid falls from the first half to the second where it is planted."""

    def fall(found: Cases) -> float:
        early = {n: c for n, c in found.items() if c[0].happened_at.date() < date(2026, 5, 15)}
        late = {n: c for n, c in found.items() if date(2026, 5, 15) <= c[0].happened_at.date() < date(2026, 6, 25)}
        return share(early, "won", "quoted") - share(late, "won", "quoted")

    assert fall(cases("web_form", "falling_trend")) > fall(cases("web_form")) + 0.04


def test_unknown_problems_are_refused() -> None:
    """A problem that cannot be planted is named."""
    with pytest.raises(ValueError, match="gremlins"):
        replace(FURNITURE, planted=frozenset({"gremlins"}))


def test_half_a_year_is_a_log_worth_auditing() -> None:
    """Six months of the three processes are tens of thousands of events."""
    sizes = [len(simulate(process(name), FURNITURE, 1, SINCE, date(2026, 10, 1))) for name in PROCESSES]
    assert sum(sizes) > 40_000
