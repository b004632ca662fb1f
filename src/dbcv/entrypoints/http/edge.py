"""The outermost layer of the API, bare ASGI for speed: body limits, security headers, an answer to every error."""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from dbcv.entrypoints.http.metrics import note_request
from dbcv.entrypoints.http.problems import problem_of, unknown_problem
from dbcv.kit.errors import ErrorDetail, Invalid, TooLarge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
LimitFor = Callable[[str], int]
Header = tuple[bytes, bytes]

MCP_BODY_BYTES = 8_000_000
"""A document of the largest size that tools take, also where JSON escapes each letter into six."""
_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""Of every answer that brings none of its own: data, problems, files of the build."""


class _TooLargeError(Exception):
    """The body turned out larger than allowed; the answer has been sent."""


class Edge:
    """Wraps the API. `hot` are bare applications by (method, path) that do their own limits; all else is bounded."""

    def __init__(self, app: App, hot: dict[tuple[str, str], App], limit_for: LimitFor) -> None:
        self.app = app
        self._hot = hot
        self._limit_for = limit_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, began = _Exchange(scope, receive, send), time.perf_counter()
        hot = self._hot.get((scope["method"], scope["path"]))
        try:
            if hot is not None:
                scope["app"] = self.app
                await hot(scope, receive, exchange.send)
            else:
                await self._bounded(scope, exchange)
        except _TooLargeError:
            return
        except Exception as error:  # noqa: BLE001  logged in full there, and nothing lies above to raise it to
            await exchange.answer_failure(error)
        finally:
            route = scope["path"] if hot is not None else route_of(scope)
            note_request(scope["method"], route, exchange.status, time.perf_counter() - began)

    async def _bounded(self, scope: Scope, exchange: "_Exchange") -> None:
        exchange.limit = self._limit_for(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"")
        if announced.isdigit() and int(announced) > exchange.limit:
            await exchange.refuse()
            return
        if b"%00" in scope["query_string"] and scope["path"].startswith("/api/"):
            # No name or e-mail holds one, and PostgreSQL takes none: nobody needs to look.
            detail = ErrorDetail("", "the address holds a character of the number zero", "Leave %00 out of it")
            await problem_of(Invalid(errors=[detail]))(scope, exchange.receive, exchange.send)
            return
        await self.app(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its answer: counts what comes in, adds headers to what goes out."""

    __slots__ = ("_receive", "_scope", "_send", "closed", "limit", "size", "started", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.limit = 0
        self.size = 0
        self.started = False
        self.closed = False
        self.status = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            if self.size > self.limit:
                await self.refuse()
                raise _TooLargeError
        return message

    async def send(self, message: Message) -> None:
        if self.closed:
            return
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            message["headers"] = self._surrounded(message.get("headers", ()))
        await self._send(message)

    def _surrounded(self, headers: Iterable[Header]) -> list[Header]:
        if self.status // 100 == 3:
            headers = [(name, self._in_this_house(value) if name == b"location" else value) for name, value in headers]
        own = [*headers, *_HEADERS]
        return own if any(name == _POLICY[0] for name, _ in own) else [*own, _POLICY]

    def _in_this_house(self, place: bytes) -> bytes:
        """Libraries write whole addresses with the host that the caller named: a path does, and leads nowhere else."""
        host = dict(self._scope["headers"]).get(b"host", b"")
        for origin in (b"http://" + host, b"https://" + host):
            if place.startswith(origin + b"/"):
                return b"/" + place.removeprefix(origin).lstrip(b"/\\")
        return place

    async def refuse(self) -> None:
        """Answer 413 and hang up: what else the client sends is not read."""
        answer = problem_of(TooLarge(f"At most {self.limit} bytes are taken here"))
        answer.headers["connection"] = "close"
        await answer(self._scope, self._receive, self.send)
        self.closed = True

    async def answer_failure(self, error: Exception) -> None:
        """The last resort: nothing reaches the server's own error page, and nothing is logged twice."""
        if self._scope.get("dbcv.answered") or self.closed:
            return
        answer = unknown_problem(error, self._scope["method"], self._scope["path"])
        if not self.started:
            await answer(self._scope, self._receive, self.send)


def route_of(scope: Scope) -> str:
    """The template of the address, such as /api/v1/bots/{bot_id}: with the ids in it there would be a figure for each.

    Only what an endpoint took has one; pages, files and addresses that are nothing are "other".
    """
    path, values = scope["path"], scope.get("path_params") or {}
    if "endpoint" not in scope or not (values or "route" in scope):
        return "other"
    for name, value in values.items():
        before, found, after = path.rpartition(str(value)) if value != "" else ("", "", "")
        if not found:
            return "other"
        path = f"{before}{{{name}}}{after}"
    return str(path)
