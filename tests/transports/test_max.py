"""MAX as people meet it: words, files, buttons, the first step and the last one, a service that is away."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from dbcv.kit.errors import Invalid
from tests.engine.bots import bot, step
from tests.integrations.caller import Caller
from tests.runtime.town import eventually
from tests.transports.conftest import ECHO, Port
from tests.transports.max_server import TOKEN, MaxServer, serve


@dataclass
class Harbour:
    """The port, with channels bound to the loopback MAX."""

    port: Port
    max: MaxServer

    async def open(self, document: dict[str, Any] = ECHO, **config: Any) -> uuid.UUID:
        """A channel of a new bot."""
        town = self.port.town
        if not town.workers:
            await town.worker()
            await self.port.receive()
        channel_id = await self.port.room(document)
        await self.port.bind_to("max", channel_id, {"api_url": self.max.url} | config)
        return channel_id


@pytest.fixture
async def harbour(port: Port) -> AsyncIterator[Harbour]:
    async with serve() as server:
        port.secret["api_key"], port.provider["name"] = TOKEN, "max"
        port.places.add(server.url)
        yield Harbour(port, server)
        for receivers in port.receivers:
            await receivers.stop()


async def test_people_are_answered_in_order_and_known_again(harbour: Harbour) -> None:
    harbour.max.subscriptions = [{"url": "https://elsewhere.test/hook"}]
    channel = await harbour.open(bot(step("a", "{$message.text$} {$user.first_name$}", "a")))
    server, town = harbour.max, harbour.port.town
    for number in range(10):
        server.write(7, str(number))
        server.write(8, f"b{number}")
    assert await server.until(7, 10) == [f"{number} P7" for number in range(10)]
    assert await server.until(8, 10) == [f"b{number} P8" for number in range(10)]
    server.write(9, "I am a bot", sender=server.person(9, is_bot=True))
    server.write(-10, "in a group", "chat")
    server.start(7, "gift")
    assert (await server.until(7, 11))[-1] == "/start P7"
    assert (server.texts(9), server.texts(-10), server.subscriptions) == ([], [], [])
    payload = await town.value("SELECT params -> 'payload' FROM message WHERE text = '/start'")
    assert payload == "gift"
    server.tell({"update_type": "bot_stopped", "timestamp": server.now_ms(), "chat_id": 7, "user": server.person(7)})
    await eventually(lambda: town.value("SELECT count(*) = 1 FROM channel_sender WHERE blocked_at IS NOT NULL"))
    state = await harbour.port.transports.get(harbour.port.owner, channel)
    assert (state.state, state.account) == ("connected", "@demo_bot")
    assert any("marker" in poll for poll in server.polls), "what is kept is confirmed"


async def test_what_was_not_confirmed_is_told_again_and_taken_in_once(harbour: Harbour) -> None:
    await harbour.open()
    server, port = harbour.max, harbour.port
    server.write(7, "a")
    await server.until(7, 1)
    await port.receivers.pop().stop()
    told = list(server._updates)
    for number in range(3):
        server.write(7, str(number))
    server._updates = [*told, *[each for each in server._updates if each not in told]]
    await port.receive()
    assert await server.until(7, 4) == ["a", "0", "1", "2"]
    assert await port.town.value("SELECT count(*) FROM message WHERE reply_to IS NULL") == 4


async def test_buttons_and_files_both_ways(harbour: Harbour) -> None:
    long = "x" * 2_000
    buttons = [
        [{"text": "Yes", "value": "yes"}, {"text": "Long", "value": long}],
        [{"text": "Site", "url": "https://a.b"}],
    ]
    document = bot(step("a", "{$message.text$}", "a"))
    document["steps"][0]["message"]["params"] = {"buttons": buttons}
    channel = await harbour.open(document, groups=True)
    server, port = harbour.max, harbour.port
    server.write(7, "hi")
    await server.until(7, 1)
    (held,) = server.said[7][0]["attachments"]
    rows = held["payload"]["buttons"]
    assert [[each["text"] for each in row] for row in rows] == [["Yes", "Long"], ["Site"]]
    pressed = [server.press(7, each["payload"]) for each in rows[0]]
    assert await server.until(7, 3) == ["hi", "yes", long]
    await eventually(lambda: server.taken == pressed)
    server.write(7, None, attachments=[server.file("notes.txt", b"words")])
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM message WHERE attachments <> '[]'::jsonb"))
    file = await port.file(channel, "a.txt", b"from us")
    await port.say(channel, 7, "Look", attachments=[file])
    await server.until(7, 4)
    assert server.said[7][-1]["attachments"] == [{"type": "file", "payload": {"token": "up-a.txt"}}]
    assert server.files["up-a.txt"] == b"from us"
    server.write(-10, "group", "chat", sender=server.person(8))
    assert await server.until(-10, 1) == ["group"]


async def test_patience_refusals_and_wrong_tokens(harbour: Harbour) -> None:
    await harbour.open()
    server, port = harbour.max, harbour.port
    server.fail(429, "too.many.requests")
    server.write(7, "waits")
    assert await server.until(7, 1) == ["waits"]
    server.fail(400)
    server.write(7, "refused")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM dead_letter"))
    server.fail(403, "chat.denied")
    server.write(8, "gone")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM channel_sender WHERE blocked_at IS NOT NULL"))
    server.write(7, "x " * 2_500)
    assert [len(text) for text in (await server.until(7, 3))[1:]] == [3_999, 1_000]
    port.secret["api_key"] = "wrong"
    with pytest.raises(Invalid) as refused:
        await harbour.open()
    assert "does not know this token" in refused.value.errors[0].message


async def test_the_action_writes_and_says_what_went_wrong(harbour: Harbour) -> None:
    server, caller = harbour.max, Caller()
    caller.credential("max", "api_key", [server.url], api_key=TOKEN)
    wish = {"chat_id": "42", "text": "New order", "buttons": [{"text": "Open", "url": "https://a.b"}]}
    reply = await caller.call("max.send_message", wish)
    assert reply["ok"] and reply["result"]["message_id"].startswith("mid."), reply
    assert server.said[42][0]["attachments"][0]["payload"]["buttons"][0][0]["url"] == "https://a.b"
    server.fail(429, "too.many.requests")
    assert (await caller.call("max.send_message", wish))["code"] == "rate_limited"
    caller.credential("max", "api_key", [server.url], api_key="wrong-token")
    refused = await caller.call("max.send_message", wish)
    assert (refused["code"], "wrong-token" in str(refused)) == ("credential", False)
    await caller.close()
