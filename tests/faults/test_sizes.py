"""Large things: a message of 1 MB is taken, one of 50 MB refused, a file goes in and out, and none costs memory."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import httpx2
import msgspec

from dbcv.kit.processes import Child
from tests.faults.bots import COUNTER
from tests.faults.talk import Connections, crowd
from tests.faults.test_crowd import peak_mb
from tests.faults.world import PREFIX, World

PIECE = b"x" * 65_536
FILE_MB, LONG_FILE_MB = 192, 1_000


def mb_from_now(child: Child) -> float:
    """What the process has now; its peak is counted anew."""
    Path(f"/proc/{child.pid}/clear_refs").write_text("5")
    return peak_mb(child)


async def _post_in_pieces(world: World, token: str, megabytes: int, announced: bool) -> int:
    """The status of a POST whose body is sent as fast as it is read; stops when it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    head = f"POST {PREFIX}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    size = f"Content-Length: {megabytes * 2**20}" if announced else "Transfer-Encoding: chunked"
    writer.write(f"{head}Content-Type: application/json\r\n{size}\r\n\r\n".encode())
    answering = asyncio.ensure_future(reader.read(64))
    try:
        for _ in range(megabytes * 2**20 // len(PIECE)):
            if answering.done():
                break
            writer.write(PIECE if announced else b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
            await writer.drain()
            await asyncio.sleep(0)
        answer = await asyncio.wait_for(answering, 20)
    except OSError:
        answer = await answering
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1])


async def test_large_messages(world: World, connections: Connections) -> None:
    assert world.api is not None
    await world.start_workers(1)
    channel = world.open_channel(world.publish(COUNTER))
    (client,) = await crowd(world, connections, channel, 1)
    assert (await client.send(1, wait_seconds=20)).replies == ["1 after 0"]
    status, answer = await client.try_once(2, 20, "m" * 1_000_000)
    assert status == 200, msgspec.json.encode(answer)[:300]
    before = mb_from_now(world.api)
    for announced in (True, False):
        statuses = await asyncio.gather(*(_post_in_pieces(world, client.token, 50, announced) for _ in range(4)))
        assert set(statuses) == {413}, statuses
    grown = peak_mb(world.api) - before
    print(f"\n8 messages of 50 MB: 413, the API's peak memory grew by {grown:.1f} MB (from {before:.0f} MB)")
    assert grown < 32
    status, answer = await client.try_once(3, 20, "still there")
    assert status == 200, answer


async def test_a_large_file_goes_in_and_out(world: World, is_long: bool) -> None:
    assert world.api is not None
    megabytes = LONG_FILE_MB if is_long else FILE_MB
    sent, came = sha256(), sha256()

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(megabytes):
            piece = number.to_bytes(4, "big") * (2**20 // 4)
            sent.update(piece)
            yield piece

    headers = {"Authorization": f"Bearer {world.token}"}
    async with httpx2.AsyncClient(base_url=world.url + PREFIX, headers=headers, timeout=120) as http:
        before = mb_from_now(world.api)
        made = await http.put("/attachments", params={"name": "large.bin"}, content=pieces())
        assert made.status_code == 201, made.text
        assert made.json()["size"] == megabytes * 2**20
        place = f"/attachments/{made.json()['id']}"
        async with http.stream("GET", f"{place}/content") as answer:
            async for piece in answer.aiter_bytes():
                came.update(piece)
        grown = peak_mb(world.api) - before
        assert (await http.delete(place)).status_code == 204
    print(f"\na file of {megabytes} MB in and out: the API's peak memory grew by {grown:.1f} MB (from {before:.0f} MB)")
    assert came.digest() == sent.digest()
    assert grown < 48
