"""docs/sources-systems.md, made from the profiles: `python -m tests.sources_page` writes it, a test compares."""

from pathlib import Path

from engine.render.sources import sources_markdown
from engine.render.templates import folders, messages
from engine.render.words import Words
from engine.workspace.profiles import profiles, systems

PAGE = Path(__file__).parents[1] / "docs" / "sources-systems.md"
HEAD = """# Systems whose exports are known

`voronka sources` lists them, `voronka sources --system NAME` says all that is known of one, with where it is from, and
`voronka ask --system NAME` writes the letter that asks a client for the export. How a profile is used, and how one is
added: [sources.md](sources.md#profiles).

*Documented*: the vendor says so. *Seen in code*: public code that works with the system says so. *Generic*: only what
every system of its trade has; send one anonymised export first. Nothing here was checked against a live account.

This page is made from the profiles of the engine.

"""


def page() -> str:
    """The whole page."""
    found = [(name, profiles()[name]) for names in systems().values() for name in names]
    return HEAD + sources_markdown(found, Words(locale="en", texts=messages(folders(None), "en")))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
