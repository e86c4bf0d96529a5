"""The real sets drafted without help: case, times and states are those that people wrote by hand."""

from pathlib import Path

import pytest

from engine.draft.model import Drafted
from engine.pipeline import opening
from tests.draft.test_draft import drafted

REAL = Path(__file__).parents[1] / "real"
DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not beside this checkout")


def of(tmp_path: Path, *names: str) -> Drafted:
    return drafted(tmp_path, *(DATA / name for name in names))


def times(found: Drafted) -> list[tuple[str, ...]]:
    return [state.when.at for state in found.flow.states if state.when]


def test_airbnb_dublin(tmp_path: Path) -> None:
    """No column is unique; four times in two ways of writing; dates of the stay are no steps."""
    found = of(tmp_path, "airbnb_dublin/Contacts.csv")
    source = opening.load(REAL / "airbnb_dublin").settings.sources[0]
    assert found.guesses["case"].columns == source.case
    assert times(found) == [milestone.at for milestone in source.milestones.values()]
    assert found.sheet.empty == source.empty
    assert found.attributes["manager"].columns == (source.attributes["manager"].column,)


def test_anonymous_bank(tmp_path: Path) -> None:
    """A day beside clocks, two columns for a case, the outcome in words."""
    found = of(tmp_path, "anonymous_bank/data_anonymous_bank_february.txt")
    source = opening.load(REAL / "anonymous_bank").settings.sources[0]
    assert found.guesses["case"].columns == source.case
    assert (found.format, found.empty_clock) == (*source.format, *source.empty)
    by_hand = {name: milestone.at for name, milestone in source.milestones.items()}
    assert times(found)[:3] == [by_hand["ringing"], by_hand["queued"], by_hand["answered"]]
    assert found.status is not None
    assert found.status.columns == ("outcome",)
    ends = {state.title: state.outcome for state in found.flow.states if state.outcome}
    assert ends == {"AGENT": "won", "HANG": "lost", "PHANTOM": "void"}
    leaves = [state.when.leave for state in found.flow.states[1:3] if state.when]
    assert leaves == [source.milestones["queued"].leave, source.milestones["answered"].leave]


def test_bpic2012(tmp_path: Path) -> None:
    """The stages that a person chose of 24 activities, all but two; ends by their words; work items are marks."""
    found = of(tmp_path, "bpic2012/BPI_Challenge_2012.xes.gz")
    roles = {role: found.guesses[role].columns for role in ("case", "activity", "at")}
    source = opening.load(REAL / "bpic2012").settings.sources[0]
    assert roles == {"case": source.case, "activity": (source.activity,), "at": source.at}
    by_hand = {activity: line.state for line in source.map if line.state for activity in line.activity}
    ours = {activity for state in found.flow.states for activity in state.activities}
    assert set(by_hand) - ours == {"A_PARTLYSUBMITTED", "A_FINALIZED"}
    outcomes = {state.title: state.outcome for state in found.flow.states if state.outcome}
    assert outcomes == {"A_ACTIVATED": "won", "A_DECLINED": "lost", "A_CANCELLED": "lost"}
    assert found.flow.happy_path == (
        "a_submitted", "a_preaccepted", "a_accepted", "o_sent", "o_sent_back", "a_activated",
    )  # fmt: skip


def test_olist(tmp_path: Path) -> None:
    """Two files joined by the column they share."""
    leads, deals = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
    found = of(tmp_path, f"olist/{deals}", f"olist/{leads}")
    source = opening.load(REAL / "olist").settings.sources[0]
    assert found.guesses["case"].columns == source.case
    assert times(found) == [milestone.at for milestone in source.milestones.values()]
    assert [(join.ours, join.theirs) for join in found.joined] == [("mql_id", "mql_id")]
    attributes = {role: found.attributes[role].columns[0] for role in ("source", "manager", "amount")}
    assert attributes == {role: source.attributes[role].column for role in attributes}


def test_receipt(tmp_path: Path) -> None:
    """A log without words of success: the date of the end closes the case."""
    found = of(tmp_path, "receipt/08_receipt.xes.gz")
    source = opening.load(REAL / "receipt").settings.sources[0]
    roles = {role: found.guesses[role].columns for role in ("case", "activity", "at")}
    assert roles == {"case": ("case:concept:name",), "activity": ("concept:name",), "at": ("time:timestamp",)}
    assert found.guesses["won"].columns == tuple(source.moments.values())
    assert found.attributes["manager"].columns == (source.attributes["manager"].column,)
    assert found.flow.happy_path[0] == "confirmation_of_receipt"
