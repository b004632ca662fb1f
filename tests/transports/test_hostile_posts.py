"""What anybody may post to the address that Telegram calls: refused, ignored, or taken in once and harmless."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.corpus import rows
from tests.runtime.town import eventually
from tests.transports.conftest import Port
from tests.transports.telegram_server import SECRET_HEADER

REFUSED = {
    "wh-002-tg-wrong-secret": {401},
    "wh-005-tg-secret-in-url-only": {401},
    "wh-013-tg-wrong-types": {422},
    "wh-014-tg-nul": {422},
    "wh-017-tg-form-content-type": {422},
    "wh-028-path-traversal": {404, 405},
}
"""What is answered where the row wants a refusal."""
TAKEN = {"wh-007-tg-dup-concurrent": ["hi"]}
"""What the bot hears of the rows that say something; nothing of all others."""
TELEGRAM = [each for each in rows("webhooks_hostile.jsonl") if "-tg-" in each.id or each.id.startswith(("wh-028", "a"))]


@pytest.mark.parametrize("row", TELEGRAM)
async def test_a_hostile_post(port: Port, row: dict[str, Any]) -> None:
    await port.town.worker()
    await port.receive()
    async with port.serving() as base, aiohttp.ClientSession() as http:
        channel = await port.channel(mode="webhook")
        assert port.telegram.webhook is not None
        secret, request = port.telegram.webhook["secret_token"], row["request"]
        body = request.get("raw", json.dumps(request.get("body", {"update_id": 1}))).encode()
        suffix = request.get("url_suffix", "").replace("{{SECRET}}", secret)
        url = URL(f"{base}/api/v1/channels/{channel}/telegram{suffix}", encoded=True)
        headers = {"Content-Type": "application/json"} | request.get("headers", {SECRET_HEADER: secret})

        if "raw" in request:
            headers[SECRET_HEADER] = secret

        async def post() -> int:
            async with http.post(url, data=body, headers=headers) as answer:
                return answer.status

        statuses = await asyncio.gather(*(post() for _ in range(request.get("concurrent", 1))))
        assert set(statuses) <= REFUSED.get(row["id"], {200})
        query = "SELECT count(*) = 0 FROM transport_update"
        await eventually(lambda: port.town.value(query))
        await port.town.settled()
    heard = await port.town.run("SELECT text FROM message WHERE reply_to IS NULL")
    assert [each[0] for each in heard] == TAKEN.get(row["id"], [])
    assert port.telegram.texts(7) == TAKEN.get(row["id"], [])


BAD: list[Any] = [
    [], 1, "x", None, {}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**70}, {"update_id": 1.5},
    {"update_id": 1, "message": {"chat": [], "from": 1, "text": {}}}, {"update_id": 2, "callback_query": "x"},
    {"update_id": 3, "message": {"chat": {"id": "7", "type": "private"}, "text": "x"}},
    {"update_id": 4, "message": {"chat": {"id": 7, "type": "private"}, "from": {}, "photo": [1, None]}},
    {"update_id": 5, "callback_query": {"from": {"id": 7}, "data": "#" + "f" * 32 + ":999"}},
    {"update_id": 6, "callback_query": {"from": {"id": 7}, "data": "#../../x:1"}},
    {"update_id": 7, "my_chat_member": {"chat": {"id": 7}, "new_chat_member": {"status": "kicked"}}},
    {"update_id": 8, "message": {"chat": {"id": -100, "type": "group"}, "from": {"id": 7}, "text": "in a group"}},
]  # fmt: skip


async def test_nonsense_with_the_right_secret_harms_nobody(port: Port) -> None:
    await port.town.worker()
    await port.receive()
    async with port.serving() as base, aiohttp.ClientSession() as http:
        channel = await port.channel(mode="webhook")
        assert port.telegram.webhook is not None
        headers = {SECRET_HEADER: port.telegram.webhook["secret_token"]}
        for body in BAD:
            async with http.post(f"{base}/api/v1/channels/{channel}/telegram", json=body, headers=headers) as answer:
                assert answer.status in (200, 422), body
        port.telegram.write(7, "and now")
        assert (await port.telegram.until(7, 1))[-1] == "and now"
        for path in (f"{channel}/discord", "not-an-id/telegram", f"{port.owner.id}/telegram"):
            async with http.post(f"{base}/api/v1/channels/{path}", json={}, headers=headers) as answer:
                assert answer.status == 404, path
    assert await port.town.value("SELECT count(*) FROM transport_update") == 0
