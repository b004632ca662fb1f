"""`Bots`: lists, documents, publishing, sharing. Made once a process with the parts that higher domains put into
documents."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import service as accounts
from dbcv.domains.bots import errors, publishing
from dbcv.domains.bots.document import FORMAT, MAX_BYTES, VERSION, Format, dump, problems_of
from dbcv.domains.bots.document.integrations import integration_problems
from dbcv.domains.bots.document.reading import read
from dbcv.domains.bots.repository import bots, drafts, revisions
from dbcv.domains.bots.schemas import (
    AccessIn,
    BotIn,
    BotPatch,
    Document,
    DocumentPart,
    KnownVersion,
    Language,
    PartKind,
)
from dbcv.domains.bots.schemas.conversation_tests import Rehearse, Rehearsed
from dbcv.domains.bots.service import conversation_tests, gate, journal
from dbcv.domains.bots.service.code import BotCode
from dbcv.domains.bots.service.conversation_tests import ConversationTests
from dbcv.domains.bots.service.judging import check_importable
from dbcv.domains.bots.service.parts import Parts
from dbcv.domains.bots.service.rights import check_editor, check_owner, edit, see
from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.bots.tables import BotRow, RevisionRow, VisibleBot
from dbcv.engine.check import check
from dbcv.engine.problems import Problem
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.pace import RateLimiter
from dbcv.sandbox.port import CodeSandbox

Notify = Callable[[UUID, dict[str, Any]], None]
OnPublished = Callable[[AsyncSession, UUID, Document], Awaitable[None]]
"""Called in the transaction in which a document begins to run, with the bot's id; the bot's row is locked."""
OnEditLost = Callable[[AsyncSession, UUID, UUID, UUID], Awaitable[None]]
"""Called in the transaction that takes an account's right to change a bot: (session, who takes it, bot, account)."""

MOST_BOTS = 5_000
"""Of one account."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A bot after a write, and the problems its draft has now; a check also says whether the engine can run it."""

    bot: VisibleBot
    problems: list[Problem]
    is_runnable: bool = True

    @property
    def is_publishable(self) -> bool:
        """Whether nothing of it is an error."""
        return all(problem.severity != "error" for problem in self.problems)


def _tell_nobody(_bot_id: UUID, _notice: dict[str, Any]) -> None:
    return None


