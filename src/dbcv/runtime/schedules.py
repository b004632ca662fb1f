"""Schedules that fire: a due one becomes a firing, a firing goes on its way to the bot's sessions, batch by batch.

Called by the scheduler process; any number of replicas may run. A time of a schedule is one row, unique; how far it has
come is kept in the transaction that fills the mailboxes, so a crash neither repeats nor skips a session.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from dbcv.domains.media.service.named import fill
from dbcv.domains.schedules.service.moments import Moment, next_moment
from dbcv.kit.doorbell import Rings
from dbcv.kit.driver import Driver
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps
from dbcv.kit.keyset import FIRST, LAST
from dbcv.kit.stream_names import user_messages

SCHEDULES_AT_ONCE = 250
FIRINGS_AT_ONCE = 250
SESSIONS_AT_ONCE = 2_000
"""Mailbox rows in one transaction, shared among the firings of a batch: some ten milliseconds."""
BACKLOG_OF_A_BOT = 1_000
"""Scheduled events of one bot that wait for workers; more are not queued yet, so that people are answered meanwhile."""
REPLANNED_AT_ONCE = 500
STILL_ON_ITS_WAY = "left out: the time before was still on its way"
NOT_PUBLISHED = "left out: the bot is not published"

_DUE = """
SELECT s.id, s.bot_id, s.channel_id, s.session_id, s.content, s.next_fire_at,
       b.published_revision IS NOT NULL AS is_published,
       EXISTS (SELECT FROM firing f WHERE f.schedule_id = s.id AND f.done_at IS NULL) AS is_on_its_way,
       (SELECT id FROM session WHERE (bot_id, id) >= (s.bot_id, $3) AND (bot_id, id) < (s.bot_id, $4)
        ORDER BY bot_id DESC, id DESC LIMIT 1) AS newest_session
FROM schedule s JOIN bot b ON b.id = s.bot_id WHERE s.due_at <= $1
ORDER BY s.due_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED
"""
_FIRE = """
INSERT INTO firing (id, schedule_id, bot_id, kind, fire_at, channel_id, last_session_id, up_to_session_id, event, error,
                    done_at)
SELECT t.*, CASE WHEN t.error IS NOT NULL THEN now() END
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::uuid[],
            $9::jsonb[], $10::text[])
