"""Queries of credentials. Only credentials.service imports this."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.tables import ConnectionGroupRow, RequestRow, StepRow, bots_seen_by
from dbcv.domains.credentials.tables import CredentialEntityRow


async def replace(session: AsyncSession, bot_id: UUID, rows: list[dict[str, Any]]) -> None:
    """Make the bot's credentials these; one that stays is changed in place, so that its secret stays too.

    A secret of another provider or strategy than before fits no more and is forgotten.
    """
    gone = CredentialEntityRow.id.not_in([row["id"] for row in rows])
    await session.execute(delete(CredentialEntityRow).where(CredentialEntityRow.bot_id == bot_id, gone))
    if not rows:
        return
    query = upsert(CredentialEntityRow)
    new = query.excluded
    same = (CredentialEntityRow.provider == new.provider) & (CredentialEntityRow.strategy == new.strategy)
    changed: dict[str, Any] = {name: new[name] for name in ("ordinal", "name", "provider", "strategy")}
    kept = ("secret", "secret_set_at", "expires_at")
    changed |= {name: case((same, getattr(CredentialEntityRow, name)), else_=None) for name in kept}
    own = CredentialEntityRow.bot_id == bot_id  # ids of a draft are its own; nothing here relies on that alone
    query = query.on_conflict_do_update(index_elements=["id"], set_=changed, where=own)
    await session.execute(query, [row | {"bot_id": bot_id} for row in rows])


async def of_bot(session: AsyncSession, bot_id: UUID) -> list[CredentialEntityRow]:
    """A bot's credentials in the document's order."""
    query = select(CredentialEntityRow).where(CredentialEntityRow.bot_id == bot_id)
    return list(await session.scalars(query.order_by(CredentialEntityRow.ordinal)))


async def page(
    session: AsyncSession, caller_id: UUID, bot_id: UUID | None, limit: int, after: UUID | None
) -> list[CredentialEntityRow]:
    """Credentials of a bot, or of all bots that the caller may see, by id, from after `after`."""
    owner = CredentialEntityRow.bot_id
    query = select(CredentialEntityRow).where(owner.in_(bots_seen_by(caller_id)) if bot_id is None else owner == bot_id)
    if after is not None:
        query = query.where(CredentialEntityRow.id > after)
    return list(await session.scalars(query.order_by(CredentialEntityRow.id).limit(limit)))


async def one(session: AsyncSession, credential_id: UUID) -> CredentialEntityRow | None:
    return await session.get(CredentialEntityRow, credential_id, populate_existing=True)


async def add(session: AsyncSession, fields: dict[str, Any]) -> CredentialEntityRow:
    """At the end of the bot's list."""
    of_bot = CredentialEntityRow.bot_id == fields["bot_id"]
    place = select(func.coalesce(func.max(CredentialEntityRow.ordinal) + 1, 0)).where(of_bot).scalar_subquery()
    query = insert(CredentialEntityRow).values(ordinal=place, **fields).returning(CredentialEntityRow)
    return (await session.scalars(query)).one()


async def count(session: AsyncSession, bot_id: UUID) -> int:
    query = select(func.count()).select_from(CredentialEntityRow).where(CredentialEntityRow.bot_id == bot_id)
    return await session.scalar(query) or 0


async def change(session: AsyncSession, credential_id: UUID, fields: dict[str, Any]) -> CredentialEntityRow:
    values = fields | {"updated_at": func.clock_timestamp()}
    query = update(CredentialEntityRow).where(CredentialEntityRow.id == credential_id).values(**values)
    options = {"populate_existing": True}
    return (await session.scalars(query.returning(CredentialEntityRow), execution_options=options)).one()


async def remove(session: AsyncSession, credential_id: UUID) -> None:
    await session.execute(delete(CredentialEntityRow).where(CredentialEntityRow.id == credential_id))


async def groups_that_name(session: AsyncSession, bot_id: UUID, credential_id: UUID, limit: int) -> Sequence[Any]:
    """Rows of (group id, step id or None, step name or None) of the draft."""
    query = select(ConnectionGroupRow.id, ConnectionGroupRow.step_id, StepRow.name)
    query = query.outerjoin(StepRow, StepRow.id == ConnectionGroupRow.step_id)
    mine = (ConnectionGroupRow.bot_id == bot_id, ConnectionGroupRow.credential_id == credential_id)
    return (await session.execute(query.where(*mine).order_by(ConnectionGroupRow.ordinal).limit(limit))).all()


async def named_in_groups(
    session: AsyncSession, bot_ids: Collection[UUID], credential_ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many groups of these drafts name each credential."""
    group = ConnectionGroupRow
    query = select(group.credential_id, func.count()).where(group.bot_id.in_(bot_ids))
    query = query.where(group.credential_id.in_(credential_ids)).group_by(group.credential_id)
    return {credential_id: count for credential_id, count in await session.execute(query) if credential_id}


async def requests_of(session: AsyncSession, bot_ids: Collection[UUID]) -> Sequence[Any]:
    """Rows of (id, name, request_url, bot_id) of the drafts."""
    query = select(RequestRow.id, RequestRow.name, RequestRow.request_url, RequestRow.bot_id)
    return (await session.execute(query.where(RequestRow.bot_id.in_(bot_ids)).order_by(RequestRow.ordinal))).all()


async def lease(session: AsyncSession, read: CredentialEntityRow, now: datetime, until: datetime) -> bool:
    """Whether the caller is the one to renew what he read: nobody else does, and nobody has changed it since."""
    free = or_(CredentialEntityRow.leased_until.is_(None), CredentialEntityRow.leased_until < now)
    same = CredentialEntityRow.expires_at.is_not_distinct_from(read.expires_at)
    query = update(CredentialEntityRow).where(*_as_read(read), same, free).values(leased_until=until)
    return await session.scalar(query.returning(CredentialEntityRow.id)) is not None


async def renewed(
    session: AsyncSession, read: CredentialEntityRow, secret: bytes | None, expires_at: datetime | None
) -> None:
    """Ends the lease; keeps the new secret (None: the old one) unless a person has set another one meanwhile."""
    values: dict[str, Any] = {"leased_until": None}
    if secret is not None:
        values |= {"secret": secret, "expires_at": expires_at}
    await session.execute(update(CredentialEntityRow).where(*_as_read(read)).values(**values))


def _as_read(read: CredentialEntityRow) -> tuple[Any, ...]:
    return CredentialEntityRow.id == read.id, CredentialEntityRow.secret_set_at == read.secret_set_at


async def with_secrets(session: AsyncSession, after: UUID | None, limit: int) -> list[CredentialEntityRow]:
    """Of every bot, by id, locked: for the operator's change of keys."""
    query = select(CredentialEntityRow).where(CredentialEntityRow.secret.is_not(None))
    if after is not None:
        query = query.where(CredentialEntityRow.id > after)
    return list(await session.scalars(query.order_by(CredentialEntityRow.id).limit(limit).with_for_update()))


async def reseal(session: AsyncSession, secrets: list[tuple[UUID, bytes]]) -> None:
    """Replace the ciphertexts of rows that this transaction has locked."""
    for credential_id, secret in secrets:
        query = update(CredentialEntityRow).where(CredentialEntityRow.id == credential_id).values(secret=secret)
        await session.execute(query)
