"""A shop that has a door counter and a till export, and no case at all, gets from two files to verdicts."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.command import voronka

SETTINGS = """
format: 1
client: Уют
locale: {locale}
time_zone: Europe/Moscow
sources:
  - {{name: door, process: shop, path: data/door.csv, period: [Дата, Час], counters: {{visitors: Вошло}}}}
  - {{name: till, process: shop, path: data/till.csv, period: Дата, counters: {{receipts: Чеков, revenue: Сумма}}}}
targets: {{shop.sales: {{2026-08: 900000, 2026-09: 100000}}}}
audit: {{segments: [channel]}}
"""
PROCESS = """
process: shop
title: {ru: Торговый зал, en: Shop floor}
counters: [{name: visitors, title: Вошло}, {name: receipts, title: Чеков}, {name: revenue, money: true}]
control_points:
  buyers: {kpi: conversion, from: visitors, to: receipts}
  average: {kpi: ratio, of: revenue, per: receipts}
  sales: {kpi: value, of: revenue}
  plan: {kpi: attainment, of: sales}
"""
RULES = """
rules:
  - {name: few_buyers, title: Мало покупают, control_point: buyers, red: "< 25%"}
  - {name: plan_missed, title: План, control_point: plan, red: "< 90%"}
  - {name: both, title: Оба, when: buyers < 25% and plan < 90%, severity: red}
"""


def shop(root: Path, locale: str = "ru") -> Path:
    """Half a year: 24 of 100 buy until August, 16 of 100 after."""
    files = {"voronka.yaml": SETTINGS.format(locale=locale), "processes/shop.yaml": PROCESS, "rules/r.yaml": RULES}
    door, till = ["Дата;Час;Вошло"], ["Дата;Чеков;Сумма"]
    for n in range(183):
        day = date(2026, 4, 1) + timedelta(days=n)
        visitors, bought = 100 + 10 * (n % 7), 24 if day.month < 8 else 16
        door += [f"{day:%d.%m.%Y};{hour}:00-{hour + 1}:00;{visitors // 2}" for hour in (11, 17)]
        receipts = visitors * bought // 100 + n % 3
        till.append(f"{day:%d.%m.%Y};{receipts};{receipts * 1000} руб.")
    files |= {"data/door.csv": "\n".join(door), "data/till.csv": "\n".join(till)}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_from_two_files_to_verdicts(tmp_path: Path, locale: str) -> None:
    """Totals, ratios, trends with their signals, verdicts and findings; no case, no funnel of cases."""
    root = shop(tmp_path, locale)
    assert voronka("check", root).text == "no problems\n"
    ran = voronka("audit", root)
    assert ran.code == 0, ran.text
    (report,) = (root / "reports").iterdir()
    audit = json.loads((report / "audit.json").read_text(encoding="utf-8"))
    (process,) = audit["processes"]
    assert (process["cases"], [c["counter"] for c in process["counters"]]) == (0, ["visitors", "receipts", "revenue"])
    assert {f["rule"]: f["severity"] for f in audit["findings"]} == {"few_buyers": "red"}
    trend = next(trend for trend in audit["trends"] if trend["control_point"] == "buyers")
    assert any(point["signal"] == "shift" for point in trend["points"])
    assert not audit["provisional"]
    page = (report / "plan.html").read_text(encoding="utf-8")
    assert "183 дня" in page if locale == "ru" else "183 days" in page
    assert 'class="funnel' in page
    assert 'id="losses"' not in page


def test_what_is_about_cases_is_a_problem(tmp_path: Path) -> None:
    """KPIs, conditions and clocks of cases, counters that are not listed, means as totals: each said at its place."""
    root = shop(tmp_path)
    path = root / "processes/shop.yaml"
    wrong = """  a: {kpi: wip}
  b: {kpi: elapsed, from: visitors, to: receipts}
  c: {kpi: volume, of: visitrs}
  d: {kpi: volume, of: visitors, where: "source == 'x'"}
  e: {kpi: conversion, from: visitors, to: receipts, within: 3d}
  f: {kpi: value, of: revenue, how: mean}
  g: {kpi: attainment, of: f}
  h: {kpi: value, outcome: won}
"""
    path.write_text(PROCESS + wrong, encoding="utf-8")
    found = [line for line in voronka("check", root).text.splitlines() if line.startswith("processes")]
    assert [(line.split(":")[1], line.rsplit("[", 1)[1].rstrip("]")) for line in found] == [
        ("10", "kpi-needs-cases"),
        ("11", "kpi-needs-cases"),
        ("11", "kpi-needs-cases"),
        ("12", "unknown-counter"),
        ("13", "kpi-needs-cases"),
        ("14", "kpi-needs-cases"),
        ("16", "not-a-total"),
        ("17", "kpi-needs-cases"),
    ]
    assert voronka("graph", "shop", "--project", root).code == 2


def test_one_counter_as_a_table(tmp_path: Path) -> None:
    """`voronka kpi` shows a control point of counters by month, and what it means."""
    root = shop(tmp_path)
    ran = voronka("--project", root, "kpi", "shop.buyers", "--grain", "month")
    assert ran.code == 0, ran.text
    assert "август" in ran.out
    assert "Диапазон" in voronka("--project", root, "kpi", "shop.buyers", "--about").out
