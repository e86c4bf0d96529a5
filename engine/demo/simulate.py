"""The seeded simulator: equal arguments give equal events, whatever the machine."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from engine.definitions.process import Process
from engine.demo.client import Client, Manager, Origin, Rhythm
from engine.demo.journeys import JOURNEYS
from engine.demo.walk import Event, Table, Walk, table

MONDAY_RUSH = 1.6


def simulate(process: Process, client: Client, seed: int, since: date, until: date) -> tuple[Event, ...]:
    """Every event of the cases that begin from `since` to before `until`, in the client's local time, sorted by time.

    Events after `until` have not happened yet: such a case is open. KeyError for a process without a journey.
    """
    journey, hours = JOURNEYS[process.process]
    start, end = datetime.combine(since, time()), datetime.combine(until, time())
    moves, people = table(process), _people(process.process, client)
    events: list[Event] = []
    for case, at in enumerate(_arrivals(client, process.process, seed, start, end), 1):
        random = Random(f"{seed}:{process.process}:{case}")
        walk = _walk(client, process, moves, random, people, case, at, start, end)
        walk.hours = hours
        journey(walk)
        events.extend(walk.events)
    return tuple(sorted(events, key=lambda event: (event.happened_at, event.case)))


def _people(process: str, client: Client) -> Sequence[Manager]:
    return {"phone_call": client.operators, "showroom_visit": client.sellers}.get(process, client.managers)


def _arrivals(client: Client, process: str, seed: int, start: datetime, end: datetime) -> Iterator[datetime]:
    """Moments of arrival: a number for each day by its weekday, each at an hour of the day's curve, in order."""
    rhythm = client.rhythm[process]
    random = Random(f"{seed}:{process}:arrivals")
    day = start
    while day < end:
        moments = [day + _moment(random, rhythm) for _ in range(_number(random, _expected(client, process, day)))]
        yield from sorted(moments)
        day += timedelta(days=1)


def _expected(client: Client, process: str, day: datetime) -> float:
    rhythm = client.rhythm[process]
    weight = rhythm.weekdays[day.weekday()]
    if process == "web_form" and day.weekday() == 0 and client.has("monday_overload"):
        weight *= MONDAY_RUSH
    return rhythm.per_week * weight / sum(rhythm.weekdays)


def _number(random: Random, expected: float) -> int:
    """A whole number near the expected one (normal with the variance of a Poisson number)."""
    return max(0, round(random.gauss(expected, expected**0.5)))


def _moment(random: Random, rhythm: Rhythm) -> timedelta:
    sums = list(accumulate(rhythm.hours))
    hour = bisect(sums, random.random() * sums[-1])
    return timedelta(hours=hour, seconds=random.randrange(3600))


def _walk(
    client: Client,
    process: Process,
    moves: Table,
    random: Random,
    people: Sequence[Manager],
    case: int,
    at: datetime,
    since: datetime,
    until: datetime,
) -> Walk:
    product, price = random.choice(client.products)
    origin: Origin = random.choices(client.sources, [source.share for source in client.sources])[0]
    manager = random.choices(people, [person.share for person in people])[0]
    return Walk(
        client=client,
        process=process,
        table=moves,
        random=random,
        case=case,
        now=at,
        since=since,
        until=until,
        hours={},
        manager=manager,
        origin=origin,
        product=product,
        price=round(price * random.lognormvariate(0.0, 0.45), -2) // 1,
        phone=f"+7 000 {random.randrange(100, 1000)}-{random.randrange(10, 100)}-{random.randrange(10, 100)}",
    )
