"""What a trade needs: the channels its clients come by, the work behind them, its hours, and its words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from engine.definitions.document import did_you_mean
from engine.definitions.process import Process
from engine.errors import DefinitionError, Location, Problem
from engine.workspace.files import library, shipped

CHANNELS = ("web_form", "phone_call", "showroom_visit")
"""What a workspace begins with where nothing is asked for; of these the made-up client has data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """`channels`: usual ways in; `behind`: what becomes of an inquiry. `hours` and `words` are what it has of its own:
    hours of calendars, and a part of the library that an inquiry takes its words from."""

    channels: tuple[str, ...]
    behind: tuple[str, ...]
    hours: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


_BOOKED = "parts/booked.yaml"

TRADES: Mapping[str, Trade] = {
    "furniture": Trade(channels=("web_form", "phone_call", "live_chat", "showroom_visit"), behind=("made_to_order",)),
    "clinic": Trade(
        channels=("phone_call", "callback_widget", "live_chat"),
        behind=("clinic", "retention"),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-fri: "08:00-20:00", sat: "09:00-15:00"'),
        words=_BOOKED,
    ),
    "salon": Trade(
        channels=("phone_call", "social", "live_chat"),
        behind=("salon", "retention"),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-sun: "10:00-21:00"'),
        words=_BOOKED,
    ),
    "car_service": Trade(
        channels=("phone_call", "callback_widget", "live_chat"),
        behind=("car_service_visit", "work_order", "retention"),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-sat: "09:00-20:00"'),
        words=_BOOKED,
    ),
    "wholesale": Trade(
        channels=("phone_call", "email"),
        behind=("wholesale",),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-fri: "09:00-18:00"'),
    ),
    "shop": Trade(
        channels=("phone_call", "social", "marketplace_inquiry"),
        behind=("shop", "online_order"),
        hours={"phone_line": 'mon-sun: "10:00-21:00"'},
    ),
    "restaurant": Trade(
        channels=("phone_call", "social"),
        behind=("restaurant_booking", "delivery"),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-sun: "10:00-23:00"'),
        words=_BOOKED,
    ),
    "b2b_services": Trade(
        channels=("phone_call", "email"),
        behind=("b2b_sale",),
        hours=dict.fromkeys(("office", "phone_line"), 'mon-fri: "09:00-18:00"'),
    ),
}


def trade_of(name: str) -> Trade | None:
    """The trade of a name, None of an empty one; DefinitionError with the nearest one where there is none."""
    if not name or name in TRADES:
        return TRADES.get(name)
    hint = did_you_mean(name, TRADES) or f"choose of {', '.join(TRADES)}"
    problem = Problem(where=Location("--trade"), code="unknown-trade", message=f"unknown trade `{name}`", hint=hint)
    raise DefinitionError([problem])


def chosen(channels: Iterable[str], trade: Trade | None) -> tuple[str, ...]:
    """Processes by their names or short names, then those behind them in the trade; DefinitionError with all that are
    unknown. Without channels: the usual ones of the trade, or `CHANNELS`."""
    named = tuple(channels)
    if not named:
        return (*trade.channels, *trade.behind) if trade else CHANNELS
    meant = {name: _meant(name) for name in named}
    if wrong := [_unknown(name, found) for name, found in meant.items() if len(found) != 1]:
        raise DefinitionError(wrong)
    return tuple(dict.fromkeys((*(found[0] for found in meant.values()), *(trade.behind if trade else ()))))


@cache
def process(name: str) -> Process:
    """A shipped process; a broken one is a fault of this package, and says so."""
    document = shipped(name)
    found = document.shaped(Process) if not document.problems else None
    if not isinstance(found, Process):
        raise DefinitionError(document.problems)
    return found


def known() -> tuple[str, ...]:
    """Every process of the library."""
    return tuple(sorted(path.stem for path in (library() / "processes").glob("*.yaml")))


def _meant(name: str) -> tuple[str, ...]:
    """Processes that a name may mean: its own, else its channel or a word of its name (`phone`: phone_call)."""
    word = name.strip().casefold().replace("-", "_")
    if word in known():
        return (word,)
    return tuple(other for other in known() if word == process(other).channel or word in other.split("_"))


def _unknown(name: str, found: tuple[str, ...]) -> Problem:
    message = f"`{name}` may be {' or '.join(found)}" if found else f"unknown channel `{name}`"
    hint = "write the whole name" if found else did_you_mean(name, known()) or f"choose of {', '.join(known())}"
    return Problem(where=Location("--channels"), code="unknown-channel", message=message, hint=hint)
