"""What a database refuses, and turns that fail: innocent neighbours of the same commit are kept."""

import asyncio
import json
from collections.abc import Generator
from typing import Any

import pytest

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations.service.dead_letters import DeadLetters
from dbcv.engine.effects import Effect
from dbcv.engine.outcome import Outcome
from dbcv.entrypoints.wiring import make_bots
from dbcv.kit.errors import Unavailable
from dbcv.runtime import ledger, turn
from tests.engine.bots import bot, step
from tests.runtime.test_worker import CALL, ECHO
from tests.runtime.town import Town, eventually

KEEPS = bot(
    step("a", None, "b", variables=[
        {"target": "session.v", "source": "message.params"}, {"target": "bot.v", "source": "message.params"},
        {"target": "user.list", "source": "message.text", "mode": "append"},
    ]),
    step("b", "{$message.text$}", "a", is_proxy=True),
)  # fmt: skip
KEEPS["steps"][1]["message"]["params"] = {"v": "{$message.params$}", "buttons": ["{$message.text$}"]}
POISON: list[tuple[str, Any]] = [
    ("a\x00b", {"k\x00": "v\x00"}), ("a\ud800b", {"\udfff": ["\ud800"]}), ("huge", {"n": 10**4000, "m": -(10**400)}),
    ("floats", {"n": 1e308, "m": 1e-320, "z": -0.0}), ("not numbers", [float("nan"), float("inf")]),
    ("\u202e\ufeff", {}),
    ("x" * 200_000, {"x": "y" * 500_000}), ("{$bot.token$}'; DROP TABLE message; --", {"__proto__": 1}),
    ("too huge", 10**5000), ("deep", json.loads("[" * 60 + "]" * 60)),
]  # fmt: skip


async def test_poison_content_passes_and_neighbours_are_kept(town: Town) -> None:
    """Said all at once: one accept, one read, one commit."""
    bot_id = await town.bot(KEEPS)
    channel = await town.channel(bot_id)
    offers, sessions = [], []
    for number, (text, params) in enumerate(POISON):
        for each in ((text, params), (f"innocent {number}", {"n": number})):
            inbound = town.inbound(await town.person(), bot_id, channel, each[0], params=each[1])
            offers.append(town.acceptor.offer(inbound))
    accepted = await asyncio.gather(*offers)
    sessions = [each.session_id for each in accepted]
    worker = await town.worker()
    for session_id in sessions:
        worker.ring(session_id)
    await town.settled()
    for number in range(len(POISON)):
        assert await town.replies(sessions[2 * number + 1]) == [f"innocent {number}"]
        assert await town.variables(sessions[2 * number + 1]) == {"v": {"n": number}}
    assert await town.value("SELECT count(*) FROM dead_letter") == 0
    said = [await town.replies(session_id) for session_id in sessions[::2]]
    assert all(len(replies) == 1 for replies in said)
    assert said[7] == [POISON[7][0]]
    assert await town.value("SELECT count(*) FROM message") == 4 * len(POISON)
    huge = await town.variables(sessions[4])
    assert huge == {"v": {"n": 10**4000, "m": -(10**400)}}


