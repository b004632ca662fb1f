"""Bots themselves for assistants: made, read and replaced as documents, checked, published."""

from typing import Annotated, Any
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import BaseModel, Field

from dbcv.domains.accounts.mcp_tools import Done, Limit, developer, tool, user
from dbcv.domains.bots.document import Format
from dbcv.domains.bots.mcp_tools.given import (
    PAGE_CHARACTERS,
    BotId,
    Cursor,
    FormatOf,
    Text,
    Version,
    problems_out,
)
from dbcv.domains.bots.schemas import (
    BotCard,
    BotIn,
    BotList,
    BotOut,
    BotPatch,
    BotSummary,
    CheckOut,
    ImportOut,
    Words,
)
from dbcv.domains.bots.schemas.conversation_tests import TestRunOut, test_run
from dbcv.domains.bots.schemas.revisions import (
    PublishOut,
    RevisionList,
    RevisionOut,
)
from dbcv.domains.bots.service import Bots, Changed
from dbcv.domains.bots.tables import RevisionRow, VisibleBot


class DocumentPage(BaseModel):
    """A piece of a bot's document; the whole is all pieces one after the other."""

    bot_id: UUID
    version: int
    format: Format
    text: str
    total_characters: int
    next_offset: int | None = Field(description="ask again with this offset; null: this was the last piece")


