"""The address of a case in the client's system: a pattern that can only ever be a web page."""

import re
from urllib.parse import quote, urlsplit

from engine.definitions.document import WrongValue, shortened

CASE = "{case}"
_HINT = "write https://crm.example.org/deals/{case}"


def check_link(pattern: str) -> None:
    """Raises WrongValue (`bad-link`) for what is no address of a web page with `{case}` in its path, query or end."""
    if re.search(r"[\s\x00-\x1f\x7f\"'<>\\^`|]", pattern) or len(pattern) > 500:
        raise WrongValue("the address has characters that no address has", code="bad-link", hint=_HINT)
    if pattern.count(CASE) != 1 or re.search(r"[{}]", pattern.replace(CASE, "")):
        raise WrongValue("the address has to say once where the number of the case stands", code="bad-link", hint=_HINT)
    try:
        parts = urlsplit(pattern)
        known = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        known = False
    if not known or CASE in parts.netloc:
        message = f"`{shortened(pattern)}` is no address of a web page"
        raise WrongValue(message, code="bad-link", hint=_HINT)


def link_of(pattern: str, case: str) -> str:
    """The address of one case: nothing in its name can leave the place that is meant for it."""
    return pattern.replace(CASE, quote(case, safe=""))