AS t(id, schedule_id, bot_id, kind, fire_at, channel_id, last_session_id, up_to_session_id, event, error)
ON CONFLICT (schedule_id, fire_at) DO NOTHING
"""
_MOVE_ON = """
UPDATE schedule s SET last_fire_at = s.next_fire_at, next_fire_at = t.next_fire_at, due_at = t.due_at, error = t.error
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[]) AS t(id, next_fire_at, due_at, error)
WHERE s.id = t.id
"""
_BUSY_BOTS = """
SELECT s.bot_id FROM mailbox m JOIN session s ON s.id = m.session_id WHERE m.kind IN ('emitter', 'cron')
GROUP BY s.bot_id HAVING count(*) >= $1
"""
# Those that have reached few come first: a large bot does not hold up the small ones.
_ON_THEIR_WAY = """
SELECT id FROM firing WHERE done_at IS NULL AND bot_id <> ALL($1::uuid[])
ORDER BY reached, id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_NAMING_FILES = """
SELECT id, bot_id, event FROM firing WHERE id = ANY($1::uuid[])
  AND jsonb_path_exists(event, '$.data.message.attachments[*] ? (!exists(@.url))')
"""
# People only, where both they and the bot still are, and nobody answers in the bot's place. An event's id is made of
# the firing's and the session's: a second one of a pair would break the key of `turn_record`.
_REACH = """
WITH batch AS (
  SELECT f.id AS firing_id, f.channel_id AS wanted_channel, f.kind, f.event, s.*
  FROM firing f CROSS JOIN LATERAL (
    SELECT id, user_id, bot_id, channel_id, paused_by, deleted_at FROM session
    WHERE bot_id = f.bot_id AND id > COALESCE(f.last_session_id, '00000000-0000-0000-0000-000000000000')
      AND id <= f.up_to_session_id ORDER BY id LIMIT $2) AS s
  WHERE f.id = ANY($1::uuid[])),
met AS (
  SELECT b.* FROM batch b JOIN channel c ON c.id = b.channel_id
  JOIN subscriber u ON u.id = b.user_id AND u.kind <> 'bot'
  WHERE b.paused_by IS NULL AND b.deleted_at IS NULL AND (b.wanted_channel IS NULL OR b.wanted_channel = b.channel_id)
    AND (c.default_bot_id = b.bot_id OR EXISTS (
      SELECT FROM channel_subscriber p WHERE p.channel_id = c.id AND p.subscriber_id = b.bot_id))
    AND (c.is_public OR c.owner_id = b.user_id OR EXISTS (
      SELECT FROM channel_subscriber p WHERE p.channel_id = c.id AND p.subscriber_id = b.user_id))),
queued AS (
  INSERT INTO mailbox (id, session_id, shard, kind, event)
  SELECT (left(firing_id::text, 15) || right(firing_id::text, 3) || '-8'
          || right(overlay(md5(firing_id::text || id::text) PLACING '-' FROM 20), 16))::uuid,
         id, ('x' || right(user_id::text, 8))::bit(32)::bigint % $3, kind, event FROM met ORDER BY id
  RETURNING session_id, shard),
counted AS (SELECT b.firing_id, count(*) AS looked_at, (array_agg(b.id ORDER BY b.id DESC))[1] AS last
            FROM batch b GROUP BY b.firing_id),
hit AS (SELECT firing_id, count(*) AS reached FROM met GROUP BY firing_id),
moved AS (
  UPDATE firing f SET last_session_id = COALESCE(c.last, f.last_session_id),
         reached = f.reached + COALESCE(h.reached, 0),
         done_at = CASE WHEN COALESCE(c.looked_at, 0) < $2 THEN now() END,
         event = CASE WHEN COALESCE(c.looked_at, 0) < $2 THEN NULL ELSE f.event END
  FROM unnest($1::uuid[]) AS w(id) LEFT JOIN counted c ON c.firing_id = w.id LEFT JOIN hit h ON h.firing_id = w.id
  WHERE f.id = w.id)
SELECT session_id, shard FROM queued
"""
_AHEAD = """
SELECT id, content, next_fire_at FROM schedule WHERE due_at > $1 AND id > $2 AND content -> 'cron' <> 'null'
ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
_REPLAN = """
UPDATE schedule s SET next_fire_at = t.next_fire_at, due_at = t.due_at
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS t(id, next_fire_at, due_at) WHERE s.id = t.id
"""
_FORGET = """
DELETE FROM firing WHERE id IN (SELECT id FROM firing WHERE id < $1 AND done_at IS NOT NULL ORDER BY id LIMIT 1000)
"""

log = structlog.get_logger(__name__)


async def fire_due(connection: Driver, now: datetime) -> int:
    """Makes a firing of each schedule that is due (at most SCHEDULES_AT_ONCE), sets its next time, says how many.

    However long nobody looked: the times that were missed come as one, and the next is after `now`.
    """
    async with connection.transaction():
        due = await connection.fetch(_DUE, now, SCHEDULES_AT_ONCE, FIRST, LAST)
        if due:
            await connection.execute(_FIRE, *_columns([_firing(row) for row in due]))
            await connection.execute(_MOVE_ON, *_columns([_next(row, now) for row in due]))
    return len(due)


async def reach_sessions(connection: Driver, bell: Rings, shards: int) -> int:
    """One batch of firings on their way: events into mailboxes, and rings; how many firings were looked at."""
    busy = [row[0] for row in await connection.fetch(_BUSY_BOTS, BACKLOG_OF_A_BOT)]
    async with connection.transaction():
        firings = [row[0] for row in await connection.fetch(_ON_THEIR_WAY, busy, FIRINGS_AT_ONCE)]
        if not firings:
            return 0
        await _fill_files(connection, firings)
        share = max(SESSIONS_AT_ONCE // len(firings), 1)
        met = await connection.fetch(_REACH, firings, share, shards)
    for session_id, shard in met:
        bell.ring(user_messages(shard), str(session_id))
    return len(firings)


async def _fill_files(connection: Driver, firings: Sequence[UUID]) -> None:
    """Messages that name files of their bot by ids hold the files from now on."""
    for row in await connection.fetch(_NAMING_FILES, firings):
        await fill(connection, row["bot_id"], [row["event"]["data"]["message"]])
        await connection.execute("UPDATE firing SET event = $2 WHERE id = $1", row["id"], dumps(row["event"]))


async def plan_again(connection: Driver, now: datetime) -> None:
    """After the clock was put back: crons that wait for a time further ahead than their next one get that.

    What has fired already under a time that comes once more is kept from firing twice by its row.
    """
    last = UUID(int=0)
    while True:
        async with connection.transaction():
            ahead = await connection.fetch(_AHEAD, now, last, REPLANNED_AT_ONCE)
            nearer = [row for row in map(_nearer(now), ahead) if row is not None]
            if nearer:
                await connection.execute(_REPLAN, *_columns(nearer))
        if len(ahead) < REPLANNED_AT_ONCE:
            return
        last = ahead[-1]["id"]


async def forget_old(connection: Driver, now: datetime, kept: timedelta) -> None:
    """Deletes firings that were done before that, a thousand at once."""
    oldest_kept = UUID(int=int((now - kept).timestamp() * 1000) << 80)
    while await connection.execute(_FORGET, oldest_kept) == "DELETE 1000":
        pass


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _firing(row: asyncpg.Record) -> tuple[Any, ...]:
    """A row of `firing`, in the order of `_FIRE`."""
    content, target = row["content"], row["session_id"]
    firing_id, kind = new_id(), "emitter" if content["cron"] is None else "cron"
    error = NOT_PUBLISHED if not row["is_published"] else STILL_ON_ITS_WAY if row["is_on_its_way"] else None
    event = None if error else event_of(row["id"], firing_id, row["next_fire_at"], content)
    before = UUID(int=target.int - 1) if target else None
    return (
        firing_id, row["id"], row["bot_id"], kind, row["next_fire_at"], row["channel_id"], before,
        target or row["newest_session"], event, error,
    )  # fmt: skip


def event_of(schedule_id: UUID, firing_id: UUID, fire_at: datetime, content: dict[str, Any]) -> str:
    """The mailbox's event of a firing, as JSON text: `data` is the `event.*` scope."""
    data = {"schedule_id": schedule_id, "firing_id": firing_id, "fire_at": fire_at}
    return dumps({"data": data | {"name": content["name"], "message": content["message"]}})


def _next(row: asyncpg.Record, now: datetime) -> tuple[UUID, datetime | None, datetime | None, str | None]:
    """(id, next time, due, why it stands still)."""
    moment, error = _moment(row["id"], row["content"], max(now, row["next_fire_at"]))
    if moment is None:
        return row["id"], None, None, error
    return row["id"], moment.fire_at, moment.due_at, None


def _moment(schedule_id: UUID, content: dict[str, Any], after: datetime) -> tuple[Moment | None, str | None]:
    """What is next, or why there can be nothing: a schedule that was right may stop being it with new time zones."""
    try:
        return next_moment(schedule_id, content, after), None
    except (ValueError, LookupError, OverflowError) as error:
        log.warning("schedules.cannot_go_on", schedule_id=str(schedule_id), error=str(error))
        return None, f"it cannot go on: {error}"


def _nearer(now: datetime) -> Any:
    def nearer(row: asyncpg.Record) -> tuple[UUID, datetime, datetime] | None:
        moment, _ = _moment(row["id"], row["content"], now)
        if moment is None or moment.fire_at >= row["next_fire_at"]:
            return None
        return row["id"], moment.fire_at, moment.due_at

    return nearer
