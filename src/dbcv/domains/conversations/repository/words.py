"""The words of messages: written in batches a moment after the messages, searched by one index.

`write` is for the scheduler's connection, `found` for the API's.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.tables import MessageRow

LANGUAGE = "russian"
"""PostgreSQL's configuration of this name stems Cyrillic words as Russian and Latin ones as English."""
WINDOW = 2_000
"""Hits that other filters are tried on for one page."""

_IS_EMPTY = text(f"SELECT numnode(websearch_to_tsquery('{LANGUAGE}', :query)) = 0")
_FOUND = text(f"""
SELECT m.* FROM (
  SELECT id FROM message_words
  WHERE words @@ (websearch_to_tsquery('{LANGUAGE}', :query) && CAST(:scope AS tsquery))
    AND id < :before AND id >= :since
  ORDER BY id DESC LIMIT :window) AS hit
JOIN message m ON m.id = hit.id
WHERE (CAST(:channel_id AS uuid) IS NULL OR m.channel_id = :channel_id)
  AND (CAST(:session_id AS uuid) IS NULL OR m.session_id = :session_id)
  AND (CAST(:sender_id AS uuid) IS NULL OR m.sender_id = :sender_id)
  AND (CAST(:member_id AS uuid) IS NULL OR :member_id IN (m.sender_id, m.recipient_id))
ORDER BY m.id DESC LIMIT :limit
""")  # noqa: S608
_WINDOW_END = text(f"""
SELECT id FROM message_words
WHERE words @@ (websearch_to_tsquery('{LANGUAGE}', :query) && CAST(:scope AS tsquery))
    AND id < :before AND id >= :since
ORDER BY id DESC OFFSET :window - 1 LIMIT 1
""")  # noqa: S608


def scope_of(channel_id: UUID | None, bot_id: UUID | None) -> str:
    """The tsquery text that keeps a search within a channel or a bot."""
    return f"'c:{channel_id}'" if channel_id else f"'b:{bot_id}'"


async def is_empty(session: AsyncSession, query: str) -> bool:
    """Whether nothing is left of a query to search by (it has only words such as "and")."""
    return bool(await session.scalar(_IS_EMPTY, {"query": query}))


async def found(session: AsyncSession, place: dict[str, object], limit: int) -> Sequence[MessageRow]:
    """Messages that hold the words, newest first. `place` has the names of the statement, all of them."""
    given = {name: value for name, value in place.items() if name != "bot_id"} | {"limit": limit, "window": WINDOW}
    return (await session.scalars(select(MessageRow).from_statement(_FOUND), given)).all()


async def window_end(session: AsyncSession, place: dict[str, object]) -> UUID | None:
    """The last hit a page was looked for in, where there may be more behind it."""
    names = ("query", "scope", "before", "since")
    end: UUID | None = await session.scalar(_WINDOW_END, {name: place[name] for name in names} | {"window": WINDOW})
    return end