class Bots:
    """Use cases of bots. `notify(bot_id, payload)` tells open editors and the runtime; a hint, never waited for."""

    def __init__(
        self,
        db: Database,
        sections: Sequence[DocumentPart],
        notify: Notify | None = None,
        kinds: Sequence[PartKind] = (),
        on_published: Sequence[OnPublished] = (),
        sandbox: CodeSandbox | None = None,
        rehearse: Rehearse | None = None,
        test_pace: RateLimiter | None = None,
        on_edit_lost: Sequence[OnEditLost] = (),
    ) -> None:
        self._db = db
        self._on_edit_lost = on_edit_lost
        self._sections = sections
        self._notify = notify or _tell_nobody
        self._on_published = on_published
        self.code = BotCode(db, sandbox)
        self.tests = ConversationTests(db, rehearse, test_pace)
        self.parts = Parts(db, sections, kinds, self._notify, self.code)

    async def page(self, caller_id: UUID, limit: int, before: UUID | None) -> tuple[list[VisibleBot], str | None]:
        """Bots the caller may see, the newest first, and the cursor of the next page."""
        async with self._db.read() as session:
            found = await bots.all_visible(session, caller_id, limit + 1, before)
        return found[:limit], str(found[limit - 1].row.id) if len(found) > limit else None

    async def visible_ids(self, caller_id: UUID, bot_ids: Sequence[UUID]) -> set[UUID]:
        """Those of `bot_ids` that the caller may see."""
        async with self._db.read() as session:
            return await bots.visible_ids(session, caller_id, bot_ids)

    async def unpublished(self, found: Sequence[VisibleBot]) -> dict[UUID, int]:
        """How many changes each of these bots has that are not published yet; none: absent."""
        async with self._db.read() as session:
            return await bots.unpublished(session, [bot.row.id for bot in found])

    async def tag(self, caller_id: UUID, bot_id: UUID, tags: Sequence[str]) -> list[str]:
        """Give a bot these tags in place of those it has, each once. Raises NotFound, Forbidden."""
        async with self._db.transaction() as session:
            before = (await edit(session, bot_id, caller_id, "*")).row.tags
            row = await bots.change(session, bot_id, {"tags": list(dict.fromkeys(tags))}, new_version=False)
            if row.tags != before:
                await journal.note(session, caller_id, "bot.tagged", row, {"tags": row.tags}, {"tags": before})
        return row.tags

    async def get(self, caller_id: UUID, bot_id: UUID) -> VisibleBot:
        """A bot the caller may see. Raises NotFound."""
        async with self._db.read() as session:
            return await see(session, bot_id, caller_id)

    async def create(self, caller_id: UUID, wish: BotIn) -> VisibleBot:
        """An empty bot."""
        async with self._db.transaction() as session:
            await _check_room(session, caller_id)
            row = await bots.add(session, new_id(), caller_id, {"variables": {}} | wish.model_dump())
            await journal.note(session, caller_id, "bot.created", row)
        return VisibleBot(row, "owner")

    async def import_document(self, caller_id: UUID, data: bytes, format: Format, language: Language = "en") -> Changed:
        """Make a bot from a document, all or nothing, with new ids. Raises Invalid with every problem."""
        document, found = await asyncio.to_thread(_read, data, format, language)
        bot_id = new_id()
        stored, sources = await asyncio.to_thread(publishing.with_stored_ids, document, {})
        async with self._db.transaction() as session:
            await _check_room(session, caller_id)
            row = await bots.add(session, bot_id, caller_id, drafts.bot_fields(stored))
            await drafts.insert_parts(session, bot_id, stored)
            await self._store_parts(session, bot_id, stored, sources)
            await conversation_tests.store(session, bot_id, caller_id, stored)
            await journal.note(session, caller_id, "bot.imported", row, {"steps": len(stored["steps"])})
        return Changed(VisibleBot(row, "owner"), found)

    async def replace_document(
        self,
        caller_id: UUID,
        bot_id: UUID,
        data: bytes,
        format: Format,
        version: KnownVersion,
        language: Language = "en",
    ) -> Changed:
        """Make the draft equal to a document; parts it names keep their ids. `version`: the draft the caller knows.

        Raises Invalid with every problem, VersionNeeded, Stale with what changed since, NotFound, Forbidden.
        """
        await self.get(caller_id, bot_id)
        document, found = await asyncio.to_thread(_read, data, format, language)
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, version)
            before = await self._draft(session, seen.row)
            known = publishing.known_ids(before, await drafts.source_ids(session, bot_id))
            stored, sources = await asyncio.to_thread(publishing.with_stored_ids, document, known)
            await drafts.replace_parts(session, bot_id, stored)
            await self._store_parts(session, bot_id, stored, sources)
            for action, name in await conversation_tests.store(session, bot_id, caller_id, stored):
                side = "before" if action == "bot.test_removed" else "after"
                await journal.note(session, caller_id, action, seen.row, **{side: {"test": name}})
            row = await _new_version(session, seen.row, caller_id, drafts.bot_fields(stored), before, stored)
        self._tell_changed(row)
        return Changed(VisibleBot(row, seen.access), found)

    async def change(self, caller_id: UUID, bot_id: UUID, patch: BotPatch, version: KnownVersion) -> VisibleBot:
        """Change the bot's own fields. Raises Invalid with every problem, VersionNeeded, Stale, NotFound, Forbidden."""
        fields = patch.model_dump(exclude_unset=True, mode="json")
        wish = [Change("update", "bot", bot_id, fields)]
        return (await self.parts.change(caller_id, bot_id, wish, version, alone=True)).bot

    async def delete(self, caller_id: UUID, bot_id: UUID) -> None:
        """Delete a bot with everything of it; only its owner may."""
        async with self._db.transaction() as session:
            seen = await see(session, bot_id, caller_id, lock=True)
            check_owner(seen)
            await bots.remove(session, bot_id)
            await journal.note(session, caller_id, "bot.deleted", seen.row)

    async def export(self, caller_id: UUID, bot_id: UUID, format: Format) -> str:
        """The draft and its tests as text. It holds no secrets."""
        return await asyncio.to_thread(dump, await self.whole(caller_id, bot_id), format)

    async def whole(self, caller_id: UUID, bot_id: UUID) -> Document:
        """The draft as a document, with the tests that are kept with the bot. Raises NotFound."""
        async with self._db.transaction() as session:
            await bots.at_one_moment(session)
            seen = await see(session, bot_id, caller_id)
            return await self._draft(session, seen.row) | await conversation_tests.of_document(session, bot_id)

    async def check(self, caller_id: UUID, bot_id: UUID) -> Changed:
        """The draft's problems."""
        seen, document = await self._read_draft(caller_id, bot_id)
        return Changed(seen, await self._judge(bot_id, document), await gate.runs(document))

    async def publish(
        self, caller_id: UUID, bot_id: UUID, comment: str, language: Language = "en", overrule_reason: str = ""
    ) -> tuple[RevisionRow, list[Problem]]:
        """Freeze the draft into the next revision and run it. Raises Invalid with every error and failing test, unless
        there is a reason to overrule them; the problems come back."""
        seen, document = await self._read_draft(caller_id, bot_id)
        check_editor(seen)
        found = await self._judge(bot_id, document)
        rehearsed = await self.tests.all_of(bot_id, document, language)
        overruled = await gate.pass_gate(document, found, rehearsed, overrule_reason.strip(), language)
        async with self._db.transaction() as session:
            await edit(session, bot_id, caller_id, seen.row.version)  # what was checked is what is published
            fields = {"document": document, "comment": comment, "author_id": caller_id, "overruled": overruled}
            revision = await revisions.add(session, bot_id, fields)
            await self._run(session, bot_id, revision)
            after = {"revision": revision.number, "comment": comment}
            await journal.note(session, caller_id, "bot.published", seen.row, after | gate.as_logged(overruled))
        self._tell_published(bot_id, revision.number)
        return revision, found

    async def run_tests(
        self, caller_id: UUID, bot_id: UUID, ids: Sequence[UUID] | None, language: Language = "en"
    ) -> tuple[VisibleBot, Rehearsed]:
        """The bot, and what its kept tests (None: all) say about its draft. Raises NotFound."""
        seen, document = await self._read_draft(caller_id, bot_id)
        return seen, await self.tests.run(caller_id, bot_id, document, ids, language)

    async def publish_again(self, caller_id: UUID, bot_id: UUID, number: int) -> RevisionRow:
        """Run an older revision (a rollback, or a way back from one). Raises NotFound."""
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, "*")
            revision = await _revision(session, bot_id, number)
            before = {"revision": seen.row.published_revision}
            await self._run(session, bot_id, revision)
            await journal.note(session, caller_id, "bot.published_again", seen.row, {"revision": number}, before)
        self._tell_published(bot_id, number)
        return revision

    async def revisions(
        self, caller_id: UUID, bot_id: UUID, limit: int, before: int | None
    ) -> tuple[VisibleBot, list[RevisionRow], str | None]:
        """The bot, a page of its revisions without documents, the newest first, and the cursor of the next page."""
        async with self._db.read() as session:
            seen = await see(session, bot_id, caller_id)
            rows = await revisions.page(session, bot_id, limit + 1, before)
        return seen, rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None

    async def revision(self, caller_id: UUID, bot_id: UUID, number: int) -> tuple[VisibleBot, RevisionRow]:
        """One revision with its document. Raises NotFound."""
        async with self._db.read() as session:
            return await see(session, bot_id, caller_id), await _revision(session, bot_id, number)

    async def accesses(self, caller_id: UUID, bot_id: UUID) -> Sequence[Any]:
        """With whom the bot is shared."""
        async with self._db.read() as session:
            await see(session, bot_id, caller_id)
            return await bots.accesses(session, bot_id)

    async def share(self, caller_id: UUID, bot_id: UUID, wish: AccessIn) -> Sequence[Any]:
        """Share the bot with an account; only its owner may. Raises Invalid for an unknown e-mail."""
        async with self._db.transaction() as session:
            seen = await see(session, bot_id, caller_id, lock=True)
            check_owner(seen)
            user_id = await accounts.active_user_id(session, wish.email)
            if user_id is None:
                raise errors.no_such_account()
            if user_id != caller_id:
                await bots.share(session, bot_id, user_id, wish.role)
                if wish.role == "viewer":
                    await self._end_edits(session, caller_id, bot_id, user_id)
                after = {"email": wish.email, "role": wish.role}
                await journal.note(session, caller_id, "bot.shared", seen.row, after)
            return await bots.accesses(session, bot_id)

    async def unshare(self, caller_id: UUID, bot_id: UUID, user_id: UUID) -> None:
        """Take a share back: the owner anybody's, others their own."""
        async with self._db.transaction() as session:
            seen = await see(session, bot_id, caller_id)
            if user_id != caller_id:
                check_owner(seen)
            await bots.unshare(session, bot_id, user_id)
            if user_id != seen.row.owner_id:
                await self._end_edits(session, caller_id, bot_id, user_id)
            await journal.note(session, caller_id, "bot.unshared", seen.row, before={"user_id": user_id})

    async def _end_edits(self, session: AsyncSession, caller_id: UUID, bot_id: UUID, user_id: UUID) -> None:
        for lose in self._on_edit_lost:
            await lose(session, caller_id, bot_id, user_id)

    async def seen_draft(self, caller_id: UUID, bot_id: UUID) -> tuple[VisibleBot, Document]:
        """The bot and its whole draft as they were at one moment, for the domains above. Raises NotFound."""
        return await self._read_draft(caller_id, bot_id)

    async def _read_draft(self, caller_id: UUID, bot_id: UUID) -> tuple[VisibleBot, Document]:
        """The bot and its whole draft as they were at one moment."""
        async with self._db.transaction() as session:
            await bots.at_one_moment(session)
            seen = await see(session, bot_id, caller_id)
            return seen, await self._draft(session, seen.row)

    async def _judge(self, bot_id: UUID, document: Document) -> list[Problem]:
        """The engine's problems and those of its code, errors first."""
        found = await asyncio.to_thread(lambda: [*check(document), *integration_problems(document)])
        found = [*found, *await self.code.problems(bot_id, document)]
        return sorted(found, key=lambda problem: problem.severity != "error")

    async def _draft(self, session: AsyncSession, row: BotRow) -> Document:
        document = {"format": FORMAT, "version": VERSION} | await drafts.load(session, row)
        for section in self._sections:
            await section.load(session, row.id, document)
        return document

    async def _store_parts(
        self, session: AsyncSession, bot_id: UUID, document: Document, sources: publishing.Ids
    ) -> None:
        for section in self._sections:
            await section.store(session, bot_id, document)
        await drafts.keep_source_ids(session, bot_id, sources)

    def _tell_changed(self, row: BotRow) -> None:
        self._notify(row.id, {"type": "bot.changed", "version": row.version})

    async def _run(self, session: AsyncSession, bot_id: UUID, revision: RevisionRow) -> None:
        await bots.change(session, bot_id, {"published_revision": revision.number}, new_version=False)
        await bots.add_initial_variables(session, bot_id, revision.document["variables"])
        for begin in self._on_published:
            await begin(session, bot_id, revision.document)

    def _tell_published(self, bot_id: UUID, number: int) -> None:
        self._notify(bot_id, {"type": "bot.published", "published_revision": number})


async def _check_room(session: AsyncSession, owner_id: UUID) -> None:
    if await bots.count_owned(session, owner_id) >= MOST_BOTS:
        raise errors.too_many_bots(MOST_BOTS)


def _read(data: bytes, format: Format, language: Language) -> tuple[Document, list[Problem]]:
    if len(data) > MAX_BYTES[format]:
        raise errors.too_large(MAX_BYTES[format])
    document, found = problems_of(read(data, format), language)
    check_importable(found)
    assert document is not None, "what has no document has errors"
    return document, found


async def _new_version(
    session: AsyncSession, row: BotRow, author_id: UUID, fields: dict[str, Any], before: Document, after: Document
) -> BotRow:
    changes = publishing.differences(before, after)
    if not changes:
        return row
    changed = await bots.change(session, row.id, fields, new_version=True)
    await journal.note_change(session, author_id, changed, changes)
    return changed


async def _revision(session: AsyncSession, bot_id: UUID, number: int) -> RevisionRow:
    revision = await revisions.one(session, bot_id, number)
    if revision is None:
        raise errors.no_such_revision(number)
    return revision
