"""A server on loopback that speaks MAX's Bot API: people write to a bot, read what it says, press its buttons.

A marker confirms what came before it; without one all that was not confirmed is told again, as MAX does.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.transports.loopback import running

TOKEN = "f9LHodD0cOLmaxLoopbackTokenOfTheTestsOnly"
ME = {"user_id": 555, "first_name": "Demo", "username": "demo_bot", "is_bot": True}


@dataclass
class MaxServer:
    """`said[chat]`: what the bot said there, as it was asked."""

    port: int = 0
    said: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    typed: list[int] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    polls: list[dict[str, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    failures: deque[tuple[int, dict[str, Any]]] = field(default_factory=deque)
    _updates: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _marker: int = 100
    _last_ms: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- people ----------------------------------------------------------------------------------------------------

    def person(self, user: int, **fields: Any) -> dict[str, Any]:
        return {"user_id": user, "first_name": f"P{user}", "username": f"p{user}", "is_bot": False} | fields

    def now_ms(self) -> int:
        self._last_ms = max(self._last_ms + 1, int(time.time() * 1000))
        return self._last_ms

    def write(self, chat: int, text: str | None, kind: str = "dialog", **fields: Any) -> None:
        moment = self.now_ms()
        sender = fields.pop("sender", self.person(chat))
        body = {"mid": f"mid.{moment:x}", "seq": moment, "text": text, "attachments": fields.pop("attachments", [])}
        message = {
            "sender": sender, "recipient": {"chat_id": chat, "chat_type": kind}, "timestamp": moment, "body": body
        }  # fmt: skip
        self.tell({"update_type": "message_created", "timestamp": moment, "message": message, "user_locale": "ru"})

    def press(self, chat: int, payload: str) -> str:
        moment = self.now_ms()
        message = {"recipient": {"chat_id": chat, "chat_type": "dialog"}, "body": {"mid": "mid.1"}}
        callback = {"callback_id": f"cb{moment}", "payload": payload, "user": self.person(chat), "timestamp": moment}
        self.tell({"update_type": "message_callback", "timestamp": moment, "callback": callback, "message": message})
        return str(callback["callback_id"])

    def start(self, chat: int, payload: str | None = None) -> None:
        told = {"update_type": "bot_started", "timestamp": self.now_ms(), "chat_id": chat, "user": self.person(chat)}
        self.tell(told | {"payload": payload})

    def tell(self, update: dict[str, Any]) -> None:
        self._marker += 1
        self._updates.append((self._marker, update))
        self._news.set()

    def file(self, name: str, content: bytes) -> dict[str, Any]:
        self.files[name] = content
        payload = {"url": f"{self.url}/files/{name}", "token": f"t-{name}"}
        return {"type": "file", "filename": name, "size": len(content), "payload": payload}

    def texts(self, chat: int) -> list[str]:
        return [str(said["text"] or "") for said in self.said[chat]]

    async def until(self, chat: int, count: int) -> list[str]:
        """The texts, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.said[chat]) < count:  # noqa: ASYNC110 - several wait for several things
                await asyncio.sleep(0.01)
        return self.texts(chat)

    def fail(self, status: int, code: str = "proto.payload", times: int = 1) -> None:
        """The next messages of the bot are answered so."""
        self.failures += [(status, {"code": code, "message": f"error {status}"})] * times

    # --- the API ---------------------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if path.startswith("files/"):
            assert "Authorization" not in request.headers, "the token goes to the API alone"
            return web.Response(body=self.files[path.removeprefix("files/")])
        if path.startswith("upload/"):
            assert "Authorization" not in request.headers, "the token goes to the API alone"
            held = (await request.post())["data"]
            assert isinstance(held, web.FileField)
            self.files[f"up-{held.filename}"] = held.file.read()
            return web.json_response({"token": f"up-{held.filename}"})
        if request.headers.get("Authorization") != TOKEN:
            return web.json_response({"code": "verify.token", "message": "Invalid access_token"}, status=401)
        return await self._answer(request, path)

    async def _answer(self, request: web.Request, path: str) -> web.Response:
        if path == "me":
            return web.json_response(ME)
        if path == "subscriptions" and request.method == "GET":
            return web.json_response({"subscriptions": self.subscriptions})
        if path == "subscriptions":
            self.subscriptions = [each for each in self.subscriptions if each["url"] != request.query["url"]]
        if path == "updates":
            return await self._poll(request)
        if path == "messages":
            return await self._message(request)
        if path == "uploads":
            return web.json_response({"url": f"{self.url}/upload/{request.query['type']}"})
        if path == "answers":
            self.taken.append(request.query["callback_id"])
        if path.endswith("/actions"):
            self.typed.append(int(path.split("/")[1]))
        return web.json_response({"success": True})

    async def _poll(self, request: web.Request) -> web.Response:
        self.polls.append(dict(request.query))
        if "marker" in request.query:
            self._updates = [each for each in self._updates if each[0] >= int(request.query["marker"])]
        if not self._updates:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), float(request.query["timeout"]))
        return web.json_response({"updates": [each[1] for each in self._updates], "marker": self._marker + 1})

    async def _message(self, request: web.Request) -> web.Response:
        if self.failures:
            status, body = self.failures.popleft()
            return web.json_response(body, status=status)
        self.said[int(request.query["chat_id"])].append(await request.json())
        return web.json_response({"message": {"body": {"mid": f"mid.{self.now_ms():x}"}}})


@asynccontextmanager
async def serve() -> AsyncIterator[MaxServer]:
    """A running server."""
    server = MaxServer()
    app = web.Application(client_max_size=100_000_000)
    app.router.add_route("*", "/{path:.*}", server.handle)
    async with running(app) as server.port:
        yield server
