"""Who may do what with a bot, and who knows its present version. Every use case asks it, in its own transaction."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots import errors
from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.tables import VisibleBot

MAX_LISTED_CHANGES = 100


async def see(session: AsyncSession, bot_id: UUID, caller_id: UUID, lock: bool = False) -> VisibleBot:
    """A bot the caller may look at. Raises NotFound."""
    seen = await bots.visible(session, bot_id, caller_id, lock)
    if seen is None:
        raise errors.no_such_bot()
    return seen


def check_owner(seen: VisibleBot) -> None:
    """Raises Forbidden for everybody but the owner."""
    if seen.access != "owner":
        raise errors.not_the_owner()


async def edit(session: AsyncSession, bot_id: UUID, caller_id: UUID, version: int | None) -> VisibleBot:
    """The bot, locked, for somebody who may change it and who knows its present version (None: does not care).

    Raises NotFound, Forbidden, Stale with what changed since.
    """
    seen = await see(session, bot_id, caller_id, lock=True)
    if seen.access == "viewer":
        raise errors.not_an_editor()
    if version is not None and version != seen.row.version:
        changes = await bots.changes_since(session, bot_id, version, MAX_LISTED_CHANGES)
        raise errors.stale(seen.row.version, changes)
    return seen
