"""Names of files made of names of people: readable, and nothing but a name."""

import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 40
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def file_names(names: Iterable[str], nobody: str) -> dict[str, str]:
    """A file name (without its ending) for each name; no two are alike, whatever the case of their letters.

    Letters and digits of any alphabet stay, everything else is a hyphen: no folder, no dot, no device. A name without
    any of them is called `nobody`.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names)):
        stem = _stem(name) or _stem(nobody) or "x"
        number, free = 1, stem
        while free.casefold() in taken:
            number += 1
            free = f"{stem}-{number}"
        taken.add(free.casefold())
        found[name] = free
    return found


def _stem(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    stem = re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return f"m-{stem}" if _RESERVED.fullmatch(stem) else stem
