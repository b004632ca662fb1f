"""How bots do right now, for the cards of a list. Who may not see a bot learns nothing of it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations.repository import bot_figures as figures
from dbcv.domains.conversations.schemas import BotFigures
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database

DAY = timedelta(days=1)


async def of_bots(db: Database, bots: Bots, caller_id: UUID, bot_ids: Sequence[UUID]) -> list[BotFigures]:
    """One for each of `bot_ids` that the caller may see, in their order."""
    seen = await bots.visible_ids(caller_id, bot_ids)
    since = figures.first_id_at(utc_now() - DAY)
    async with db.read() as session:
        begun = await figures.begun(session, seen, since)
        paused = await figures.paused(session, seen)
        failed = await figures.failed(session, seen, since)
    return [
        BotFigures(
            bot_id=bot_id,
            sessions_today=begun.get(bot_id, 0),
            paused=paused.get(bot_id, 0),
            errors_today=failed.get(bot_id, 0),
        )
        for bot_id in dict.fromkeys(bot_ids)
        if bot_id in seen
    ]
