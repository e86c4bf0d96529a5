"""Secrets: read from the environment, hidden in every text, renewed into a file outside of the workspace."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from urllib.parse import quote, urlsplit

from engine.definitions.source import Pull
from engine.pull.address import host_of, is_local
from engine.pull.trouble import Refusal
from engine.pull.vendor import Renewal, Vendor

HIDDEN = "***"
HOSTS = "VORONKA_PULL_HOSTS"


@dataclass(slots=True, kw_only=True)
class Keys:
    """The secrets of one source. `name` is of the variable of the token; its relatives share its beginning."""

    name: str
    environ: Mapping[str, str] = field(repr=False)
    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    hook: str = field(default="", repr=False)
    file: Path | None = None

    def relative(self, what: str) -> str:
        """The name of a variable beside the token's: VORONKA_AMOCRM_CLIENT_ID."""
        return f"{self.name.removesuffix('_TOKEN')}_{what}"

    def hide(self, text: str) -> str:
        """A text without any of the secrets, plain or written for a URL."""
        known = [self.token, self.refresh, self.user, self.hook, *self.hook.split("/")[1:]]
        known += [self.environ.get(self.relative(what), "") for what in ("CLIENT_SECRET", "REFRESH_TOKEN", "TOKEN")]
        for secret in sorted(filter(None, known), key=len, reverse=True):
            for form in (secret, quote(secret, safe=""), quote(secret)):
                text = text.replace(form, HIDDEN)
        return text


def keys_of(vendor: Vendor, pull: Pull, base: str, environ: Mapping[str, str], root: Path) -> Keys:
    """The secrets of a source; Refusal where one is missing, malformed, or meant for another host."""
    keys = Keys(name=pull.token or f"VORONKA_{pull.system.upper()}_TOKEN", environ=environ, token="")
    keys.file = _file(keys, root) if vendor.renewal else None
    stored = _stored(keys.file) if keys.file else {}
    keys.refresh = stored.get("refresh_token") or environ.get(keys.relative("REFRESH_TOKEN"), "")
    keys.token = stored.get("access_token") or _secret(environ, keys.name, f"the secret of {pull.system}")
    if vendor.auth == "yclients":
        keys.user = _secret(environ, keys.relative("USER_TOKEN"), "the token of the user of YCLIENTS")
    named = _hook(keys, base) if vendor.auth == "bitrix24" else False
    if pull.url and not is_local(base) and not named:
        _consented(vendor, base, environ)
    return keys


