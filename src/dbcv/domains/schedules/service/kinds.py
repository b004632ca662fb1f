"""Emitters in a batch of changes to a bot's draft; their crons belong to them. Implements bots.schemas.PartKind."""

from collections.abc import Collection, Mapping
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.schemas import Fields, Language, Loosened
from dbcv.domains.schedules import repository
from dbcv.domains.schedules.schemas import EmitterPart
from dbcv.domains.schedules.service import force
from dbcv.domains.schedules.service.document_part import crons_of, entry_of, row_of
from dbcv.engine.problems import Problem

_NO_WIDGET = {
    "en": ("there is no such widget in the bot", "Name a widget of this bot, or none."),
    "ru": ("у бота нет такого виджета", "Назовите виджет этого бота или уберите."),
}


class EmitterKind:
    """An emitter of the bot's document."""

    name = "emitter"
    shape: type[BaseModel] = EmitterPart

    async def stored(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> dict[UUID, Fields]:
        """Those of `ids` that this bot's document has."""
        found = await repository.some(session, bot_id, ids)
        return {
            row.id: EmitterPart.model_validate(entry_of(row, schedule)).model_dump()
            for row, schedule in found
            if row.channel_id is None and row.session_id is None
        }

    async def save(self, session: AsyncSession, bot_id: UUID, parts: Mapping[UUID, Fields]) -> set[UUID]:
        """Add what is new behind the others, change what is there."""
        if not parts:
            return set()
        first = await repository.last_ordinal(session, bot_id) + 1
        rows = [row_of(bot_id, first + place, *part) for place, part in enumerate(parts.items())]
        taken = await repository.save(session, rows, crons_of(dict(parts)))
        if force.is_at_once() and not taken:
            await force.bring_drafts(session, bot_id, parts.keys())
        return taken

    async def remove(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
        """Delete emitters of this bot."""
        await repository.remove(session, bot_id, ids)
        if force.is_at_once():
            await repository.take_out_of_force(session, bot_id, ids)

    async def forget(
        self, session: AsyncSession, bot_id: UUID, removed: Mapping[str, Collection[UUID]]
    ) -> list[Loosened]:
        """Let messages go of widgets that are removed."""
        widgets = [str(each) for each in removed.get("widget", ())]
        if not widgets:
            return []
        let_go = await repository.let_go_of_widgets(session, bot_id, widgets)
        return [Loosened(self.name, str(emitter_id), "message.widget_id", was) for emitter_id, was in let_go]

    async def judge(
        self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID], language: Language
    ) -> list[tuple[UUID, Problem]]:
        """Whether the widgets that messages show are there."""
        shown = {row.id: row.message.get("widget_id") for row, _ in await repository.some(session, bot_id, ids)}
        wanted = {widget for text in shown.values() if (widget := _uuid(text)) is not None}
        there = await repository.widgets_of(session, bot_id, wanted) if wanted else set()
        problem = Problem("error", "dangling_widget", "message.widget_id", *_NO_WIDGET[language])
        return [(each, problem) for each, text in shown.items() if text is not None and _uuid(text) not in there]


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None
