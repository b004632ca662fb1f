"""What a domain above needs to change its own part of a draft: the same lock, the same count of versions, one line in
the log of changes. Called inside the neighbour's transaction, with the bot that `rights.edit` gave."""

from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.tables import BotRow, VisibleBot

Op = Literal["added", "updated", "removed"]


async def note_change(
    session: AsyncSession, seen: VisibleBot, author_id: UUID, op: Op, kind: str, part_id: UUID, name: str
) -> BotRow:
    """Counts a new version of the draft and says what was done to which part."""
    changed = await bots.change(session, seen.row.id, {}, new_version=True)
    what = {"op": op, "kind": kind, "id": str(part_id), "name": name}
    await bots.note_change(session, seen.row.id, changed.version, author_id, [what])
    return changed
