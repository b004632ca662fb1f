"""What failed in passing is tried again, if it may arrive twice; nothing lasts longer than the limit."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dbcv.kit.outbound import Patience, client
from dbcv.kit.outbound.retries import pause_seconds
from tests.loopback import Asked, Loopback, ask, outbound, plain, serve

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
BUSY = plain("busy", status="503 Busy")


def in_turn(*answers: bytes) -> Any:
    """Each answer once, the last one again and again; b"" hangs up."""
    left = list(answers)

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        writer.write(now)
        if not now:
            writer.close()

    return answer


def patient(retries: int = 2, **options: Any) -> Any:
    return outbound(patience=Patience(retries=retries, **options))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Pauses are asked for and not waited for."""
    asked: list[float] = []

    def pause(tried: int, after: str | None, now: datetime, chance: float) -> float:
        asked.append(pause_seconds(tried, after, now, chance))
        return 60.0 if asked[-1] > 30 else 0.0

    monkeypatch.setattr(client, "pause_seconds", pause)
    yield asked


@pytest.mark.parametrize("method", ["GET", "head", "PUT", "DELETE", "OPTIONS"])
async def test_what_may_arrive_twice_is_tried_again(method: str) -> None:
    answer = plain("" if method == "head" else "well")
    busy = plain(status="503 B") if method == "head" else BUSY
    async with serve(in_turn(busy, b"", answer)) as server, patient() as made:
        reply = await ask(server, client=made, method=method, content=None if method == "head" else "body")
    assert reply["status"] == 200, reply
    assert len(server.asked) == 3
    assert {asked.body for asked in server.asked} == {b"" if method == "head" else b"body"}


@pytest.mark.parametrize(("wished", "tries"), [(0, 1), (1, 2), (2, 3), (9, 3), (None, 3)])
async def test_a_request_may_wish_for_fewer_tries_never_for_more(wished: int | None, tries: int) -> None:
    async with serve(BUSY) as server, patient(2) as made:
        await ask(server, client=made, retries=wished)
    assert len(server.asked) == tries


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_changes_something_is_not(method: str) -> None:
    async with serve(BUSY) as server, patient() as made:
        assert (await ask(server, client=made, method=method))["status"] == 503
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 500, 501])
async def test_only_what_passes_is_worth_another_try(status: int) -> None:
    async with serve(plain("no", status=f"{status} X")) as server, patient() as made:
        assert (await ask(server, client=made))["status"] == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_the_last_answer_counts_when_tries_are_used_up(status: int) -> None:
    async with serve(plain("busy", status=f"{status} X")) as server, patient(3) as made:
        reply = await ask(server, client=made)
    assert (reply["ok"], reply["status"], reply["result"]) == (False, status, "busy")
    assert len(server.asked) == 4


async def test_nobody_who_listens_is_tried_again_too(quick: list[float]) -> None:
    gone = Loopback(port=9)
    async with patient() as made:
        reply = await ask(gone, client=made)
    assert reply["error"] == "no connection to public.test could be made"
    assert len(quick) == 2


async def test_an_address_that_is_refused_is_not_tried_again(quick: list[float]) -> None:
    async with patient() as made:
        reply = await ask(Loopback(port=9), client=made, path="@inside.test")
        assert not reply["ok"]
    assert quick == []


async def test_a_pause_that_leads_over_the_limit_is_not_made(quick: list[float]) -> None:
    answer = plain("busy", status="429 X", headers="Retry-After: 3600")
    async with serve(answer) as server, patient() as made:
        reply = await ask(server, client=made)
    assert (reply["status"], reply["headers"]["retry-after"]) == (429, "3600")
    assert len(server.asked) == 1
    assert quick[0] >= 3600


async def test_cookies_of_one_try_are_not_sent_with_the_next() -> None:
    busy = plain("busy", status="503 X", headers="Set-Cookie: a=b; Path=/")
    async with serve(in_turn(busy, plain("well"))) as server, patient() as made:
        await ask(server, client=made)
    assert "cookie" not in server.asked[1].headers


async def test_silence_ends_before_the_whole_limit() -> None:
    async def silent(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serve(silent) as server, patient(0, read_seconds=0.1) as made:
        reply = await ask(server, client=made)
    assert reply["error"] == "public.test was silent for 0.1 s"


@pytest.mark.parametrize("slow", ["headers", "body"])
async def test_drops_end_with_the_limit_though_they_are_never_silent(slow: str) -> None:
    async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + (b"" if slow == "headers" else b"Content-Length: 99999\r\n\r\n"))
        while True:
            writer.write(b"X-A: 1\r\n" if slow == "headers" else b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    begin = time.monotonic()
    async with serve(drip) as server, patient(0, read_seconds=0.2, total_seconds=0.3) as made:
        reply = await ask(server, client=made, timeout_seconds=300)
    assert reply["error"] == "there was no complete answer within 0.3 s"
    assert time.monotonic() - begin < 2


def test_pauses() -> None:
    assert [pause_seconds(tried, None, NOW, 1.0) for tried in (1, 2, 3, 9)] == [0.25, 0.5, 1.0, 8.0]
    assert pause_seconds(1, None, NOW, 0.0) == 0.125
    assert pause_seconds(1, "7", NOW, 0.0) == 7
    assert pause_seconds(1, "Thu, 01 Jan 2026 12:00:05 GMT", NOW, 0.0) == 5
    assert pause_seconds(1, "Thu, 01 Jan 2026 11:00:00 GMT", NOW, 0.0) == 0
    for odd in ("", "soon", "-1", "1.5", "9" * 400, "Thu, 01 Jan 2026 12:00:05"):
        assert 0 <= pause_seconds(1, odd, NOW, 0.5) <= 0.25
