"""docs/features.md lists the steps there are."""

from pathlib import Path

from engine.bdd.listing import steps_markdown

PAGE = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_table_of_steps_is_current() -> None:
    """Run `python -c "from engine.bdd.listing import steps_markdown as s; print(s(), end='')"` to renew the tables."""
    assert PAGE.read_text(encoding="utf-8").partition("## The steps\n\n")[2] == steps_markdown()
