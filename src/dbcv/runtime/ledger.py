"""The one place where turns become facts: many sessions' turns in one statement, all of each or nothing of it.

A session whose version is not the expected one is left out whole: whoever committed first was right. Called by the
worker; the accept path and the editors write elsewhere.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dbcv.kit.db import Driver
from dbcv.kit.json_text import dumps


@dataclass(slots=True)
class SessionCommit:
    """What the turns of one session changed. Rows are tuples in the order of the columns in `_PARTS`."""

    session_id: uuid.UUID
    expected_version: int
    step_id: str | None
    frames: list[dict[str, Any]]
    revision: int | None
    timer_token: uuid.UUID | None
    variables: dict[str, Any] | None = None
    """The whole of the session's variables, or None when they did not change."""
    handled: list[int] = field(default_factory=list)
    """`mailbox.seq` of the events these turns handled."""
    messages: list[tuple[Any, ...]] = field(default_factory=list)
    records: list[tuple[Any, ...]] = field(default_factory=list)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    """(scope, owner id, change as JSON text)."""
    deliveries: list[tuple[Any, ...]] = field(default_factory=list)
    timer: tuple[Any, ...] | None = None
    """(shard, step id, token, seconds) to set."""
    is_timer_cancelled: bool = False


_WON = """
WITH u AS (SELECT * FROM unnest({0}::uuid[], {1}::bigint[], {2}::text[], {3}::jsonb[], {4}::int[], {5}::uuid[])
           AS t(id, expected, step_id, frames, revision, timer_token)),
won AS (UPDATE session s SET version = s.version + 1, step_id = u.step_id, frames = u.frames, revision = u.revision,
               timer_token = u.timer_token, claimed_by = NULL, claimed_until = NULL, updated_at = now()
        FROM u WHERE s.id = u.id AND s.version = u.expected RETURNING s.id),
handled AS (DELETE FROM mailbox WHERE seq = ANY({6}::bigint[]) AND session_id IN (SELECT id FROM won))"""

_MESSAGES = """
said AS (INSERT INTO message (session_id, id, channel_id, sender_id, recipient_id, reply_to, text, params, attachments,
                              widget, created_at)
         SELECT t.* FROM unnest({0}::uuid[], {1}::uuid[], {2}::uuid[], {3}::uuid[], {4}::uuid[], {5}::uuid[],
                                {6}::text[], {7}::jsonb[], {8}::jsonb[], {9}::jsonb[], {10}::timestamptz[])
         AS t(session_id, id, channel_id, sender_id, recipient_id, reply_to, text, params, attachments, widget,
              created_at)
         WHERE session_id IN (SELECT id FROM won))"""

_RECORDS = """
recorded AS (INSERT INTO turn_record (session_id, id, bot_id, revision, kind, record, error)
             SELECT t.* FROM unnest({0}::uuid[], {1}::uuid[], {2}::uuid[], {3}::int[], {4}::text[], {5}::jsonb[],
                                    {6}::text[])
             AS t(session_id, id, bot_id, revision, kind, record, error)
             WHERE session_id IN (SELECT id FROM won))"""

_VARIABLES = """
kept AS (INSERT INTO session_variables AS v (session_id, data)
         SELECT t.* FROM unnest({0}::uuid[], {1}::jsonb[]) AS t(session_id, data)
         WHERE session_id IN (SELECT id FROM won)
         ON CONFLICT (session_id) DO UPDATE SET data = EXCLUDED.data)"""

_TIMERS = """
timed AS (INSERT INTO timer AS r (session_id, shard, step_id, token, due_at)
          SELECT t.session_id, t.shard, t.step_id, t.token, now() + make_interval(secs => t.seconds)
          FROM unnest({0}::uuid[], {1}::smallint[], {2}::text[], {3}::uuid[], {4}::float8[])
          AS t(session_id, shard, step_id, token, seconds)
          WHERE t.session_id IN (SELECT id FROM won)
          ON CONFLICT (session_id) DO UPDATE SET shard = EXCLUDED.shard, step_id = EXCLUDED.step_id,
                                                 token = EXCLUDED.token, due_at = EXCLUDED.due_at)"""

_CANCELLED = """
cancelled AS (DELETE FROM timer WHERE session_id = ANY({0}::uuid[]) AND session_id IN (SELECT id FROM won))"""

_DELIVERIES = """
leaving AS (INSERT INTO delivery (session_id, shard, target_kind, target_id, payload)
            SELECT t.session_id, t.shard, t.target_kind, t.target_id, t.payload
            FROM unnest({0}::uuid[], {1}::smallint[], {2}::text[], {3}::uuid[], {4}::jsonb[]) WITH ORDINALITY
            AS t(session_id, shard, target_kind, target_id, payload, place)
            WHERE t.session_id IN (SELECT id FROM won) ORDER BY t.place)"""

