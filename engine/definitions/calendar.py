"""Working hours, days off and moved days of a calendar (calendars of voronka.yaml)."""

from dataclasses import field

from engine.definitions.document import Duration, shape


@shape
class Short:
    """How much earlier a worked day before a public holiday ends."""

    before_holiday: Duration


@shape
class Calendar:
    """Working hours: `hours` by days (`mon-fri`), each a list of ranges in one text (`09:00-13:00,14:00-18:00`)."""

    name: str = ""
    hours: dict[str, str]
    time_zone: str | None = None
    holidays: str | None = None
    short: Short | None = None
    days: dict[str, str] = field(default_factory=dict)
