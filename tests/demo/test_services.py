"""The shipped services, orders and shop as one workspace: nothing to complain of, every feature green and complete."""

import re
import shutil
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import pytest

from engine.bdd.rulecases import RuleTests
from engine.definitions import document
from engine.definitions.rule import Actions
from engine.workspace import check
from engine.workspace.files import library, shipped
from tests.command import voronka

VISITS = ("showroom_visit", "salon", "clinic", "car_service_visit", "fitness", "restaurant_booking")
PROCESSES = (*VISITS, "online_order", "delivery", "work_order", "shop")
OWN_ACTIONS = ("booking", "orders", "restaurant", "retail", "visits", "workshop")
CALENDARS = (
    "office",
    "phone_line",
    "showroom",
    "salon",
    "clinic",
    "workshop",
    "fitness",
    "restaurant",
    "kitchen",
    "shop",
)
SETTINGS = "format: 1\nclient: Фирма\nlocale: {locale}\ntime_zone: Europe/Moscow\ncurrency: RUB\ncalendars:\n"
HOURS = '  {name}: {{hours: {{mon-sun: "09:00-21:00"}}}}\n'


def workspace(root: Path, processes: tuple[str, ...], locale: str = "ru", sources: str = "") -> Path:
    """A workspace of shipped processes with their features and rule tests; rules and actions are the shipped ones."""
    for folder in ("processes", "rules", "features"):
        (root / folder).mkdir(parents=True)
    settings = SETTINGS.format(locale=locale) + "".join(HOURS.format(name=name) for name in CALENDARS) + sources
    (root / "voronka.yaml").write_text(settings, "utf-8")
    for name in processes:
        shutil.copy(library() / "processes" / f"{name}.yaml", root / "processes")
        shutil.copy(library() / "rules" / f"{name}.test.yaml", root / "rules")
        if name != "shop":
            shutil.copy(library() / "features" / locale / f"{name}.feature", root / "features")
    return root


def test_the_library_in_one_workspace_has_no_problems(tmp_path: Path) -> None:
    """Every process with all rules and actions: `voronka check` has nothing to say, warnings neither."""
    root = workspace(tmp_path / "all", PROCESSES)
    for path in (library() / "processes").glob("*.yaml"):
        shutil.copy(path, root / "processes")
    assert check(root) == ()
    shutil.rmtree(root / "rules")
    shutil.copytree(library() / "rules", root / "rules")
    assert check(root) == ()


@pytest.mark.parametrize(
    ("locale", "processes"),
    [
        ("ru", ("salon", "fitness", "car_service_visit", "work_order", "online_order")),
        ("en", ("clinic", "restaurant_booking", "delivery", "showroom_visit")),
    ],
)
def test_features_and_rule_tests_are_green_and_leave_nothing_out(
    tmp_path: Path, locale: str, processes: tuple[str, ...]
) -> None:
    """Every state, transition, control point, limit and rule of each process is touched."""
    ran = voronka("test", workspace(tmp_path / "client", processes, locale), "--min-coverage", "100")
    assert ran.code == 0, ran.text


@pytest.mark.parametrize("name", [name for name in PROCESSES if name != "shop"])
def test_both_languages_tell_the_same(name: str) -> None:
    """As many scenarios, steps and rows of examples, and the same control points in the same order."""
    told = [(library() / "features" / locale / f"{name}.feature").read_text("utf-8") for locale in ("ru", "en")]
    lines = [[line for line in text.splitlines() if line and not line.startswith("#")] for text in told]
    assert len(lines[0]) == len(lines[1])
    found = [re.findall(r"(?:контрольная точка|control point) (\w+)", text) for text in told]
    assert found[0] == found[1]


def test_every_action_is_asked_for_by_a_finding_of_a_rule_test() -> None:
    """No action is shipped that nothing fires."""
    fired: set[str] = set()
    for path in (library() / "rules").glob("*.test.yaml"):
        tests = document.read(path, path.name).shaped(RuleTests)
        assert isinstance(tests, RuleTests)
        findings = chain.from_iterable(test.findings or () for test in tests.tests)
        fired |= {action for finding in findings for action in finding.actions}
    for name in OWN_ACTIONS:
        actions = document.read(library() / "rules" / "actions" / f"{name}.yaml", name).shaped(Actions)
        assert isinstance(actions, Actions)
        assert {action.name for action in actions.actions} <= fired


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
    root = workspace(tmp_path / "client", ("shop",), "en", SOURCE)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(120)]
    rows = [f"{day},{100 + day.day},{30 + day.day % 4},{66 + day.day % 4},{45000 + 100 * day.day},8" for day in days]
    (root / "data").mkdir()
    (root / "data" / "shop.csv").write_text("\n".join(["day,visitors,receipts,items,revenue,hours", *rows]), "utf-8")
    (root / "features" / "shop.feature").write_text(FEATURE, "utf-8")
    ran = voronka("test", root)
    assert ran.code == 0, ran.text
    assert voronka("audit", root).code == 0


def test_counters_are_not_drawn(tmp_path: Path) -> None:
    """A process without states has no picture, and the command says why."""
    ran = voronka("graph", "shop", "--project", workspace(tmp_path / "client", ("shop",)))
    assert ran.code == 2
    assert "a process of counters has no states to draw" in ran.err
