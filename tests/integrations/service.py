"""What the doubles of services share: a real HTTP server on loopback that writes down what it was asked.

A double speaks its service's protocol: documented paths, authentication, error shapes. `prepare` puts an answer of the
test's own before the next one: a limit that is reached, a broken server, silence.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: `body` is read JSON, {field: text} of a form, or bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(slots=True)
class Service:
    """Runs while its block lasts. Subclasses route in `answer`; `hosts` are the names the service has in the world."""

    hosts: tuple[str, ...] = ()
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    prepared: deque[web.Response | str] = field(default_factory=deque)
    _runner: Any = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def prepare(self, *answers: web.Response | str) -> None:
        """What the next requests get instead of what the service would say; `SILENCE` is no answer at all."""
        self.prepared.extend(answers)

    @property
    def last(self) -> Seen:
        """The newest request."""
        return self.seen[-1]

    async def answer(self, seen: Seen) -> web.Response:
        """What the service says."""
        raise AssertionError(f"nobody expects {seen.method} {seen.path}")

    async def _take(self, request: web.Request) -> web.Response:
        seen = Seen(request.method, request.path, dict(request.query), dict(request.headers), await _body(request))
        self.seen.append(seen)
        prepared = self.prepared.popleft() if self.prepared else None
        if prepared == SILENCE:
            await asyncio.sleep(60)
        if isinstance(prepared, web.Response):
            return prepared
        return await self.answer(seen)


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    if request.content_type == "application/json":
        return json.loads(raw) if raw else None
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return raw


def said(value: Any, status: int = 200, **headers: str) -> web.Response:
    """An answer in JSON; `Retry_After="7"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return web.json_response(value, status=status, headers=named)
