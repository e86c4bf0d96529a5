"""Working hours as a table on a door says them: `пн–пт 09:00–18:00, сб 10:00–15:00`."""

from engine.definitions.calendar import Calendar
from engine.definitions.process import Process
from engine.render.papers.terms import Terms


def hours_of(terms: Terms, process: Process) -> str:
    """The calendar of a process in words; of a calendar for each branch, all of them; nothing where there is none."""
    names = process.calendar
    if isinstance(names, dict):
        branches = [(branch, name) for branch, name in names.items() if branch != "by"]
        lines = [(branch, terms.settings.calendars.get(name)) for branch, name in branches]
        return "; ".join(f"{branch}: {_week(terms, one)}" for branch, one in lines if one)
    calendar = terms.settings.calendars.get(names or "")
    return _week(terms, calendar) if calendar else ""


def _week(terms: Terms, calendar: Calendar) -> str:
    days = [f"{_days(terms, days)} {_ranges(terms, ranges)}" for days, ranges in calendar.hours.items()]
    off = terms.t("hours.holidays") if calendar.holidays else ""
    return ", ".join(filter(None, (*days, off)))


def _days(terms: Terms, days: str) -> str:
    """`mon-fri` in the language of the reader."""
    names = [part.strip() for part in days.split("-")]
    known = [terms.t(f"weekday.{name}") if terms.look.words.has(f"weekday.{name}") else name for name in names]
    return "–".join(known)


def _ranges(terms: Terms, ranges: str) -> str:
    return terms.t("hours.closed") if ranges.strip() == "closed" else ranges.replace("-", "–").replace(",", ", ")
