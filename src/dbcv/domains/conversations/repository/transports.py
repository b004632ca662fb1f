"""Queries of channels' transports, for the API. What the bot worker asks stands with the runtime."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.repository.channels import bump
from dbcv.domains.conversations.tables import ChannelRow, ChannelTransportRow, TransportUpdateRow

WEB = "web"
_NOTIFY = text("SELECT pg_notify('dbcv_transports', :channel_id)")


async def transport_of(session: AsyncSession, channel_id: UUID) -> ChannelTransportRow | None:
    return await session.get(ChannelTransportRow, channel_id)


async def channel_with(session: AsyncSession, credential_id: UUID) -> UUID | None:
    """The channel that a credential serves already."""
    query = select(ChannelTransportRow.channel_id).where(ChannelTransportRow.credential_id == credential_id)
    return await session.scalar(query)


async def bind(session: AsyncSession, channel_id: UUID, **fields: Any) -> ChannelTransportRow:
    """The channel's one transport from now on; what an older one was told and nobody took in goes with it."""
    await session.execute(delete(ChannelTransportRow).where(ChannelTransportRow.channel_id == channel_id))
    query = upsert(ChannelTransportRow).values(channel_id=channel_id, **fields).returning(ChannelTransportRow)
    row = (await session.scalars(query)).one()
    await _set(session, channel_id, row.kind)
    return row


async def unbind(session: AsyncSession, channel_id: UUID) -> None:
    """People come to our pages only."""
    await session.execute(delete(ChannelTransportRow).where(ChannelTransportRow.channel_id == channel_id))
    await _set(session, channel_id, WEB)


async def _set(session: AsyncSession, channel_id: UUID, kind: str) -> None:
    await session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(transport=kind))
    await bump(session, channel_id)
    await session.execute(_NOTIFY, {"channel_id": str(channel_id)})


async def keep_updates(session: AsyncSession, channel_id: UUID, updates: Sequence[tuple[int, Any]]) -> None:
    """What a vendor posted: (its number, its body); a second copy changes nothing. The worker is told."""
    rows = [{"channel_id": channel_id, "seq": seq, "body": body} for seq, body in updates]
    await session.execute(upsert(TransportUpdateRow).values(rows).on_conflict_do_nothing())
    heard = update(ChannelTransportRow).where(ChannelTransportRow.channel_id == channel_id)
    await session.execute(heard.values(last_inbound_at=func.now()))
    await session.execute(_NOTIFY, {"channel_id": str(channel_id)})
