"""A small HTTP server on loopback whose answers are bytes written by the test: also what no real server sends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from dbcv.kit.outbound import OutboundClient, OutboundRequest, Resolver

PUBLIC = "public.test"


@dataclass(slots=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Loopback:
    """A running server. `asked`: every request so far; `connections`: how many were opened."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


def plain(body: bytes | str = b"", *, status: str = "200 OK", headers: str = "Content-Type: text/plain") -> bytes:
    """A whole well-formed answer. `headers`: lines parted by newlines."""
    content = body.encode() if isinstance(body, str) else body
    lines = "".join(f"{line}\r\n" for line in headers.split("\n") if line)
    return f"HTTP/1.1 {status}\r\n{lines}Content-Length: {len(content)}\r\n\r\n".encode() + content


@asynccontextmanager
async def serve(answer: Answer | bytes, address: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Loopback]:
    """Runs a server that answers every request with `answer` (bytes, or a function that writes them)."""
    server = Loopback()

    tasks: set[asyncio.Task[Any] | None] = set()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        tasks.add(asyncio.current_task())
        try:
            while asked := await _read(reader):
                server.asked.append(asked)
                await _answer(answer, asked, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, as many tests want it to, or the test is over
        finally:
            writer.close()

    listening = await asyncio.start_server(on_connection, address, port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in filter(None, tasks):
            task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)


async def _answer(answer: Answer | bytes, asked: Asked, writer: asyncio.StreamWriter) -> None:
    if isinstance(answer, bytes):
        writer.write(answer)
    else:
        await answer(asked, writer)
    await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(method, target, headers, body)


def resolving(names: dict[str, list[str] | list[list[str]]], looked_up: list[str] | None = None) -> Resolver:
    """A resolver that knows these names; a list of lists is one answer a look-up, the last one kept."""
    left = {name: list(answers) for name, answers in names.items()}

    async def resolve(host: str, port: int) -> list[str]:
        if looked_up is not None:
            looked_up.append(host)
        answers = left.get(host)
        if answers is None:
            raise OSError("no such host")
        if answers and isinstance(answers[0], list):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return [str(address) for address in answers]

    return resolve


@asynccontextmanager
async def outbound(**options: Any) -> AsyncIterator[OutboundClient]:
    """A client that may call "public.test" and "other.test" and knows "inside.test"; all are this machine."""
    known = {PUBLIC: ["127.0.0.1"], "other.test": ["127.0.0.1"], "inside.test": ["127.0.0.1"]}
    client = OutboundClient(
        **{"allowed_hosts": [PUBLIC, "other.test"], "resolver": resolving(known)} | options,
    )
    yield client
    await client.close()


async def ask(server: Loopback, *, method: str = "GET", path: str = "/", client: Any = None, **request: Any) -> Any:
    """One call to `server` under its public name, by `client` or a fresh one."""
    made = OutboundRequest(method=method, url=f"http://{PUBLIC}:{server.port}{path}", **request)
    if client is not None:
        return await client.call(made)
    async with outbound() as fresh:
        return await fresh.call(made)
