"""Many sessions' turns in one statement: all of a session or nothing of it; claims; mail as one statement sees it."""

import json
import uuid
from typing import Any

import asyncpg
import pytest

from dbcv.kit.ids import new_id
from dbcv.runtime import ledger, mailbox
from dbcv.runtime.ledger import SessionCommit
from tests.engine.bots import bot, step
from tests.runtime.town import Town

ECHO = bot(step("a", "{$message.text$}", "a"))


class Desk:
    """Some sessions with one event each, and nobody who works on them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.bot_id = self.channel = uuid.UUID(int=0)

    async def open(self, people: int, texts: tuple[str, ...] = ("x",)) -> list[uuid.UUID]:
        self.bot_id = await self.town.bot(ECHO)
        self.channel = await self.town.channel(self.bot_id)
        sessions = []
        for _ in range(people):
            accepted = await self.town.say(await self.town.person(), self.bot_id, self.channel, *texts)
            sessions.append(accepted[0].session_id)
        return sessions

    async def seqs(self, session_id: uuid.UUID) -> list[int]:
        rows = await self.town.run("SELECT seq FROM mailbox WHERE session_id = $1 ORDER BY seq", session_id)
        return [row[0] for row in rows]

    async def full(self, session_id: uuid.UUID, version: int = 0) -> SessionCommit:
        """A commit that writes to every table."""
        session = await self.town.session(session_id)
        token, user_id = new_id(), session["user_id"]
        commit = SessionCommit(
            session_id, version, "a", [{"step_id": "s", "template_id": "t", "variables": {}}], 1, token
        )
        commit.variables = {"n": 1}
        commit.handled = await self.seqs(session_id)
        now = await self.town.value("SELECT now()")
        commit.messages.append((new_id(), self.channel, self.bot_id, user_id, None, "hi", "{}", "[]", None, now))
        commit.records.append((new_id(), self.bot_id, 1, "message", "{}", None))
        for scope, owner in (("user", user_id), ("bot", self.bot_id), ("channel", self.channel)):
            change = json.dumps({"op": "append", "path": ["list"], "value": str(session_id)})
            commit.changes.append((scope, owner, change))
        commit.deliveries.append((0, "bot", self.bot_id, "{}"))
        commit.timer = (0, "a", token, 60.0)
        return commit

    async def commit(self, *batch: SessionCommit) -> set[uuid.UUID]:
        async with self.town.db.driver() as connection:
            return await ledger.commit(connection, batch)

    async def counts(self) -> dict[str, int]:
        tables = ("message", "turn_record", "session_variables", "delivery", "timer", "mailbox", "user_variables")
        return {table: await self.town.value(f"SELECT count(*) FROM {table}") for table in tables}


async def test_all_of_it_is_kept(town: Town) -> None:
    desk = Desk(town)
    (session_id,) = await desk.open(1)
    assert await desk.commit(await desk.full(session_id)) == {session_id}
    counts = await desk.counts()
    assert counts == {"message": 2, "turn_record": 1, "session_variables": 1, "delivery": 1, "timer": 1, "mailbox": 0,
                      "user_variables": 1}  # fmt: skip
    session = await town.session(session_id)
    assert (session["version"], session["step_id"], session["revision"]) == (1, "a", 1)
    assert await town.value("SELECT data FROM bot_variables") == {"list": [str(session_id)]}


async def test_who_lost_the_version_leaves_nothing_and_the_others_are_kept(town: Town) -> None:
    desk = Desk(town)
    first, lost, last = await desk.open(3)
    batch = [await desk.full(first), await desk.full(lost, version=7), await desk.full(last)]
    assert await desk.commit(*batch) == {first, last}
    counts = await desk.counts()
    assert (counts["message"], counts["turn_record"], counts["delivery"], counts["timer"]) == (5, 2, 2, 2)
    assert await desk.seqs(lost) != []
    assert (await town.session(lost))["version"] == 0
    data = await town.value("SELECT data FROM bot_variables")
    assert sorted(data["list"]) == sorted([str(first), str(last)])
    assert await desk.commit(*batch) == set(), "a second time nobody wins"
    assert await desk.counts() == counts


async def test_a_refused_row_keeps_nothing_of_the_whole_statement(town: Town) -> None:
    desk = Desk(town)
    good, bad = await desk.open(2)
    commits = [await desk.full(good), await desk.full(bad)]
    commits[1].records[0] = (*commits[1].records[0][:4], "{not json", None)
    before = await desk.counts()
    with pytest.raises(asyncpg.DataError, match="json"):
        await desk.commit(*commits)
    after = await desk.counts()
    assert {**after, "user_variables": 0} == before  # an empty row of variables is no trace of a turn


async def test_a_claim_is_for_one(town: Town) -> None:
    desk = Desk(town)
    (session_id,) = await desk.open(1)
    async with town.db.driver() as connection:
        assert await ledger.claim(connection, session_id, 0, "w-1", 60) == 1
        assert await ledger.claim(connection, session_id, 0, "w-2", 60) is None
        ((mine,), (theirs,)) = [await mailbox.read_mail(connection, [(session_id, -1)], who) for who in ("w-1", "w-2")]
        assert (mine.is_claimed, theirs.is_claimed) == (False, True)
        await ledger.release_session(connection, session_id, "w-2")
        assert (await town.session(session_id))["claimed_by"] == "w-1"
        await ledger.release_claims(connection, "w-1")
        assert (await town.session(session_id))["claimed_by"] is None
    assert await desk.commit(await desk.full(session_id, version=0)) == set(), "the claim moved the version"
    assert await desk.commit(await desk.full(session_id, version=1)) == {session_id}


async def test_mail_is_read_with_the_session_only_where_it_moved(town: Town) -> None:
    desk = Desk(town)
    first, second = await desk.open(2, tuple(str(number) for number in range(25)))
    async with town.db.driver() as connection:
        known = [(first, -1), (second, 0), (uuid.uuid4(), -1)]
        mails = {mail.session_id: mail for mail in await mailbox.read_mail(connection, known, "w")}
        assert set(mails) == {first, second}
        state: Any = mails[first].state
        assert (state.version, state.step_id, state.frames, state.variables) == (0, None, [], {})
        assert mails[second].state is None
        assert [event.event["message"]["text"] for event in mails[first].events] == [str(n) for n in range(20)]
        assert await mailbox.late_sessions(connection, range(town.settings.shards), 60, 10) == []
        late = await mailbox.late_sessions(connection, range(town.settings.shards), 0, 10)
        assert sorted(late) == sorted([first, second])
        assert await mailbox.late_sessions(connection, [], 0, 10) == []


async def test_after_a_death_the_oldest_event_of_each_session_is_suspect(town: Town) -> None:
    desk = Desk(town)
    (session_id,) = await desk.open(1, ("1", "2"))
    shard = await town.value("SELECT shard FROM mailbox LIMIT 1")
    async with town.db.driver() as connection:
        await mailbox.suspect_first_events(connection, shard + 1)
        assert await town.value("SELECT sum(attempts) FROM mailbox") == 0
        await mailbox.suspect_first_events(connection, shard)
        await mailbox.suspect_first_events(connection, shard)
    rows = await town.run("SELECT attempts, error FROM mailbox WHERE session_id = $1 ORDER BY seq", session_id)
    assert [row["attempts"] for row in rows] == [1, 0]
    assert "the worker stopped" in rows[0]["error"]


async def test_fewer_shards_take_the_mail_of_those_that_are_gone(town: Town) -> None:
    desk = Desk(town)
    (session_id,) = await desk.open(1)
    await town.run("UPDATE mailbox SET shard = 13")
    async with town.db.driver() as connection:
        await mailbox.bring_into_shards(connection, 8)
        assert await mailbox.late_sessions(connection, [5], 0, 10) == [session_id]
