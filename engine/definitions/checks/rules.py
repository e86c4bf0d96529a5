"""Checks of the files of rules/ and rules/actions/."""

from collections.abc import Iterator

from engine.definitions.document import Document
from engine.definitions.rule import Actions, Rules
from engine.errors import Problem


def check_rules(document: Document, rules: Rules) -> Iterator[Problem]:
    """Problems within one file of rules/."""
    yield from ()


def check_actions(document: Document, actions: Actions) -> Iterator[Problem]:
    """Problems within one file of rules/actions/."""
    yield from ()