class BotTools:
    """The tools of bots themselves; every one acts as the account that calls."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [
            tool(self.list_bots, "List bots", "read"),
            tool(self.get_bot, "Look at a bot", "read"),
            tool(self.create_bot, "Make a bot", "write"),
            tool(self.update_bot, "Change a bot's own fields", "write"),
            tool(self.delete_bot, "Delete a bot", "delete"),
            tool(self.export_bot, "Read a bot's document", "read"),
            tool(self.import_bot, "Make a bot from a document", "write"),
            tool(self.replace_document, "Replace a bot's draft", "delete"),
            tool(self.check_bot, "Find mistakes in a bot", "read"),
            tool(self.check_tests, "Run a bot's conversation tests", "read"),
            tool(self.publish_bot, "Publish a bot", "write"),
            tool(self.list_revisions, "List published revisions", "read"),
            tool(self.publish_revision, "Run an older revision again", "write"),
        ]

    async def list_bots(self, limit: Limit = 20, cursor: Cursor = None) -> BotList:
        """Bots you own or that are shared with you, the newest first."""
        found, next_cursor = await self._bots.page(user().id, limit, cursor)
        changes = await self._bots.unpublished(found)
        cards = [BotCard(**_fields(bot, BotSummary), unpublished_changes=changes.get(bot.row.id, 0)) for bot in found]
        return BotList(items=cards, next_cursor=next_cursor)

    async def get_bot(self, bot_id: BotId) -> BotOut:
        """One bot: name, version of its draft, first step, initial variables, what is published. Its steps and the
        rest come with export_bot."""
        return _bot(await self._bots.get(user().id, bot_id))

    async def create_bot(self, bot: BotIn) -> BotOut:
        """Make an empty bot. Next: add steps, set first_step_id with update_bot, check_bot, publish_bot. A whole bot at
        once is made with import_bot."""
        return _bot(await self._bots.create(developer().id, bot))

    async def update_bot(self, bot_id: BotId, changes: BotPatch, version: Version) -> BotOut:
        """Change name, description, initial variables or the first step of the draft. Only fields you give change."""
        return _bot(await self._bots.change(user().id, bot_id, changes, version))

    async def delete_bot(self, bot_id: BotId) -> Done:
        """Delete a bot with its revisions, for good. Only its owner can. Ask the person first."""
        await self._bots.delete(user().id, bot_id)
        return Done()

    async def export_bot(
        self,
        bot_id: BotId,
        format: FormatOf = "yaml",
        offset: Annotated[int, Field(ge=0, le=100_000_000, description="next_offset of the piece before.")] = 0,
    ) -> DocumentPage:
        """The whole draft as a document, without secrets, in pieces of 50,000 characters."""
        seen = await self._bots.get(user().id, bot_id)
        text = await self._bots.export(user().id, bot_id, format)
        end = offset + PAGE_CHARACTERS
        return DocumentPage(
            bot_id=bot_id,
            version=seen.row.version,
            format=format,
            text=text[offset:end],
            total_characters=len(text),
            next_offset=end if end < len(text) else None,
        )

    async def import_bot(self, document: Text, format: FormatOf = "yaml") -> ImportOut:
        """Make a new bot from a document, all or nothing. An error lists every mistake with its place and how to mend
        it; `problems` in the answer are worth a look before publishing."""
        return _changed(await self._bots.import_document(developer().id, document.encode(), format))

    async def replace_document(
        self, bot_id: BotId, document: Text, version: Version, format: FormatOf = "yaml"
    ) -> ImportOut:
        """Make the draft equal to a document: what the document does not hold is removed from the draft. Parts keep the
        ids that the document names. What is published goes on running until publish_bot."""
        changed = await self._bots.replace_document(user().id, bot_id, document.encode(), format, version)
        return _changed(changed)

    async def check_bot(self, bot_id: BotId) -> CheckOut:
        """Everything that is wrong or doubtful in the draft: severity, place, what, how to mend it (the first 100).
        Errors keep it from being published, warnings do not."""
        found = await self._bots.check(user().id, bot_id)
        version, shown = found.bot.row.version, problems_out(found.problems)
        return CheckOut(version=version, publishable=found.is_publishable, runnable=found.is_runnable, problems=shown)

    async def check_tests(self, bot_id: BotId) -> TestRunOut:
        """Run the conversation tests that are kept with the bot against its draft: which fail, with what was expected
        and what came, and which steps and connections none of them reaches. Nothing outside is called."""
        seen, done = await self._bots.run_tests(user().id, bot_id, None)
        return test_run(seen.row.version, done)

    async def publish_bot(
        self,
        bot_id: BotId,
        comment: Annotated[Words, Field(max_length=2_000, description="What is new, in a sentence.")] = "",
        overrule_reason: Annotated[
            Words,
            Field(
                max_length=2_000,
                description="Only in the person's own words: why it is published in spite of errors or failing tests.",
            ),
        ] = "",
    ) -> PublishOut:
        """Freeze the draft into a numbered revision that people talk to from now on. Ask the person first; try it with
        simulate and check_tests before. An error lists what must be mended."""
        revision, found = await self._bots.publish(user().id, bot_id, comment, overrule_reason=overrule_reason)
        return PublishOut(**_revision(revision, revision.number), problems=problems_out(found))

    async def list_revisions(
        self,
        bot_id: BotId,
        limit: Limit = 20,
        cursor: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="next_cursor of the page before.")] = None,
    ) -> RevisionList:
        """Published revisions, the newest first; is_published says which one people talk to."""
        seen, rows, next_cursor = await self._bots.revisions(user().id, bot_id, limit, cursor)
        published = seen.row.published_revision
        return RevisionList(items=[RevisionOut(**_revision(row, published)) for row in rows], next_cursor=next_cursor)

    async def publish_revision(
        self, bot_id: BotId, number: Annotated[int, Field(ge=1, le=2**31 - 1, description="Which revision.")]
    ) -> RevisionOut:
        """Run an older revision again (a rollback); the draft stays as it is. Ask the person first."""
        return RevisionOut(**_revision(await self._bots.publish_again(user().id, bot_id, number), number))


def _fields(bot: VisibleBot, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(bot.row, name) for name in model.model_fields if name != "access"} | {"access": bot.access}


def _bot(bot: VisibleBot) -> BotOut:
    return BotOut(**_fields(bot, BotOut))


def _changed(changed: Changed) -> ImportOut:
    return ImportOut(**_fields(changed.bot, BotOut), problems=problems_out(changed.problems))


def _revision(row: RevisionRow, published: int | None) -> dict[str, Any]:
    names = set(RevisionOut.model_fields) - {"is_published"}
    return {name: getattr(row, name) for name in names} | {"is_published": row.number == published}
