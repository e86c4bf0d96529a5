"""Checks of `pull:` of the sources, run when a workspace is loaded."""

import re
from collections.abc import Iterator

from engine.definitions.document import Path_, did_you_mean, shortened
from engine.definitions.source import Pull, Source
from engine.errors import Problem
from engine.pull.address import account_fits, url_fits
from engine.pull.vendors import VENDORS
from engine.workspace import Workspace

TOKEN = r"VORONKA(_[A-Z0-9]+)+_TOKEN"  # noqa: S105  the name of a variable
FOLDER = r"[^\W_][\w-]{0,80}"


def check_pulls(workspace: Workspace) -> Iterator[Problem]:
    """Problems of every `pull:`; none asks the network or looks at a secret."""
    for position, source in enumerate(workspace.settings.sources):
        if source.pull is not None:
            path: Path_ = ("sources", position)
            yield from _name(workspace, path, source)
            yield from _fetch(workspace, (*path, "pull", "fetch"), source.pull)
            yield from _account(workspace, (*path, "pull"), source.pull)
            yield from _address(workspace, (*path, "pull"), source.pull)


def _name(workspace: Workspace, path: Path_, source: Source) -> Iterator[Problem]:
    if not re.fullmatch(FOLDER, source.name):
        message = f"`{shortened(source.name)}` cannot be the name of a folder, where what is pulled is saved"
        hint = "letters, digits, _ and -"
        yield workspace.problem("settings", "", (*path, "name"), "pull-name", message, hint)


def _fetch(workspace: Workspace, path: Path_, pull: Pull) -> Iterator[Problem]:
    known = VENDORS[pull.system].listings
    for number, name in enumerate(pull.fetch):
        if name not in known:
            message = f"{pull.system} has nothing called `{shortened(name)}`"
            hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
            yield workspace.problem("settings", "", (*path, number), "pull-fetch", message, hint)


def _account(workspace: Workspace, path: Path_, pull: Pull) -> Iterator[Problem]:
    vendor = VENDORS[pull.system]
    needed = bool(vendor.account) and (not pull.url or "{account}" not in vendor.url)
    hint = f"write account: {vendor.account_example}"
    if pull.account is None:
        if needed:
            message = f"{pull.system} needs the account that is pulled from"
            yield workspace.problem("settings", "", path, "pull-account", message, hint)
    elif not needed:
        message = "`account` says nothing here" + (" beside `url`" if pull.url else f": {pull.system} has one address")
        yield workspace.problem("settings", "", (*path, "account"), "pull-account", message, "delete it")
    elif not account_fits(vendor, pull.account):
        message = f"`{shortened(pull.account)}` is no account of {pull.system}"
        more = "; an address of your own goes to `url`" if vendor.domains else ""
        yield workspace.problem("settings", "", (*path, "account"), "pull-account", message, hint + more)


def _address(workspace: Workspace, path: Path_, pull: Pull) -> Iterator[Problem]:
    if pull.url is not None and not url_fits(pull.url):
        message = "`url` is no https address of a host"
        hint = "write https://crm.example.ru; secrets go to the environment"
        yield workspace.problem("settings", "", (*path, "url"), "pull-url", message, hint)
    if pull.token is not None and not re.fullmatch(TOKEN, pull.token):
        message = "`token` is the name of a variable of the environment, VORONKA_..._TOKEN"
        hint = "write token: VORONKA_SHOP_TOKEN, and set that variable to the secret"
        yield workspace.problem("settings", "", (*path, "token"), "pull-token-name", message, hint)
