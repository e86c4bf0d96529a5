"""Checks of a process file."""

from collections.abc import Iterator

from engine.definitions.document import Document
from engine.definitions.process import Process
from engine.errors import Problem


def check_process(document: Document, process: Process) -> Iterator[Problem]:
    """Problems within one file."""
    yield from ()
