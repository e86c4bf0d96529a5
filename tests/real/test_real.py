"""The five real sets through the whole engine: its numbers are those computed independently, case by case."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine import machine
from engine.audit import Audit
from engine.engines.duckdb import Engine
from engine.kpis.fact import Fact
from engine.kpis.fact_table import facts
from engine.pipeline import auditing, opening
from engine.pipeline.auditing import Result
from engine.render.files import FORMATS, write_reports
from engine.render.templates import check_templates, folders
from engine.workspace import Workspace

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
GOLDEN = HERE.parent / "golden" / "golden-stat.json"
NAMES = ("airbnb_dublin", "anonymous_bank", "bpic2012", "olist", "receipt")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SAMPLE = 2000
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not beside this checkout")


@dataclass(frozen=True)
class Audited:
    """A set, audited in a store in memory."""

    workspace: Workspace
    store: Engine
    result: Result

    @property
    def audit(self) -> Audit:
        return self.result.audit

    def fact(self, point: str, **segment: str) -> Fact:
        """The only fact of a control point for the whole period: of all cases, or of one segment."""
        known = facts(self.store, control_points=[point], periods=False)
        (found,) = [fact for fact in known if fact.segment == tuple(segment.items()) and not fact.variant]
        return found

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A query over the relations of the process (`cases`, `visits`, ...)."""
        return list(self.store.rows(sql))


@cache
def expected(name: str) -> list[dict[str, Any]]:
    """Numbers computed independently, in plain SQL."""
    found: list[dict[str, Any]] = json.loads((DATA / "reference_values.json").read_text(encoding="utf-8"))[name]
    return found


@cache
def golden(name: str) -> dict[str, Any]:
    """What a golden case expects."""
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
    (found,) = [case["expected"] for case in cases if case["id"] == name]
    return dict(found)


def audited(name: str, as_of: str | None = None) -> Audited:
    """Import and audit a set."""
    workspace, store = opening.load(HERE / name), Engine()
    reports = opening.import_all(workspace, store, NOW)
    asked = opening.asked(workspace, now=NOW, as_of=as_of)
    return Audited(workspace, store, auditing.audit(workspace, store, reports, asked))


def session(name: str) -> Any:
    """A fixture that audits a set once."""

    @pytest.fixture(scope="session", name=name)
    def fixture() -> Iterator[Audited]:
        made = audited(name)
        yield made
        made.store.close()

    return fixture


airbnb_dublin, anonymous_bank, bpic2012, olist, receipt = map(session, NAMES)


@pytest.fixture(params=NAMES)
def each(request: pytest.FixtureRequest) -> Audited:
    """Each of the sets."""
    found: Audited = request.getfixturevalue(request.param)
    return found


def percent(hits: int, of: int) -> float:
    return round(100 * hits / of, 2)


def hits(fact: Fact) -> int:
    """Cases behind a raw share."""
    assert fact.raw is not None
    return round(fact.raw * fact.n)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_olist_by_origin(olist: Audited) -> None:
    """Leads, deals, raw conversion and days to the deal of every origin; the empty origin apart from "unknown"."""
    days = {"organic_search": 14.5}  # 14.0 with the deal that was won two days before its first contact
    for row in expected("olist"):
        won, time = olist.fact("win_rate", source=row["origin"]), olist.fact("sales_time", source=row["origin"])
        found = (won.n, hits(won), percent(hits(won), won.n), (time.raw or 0) / 86400)
        median = days.get(row["origin"], row["median_days_to_won"])
        assert found == (row["leads"], row["won"], row["conv_pct"], median), row["origin"]
    assert olist.fact("sales_time").note is not None
    assert "negative=1" in str(olist.fact("sales_time").note)


def test_olist_within_days_is_the_golden_curve(olist: Audited) -> None:
    """Won within 60 days of 8,000 leads, with its interval; the deal won before its contact arrives at 0."""
    fact, wanted = olist.fact("win_rate"), golden("olist-won")
    assert fact.raw == pytest.approx(wanted["raw"], rel=1e-6)
    assert (fact.value, fact.low, fact.high, fact.n_eff) == pytest.approx(tuple(wanted["60d"]), rel=1e-6)


def test_olist_as_it_was_seen_on_a_day() -> None:
    """Later deals are not known then: the headline stays, the raw share does not, and the audit says hindsight."""
    seen, wanted = audited("olist", as_of="2018-06-01T23:59:59"), golden("olist-won-seen-on-2018-06-01")
    fact = seen.fact("win_rate")
    assert fact.raw == pytest.approx(wanted["raw"], rel=1e-6)
    assert (fact.value, fact.low, fact.high, fact.n_eff) == pytest.approx(tuple(wanted["60d"]), rel=1e-6)
    assert seen.audit.hindsight
    assert str(seen.audit.as_of) == "2018-06-01 23:59:59"
    seen.store.close()


