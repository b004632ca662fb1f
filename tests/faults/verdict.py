"""What the tables say of a channel after the storm, held against what its clients were told."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from tests.faults.talk import Client
from tests.faults.world import World

_LEFT = """
SELECT (SELECT count(*) FROM mailbox b JOIN session s ON s.id = b.session_id WHERE s.channel_id = $1)
     + (SELECT count(*) FROM delivery d JOIN session s ON s.id = d.session_id WHERE s.channel_id = $1)
"""
_SAID = "SELECT id, sender_id, text FROM message WHERE channel_id = $1 AND reply_to IS NULL"
_REPLIES = """
SELECT m.reply_to, s.user_id, m.text FROM message m JOIN session s ON s.id = m.session_id
WHERE m.channel_id = $1 AND m.reply_to IS NOT NULL ORDER BY m.created_at, m.id
"""
_TURNS = """
SELECT t.id, m.sender_id, t.error, extract(epoch FROM t.created_at - m.created_at)::float8 AS seconds
FROM turn_record t JOIN message m ON m.id = t.id WHERE m.channel_id = $1
"""
_SESSIONS = """
SELECT s.user_id, s.version, s.claimed_by, (SELECT count(*) FROM turn_record t WHERE t.session_id = s.id) AS turns
FROM session s WHERE s.channel_id = $1
"""
_DEAD = "SELECT d.id FROM dead_letter d JOIN session s ON s.id = d.session_id WHERE s.channel_id = $1"


@dataclass
class Verdict:
    """`lost`: accepted and never answered. `doubled`: stored or answered twice. `disordered`: answered by a turn that
    did not see the one before it. `wrong_answers`: what a client was told is not what is stored."""

    accepted: int = 0
    turns: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    wrong_answers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dead: int = 0
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"accepted {self.accepted}, turns {self.turns}, lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"out of order {len(self.disordered)}, wrong answers {len(self.wrong_answers)}, errors {len(self.errors)}, "
            f"dead letters {self.dead}; accepted to committed {percentiles(self.seconds)}"
        )

    def check(self) -> None:
        """Nothing lost, doubled, out of order."""
        assert not self.lost, self._sample(self.lost)
        assert not self.doubled, self._sample(self.doubled)
        assert not self.disordered, self._sample(self.disordered)
        assert not self.wrong_answers, self._sample(self.wrong_answers)
        assert not self.errors, self._sample(self.errors)
        assert self.dead == 0
        assert self.turns == self.accepted

    def _sample(self, found: list[str]) -> str:
        return f"{self}: {found[:5]}"


def percentiles(seconds: Sequence[float]) -> str:
    """p50, p99 and worst, for people."""
    ordered = sorted(seconds) or [0.0]
    p50, p99 = (ordered[int((len(ordered) - 1) * part)] * 1000 for part in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {ordered[-1]:.2f} s"


async def drained(world: World, channel_id: str, timeout_seconds: float = 60.0) -> float:
    """Waits until nothing of the channel waits; how long that took."""
    began = time.monotonic()
    database = await asyncpg.connect(world.database_url)
    try:
        while left := await database.fetchval(_LEFT, UUID(channel_id)):
            assert time.monotonic() - began < timeout_seconds, f"{left} events are still waiting"
            await asyncio.sleep(0.02)
    finally:
        await database.close()
    return time.monotonic() - began


async def fetch(world: World, query: str, *parameters: Any) -> list[asyncpg.Record]:
    """For tests that look at a table themselves."""
    database = await asyncpg.connect(world.database_url)
    try:
        return list(await database.fetch(query, *parameters))
    finally:
        await database.close()


async def judge(world: World, channel_id: str, clients: Sequence[Client]) -> Verdict:
    """For a channel with the bot `COUNTER`, once it is drained: what became of these clients."""
    key, senders = UUID(channel_id), {client.sender_id for client in clients}
    said = {str(row["id"]): row for row in await fetch(world, _SAID, key) if row["sender_id"] in senders}
    replies: dict[str, list[str]] = defaultdict(list)
    by_sender: dict[UUID, list[str]] = defaultdict(list)
    for row in await fetch(world, _REPLIES, key):
        replies[str(row["reply_to"])].append(row["text"])
        by_sender[row["user_id"]].append(row["text"])
    verdict = Verdict(dead=len(await fetch(world, _DEAD, key)))
    for row in await fetch(world, _TURNS, key):
        if row["sender_id"] not in senders:
            continue
        verdict.turns += 1
        verdict.seconds.append(row["seconds"])
        if row["error"]:
            verdict.errors.append(f"{row['id']}: {row['error']}")
    for client in clients:
        _judge_client(verdict, client, said, replies, by_sender[client.sender_id])
    for row in await fetch(world, _SESSIONS, key):
        if row["user_id"] not in senders:
            continue
        if row["version"] > row["turns"]:
            verdict.doubled.append(f"session of {row['user_id']}: {row['version']} commits, {row['turns']} turns")
        if row["claimed_by"]:
            verdict.wrong_answers.append(f"session of {row['user_id']} is still claimed")
    accepted = {sent.message_id for client in clients for sent in client.sent}
    verdict.doubled += [f"message {one} was stored and not accepted" for one in said if one not in accepted]
    return verdict


def _judge_client(
    verdict: Verdict, client: Client, said: dict[str, Any], replies: dict[str, list[str]], in_order: list[str]
) -> None:
    by_number: dict[int, set[str]] = defaultdict(set)
    for sent in client.sent:
        by_number[sent.number].add(sent.message_id)
        stored = replies.get(sent.message_id, [])
        if sent.message_id not in said or not stored:
            verdict.lost.append(f"{client.sender_id} message {sent.number}")
        if sent.replies is not None and sent.replies != stored:
            verdict.wrong_answers.append(f"{client.sender_id} message {sent.number}: {sent.replies} for {stored}")
    verdict.accepted += len(by_number)
    for number, ids in by_number.items():
        if len(ids) > 1 or len(replies.get(next(iter(ids)), [])) > 1:
            verdict.doubled.append(f"{client.sender_id} message {number}: {sorted(ids)}")
    expected = [f"{number} after {number - 1}" for number in sorted(by_number)]
    if in_order != expected and Counter(in_order) == Counter(expected):
        verdict.disordered.append(f"{client.sender_id}: {in_order}")
    else:
        verdict.disordered += [f"{client.sender_id}: {one}" for one in in_order if one not in expected]
