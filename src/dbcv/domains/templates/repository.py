"""Queries of templates and of the steps that run them. Only templates.service imports this."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.templates.tables import TemplateInstanceRow, TemplateRow


async def replace(
    session: AsyncSession, bot_id: UUID, templates: list[dict[str, Any]], instances: list[dict[str, Any]]
) -> None:
    """Store these rows (without bot_id) instead of what the bot has."""
    await session.execute(delete(TemplateInstanceRow).where(TemplateInstanceRow.bot_id == bot_id))
    await session.execute(delete(TemplateRow).where(TemplateRow.bot_id == bot_id))
    if templates:
        await session.execute(insert(TemplateRow), [row | {"bot_id": bot_id} for row in templates])
    if instances:
        await session.execute(insert(TemplateInstanceRow), [row | {"bot_id": bot_id} for row in instances])


async def templates(session: AsyncSession, bot_id: UUID) -> list[TemplateRow]:
    """A bot's templates in the document's order."""
    query = select(TemplateRow).where(TemplateRow.bot_id == bot_id).order_by(TemplateRow.ordinal)
    return list(await session.scalars(query))


async def instances(session: AsyncSession, bot_id: UUID) -> list[TemplateInstanceRow]:
    """The template instances of a bot's steps."""
    return list(await session.scalars(select(TemplateInstanceRow).where(TemplateInstanceRow.bot_id == bot_id)))
