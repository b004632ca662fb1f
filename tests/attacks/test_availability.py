"""Who asks for too much: paces and quotas, silent and endless senders, bodies that are bombs."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from redis.asyncio import Redis

from dbcv.domains.accounts.service.paces import BYTES_OF_ONE_CHANGE, Paces
from dbcv.domains.bots.service import bots
from dbcv.domains.conversations.service import channels
from dbcv.entrypoints.api import create_app, server_config
from dbcv.entrypoints.http import patience
from dbcv.kit.errors import RateLimited
from dbcv.kit.pace import RateLimiter
from dbcv.kit.settings import Settings
from tests.attacks.conftest import ASK, MCP, MCP_HEADERS
from tests.domains.conftest import Api, Person
from tests.domains.conversations.conftest import eventually

SLOW: dict[str, Any] = {"changes_per_second": 0.01, "change_burst": 8}


@pytest.fixture
async def slow(settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    """A product whose operator allows eight changes, three newcomers and three visitors at once."""
    few = SLOW | {"newcomers_per_second": 0.01, "newcomer_burst": 3, "visitors_per_second": 0.01, "visitor_burst": 3}
    edge = create_app(settings.model_copy(update=few))
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


async def test_accounts_cannot_be_made_by_the_thousand(slow: Api) -> None:
    for number in range(3):
        await slow.person(f"p{number}")
    wish = {"email": "p4@example.com", "username": "p4", "password": "correct horse battery"}
    answer = await slow.nobody.post("/login/register", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 10


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/bots"), ("POST", "/bots/import"), ("POST", "/templates/import"), ("POST", "/channels"),
        ("POST", "/bots/{bot}/changes"), ("POST", "/bots/{bot}/invitations"), ("PUT", "/bots/{bot}/document"),
        ("POST", "/users/me/api_tokens"), ("PUT", "/attachments?name=a.txt"), ("POST", "/credentials"),
    ],
)  # fmt: skip
async def test_changes_have_a_pace_and_reading_goes_on(slow: Api, method: str, path: str) -> None:
    anna = await slow.person("anna")
    bot = (await anna.client.post("/bots", json={"name": "b"})).json()["id"]
    statuses = [(await anna.client.request(method, path.format(bot=bot), json={})).status_code for _ in range(9)]
    assert statuses[-1] == 429
    assert 500 not in statuses
    assert (await anna.client.get("/bots")).status_code == 200
    other = await slow.person("boris")
    assert (await other.client.post("/bots", json={"name": "mine"})).status_code == 201


async def test_tools_have_the_same_pace(slow: Api) -> None:
    anna = await slow.person("anna")
    ask = ASK | {"method": "tools/call", "params": {"name": "create_bot", "arguments": {"bot": {"name": "b"}}}}
    answers = [(await anna.client.post(MCP, json=ask, headers=MCP_HEADERS)).text for _ in range(9)]
    assert "rate_limited" in answers[-1]
    assert (await anna.client.post("/bots", json={"name": "b"})).status_code == 429


async def test_visitors_cannot_be_made_by_the_thousand(slow: Api) -> None:
    anna = await slow.person("anna")
    channel = (await anna.client.post("/channels", json={"name": "c", "is_public": True})).json()["id"]
    asked = [await slow.nobody.post("/login/anonymous-access-token", json={"channel_id": channel}) for _ in range(4)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]


def test_a_large_body_counts_for_many() -> None:
    paces = Paces(changes=RateLimiter(1.0, 10))
    one: Any = "somebody"
    paces.note_change(one, 9 * BYTES_OF_ONE_CHANGE)
    with pytest.raises(RateLimited):
        paces.note_change(one)


async def test_bots_and_channels_of_one_account_are_bounded(
    api: Api, anna: Person, boris: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots, "MOST_BOTS", 2)
    monkeypatch.setattr(channels, "MOST_CHANNELS", 1)
    made = (await anna.client.post("/bots", json={"name": "b"})).json()["id"]
    assert (await anna.client.post(f"/bots/{made}/copy", json={})).status_code == 201
    document = (await anna.client.get(f"/bots/{made}/export")).json()
    for path, body in (("/bots", {"name": "c"}), (f"/bots/{made}/copy", {}), ("/bots/import", document)):
        answer = await anna.client.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_bots"), path
    assert [(await anna.client.post("/channels", json={"name": "c"})).status_code for _ in range(2)] == [201, 409]
    assert (await boris.client.post("/bots", json={"name": "b"})).status_code == 201


@pytest.fixture
async def port(settings: Settings, valkey: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The server as the product runs it, with less patience."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(patience, "SILENCE_SECONDS", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(settings))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve([listener]))
    await eventually(lambda: server.started)
    yield listener.getsockname()[1]
    server.should_exit = True
    await task


async def closed_after(port: int, *parts: bytes, pause_seconds: float = 0.0) -> float:
    """Seconds until the server hung up on somebody who sends this and then nothing more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    with contextlib.suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_seconds)
        async with asyncio.timeout(8):
            while await reader.read(65_536):
                pass
    writer.close()
    return time.monotonic() - began


HEAD = b"POST /api/v1/%s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"GET /health HTTP/1.1\r\nHost: a\r\nX-A: b", HEAD % b"login/register", HEAD % b"messages"],
    ids=["nothing", "half a line", "half a head", "half a body", "half a message"],
)
async def test_who_falls_silent_is_hung_up_on(port: int, said: bytes) -> None:
    assert await closed_after(port, said) < 8


async def test_who_drips_a_head_is_hung_up_on(port: int) -> None:
    drops = [b"GET /health HTTP/1.1\r\n", *[b"X-%d: a\r\n" % number for number in range(30)]]
    assert await closed_after(port, *drops, pause_seconds=0.1) < 8


async def test_a_head_without_end_is_not_kept(port: int) -> None:
    lines = [b"GET /health HTTP/1.1\r\n", *[b"X-%d: %s\r\n" % (number, b"a" * 8_000) for number in range(400)]]
    assert await closed_after(port, *lines) < 8


async def test_who_goes_on_sending_is_listened_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 1.5)
    monkeypatch.setattr(patience, "SILENCE_SECONDS", 1.5)  # less than all of it takes, more than a slow machine sleeps
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b'{"email": "a@example.com", "username": "a", "password": "correct horse battery"}'
    head = HEAD.replace(b"1000", str(len(body)).encode()).removesuffix(b"{") % b"login/register"
    writer.write(head)
    for place in range(0, len(body), 4):
        writer.write(body[place : place + 4])
        await writer.drain()
        await asyncio.sleep(0.1)
    assert (await reader.read(1_000)).startswith(b"HTTP/1.1 201")
    for _ in range(3):  # the same connection goes on being good for requests, each with a head of its own
        await asyncio.sleep(0.2)
        writer.write(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in await reader.read(2_000)
    writer.close()
