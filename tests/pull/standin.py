"""A local server that answers as the documentation of each vendor says, and misbehaves when told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Body = object


@dataclass(frozen=True)
class Asked:
    """One request as it came: path, query (of a GET), body (of a POST), headers in lower case."""

    method: str
    path: str
    query: dict[str, str]
    body: dict
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer; `cut` ends the connection in its middle, `body` of text is sent as it is."""

    status: int = 200
    body: Body = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Standin:
    """The server: `answer` is its behaviour, `troubles` (by number of the request, from 1) come instead of it."""

    answer: Callable[[Asked], Reply]
    troubles: dict[int, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.troubles.get(len(self.asked)) or self.answer(asked)


@contextmanager
def served(answer: Callable[[Asked], Reply], troubles: dict[int, Reply] | None = None) -> Iterator[Standin]:
    """A server on a port of this computer, for as long as the block runs."""
    standin = Standin(answer, troubles or {})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self.give(Asked("GET", parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), {}, self.heads()))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.give(Asked("POST", urlsplit(self.path).path, {}, body, self.heads()))

        def heads(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        def give(self, asked: Asked) -> None:
            reply = standin.reply(asked)
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
            data = b"" if reply.status == 204 else text.encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(data)))
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may have gone
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if reply.cut else data)
            self.close_connection = self.close_connection or reply.cut

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    standin.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- the vendors ------------------------------------------------------------------------------------------------------


def bitrix24(rows: list[dict], hook: str = "1/h00kc0de", token: str = "") -> Callable[[Asked], Reply]:
    """Lists by key: pages of 50 after `>ID`; a webhook in the path, or `auth` in the body."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/oauth/token/":
            return Reply(body={"access_token": "n3w", "refresh_token": "r2", "expires_in": 3600})
        if token and asked.body.get("auth") != token:
            return Reply(401, {"error": "expired_token", "error_description": "The access token provided has expired."})
        place = "/rest/" if token else f"/rest/{hook}/"
        if not asked.path.startswith(place):
            return Reply(401, {"error": "INVALID_CREDENTIALS", "error_description": "Invalid request credentials"})
        found = asked.body.get("filter", {})
        after, since = found.get(">ID", 0), found.get(">=CREATED_TIME", "")
        page = [row for row in rows if row["ID"] > after and row["CREATED_TIME"] >= since][:50]
        return Reply(body={"result": {"items": page}, "total": 0, "time": {"operating": 0.1}})

    return answer


def amocrm(rows: list[dict], token: str = "t0ken", per_page: int = 100) -> Callable[[Asked], Reply]:
    """Pages by number with a link to the next one, nothing at all as 204, newest first, a window of time."""
    valid = {"token": token}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/oauth2/access_token":
            if asked.body.get("refresh_token") != "r1" or asked.body.get("client_secret") != "cl13nt":
                return Reply(400, {"hint": "Token has been revoked", "title": "Bad request"})
            valid["token"] = "n3w"
            return Reply(body={"token_type": "Bearer", "access_token": "n3w", "refresh_token": "r2"})
        if asked.headers.get("authorization") != f"Bearer {valid['token']}":
            return Reply(401, {"title": "Unauthorized", "status": 401, "detail": "Неверный логин или пароль"})
        low = int(asked.query.get("filter[created_at][from]", 0))
        high = int(asked.query.get("filter[created_at][to]", 1 << 60))
        found = [row for row in rows if low <= row["created_at"] <= high][::-1]
        number = int(asked.query.get("page", 1))
        page = found[(number - 1) * per_page : number * per_page]
        if not page:
            return Reply(204)
        links = {"next": {"href": "https://elsewhere.example/page"}} if number * per_page < len(found) else {}
        return Reply(body={"_page": number, "_links": links, "_embedded": {"events": page}})

    return answer


def retailcrm(rows: list[dict], key: str = "k3y") -> Callable[[Asked], Reply]:
    """History after `sinceId`, at most 100 rows."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != key:
            return Reply(403, {"success": False, "errorMsg": 'Wrong "apiKey" value.'})
        if "page" in asked.query and "filter[sinceId]" in asked.query:
            return Reply(400, {"success": False, "errorMsg": "page with sinceId"})
        after = int(asked.query.get("filter[sinceId]", 0))
        found = [row for row in rows if row["id"] > after]
        pages = {"limit": 100, "totalCount": len(found), "currentPage": 1, "totalPageCount": -(-len(found) // 100)}
        return Reply(body={"success": True, "history": found[:100], "pagination": pages})

    return answer


def moysklad(orders: dict[str, list[dict]], token: str = "t0ken") -> Callable[[Asked], Reply]:
    """Orders by offset, the events of each by offset; no answer without gzip allowed."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {token}" or "gzip" not in asked.headers["accept-encoding"]:
            return Reply(401, {"errors": [{"error": "Ошибка аутентификации", "code": 1056}]})
        parts = asked.path.removeprefix("/api/remap/1.2/entity/customerorder").strip("/").split("/")
        listed = [{"id": name} for name in orders] if parts == [""] else orders[parts[0]]
        start, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
        rows = listed[start : start + limit]
        return Reply(body={"meta": {"size": len(listed), "limit": limit, "offset": start}, "rows": rows})

    return answer


def yclients(rows: list[dict]) -> Callable[[Asked], Reply]:
    """Pages by number until an empty one; two tokens in one header."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer p4rtner, User us3r":
            return Reply(401, {"success": False, "data": None, "meta": {"message": "Необходима авторизация"}})
        if asked.headers.get("accept") != "application/vnd.yclients.v2+json" or asked.query["with_deleted"] != "1":
            return Reply(400, {"success": False, "meta": {"message": "wrong"}})
        number, count = int(asked.query["page"]), int(asked.query["count"])
        return Reply(body={"success": True, "data": rows[(number - 1) * count : number * count], "meta": {}})

    return answer
