"""Comparisons, horizons and identities through the whole audit: definitions and an export in, audit out."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.audit import Audit
from engine.kpis.flow import ProcessFlow
from engine.pipeline import auditing, opening
from engine.starter import init
from tests.command import HEADER, workspace

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def audited(root: Path, **asked: str) -> Audit:
    """A workspace audited; its store stays where it is."""
    loaded = opening.load(root)
    with opening.open_store(root) as store:
        reports = opening.import_all(loaded, store, NOW)
        return auditing.audit(loaded, store, reports, opening.asked(loaded, now=NOW, **asked)).audit


def simpson() -> str:
    """Two months: both managers win less often in the second, but the better one has many more cases."""
    lines, number = [], 0
    for month, plan in ((1, {"A": (100, 60), "B": (300, 60)}), (2, {"A": (300, 165), "B": (100, 15)})):
        for manager, (cases, won) in plan.items():
            for k in range(cases):
                day = datetime(2026, month, 1) + timedelta(hours=k)
                for step, stage in enumerate(("new", "call", "paid" if k < won else "refused")):
                    lines.append(f"{number};{stage};{day + timedelta(hours=step):%d.%m.%Y %H:%M};{manager};s\n")
                number += 1
    last = datetime(2026, 5, 1)
    lines.append(f"{number};new;{last:%d.%m.%Y %H:%M};A;s\n")
    return HEADER + "".join(lines)


def test_the_last_two_mature_months_are_compared(tmp_path: Path) -> None:
    """30 of 100 became 45 of 100 though each manager fell: the mix brought more than all of it, and it is said."""
    audit = audited(workspace(tmp_path, data=simpson()))
    (change,) = [change for change in audit.changes if change.control_point == "win_rate"]
    assert (change.before.value, change.after.value) == (pytest.approx(0.3), pytest.approx(0.45))
    assert (change.before.n, change.after.n, change.by) == (400, 400, "manager")
    assert change.low < change.change < change.high
    assert change.low > 0
    assert change.mix is not None
    assert change.rate is not None
    assert change.mix + change.rate == pytest.approx(change.change, abs=1e-12)
    assert change.rate < 0 < change.mix
    assert change.simpson
    assert math.fsum(part.mix + part.rate for part in change.segments) == pytest.approx(change.change, abs=1e-12)
    assert [stage.state for stage in change.stages] == [None, "received", "contacted"]
    won = change.after.value * change.after.n - change.before.value * change.before.n
    assert math.fsum(stage.cases for stage in change.stages) == pytest.approx(won)


def test_a_horizon_stays_for_later_audits(tmp_path: Path) -> None:
    """Found once by the ladder, kept in the store; another pair of points has another one."""
    root = workspace(tmp_path, data=simpson())
    process = root / "processes/web_form.yaml"
    process.write_text(process.read_text(encoding="utf-8").replace(", within: 30d", ""), encoding="utf-8")

    def horizon() -> int | None:
        facts = audited(root).facts
        (fact,) = [f for f in facts if f.control_point == "win_rate" and not f.segment and not f.period]
        return fact.horizon

    assert horizon() == 4 * 3600
    rows = simpson()
    slower = "".join(
        f"{900 + k};{stage};{day}.03.2026 10:00;A;s\n"
        for k in range(200)
        for stage, day in (("new", "01"), ("paid", "25"))
    )
    (root / "data/deals.csv").write_text(rows + slower, encoding="utf-8")
    assert horizon() == 4 * 3600
    process.write_text(process.read_text(encoding="utf-8").replace("kpi: conversion", "kpi: conversion, within: 60d"),
                       encoding="utf-8")  # fmt: skip
    assert horizon() == 60 * 86400


def test_too_young_periods_are_marked_and_say_when_they_are_ready(tmp_path: Path) -> None:
    """In no signal and no comparison; ready once their cases have had their horizon."""
    rows = "".join(
        f"{n};{stage};{datetime(2026, 1, 5) + timedelta(hours=4 * n + step):%d.%m.%Y %H:%M};A;s\n"
        for n in range(900)
        for step, stage in enumerate(("new", "call", "paid"))
    )
    audit = audited(workspace(tmp_path, data=HEADER + rows))
    (trend,) = [trend for trend in audit.trends if trend.control_point == "win_rate"]
    young = [point for point in trend.points if point.provisional]
    assert young
    assert trend.grain == "week"
    assert trend.mean is not None
    for point in young:
        assert point.signal is None
        assert point.ready == point.until + timedelta(days=30)
    assert all(
        change.after.until <= trend.points[-1].until - timedelta(days=30)
        for change in audit.changes
        if change.control_point == "win_rate"
    )


def identity(flow: ProcessFlow) -> None:
    """D9, for every state; lost visits - reopened = lost cases."""
    for stage in flow.stages:
        parts = (stage.advanced, stage.aside, stage.moved_back, stage.lost, stage.void, stage.open)
        assert stage.entered == sum(parts) + stage.resting + stage.reopened, stage
        assert min(*parts, stage.resting, stage.reopened) >= 0, stage
    assert sum(stage.resting for stage in flow.stages) == flow.won + flow.lost + flow.void
    assert flow.won + flow.lost + flow.void + flow.open == flow.cases


def test_the_identity_holds_in_the_report_of_the_demo(tmp_path: Path) -> None:
    """Three channels, six months; and what the open cases will bring stands beside every conversion."""
    init(tmp_path / "demo", demo=True, locale="ru", channels=())
    audit = audited(tmp_path / "demo")
    assert len(audit.processes) == 3
    for flow in audit.processes:
        identity(flow)
    conversions = {(p.process, p.name) for p in audit.control_points if p.kpi == "conversion"}
    whole = [f for f in audit.facts if (f.process, f.control_point) in conversions and not f.segment and not f.period]
    whole = [fact for fact in whole if not (fact.note or "").startswith("missing=")]  # marks that nobody notes
    assert all(f.forecast is not None and f.forecast <= f.pending + 1e-9 for f in whole)
