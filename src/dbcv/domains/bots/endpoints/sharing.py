"""Invitations to a bot, for its owner and for who got the link; and the bot's part of the audit log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints import Db, User
from dbcv.domains.accounts.schemas import AuditEventOut, AuditList
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.schemas.invitations import (
    InvitationIn,
    InvitationList,
    InvitationMade,
    InvitationOut,
    InvitationSeen,
    InvitationTokenIn,
    JoinedOut,
)
from dbcv.domains.bots.service import invitations
from dbcv.domains.bots.service.rights import check_owner, see

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post("/bots/{bot_id}/invitations", status_code=201, tags=["sharing"])
async def invite(bot_id: UUID, wish: InvitationIn, caller: User, db: Db) -> InvitationMade:
    """Invite an e-mail, also one without an account yet; only the owner may. Send the link, it is shown this once."""
    row, token = await invitations.invite(db, caller, bot_id, wish)
    shown = InvitationOut.model_validate(row).model_dump()
    return InvitationMade(**shown, token=token, path=f"/invitations#{token}")


@router.get("/bots/{bot_id}/invitations", tags=["sharing"])
async def list_invitations(
    bot_id: UUID, caller: User, db: Db, limit: Limit = 50, cursor: UUID | None = None
) -> InvitationList:
    """Open invitations, the newest first; only the owner sees them."""
    rows, next_cursor = await invitations.page(db, caller.id, bot_id, limit, cursor)
    return InvitationList(items=[InvitationOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.delete("/bots/{bot_id}/invitations/{invitation_id}", status_code=204, tags=["sharing"])
async def take_back(bot_id: UUID, invitation_id: UUID, caller: User, db: Db) -> Response:
    """Take an invitation back: its link is worth nothing any more."""
    await invitations.take_back(db, caller.id, bot_id, invitation_id)
    return Response(status_code=204)


@router.post("/invitations/look", tags=["sharing"])
async def look(wish: InvitationTokenIn, db: Db) -> InvitationSeen:
    """What the link asks. No account is needed: it says which e-mail to register with."""
    row, bot = await invitations.look(db, wish.token)
    asked = InvitationOut.model_validate(row)
    return InvitationSeen(bot_name=bot.name, role=asked.role, email=row.email, expires_at=row.expires_at)


@router.post("/invitations/accept", tags=["sharing"])
async def accept(wish: InvitationTokenIn, caller: User, db: Db) -> JoinedOut:
    """Take part in the bot; the link is good for one use, by the account with the invited e-mail."""
    bot_id, access = await invitations.accept(db, caller, wish.token)
    return JoinedOut(bot_id=bot_id, access=access)


@router.get("/bots/{bot_id}/audit", tags=["sharing"])
async def events(
    bot_id: UUID,
    caller: User,
    db: Db,
    limit: Limit = 50,
    cursor: UUID | None = None,
    actor_id: Annotated[UUID | None, Query(description="done by this account")] = None,
    action: Annotated[str | None, Query(max_length=64, description='such as "bot.published"')] = None,
) -> AuditList:
    """Who changed what about the bot, newest first; only the owner may read it."""
    async with db.read() as session:
        check_owner(await see(session, bot_id, caller.id))
    rows, next_cursor = await audit.page(db, limit, cursor, bot_id=bot_id, actor_id=actor_id, action=action)
    return AuditList(items=[AuditEventOut.model_validate(row) for row in rows], next_cursor=next_cursor)
