"""HTTP without a framework for the hot endpoints: a bounded body in, JSON or problem+json out."""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import Authenticator, scopes
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.schemas import MAX_WAIT_SECONDS
from dbcv.kit.errors import AppError, RateLimited, Unauthorized, Unavailable

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")
_WAIT = re.compile(rb"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", re.IGNORECASE)
_encode = msgspec.json.Encoder().encode


class ClientLeftError(Exception):
    """The client hung up before the request was complete: there is nobody to answer."""


@dataclass(slots=True)
class Answer:
    """A status and a JSON value."""

    status: int
    content: Any
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit_bytes: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it is known to be, having kept no more than the limit."""
    announced = headers.get(b"content-length")
    if announced is not None and announced.isdigit() and int(announced) > limit_bytes:
        raise errors.too_large(limit_bytes)
    body = await _part(receive)
    if not body[1] and len(body[0]) <= limit_bytes:
        return body[0]
    parts, size = [body[0]], len(body[0])
    while body[1] and size <= limit_bytes:
        body = await _part(receive)
        parts.append(body[0])
        size += len(body[0])
    if size > limit_bytes:
        raise errors.too_large(limit_bytes)
    return b"".join(parts)


async def _part(receive: Receive) -> tuple[bytes, bool]:
    event = await receive()
    if event["type"] == "http.disconnect":
        raise ClientLeftError
    return event.get("body", b""), event.get("more_body", False)


async def caller_of(tokens: Authenticator, headers: Mapping[bytes, bytes], scope: str) -> Principal:
    """Who the bearer token stands for. Raises Unauthorized, Forbidden for an API token without the scope."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token.isascii():
        raise Unauthorized()
    text = token.decode()
    principal = tokens.cached(text) or await tokens.principal_for(text)
    scopes.check(principal, scope)
    return principal


def wait_of(headers: Mapping[bytes, bytes]) -> float:
    """The seconds of `Prefer: wait=N` (RFC 7240), at most MAX_WAIT_SECONDS; 0 without it."""
    prefer = headers.get(b"prefer")
    found = _WAIT.search(prefer) if prefer else None
    return min(float(found[1]), MAX_WAIT_SECONDS) if found else 0.0


async def send_answer(send: Send, answer: Answer) -> None:
    """The answer as JSON."""
    await _send(send, answer.status, _JSON, answer.headers, _encode(answer.content))


async def send_problem(send: Send, error: AppError) -> None:
    """The error as problem+json."""
    headers = []
    if isinstance(error, RateLimited):
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    elif isinstance(error, Unavailable):
        headers.append((b"retry-after", b"1"))
    elif isinstance(error, Unauthorized):
        headers.append((b"www-authenticate", b"Bearer"))
    await _send(send, error.status, _PROBLEM, headers, _encode(error.as_problem()))


async def _send(
    send: Send, status: int, kind: tuple[bytes, bytes], headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    head = [kind, (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