async def test_what_postgresql_refuses_costs_its_session_only(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect lets a broken row into a commit of many: the others are kept, the event is buried in the end."""
    bot_id = await town.bot(ECHO)
    channel = await town.channel(bot_id)
    people = [await town.person() for _ in range(6)]
    whole = turn.SessionRun._record

    def broken(self: Any, *arguments: Any) -> None:
        whole(self, *arguments)
        if self.mail.user_id == people[2]:
            self.commit.records[-1] = (*self.commit.records[-1][:4], '"\\u0000"', None)
        if self.mail.user_id == people[4]:
            self.commit.records[-1] = (*self.commit.records[-1][:4], "{}", "a lone \ud800")

    monkeypatch.setattr(turn.SessionRun, "_record", broken)
    accepted = [(await town.say(person, bot_id, channel, "x"))[0] for person in people]
    worker = await town.worker(max_tries=2)
    for each in accepted:
        worker.ring(each.session_id)
    await town.settled()
    said = [await town.replies(each.session_id) for each in accepted]
    assert said == [["x"], ["x"], [], ["x"], [], ["x"]]
    letters = await town.run("SELECT * FROM dead_letter")
    assert {letter["id"] for letter in letters} == {accepted[2].id, accepted[4].id}


def walk_that_fails(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A defect of the engine: it raises for the text "boom" as often as `left["boom"]` says."""
    left = {"boom": 1000, "tried": 0}
    sound = turn.walk

    def walk(graph: Any, state: Any, event: Any) -> Generator[Effect, dict[str, Any], Outcome]:
        if event.message.get("text") == "boom":
            left["tried"] += 1
            if left["boom"] > 0:
                left["boom"] -= 1
                raise ZeroDivisionError("a defect")
        return (yield from sound(graph, state, event))

    monkeypatch.setattr(turn, "walk", walk)
    return left


async def test_a_turn_that_always_raises_is_buried_and_the_next_is_handled(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = walk_that_fails(monkeypatch)
    await town.worker(max_tries=3)
    bot_id = await town.bot(ECHO)
    channel, person, other = await town.channel(bot_id), await town.person(), await town.person()
    accepted = await town.say(person, bot_id, channel, "1", "boom", "2")
    (fine,) = await town.say(other, bot_id, channel, "fine")
    await town.settled()
    assert left["tried"] in (3, 4), "behind other turns the first try costs nothing"
    assert await town.replies(accepted[0].session_id) == ["1", "2"]
    assert await town.replies(fine.session_id) == ["fine"]
    (letter,) = await town.run("SELECT * FROM dead_letter")
    assert (letter["id"], letter["kind"], letter["bot_id"], letter["attempts"]) == (accepted[1].id, "turn", bot_id, 3)
    assert letter["error"].startswith("ZeroDivisionError")
    assert letter["content"]["event"]["message"]["text"] == "boom"
    (told,) = [notice for notice in town.bell.turns() if notice["id"] == str(accepted[1].id)]
    assert told["error"]


async def test_a_turn_that_raises_once_is_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    left = walk_that_fails(monkeypatch)
    left["boom"] = 2
    await town.worker(max_tries=3)
    bot_id = await town.bot(ECHO)
    (accepted,) = await town.say(await town.person(), bot_id, await town.channel(bot_id), "boom")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["boom"]
    assert await town.value("SELECT count(*) FROM dead_letter") == 0


async def test_a_dead_turn_sent_again_is_handled(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    left = walk_that_fails(monkeypatch)
    await town.worker(max_tries=2)
    bot_id = await town.bot(ECHO)
    (accepted,) = await town.say(await town.person(), bot_id, await town.channel(bot_id), "boom")
    await town.settled()
    letters = DeadLetters(town.db, make_bots(town.db), town.bell)
    owner = Principal(town.owner_id, "user", "DEVELOPER", "bob")
    await letters.resend(owner, accepted.id)
    await town.settled()
    assert left["tried"] == 4, "it fails again and is buried again"
    assert await town.value("SELECT count(*) FROM dead_letter WHERE resent_at IS NULL") == 1
    left["boom"] = 0
    await letters.resend(owner, accepted.id)
    await town.settled()
    assert await town.replies(accepted.session_id) == ["boom"]


async def test_a_turn_that_takes_too_long_costs_a_try(town: Town) -> None:
    await town.worker(max_tries=2, turn_timeout_seconds=0.1)
    bot_id = await town.bot(CALL)
    channel, person = await town.channel(bot_id), await town.person()
    town.outside.gate.clear()
    (accepted,) = await town.say(person, bot_id, channel, "slow")
    await eventually(lambda: town.value("SELECT count(*) FROM dead_letter"))
    town.outside.gate.set()
    assert len(town.outside.asked) == 2
    keys = {dict(asked.headers or {})["Idempotency-Key"] for asked in town.outside.asked}
    assert keys == {f"{accepted.id}:0"}, "both tries carry one key"
    await town.say(person, bot_id, channel, "quick")
    await town.settled()
    assert await town.replies(accepted.session_id) == ["quick true 1"]
    assert (await town.session(accepted.session_id))["claimed_by"] is None


async def test_a_commit_whose_answer_was_lost_doubles_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks after the database has committed: the version tells the second try."""
    whole, lost = ledger.commit, []

    async def commit(connection: Any, batch: Any) -> Any:
        won = await whole(connection, batch)
        if not lost:
            lost.append(won)
            raise ConnectionResetError("the answer is lost")
        return won

    monkeypatch.setattr(ledger, "commit", commit)
    await town.worker()
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    (accepted,) = await town.say(person, bot_id, channel, "x")
    await town.settled()
    await town.say(person, bot_id, channel, "y")
    await town.settled()
    assert lost
    assert await town.replies(accepted.session_id) == ["x", "y"]
    assert len(await town.records(accepted.session_id)) == 2


async def test_poison_in_what_arrives_refuses_itself_alone(town: Town) -> None:
    """What no column can hold is refused; what was offered in the same moment is kept."""
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    bad = [
        town.inbound(person, bot_id, channel, "bad id", external_id="a\x00b"),
        town.inbound(person, bot_id, channel, "bad id", external_id="a\ud800b"),
        town.inbound(person, bot_id, channel, "bad kind", kind="\ud800"),
    ]
    good = [town.inbound(person, bot_id, channel, f"good {number}") for number in range(3)]
    offers = [town.acceptor.offer(inbound) for inbound in (*bad, *good)]
    results = await asyncio.gather(*offers, return_exceptions=True)
    assert all(isinstance(result, Exception) and not isinstance(result, Unavailable) for result in results[: len(bad)])
    assert not any(isinstance(result, Exception) for result in results[len(bad) :])
    texts = [row[0] for row in await town.run("SELECT text FROM message ORDER BY id")]
    assert texts == ["good 0", "good 1", "good 2"]
