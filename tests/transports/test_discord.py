"""Discord as people meet it: words, files, buttons, servers and direct messages, a gateway that breaks."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from dbcv.integrations.discord.channel import DiscordConfig
from dbcv.integrations.discord.transport import DiscordLink
from dbcv.integrations.discord.writing import components, parts
from dbcv.kit.errors import Invalid
from tests.engine.bots import bot, step
from tests.runtime.town import eventually
from tests.transports.conftest import ECHO, Port
from tests.transports.discord_server import ME, TOKEN, DiscordServer, serve

HELLO = f"<@{ME['id']}> hello"
ROOM = "7700001"


@dataclass
class Harbour:
    """The port, with channels bound to the loopback Discord."""

    port: Port
    discord: DiscordServer

    async def channel(self, document: dict[str, Any] = ECHO, **config: Any) -> uuid.UUID:
        channel_id = await self.port.room(document)
        await self.port.bind_to("discord", channel_id, {"api_url": self.discord.url} | config)
        return channel_id

    async def open(self, document: dict[str, Any] = ECHO, **config: Any) -> uuid.UUID:
        """A channel that is connected."""
        await self.port.town.worker()
        await self.port.receive()
        channel_id = await self.channel(document, **config)
        await eventually(lambda: self.discord._sessions)
        return channel_id

    async def state(self, channel_id: uuid.UUID) -> Any:
        return await self.port.transports.get(self.port.owner, channel_id)


@pytest.fixture
async def harbour(port: Port) -> AsyncIterator[Harbour]:
    async with serve() as discord:
        port.secret["api_key"], port.provider["name"] = TOKEN, "discord"
        port.places.add(discord.url)
        yield Harbour(port, discord)
        for receivers in port.receivers:
            await receivers.stop()


async def test_messages_are_answered_in_order_to_each_of_many(harbour: Harbour) -> None:
    channel = await harbour.open()
    discord, town = harbour.discord, harbour.port.town
    for number in range(10):
        discord.write(7, str(number))
        discord.write(8, f"b{number}")
    assert await discord.until(7, 10) == [str(number) for number in range(10)]
    assert await discord.until(8, 10) == [f"b{number}" for number in range(10)]
    discord.write(9, "I am a bot", author=discord.person(9, bot=True))
    discord.write(9, "joined", type=7)
    discord.write(7, "end")
    assert (await discord.until(7, 11))[-1] == "end"
    assert discord.texts(9) == []
    state = await harbour.state(channel)
    assert (state.state, state.account) == ("connected", "@demo_bot")
    person = await town.value("SELECT data FROM user_variables v JOIN channel_sender s ON s.subscriber_id = v.user_id "
                              "WHERE s.external_id = '7'")  # fmt: skip
    assert person == {"discord_id": "7", "first_name": "P7"}
    assert discord.identified[0]["compress"] is False and discord.identified[0]["intents"] == (1 << 9) + (1 << 12)
    assert [
        text for said in discord.said.values() for text in said if text.fields["allowed_mentions"] != {"parse": []}
    ] == []


async def test_a_dropped_socket_goes_on_where_it_was(harbour: Harbour) -> None:
    await harbour.open()
    discord = harbour.discord
    discord.write(7, "0")
    await discord.until(7, 1)
    for number in range(1, 4):
        await discord.drop()
        discord.write(7, str(number))
        assert (await discord.until(7, number + 1))[-1] == str(number)
    assert (discord.resumed, len(discord.identified)) == (3, 1)
    await discord.drop(forget=True)
    discord.write(7, "4")
    discord.write(7, "5")
    assert await discord.until(7, 6) == [str(number) for number in range(6)], "a new session reads what was missed"
    assert len(discord.identified) == 2
    discord.forgets_sessions = False
    session = next(iter(discord._sessions.values()))
    assert session.socket is not None
    await session.socket.send_json({"op": 7, "d": None})  # Discord moves us to another server
    discord.write(7, "6")
    assert (await discord.until(7, 7))[-1] == "6"
    assert await harbour.port.town.value("SELECT count(*) = count(DISTINCT id) FROM turn_record")


async def test_what_was_said_while_nobody_listened_is_answered_once(harbour: Harbour) -> None:
    """The process is gone and comes again: what it took in is a copy, what it missed is read where it talked."""
    await harbour.open(channels=[ROOM])
    discord, port = harbour.discord, harbour.port
    discord.write(7, "a")
    discord.write(8, "in the room", ROOM)
    await discord.until(7, 1)
    await discord.until(8, 1, ROOM)
    await port.receivers.pop().stop()
    discord._sessions.clear()
    for number in range(3):
        discord.write(7, f"missed {number}")
        discord.write(8, f"room {number}", ROOM)
    discord.write(66, "a stranger, whom nobody could know of")
    await port.receive()
    assert await discord.until(7, 4) == ["a", *(f"missed {number}" for number in range(3))]
    assert await discord.until(8, 4, ROOM) == ["in the room", *(f"room {number}" for number in range(3))]
    discord.write(7, "end")
    assert (await discord.until(7, 5))[-1] == "end"
    assert await port.town.value("SELECT count(*) FROM message WHERE reply_to IS NULL") == 9


async def test_on_a_server_who_means_the_bot_is_answered_each_alone(harbour: Harbour) -> None:
    await harbour.open(channels=[ROOM])
    discord = harbour.discord
    first = discord.write(7, HELLO, "5500001")
    discord.write(7, "not to the bot", "5500001")
    discord.write(8, HELLO.replace("hello", "hi"), "5500001")
    discord.write(8, "everything here", ROOM)
    await discord.until(7, 2, "5500001")
    await discord.until(8, 1, ROOM)
    senders = await harbour.port.town.run("SELECT external_id FROM channel_sender ORDER BY 1")
    assert [row[0] for row in senders] == ["5500001:7", "5500001:8", f"{ROOM}:8"]
    texts = await harbour.port.town.run("SELECT text FROM message WHERE reply_to IS NULL ORDER BY text")
    assert [row[0] for row in texts] == ["everything here", "hello", "hi"]
    answers = {said.fields["message_reference"]["message_id"] for said in discord.said["5500001"]}
    assert first["id"] in answers and len(answers) == 2


async def test_buttons_out_and_in(harbour: Harbour) -> None:
    long = "x" * 300
    buttons = [
        [{"text": "Yes", "value": "yes"}, {"text": "Long", "value": long}],
        [{"text": "Site", "url": "https://a.b"}],
    ]
    document = bot(step("a", "{$message.text$}", "a"))
    document["steps"][0]["message"]["params"] = {"buttons": buttons}
    await harbour.open(document)
    discord = harbour.discord
    discord.write(7, "hi")
    await discord.until(7, 1)
    rows = discord.said["97"][0].fields["components"]
    assert [[each["label"] for each in row["components"]] for row in rows] == [["Yes", "Long"], ["Site"]]
    yes, kept = (each["custom_id"] for each in rows[0]["components"])
    assert yes == "=yes" and len(kept) <= 100
    pressed = [discord.press(7, yes), discord.press(7, kept)]
    discord.press(7, "#nonsense")
    assert await discord.until(7, 3) == ["hi", "yes", long]
    await eventually(lambda: discord.taken == pressed)


async def test_files_out_and_in(harbour: Harbour) -> None:
    channel = await harbour.open()
    discord, port = harbour.discord, harbour.port
    discord.send_file(7, b"words", "../notes.txt", content_type="text/plain")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM message WHERE attachments <> '[]'::jsonb"))
    (held,) = await port.town.value("SELECT attachments FROM message WHERE attachments <> '[]'::jsonb")
    assert held["name"] == "notes.txt"
    discord.write(7, "", attachments=[{"id": "12", "filename": "x", "size": 1, "url": "http://127.0.0.1:1/inside"}])
    await eventually(
        lambda: port.town.value("SELECT count(*) = 1 FROM message WHERE params -> 'files_missing' IS NOT NULL")
    )
    file = await port.file(channel, "a.txt", b"from us")
    await port.say(channel, 7, "Look", attachments=[file])
    await discord.until(7, 1)
    said = discord.said["97"][-1]
    assert (said.text, said.file) == ("Look", ("a.txt", b"from us"))


async def test_patience_refusals_and_people_who_are_gone(harbour: Harbour) -> None:
    channel = await harbour.open()
    discord, port = harbour.discord, harbour.port
    discord.fail(429, retry_after=0.2)
    discord.write(7, "waits")
    assert await discord.until(7, 1) == ["waits"]
    assert await port.town.value("SELECT count(*) FROM dead_letter") == 0
    discord.fail(400)
    discord.write(7, "refused")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM dead_letter"))
    discord.closed_people.add("98")
    discord.write(8, "hello?")
    await eventually(lambda: port.town.value("SELECT count(*) = 1 FROM channel_sender WHERE blocked_at IS NOT NULL"))
    discord.write(7, "x" * 4_500)
    assert [len(text) for text in (await discord.until(7, 4))[1:]] == [2_000, 2_000, 500]
    assert (await harbour.state(channel)).state == "connected"


async def test_a_repeated_call_is_one_message(harbour: Harbour) -> None:
    """What a crash cut off is sent again with the same nonce."""
    discord = harbour.discord
    link = DiscordLink({"api_key": TOKEN}, DiscordConfig(api_url=discord.url), harbour.port.links._wire)
    (part,) = parts({"id": str(uuid.uuid4()), "text": "once", "params": {}})
    for _ in range(3):
        await link.send({"channel_id": "97"}, part, None, "key:0")
    await link.send({"channel_id": "97"}, part, None, "key:1")
    assert discord.texts(7) == ["once", "once"]
    await link.typing({"channel_id": "97"})
    assert discord.typed == ["97"]


async def test_wrong_tokens_and_gateways_elsewhere(harbour: Harbour) -> None:
    harbour.port.secret["api_key"] = "wrong"
    with pytest.raises(Invalid, match="bound") as refused:
        await harbour.channel()
    assert "does not know this token" in refused.value.errors[0].message
    harbour.port.secret["api_key"] = TOKEN
    harbour.discord.close_with = 4014
    await harbour.port.receive()
    channel = await harbour.channel()
    await eventually(lambda: _failed_with(harbour, channel, "Message Content Intent"))
    harbour.discord.gateway_url = "ws://127.0.0.1:9/gateway"
    await eventually(lambda: _failed_with(harbour, channel, "not bound to"))


async def _failed_with(harbour: Harbour, channel: uuid.UUID, words: str) -> bool:
    state = await harbour.state(channel)
    return state.state == "failed" and words in (state.error or "")


async def test_heartbeats_go_on_and_stop(harbour: Harbour) -> None:
    harbour.discord.heartbeat_ms = 50
    await harbour.open()
    await eventually(lambda: harbour.discord.beats >= 4)
    await harbour.port.receivers.pop().stop()
    await asyncio.sleep(0)
    seen = harbour.discord.beats
    await harbour.port.receive()
    await eventually(lambda: harbour.discord.beats >= seen + 3 and len(harbour.discord.identified) == 2)


def test_buttons_of_a_flat_list_stand_beside_each_other() -> None:
    buttons = [{"text": str(number), "value": "same"} for number in range(7)]
    (part,) = parts({"id": str(uuid.uuid4()), "text": "t", "params": {"buttons": buttons}})
    rows = components(part.buttons)
    assert [len(row["components"]) for row in rows] == [5, 2]
    ids = [each["custom_id"] for row in rows for each in row["components"]]
    assert len(set(ids)) == 7, "Discord wants each once"
