"""The integration `dbcv` over the real tables: what a bot reaches is its own, once, and comes to an end."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from dbcv.engine.effects import CallIntegration
from dbcv.engine.events import Cause
from dbcv.entrypoints.wiring import make_houses
from dbcv.integration_kit.http import Network
from dbcv.integrations import CATALOGUE
from dbcv.kit.ids import new_id
from dbcv.runtime import house, schedules
from dbcv.runtime.clockwork import Clockwork
from dbcv.runtime.integrating import IntegrationCalls
from dbcv.runtime.perform import Performer
from dbcv.runtime.worker import UserWorker
from tests.engine.bots import bot, rule, says, step
from tests.runtime.town import Town, eventually, make_person

Reply = dict[str, Any]
KEEP = [{"target": "session.reply", "source": "response"}]
QUIET = bot(step("a", None))


def caller(action: str, config: dict[str, Any], *more: dict[str, Any], starts: Any = None) -> dict[str, Any]:
    """A bot that does it when it is told "go"; `starts`: rules for something else that makes it."""
    ways = ((starts or says("go"), "act"),)
    group = {"search_type": "integration", "integration_id": action, "integration_config": config}
    return bot(
        step("wait", None, *ways), step("act", None, "wait", is_proxy=True, group=group, variables=KEEP), *more,
        requests=[{"id": "r", "name": "r", "method": "GET", "request_url": "http://x.test/"}],
    )  # fmt: skip


@dataclass
class Home:
    """The town, with workers that have integrations."""

    town: Town
    calls: IntegrationCalls
    network: Network
    workers: list[UserWorker] = field(default_factory=list)

    async def worker(self, worker_id: str = "w-1") -> UserWorker:
        town = self.town
        performer = Performer(town.settings, town.outside, integrations=self.calls)
        made = UserWorker(
            town.db, town.bell, performer, worker_id, shards=town.settings.shards, max_tries=3, turn_timeout_seconds=20
        )
        await made.start()
        town.workers.append(made)
        town.bell.listeners.append(lambda stream, key: made.ring(key) if stream.startswith("user") else None)
        return made

    async def do(
        self, bot_id: uuid.UUID, action: str, cause: Cause | None = None, key: str = "", **config: Any
    ) -> Reply:
        """What a turn of the bot is answered."""
        wish = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in config.items()}
        effect = CallIntegration(f"dbcv.{action}", wish, None, key or f"{new_id()}:0", cause or Cause())
        return json.loads(json.dumps(await self.calls.call(effect, bot_id, None)))  # type: ignore[no-any-return]

    async def talkers(self, document: dict[str, Any], count: int) -> tuple[uuid.UUID, uuid.UUID, list[Any], list[Any]]:
        """(bot, channel, people, sessions): everybody has said "hi"."""
        bot_id = await self.town.bot(document)
        channel = await self.town.channel(bot_id)
        people = [await self.town.person() for _ in range(count)]
        for person in people:
            await self.town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", channel, person)
        said = [(await self.town.say(person, bot_id, channel, "hi"))[0].session_id for person in people]
        await self.town.settled()
        return bot_id, channel, people, said

    async def look(self) -> None:
        """All that is on its way arrives."""
        town = self.town
        work = Clockwork(town.db.driver, town.bell, shards=town.settings.shards, keep_firings=timedelta(days=14))
        async with town.db.driver() as connection:
            while await work.look(connection) <= 0:
                pass
        await town.settled()


class _NoSecrets:
    async def values(self, _bot_id: uuid.UUID, _credential_id: uuid.UUID) -> Any:
        raise AssertionError("it takes no credential")


@pytest.fixture
async def home(town: Town) -> AsyncIterator[Home]:
    network = Network(allowed_hosts=[])
    houses = make_houses(town.db, town.settings, town.bell)
    yield Home(town, IntegrationCalls(CATALOGUE, network, _NoSecrets(), 10.0, houses=houses), network)
    await network.close()


async def test_a_broadcast_reaches_everybody_once_and_tells_how_far_it_is(home: Home) -> None:
    await home.worker()
    say = {"channel_id": "{$channel.id$}", "text": "From {$user.id$}", "buttons": [{"text": "Yes", "value": "y"}]}
    bot_id, channel, people, sessions = await home.talkers(caller("dbcv.broadcast", say), 5)
    elsewhere = await home.town.channel(bot_id)
    (other,) = await home.town.say(people[0], bot_id, elsewhere, "hi")
    await home.town.say(people[0], bot_id, channel, "go")
    await home.town.settled()
    reply = (await home.town.variables(sessions[0]))["reply"]
    assert reply["ok"], reply
    before = await home.do(bot_id, "broadcast_progress", broadcast_id=reply["result"]["broadcast_id"])
    assert (before["result"]["reached"], before["result"]["is_done"]) == (0, False)
    await home.look()
    await home.look()
    said = await home.town.all_replies()
    assert said == {session: [f"From {people[0]}"] for session in sessions}, "nobody of another channel"
    assert other.session_id not in said
    params = await home.town.value("SELECT params FROM message WHERE sender_id = $1 LIMIT 1", bot_id)
    assert params == {"buttons": [{"text": "Yes", "value": "y"}]}
    after = await home.do(bot_id, "broadcast_progress", broadcast_id=reply["result"]["broadcast_id"])
    assert (after["result"]["reached"], after["result"]["failed"], after["result"]["is_done"]) == (5, 0, True)


async def test_a_worker_that_dies_after_the_call_repeats_nothing(home: Home) -> None:
    """The call was kept, the turn was not: another worker walks it again, with the same key."""
    town = home.town
    first = await home.worker("w-1")
    document = caller("dbcv.broadcast", {"channel_id": "{$channel.id$}", "text": "All"})
    document["steps"][1]["connection_groups"][0]["connections"][0]["next_step_id"] = "stop"
    slow = step("stop", None, "wait", is_proxy=True, group={"search_type": "response", "request_id": "r"})
    document["steps"].append(slow)
    bot_id, channel, people, sessions = await home.talkers(document, 3)
    town.outside.gate.clear()
    await town.say(people[0], bot_id, channel, "go")
    await eventually(lambda: len(town.outside.asked) == 1)
    town.bell.listeners.clear()
    await first.stop(0)
    town.workers.clear()
    assert await town.value("SELECT count(*) FROM firing") == 1
    town.outside.gate.set()
    second = await home.worker("w-2")
    second.ring(sessions[0])
    await town.settled()
    assert len(town.outside.asked) == 2, "the turn was walked again"
    await home.look()
    assert await town.value("SELECT count(*) FROM firing") == 1
    assert [await town.replies(session) for session in sessions] == [["All"]] * 3


async def test_a_scheduler_that_dies_on_the_way_goes_on_where_it_was(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "SESSIONS_AT_ONCE", 2)
    town = home.town
    await home.worker()
    bot_id, channel, _, sessions = await home.talkers(QUIET, 5)
    key = f"{new_id()}:3"
    begun = [await home.do(bot_id, "broadcast", key=key, channel_id=channel, text="All") for _ in range(2)]
    assert begun[0]["ok"] and begun[0] == begun[1], "the same call again is the same broadcast"
    with pytest.raises(ZeroDivisionError):
        async with town.db.driver() as connection:
            await schedules.reach_sessions(connection, town.bell, town.settings.shards)
            async with connection.transaction():
                await schedules.reach_sessions(connection, town.bell, town.settings.shards)
                raise ZeroDivisionError
    stopped = await home.do(bot_id, "broadcast", channel_id=channel, text="Not this")
    assert (await home.do(bot_id, "stop_broadcast", **stopped["result"]))["ok"]
    await home.look()
    assert [await town.replies(session) for session in sessions] == [["All"]] * 5
    state = await home.do(bot_id, "broadcast_progress", **stopped["result"])
    assert state["result"]["is_done"] and "stopped" in state["result"]["error"]


async def test_one_subscriber_is_written_to_as_the_text_is(home: Home) -> None:
    """Whose words the text holds cannot ask for variables by it, and rules of the bot see the event."""
    town = home.town
    await home.worker()
    document = bot(step("a", None, (rule("event.data.n", "equal", 7), "b")), step("b", "Seven {$event.name$}"))
    bot_id, channel, people, sessions = await home.talkers(document, 2)
    await town.run("""UPDATE bot_variables SET data = '{"token": "secret"}'""")
    text = "{$bot.token$} {$user.id$}"
    wish = {"channel_id": channel, "subscriber_id": people[1], "text": text, "event_name": "x", "event_data": {"n": 7}}
    sent = await home.do(bot_id, "send_message", **wish)
    assert sent["result"] == {"session_id": str(sessions[1])}
    await home.look()
    assert [await town.replies(session) for session in sessions] == [[], [text, "Seven x"]]
    newcomer = await town.person()
    assert (await home.do(bot_id, "send_message", **wish | {"subscriber_id": newcomer}))["code"] == "not_found"
    await town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", channel, newcomer)
    assert (await home.do(bot_id, "send_message", **wish | {"subscriber_id": newcomer}))["ok"], "the bot speaks first"
    await home.look()
    assert sum(map(len, (await town.all_replies()).values())) == 3, "it is a person who begins"


async def test_what_a_broadcast_brings_about_is_no_broadcast(home: Home) -> None:
    await home.worker()
    say = {"channel_id": "{$channel.id$}", "text": "All", "event_name": "again"}
    starts = {"condition": "OR", "rules": [*says("go")["rules"], *rule("event.name", "equal", "again")["rules"]]}
    bot_id, channel, people, sessions = await home.talkers(caller("dbcv.broadcast", say, starts=starts), 3)
    await home.town.say(people[0], bot_id, channel, "go")
    await home.town.settled()
    for _ in range(3):
        await home.look()
    assert await home.town.value("SELECT count(*) FROM firing") == 1
    assert [await home.town.replies(session) for session in sessions] == [["All"]] * 3
    assert (await home.town.variables(sessions[1]))["reply"]["code"] == "refused"


async def test_bots_that_answer_each_other_do_not_broadcast_and_messages_end(home: Home) -> None:
    town = home.town
    await home.worker()
    await town.bot_worker()
    say = {"channel_id": "{$channel.id$}", "text": "go"}
    crier = await town.bot(caller("dbcv.broadcast", say))
    echo = await town.bot(bot(step("a", "{$message.text$}", "a")))
    channel, person = await town.channel(crier, echo), await town.person()
    await town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", channel, person)
    await town.say(person, crier, channel, "go")
    await town.settled()
    for _ in range(3):
        await home.look()
    assert await town.value("SELECT count(*) FROM firing") == 1
    assert await town.value("SELECT count(*) FROM turn_record") < 50
    pinger, room, (anna, _), _ = await home.talkers(QUIET, 2)
    config = {"channel_id": room, "subscriber_id": anna, "text": "ping"}
    assert (await home.do(pinger, "send_message", Cause(1, 4, str(new_id())), **config))["code"] == "refused"
    assert (await home.do(pinger, "send_message", Cause(house.MAX_HOPS, 100, None), **config))["code"] == "refused"


async def test_another_tenants_ids_are_not_found_and_nothing_changes(home: Home) -> None:
    """Nor those of another bot of the same owner: who may edit one bot gets no further by it."""
    town = home.town
    await home.worker()
    mine, my_channel, _, _ = await home.talkers(QUIET, 1)
    own_other, own_channel, own_people, own_sessions = await home.talkers(QUIET, 1)
    town.owner_id = await make_person(town.db)
    _, channel, people, sessions = await home.talkers(QUIET, 1)
    before = await _everything(town)
    for room, person, session in ((own_channel, own_people[0], own_sessions[0]), (channel, people[0], sessions[0])):
        replies = [
            await home.do(mine, "list_subscribers", channel_id=room),
            await home.do(mine, "broadcast", channel_id=room, text="x"),
            await home.do(mine, "send_message", channel_id=room, subscriber_id=person, text="x"),
            await home.do(mine, "send_message", channel_id=my_channel, subscriber_id=person, text="x"),
            *[await home.do(mine, name, session_id=session) for name in ("reset_session", "hand_over", "hand_back")],
            await home.do(mine, "move_session", session_id=session, step_id="a"),
            *[
                await home.do(mine, "read_variable", scope=scope, id=owner)
                for scope, owner in (("user", person), ("channel", room), ("session", session))
            ],
            *[
                await home.do(mine, "write_variable", scope=scope, id=owner, path="x", value=1)
                for scope, owner in (("user", person), ("channel", room), ("session", session))
            ],
        ]
        assert [reply.get("code") for reply in replies] == ["not_found"] * len(replies), replies
        assert (await home.do(mine, "list_sessions", channel_id=room))["result"]["items"] == []
    theirs = await home.do(own_other, "broadcast", channel_id=own_channel, text="x")
    for name in ("broadcast_progress", "stop_broadcast"):
        assert (await home.do(mine, name, **theirs["result"]))["code"] == "not_found"
    await town.run("DELETE FROM firing")
    await town.run("DELETE FROM schedule")
    assert await _everything(town) == before


async def _everything(town: Town) -> list[Any]:
    tables = ("session", "session_variables", "user_variables", "channel_variables", "bot_variables", "firing", "timer")
    return [
        [dict(row) for row in await town.run(f"SELECT * FROM {name} ORDER BY 1")] for name in (*tables, "audit_event")
    ]


async def test_sessions_are_listed_moved_and_handed_over(home: Home) -> None:
    town = home.town
    await home.worker()
    document = caller("dbcv.hand_over", {"session_id": "{$session.id$}"}, step("menu", "Menu"))
    bot_id, channel, people, sessions = await home.talkers(document, 2)
    assert (await home.do(bot_id, "move_session", session_id=sessions[1], step_id="menu"))["ok"]
    wrong = await home.do(bot_id, "move_session", session_id=sessions[1], step_id="gone")
    assert (wrong["code"], "no such step" in wrong["error"]) == ("bad_config", True)
    await town.say(people[0], bot_id, channel, "go")
    await town.settled()
    assert (await town.variables(sessions[0]))["reply"]["ok"], "the calling session too: its turn still ends"
    paused = (await home.do(bot_id, "list_sessions", is_paused=True))["result"]["items"]
    assert [(each["id"], each["subscriber_id"]) for each in paused] == [(str(sessions[0]), str(people[0]))]
    send = {"channel_id": channel, "subscriber_id": people[0], "text": "x"}
    assert (await home.do(bot_id, "send_message", **send))["code"] == "conflict", "a person answers there"
    assert (await home.do(bot_id, "hand_back", session_id=sessions[0]))["ok"]
    assert (await home.do(bot_id, "hand_back", session_id=sessions[0]))["code"] == "conflict"
    one = (await home.do(bot_id, "list_sessions", subscriber_id=people[1]))["result"]["items"]
    assert [each["step_id"] for each in one] == ["menu"]
    assert (await home.do(bot_id, "reset_session", session_id=sessions[1]))["ok"]
    assert await town.value("SELECT step_id FROM session WHERE id = $1", sessions[1]) is None
    assert await town.value("SELECT count(*) FROM audit_event WHERE bot_id = $1", bot_id) == 4


async def test_subscribers_and_variables(home: Home) -> None:
    town = home.town
    await home.worker()
    bot_id, channel, people, sessions = await home.talkers(QUIET, 3)
    await town.run(
        "INSERT INTO channel_sender (channel_id, external_id, subscriber_id, profile) VALUES ($1, '42', $2, $3)",
        channel, people[2], json.dumps({"first_name": "Anna"}),
    )  # fmt: skip
    page = (await home.do(bot_id, "list_subscribers", channel_id=channel, limit=2))["result"]
    rest = (await home.do(bot_id, "list_subscribers", channel_id=channel, cursor=page["next_cursor"]))["result"]
    assert [each["id"] for each in page["items"] + rest["items"]] == sorted(map(str, people))
    assert rest["next_cursor"] is None
    (anna,) = (await home.do(bot_id, "list_subscribers", channel_id=channel, external_id="42"))["result"]["items"]
    assert (anna["id"], anna["profile"]) == (str(people[2]), {"first_name": "Anna"})
    owners = {"bot": None, "user": people[0], "channel": channel, "session": sessions[0]}
    for scope, owner in owners.items():
        whose: dict[str, Any] = {"scope": scope} | ({"id": owner} if owner else {})
        assert (await home.do(bot_id, "write_variable", **whose, path="a.b", value=[1]))["ok"], scope
        assert (await home.do(bot_id, "read_variable", **whose, path="a.b.0"))["result"] == {"value": 1}
        assert (await home.do(bot_id, "read_variable", **whose, path="none"))["result"] == {"value": None}
        refused = await home.do(bot_id, "write_variable", **whose, path="id", value=1)
        assert (refused["code"], "fact" in refused["error"]) == ("bad_config", True)
    for wrong in ({"scope": "user"}, {"scope": "bot", "id": people[0]}, {"scope": "galaxy"}):
        assert (await home.do(bot_id, "read_variable", **wrong))["code"] == "bad_config"
    assert (await home.do(bot_id, "write_variable", scope="bot", path="..", value=1))["code"] == "bad_config"


async def test_bounds(home: Home) -> None:
    await home.worker()
    bot_id, channel, _, _ = await home.talkers(QUIET, 1)
    wish = {"channel_id": channel, "text": "x"}
    begun = await asyncio.gather(*(home.do(bot_id, "broadcast", **wish) for _ in range(5)))
    assert len({reply["result"]["broadcast_id"] for reply in begun}) == 5
    more = [await home.do(bot_id, "broadcast", **wish) for _ in range(6)]
    assert [reply.get("code") for reply in more] == [None] * 5 + ["rate_limited"]
    assert (await home.do(bot_id, "broadcast", channel_id=channel))["code"] == "bad_config", "nothing is said"
    await home.town.run("UPDATE bot SET published_revision = NULL")
    assert (await home.do(bot_id, "broadcast", **wish))["code"] == "conflict"
