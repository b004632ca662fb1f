"""Accepted means kept, once: copies in one batch and over batches, order, and a database that is away."""

import asyncio
from pathlib import Path

import pytest

from dbcv.domains.conversations.service import accept
from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.kit.db import Database
from dbcv.kit.errors import Unavailable
from dbcv.kit.local_postgres import LocalPostgres
from tests.engine.bots import bot, step
from tests.runtime.town import Town

ECHO = bot(step("a", "{$message.text$}", "a"))


async def test_copies_in_one_batch_and_over_batches_change_nothing(town: Town) -> None:
    bot_id = await town.bot(ECHO)
    channel, person, other = await town.channel(bot_id), await town.person(), await town.person()

    async def send(*who: object) -> list[accept.Accepted]:
        copies = [
            town.inbound(each, bot_id, channel, f"{number}", external_id="same") for number, each in enumerate(who)
        ]
        return await asyncio.gather(*(town.acceptor.accept(copy) for copy in copies))

    first, second, third, else_ = await send(person, person, person, other)
    assert [first.is_copy, second.is_copy, third.is_copy, else_.is_copy] == [False, True, True, False]
    assert (second.id, second.session_id, second.created_at) == (first.id, first.session_id, first.created_at)
    (again,) = await send(person)
    assert (again.is_copy, again.id) == (True, first.id)
    assert await town.value("SELECT count(*) FROM message") == 2
    assert await town.value("SELECT count(*) FROM mailbox") == 2
    fresh = Acceptor(town.db, town.bell, town.settings.shards)  # another process
    await fresh.start()
    anew = await fresh.accept(town.inbound(person, bot_id, channel, "x", external_id="same"))
    await fresh.stop()
    assert (anew.is_copy, anew.id) == (True, first.id)


async def test_fifty_copies_at_once_from_two_processes_make_one_turn(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    second = Acceptor(town.db, town.bell, town.settings.shards)
    await second.start()
    copies = [town.inbound(person, bot_id, channel, "x", external_id="one") for _ in range(50)]
    offers = [(town.acceptor, second)[number % 2].accept(copy) for number, copy in enumerate(copies)]
    accepted = await asyncio.gather(*offers)
    await second.stop()
    await town.settled()
    assert len({each.id for each in accepted}) == 1
    assert sum(not each.is_copy for each in accepted) == 1
    assert await town.replies(accepted[0].session_id) == ["x"]


async def test_what_has_no_external_id_is_never_a_copy(town: Town) -> None:
    bot_id = await town.bot(ECHO)
    accepted = await town.say(await town.person(), bot_id, await town.channel(bot_id), "x", "x")
    assert [each.is_copy for each in accepted] == [False, False]


async def test_the_order_of_arrival_is_the_order_of_the_mailbox(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "BATCH_LIMIT", 7)
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    texts = [str(number) for number in range(40)]
    await town.say(person, bot_id, channel, *texts)
    queued = await town.run("SELECT event FROM mailbox ORDER BY seq")
    assert [row[0]["message"]["text"] for row in queued] == texts


async def test_too_many_waiting_are_refused_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "MAX_WAITING", 3)
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    offers = [town.acceptor.offer(town.inbound(person, bot_id, channel, "x")) for _ in range(3)]
    with pytest.raises(Unavailable):
        town.acceptor.offer(town.inbound(person, bot_id, channel, "x"))
    await asyncio.gather(*offers)


async def test_without_a_database_unavailable_and_afterwards_kept(
    town: Town, postgres: LocalPostgres, tmp_path: Path
) -> None:
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    door = tmp_path / "door"  # where the sockets of PostgreSQL will be
    db = Database.connect(town.settings.database_url.replace(str(postgres.sockets), str(door)))
    acceptor = Acceptor(db, town.bell, town.settings.shards)
    await acceptor.start()
    with pytest.raises(Unavailable):
        await acceptor.accept(town.inbound(person, bot_id, channel, "lost"))
    door.symlink_to(postgres.sockets)
    kept = await acceptor.accept(town.inbound(person, bot_id, channel, "kept"))
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE "
    await town.run(f"{ours}'%arrived%'")
    texts = []
    for number in range(20):  # the first one or two meet the broken connection
        try:
            texts.append((await acceptor.accept(town.inbound(person, bot_id, channel, f"{number}"))).id)
        except Unavailable:
            await asyncio.sleep(0.02)
    await acceptor.stop()
    await db.close()
    stored = {row[0] for row in await town.run("SELECT id FROM message")}
    assert len(texts) >= 15
    assert {kept.id, *texts} == stored
