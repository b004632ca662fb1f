"""A reply of a language model seen while it is written: parts over the real WebSocket, then the message."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.integrations import CATALOGUE
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.realtime import LiveHub
from dbcv.kit.settings import Settings
from dbcv.runtime import telling
from dbcv.runtime.integrating import IntegrationCalls
from dbcv.runtime.perform import Performer
from dbcv.runtime.telling import MAX_PART_CHARS, PartTeller
from dbcv.runtime.worker import UserWorker
from tests.domains.conversations.conftest import House, LocalBell
from tests.integrations.caller import CREDENTIAL, Caller
from tests.integrations.openai.llm import KEY, Llm


def assistant(credential_id: str) -> dict[str, Any]:
    chat = {"model": "local", "prompt": "{$message.text$}", "stream": True}
    group = {
        "search_type": "integration", "integration_id": "openai.chat", "integration_config": chat,
        "credential_id": credential_id,
        "variables": [{"target": "session.answer", "source": "response.result.text"}],
        "connections": [{"rules": {}, "next_step_id": "answer"}],
    }  # fmt: skip
    return {
        "format": "dbcv.bot", "version": 1, "name": "Assistant", "first_step_id": "ask",
        "credentials": [{"id": credential_id, "name": "Model", "provider": "openai", "strategy": "api_key"}],
        "steps": [
            {"id": "ask", "name": "Ask", "connection_groups": [group]},
            {"id": "answer", "name": "Answer", "message": {"text": "{$session.answer$}"}, "connection_groups": [group]},
        ],
    }  # fmt: skip


@pytest.fixture
async def llm() -> AsyncIterator[Llm]:
    async with Llm() as running:
        running.gate = asyncio.Semaphore(0)
        yield running


@pytest.fixture
async def worker(
    parts: tuple[Conversations, LocalBell, LiveHub], settings: Settings, db: Database, llm: Llm
) -> AsyncIterator[UserWorker]:
    """In the place of the one without integrations."""
    client, caller, bell = OutboundClient(), Caller(), parts[1]
    caller.credential("openai", "api_key", [f"http://127.0.0.1:{llm.port}"], api_key=KEY)

    async def values(_bot_id: uuid.UUID, _credential_id: uuid.UUID) -> Any:
        return await Caller.values(caller, _bot_id, CREDENTIAL)

    caller.values = values  # type: ignore[method-assign]
    calls = IntegrationCalls(CATALOGUE, caller.network, caller, 10.0)
    performer = Performer(settings, client, integrations=calls)
    made = UserWorker(db, bell, performer, "w-llm", shards=settings.shards, max_tries=2, turn_timeout_seconds=20)
    await made.start()
    bell.worker = made
    yield made
    bell.worker = None
    await made.stop(1)
    await client.close()
    await caller.close()


async def test_the_text_grows_before_the_message_is_sent(
    house: House, llm: Llm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MIN_SECONDS", 0.0)
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id, assistant("c"))
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))
    (mine, my_id), (theirs, _) = await house.visitor(channel["id"]), await house.visitor(channel["id"])
    async with house.socket(mine) as me, house.socket(theirs) as another, house.socket(token) as owner:
        for one in (me, another, owner):
            await one.listen(f"channel:{channel['id']}")
        await me.send(type="message", channel_id=channel["id"], text="hi", external_id="1")
        turn_id = (await me.until(type="accepted"))["message"]["id"]
        assert llm.gate is not None
        for index, text in enumerate(("Good ", "Good day, ", "Good day, Ann!")):
            part = await me.until(type="message.part", timeout_seconds=15)
            session_id = part.pop("session_id")
            assert part == {
                "type": "message.part", "channel_id": channel["id"], "turn_id": turn_id, "index": index, "text": text
            }  # fmt: skip
            assert (await owner.until(type="message.part"))["session_id"] == session_id
            assert await _kept(house) == 1, "what is being written is kept nowhere"
            llm.gate.release()
        message = (await me.until(type="message"))["message"]
        while message["sender_id"] == my_id:
            message = (await me.until(type="message"))["message"]
        assert (message["text"], message["reply_to"], message["session_id"]) == ("Good day, Ann!", turn_id, session_id)
        assert await another.silent()


async def _kept(house: House) -> int:
    async with house.db.driver() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM message"))


class Told:
    """A bell that keeps what it is given, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.payloads: list[dict[str, Any]] = []
        mail: Any = type("Mail", (), {"channel_id": uuid.uuid4(), "session_id": uuid.uuid4(), "user_id": uuid.uuid4()})
        self.teller = PartTeller(lambda _, each: self.payloads.append(each), mail, uuid.uuid4(), lambda: self.now)


def test_at_most_ten_parts_a_second() -> None:
    told = Told()
    for step in range(1_000):
        told.now = step / 500
        told.teller("x" * (step + 1))
    assert 18 <= len(told.payloads) <= 21
    assert [each["index"] for each in told.payloads] == list(range(len(told.payloads)))


def test_a_long_text_is_told_up_to_a_bound() -> None:
    told = Told()
    for step in range(5):
        told.now = float(step)
        told.teller("x" * (MAX_PART_CHARS - 1 + step))
    assert [len(each["text"]) for each in told.payloads] == [MAX_PART_CHARS - 1, MAX_PART_CHARS]
