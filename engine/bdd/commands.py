"""What the command calls: features and rule tests run, steps listed, scenarios written."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from engine.bdd.library import StepInfo
    from engine.definitions.settings import Settings
    from engine.pipeline.looking import ExplainedCase


def run(root: "Path", *args: str) -> int:
    """Run the features and rule tests of a workspace: 0 green, 1 red; see `running.run`."""
    from engine.bdd.running import run

    return run(root, *args)


def steps_table() -> "tuple[StepInfo, ...]":
    """Every step, in both languages, with an example of each."""
    from engine.bdd.listing import steps_table

    return steps_table()


def steps_text() -> str:
    """The same as text for the terminal."""
    from engine.bdd.listing import steps_text

    return steps_text()


def case_as_feature(case: "ExplainedCase", settings: "Settings") -> str:
    """A real case as a scenario that replays it, personal data removed."""
    from engine.bdd.writing import explained_as_feature

    return explained_as_feature(case, settings)


def suggest(root: "Path") -> "tuple[Path, ...]":
    """Write scenarios for the transitions that no scenario takes; the files that were written."""
    from engine.bdd.writing import write_suggestions

    return write_suggestions(root)
