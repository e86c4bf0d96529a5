"""How people are treated at a made-up client, process by process: the walks of one case."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from engine.demo.client import LINE, OFFICE, SHOWROOM, Hours, is_open
from engine.demo.walk import Walk

Journey = Callable[[Walk], None]


def web_form(walk: Walk) -> None:
    """A form on the site: reached, understood, estimated, quoted, paid."""
    begun = walk.now
    walk.nobody = walk.chance(0.04) and walk.client.has("no_manager")
    walk.begin("received")
    if walk.nobody and not walk.chance(0.3):
        walk.wait_days(12)
        walk.lose("Не дозвонились")
        return
    _first_response(walk)
    if not _reached(walk, begun):
        return
    walk.nobody = False
    late = _late(walk, walk.now - begun)
    walk.fire("reach")
    if walk.again:
        walk.wait(5)
        walk.lose("Дубль")
        return
    if walk.chance(walk.origin.spam + 0.12 * _bad_source(walk)):
        walk.wait(15)
        walk.fire("junk")
        return
    if _understood(walk, late) and _priced(walk):
        _decides(walk, late)


def _weak(walk: Walk) -> bool:
    return walk.client.has("weak_manager") and walk.manager.name == walk.client.weak_manager


def _bad_source(walk: Walk) -> bool:
    return walk.client.has("bad_source") and walk.origin.name == walk.client.bad_source


def _late(walk: Walk, waited: timedelta) -> float:
    """What a late reply leaves of the interest: 1 at once, 0.55 after a day or more; 1 where it does not matter."""
    if not walk.client.has("speed_matters"):
        return 1.0
    return max(0.55, 1.0 - 0.14 * math.log1p(waited / timedelta(hours=1)))


def _first_response(walk: Walk) -> None:
    """Until somebody tries: minutes in working hours, planted to be longer at night and on Mondays."""
    has = walk.client.has
    in_hours = is_open(walk.hours, walk.client.days_off, walk.now)
    median = 14.0 * walk.manager.speed * (1.6 if _weak(walk) else 1.0)
    if has("monday_overload") and walk.now.weekday() == 0:
        median *= 5
    if has("slow_nights") and not in_hours:
        median += 150
    walk.wait(median, 0.9)


def _reached(walk: Walk, begun: datetime) -> bool:
    """Attempts until the client picks up; lost, or forgotten open, where nobody does."""
    most = 2 if _weak(walk) else walk.random.choice((2, 3, 4, 5))
    for attempt in range(most):
        walk.mark("call_attempt")
        if walk.chance(0.64 * _late(walk, walk.now - begun) - 0.04 * attempt):
            walk.wait(1, 0.3)
            return True
        if attempt == 1 and walk.chance(0.4):
            walk.mark("message")
        walk.wait(280, 0.4)
    walk.wait_days(3)
    if not walk.chance(0.06):
        walk.lose("Не дозвонились")
    return False


def _understood(walk: Walk, late: float) -> bool:
    skill = walk.manager.skill * (0.72 if _weak(walk) else 1.0)
    quality = walk.origin.quality * (0.55 if _bad_source(walk) else 1.0)
    walk.wait(60 if walk.chance(0.6) else 500)
    if walk.chance(min(0.95, 0.84 * skill * quality * (0.5 + late / 2))):
        walk.fire("qualify")
        return True
    if walk.chance(0.07):
        return False
    walk.lose(walk.random.choice(("Передумал", "Не наш профиль", "Выбрали других")))
    return False


def _priced(walk: Walk) -> bool:
    """Need to estimate to quote; planted: skipped estimates, a price that nobody expected."""
    has = walk.client.has
    walk.priced = True
    skips = walk.chance(0.6) and has("stage_skipped") and walk.manager.name == walk.client.skipping_manager
    walk.wait(700, 0.7)
    if skips:
        walk.jump("quoted")
        return True
    if not walk.chance(0.9):
        walk.lose(walk.random.choice(("Передумал", "Выбрали других", "Долгий срок")))
        return False
    walk.fire("estimate")
    walk.wait(800, 0.7)
    expected = 0.62 if has("price_mismatch") else 0.88
    if walk.chance(expected - (0.08 if walk.price > 300_000 else 0.0)):
        walk.fire("quote")
        return True
    walk.wait_days(4)
    walk.lose("Дорого" if walk.chance(0.8) else "Выбрали других")
    return False


def _decides(walk: Walk, late: float) -> None:
    """After the quote: recalculated, followed up, paid or lost."""
    has = walk.client.has
    begun = walk.progress
    rounds = 0
    while rounds < 3 and walk.chance(0.36 if has("rework_loop") else 0.07):
        walk.wait_days(1.5)
        walk.fire("revise")
        walk.wait(900, 0.5)
        walk.fire("quote")
        rounds += 1
    touched = walk.chance(0.3 if has("no_follow_up") else 0.82)
    quoted_at = walk.now
    if touched:
        walk.wait_days(2, 0.3)
        walk.mark("follow_up")
    chance = (0.55 if touched else 0.34) * walk.manager.skill * (0.62 if _weak(walk) else 1.0) * walk.origin.quality
    chance *= (0.5 + late / 2) * 0.94**rounds * (0.6 if _bad_source(walk) else 1.0)
    if has("falling_trend"):
        chance *= 1.12 - 0.5 * begun
    if walk.chance(min(0.9, chance)):
        walk.now = max(walk.now, quoted_at)
        walk.wait_days(4)
        if walk.chance(0.3):
            walk.mark("reminder")
            walk.wait_days(1.5)
        walk.fire("pay")
    elif not walk.chance(0.12):
        walk.wait_days(11)
        walk.lose(walk.random.choices(("Дорого", "Выбрали других", "Долгий срок", "Передумал"), (3, 3, 2, 3))[0])


def phone_call(walk: Walk) -> None:
    """An incoming call: answered or missed, called back or forgotten, handed over."""
    has = walk.client.has
    lunch = walk.now.hour == 13
    closed = not is_open(walk.hours, walk.client.days_off, walk.now)
    walk.begin("ringing")
    missed = 0.97 if closed else 0.07
    if has("missed_at_lunch") and lunch and walk.now.weekday() < 5:
        missed = 0.55
    if has("monday_overload") and walk.now.weekday() == 0 and 9 <= walk.now.hour < 12:
        missed += 0.15
    if not walk.chance(missed):
        walk.now += timedelta(seconds=round(7 * walk.random.lognormvariate(0.0, 0.7)) + 1)
        walk.fire("pick_up")
        _talks(walk, 0.8)
        return
    walk.now += timedelta(seconds=walk.random.randrange(15, 45))
    walk.fire("miss")
    _missed(walk)


def _missed(walk: Walk) -> None:
    slow = walk.client.has("no_call_back")
    if walk.chance(0.12):
        walk.now += timedelta(minutes=walk.random.randrange(2, 40))
        if is_open(walk.hours, walk.client.days_off, walk.now):
            walk.fire("ring_again")
            _talks(walk, 0.7)
            return
    if walk.chance(0.34 if slow else 0.05):
        walk.wait_days(1)
        walk.lose("Не перезвонили")
        return
    walk.wait(75 if slow else 8)
    for _ in range(2 if slow else 4):
        walk.mark("call_attempt")
        if walk.chance(0.62):
            walk.now += timedelta(seconds=walk.random.randrange(10, 40))
            walk.fire("call_back")
            _talks(walk, 0.66)
            return
        walk.wait(120)
    walk.lose("Не дозвонились")


def _talks(walk: Walk, p: float) -> None:
    walk.now += timedelta(seconds=round(150 * walk.random.lognormvariate(0.0, 0.6)) + 5)
    if walk.chance(0.16):
        walk.fire("junk")
    elif walk.chance(p * walk.manager.skill):
        walk.fire("hand_over")
    else:
        walk.lose("Не договорились")


def showroom_visit(walk: Walk) -> None:
    """A visit: booked or from the street, talked to, quoted, paid."""
    booked = walk.chance(0.45)
    if booked and not _comes(walk):
        return
    if not booked:
        if not is_open(walk.hours, walk.client.days_off, walk.now):
            walk.wait(1)
        walk.begin("came")
    if walk.chance(0.05):
        walk.wait(5)
        walk.fire("turn_away")
        return
    walk.wait(12)
    if not walk.chance(0.8 * walk.manager.skill):
        walk.lose("Не подошли")
        return
    walk.fire("consult")
    walk.priced = True
    walk.wait(60)
    if not walk.chance(0.68):
        walk.lose("Передумал")
        return
    walk.fire("quote")
    touched = walk.chance(0.35 if walk.client.has("no_follow_up") else 0.8)
    if touched:
        walk.wait_days(2, 0.3)
        walk.mark("follow_up")
    if walk.chance((0.5 if touched else 0.32) * walk.manager.skill):
        walk.wait_days(3)
        walk.fire("pay")
    elif not walk.chance(0.1):
        walk.wait_days(9)
        walk.lose(walk.random.choices(("Дорого", "Выбрали других", "Передумал"), (3, 2, 3))[0])


def _comes(walk: Walk) -> bool:
    """Booked: reminded or not, comes, or stays away and is sometimes booked again."""
    neglected = walk.client.has("no_reminders")
    walk.begin("booked")
    for attempt in range(2):
        ahead = 1 + 6 * walk.random.random()
        reminded = walk.chance(0.4 if neglected else 0.95)
        walk.now += timedelta(days=ahead * 0.8)
        if reminded:
            walk.mark("reminder")
        walk.now += timedelta(days=ahead * 0.2)
        walk.wait(30)
        if walk.chance(0.9 if reminded else 0.74):
            walk.fire("arrive")
            return True
        walk.fire("miss")
        walk.wait(200)
        if attempt or not walk.chance(0.25 if neglected else 0.6):
            break
        walk.fire("rebook")
    walk.wait_days(5)
    walk.lose("Не пришёл")
    return False


JOURNEYS: Mapping[str, tuple[Journey, Hours]] = {
    "web_form": (web_form, OFFICE),
    "phone_call": (phone_call, LINE),
    "showroom_visit": (showroom_visit, SHOWROOM),
}
"""How a case of each shipped process goes, and when somebody works there."""
