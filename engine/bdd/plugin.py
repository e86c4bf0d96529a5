"""The pytest plug-in (entry point `voronka`): `.feature` files of a workspace are tests, without any Python.

It acts only below a `voronka.yaml`, and not at all with `voronka_features = off` (for a project that calls
`scenarios()` itself).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engine.bdd.audited import Audited, Logs
    from engine.bdd.collector import FeatureFile
    from engine.bdd.ruletests import RuleTestFile
    from engine.bdd.story import Story
    from engine.workspace import Workspace

SETTINGS = "voronka.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The off switch, and what is asked of the coverage."""
    parser.addini("voronka_features", "on: run .feature files of a workspace; off: leave them alone", default="on")
    group = parser.getgroup("voronka")
    group.addoption("--process-coverage", action="store_true", help="what of the processes the scenarios touch")
    group.addoption("--min-coverage", type=float, metavar="N", help="fail below N percent of the processes touched")
    group.addoption("--coverage-svg", type=Path, metavar="DIR", help="draw the coverage on each state machine")


def pytest_configure(config: pytest.Config) -> None:
    """Ready to remember what scenarios touch."""
    from engine.bdd.summary import Summary

    config.pluginmanager.register(Summary(config), "voronka_summary")


@cache
def workspace_of(folder: Path) -> Path | None:
    """The nearest folder upwards that holds voronka.yaml."""
    return next((place for place in (folder, *folder.parents) if (place / SETTINGS).is_file()), None)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "FeatureFile | RuleTestFile | None":
    """Feature files and rule tests below a voronka.yaml; what only looks like a feature is refused, not passed over."""
    name = file_path.name.casefold()
    if not name.endswith((".feature", ".feature.txt", ".test.yaml")):
        return None
    if parent.config.getini("voronka_features") == "off" or not (root := workspace_of(file_path.parent)):
        return None
    if name.endswith(".test.yaml"):
        return _rule_tests(file_path, parent, root)
    return _feature(file_path, parent, root)


def _rule_tests(path: Path, parent: pytest.Collector, root: Path) -> "RuleTestFile | None":
    if not path.is_relative_to(root / "rules"):
        return None
    from engine.bdd.ruletests import RuleTestFile

    collector: RuleTestFile = RuleTestFile.from_parent(parent, path=path)
    collector.root = root
    return collector


def _feature(path: Path, parent: pytest.Collector, root: Path) -> "FeatureFile":
    from engine.bdd.collector import FeatureFile
    from engine.bdd.definitions import locale_of

    _offer_steps(parent.config)
    collector: FeatureFile = FeatureFile.from_parent(parent, path=path)
    collector.root, collector.locale = root, locale_of(root)
    return collector


def _offer_steps(config: pytest.Config) -> None:
    """The library's steps become visible when the first feature of a workspace is met, not before."""
    from engine.bdd import counts, steps_judged, steps_log, steps_model

    for module in (steps_model, steps_judged, steps_log, counts):
        if not config.pluginmanager.is_registered(module):
            config.pluginmanager.register(module)


@pytest.fixture(scope="session")
def voronka_logs() -> Iterator["Logs"]:
    """The logs of the session, each imported and audited when the first scenario asks for it."""
    from engine.bdd.audited import Logs

    logs = Logs()
    yield logs
    logs.close()


@pytest.fixture(scope="session")
def voronka_workspace() -> "Callable[[Path], Workspace]":
    """The workspace of a folder, its files looked at once a session."""
    from engine.bdd.definitions import workspace

    return cache(workspace)


@pytest.fixture
def story(request: pytest.FixtureRequest) -> "Story":
    """The scenario as it goes: its process, its simulated case, the audit of its log."""
    from engine.bdd.collector import ScenarioItem
    from engine.bdd.counts import audit_of_counts
    from engine.bdd.story import Story

    item = request.node
    if not isinstance(item, ScenarioItem):
        raise pytest.UsageError("the steps of voronka run in .feature files that pytest collects itself")
    workspace: partial[Workspace] = partial(request.getfixturevalue("voronka_workspace"), item.file.root)

    def audited(file: str | None, as_of: datetime | None) -> "Audited":
        logs: Logs = request.getfixturevalue("voronka_logs")
        return logs.of(workspace(), file, as_of)

    def counted(process: str, rows: Sequence[Sequence[str]]) -> "Audited":
        logs: Logs = request.getfixturevalue("voronka_logs")
        known = workspace()
        key = (known.definitions_sha256 + str(known.root), process, tuple(map(tuple, rows)))
        return logs.made(key, None, lambda store: audit_of_counts(known, process, rows, store))

    item.story = Story(
        root=item.file.root,
        workspace=workspace,
        audited=audited,
        counted=counted,
        locale=item.file.locale,
        on_log=item.on_log,
    )
    return item.story


@pytest.hookimpl
def pytest_bdd_before_step(request: pytest.FixtureRequest, step: object) -> None:
    """Remember which step is running, for the report of its failure."""
    from pytest_bdd.parser import Step

    from engine.bdd.collector import ScenarioItem

    if isinstance(request.node, ScenarioItem) and isinstance(step, Step):
        request.node.current = step
