"""Asking a system politely: its pace, waiting when told to, trying again when cut off, renewing a token once."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.definitions.document import printable, shortened
from engine.pull.address import host_of, is_local
from engine.pull.keys import Keys, can_keep, can_renew, keep, renewal_of
from engine.pull.trouble import Refusal
from engine.pull.vendor import Json, Query, Renewal, Vendor, at
from engine.pull.wire import Answer, Wire

TRIES = 6
LONGEST_WAIT = 900.0
"""Seconds: who asks for more is asked again by another pull, which goes on where this one stopped."""
PASSING = (0, 408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time and the way to wait, handed in by whoever runs a pull."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


@dataclass(slots=True, kw_only=True)
class Line:
    """A way to one system; `requests` counts what was sent."""

    vendor: Vendor
    base: str
    keys: Keys
    clock: Clock
    wire: Wire
    tell: Callable[[str], None]
    requests: int = 0
    sent_at: datetime | None = None
    renewed: bool = field(default=False)


def ask(line: Line, path: str, query: Query) -> Json:
    """The answer as JSON (None where there is nothing); Refusal once there is no use in trying again."""
    tries = 0
    while True:
        answer = _sent(line, path, query)
        if answer.status == 401 and not line.renewed and can_renew(line.vendor, line.keys):
            _renew(line)
            continue
        if 200 <= answer.status < 300:
            line.renewed = False
            return _understood(line, answer)
        tries += 1
        if answer.status not in PASSING or tries == TRIES:
            raise _refused(line, answer)
        _wait(line, answer, tries)


# --- one request ------------------------------------------------------------------------------------------------------


def _sent(line: Line, path: str, query: Query) -> Answer:
    _pace(line)
    url, headers, body = _signed(line, path, query)
    if line.vendor.method == "POST":
        return line.wire.send("POST", url, headers, {}, body)
    return line.wire.send("GET", url, headers, flat(query), None)


def _pace(line: Line) -> None:
    """Requests begin no closer to each other than the documented rate allows."""
    count, seconds = line.vendor.rate
    now = line.clock.now()
    if line.sent_at is not None:
        rest = seconds / count - (now - line.sent_at).total_seconds()
        if rest > 0:
            line.clock.sleep(min(rest, seconds / count))
    line.sent_at = line.clock.now()
    line.requests += 1


def _signed(line: Line, path: str, query: Query) -> tuple[str, dict[str, str], dict[str, Json]]:
    """URL, headers and body with the secret where this system wants it: in the URL only of a webhook."""
    headers, body = {"Accept": "application/json", **line.vendor.headers}, dict(query)
    keys, prefix = line.keys, line.vendor.prefix
    match line.vendor.auth:
        case "bearer":
            headers["Authorization"] = f"Bearer {keys.token}"
        case "yclients":
            headers["Authorization"] = f"Bearer {keys.token}, User {keys.user}"
        case "key":
            headers["X-API-KEY"] = keys.token
        case "bitrix24" if keys.hook:
            prefix += f"{keys.hook}/"
        case "bitrix24":
            body["auth"] = keys.token
    return f"{line.base}{prefix}{path}", headers, body


def flat(query: Query, above: str = "") -> dict[str, str]:
    """A query for a URL: `{"filter": {"from": 1}}` is `filter[from]=1`."""
    found: dict[str, str] = {}
    for key, value in query.items():
        name = f"{above}[{key}]" if above else key
        if isinstance(value, dict):
            found |= flat(value, name)
        else:
            found[name] = str(value)
    return found


# --- answers ----------------------------------------------------------------------------------------------------------


def _understood(line: Line, answer: Answer) -> Json:
    if answer.status == 204:
        return None
    try:
        value = _json(answer.body)
    except (ValueError, RecursionError):
        message = f"{host_of(line.base)} answers with something that is no JSON"
        raise Refusal(code="pull-answer", message=message, hint="is the address the one of the system?") from None
    if isinstance(value, dict) and (value.get("success") is False or "error" in value):
        raise _refused(line, answer)
    return value


def _json(body: bytes) -> Json:
    def refuse(_: str) -> None:
        raise ValueError

    value: Json = json.loads(body, parse_constant=refuse)
    return value


def _refused(line: Line, answer: Answer) -> Refusal:
    """The problem of an answer that is no use asking again."""
    host, said = host_of(line.base), _said(line, answer)
    again = "run it again later: what has come is kept, and it goes on from there"
    if answer.status == 0:
        return Refusal(code="pull-unreachable", message=f"{host} cannot be reached: {said}", hint=again)
    if 300 <= answer.status < 400:
        to = host_of(answer.headers.get("location", "")) or "another place"
        hint = "write its new address, if it is one of yours"
        return Refusal(code="pull-redirect", message=f"{host} sends us on to {printable(to)}", hint=hint)
    if answer.status in (401, 402, 403):
        hint = f"look at the rights of {line.keys.name}, and whether it is still valid"
        if answer.status == 401 and line.vendor.renewal and not line.keys.hook and not line.renewed:
            hint += f"; with {line.keys.relative('REFRESH_TOKEN')} an expired one is renewed"
        return Refusal(code="pull-refused", message=f"{host} refuses ({answer.status}): {said}", hint=hint)
    if answer.status == 429:
        return Refusal(code="pull-limit", message=f"{host} goes on asking to wait: {said}", hint=again)
    hint = again if answer.status >= 500 else ""
    return Refusal(code="pull-answer", message=f"{host} answers with {answer.status}: {said}", hint=hint)


def _said(line: Line, answer: Answer) -> str:
    """What the system says of it, short, without secrets."""
    text = answer.cut
    if answer.status:
        try:
            value = _json(answer.body)
        except (ValueError, RecursionError):
            value = None
        places = (("error_description",), ("errorMsg",), ("meta", "message"), ("detail",), ("title",), ("error",))
        texts = [found for place in places if isinstance(found := at(value, place), str) and found]
        errors = at(value, ("errors",))
        first = errors[0] if isinstance(errors, list) and errors else None
        told = at(first, ("error",))
        text = next(iter(texts), told if isinstance(told, str) else "it does not say why")
    return shortened(line.keys.hide(" ".join(text.split())))


# --- waiting ----------------------------------------------------------------------------------------------------------


def _wait(line: Line, answer: Answer, tries: int) -> None:
    told = _told(line, answer)
    seconds = min(2.0 ** (tries - 1), 60.0) if told is None else told
    if seconds > LONGEST_WAIT:
        until = line.clock.now() + timedelta(seconds=seconds)
        message = f"{host_of(line.base)} asks to wait until {until:%Y-%m-%d %H:%M} UTC"
        hint = "run it again then: what has come is kept, and it goes on from there"
        raise Refusal(code="pull-limit", message=message, hint=hint)
    line.tell(f"{host_of(line.base)}: waiting {seconds:.0f} s")
    line.clock.sleep(seconds)


def _told(line: Line, answer: Answer) -> float | None:
    """Seconds the system asks to wait: a header, or (Bitrix24) the moment its limit is lifted."""
    name, unit = line.vendor.wait
    for header, factor in ((name, unit), ("Retry-After", 1.0)):
        if re.fullmatch(r"\d{1,9}", found := answer.headers.get(header.lower(), "")):
            return int(found) * factor
    if answer.status == 429:
        try:
            moment = at(_json(answer.body), ("time", "operating_reset_at"))
        except (ValueError, RecursionError):
            return None
        if isinstance(moment, int | float):
            return max(0.0, moment - line.clock.now().timestamp())
    return None


# --- renewal ----------------------------------------------------------------------------------------------------------


def _renew(line: Line) -> None:
    """A new pair for the expired one, asked for once: a lost answer has used the old one up all the same."""
    renewal = renewal_of(line.vendor, line.keys)
    can_keep(line.keys)
    line.renewed = True
    answer = _renewal(line, renewal)
    pair: Json = None
    if answer.status == 200:
        try:
            pair = _json(answer.body)
        except (ValueError, RecursionError):
            pair = None
    token, refresh = at(pair, ("access_token",)), at(pair, ("refresh_token",))
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
        message = f"the token has expired, and could not be renewed: {_said(line, answer)}"
        both = f"{line.keys.name} and {line.keys.relative('REFRESH_TOKEN')}"
        hint = f"authorise again: set {both}, and delete the file of {line.keys.relative('TOKEN_FILE')}"
        raise Refusal(code="pull-refresh", message=message, hint=hint)
    keep(line.keys, token, refresh if isinstance(refresh, str) else "")


def _renewal(line: Line, renewal: Renewal) -> Answer:
    base = renewal.url if renewal.url and not is_local(line.base) else line.base
    said: Mapping[str, str] = {
        "grant_type": "refresh_token",
        "refresh_token": line.keys.refresh,
        **{name.lower(): line.keys.environ[line.keys.relative(name)] for name in renewal.needs},
    }
    headers = {"Accept": "application/json"}
    line.requests += 1
    if renewal.style == "json":
        return line.wire.send("POST", base + renewal.path, headers, {}, dict(said))
    return line.wire.send("GET", base + renewal.path, headers, said, None)
