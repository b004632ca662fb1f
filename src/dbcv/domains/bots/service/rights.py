"""Who may do what with a bot, and who knows its present version. Every use case asks it, in its own transaction."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots import errors
from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.schemas import KnownVersion
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


def check_editor(seen: VisibleBot) -> None:
    """Raises Forbidden for whom the bot is shared with for viewing."""
    if seen.access == "viewer":
        raise errors.not_an_editor()


async def edit(
    session: AsyncSession, bot_id: UUID, caller_id: UUID, known: KnownVersion, adds_only: bool = False
) -> VisibleBot:
    """The bot, locked, for somebody who may change it and who knows its present version; what only adds parts may
    leave that out.

    Raises NotFound, Forbidden, VersionNeeded, Stale with what changed since.
    """
    seen = await see(session, bot_id, caller_id, lock=True)
    check_editor(seen)
    if known is None and not adds_only:
        raise errors.version_needed(seen.row.version)
    if known is not None and known != "*" and known != seen.row.version:
        raise errors.stale(seen.row.version, await bots.changes_since(session, bot_id, known, MAX_LISTED_CHANGES))
    return seen
