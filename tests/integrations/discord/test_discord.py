"""Discord's actions against a server that speaks its HTTP API."""

from collections.abc import AsyncIterator

import discord
import discord.http
import pytest

from tests.integrations.caller import Caller
from tests.integrations.discord.rest_api import HOOK, TOKEN, RestApi

ADDRESS = "https://discord.com" + HOOK.replace("/v10", "")


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RestApi]:
    async with RestApi() as running:
        monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{running.port}/api/v10")
        yield running


def with_webhook(caller: Caller, api: RestApi, address: str = ADDRESS) -> None:
    caller.credential("discord_webhook", "api_key", [f"http://127.0.0.1:{api.port}"], api_key=address)


def with_bot(caller: Caller, api: RestApi, token: str = TOKEN) -> None:
    caller.credential("discord", "api_key", [f"http://127.0.0.1:{api.port}"], api_key=token)


async def test_a_webhook(caller: Caller, api: RestApi) -> None:
    with_webhook(caller, api)
    config = {"content": "Hi @everyone", "username": "Shop", "embeds": [{"title": "Order", "color": 255}]}
    reply = await caller.call("discord.webhook", config)
    assert reply == {"ok": True, "result": {"message_id": "7", "channel_id": "42"}, "error": None}
    assert (api.last.body["username"], api.last.body["embeds"][0]["title"]) == ("Shop", "Order")
    assert api.last.body["allowed_mentions"] == {"parse": []}, "what visitors write calls nobody"


async def test_a_bot(caller: Caller, api: RestApi) -> None:
    with_bot(caller, api)
    config = {"channel_id": "42", "content": "Hi"}
    for _ in range(2):
        assert (await caller.call("discord.send_message", config, key="event:1"))["result"]["message_id"] == "7"
    sent = [each.body for each in api.seen if each.path.endswith("/messages")]
    assert sent[0]["nonce"] == sent[1]["nonce"] and sent[0]["enforce_nonce"] is True


async def test_refusals_are_data(caller: Caller, api: RestApi) -> None:
    with_bot(caller, api)
    reply = await caller.call("discord.send_message", {"channel_id": 43, "content": "Hi"})
    assert (reply["code"], reply["status"]) == ("refused", 403) and "Missing Access" in reply["error"]
    with_bot(caller, api, "a-wrong-token")
    reply = await caller.call("discord.send_message", {"channel_id": 42, "content": "Hi"})
    assert reply["code"] == "credential" and "a-wrong-token" not in str(reply)
    with_webhook(caller, api, "https://evil.example/hook")
    assert (await caller.call("discord.webhook", {"content": "Hi"}))["code"] == "credential"


async def test_the_guard_stands_at_the_sockets(caller: Caller, api: RestApi) -> None:
    caller.credential("discord_webhook", "api_key", ["discord.com"], api_key=ADDRESS)
    reply = await caller.call("discord.webhook", {"content": "Hi"})
    assert (reply["code"], api.seen) == ("refused", []), reply
    stranger = Caller(allowed_hosts=())
    with_bot(stranger, api)
    reply = await stranger.call("discord.send_message", {"channel_id": 42, "content": "Hi"})
    await stranger.close()
    assert (reply["code"], "DBCV_ALLOWED_HOSTS" in reply["error"]) == ("refused", True)
