"""The words in which a system is described: how it is reached, what it lists, how its pages follow each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Query = Mapping[str, Json]
Path_ = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How pages follow each other; `at` is where the cursor goes in the query.

    - whole: one answer holds all;
    - keyset: rows by ascending `key`, the cursor is the last one, an empty page is the end;
    - page: numbers from 1; `more` says whether there are others (something, or the number of pages), else an empty page
      is the end;
    - offset: rows left out; `more` is where the number of all rows stands;
    - next: the cursor is what the answer says at `more`.
    """

    style: Literal["whole", "keyset", "page", "offset", "next"] = "whole"
    at: Path_ = ()
    key: str = ""
    more: Path_ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Where a moment goes in the query, and as what: unix seconds, ISO with offset, local or Moscow time without one.

    `text` is the value where more than the moment is written there.
    """

    at: Path_
    form: Literal["unix", "iso", "local", "moscow"]
    text: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of a system: its path, the query always asked, where rows stand in an answer, what tells rows apart.

    `key` is empty where rows have no number: then equal rows are one. `grows`: rows are only added, never changed.
    `again`: how only what is new is asked for: after the last key (`key`), since the last pull (`since`), or not at all
    (`whole`: each pull replaces the earlier one). `each`: rows are keys of lists of their own, and only those are kept.
    """

    path: str
    rows: Path_
    key: str = "id"
    query: Query = field(default_factory=dict)
    paging: Paging = Paging()
    since: Since | None = None
    until: Since | None = None
    grows: bool = False
    again: Literal["key", "since", "whole"] = "whole"
    each: "Listing | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How an expired token is renewed: at which address (of the account itself where `url` is empty), with what."""

    path: str
    style: Literal["json", "query"]
    needs: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A system. `url` with `{account}` in it; `rate` requests per so many seconds are kept to.

    `account`: the pattern of one, `domains` those that its address may end in (the first is the default one).
    `auth` says how the secret goes with a request; `wait` the header (and its unit) that says how long to wait.
    """

    url: str
    prefix: str
    auth: Literal["bearer", "bitrix24", "yclients", "key"]
    rate: tuple[int, float]
    listings: Mapping[str, Listing]
    default: tuple[str, ...]
    account: str = ""
    account_example: str = ""
    domains: tuple[str, ...] = ()
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: tuple[str, float] = ("Retry-After", 1.0)
    renewal: Renewal | None = None


def at(value: Json, path: Path_) -> Json:
    """What stands at a path of an answer; None where nothing does."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
