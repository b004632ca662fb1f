"""The statements of transports: what was told, what is sent by whom, how a channel's transport is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from dbcv.integration_kit.transport import Update
from dbcv.kit.db import Driver
from dbcv.kit.json_text import dumps

TOPIC = "dbcv_transports"
"""NOTIFY with a channel's id: its transport was changed, or something came in for it."""

_BOUND = """
SELECT t.channel_id, t.kind, t.credential_id, t.config, t.binding, t.cursor, c.default_bot_id, c.owner_id
FROM channel_transport t JOIN channel c ON c.id = t.channel_id
"""
_KEEP = """
WITH bound AS (UPDATE channel_transport SET cursor = $4, last_inbound_at = now(), state = 'connected', error = NULL
               WHERE channel_id = $1 AND binding = $5 RETURNING channel_id)
INSERT INTO transport_update (channel_id, seq, body)
SELECT b.channel_id, u.seq, u.body FROM bound b, unnest($2::bigint[], $3::jsonb[]) AS u(seq, body)
ON CONFLICT DO NOTHING
"""
_WAITING = """
SELECT seq, body, extract(epoch FROM now() - created_at)::float8 AS age FROM transport_update
WHERE channel_id = $1 ORDER BY seq LIMIT $2
"""
_TAKEN = "DELETE FROM transport_update WHERE channel_id = $1 AND seq = ANY($2::bigint[])"
_TAKEN_UP_TO = """
WITH taken AS (DELETE FROM transport_update WHERE channel_id = $1 AND seq = ANY($2::bigint[]))
UPDATE channel_transport SET cursor = GREATEST(cursor, $3) WHERE channel_id = $1
"""
_ADDRESSES = """
SELECT s.address FROM channel_sender s
JOIN session t ON t.channel_id = s.channel_id AND t.user_id = s.subscriber_id
WHERE s.channel_id = $1 AND s.blocked_at IS NULL ORDER BY t.updated_at DESC LIMIT $2
"""
_IS_OVER = """
SELECT EXISTS (SELECT FROM turn_record WHERE id = $1) OR EXISTS (SELECT FROM dead_letter WHERE id = $1)
"""
_STATE = """
UPDATE channel_transport SET state = $3, error = $4::text,
       error_at = CASE WHEN $4::text IS NULL THEN error_at ELSE now() END
WHERE channel_id = $1 AND binding = $2 AND (state, error) IS DISTINCT FROM ($3, $4)
"""
_ERROR = """
UPDATE channel_transport SET error = $3, error_at = now(), state = 'failed' WHERE channel_id = $1 AND binding = $2
"""
# The first of each session only: what comes later must not overtake it.
_HEADS = """
SELECT h.session_id, h.target_id, h.next_attempt_at <= now() AND COALESCE(t.resume_at <= now(), true) AS is_due
FROM (SELECT DISTINCT ON (session_id) * FROM delivery WHERE session_id = ANY($1::uuid[]) AND target_kind <> 'bot'
      ORDER BY session_id, seq) AS h
LEFT JOIN channel_transport t ON t.channel_id = h.target_id
"""
# What cannot go now does not have to be looked at before it can.
_PUT_OFF = """
WITH heads AS (
  SELECT DISTINCT ON (session_id) session_id, next_attempt_at, target_id FROM delivery
  WHERE session_id = ANY($1::uuid[]) AND target_kind <> 'bot' ORDER BY session_id, seq),
times AS (
  SELECT h.session_id, GREATEST(h.next_attempt_at, t.resume_at) AS at
  FROM heads h LEFT JOIN channel_transport t ON t.channel_id = h.target_id)
UPDATE delivery d SET next_attempt_at = w.at FROM times w
WHERE d.session_id = w.session_id AND d.target_kind <> 'bot' AND w.at > now() AND d.next_attempt_at < w.at
"""
_CLAIM = """
WITH head AS (SELECT seq FROM delivery WHERE session_id = $1 AND target_kind <> 'bot' ORDER BY seq LIMIT 1),
mine AS (UPDATE delivery d SET leased_by = $2, leased_until = now() + make_interval(secs => $3)
         FROM head WHERE d.seq = head.seq AND d.next_attempt_at <= now()
         AND (d.leased_until IS NULL OR d.leased_until < now()) RETURNING d.*)
SELECT m.seq, m.session_id, m.target_id, m.target_kind, m.payload, m.attempts, s.user_id, s.bot_id, t.binding, t.kind,
       t.credential_id, t.config, c.default_bot_id, c.owner_id
FROM mine m LEFT JOIN session s ON s.id = m.session_id LEFT JOIN channel_transport t ON t.channel_id = m.target_id
LEFT JOIN channel c ON c.id = m.target_id
"""
_PART_SENT = """
UPDATE delivery SET payload = jsonb_set(payload, '{sent}', to_jsonb($2::int)),
                    leased_until = now() + make_interval(secs => $3) WHERE seq = $1
"""
_SENT = """
WITH gone AS (DELETE FROM delivery WHERE seq = $1),
noted AS (UPDATE channel_transport SET last_outbound_at = now(), state = 'connected', error = NULL
          WHERE channel_id = $3 AND (state <> 'connected' OR last_outbound_at IS NULL
                                     OR last_outbound_at < now() - interval '1 second'))
SELECT EXISTS (SELECT FROM delivery WHERE session_id = $2 AND target_kind <> 'bot' AND seq > $1)
"""
_AGAIN = """
UPDATE delivery SET attempts = attempts + $4, error = $2, next_attempt_at = now() + make_interval(secs => $3),
                    leased_by = NULL, leased_until = NULL WHERE seq = $1
"""
_PAUSE = """
UPDATE channel_transport SET resume_at = GREATEST(resume_at, now() + make_interval(secs => $2)) WHERE channel_id = $1
"""
# One letter a message: a second failure after it was sent again is the same letter.
_BURY = """
WITH gone AS (DELETE FROM delivery WHERE seq = $1 RETURNING *)
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT $2, 'delivery', $3, session_id, shard,
       jsonb_build_object('target_kind', target_kind, 'target_id', target_id, 'payload', payload), $4, attempts + 1
FROM gone
ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, error = EXCLUDED.error, attempts = EXCLUDED.attempts,
                               resent_at = NULL, created_at = now()
"""
_RELEASE = "UPDATE delivery SET leased_by = NULL, leased_until = NULL WHERE leased_by = $1"


