"""What the operator of an installation asks about anybody's bots: for commands, never for the API."""

from dbcv.domains.bots import errors
from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.tables import BotRow
from dbcv.kit.db import Database


async def find_for_operator(db: Database, name_or_id: str) -> BotRow:
    """The one bot with this id or this name, whoever owns it. Raises NotFound, or Invalid if the name is not enough."""
    async with db.read() as session:
        found = await bots.by_id_or_name(session, name_or_id)
    if not found:
        raise errors.no_such_bot()
    if len(found) > 1:
        raise errors.name_of_many(name_or_id, [row.id for row in found])
    return found[0]