_CHANGES = """
changes AS (SELECT t.scope, t.owner_id, jsonb_agg(t.change ORDER BY t.place) AS list
            FROM unnest({0}::uuid[], {1}::text[], {2}::uuid[], {3}::jsonb[]) WITH ORDINALITY
            AS t(session_id, scope, owner_id, change, place)
            WHERE t.session_id IN (SELECT id FROM won) GROUP BY t.scope, t.owner_id ORDER BY t.scope, t.owner_id),
bot_changed AS (UPDATE bot_variables v SET data = dbcv_apply_changes(v.data, c.list), version = v.version + 1
                FROM changes c WHERE c.scope = 'bot' AND v.bot_id = c.owner_id),
channel_changed AS (UPDATE channel_variables v SET data = dbcv_apply_changes(v.data, c.list), version = v.version + 1
                    FROM changes c WHERE c.scope = 'channel' AND v.channel_id = c.owner_id),
user_changed AS (UPDATE user_variables v SET data = dbcv_apply_changes(v.data, c.list), version = v.version + 1
                 FROM changes c WHERE c.scope = 'user' AND v.user_id = c.owner_id)"""

_USER_ROWS = "INSERT INTO user_variables (user_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"

_CLAIM = """
UPDATE session SET version = version + 1, claimed_by = $3, claimed_until = now() + make_interval(secs => $4)
WHERE id = $1 AND version = $2 RETURNING version
"""

_RELEASE = "UPDATE session SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1"
_RELEASE_ONE = f"{_RELEASE} AND id = $2"

_BURY = """
WITH gone AS (DELETE FROM mailbox WHERE seq = $1 RETURNING id, kind, event, shard, session_id, attempts, error)
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT id, 'turn', $2, session_id, shard, jsonb_build_object('kind', kind, 'event', event),
       COALESCE(error, 'unknown'), attempts FROM gone
ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, error = EXCLUDED.error, attempts = EXCLUDED.attempts,
                               resent_at = NULL, created_at = now()
"""


async def commit(connection: Driver, batch: Sequence[SessionCommit]) -> set[uuid.UUID]:
    """Keeps the turns of every session in `batch` whose version still holds; returns those sessions' ids.

    One statement is one transaction. Raises asyncpg.PostgresError (nothing was kept) or a connection error (unknown:
    the version check makes a second try harmless).
    """
    ordered = sorted(batch, key=lambda item: item.session_id)  # one order of row locks for all workers
    users = {owner for item in ordered for scope, owner, _ in item.changes if scope == "user"}
    if users:
        await connection.execute(_USER_ROWS, list(users))
    text, columns = _statement(ordered)
    rows = await connection.fetch(text, *columns)
    return {row[0] for row in rows}


async def claim(connection: Driver, session_id: uuid.UUID, version: int, worker: str, seconds: float) -> int | None:
    """Makes the session this worker's for so long, before it calls the outside world; its new version, or None when
    somebody else was faster."""
    claimed: int | None = await connection.fetchval(_CLAIM, session_id, version, worker, seconds)
    return claimed


async def release_claims(connection: Driver, worker: str) -> None:
    """Gives back what a worker had claimed when it died."""
    await connection.execute(_RELEASE, worker)


async def release_session(connection: Driver, session_id: uuid.UUID, worker: str) -> None:
    """Gives back one claim of a turn that failed."""
    await connection.execute(_RELEASE_ONE, worker, session_id)


async def bury(connection: Driver, seq: int, bot_id: uuid.UUID) -> None:
    """Moves an event that failed too often from the mailbox to the dead letters."""
    await connection.execute(_BURY, seq, bot_id)


def _statement(batch: Sequence[SessionCommit]) -> tuple[str, list[list[Any]]]:
    """Only the parts that have rows: a greeting pays nothing for timers, and each mix is prepared once."""
    parts: list[str] = []
    columns: list[list[Any]] = []
    for template, rows, width in _parts(batch):
        if width and not rows:
            continue
        own = [list(column) for column in zip(*rows, strict=True)] if width else rows
        parts.append(template.format(*(f"${len(columns) + place + 1}" for place in range(len(own)))))
        columns.extend(own)
    return ",".join(parts) + "\nSELECT id FROM won", columns


def _parts(batch: Sequence[SessionCommit]) -> list[tuple[str, list[Any], int]]:
    """(template, rows, columns a row); 0 columns: the rows are columns already."""
    won: list[Any] = [
        [item.session_id for item in batch],
        [item.expected_version for item in batch],
        [item.step_id for item in batch],
        [dumps(item.frames) if item.frames else None for item in batch],
        [item.revision for item in batch],
        [item.timer_token for item in batch],
        [seq for item in batch for seq in item.handled],
    ]
    return [
        (_WON, won, 0),
        (_MESSAGES, [(item.session_id, *row) for item in batch for row in item.messages], 11),
        (_RECORDS, [(item.session_id, *row) for item in batch for row in item.records], 7),
        (_VARIABLES, [(item.session_id, dumps(item.variables)) for item in batch if item.variables is not None], 2),
        (_TIMERS, [(item.session_id, *item.timer) for item in batch if item.timer is not None], 5),
        (_CANCELLED, [(item.session_id,) for item in batch if item.is_timer_cancelled], 1),
        (_DELIVERIES, [(item.session_id, *row) for item in batch for row in item.deliveries], 5),
        (_CHANGES, [(item.session_id, *row) for item in batch for row in item.changes], 4),
    ]
