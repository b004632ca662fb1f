"""The statements of the accept path: many events, one commit. For `service/accept.py`."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from dbcv.kit.db import Driver

SessionKey: TypeAlias = tuple[uuid.UUID, uuid.UUID, uuid.UUID]
"""(user, bot, channel)."""

_FIND_SESSIONS = """
WITH wanted AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS w(id, user_id, bot_id, channel_id)),
made AS (INSERT INTO session (id, user_id, bot_id, channel_id) SELECT * FROM wanted ON CONFLICT DO NOTHING
         RETURNING id, user_id, bot_id, channel_id)
SELECT user_id, bot_id, channel_id, id FROM made
UNION
SELECT s.user_id, s.bot_id, s.channel_id, s.id FROM session s JOIN wanted w USING (user_id, bot_id, channel_id)
"""

_ACCEPT = """
WITH arrived AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::jsonb[], $8::jsonb[],
                       $9::text[], $10::smallint[], $11::text[], $12::jsonb[])
  WITH ORDINALITY AS a(id, channel_id, session_id, sender_id, recipient_id, text, params, attachments, external_id,
                       shard, kind, event, place)),
kept AS (
  INSERT INTO message (id, channel_id, session_id, sender_id, recipient_id, text, params, attachments, external_id)
  SELECT id, channel_id, session_id, sender_id, recipient_id, text, params, attachments, external_id
  FROM arrived ORDER BY place
  ON CONFLICT (channel_id, sender_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
  RETURNING id, created_at),
queued AS (
  INSERT INTO mailbox (id, session_id, shard, kind, event)
  SELECT a.id, a.session_id, a.shard, a.kind, a.event FROM arrived a JOIN kept USING (id) ORDER BY a.place)
SELECT id, created_at FROM kept
"""

_FIRST_COPIES = """
SELECT m.channel_id, m.sender_id, m.external_id, m.id, m.session_id, m.created_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS w(channel_id, sender_id, external_id)
JOIN message m USING (channel_id, sender_id, external_id)
"""


async def find_sessions(
    connection: Driver, ids: Sequence[uuid.UUID], keys: Sequence[SessionKey]
) -> dict[SessionKey, uuid.UUID]:
    """The session of each key; one that is missing is made with the id beside it. `ids` and `keys` run in parallel."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    rows = await connection.fetch(_FIND_SESSIONS, list(ids), *columns)
    found = {(row[0], row[1], row[2]): row[3] for row in rows}
    if len(found) < len(keys):
        # Somebody else made one between our snapshot and our insert: a second look sees it.
        rows = await connection.fetch(_FIND_SESSIONS, list(ids), *columns)
        found |= {(row[0], row[1], row[2]): row[3] for row in rows}
    return found


async def insert_events(connection: Driver, columns: Sequence[list[Any]]) -> dict[uuid.UUID, datetime]:
    """Keep messages and queue their events in one commit.

    `columns` are the twelve parallel lists of `_ACCEPT`. Returns {message id: created at} of those that were new.
    """
    rows = await connection.fetch(_ACCEPT, *columns)
    return {row[0]: row[1] for row in rows}


async def first_copies(
    connection: Driver, keys: Sequence[tuple[uuid.UUID, uuid.UUID, str]]
) -> dict[tuple[uuid.UUID, uuid.UUID, str], tuple[uuid.UUID, uuid.UUID, datetime]]:
    """(channel, sender, external id) → (id, session, created at) of the message that came first."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    rows = await connection.fetch(_FIRST_COPIES, *columns)
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}
