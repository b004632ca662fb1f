"""Invitations to a bot: a link for an e-mail, which may not have an account yet. Only the owner makes them, and they
hold as long as that person owns the bot. Whoever accepts as "owner" takes the bot over; the former owner edits on.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import account_email, audit
from dbcv.domains.bots import errors
from dbcv.domains.bots.repository import bots, invitations
from dbcv.domains.bots.schemas import Access
from dbcv.domains.bots.schemas.invitations import InvitationIn
from dbcv.domains.bots.service.rights import check_owner, see
from dbcv.domains.bots.tables import BotInvitationRow, BotRow
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

PREFIX = "dbcv_inv_"
MAX_OPEN = 200
"""Invitations of one bot."""


async def invite(db: Database, caller: Principal, bot_id: UUID, wish: InvitationIn) -> tuple[BotInvitationRow, str]:
    """Invite an e-mail; the text of the token, which nobody sees again. A second invitation replaces the first.

    Raises NotFound, Forbidden, Conflict (too many are open).
    """
    token, now = PREFIX + crypto.random_token(), utc_now()
    fields = {
        "id": new_id(),
        "bot_id": bot_id,
        "email": wish.email,
        "role": wish.role,
        "token_hash": crypto.token_hash(token),
        "invited_by": caller.id,
        "created_at": now,
        "expires_at": now + timedelta(days=wish.expires_in_days),
    }
    async with db.transaction() as session:
        seen = await see(session, bot_id, caller.id, lock=True)
        check_owner(seen)
        await invitations.forget_expired(session, bot_id, now)
        if await invitations.count(session, bot_id) >= MAX_OPEN:
            raise errors.too_many_invitations(MAX_OPEN)
        row = await invitations.put(session, fields)
        asked = {"email": wish.email, "role": wish.role}
        await audit.record(session, caller.id, "bot.invited", bot_id, name=seen.row.name, bot_id=bot_id, after=asked)
    return row, token


async def page(
    db: Database, caller_id: UUID, bot_id: UUID, limit: int, before: UUID | None
) -> tuple[list[BotInvitationRow], str | None]:
    """A page of a bot's open invitations, the newest first, and the cursor of the next one; for its owner."""
    async with db.read() as session:
        check_owner(await see(session, bot_id, caller_id))
        rows = list(await invitations.page(session, bot_id, utc_now(), limit + 1, before))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


async def take_back(db: Database, caller_id: UUID, bot_id: UUID, invitation_id: UUID) -> None:
    """End an invitation; its link is worth nothing any more. Raises NotFound, Forbidden."""
    async with db.transaction() as session:
        seen = await see(session, bot_id, caller_id, lock=True)
        check_owner(seen)
        email = await invitations.remove(session, bot_id, invitation_id)
        if email is None:
            raise errors.no_such_invitation()
        asked = {"email": email}
        await audit.record(
            session, caller_id, "bot.invitation_revoked", bot_id, name=seen.row.name, bot_id=bot_id, before=asked
        )


async def look(db: Database, token: str) -> tuple[BotInvitationRow, BotRow]:
    """What a link asks whoever holds it. Raises NotFound."""
    async with db.read() as session:
        return await _open(session, token)


async def accept(db: Database, caller: Principal, token: str) -> tuple[UUID, Access]:
    """Take part in the bot of a link: its id, and what the caller may do now. The link is good for one use.

    Raises NotFound, Forbidden for another account than the invited one, or one that may not own a bot.
    """
    async with db.transaction() as session:
        row, bot = await _open(session, token, lock=True)
        if await account_email(session, caller.id) != row.email:
            raise errors.invitation_of_another()
        if await invitations.remove(session, bot.id, row.id) is None:
            raise errors.no_such_invitation()
        access = await _join(session, caller, bot, row)
        joined = {"access": access}
        await audit.record(session, caller.id, "bot.joined", bot.id, name=bot.name, bot_id=bot.id, after=joined)
    return bot.id, access


async def _join(session: AsyncSession, caller: Principal, bot: BotRow, row: BotInvitationRow) -> Access:
    """The owner stays the owner, whatever he invites himself to; nobody loses a right by accepting."""
    if caller.id == bot.owner_id:
        return "owner"
    if row.role == "owner":
        await _hand_over(session, caller, bot)
        return "owner"
    known = await bots.visible(session, bot.id, caller.id)
    if known is not None and known.access == "editor":
        return "editor"
    await bots.share(session, bot.id, caller.id, row.role)
    return "editor" if row.role == "editor" else "viewer"


async def _hand_over(session: AsyncSession, caller: Principal, bot: BotRow) -> None:
    if caller.role not in {"ADMIN", "DEVELOPER"}:
        raise errors.builder_needed()
    former = bot.owner_id
    await bots.unshare(session, bot.id, caller.id)
    await bots.change(session, bot.id, {"owner_id": caller.id}, new_version=False)
    await bots.share(session, bot.id, former, "editor")
    before, after = {"owner_id": former}, {"owner_id": caller.id}
    await audit.record(
        session, caller.id, "bot.owner_changed", bot.id, name=bot.name, bot_id=bot.id, before=before, after=after
    )


async def _open(session: AsyncSession, token: str, lock: bool = False) -> tuple[BotInvitationRow, BotRow]:
    """The invitation and its bot (with `lock` it is locked, as by all that changes invitations), while whoever made it
    still owns that. Raises NotFound."""
    row = await invitations.by_hash(session, crypto.token_hash(token), utc_now())
    bot = await bots.visible(session, row.bot_id, row.invited_by, lock) if row else None
    if row is None or bot is None or bot.access != "owner":
        raise errors.no_such_invitation()
    return row, bot.row
