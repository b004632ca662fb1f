"""A deleted bot leaves nothing that turns wrote, except what was said in its channel."""

import asyncio

import pytest

from dbcv.domains.conversations.service import leftovers
from tests.engine.bots import bot, step
from tests.runtime.town import Town

SAVES = [{"target": "session.n", "source": "message.text"}]
TALKING = bot(step("a", "A", "a", variables=SAVES) | {"timeout_after": 60})
LETTER = """
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT gen_random_uuid(), 'turn', bot_id, id, 0, '{}', 'it failed', 5 FROM session
"""
LEFT = """
SELECT (SELECT count(*) FROM turn_record r JOIN session s ON s.id = r.session_id WHERE s.bot_id = $1),
       (SELECT count(*) FROM session_variables v JOIN session s ON s.id = v.session_id WHERE s.bot_id = $1),
       (SELECT count(*) FROM timer t JOIN session s ON s.id = t.session_id WHERE s.bot_id = $1),
       (SELECT count(*) FROM dead_letter WHERE bot_id = $1),
       (SELECT count(*) FROM session WHERE bot_id = $1 AND deleted_at IS NULL),
       (SELECT count(*) FROM message m JOIN session s ON s.id = m.session_id WHERE s.bot_id = $1)
"""


async def test_what_a_deleted_bot_leaves_goes_and_nothing_of_others(town: Town) -> None:
    gone, stays = await town.bot(TALKING), await town.bot(TALKING)
    await town.worker()
    for bot_id in (gone, stays):
        channel = await town.channel(bot_id)
        for _ in range(3):
            await town.say(await town.person(), bot_id, channel, "x")
    await town.settled()
    await town.run(LETTER)
    (before,) = await town.run(LEFT, stays)
    await town.run("DELETE FROM subscriber WHERE id = $1", gone)
    async with town.db.driver() as connection:
        assert await leftovers.empty(connection, asyncio.Event()) == (3, 3)
        assert await leftovers.empty(connection, asyncio.Event()) == (0, 0)
    (left,) = await town.run(LEFT, gone)
    assert tuple(left) == (0, 0, 0, 0, 0, 6)
    assert tuple((await town.run(LEFT, stays))[0]) == tuple(before)


async def test_batches_reach_every_session(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = await town.bot(TALKING)
    await town.worker()
    channel = await town.channel(gone)
    for _ in range(5):
        await town.say(await town.person(), gone, channel, "x")
    await town.settled()
    await town.run("DELETE FROM subscriber WHERE id = $1", gone)
    monkeypatch.setattr(leftovers, "SESSIONS_AT_ONCE", 2)
    async with town.db.driver() as connection:
        assert await leftovers.empty(connection, asyncio.Event()) == (5, 0)
