"""A bot's channels for a page: who sees the bot sees them, their owner sees their settings."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import bot_channels as queries
from dbcv.domains.conversations.schemas.transports import BotChannelOut, SenderOut, TransportOut
from dbcv.domains.conversations.service.channels import Channels, shown
from dbcv.domains.conversations.service.transports import shown_transport
from dbcv.domains.conversations.tables import ChannelRow, ChannelSenderRow, ChannelTransportRow
from dbcv.kit.db import Database


async def of_bot(
    db: Database, bots: Bots, caller: Principal, bot_id: UUID, limit: int, before: UUID | None
) -> tuple[list[BotChannelOut], str | None]:
    """A page and the cursor of the next one. Raises NotFound for a bot that the caller may not see."""
    await _check_sees(bots, caller, bot_id)
    async with db.read() as session:
        rows = await queries.of_bot(session, bot_id, limit + 1, before)
        items = await _with_figures(session, caller, rows[:limit])
    return items, str(items[-1].id) if len(rows) > limit else None


async def one_of_bot(db: Database, bots: Bots, caller: Principal, bot_id: UUID, channel_id: UUID) -> BotChannelOut:
    """One of them. Raises NotFound, also for a channel that another bot answers in."""
    await _check_sees(bots, caller, bot_id)
    async with db.read() as session:
        row = await queries.one_of_bot(session, bot_id, channel_id)
        if row is None:
            raise errors.no_channel()
        return (await _with_figures(session, caller, [row]))[0]


async def _check_sees(bots: Bots, caller: Principal, bot_id: UUID) -> None:
    if bot_id not in await bots.visible_ids(caller.id, [bot_id]):
        raise errors.no_bot("bot_id")


async def _with_figures(session: AsyncSession, caller: Principal, rows: Sequence[ChannelRow]) -> list[BotChannelOut]:
    ids = [row.id for row in rows]
    bindings = await queries.bindings(session, ids)
    sessions, waiting = await queries.sessions(session, ids), await queries.waiting(session, ids)
    return [
        BotChannelOut(
            **shown(row, caller).model_dump(),
            is_own=row.owner_id == caller.id,
            binding=_binding(row, bindings.get(row.id), caller),
            sessions=sessions.get(row.id, 0),
            waiting=waiting.get(row.id, 0),
        )
        for row in rows
    ]


def _binding(channel: ChannelRow, row: ChannelTransportRow | None, caller: Principal) -> TransportOut | None:
    if row is None:
        return None
    found = shown_transport(row)
    return found if channel.owner_id == caller.id else found.model_copy(update={"config": {}})


async def senders(
    db: Database, channels: Channels, caller: Principal, channel_id: UUID, limit: int, before: UUID | None
) -> tuple[list[SenderOut], str | None]:
    """Who has written to one's own channel from outside. Raises NotFound."""
    await channels.owned_by(caller, channel_id)
    async with db.read() as session:
        rows = await queries.senders(session, channel_id, limit + 1, before)
    page = [_sender(row) for row in rows[:limit]]
    return page, str(page[-1].subscriber_id) if len(rows) > limit else None


def _sender(row: ChannelSenderRow) -> SenderOut:
    return SenderOut(
        subscriber_id=row.subscriber_id,
        external_id=row.external_id,
        name=_name(row.profile) or row.external_id,
        is_blocked=row.blocked_at is not None,
        created_at=row.created_at,
    )


def _name(profile: dict[str, Any]) -> str:
    whole = " ".join(str(profile[part]) for part in ("first_name", "last_name") if profile.get(part))
    return (whole or str(profile.get("username") or profile.get("title") or ""))[:200]


async def leave_channels(session: AsyncSession, actor_id: UUID, bot_id: UUID, owner_id: UUID) -> None:
    """Who may change a bot no more has it in no channel either: it would go on there, with its secrets, and its owner
    could not stop it. For the bots' domain; processes see it as they see any change of a channel."""
    for channel_id, name in await queries.take_out(session, bot_id, owner_id):
        await audit.record(
            session, actor_id, "channel.changed", channel_id, name=name, bot_id=bot_id,
            before={"bot_id": bot_id}, after={"bot_id": None},
        )  # fmt: skip


async def served(session: AsyncSession, credential_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(credential, channel, the channel's name): which channels stop when these credentials go. For their domain."""
    return await queries.served(session, credential_ids)
