"""The audit in the terminal."""

import io

import pytest
from rich.console import Console

from engine.audit import Audit
from engine.render.sample import sample
from engine.render.terminal import show


def _printed(audit: Audit, width: int, encoding: str = "utf-8", *, colour: bool = False) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    Console(file=file, width=width, force_terminal=colour, no_color=not colour).print(show(audit))
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [80, 60])
def test_it_fits(audit: Audit, width: int) -> None:
    """Nothing is wider than the terminal, and every control point is there."""
    text = _printed(audit, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "✕" in text
    assert "██" in text
    assert "\x1b" not in text


def test_colour_is_added_only_where_there_is_a_terminal(audit: Audit) -> None:
    """Piped, the words alone say it."""
    assert "\x1b[" in _printed(audit, 80, colour=True)


@pytest.mark.parametrize("encoding", ["cp1251", "ascii", "cp866"])
def test_a_poor_encoding_is_enough(encoding: str) -> None:
    """An old console gets plain signs in the place of drawn ones, and no error."""
    text = _printed(sample("en" if encoding == "ascii" else "ru"), 80, encoding)
    assert "##" in text or "██" in text
    assert ("Enquiry" if encoding == "ascii" else "Заявка") in text


def test_a_name_cannot_command_the_terminal(nasty_audit: Audit) -> None:
    """No escape sequence and no markup of ours comes out of a client's data."""
    text = _printed(nasty_audit, 80)
    assert "\x1b" not in text
