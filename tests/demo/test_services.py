"""The shipped services, orders and shop: what stands on a part has all of it, a shop is judged by its counts."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.workspace.files import library, shipped
from tests.command import voronka

VISITS = ("showroom_visit", "salon", "clinic", "car_service_visit", "fitness", "restaurant_booking")
PROCESSES = (*VISITS, "online_order", "delivery", "work_order")
SETTINGS = """\
format: 1
client: Shop
locale: en
time_zone: Europe/Moscow
calendars: {shop: {hours: {mon-sun: "10:00-21:00"}}}
"""


def shop(root: Path, sources: str = "") -> Path:
    """A workspace of the shop, with the shipped rules."""
    for folder in ("processes", "features", "data"):
        (root / folder).mkdir(parents=True)
    (root / "voronka.yaml").write_text(SETTINGS + sources, "utf-8")
    shutil.copy(library() / "processes" / "shop.yaml", root / "processes")
    return root


@pytest.mark.parametrize("name", PROCESSES)
def test_both_languages_tell_the_same(name: str) -> None:
    """As many scenarios, steps and rows of examples, and the same control points in the same order."""
    told = [(library() / "features" / locale / f"{name}.feature").read_text("utf-8") for locale in ("ru", "en")]
    lines = [[line for line in text.splitlines() if line and not line.startswith("#")] for text in told]
    assert len(lines[0]) == len(lines[1])
    found = [re.findall(r"(?:контрольная точка|control point) (\w+)", text) for text in told]
    assert found[0] == found[1]


def test_what_stands_on_a_part_has_all_of_it() -> None:
    """A thin child keeps every control point of the appointment, in its own words where it says so."""
    parts = {name: shipped(f"parts/{name}").data["control_points"] for name in ("visit", "appointment", "order")}
    for name in VISITS[1:]:
        assert {*parts["visit"], *parts["appointment"]} <= set(shipped(name).data["control_points"])
    for name in ("online_order", "delivery"):
        assert set(parts["order"]) <= set(shipped(name).data["control_points"])


SOURCE = """\
sources:
  - name: till
    process: shop
    path: data/shop.csv
    shape: counts
    period: day
    counters: {visitors: visitors, receipts: receipts, items: items, revenue: revenue, seller_hours: hours}
"""
FEATURE = """\
Feature: Shop
  Scenario: What the counters say
    Given the process shop
    And the log of the workspace
    Then the control point visitor_conversion is at least 25%
    And the control point items_per_receipt is at least 2
    And the control point receipts_per_hour is at most 5
    And the control point sales is at least 1000000
"""


def test_a_shop_is_judged_by_its_counts(tmp_path: Path) -> None:
    """Visitors, receipts, items, money and hours by day become the ratios of the shop; nothing is made up of cases."""
    root = shop(tmp_path / "client", SOURCE)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(120)]
    rows = [f"{day},{100 + day.day},{30 + day.day % 4},{66 + day.day % 4},{45000 + 100 * day.day},8" for day in days]
    (root / "data" / "shop.csv").write_text("\n".join(["day,visitors,receipts,items,revenue,hours", *rows]), "utf-8")
    (root / "features" / "shop.feature").write_text(FEATURE, "utf-8")
    ran = voronka("test", root)
    assert ran.code == 0, ran.text
    assert voronka("audit", root).code == 0


def test_counters_are_drawn_as_what_is_held_against_what(tmp_path: Path) -> None:
    """A process without states is drawn too: an arrow from visitors to receipts, and no beginning or end."""
    ran = voronka("graph", "shop", "--project", shop(tmp_path / "client"))
    assert ran.code == 0, ran.text
    assert "    s0 --> s1: " in ran.out
    assert "[*]" not in ran.out
