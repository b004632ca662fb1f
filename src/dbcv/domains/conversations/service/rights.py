"""What a caller may do with a bot, asked of the bots domain; callers say in their own words what is not there."""

from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.errors import not_an_editor
from dbcv.domains.bots.service import Bots
from dbcv.kit.errors import AppError, NotFound


async def check_sees(bots: Bots, caller: Principal, bot_id: UUID, otherwise: AppError) -> None:
    """Raises `otherwise` unless the caller may look at the bot."""
    try:
        await bots.get(caller.id, bot_id)
    except NotFound as error:
        raise otherwise from error


async def check_edits(bots: Bots, caller: Principal, bot_id: UUID, otherwise: AppError) -> None:
    """Raises `otherwise` unless the caller may look at the bot, Forbidden if he may not change it."""
    try:
        seen = await bots.get(caller.id, bot_id)
    except NotFound as error:
        raise otherwise from error
    if seen.access == "viewer":
        raise not_an_editor()
