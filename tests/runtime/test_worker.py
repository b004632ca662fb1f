"""Turns in memory and in the database: order, exactly once, side by side, whatever else happens."""

import asyncio
import uuid
from typing import Any

from tests.engine.bots import bot, rule, step
from tests.runtime.town import Town, eventually

ECHO = bot(step("a", "{$message.text$}", "a"))
COUNT = bot(
    step("a", None, "said", variables=[{"target": "session.n", "source": "{$session.n|default:0|add:1$}"}]),
    step("said", "{$session.n$}:{$message.text$}", "a", is_proxy=True),
)
"""Says "n:text" to the n-th message."""


def http(*ways: Any, **fields: Any) -> dict[str, Any]:
    """A step that calls the outside when a message comes, then goes on."""
    return step("call", None, *(ways or ("said",)), group={"search_type": "response", "request_id": "r"}, **fields)


REQUEST = {
    "id": "r", "method": "POST", "request_url": "http://crm.test/{$user.id$}", "json_field": {"q": "{$message.text$}"},
}  # fmt: skip
CALL = bot(
    http(),
    step("said", "{$message.text$} {$response.ok$} {$response.result.n$}{$response.error$}", "call", is_proxy=True),
    requests=[REQUEST],
)  # fmt: skip


async def test_a_session_answers_in_order_more_than_one_read_holds(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    texts = [str(number) for number in range(57)]
    accepted = await town.say(person, bot_id, channel, *texts)
    await town.settled()
    assert len({each.session_id for each in accepted}) == 1
    assert await town.replies(accepted[0].session_id) == texts
    records = await town.records(accepted[0].session_id)
    assert {row["id"] for row in records} == {each.id for each in accepted}
    assert [turn["replies"][0]["text"] for turn in town.bell.turns()] == texts


async def test_each_turn_sees_what_the_one_before_left(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(COUNT)
    channel, person = await town.channel(bot_id), await town.person()
    accepted = await town.say(person, bot_id, channel, *"abc")
    await town.settled()
    (more,) = await town.say(person, bot_id, channel, "d")
    await town.settled()
    assert await town.replies(more.session_id) == ["1:a", "2:b", "3:c", "4:d"]
    assert await town.variables(more.session_id) == {"n": 4}
    assert (await town.session(accepted[0].session_id))["version"] >= 2


async def test_many_sessions_side_by_side(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(COUNT)
    channel = await town.channel(bot_id)
    people = [await town.person() for _ in range(30)]
    await asyncio.gather(*(town.say(person, bot_id, channel, *"abcd") for person in people))
    await town.settled()
    said = await town.all_replies()
    assert len(said) == 30
    assert all(texts == ["1:a", "2:b", "3:c", "4:d"] for texts in said.values())


async def test_two_workers_on_the_same_sessions_answer_each_message_once(town: Town) -> None:
    """Both hear every ring: the version check decides, who loses reads again."""
    await town.worker("w-1")
    await town.worker("w-2")
    bot_id = await town.bot(COUNT)
    channel = await town.channel(bot_id)
    people = [await town.person() for _ in range(10)]
    for letter in "abcdef":
        await asyncio.gather(*(town.say(person, bot_id, channel, letter) for person in people))
    await town.settled()
    said = await town.all_replies()
    assert len(said) == 10
    assert all(texts == [f"{n}:{letter}" for n, letter in enumerate("abcdef", 1)] for texts in said.values())


async def test_shared_variables_of_many_sessions_all_win(town: Town) -> None:
    """Two workers, twelve people, one bot and one channel: other keys and one list, path by path."""
    await town.worker("w-1")
    await town.worker("w-2")
    saves = [
        {"target": f"{scope}.{key}", "source": "message.text", "mode": mode}
        for scope in ("bot", "channel", "user")
        for key, mode in (("list", "append"), ("last", "set"))
    ]
    document = bot(step("a", None, "a", variables=saves))
    for number in range(12):  # each person's own key below one object of the bot
        own = rule("message.text", "equal", f"p{number}")
        way = [{"rules": own, "next_step_id": f"s{number}"}]
        document["steps"][0]["connection_groups"][0]["connections"][:0] = way
        save = [{"target": f"bot.by.p{number}", "source": "{$message.text$}!"}]
        document["steps"].append(step(f"s{number}", None, "a", is_proxy=True, variables=save))
    bot_id = await town.bot(document, {"list": ["first"], "by": {"old": 1}})
    channel = await town.channel(bot_id)
    people = [await town.person() for _ in range(12)]
    for _ in range(2):
        said = (town.say(person, bot_id, channel, f"p{number}") for number, person in enumerate(people))
        await asyncio.gather(*said)
    await town.settled()
    data = await town.value("SELECT data FROM bot_variables")
    texts = sorted([f"p{number}" for number in range(12)] * 2)
    assert (data["list"][0], sorted(data["list"][1:])) == ("first", texts)
    assert data["by"] == {"old": 1} | {f"p{number}": f"p{number}!" for number in range(12)}
    assert sorted((await town.value("SELECT data FROM channel_variables"))["list"]) == texts
    users = {row[0]: row[1] for row in await town.run("SELECT user_id, data FROM user_variables")}
    assert all(users[person] == {"list": [f"p{n}"] * 2, "last": f"p{n}"} for n, person in enumerate(people))


async def test_what_another_session_wrote_is_read_in_the_next_turn(town: Town) -> None:
    await town.worker()
    document = bot(
        step("a", None, "b", variables=[{"target": "bot.seen", "source": "message.text", "mode": "append"}]),
        step("b", "{$bot.seen$}", "a", is_proxy=True),
    )
    bot_id = await town.bot(document)
    channel, first, second = await town.channel(bot_id), await town.person(), await town.person()
    for person, text in ((first, "1"), (second, "2"), (first, "3")):
        accepted = await town.say(person, bot_id, channel, text)
        await town.settled()
    assert await town.replies(accepted[0].session_id) == ['["1"]', '["1", "2", "3"]']


async def test_facts_are_shown(town: Town) -> None:
    await town.worker()
    texts = "{$user.id$} {$user.username$} {$bot.id$} {$bot.name$} {$channel.id$} {$session.id$} {$message.sender_id$}"
    bot_id = await town.bot(bot(step("a", texts)))
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    expected = f"{person} bob {bot_id} Bot {channel} {accepted.session_id} {person}"
    assert await town.replies(accepted.session_id) == [expected]


async def test_an_effect_is_claimed_performed_and_recorded(town: Town) -> None:
    await town.worker("w-me")
    bot_id = await town.bot(CALL)
    channel, person = await town.channel(bot_id), await town.person()
    town.outside.gate.clear()
    (accepted,) = await town.say(person, bot_id, channel, "hi")
    await eventually(lambda: town.outside.asked)
    claimed = await town.session(accepted.session_id)
    assert (claimed["claimed_by"], claimed["version"]) == ("w-me", 1)
    assert claimed["claimed_until"] is not None
    town.outside.gate.set()
    await town.settled()
    assert await town.replies(accepted.session_id) == ["hi true 1"]
    done = await town.session(accepted.session_id)
    assert (done["claimed_by"], done["version"], done["step_id"]) == (None, 2, "call")
    (asked,) = town.outside.asked
    assert (asked.url, asked.json_field) == (f"http://crm.test/{person}", {"q": "hi"})
    assert dict(asked.headers or {}) == {"Idempotency-Key": f"{accepted.id}:0"}
    (record,) = await town.records(accepted.session_id)
    assert record["record"]["effects"][0]["effect"] == "CallHttp"
    assert record["record"]["effects"][0]["reply"]["status"] == 200


async def test_a_slow_effect_holds_neither_a_connection_nor_other_sessions(town: Town) -> None:
    await town.worker()
    slow, echo = await town.bot(CALL), await town.bot(ECHO)
    channel, other = await town.channel(slow), await town.channel(echo)
    town.outside.gate.clear()
    waiting = [await town.person() for _ in range(25)]
    for person in waiting:
        await town.say(person, slow, channel, "slow")
    await eventually(lambda: len(town.outside.asked) == 25)
    # One of the acceptor, two of the worker: reading and committing.
    await eventually(lambda: town.db.engine.pool.checkedout() <= 3, 5)  # type: ignore[attr-defined]
    in_transaction = await town.value("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
    assert in_transaction == 0
    quick = await town.person()
    (accepted,) = await town.say(quick, echo, other, "quick")
    await eventually(lambda: len(town.bell.turns()) == 1)
    assert await town.replies(accepted.session_id) == ["quick"]
    town.outside.gate.set()
    await town.settled()
    assert len(town.outside.asked) == 25


async def test_messages_behind_a_slow_effect_keep_their_order(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(CALL)
    channel, person = await town.channel(bot_id), await town.person()
    town.outside.gate.clear()
    (accepted,) = await town.say(person, bot_id, channel, "1")
    await eventually(lambda: town.outside.asked)
    await town.say(person, bot_id, channel, "2", "3")
    await asyncio.sleep(0.05)
    assert len(town.outside.asked) == 1, "never two turns of a session at once"
    town.outside.gate.set()
    await town.settled()
    assert await town.replies(accepted.session_id) == ["1 true 1", "2 true 1", "3 true 1"]
    assert [asked.json_field["q"] for asked in town.outside.asked] == ["1", "2", "3"]


async def test_an_effect_after_plain_turns_in_one_read_is_performed_once(town: Town) -> None:
    """The turns before it are committed first; the one with the effect begins again and asks once."""
    document = bot(
        step("a", None, (rule("message.text", "equal", "call"), "call"), "b"),
        step("b", "plain {$message.text$}", "a", is_proxy=True),
        {**http(), "is_proxy": True}, step("said", "called", "a", is_proxy=True), requests=[REQUEST],
    )  # fmt: skip
    bot_id = await town.bot(document)
    channel, person = await town.channel(bot_id), await town.person()
    accepted = await town.say(person, bot_id, channel, "1", "2", "call", "3", "call")
    worker = await town.worker()
    worker.ring(accepted[0].session_id)
    await town.settled()
    assert await town.replies(accepted[0].session_id) == ["plain 1", "plain 2", "called", "plain 3", "called"]
    assert len(town.outside.asked) == 2


async def test_a_failed_effect_is_data(town: Town) -> None:
    await town.worker()
    document = bot(
        http((rule("response.ok", "equal", True), "good"), "bad"), step("good", "good"),
        step("bad", "sorry: {$response.error$} {$response.status$}"), requests=[REQUEST],
    )  # fmt: skip
    bot_id = await town.bot(document)
    channel = await town.channel(bot_id)

    async def broken(_request: Any) -> dict[str, Any]:
        raise RuntimeError("a defect of the client")

    async def refused(_request: Any) -> dict[str, Any]:
        return {"ok": False, "status": 503, "headers": {}, "result": None, "error": "busy", "elapsed_ms": 2}

    said = []
    for town.outside.answer in (broken, refused):
        (accepted,) = await town.say(await town.person(), bot_id, channel, "x")
        await town.settled()
        said += await town.replies(accepted.session_id)
    assert said == ["sorry: the request failed inside the platform; its log says why ", "sorry: busy 503"]


async def test_another_worker_leaves_a_claimed_session_alone(town: Town) -> None:
    await town.worker("w-1")
    other = await town.worker("w-2", heard=False)
    bot_id = await town.bot(CALL)
    channel, person = await town.channel(bot_id), await town.person()
    town.outside.gate.clear()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await eventually(lambda: town.outside.asked)
    for _ in range(3):
        other.ring(accepted.session_id)
        await asyncio.sleep(0.03)
    assert len(town.outside.asked) == 1
    town.outside.gate.set()
    await town.settled()
    assert len(town.outside.asked) == 1
    assert await town.replies(accepted.session_id) == ["x true 1"]


async def test_the_claim_of_a_dead_worker_ends(town: Town) -> None:
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.run(
        "UPDATE session SET claimed_by = 'w-dead', claimed_until = now() + interval '1 hour' WHERE id = $1",
        accepted.session_id,
    )
    worker = await town.worker()
    worker.ring(accepted.session_id)
    await asyncio.sleep(0.1)
    assert await town.replies(accepted.session_id) == []
    await town.run("UPDATE session SET claimed_until = now() WHERE id = $1", accepted.session_id)
    worker.ring(accepted.session_id)
    await town.settled()
    assert await town.replies(accepted.session_id) == ["x"]


async def test_who_loses_the_version_check_reads_again_and_doubles_nothing(town: Town) -> None:
    """Somebody moves the session between the turn and its commit: nothing of the turn is kept, then it runs again."""
    worker = await town.worker()
    bot_id = await town.bot(COUNT)
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "a")
    await town.settled()
    lost = []
    commit = worker._commit

    async def late(connection: Any, batch: Any) -> None:
        if not lost:
            lost.append(batch)
            await town.run(
                "WITH s AS (UPDATE session SET version = version + 1 WHERE id = $1) "
                "UPDATE session_variables SET data = '{\"n\": 40}' WHERE session_id = $1", accepted.session_id,
            )  # fmt: skip
        await commit(connection, batch)

    worker._commit = late  # type: ignore[method-assign]
    await town.say(person, bot_id, channel, "b")
    await town.settled()
    assert lost
    assert await town.replies(accepted.session_id) == ["1:a", "41:b"]
    assert len(await town.records(accepted.session_id)) == 2


async def test_a_bot_that_is_not_published_says_so(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(ECHO, publish=False)
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    (record,) = await town.records(accepted.session_id)
    assert record["error"].startswith("not_published")
    assert await town.replies(accepted.session_id) == []
    (notice,) = town.bell.turns()
    assert (notice["id"], notice["error"][:13]) == (str(accepted.id), "not_published")
    await town.run("UPDATE bot SET published_revision = 1")
    await town.say(person, bot_id, channel, "y")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["y"]


async def test_a_revision_that_does_not_compile_counts_as_not_published(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot({"first_step_id": "nowhere", "steps": []})
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    assert (await town.records(accepted.session_id))[0]["error"].startswith("not_published")


async def test_sessions_move_to_the_new_revision_and_start_again_where_their_step_is_gone(town: Town) -> None:
    await town.worker()
    document = bot(step("a", "A1", "b"), step("b", "B1", "b"), step("c", "C1", "c"))
    bot_id = await town.bot(document)
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    await town.revise(bot_id, bot(step("a", "A2", "b"), step("b", "B2", "b")), 2)
    await town.say(person, bot_id, channel, "x")
    await town.settled()
    await town.revise(bot_id, bot(step("z", "Z3", "z")), 3)
    await town.say(person, bot_id, channel, "x")
    await town.settled()
    await town.run("UPDATE bot SET published_revision = 1")  # a rollback
    await town.say(person, bot_id, channel, "x")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["A1", "B2", "Z3", "A1"]
    records = await town.records(accepted.session_id)
    gone = [[entry["at"] for entry in row["record"]["trace"]].count("step_gone") for row in records]
    assert (gone, [row["revision"] for row in records]) == ([0, 0, 1, 1], [1, 2, 3, 1])
    assert (await town.session(accepted.session_id))["revision"] == 1


async def test_turns_in_hand_finish_at_a_stop(town: Town) -> None:
    worker = await town.worker()
    bot_id = await town.bot(CALL)
    channel, person = await town.channel(bot_id), await town.person()
    town.outside.gate.clear()
    (accepted,) = await town.say(person, bot_id, channel, "1")
    await eventually(lambda: town.outside.asked)
    await town.say(person, bot_id, channel, "2")
    stopping = asyncio.create_task(worker.stop(10))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    town.outside.gate.set()
    await stopping
    assert await town.replies(accepted.session_id) == ["1 true 1"]
    assert await town.value("SELECT count(*) FROM mailbox") == 1
    (session,) = await town.run("SELECT * FROM session")
    assert session["claimed_by"] is None


async def test_an_event_for_a_session_that_is_gone_hurts_nobody(town: Town) -> None:
    worker = await town.worker()
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    worker.ring(uuid.uuid4())
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["x"]
