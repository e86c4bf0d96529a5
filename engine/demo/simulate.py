"""The seeded simulator: equal arguments give equal events, whatever the machine."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from engine.definitions.process import Process
from engine.demo.client import Client, Hours, Manager, Rhythm
from engine.demo.journeys import JOURNEYS
from engine.demo.walk import Event, Table, Walk, table

MONDAY_RUSH = 1.6


def simulate(process: Process, client: Client, seed: int, since: date, until: date) -> tuple[Event, ...]:
    """Every event of the cases that begin from `since` to before `until`, in the client's local time, sorted by time.

    Events after `until` have not happened yet: such a case is open. KeyError for a process without a journey.
    """
    journey, hours = JOURNEYS[process.process]
    start, end = datetime.combine(since, time()), datetime.combine(until, time())
    firm = _Firm(client, process, table(process), _people(process.process, client), hours, start, end, seed)
    events: list[Event] = []
    earlier = ""
    for case, at in enumerate(_arrivals(client, process.process, seed, start, end), 1):
        walk = firm.case(case, at)
        if earlier and walk.chance(0.03) and process.process == "web_form" and client.has("duplicates"):
            walk.phone, walk.again = earlier, True
        earlier = walk.phone
        journey(walk)
        events.extend(walk.events)
    return tuple(sorted(events, key=lambda event: (event.happened_at, event.case)))


@dataclass(frozen=True, slots=True)
class _Firm:
    """What all cases of one process share."""

    client: Client
    process: Process
    moves: Table
    people: Sequence[Manager]
    hours: Hours
    since: datetime
    until: datetime
    seed: int

    def case(self, number: int, at: datetime) -> Walk:
        """A case before its first event; its chances depend on the seed and its number alone."""
        random = Random(f"{self.seed}:{self.process.process}:{number}")  # noqa: S311  (nothing here is secret)
        product, price = random.choice(self.client.products)
        return Walk(
            client=self.client,
            process=self.process,
            table=self.moves,
            random=random,
            case=number,
            now=at,
            since=self.since,
            until=self.until,
            hours=self.hours,
            manager=random.choices(self.people, [person.share for person in self.people])[0],
            origin=random.choices(self.client.sources, [source.share for source in self.client.sources])[0],
            product=product,
            price=100 * round(price * random.lognormvariate(0.0, 0.45) / 100),
            phone=f"+7 000 {random.randrange(100, 1000)}-{random.randrange(10, 100)}-{random.randrange(10, 100)}",
        )


def _people(process: str, client: Client) -> Sequence[Manager]:
    return {"phone_call": client.operators, "showroom_visit": client.sellers}.get(process, client.managers)


def _arrivals(client: Client, process: str, seed: int, start: datetime, end: datetime) -> Iterator[datetime]:
    """Moments of arrival: a number for each day by its weekday, each at an hour of the day's curve, in order."""
    rhythm = client.rhythm[process]
    random = Random(f"{seed}:{process}:arrivals")  # noqa: S311  (nothing here is secret)
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