@dataclass(frozen=True, slots=True)
class Bound:
    """A channel with its transport. `binding` is another one after each change."""

    channel_id: uuid.UUID
    kind: str
    credential_id: uuid.UUID | None
    config: dict[str, Any]
    binding: uuid.UUID
    cursor: int | None
    bot_id: uuid.UUID | None
    owner_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that nobody has taken in; `age_seconds` since it was kept."""

    update: Update
    age_seconds: float


@dataclass(slots=True)
class Leaving:
    """A delivery that is ours to make right now. `bound` is None once the channel has no transport any more."""

    seq: int
    session_id: uuid.UUID
    bot_id: uuid.UUID
    recipient_id: uuid.UUID
    message: dict[str, Any]
    sent: int
    attempts: int
    bound: Bound | None


async def bound_channels(connection: Driver) -> list[Bound]:
    """All channels with a transport."""
    return [Bound(*row) for row in await connection.fetch(_BOUND)]


async def keep_updates(connection: Driver, bound: Bound, updates: Sequence[Update]) -> None:
    """For good, with how far we are; nothing once the channel is bound anew."""
    seqs, bodies = [update.seq for update in updates], [dumps(update.body) for update in updates]
    await connection.execute(_KEEP, bound.channel_id, seqs, bodies, max(seqs), bound.binding)


async def waiting_updates(connection: Driver, channel_id: uuid.UUID, limit: int) -> list[Waiting]:
    """In the vendor's order."""
    rows = await connection.fetch(_WAITING, channel_id, limit)
    return [Waiting(Update(row[0], row[1]), row[2]) for row in rows]