def _secret(environ: Mapping[str, str], name: str, what: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        message = f"the variable {name} is not set: it holds {what}"
        raise Refusal(code="pull-token", message=message, hint=f"set {name}; it is written to no file")
    if not re.fullmatch(r"[!-~]+", value):
        message = f"the variable {name} holds blanks or letters that no secret has"
        raise Refusal(code="pull-token", message=message, hint="copy it again, whole")
    return value


def _hook(keys: Keys, base: str) -> bool:
    """Understand a webhook of Bitrix24 (its address, or USER/CODE); whether it names the host itself."""
    value = keys.token
    if "/" not in value:
        return False
    parts = urlsplit(value if "://" in value else f"https://{host_of(base)}/rest/{value}")
    found = re.fullmatch(r"/rest/(\d+)/(\w+)/?", parts.path, re.ASCII)
    if not found:
        message = f"the variable {keys.name} holds no webhook: https://PORTAL/rest/USER/CODE/"
        raise Refusal(code="pull-token", message=message, hint="copy the address of the incoming webhook")
    if parts.hostname != host_of(base):
        message = f"the webhook in {keys.name} is of another host than {host_of(base)}"
        raise Refusal(code="pull-host", message=message, hint="correct `account` or `url`, or the variable")
    keys.hook, keys.token = f"{found[1]}/{found[2]}", value
    return "://" in value


def _consented(vendor: Vendor, base: str, environ: Mapping[str, str]) -> None:
    """A definition alone cannot send a secret to a host of its own choice."""
    host = host_of(base)
    vendors = (host_of(vendor.url.replace("{account}", "x")), *vendor.domains)
    if any(host == known or host.endswith(f".{known}") for known in vendors):
        return
    if host not in re.split(r"[,\s]+", environ.get(HOSTS, "")):
        message = f"{host} is no address of the vendor, and would be sent the secret"
        raise Refusal(code="pull-host", message=message, hint=f"if it is yours, set {HOSTS}={host}")


# --- renewal ----------------------------------------------------------------------------------------------------------


def can_renew(vendor: Vendor, keys: Keys) -> bool:
    """Whether the token is of a kind that expires, and what renews it is given."""
    return vendor.renewal is not None and not keys.hook and bool(keys.refresh)


def renewal_of(vendor: Vendor, keys: Keys) -> Renewal:
    """How the token is renewed; Refusal where something needed for that is missing."""
    renewal = vendor.renewal
    assert renewal is not None
    missing = [keys.relative(what) for what in renewal.needs if not keys.environ.get(keys.relative(what))]
    if missing:
        message = f"the token has expired, and cannot be renewed without {', '.join(missing)}"
        raise Refusal(code="pull-refresh", message=message, hint="set what is missing")
    if keys.file is None:
        name = keys.relative("TOKEN_FILE")
        message = f"the token has expired; renewing it makes a new pair, and {name} does not say where to keep it"
        raise Refusal(code="pull-refresh", message=message, hint=f"set {name} to a file outside of the workspace")
    return renewal


def keep(keys: Keys, token: str, refresh: str) -> None:
    """Take a new pair, and write it to the file of tokens: for the owner alone, whole or not at all."""
    keys.token, keys.refresh = token, refresh or keys.refresh
    with _draft(keys) as (stream, draft, target):
        json.dump({"access_token": keys.token, "refresh_token": keys.refresh}, stream)
        stream.flush()
        os.fsync(stream.fileno())
        os.replace(draft, target)


def can_keep(keys: Keys) -> None:
    """Refusal where a new pair could not be written: asked before the old one is given away."""
    with _draft(keys):
        pass


@contextlib.contextmanager
def _draft(keys: Keys) -> Iterator[tuple[TextIO, Path, Path]]:
    """A file for the owner alone, open beside the file of tokens, and gone at the end; Refusal where it cannot be."""
    assert keys.file is not None
    try:
        descriptor, name = tempfile.mkstemp(dir=keys.file.parent, prefix=".voronka-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            try:
                yield stream, Path(name), keys.file
            finally:
                Path(name).unlink(missing_ok=True)
    except OSError as error:
        message = f"the file of {keys.relative('TOKEN_FILE')} cannot be written: {error.strerror}"
        raise Refusal(code="pull-refresh", message=message, hint="name a file in a folder of yours") from None


def _file(keys: Keys, root: Path) -> Path | None:
    """Where renewed pairs are kept; never in the workspace, which is sent around."""
    name = keys.relative("TOKEN_FILE")
    if not keys.environ.get(name):
        return None
    path = Path(keys.environ[name]).expanduser().resolve()
    if path.is_relative_to(root.resolve()):
        message = f"{name} leads into the workspace, where no secret is kept"
        raise Refusal(code="pull-refresh", message=message, hint="name a file elsewhere")
    return path


def _stored(path: Path) -> dict[str, str]:
    """The pair of the last renewal; nothing where there was none yet."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        message = f"the file of tokens {path.name} cannot be read"
        raise Refusal(code="pull-refresh", message=message, hint="delete it and set the variables anew") from None
    pair = {name: found.get(name) for name in ("access_token", "refresh_token")} if isinstance(found, dict) else {}
    return {name: value for name, value in pair.items() if isinstance(value, str) and re.fullmatch(r"[!-~]+", value)}
