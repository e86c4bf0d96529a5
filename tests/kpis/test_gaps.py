"""When one source starts or ends months apart from another, the audit says which cases are unusable (D1)."""

from datetime import datetime, timedelta
from typing import Any

from engine.kpis.gaps import gaps
from tests import logs
from tests.kpis.test_working import PROCESS

DAY = 86400


def log_of(keep: Any) -> Any:
    """Six months, two cases a day, all answered after three days; only answers that `keep` says are in the data."""
    cases: dict[str, list[Any]] = {}
    for number in range(360):
        begun = logs.START + timedelta(hours=12 * number)
        answered = begun + timedelta(days=3)
        cases[f"c{number}"] = [("received", begun), *([("contacted", answered)] if keep(answered) else [])]
    return logs.log(logs.process(PROCESS.replace("calendar: CALENDAR\n", "")), cases, until=183 * DAY)


def test_a_whole_log_has_no_gaps() -> None:
    """Nothing is said where nothing is missing."""
    assert gaps(log_of(lambda moment: True)) == ()


def test_a_state_that_begins_months_later() -> None:
    """Two months of cases without one answer, where some 117 were to be expected."""
    begun = datetime(2026, 5, 1)
    (gap,) = gaps(log_of(lambda moment: moment >= begun))
    assert (gap.state, gap.side) == ("contacted", "before")
    assert begun <= gap.moment < begun + timedelta(days=1)
    assert 90 < gap.expected < 125


def test_a_state_that_ends_months_earlier() -> None:
    """An export of answers that was made in June does not know those of July and August."""
    ended = datetime(2026, 7, 1)
    (gap,) = gaps(log_of(lambda moment: moment < ended))
    assert (gap.state, gap.side) == ("contacted", "after")
    assert gap.expected > 60
