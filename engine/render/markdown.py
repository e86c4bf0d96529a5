"""Text made harmless in Markdown: it reads as it was written, and is no link, tag, cell or heading."""

import re

from engine.render.words import clean

_SPECIAL = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)")
_HEAD = re.compile(r"^(\s*)([#>+=-])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LISTED = re.compile(r"^(\s*\d+)([.)])(?=\s|$)")


def escape(text: str) -> str:
    """One line of plain text for any place of a Markdown document, table cells included."""
    line = re.sub(r"\s*[\r\n\t\v\f\x85]+\s*", " ", text)
    line = _ENTITY.sub("&amp;", clean(line)).replace("<", "&lt;")
    line = _SPECIAL.sub(lambda match: "\\" + match[0], line)
    line = _HEAD.sub(r"\1\\\2", line)
    return _LISTED.sub(r"\1\\\2", line)
