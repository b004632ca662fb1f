"""Templates of a bot, one by one: each write is a batch of changes to the bot's draft. Called by the endpoints."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dbcv.domains.bots.schemas import KnownVersion, Language
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.bots.tables import VisibleBot
from dbcv.domains.templates import errors
from dbcv.domains.templates.document.verdict import template_problems
from dbcv.domains.templates.repository import drafts
from dbcv.domains.templates.service.library import Kept, latest_versions
from dbcv.domains.templates.service.part import template_fields
from dbcv.domains.templates.tables import TemplateRow
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound

Fields = dict[str, Any]


class BotTemplates:
    """Use cases of the templates of bots."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots

    async def bot_of(self, caller_id: UUID, template_id: UUID) -> VisibleBot | None:
        """The bot of a template, if it is a bot's and the caller may see that."""
        async with self._db.read() as session:
            bot_id = await drafts.bot_of_template(session, template_id)
        if bot_id is None:
            return None
        try:
            return await self._bots.get(caller_id, bot_id)
        except NotFound:
            return None

    async def page(
        self, caller_id: UUID, bot_id: UUID, limit: int, before: UUID | None
    ) -> tuple[VisibleBot, list[TemplateRow], Mapping[UUID, int], str | None]:
        """A bot's templates without their steps, the newest first, with the present versions of their sources."""
        seen = await self._bots.get(caller_id, bot_id)
        async with self._db.read() as session:
            found = await drafts.page(session, bot_id, limit + 1, before)
            latest = await latest_versions(session, found, caller_id)
        return seen, found[:limit], latest, str(found[limit - 1].id) if len(found) > limit else None

    async def get(self, caller_id: UUID, seen: VisibleBot, template_id: UUID, language: Language) -> Kept:
        """One template of a bot the caller sees. Raises NotFound."""
        async with self._db.read() as session:
            every = await drafts.templates(session, seen.row.id)
            latest = await latest_versions(session, every, caller_id)
        found = next((row for row in every if row.id == template_id), None)
        if found is None:
            raise errors.no_such_template()
        _, document = await self._bots.seen_draft(caller_id, seen.row.id)
        known = {kind: [part["id"] for part in document[f"{kind}s"]] for kind in ("request", "widget", "credential")}
        problems = template_problems(document["templates"], {str(template_id)}, known, language)
        return Kept(found, seen.access, [problem for _, problem in problems], latest)

    async def create(
        self, caller_id: UUID, bot_id: UUID, fields: Fields, known: KnownVersion, language: Language
    ) -> UUID:
        """A new template in a bot. Raises NotFound, Forbidden, Stale, Invalid."""
        made = await self._bots.parts.change(
            caller_id, bot_id, [Change("add", "template", None, fields)], known, language, alone=True
        )
        return next(part_id for kind, part_id, _ in made.parts if kind == "template")

    async def change(
        self,
        caller_id: UUID,
        bot_id: UUID,
        template_id: UUID,
        fields: Fields,
        known: KnownVersion,
        language: Language,
    ) -> None:
        """Change a bot's template. Raises NotFound, Forbidden, VersionNeeded, Stale, Invalid."""
        change = Change("update", "template", template_id, fields)
        await self._bots.parts.change(caller_id, bot_id, [change], known, language, alone=True)

    async def delete(self, caller_id: UUID, bot_id: UUID, template_id: UUID, known: KnownVersion) -> None:
        """Delete a bot's template that nothing runs. Raises Conflict with the steps that do."""
        steps = await self.users(bot_id, template_id)
        if steps:
            raise errors.used_by_steps(steps)
        await self._bots.parts.change(caller_id, bot_id, [Change("remove", "template", template_id, {})], known)

    async def users(self, bot_id: UUID, template_id: UUID) -> list[tuple[str, str, str]]:
        """The steps that run a template: id, name, and the name of the template they are in ("" for the bot's own)."""
        async with self._db.read() as session:
            outer = await drafts.instances_of(session, bot_id, [template_id])
            every = await drafts.templates(session, bot_id)
        found = [(str(row.step_id), name, "") for row, name in outer]
        for row in every:
            for step in template_fields(row)["steps"]:
                instance = step["template_instance"]
                if instance and instance["template_id"] == str(template_id):
                    found.append((step["id"], step["name"], row.name or str(row.id)))
        return found
