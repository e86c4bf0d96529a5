"""Where a system is asked: https to the host of the account, or to the `url` of the definition; nowhere else."""

import re
from urllib.parse import urlsplit

from engine.definitions.source import Pull
from engine.pull.vendor import Vendor

LOCAL = ("localhost", "127.0.0.1", "::1")
HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"


def base_url(vendor: Vendor, pull: Pull) -> str:
    """The address without a slash at its end; the definition has been checked."""
    return pull.url.rstrip("/") if pull.url else vendor.url.format(account=account(vendor, pull))


def account(vendor: Vendor, pull: Pull) -> str:
    """The account as its address needs it: a bare name gets the vendor's first domain."""
    name = (pull.account or "").lower()
    return f"{name}.{vendor.domains[0]}" if vendor.domains and name and "." not in name else name


def account_fits(vendor: Vendor, name: str) -> bool:
    """Whether that can be an account of the system."""
    name = name.lower()
    ends = [f".{domain}" for domain in vendor.domains if name.endswith(f".{domain}")]
    bare = name.removesuffix(max(ends, key=len)) if ends else name
    return re.fullmatch(vendor.account, bare) is not None


def url_fits(url: str) -> bool:
    """Whether an address is https to a host (http to this computer), without user, query or anything odd."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment or "@" in url or "\\" in url)
    path = re.fullmatch(r"(/[\w.~-]+)*/?", parts.path, re.ASCII)
    known = parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
    return plain and known and path is not None and (re.fullmatch(HOST, host) is not None or host in LOCAL)


def host_of(url: str) -> str:
    """The host of an address, as messages and manifests name it; empty where there is none to be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_local(url: str) -> bool:
    """Whether an address is of this computer."""
    return host_of(url) in LOCAL
