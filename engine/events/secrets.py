"""URLs of databases without what must not be shown."""

from urllib.parse import parse_qsl, unquote

HIDDEN = "***"
SECRETS = ("password", "sslpassword", "passfile", "sslkey")


def shown(url: str) -> str:
    """A database URL as it may be printed and stored: without its password and its parameters."""
    scheme, user, _, place = _parts(url)
    named = f"{user}:{HIDDEN}@" if ":" in url.removesuffix(place).partition("://")[2] else f"{user}@" if user else ""
    return f"{scheme}://{named}{place.partition('?')[0]}"


def misread(url: str) -> bool:
    """Whether a password holds letters that end it: what follows would be taken for a host, and shown."""
    _, user, password, _ = _parts(url)
    return any(letter in user + password for letter in "@/?#")


def without_secrets(message: str, url: str) -> str:
    """A message of a database without anything secret of the URL."""
    _, _, password, place = _parts(url)
    found = {password, unquote(password)}
    found |= {value for key, value in parse_qsl(place.partition("?")[2]) if key in SECRETS}
    for secret in sorted(filter(None, found), key=len, reverse=True):
        message = message.replace(secret, HIDDEN)
    return message


def _parts(url: str) -> tuple[str, str, str, str]:
    """Scheme, user, password, and the rest: everything before the last `@` is user and password."""
    scheme, _, rest = url.partition("://")
    before, found, place = rest.rpartition("@")
    user, _, password = before.partition(":")
    return scheme, user if found else "", password, place
