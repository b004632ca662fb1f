"""What a bot says reaches the other bots of its channel, in order, once, and not for ever."""

import asyncio

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations.service.dead_letters import DeadLetters
from dbcv.entrypoints.wiring import make_bots
from dbcv.runtime.delivery import MAX_HOPS, late_deliveries
from tests.engine.bots import bot, says, step
from tests.runtime.town import Town, eventually

ECHO = bot(step("a", "{$message.text$}", "a"))
QUIET = bot(step("a", None, variables=[{"target": "bot.heard", "source": "message.text", "mode": "append"}]))


async def test_another_bot_of_the_channel_hears_all_in_order(town: Town) -> None:
    await town.worker()
    await town.bot_worker()
    speaker, listener, outsider = await town.bot(ECHO), await town.bot(QUIET), await town.bot(QUIET)
    channel, person = await town.channel(speaker, listener), await town.person()
    texts = [str(number) for number in range(30)]
    await town.say(person, speaker, channel, *texts)
    await town.settled()
    heard = dict(await town.run("SELECT bot_id, data FROM bot_variables"))
    assert heard[listener] == {"heard": texts}
    assert heard[outsider] == {}
    (session,) = await town.run("SELECT * FROM session WHERE bot_id = $1", listener)
    assert (session["user_id"], session["channel_id"]) == (speaker, channel)
    kinds = {row[0] for row in await town.run("SELECT kind FROM turn_record WHERE bot_id = $1", listener)}
    assert kinds == {"bot"}


async def test_two_bots_that_answer_each_other_stop(town: Town) -> None:
    await town.worker()
    await town.bot_worker()
    first, second = await town.bot(ECHO), await town.bot(ECHO)
    channel, person = await town.channel(first, second), await town.person()
    (accepted,) = await town.say(person, first, channel, "hi")
    await town.settled()
    said = await town.all_replies()
    assert sum(map(len, said.values())) == MAX_HOPS + 1
    (letter,) = await town.run("SELECT * FROM dead_letter")
    assert (letter["kind"], "in a row" in letter["error"]) == ("delivery", True)
    assert await town.replies(accepted.session_id) == ["hi"]
    await town.say(person, first, channel, "and now")  # the session is usable, and the counting starts anew
    await town.settled()
    assert await town.replies(accepted.session_id) == ["hi", "and now"]
    assert sum(map(len, (await town.all_replies()).values())) == 2 * (MAX_HOPS + 1)


async def test_deliveries_that_nobody_rang_for_are_found(town: Town) -> None:
    await town.worker()
    speaker, listener = await town.bot(ECHO), await town.bot(QUIET)
    channel, person = await town.channel(speaker, listener), await town.person()
    await town.say(person, speaker, channel, "x")
    await eventually(lambda: town.value("SELECT count(*) FROM delivery"))
    async with town.db.driver() as connection:
        shards = list(range(town.settings.shards))
        late = await late_deliveries(connection, shards, 0, 10)
        assert await late_deliveries(connection, shards, 60, 10) == []
    worker = await town.bot_worker()
    for session_id in late:
        worker.ring(session_id)
    await town.settled()
    assert await town.value("SELECT data FROM bot_variables WHERE bot_id = $1", listener) == {"heard": ["x"]}


async def test_a_delivery_is_made_once_by_two_workers(town: Town) -> None:
    await town.worker()
    await town.bot_worker()
    await town.bot_worker()
    speaker, listener = await town.bot(ECHO), await town.bot(QUIET)
    channel = await town.channel(speaker, listener)
    for number in range(10):
        await town.say(await town.person(), speaker, channel, str(number))
    await town.settled()
    data = await town.value("SELECT data FROM bot_variables WHERE bot_id = $1", listener)
    assert sorted(data["heard"]) == [str(number) for number in range(10)]


async def test_dead_letters_are_seen_and_sent_again_once(town: Town) -> None:
    await town.worker()
    await town.bot_worker()
    angry = step("a", "{$message.text$}", (says("again"), "b"), "a")
    first, second = await town.bot(bot(angry, step("b", "b", "a"))), await town.bot(ECHO)
    channel, person = await town.channel(first, second), await town.person()
    await town.say(person, first, channel, "hi")
    await town.settled()
    letters = DeadLetters(town.db, make_bots(town.db), town.bell)
    owner = Principal(town.owner_id, "user", "DEVELOPER", "bob")
    (row,) = await town.run("SELECT * FROM dead_letter")
    (seen,), _ = await letters.page(owner, row["bot_id"], 10, None)
    assert seen.id == row["id"]
    before = sum(map(len, (await town.all_replies()).values()))
    await letters.resend(owner, seen.id)
    await eventually(lambda: town.value("SELECT count(*) = 1 AND min(attempts) = 2 FROM dead_letter"))
    await town.settled()
    assert sum(map(len, (await town.all_replies()).values())) == before, "still one time too many"
    assert await town.value("SELECT resent_at IS NULL FROM dead_letter"), "it failed once more"


async def test_what_comes_later_does_not_overtake_what_another_worker_has_in_its_hands(town: Town) -> None:
    await town.worker()
    speaker, listener = await town.bot(ECHO), await town.bot(QUIET)
    channel, person = await town.channel(speaker, listener), await town.person()
    accepted = await town.say(person, speaker, channel, "1", "2", "3")
    await eventually(lambda: town.value("SELECT count(*) = 3 FROM delivery"))
    async with town.db.driver() as other, other.transaction():
        await other.execute("SELECT FROM delivery ORDER BY seq LIMIT 1 FOR UPDATE")
        (await town.bot_worker()).ring(accepted[0].session_id)
        await asyncio.sleep(0.1)
    await town.settled()
    data = await town.value("SELECT data FROM bot_variables WHERE bot_id = $1", listener)
    assert data == {"heard": ["1", "2", "3"]}


async def test_a_storm_of_bots_leaves_one_letter(town: Town) -> None:
    """Each answers twice: the budget ends long before the hops, at many places at once."""
    await town.worker()
    await town.bot_worker()
    twice = bot(step("p", "{$message.text$}", "a", is_proxy=True), step("a", "{$message.text$}", "p"))
    first, second, third = await town.bot(twice), await town.bot(twice), await town.bot(twice)
    channel, person = await town.channel(first, second, third), await town.person()
    (accepted,) = await town.say(person, first, channel, "hi")
    await town.settled()
    (letter,) = await town.run("SELECT * FROM dead_letter")
    assert letter["id"] == accepted.id and letter["attempts"] > 1 and "too many" in letter["error"]
