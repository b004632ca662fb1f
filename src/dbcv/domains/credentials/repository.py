"""Queries of credentials. Only credentials.service imports this."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.credentials.tables import CredentialEntityRow


async def replace(session: AsyncSession, bot_id: UUID, rows: list[dict[str, Any]]) -> None:
    """Make the bot's credentials these; one that stays is changed in place, so that its secret stays too."""
    gone = CredentialEntityRow.id.not_in([row["id"] for row in rows])
    await session.execute(delete(CredentialEntityRow).where(CredentialEntityRow.bot_id == bot_id, gone))
    if not rows:
        return
    query = upsert(CredentialEntityRow)
    changed = {name: query.excluded[name] for name in ("ordinal", "name", "provider", "strategy")}
    own = CredentialEntityRow.bot_id == bot_id  # ids of a draft are its own; nothing here relies on that alone
    query = query.on_conflict_do_update(index_elements=["id"], set_=changed, where=own)
    await session.execute(query, [row | {"bot_id": bot_id} for row in rows])


async def of_bot(session: AsyncSession, bot_id: UUID) -> list[CredentialEntityRow]:
    """A bot's credentials in the document's order."""
    query = select(CredentialEntityRow).where(CredentialEntityRow.bot_id == bot_id)
    return list(await session.scalars(query.order_by(CredentialEntityRow.ordinal)))