def test_airbnb_by_reply(airbnb_dublin: Audited) -> None:
    """Inquiries, acceptances and bookings by how fast the host replied; "never" is a band of its own."""
    bands = {"1 <=1h": "<= 1h", "2 <=24h": "<= 24h", "3 >24h": "> 24h", "4 no reply": "never"}
    for row in expected("airbnb_dublin"):
        accepted = airbnb_dublin.fact("acceptance", reply_speed=bands[row["reply"]])
        booked = airbnb_dublin.fact("booking_rate", reply_speed=bands[row["reply"]])
        found = (booked.n, accepted.n, hits(accepted), hits(booked), percent(hits(booked), booked.n))
        assert found == (row["n"], row["n"], row["accepted"], row["booked"], row["booked_pct"])


def test_airbnb_reaction_and_result(airbnb_dublin: Audited) -> None:
    """Bookings by how fast the host replied are 40.4, 24.7, 7.6 and 0 of 100; who was answered in time books more."""
    (dose,) = airbnb_dublin.audit.dose
    assert (dose.control_point, dose.outcome, dose.basis) == ("reaction_time", "booking_rate", "association")
    bands = {band.band: round(100 * (band.value or 0), 1) for band in dose.bands}
    assert bands == {"<= 1h": 40.4, "<= 24h": 24.7, "> 24h": 7.6, "never": 0.0}
    assert [mark.at for mark in dose.landmarks] == [900, 3600, 14400, 86400]
    assert all(mark.low and mark.low > 0 for mark in dose.landmarks)


def test_airbnb_reaction_is_the_golden_curve(airbnb_dublin: Audited) -> None:
    """P90 of all inquiries with the unanswered ones open to the end of the file, and the share answered in 1 hour."""
    reaction, within = airbnb_dublin.fact("reaction_time"), airbnb_dublin.fact("answered_in_1h")
    wanted = golden("airbnb-reaction")
    hours = [seconds / 3600 if seconds is not None else None for seconds in (reaction.value, reaction.raw)]
    near = pytest.approx([wanted["p90_of_all_hours"], wanted["p90_of_answered_hours"]], rel=1e-4)
    assert hours == near
    assert (reaction.n, reaction.of) == (wanted["n"], wanted["answered"])
    shares = pytest.approx([wanted["within_1h_of_all"], wanted["within_1h_of_answered"]], rel=1e-4)
    assert [within.value, within.raw] == shares


def test_bank_by_type(anonymous_bank: Audited) -> None:
    """Calls, hang-ups and the wait in the queue (median, mean, longest) of every type of caller."""
    sql = """
select a_source, count(*), round(100 * count(*) filter (outcome = 'lost') / count(*), 2)
from cases
group by a_source"""
    hung = {kind: (calls, share) for kind, calls, share in anonymous_bank.rows(sql)}
    sql = """
select a_source, round(avg(seconds), 1), max(seconds)::integer
from (select a_source, epoch(left_at - entered_at) as seconds
      from visits
      join cases using (case_key)
      where state_no = 1
        and a_stored_wait > 0)
group by a_source"""
    waits = {kind: (mean, longest) for kind, mean, longest in anonymous_bank.rows(sql)}
    for row in expected("anonymous_bank_by_type"):
        kind = row["type"]
        assert hung[kind] == (row["calls"], row["hang_pct"]), kind
        assert anonymous_bank.fact("wait", source=kind).value == row["median_q_s"], kind
        assert waits[kind] == (row["mean_q_s"], row["max_q_s"]), kind


def test_bank_abandonment_leaves_phantoms_out(anonymous_bank: Audited) -> None:
    """13.73 % of the callers of type PS hang up; with the phantom calls in the denominator it would be 13.61 %."""
    sql = "select count(*) filter (outcome = 'lost'), count(*) from cases where a_source = 'PS' and outcome <> 'void'"
    ((hung, calls),) = anonymous_bank.rows(sql)
    fact = anonymous_bank.fact("abandonment", source="PS")
    assert (fact.n, hits(fact), percent(hits(fact), fact.n)) == (calls, hung, 13.73)


def test_bank_calls_that_leave_the_process(anonymous_bank: Audited) -> None:
    """75 calls deviate: 50 were answered before they were queued, in 25 the clock runs backwards."""
    kept = anonymous_bank.audit.processes[0].conformance
    found = {(one.from_, one.to): one.cases for one in kept.deviations}
    assert kept.deviating == 75
    assert found == {("answered", "queued"): 50, ("", "queued"): 25, ("queued", "ringing"): 25}


