"""What conversations of deleted bots leave in the hot tables, which have no foreign keys. By the driver alone: the
scheduler has nothing else."""

from uuid import UUID

from dbcv.kit.driver import Driver

# One step of the index for each bot, however many sessions it has.
_GONE = """
WITH RECURSIVE known AS (
  (SELECT bot_id FROM session ORDER BY bot_id LIMIT 1)
  UNION ALL
  SELECT (SELECT s.bot_id FROM session s WHERE s.bot_id > k.bot_id ORDER BY s.bot_id LIMIT 1)
  FROM known k WHERE k.bot_id IS NOT NULL)
SELECT bot_id FROM known k
WHERE bot_id IS NOT NULL AND NOT EXISTS (SELECT FROM bot b WHERE b.id = k.bot_id)
"""
# Sessions before what is theirs, as turns take their locks. The empty row stays: by it people find what they said.
_EMPTY = """
WITH next AS (SELECT id FROM session WHERE bot_id = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3
              FOR UPDATE SKIP LOCKED),
marked AS (
  UPDATE session SET version = version + 1, step_id = NULL, frames = NULL, revision = NULL, timer_token = NULL,
         paused_by = NULL, paused_at = NULL, deleted_at = now(), updated_at = now()
  WHERE id IN (SELECT id FROM next) RETURNING id)
SELECT id FROM marked ORDER BY id
"""
_OF_SESSIONS = ("timer", "session_variables", "turn_record")
_DEAD_LETTERS = "DELETE FROM dead_letter d WHERE NOT EXISTS (SELECT FROM bot b WHERE b.id = d.bot_id)"


async def gone_bots(connection: Driver) -> list[UUID]:
    """Bots that conversations name and that are no more."""
    return [row["bot_id"] for row in await connection.fetch(_GONE)]


async def empty_sessions(connection: Driver, bot_id: UUID, after: UUID, limit: int) -> list[UUID]:
    """One batch, in the order of ids after `after`: the sessions that hold nothing any more."""
    async with connection.transaction():
        ids = [row["id"] for row in await connection.fetch(_EMPTY, bot_id, after, limit)]
        for table in _OF_SESSIONS if ids else ():
            await connection.execute(f"DELETE FROM {table} WHERE session_id = ANY($1::uuid[])", ids)  # noqa: S608
    return ids


async def drop_dead_letters(connection: Driver) -> int:
    """Those that nobody can see any more; how many there were."""
    return int((await connection.execute(_DEAD_LETTERS)).split()[-1])
