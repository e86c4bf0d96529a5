"""What is told after the last scenario: what the log said, the coverage of the processes, the gate."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from engine.bdd.coverage import Coverage
    from engine.bdd.story import Touched


class Summary:
    """Gathers what passed scenarios touched (from workers too: it travels on their reports) and judges it once."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.touched: dict[str, list[tuple[str, Touched]]] = {}
        self.said: list[tuple[str, str]] = []
        self.roots: set[str] = set()
        self.fired: dict[str, set[tuple[str, str]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what the scenario touched and heard on its report."""
        report = yield
        from engine.bdd.collector import ScenarioItem
        from engine.bdd.definitions import workspace
        from engine.bdd.ruletests import RuleTestItem, fired, touched

        if isinstance(item, ScenarioItem) and call.when == "call":
            said = list(item.story.said) if item.story else []
            visited = [list(what) for what in item.touched]
            vars(report).update(voronka_root=str(item.file.root), voronka_touched=visited, voronka_said=said)
        if isinstance(item, RuleTestItem) and call.when == "call":
            covered = [list(what) for what in touched(item.test, workspace(item.root))] if report.passed else []
            colours = [list(one) for one in fired(item.test)]
            vars(report).update(voronka_root=str(item.root), voronka_fired=colours, voronka_touched=covered)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what passed scenarios touched."""
        root = getattr(report, "voronka_root", None)
        if report.when != "call" or root is None:
            return
        self.roots.add(root)
        self.said.extend((report.nodeid, words) for words in getattr(report, "voronka_said", ()))
        if report.passed and hasattr(report, "voronka_fired"):
            self.fired.setdefault(root, set()).update((kind, name) for kind, name in report.voronka_fired)
        if report.passed:
            here = self.touched.setdefault(root, [])
            here.extend((report.nodeid, (what[0], what[1], what[2])) for what in getattr(report, "voronka_touched", ()))

    @property
    def wanted(self) -> bool:
        """Whether anything asks for the coverage."""
        option = self.config.option
        return bool(option.process_coverage or option.min_coverage is not None or option.coverage_svg)

    def coverages(self) -> "tuple[Coverage, ...]":
        """The coverage of every workspace that was run."""
        from engine.bdd.coverage import measure
        from engine.bdd.definitions import workspace

        return tuple(
            coverage
            for root in sorted(self.roots)
            for coverage in measure(workspace(Path(root)), self.touched.get(root, ()))
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The gate: a session that is green but touches too little is red."""
        from engine.bdd.coverage import percent

        least = self.config.option.min_coverage
        if least is None or hasattr(self.config, "workerinput") or session.exitstatus not in (0, 5):
            return
        if not self.roots or percent(self.coverages()) < least:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: "TerminalReporter") -> None:
        """What the log said, and the coverage as a table."""
        if self.said:
            terminalreporter.section("voronka: журнал / log")
            for scenario, words in sorted(set(self.said)):
                terminalreporter.write_line(f"{scenario}\n  {words}")
        if self.wanted and self.roots:
            self._coverage(terminalreporter)

    def _rules(self, reporter: "TerminalReporter", locale: str) -> None:
        """What no rule test fires, by workspace."""
        from engine.bdd.definitions import workspace
        from engine.bdd.rulecoverage import table

        for root in sorted(self.roots):
            if lines := table(workspace(Path(root)).rules, self.fired.get(root, set()), locale):
                reporter.section("правила без тестов" if locale == "ru" else "rules without tests")
                reporter.write_line(lines)

    def _draw(self, folder: Path) -> None:
        """A picture of each process: DIR/PROCESS.svg, and all of it as one page: DIR/index.html."""
        from engine.bdd.coverage import drawn, page
        from engine.bdd.definitions import locale_of, workspace

        folder.mkdir(parents=True, exist_ok=True)
        processes = {
            name: process for root in sorted(self.roots) for name, process in workspace(Path(root)).processes.items()
        }
        locale = locale_of(Path(min(self.roots)))
        for coverage in (one for one in self.coverages() if processes[one.process].states):
            text = drawn(processes[coverage.process], coverage, locale)
            (folder / f"{coverage.process}.svg").write_text(text, encoding="utf-8", newline="\n")
        (folder / "index.html").write_text(page(self.coverages(), processes, locale), encoding="utf-8", newline="\n")

    def _coverage(self, reporter: "TerminalReporter") -> None:
        from engine.bdd.coverage import percent, table
        from engine.bdd.definitions import locale_of

        coverages, least = self.coverages(), self.config.option.min_coverage
        locale = locale_of(Path(min(self.roots)))
        reporter.section("покрытие процессов" if locale == "ru" else "coverage of the processes")
        reporter.write_line(table(coverages, locale))
        share = percent(coverages)
        reporter.write_line(f"всего: {share:.1f} %" if locale == "ru" else f"total: {share:.1f}%")
        self._rules(reporter, locale)
        if folder := self.config.option.coverage_svg:
            self._draw(folder)
        if least is not None and share < least:
            needed = f"нужно не менее {least:g} %" if locale == "ru" else f"at least {least:g}% is required"
            reporter.write_line(needed, red=True)
