"""What would turn the first two items of a plan round."""

from typing import Literal

from engine.plan.priority import LEAST_HOURS, WORK_DAY_HOURS, days, overtakes_below
from engine.plan.wishes import Candidate
from engine.plan.worth import Effects

_LESS_WORK = {
    "ru": "на «{title}» уйдёт меньше {hours} ч (сейчас {now} ч)",
    "en": "“{title}” takes less than {hours} h (now {now} h)",
}
_MORE_GAIN = {
    "ru": "«{title}» даст больше {won} продаж в месяц",
    "en": "“{title}” brings more than {won} sales a month",
}


def swaps_if(first: Candidate, second: Candidate, effects: Effects, locale: Literal["ru", "en"]) -> str | None:
    """In words; None where one needs the other, or nothing is known that they could be compared by."""
    title, now = second.action.title.of(locale), second.action.effort.hours
    if first.action.name in second.action.prerequisites or first.priority <= 0:
        return None
    if bool(first.levers) == bool(second.levers) and second.priority > 0:
        worth = second.value if second.levers else second.guess
        hours = overtakes_below(worth, 1.0, first.priority) * WORK_DAY_HOURS
        if LEAST_HOURS <= hours < now:
            return _LESS_WORK[locale].format(title=title, hours=_number(hours, locale), now=_number(now, locale))
    process = second.wishes[0].finding.process
    if not first.levers or process not in effects.funnels:
        return None
    won = first.priority * days(now) / effects.unit(process)
    return _MORE_GAIN[locale].format(title=title, won=_number(won, locale))


def _number(value: float, locale: str) -> str:
    text = f"{value:.1f}" if value < 10 else f"{value:.0f}"
    text = text.removesuffix(".0")
    return text.replace(".", ",") if locale == "ru" else text