async def forget_updates(connection: Driver, channel_id: uuid.UUID, seqs: Sequence[int], last_seq: int | None) -> None:
    """They were taken in; `last_seq`: the highest so far, where gaps in the numbers are waited for."""
    if last_seq is None:
        await connection.execute(_TAKEN, channel_id, list(seqs))
    else:
        await connection.execute(_TAKEN_UP_TO, channel_id, list(seqs), last_seq)


async def addresses(connection: Driver, channel_id: uuid.UUID, limit: int) -> list[dict[str, Any]]:
    """Where those are answered who were talked to last."""
    return [row[0] for row in await connection.fetch(_ADDRESSES, channel_id, limit)]


async def is_over(connection: Driver, event_id: uuid.UUID) -> bool:
    """Whether the event's turn has been committed, or given up."""
    return bool(await connection.fetchval(_IS_OVER, event_id))


async def note_state(connection: Driver, bound: Bound, state: str, error: str | None) -> None:
    """ "connecting", "connected" or "failed", and why; written only where it changes."""
    await connection.execute(_STATE, bound.channel_id, bound.binding, state, error)


async def note_error(connection: Driver, bound: Bound, error: str) -> None:
    """Something could not be sent."""
    await connection.execute(_ERROR, bound.channel_id, bound.binding, error)


async def due_heads(connection: Driver, sessions: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(session, channel) of those whose first delivery by a transport may go now; the others are put off."""
    heads = await connection.fetch(_HEADS, list(sessions))
    late = [session_id for session_id, _, is_due in heads if not is_due]
    if late:
        await connection.execute(_PUT_OFF, late)
    return [(session_id, channel_id) for session_id, channel_id, is_due in heads if is_due]


async def claim(connection: Driver, session_id: uuid.UUID, worker: str, seconds: float) -> Leaving | None:
    """The session's first delivery, ours for so long; None when there is none or somebody else has it."""
    row = await connection.fetchrow(_CLAIM, session_id, worker, seconds)
    return None if row is None else _leaving(row)


async def note_part(connection: Driver, seq: int, sent: int, seconds: float) -> None:
    """So many parts have gone; the lease begins anew."""
    await connection.execute(_PART_SENT, seq, sent, seconds)


async def note_sent(connection: Driver, item: Leaving, by_vendor: bool) -> bool:
    """It has gone (`by_vendor`), or there is nobody to send it to. Whether the session has more."""
    channel_id = item.bound.channel_id if item.bound and by_vendor else None
    return bool(await connection.fetchval(_SENT, item.seq, item.session_id, channel_id))


async def try_later(connection: Driver, seq: int, error: str, seconds: float, tries: int) -> None:
    """`tries`: how many more it has cost."""
    await connection.execute(_AGAIN, seq, error, seconds, tries)


async def pause(connection: Driver, channel_id: uuid.UUID, seconds: float) -> None:
    """Nothing goes out by this channel's transport for so long."""
    await connection.execute(_PAUSE, channel_id, seconds)


async def bury(connection: Driver, item: Leaving, error: str) -> None:
    """It becomes a dead letter of the session's bot."""
    await connection.execute(_BURY, item.seq, uuid.UUID(item.message["id"]), item.bot_id, error)


async def release(connection: Driver, worker: str) -> None:
    """What a worker had in its hands can be taken by others."""
    await connection.execute(_RELEASE, worker)


def _leaving(row: asyncpg.Record) -> Leaving:
    payload, bound = row["payload"], None
    if row["binding"] is not None:
        bound = Bound(
            row["target_id"], row["kind"], row["credential_id"], row["config"], row["binding"], None,
            row["default_bot_id"], row["owner_id"],
        )  # fmt: skip
    message = payload["message"]
    recipient = uuid.UUID(message.get("recipient_id") or str(row["user_id"]))
    bot_id = row["bot_id"] or uuid.UUID(message["sender_id"])
    return Leaving(
        row["seq"], row["session_id"], bot_id, recipient, message, payload.get("sent", 0), row["attempts"], bound
    )
