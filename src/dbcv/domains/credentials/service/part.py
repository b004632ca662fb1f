"""Credentials' part of the bot document: which secrets a bot needs, never the secrets."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.credentials import repository

_KEPT = ("name", "provider", "strategy")


class CredentialsPart:
    """Implements bots.schemas.DocumentPart."""

    async def store(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        entries = enumerate(document["credentials"])
        rows = [{"id": UUID(entry["id"]), "ordinal": place, **_kept(entry)} for place, entry in entries]
        await repository.replace(session, bot_id, rows)

    async def load(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        rows = await repository.of_bot(session, bot_id)
        document["credentials"] = [{"id": str(row.id)} | {name: getattr(row, name) for name in _KEPT} for row in rows]


def _kept(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in _KEPT}
