"""A lean closed-loop load generator: HTTP/1.1 and WebSocket over plain asyncio protocols, little CPU of its own.

Used by bench/turns.py. It checks every reply's text: a fast wrong answer is not counted as a turn.
"""

import asyncio
import json
import os
import time
import uuid
from dataclasses import dataclass, field

GREET = ("start", "21", "bye")


def expected(index: int, name: str) -> str:
    """The greet bot's answer to `GREET[index % 3]`."""
    return (f"Hello {name}! How old are you?", f"Welcome, {name} (21)", f"Bye {name}")[index % 3]


@dataclass
class Talker:
    """One session: who talks, and how far the conversation is."""

    token: str
    channel_id: str
    turn: int = 0
    latencies: list[float] = field(default_factory=list)
    wrong: int = 0
    first_wrong: str = ""

    def heard(self, text: str, seconds: float) -> None:
        self.latencies.append(seconds)
        if text != expected(self.turn, "Bob"):
            self.wrong += 1
            self.first_wrong = self.first_wrong or f"turn {self.turn}: {text!r}"
        self.turn += 1


class HttpClient(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        body, self._buffer = self._buffer[head_end + 4 : head_end + 4 + length], self._buffer[head_end + 4 + length :]
        if self._waiting and not self._waiting.done():
            self._waiting.set_result((int(head[9:12]), body))

    async def request(self, payload: bytes) -> tuple[int, bytes]:
        self._waiting = asyncio.get_running_loop().create_future()
        assert self._transport is not None
        self._transport.write(payload)
        return await self._waiting

    def close(self) -> None:
        if self._transport:
            self._transport.close()


def post(path: str, host: str, body: bytes, headers: str = "") -> bytes:
    """A whole HTTP/1.1 POST."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def talk_http(host: str, port: int, talker: Talker, deadline: float) -> None:
    """Closed loop over one connection until `deadline` (perf_counter), whole conversations checked."""
    _, client = await asyncio.get_running_loop().create_connection(HttpClient, host, port)
    headers = f"Authorization: Bearer {talker.token}\r\nPrefer: wait=20\r\n"
    while time.perf_counter() < deadline or talker.turn % 3:
        body = json.dumps({"channel_id": talker.channel_id, "text": GREET[talker.turn % 3]}).encode()
        started = time.perf_counter()
        status, answer = await client.request(post("/api/v1/messages", f"{host}:{port}", body, headers))
        seconds = time.perf_counter() - started
        replies = json.loads(answer).get("replies") if status == 200 else None
        talker.heard(replies[0]["text"] if replies else f"HTTP {status} {answer[:200]!r}", seconds)
        if not replies:
            break
    client.close()


async def post_bare(host: str, port: int, path: str, deadline: float, latencies: list[float]) -> None:
    """The same request against a route that does nothing: what the HTTP server alone can do."""
    _, client = await asyncio.get_running_loop().create_connection(HttpClient, host, port)
    headers = f"Authorization: Bearer {'x' * 200}\r\nPrefer: wait=20\r\n"
    body = json.dumps({"channel_id": str(uuid.uuid4()), "text": "start"}).encode()
    request = post(path, f"{host}:{port}", body, headers)
    while time.perf_counter() < deadline:
        started = time.perf_counter()
        status, answer = await client.request(request)
        json.loads(answer)
        latencies.append(time.perf_counter() - started)
        if status != 200:
            raise RuntimeError(f"bare POST answered {status}")
    client.close()


class WsClient(asyncio.Protocol):
    """A WebSocket client that reads JSON text frames; enough of RFC 6455 for a server that behaves."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._opened = False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frames: asyncio.Queue[dict] = asyncio.Queue()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._opened:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:20]:
                self.open.set_exception(RuntimeError(bytes(self._buffer[:200]).decode(errors="replace")))
                return
            del self._buffer[: end + 4]
            self._opened = True
            self.open.set_result(None)
        while self._take_frame():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        self.frames.put_nowait({"type": "closed"})

    def _take_frame(self) -> bool:
        if len(self._buffer) < 2:
            return False
        length, start = self._buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(self._buffer[2:4]), 4
        elif length == 127:
            length, start = int.from_bytes(self._buffer[2:10]), 10
        if len(self._buffer) < start + length:
            return False
        opcode, payload = self._buffer[0] & 0x0F, bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        if opcode == 1:
            self.frames.put_nowait(json.loads(payload))
        elif opcode == 9:
            self._write(10, payload)
        return True

    def send(self, value: dict) -> None:
        self._write(1, json.dumps(value).encode())

    def _write(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2)
        key = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size) if size else b""
        assert self._transport is not None
        self._transport.write(head + mask + masked)

    def close(self) -> None:
        if self._transport:
            self._transport.close()


async def open_socket(host: str, port: int, talker: Talker) -> WsClient:
    """A socket that is authenticated and subscribed to the talker's channel."""
    transport, client = await asyncio.get_running_loop().create_connection(WsClient, host, port)
    transport.write(
        f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await client.open
    client.send({"type": "auth", "token": talker.token})
    client.send({"type": "subscribe", "topic": f"channel:{talker.channel_id}"})
    await asyncio.sleep(0.2)
    return client


async def talk_ws(host: str, port: int, talker: Talker, deadline: float) -> None:
    """Closed loop: a message out, the bot's message in."""
    client = await open_socket(host, port, talker)
    while time.perf_counter() < deadline or talker.turn % 3:
        text = GREET[talker.turn % 3]
        started = time.perf_counter()
        client.send({"type": "message", "channel_id": talker.channel_id, "text": text, "external_id": uuid.uuid4().hex})
        while True:
            frame = await asyncio.wait_for(client.frames.get(), 20)
            if frame["type"] in ("error", "closed"):
                talker.heard(json.dumps(frame), 0)
                return
            if frame["type"] == "message" and frame["message"]["recipient_id"] and frame["message"]["reply_to"]:
                break
        talker.heard(frame["message"]["text"], time.perf_counter() - started)
    client.close()
