"""What a worker remembers is bounded, and never believed when it is old."""

import uuid
from typing import Any

from dbcv.runtime.memory import Graphs, Memory, Remembered
from tests.engine.bots import bot, step
from tests.runtime.town import Town


def test_what_was_used_longest_ago_is_forgotten() -> None:
    remembered: Remembered[str] = Remembered(2)
    first, second, third = (uuid.uuid4() for _ in range(3))
    remembered.put(first, "1")
    remembered.put(second, "2")
    assert remembered.get(first) == "1"
    remembered.put(third, "3")
    assert (remembered.get(first), remembered.get(second), remembered.get(third)) == ("1", None, "3")
    remembered.drop(first)
    remembered.drop(first)
    assert remembered.get(first) is None


async def test_compiled_bots_are_bounded_and_a_broken_one_is_none(town: Town) -> None:
    graphs = Graphs(limit_bytes=1)
    good, bad = await town.bot(bot(step("a", "A"))), await town.bot({"first_step_id": "nowhere"})
    async with town.db.driver() as connection:
        assert graphs.missing([(good, 1), (good, 1)]) == [(good, 1)]
        await graphs.load(connection, good, 1)
        assert graphs.get(good, 1) is not None
        assert graphs.missing([(good, 1)]) == []
        await graphs.load(connection, bad, 1)
        assert graphs.get(bad, 1) is None
        graphs.trim([(good, 1), (bad, 1)])
        assert graphs.missing([(good, 1), (bad, 1)]) == [], "what is wanted stays"
        graphs.trim([(bad, 1)])
        assert graphs.missing([(good, 1), (bad, 1)]) == [(good, 1)]
        await graphs.load(connection, good, 99)
        assert graphs.get(good, 99) is None


async def test_bots_that_do_not_fit_into_memory_together_still_answer(town: Town) -> None:
    """More compiled bots in one batch than are kept: none of them may be gone when its turn comes."""
    worker = await town.worker(heard=False)
    worker._memory = Memory(graphs=Graphs(limit_bytes=1))
    sessions = []
    for number in range(3):
        bot_id = await town.bot(bot(step("a", f"bot {number}", "a")))
        (accepted,) = await town.say(await town.person(), bot_id, await town.channel(bot_id), "x")
        sessions.append(accepted.session_id)
    for session_id in sessions:
        worker.ring(session_id)
    await town.settled()
    assert [await town.replies(session_id) for session_id in sessions] == [["bot 0"], ["bot 1"], ["bot 2"]]


async def test_shared_variables_and_names_are_read_again_when_they_moved(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(bot(step("a", "{$bot.v$} {$user.v$} {$channel.v$}", "a")), {"v": 1})
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    await town.run("UPDATE bot_variables SET data = '{\"v\": 2}', version = version + 1")
    await town.run("UPDATE channel_variables SET data = '{\"v\": 3}', version = version + 1")
    await town.run("INSERT INTO user_variables (user_id, data, version) VALUES ($1, '{\"v\": 4}', 1)", person)
    await town.say(person, bot_id, channel, "x")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["1  ", "2 4 3"]


async def test_an_empty_memory_gives_the_same_turns(town: Town) -> None:
    document: Any = bot(
        step(
            "a",
            "{$session.n|default:0$}",
            "a",
            variables=[{"target": "session.n", "source": "{$session.n|default:0|add:1$}"}],
        )
    )
    bot_id = await town.bot(document)
    channel, person = await town.channel(bot_id), await town.person()
    worker = await town.worker()
    for _ in range(4):
        worker._memory = Memory()
        (accepted,) = await town.say(person, bot_id, channel, "x")
        await town.settled()
    assert await town.replies(accepted.session_id) == ["0", "1", "2", "3"]
