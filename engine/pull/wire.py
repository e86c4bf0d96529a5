"""The one module that knows httpx: a request out, an answer in; no redirect is followed, no size unlimited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.pull.trouble import Refusal
from engine.pull.vendor import Json

if TYPE_CHECKING:
    import httpx

LARGEST = 64 * 1000**2
CONNECT, READ = 15.0, 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: header names in lower case; status 0 and `cut` where nothing whole did."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: str = ""


class Wire:
    """Connections to one host, kept open between requests."""

    def __init__(self, *, local: bool, read_seconds: float = READ) -> None:
        """Refusal where httpx is not installed. `local`: without the proxies of the environment."""
        try:
            import httpx
        except ModuleNotFoundError:
            hint = "pip install 'voronka[pull]'"
            raise Refusal(code="missing-extra", message="pulling needs the extra `pull`", hint=hint) from None
        _hushed()
        timeout = httpx.Timeout(read_seconds, connect=CONNECT)
        self._client = httpx.Client(follow_redirects=False, timeout=timeout, trust_env=not local)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        body: Mapping[str, Json] | None,
    ) -> Answer:
        """One request, never repeated; whatever httpx may raise becomes an answer that holds no URL."""
        import httpx

        try:
            with self._client.stream(method, url, headers=headers, params=query or None, json=body) as response:
                return _whole(response)
        except httpx.TimeoutException:
            return Answer(status=0, cut="no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Answer(status=0, cut=_reason(error))


def _reason(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectError):
        certificate = "certificate" in str(error).casefold()
        return "its certificate is not to be trusted" if certificate else "no connection"
    return "the connection was cut" if isinstance(error, httpx.TransportError) else "the answer cannot be read"


def _whole(response: "httpx.Response") -> Answer:
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST:
            message = f"an answer is larger than {LARGEST // 1000**2} MB: no page of rows is"
            raise Refusal(code="pull-answer", message=message)
        parts.append(part)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, body=b"".join(parts))


def _hushed() -> None:
    """httpx tells its log every URL, and httpcore every header: secrets stand in both."""
    import logging

    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
