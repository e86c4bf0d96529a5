"""Running the features of a workspace: what `voronka test` calls."""

import contextlib
import io
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from engine.bdd.coverage import Coverage
from engine.bdd.summary import Summary

INI = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml", "tox.ini", "setup.cfg")
GREEN, RED = 0, 1


def run(root: Path, *args: str) -> int:
    """Run the features and rule tests of a workspace; `args` are pytest's (`-k`, `-m`, `-n`, `--min-coverage` ...).

    0 where all ran and came true; 1 for anything else: red, a bad file, a wrong argument, or nothing to run.
    """
    return GREEN if pytest.main(arguments(root, *args)) == pytest.ExitCode.OK else RED


def coverage_of(root: Path) -> tuple[Coverage, ...]:
    """The coverage of a workspace by its scenarios that pass, found by running them without printing."""
    keep = _Keep()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main(arguments(root, "-q"), plugins=[keep])
    return keep.coverages


class _Keep:
    """Takes the coverage out of a session that is over."""

    def __init__(self) -> None:
        self.coverages: tuple[Coverage, ...] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        summary = session.config.pluginmanager.get_plugin("voronka_summary")
        if isinstance(summary, Summary):
            self.coverages = summary.coverages()


def plugins() -> tuple[str, ...]:
    """Arguments that load our plug-in once: by its entry point where voronka is installed, else by its module."""
    installed = any(entry.name == "voronka" for entry in entry_points(group="pytest11"))
    return ("-p", "pytest-bdd", "-p", "voronka" if installed else "engine.bdd.plugin")


def arguments(root: Path, *args: str) -> list[str]:
    """Nothing above the workspace has a say: its own pytest settings if it has some, else ours."""
    root = root.resolve()
    own = any((root / name).is_file() for name in INI)
    settings = [] if own else ["-c", str(Path(__file__).with_name("pytest.ini"))]
    places = [] if any(not arg.startswith("-") and Path(arg.split("::")[0]).exists() for arg in args) else [str(root)]
    # the command has imported the engine before pytest could rewrite its asserts, of which it has none that matter
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return [*plugins(), *quiet, *settings, f"--rootdir={root}", "--continue-on-collection-errors", *args, *places]
