"""A server on loopback that speaks Discord's gateway and HTTP API: people write to a bot, read it, press its buttons.

The gateway numbers what it tells, repeats to a session that resumes what it has not seen, and tells a new session
nothing of before, as Discord does. A message with a nonce that was there is not made a second time.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.transports.loopback import running

TOKEN = "MTE3ODI5MTg0NzM2MDAwMQ.GAAAAA.loopbackTokenOfTheTestsOnly000000"
ME = {"id": "1178291847360001", "username": "demo_bot", "discriminator": "0", "bot": True}
GUILD = "1178291847369999"
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
EPOCH_MS = 1_420_070_400_000


@dataclass
class Said:
    """One message of the bot's."""

    fields: dict[str, Any]
    file: tuple[str, bytes] | None = None

    @property
    def text(self) -> str:
        return str(self.fields.get("content") or "")


@dataclass
class Session:
    """What the gateway knows of one bot's session: everything it has told it, and its sockets."""

    id: str
    intents: int
    told: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


@dataclass
class DiscordServer:
    """`said[channel]`: what the bot said there. `identified`, `resumed`: how often; `heartbeat_ms`: what HELLO says."""

    port: int = 0
    heartbeat_ms: int = 40_000
    said: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    typed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    resumed: int = 0
    beats: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    failures: deque[tuple[int, dict[str, Any]]] = field(default_factory=deque)
    closed_people: set[str] = field(default_factory=set)
    gateway_url: str = ""
    close_with: int | None = None
    """A code with which IDENTIFY is answered."""
    forgets_sessions: bool = False
    _history: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _sessions: dict[str, Session] = field(default_factory=dict)
    _nonces: dict[str, dict[str, Any]] = field(default_factory=dict)
    _last_id: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- people ----------------------------------------------------------------------------------------------------

    def person(self, user: int, **fields: Any) -> dict[str, Any]:
        return {"id": str(user), "username": f"p{user}", "global_name": f"P{user}", "discriminator": "0"} | fields

    def next_id(self) -> str:
        now = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last_id = max(self._last_id + 1, now)
        return str(self._last_id)

    def write(self, user: int, text: str, channel: str | None = None, **fields: Any) -> dict[str, Any]:
        """Somebody writes: to the bot, or with a `channel` on a server."""
        place = channel or f"9{user}"
        message = {
            "id": self.next_id(), "channel_id": place, "author": self.person(user), "content": text, "type": 0,
            "attachments": [], "mentions": [ME] if f"<@{ME['id']}>" in text else [], **fields,
        }  # fmt: skip
        self._history[place].append(message)
        self.tell("MESSAGE_CREATE", message | ({"guild_id": GUILD} if channel else {}))
        return message

    def send_file(self, user: int, content: bytes, name: str = "a.txt", **fields: Any) -> None:
        key = self.next_id()
        self.files[key] = content
        about = {"id": key, "filename": name, "size": len(content), "url": f"{self.url}/files/{key}"}
        self.write(user, fields.pop("text", ""), attachments=[about | fields])

    def press(self, user: int, custom_id: str, channel: str | None = None) -> str:
        """Somebody presses a button; the interaction's id."""
        interaction: dict[str, Any] = {
            "id": self.next_id(), "token": f"t{user}", "type": 3, "channel_id": channel or f"9{user}",
            "data": {"custom_id": custom_id, "component_type": 2}, "message": {"id": "5"},
        }  # fmt: skip
        who = {"member": {"user": self.person(user)}, "guild_id": GUILD} if channel else {"user": self.person(user)}
        self.tell("INTERACTION_CREATE", interaction | who)
        return str(interaction["id"])

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """An event of any kind, to every session that wants such."""
        for session in self._sessions.values():
            event = {"op": DISPATCH, "t": kind, "s": len(session.told) + 1, "d": data}
            session.told.append(event)
            if session.socket is not None and not session.socket.closed:
                task = asyncio.ensure_future(session.socket.send_str(json.dumps(event)))
                task.add_done_callback(lambda done: done.exception())

    async def drop(self, code: int = 4000, forget: bool = False) -> None:
        """Every socket breaks; `forget`: sessions cannot be resumed."""
        self.forgets_sessions = forget
        for session in self._sessions.values():
            if session.socket is not None:
                await session.socket.close(code=code)
                session.socket = None

    def texts(self, user: int, channel: str | None = None) -> list[str]:
        return [said.text for said in self.said[channel or f"9{user}"]]

    async def until(self, user: int, count: int, channel: str | None = None) -> list[str]:
        """The texts, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.texts(user, channel)) < count:  # noqa: ASYNC110 - several wait for several things
                await asyncio.sleep(0.01)
        return self.texts(user, channel)

    def fail(self, status: int, times: int = 1, **body: Any) -> None:
        """The next messages of the bot are answered so."""
        self.failures += [(status, {"message": f"error {status}", "code": 0} | body)] * times

    # --- the gateway -----------------------------------------------------------------------------------------------

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        assert request.query == {"v": "10", "encoding": "json"}, "nothing is asked to be packed"
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                await self._take(socket, json.loads(frame.data))
        return socket

    async def _take(self, socket: web.WebSocketResponse, told: dict[str, Any]) -> None:
        if told["op"] == HEARTBEAT:
            self.beats += 1
            await socket.send_json({"op": ACK})
        elif told["op"] == IDENTIFY:
            await self._begin(socket, told["d"])
        elif told["op"] == RESUME:
            await self._go_on(socket, told["d"])

    async def _begin(self, socket: web.WebSocketResponse, wish: dict[str, Any]) -> None:
        self.identified.append(wish)
        if wish["token"] != TOKEN or self.close_with:
            await socket.close(code=self.close_with or 4004)
            return
        self._sessions.clear()
        session = Session(f"s{len(self.identified)}", wish["intents"], socket=socket)
        self._sessions[session.id] = session
        ready = {"v": 10, "user": ME, "session_id": session.id, "guilds": [], "resume_gateway_url": self._gateway_url}
        self.tell("READY", ready)

    async def _go_on(self, socket: web.WebSocketResponse, wish: dict[str, Any]) -> None:
        session = self._sessions.get(wish["session_id"])
        if session is None or self.forgets_sessions or wish["token"] != TOKEN:
            await socket.send_json({"op": INVALID, "d": False})
            return
        self.resumed += 1
        session.socket = socket
        for event in session.told[wish["seq"] or 0 :]:
            await socket.send_json(event)
        self.tell("RESUMED", {})

    @property
    def _gateway_url(self) -> str:
        return self.gateway_url or f"ws://127.0.0.1:{self.port}/gateway"

    # --- the API ---------------------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.calls.append((request.method, path))
        part = path.split("/")
        if part[0] == "interactions":
            self.taken.append(part[1])
            return web.Response(status=204)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        if path == "users/@me":
            return web.json_response(ME)
        if path == "gateway/bot":
            return web.json_response({"url": self._gateway_url, "shards": 1})
        if part[2:] == ["typing"]:
            self.typed.append(part[1])
            return web.Response(status=204)
        if part[2:] == ["messages"]:
            return await self._messages(request, part[1])
        return web.json_response({"message": "Not Found", "code": 0}, status=404)

    async def _messages(self, request: web.Request, channel: str) -> web.Response:
        if request.method == "GET":
            after, limit = int(request.query["after"]), int(request.query["limit"])
            found = [each for each in self._history[channel] if int(each["id"]) > after][:limit]
            return web.json_response(found[::-1])  # the newest first, as Discord does
        if self.failures:
            status, body = self.failures.popleft()
            return web.json_response(body, status=status)
        if channel in self.closed_people:
            return web.json_response({"message": "Cannot send messages to this user", "code": 50007}, status=403)
        said = await _read(request)
        nonce = f"{channel}:{said.fields['nonce']}"
        if nonce not in self._nonces:
            self._nonces[nonce] = {"id": self.next_id(), "channel_id": channel}
            self.said[channel].append(said)
        return web.json_response(self._nonces[nonce])

    async def file(self, request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers, "the token goes to the API alone"
        return web.Response(body=self.files[request.match_info["key"]])


async def _read(request: web.Request) -> Said:
    if request.content_type == "application/json":
        return Said(await request.json())
    form = await request.post()
    file = form["files[0]"]
    assert isinstance(file, web.FileField)
    fields = form["payload_json"]
    assert isinstance(fields, bytes | bytearray), "JSON, not text"
    return Said(json.loads(fields), (file.filename, file.file.read()))


@asynccontextmanager
async def serve(port: int = 0) -> AsyncIterator[DiscordServer]:
    """A running server."""
    server = DiscordServer()
    app = web.Application(client_max_size=100_000_000)
    app.router.add_get("/gateway", server.gateway)
    app.router.add_get("/files/{key}", server.file)
    app.router.add_route("*", "/api/v10/{path:.*}", server.handle)
    async with running(app, port) as server.port:
        try:
            yield server
        finally:
            await server.drop(WSCloseCode.GOING_AWAY)
