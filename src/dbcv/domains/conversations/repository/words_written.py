"""Writing the words of messages, by the driver alone: the scheduler has nothing else. `words.py` searches by them."""

from uuid import UUID

from dbcv.kit.driver import Driver

AT_ONCE = 1_000
MAX_CHARS = 100_000
"""Of a text; PostgreSQL refuses to index a megabyte of different words."""

_BEGIN = "INSERT INTO words_progress (name, up_to) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_LOCK = "SELECT up_to FROM words_progress WHERE name = $1 FOR UPDATE SKIP LOCKED"
_WRITE = f"""
WITH next AS (SELECT id, channel_id, session_id, text FROM message WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3),
written AS (
  INSERT INTO message_words (id, words)
  SELECT n.id, to_tsvector('russian', left(n.text, {MAX_CHARS}))
               || array_to_tsvector(array_remove(ARRAY['c:' || n.channel_id, 'b:' || s.bot_id], NULL))
  FROM next n LEFT JOIN session s ON s.id = n.session_id
  WHERE n.text <> '' AND NOT EXISTS (SELECT FROM message_words w WHERE w.id = n.id)
  ON CONFLICT DO NOTHING)
SELECT count(*), (array_agg(id ORDER BY id DESC))[1] FROM next
"""  # noqa: S608  a constant
_MOVE = "UPDATE words_progress SET up_to = $2 WHERE name = $1"


async def write(connection: Driver, name: str, border: UUID) -> int:
    """One batch of the pass `name`, of messages with ids below `border`; how many it went over. 0 also while another
    process is at it."""
    await connection.execute(_BEGIN, name, UUID(int=0))
    async with connection.transaction():
        up_to = await connection.fetchval(_LOCK, name)
        if up_to is None:
            return 0
        row = await connection.fetchrow(_WRITE, up_to, border, AT_ONCE)
        count: int = row[0] if row is not None else 0
        if row is not None and count:
            await connection.execute(_MOVE, name, row[1])
        return count
