"""Timers that fire: a due timer becomes a `timeout` event in its session's mailbox, in one transaction.

Called by the scheduler's clockwork; any number of replicas may run, a timer is taken by one of them.
"""

from dbcv.kit.doorbell import Rings
from dbcv.kit.driver import Driver
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps
from dbcv.kit.stream_names import user_messages

FIRE_AT_ONCE = 500

_DUE = """
SELECT session_id, shard, step_id, token, due_at FROM timer WHERE due_at <= now()
ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_QUEUE = """
WITH fired AS (DELETE FROM timer WHERE session_id = ANY($2::uuid[]))
INSERT INTO mailbox (id, session_id, shard, kind, event)
SELECT id, session_id, shard, 'timeout', event
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::jsonb[]) AS t(id, session_id, shard, event)
"""


async def fire_due(connection: Driver, bell: Rings) -> int:
    """Queues the timeouts that are due (at most FIRE_AT_ONCE), rings, and says how many."""
    async with connection.transaction():
        due = await connection.fetch(_DUE, FIRE_AT_ONCE)
        if not due:
            return 0
        events = [
            dumps({"data": {"step_id": row["step_id"], "token": row["token"], "due_at": row["due_at"]}}) for row in due
        ]
        sessions, shards = [row["session_id"] for row in due], [row["shard"] for row in due]
        await connection.execute(_QUEUE, [new_id() for _ in due], sessions, shards, events)
    for session_id, shard in zip(sessions, shards, strict=True):
        bell.ring(user_messages(shard), str(session_id))
    return len(due)
