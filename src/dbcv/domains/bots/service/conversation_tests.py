"""Conversation tests of a bot: kept, changed, run against its draft. Held by `Bots`.

A test has a version of its own, apart from the draft's: keeping one does not make an editor's edits stale.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.conversation_tests import kept_script, size_bytes
from dbcv.domains.bots.repository import conversation_tests as rows
from dbcv.domains.bots.schemas import Document, KnownVersion, Language
from dbcv.domains.bots.schemas.conversation_tests import MAX_TESTS, MAX_TESTS_BYTES, KeptTest, Rehearse, Rehearsed
from dbcv.domains.bots.service import journal
from dbcv.domains.bots.service.rights import edit, see
from dbcv.domains.bots.tables import ConversationTestRow
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.pace import RateLimiter

TestChange = Literal["bot.test_added", "bot.test_changed", "bot.test_removed"]


class ConversationTests:
    """`rehearse` None: this process runs no tests, and its publishing asks for none. `pace`: how often an account may
    run them."""

    def __init__(self, db: Database, rehearse: Rehearse | None, pace: RateLimiter | None = None) -> None:
        self._db, self._rehearse, self._pace = db, rehearse, pace

    async def page(
        self, caller_id: UUID, bot_id: UUID, limit: int, after: UUID | None
    ) -> tuple[list[ConversationTestRow], str | None]:
        """Tests of a bot the caller may see, the oldest first, and the cursor of the next page. Raises NotFound."""
        async with self._db.read() as session:
            await see(session, bot_id, caller_id)
            found = await rows.page(session, bot_id, limit + 1, after)
        return found[:limit], str(found[limit - 1].id) if len(found) > limit else None

    async def get(self, caller_id: UUID, bot_id: UUID, test_id: UUID) -> ConversationTestRow:
        """One test. Raises NotFound."""
        async with self._db.read() as session:
            await see(session, bot_id, caller_id)
            return await _one(session, bot_id, test_id)

    async def keep(self, caller_id: UUID, bot_id: UUID, wish: Any, language: Language) -> ConversationTestRow:
        """Keep a new test. Raises NotFound, Forbidden, Invalid with every mistake, Conflict (there are too many)."""
        fields = await _fields(wish, language)
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, "*")
            if await rows.count(session, bot_id) >= MAX_TESTS:
                raise errors.too_many_tests(MAX_TESTS)
            await _check_size(session, bot_id, fields, None)
            row = await rows.add(session, fields | {"id": new_id(), "bot_id": bot_id, "author_id": caller_id})
            await journal.note(session, caller_id, "bot.test_added", seen.row, {"test": row.name})
        return row

    async def change(
        self, caller_id: UUID, bot_id: UUID, test_id: UUID, wish: Any, known: KnownVersion, language: Language
    ) -> ConversationTestRow:
        """Put another test in its place. `known`: its version the caller knows; without one the last write wins.
        Raises what `keep` raises, and Stale."""
        fields = await _fields(wish, language)
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, "*")
            row = await _one(session, bot_id, test_id)
            if known not in (None, "*", row.version):
                raise errors.stale_test(row.version)
            await _check_size(session, bot_id, fields, test_id)
            changed = await rows.change(session, test_id, fields)
            await journal.note(session, caller_id, "bot.test_changed", seen.row, {"test": changed.name})
        return changed

    async def remove(self, caller_id: UUID, bot_id: UUID, test_id: UUID) -> None:
        """Delete a test. Raises NotFound, Forbidden."""
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, "*")
            row = await _one(session, bot_id, test_id)
            await rows.remove(session, test_id)
            await journal.note(session, caller_id, "bot.test_removed", seen.row, before={"test": row.name})

    async def run(
        self, caller_id: UUID, bot_id: UUID, document: Document, ids: Sequence[UUID] | None, language: Language
    ) -> Rehearsed:
        """Run these tests (None: all) against the draft the caller has just read. Raises NotFound for one that the bot
        does not have, RateLimited, Invalid where this process runs none."""
        if self._rehearse is None:
            raise errors.no_tests_here()
        if self._pace is not None:
            self._pace.take(caller_id)
        async with self._db.read() as session:
            await see(session, bot_id, caller_id)
            found = await _chosen(session, bot_id, ids)
        return await self._rehearse(bot_id, document, [_kept(row) for row in found], language)

    async def all_of(self, bot_id: UUID, document: Document, language: Language) -> Rehearsed | None:
        """All tests of a bot run, for whoever has seen its draft; None if it has none, or none are run here."""
        if self._rehearse is None:
            return None
        async with self._db.read() as session:
            found = await _chosen(session, bot_id, None)
        return await self._rehearse(bot_id, document, [_kept(row) for row in found], language) if found else None


async def of_document(session: AsyncSession, bot_id: UUID) -> dict[str, Any]:
    """The tests of a bot as its document holds them: {"tests": […]}; nothing where it has none."""
    found = await rows.page(session, bot_id, MAX_TESTS, None)
    return {"tests": [{"name": row.name, **row.script} for row in found]} if found else {}


async def store(
    session: AsyncSession, bot_id: UUID, author_id: UUID, document: Document
) -> list[tuple[TestChange, str]]:
    """Make the tests of a bot those of a document, by their names; one that does not speak of tests changes none.
    What was done to which test, for the audit log."""
    wished = document.get("tests")
    if wished is None:
        return []
    there = {row.name: row for row in await rows.page(session, bot_id, MAX_TESTS, None)}
    done: list[tuple[TestChange, str]] = []
    for test in wished:
        name, script = test["name"], {key: part for key, part in test.items() if key != "name"}
        row = there.pop(name, None)
        if row is None:
            fields = {"id": new_id(), "bot_id": bot_id, "author_id": author_id, "name": name, "script": script}
            await rows.add(session, fields)
            done.append(("bot.test_added", name))
        elif row.script != script:
            await rows.change(session, row.id, {"script": script})
            done.append(("bot.test_changed", name))
    for row in there.values():
        await rows.remove(session, row.id)
        done.append(("bot.test_removed", row.name))
    return done


async def _check_size(session: AsyncSession, bot_id: UUID, fields: dict[str, Any], but: UUID | None) -> None:
    others = await rows.size_bytes(session, bot_id, but)
    if others + size_bytes(fields["script"]) > MAX_TESTS_BYTES:
        raise errors.tests_too_large(MAX_TESTS_BYTES)


async def _fields(wish: Any, language: Language) -> dict[str, Any]:
    script = await asyncio.to_thread(kept_script, wish, language)
    return {"name": script.name, "script": {name: part for name, part in wish.items() if name != "name"}}


async def _one(session: AsyncSession, bot_id: UUID, test_id: UUID) -> ConversationTestRow:
    row = await rows.one(session, bot_id, test_id)
    if row is None:
        raise errors.no_such_test()
    return row


async def _chosen(session: AsyncSession, bot_id: UUID, ids: Sequence[UUID] | None) -> list[ConversationTestRow]:
    if ids is None:
        return await rows.page(session, bot_id, MAX_TESTS, None)
    found = await rows.some(session, bot_id, ids)
    if len(found) < len(set(ids)):
        raise errors.no_such_test()
    return found


def _kept(row: ConversationTestRow) -> KeptTest:
    return KeptTest(row.id, row.name, row.script)