def test_receipt_by_channel(receipt: Audited) -> None:
    """Permits, late ones, those without an end and the people, of every channel."""
    sql = """
select a_source, count(*), count(*) filter (first_3 > a_deadline), count(*) - count(first_3), count(distinct a_manager)
from cases
group by a_source"""
    found = {channel: tuple(rest) for channel, *rest in receipt.rows(sql)}
    assert found == {
        row["channel"]: (row["cases"], row["late"], row["no_end"], row["responsibles"])
        for row in expected("receipt_by_channel")
    }


def test_receipt_on_time_is_by_each_permits_own_deadline(receipt: Audited) -> None:
    """on_time: of the ended and the overdue, those that ended by their deadline."""
    sql = """
select count(*) filter (first_3 <= a_deadline), count(*) filter (first_3 is not null or a_deadline <= observed_until)
from cases
where a_deadline is not null"""
    ((kept, due),) = receipt.rows(sql)
    assert (hits(receipt.fact("on_time")), receipt.fact("on_time").n) == (kept, due)


def test_bpic_activities_and_outcomes(bpic2012: Audited) -> None:
    """Cases with each of 24 activities; 2,246 won, 10,442 lost, 399 open; nothing leaves the process."""
    (flow,) = bpic2012.audit.processes
    found = {one.activity: one.cases for one in flow.activities}
    assert found == {row["activity"]: row["cases"] for row in expected("bpic2012_cases_with_activity")}
    assert len(found) == 24
    assert (flow.cases, flow.won, flow.lost, flow.void, flow.open) == (13_087, 2246, 10_442, 0, 399)
    assert flow.conformance.deviating == 0


def test_bpic_reaction_counts_working_hours(bpic2012: Audited) -> None:
    """A lead queued in the evening and taken in the morning has not waited all night."""
    fact = bpic2012.fact("lead_reaction")
    assert (fact.note or "").find("no-calendar") == -1
    assert fact.value is not None
    assert fact.n > 4000


# --- every set --------------------------------------------------------------------------------------------------------


def test_every_row_is_accounted_for(each: Audited) -> None:
    """rows = used + filtered + ignored + duplicates + rejected; visits of every stage add up (D9)."""
    for source in each.audit.sources:
        parts = (source.used, source.filtered, source.ignored, source.duplicates, source.rejected)
        assert source.rows == sum(parts)
    for process in each.audit.processes:
        assert process.cases == process.won + process.lost + process.void + process.open
        for stage in process.stages:
            gone = (stage.advanced, stage.aside, stage.moved_back, stage.lost, stage.void, stage.open)
            assert stage.entered == sum(gone) + stage.resting + stage.reopened, stage.state


def test_conformance_equals_a_replay_case_by_case(each: Audited) -> None:
    """The set-based answer is that of a `transitions.Machine` driven through each case: moves, pending, conforming."""
    (process,) = each.workspace.processes.values()
    states = [state.name for state in process.states]
    sql = f"""
with sample as (
  select case_key, truncated, initial_state from cases order by not truncated, hash(case_key) limit {SAMPLE}),
wrong as (
  select case_key, list((from_state, to_state) order by moved_at, from_state, to_state) as moves
  from (select * from moves where not allowed)
  group by case_key),
path as (select case_key, list(state_no order by visit_no) as states from visits group by case_key)
select path.states, truncated, coalesce(wrong.moves, []), resting_state
from sample
join path using (case_key)
join (select case_key, resting_state from cases) using (case_key)
left join wrong using (case_key)"""
    rows = each.rows(sql)
    assert len(rows) == min(SAMPLE, each.audit.processes[0].cases)
    for path, truncated, moves, resting in rows:
        played = machine.replay(process, [states[number] for number in path])
        found = [(states[source], states[to]) for source, to in moves]
        start = [("", states[path[0]])] if truncated else []
        assert sorted(played.deviations) == sorted(start + found)
        assert played.pending == (not played.deviations and not process.state(states[resting]).final)


@pytest.mark.parametrize("name", NAMES)
def test_the_workspace_is_clean(name: str) -> None:
    """Not a single problem or warning."""
    problems = opening.check(
        HERE / name, (lambda workspace: check_templates(workspace.root, workspace.settings.locale),)
    )
    assert problems == ()


def test_all_documents_are_written(each: Audited, tmp_path: Path) -> None:
    """Every format, without a warning; the numbers of audit.json are those of the audit."""
    write_reports(each.audit, tmp_path / "report", FORMATS, each.result.case_tables, folders(each.workspace.root))
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"plan.md", "plan.html", "audit.json"} <= names
    written = json.loads((tmp_path / "report" / "audit.json").read_text(encoding="utf-8"))
    assert [process["cases"] for process in written["processes"]] == [p.cases for p in each.audit.processes]
