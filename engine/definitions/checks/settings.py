"""Checks of a settings file."""

from collections.abc import Iterator

from engine.definitions.document import Document
from engine.definitions.settings import Settings
from engine.errors import Problem


def check_settings(document: Document, settings: Settings) -> Iterator[Problem]:
    """Problems within one file."""
    yield from ()
