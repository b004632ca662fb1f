"""A server on loopback that speaks Telegram's Bot API: people write to a bot, read what it says, press its buttons.

Long polling confirms as Telegram does (an offset forgets what lies below), webhooks are posted with the secret header,
over several connections, again until they are taken. `fail` lets the next calls of a method fail.
"""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.transports.loopback import running

TOKEN = "700001:AAloopbackTokenOfTheTestsOnly00000000"
BOT = {"id": 700001, "is_bot": True, "first_name": "Demo", "username": "demo_bot"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Call:
    """One call of the bot's: its method, its fields, the files in it by field."""

    method: str
    fields: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return str(self.fields.get("text") or self.fields.get("caption") or "")


@dataclass
class TelegramServer:
    """`said[chat]` is what the bot said there, in order. `port` stays the same over `serve`'s life."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    said: dict[int, list[Call]] = field(default_factory=lambda: defaultdict(list))
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: dict[str, Any] | None = None
    failures: dict[str, deque[tuple[int, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(deque))
    blocked: set[int] = field(default_factory=set)
    keeps_order: bool = False
    """Whether what is said in a chat is posted one by one, as Telegram does; else all at once, the newest first."""
    posts: int = 0
    """Webhook calls made."""
    _next_update: int = 5000
    _next_message: int = 1
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _queues: dict[int, deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(deque))
    _posting: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- people ----------------------------------------------------------------------------------------------------

    def person(self, chat: int, **fields: Any) -> dict[str, Any]:
        known = {"id": chat, "is_bot": False, "first_name": f"P{chat}", "username": f"p{chat}", "language_code": "ru"}
        return known | fields

    def write(self, chat: int, text: str | None = None, **message: Any) -> int:
        """Somebody writes to the bot; the update's number."""
        self._next_message += 1
        told = {
            "message_id": self._next_message, "date": 1, "chat": {"id": chat, "type": "private"},
            "from": self.person(chat), **({"text": text} if text is not None else {}), **message,
        }  # fmt: skip
        return self.tell({"message": told})

    def press(self, chat: int, data: str) -> int:
        """Somebody presses a button."""
        message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
        query = {"id": f"q{self._next_update}", "from": self.person(chat), "message": message, "data": data}
        return self.tell({"callback_query": query})

    def send_file(self, chat: int, content: bytes, kind: str = "document", **fields: Any) -> int:
        """Somebody sends a file."""
        key = f"file{len(self.files)}"
        self.files[key] = content
        about = {"file_id": key, "file_unique_id": f"u{key}", "file_size": len(content)}
        told: Any = [about] if kind == "photo" else about | {"file_name": fields.pop("name", "a.txt")}
        return self.write(chat, None, **{kind: told}, **fields)

    def tell(self, update: dict[str, Any]) -> int:
        """An update of any kind comes into being."""
        self._next_update += 1
        self.updates.append({"update_id": self._next_update, **update})
        self._news.set()
        if self.webhook is not None:
            self.post_all()
        return self._next_update

    def texts(self, chat: int) -> list[str]:
        return [call.text for call in self.said[chat]]

    async def until(self, chat: int, count: int, timeout_seconds: float = 20.0) -> list[str]:
        """The texts, once there are so many."""
        async with asyncio.timeout(timeout_seconds):
            while len(self.said[chat]) < count:  # noqa: ASYNC110 - several wait for several things
                await asyncio.sleep(0.01)
        return self.texts(chat)

    def fail(self, method: str, status: int, times: int = 1, **parameters: Any) -> None:
        """The next calls of a method are answered so."""
        body = {"ok": False, "error_code": status, "description": f"error {status}", "parameters": parameters}
        self.failures[method] += [(status, body)] * times

    # --- the API ---------------------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        call = await _read(request)
        self.calls.append(call)
        if self.failures[call.method]:
            return _answer(*self.failures[call.method].popleft())
        answer = getattr(self, f"_on_{call.method}", None)
        if answer is not None:
            return _ok(await answer(call))
        if call.method.startswith("send") and call.method != "sendChatAction":
            chat = int(call.fields["chat_id"])
            if chat in self.blocked:
                words = "Forbidden: bot was blocked by the user"
                return _answer(403, {"ok": False, "error_code": 403, "description": words})
            self.said[chat].append(call)
            self._next_message += 1
            return _ok({"message_id": self._next_message, "date": 1, "chat": {"id": chat, "type": "private"}})
        return _ok(True)

    async def _on_getMe(self, _: Call) -> Any:
        return BOT

    async def _on_getUpdates(self, call: Call) -> Any:
        offset, timeout = int(call.fields.get("offset", 0)), float(call.fields.get("timeout", 0))
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        if not self.updates:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout)
        return list(self.updates)[: int(call.fields.get("limit", 100))]

    async def _on_setWebhook(self, call: Call) -> Any:
        self.webhook = call.fields
        self.post_all()
        return True

    async def _on_deleteWebhook(self, _: Call) -> Any:
        self.webhook = None
        return True

    async def _on_getFile(self, call: Call) -> Any:
        return {"file_id": call.fields["file_id"], "file_unique_id": "u", "file_path": call.fields["file_id"]}

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"]])

    # --- webhooks --------------------------------------------------------------------------------------------------

    def post_all(self) -> None:
        """Each update in a call of its own, the newest first: what arrives first was not said first."""
        waiting = list(self.updates)
        self.updates.clear()
        for update in reversed(waiting):
            chat = update["message"]["chat"]["id"] if self.keeps_order else update["update_id"]
            queue = self._queues[chat]
            queue.append(update)
            if len(queue) == 1:
                task = asyncio.create_task(self._post_queue(queue))
                self._posting.add(task)
                task.add_done_callback(self._posting.discard)

    async def _post_queue(self, queue: deque[dict[str, Any]]) -> None:
        while queue:
            await self.post(queue[0])
            queue.popleft()

    async def post(self, update: dict[str, Any], copies: int = 1) -> None:
        """Until it is taken."""
        async with aiohttp.ClientSession() as http:
            for _ in range(copies):
                while self.webhook is not None:
                    headers = {SECRET_HEADER: str(self.webhook.get("secret_token", ""))}
                    self.posts += 1
                    with contextlib.suppress(aiohttp.ClientError, OSError):
                        async with http.post(self.webhook["url"], json=update, headers=headers) as answer:
                            if answer.status == 200:
                                break
                    await asyncio.sleep(0.05)


async def _read(request: web.Request) -> Call:
    method = request.match_info["method"]
    fields: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        fields = await request.json()
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                fields[name] = value
    for name in ("reply_markup", "allowed_updates"):
        if isinstance(fields.get(name), str):
            fields[name] = json.loads(fields[name])
    return Call(method, fields, files)


def _ok(result: Any) -> web.Response:
    return _answer(200, {"ok": True, "result": result})


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


@asynccontextmanager
async def serve() -> AsyncIterator[TelegramServer]:
    """A running server; what it waits for ends with it."""
    server = TelegramServer()
    app = web.Application(client_max_size=100_000_000)
    app.router.add_route("*", "/bot{token}/{method}", server.handle)
    app.router.add_get("/file/bot{token}/{path:.*}", server.file)
    async with running(app) as server.port:
        try:
            yield server
        finally:
            for task in list(server._posting):
                task.cancel()
