"""Queries of people outside: who they are here, where they are answered, and what a button of ours stood for."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import UserVariablesRow
from dbcv.domains.conversations.tables import ChannelSenderRow, MessageRow


async def sender(session: AsyncSession, channel_id: UUID, external_id: str) -> ChannelSenderRow | None:
    return await session.get(ChannelSenderRow, (channel_id, external_id))


async def sender_of(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> ChannelSenderRow | None:
    """Somebody of ours as the outside knows them."""
    query = select(ChannelSenderRow).where(
        ChannelSenderRow.subscriber_id == subscriber_id, ChannelSenderRow.channel_id == channel_id
    )
    return (await session.scalars(query.limit(1))).one_or_none()


async def change(session: AsyncSession, channel_id: UUID, external_id: str, **fields: Any) -> None:
    query = update(ChannelSenderRow).where(
        ChannelSenderRow.channel_id == channel_id, ChannelSenderRow.external_id == external_id
    )
    await session.execute(query.values(**fields))


async def note_block(session: AsyncSession, channel_id: UUID, external_id: str) -> None:
    await change(session, channel_id, external_id, blocked_at=func.now())


async def know(session: AsyncSession, subscriber_id: UUID, facts: dict[str, Any]) -> None:
    """Variables that are not there yet. The version moves in any case, so that workers read the facts anew."""
    query = upsert(UserVariablesRow).values(user_id=subscriber_id, data=facts, version=1)
    merged = query.excluded.data.op("||")(UserVariablesRow.data)  # what bots have saved goes before
    moved = {"data": merged, "version": UserVariablesRow.version + 1}
    await session.execute(query.on_conflict_do_update(index_elements=["user_id"], set_=moved))


async def params_of(session: AsyncSession, channel_id: UUID, message_id: UUID) -> Any:
    """Of a message of the channel; None if there is none."""
    query = select(MessageRow.params).where(MessageRow.id == message_id, MessageRow.channel_id == channel_id)
    return await session.scalar(query)
