"""A door on loopback to the embedded PostgreSQL, which listens on a socket only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from dbcv.kit.local_postgres import LocalPostgres

Greets = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
"""What is said to whoever knocks; whether they get in."""


async def _everybody(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> bool:
    return True


@asynccontextmanager
async def door(postgres: LocalPostgres, lets_in: Greets = _everybody) -> AsyncIterator[int]:
    """Its port."""
    inside = next(postgres.sockets.glob(".s.PGSQL.*[0-9]"))
    tasks: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await lets_in(reader, writer):
            writer.close()
            return
        inner_reader, inner_writer = await asyncio.open_unix_connection(str(inside))
        for way in (carry(reader, inner_writer), carry(inner_reader, writer)):
            tasks.add(asyncio.create_task(way))

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
