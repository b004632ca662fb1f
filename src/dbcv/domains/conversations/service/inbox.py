"""A bot's inbox, for those who may see the bot: who talks, where it stands, who waits for a person, what failed."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import inbox, sessions
from dbcv.domains.conversations.schemas.inbox import InboxCounts, InboxItem, InboxList, InboxWish, LastWords
from dbcv.domains.conversations.service.step_names import StepFacts, StepNames
from dbcv.kit.db import Database

MAX_NAME_CHARS = 100
_CURSOR = re.compile(r"(\d{1,17})_([0-9a-f]{32})")


class Inbox:
    """Use cases of those who read and answer. All raise NotFound where the caller may not see the bot."""

    def __init__(self, db: Database, bots: Bots, names: StepNames) -> None:
        self._db = db
        self._bots = bots
        self._names = names

    async def page(self, caller: Principal, bot_id: UUID, wish: InboxWish, limit: int, cursor: str | None) -> InboxList:
        """A page of conversations, the latest activity first. Raises Invalid for a cursor that is none."""
        await self._bots.get(caller.id, bot_id)
        before = None if cursor is None else _activity(cursor)
        steps = await self._waiting_steps(bot_id) if wish.standing == "waiting" else []
        async with self._db.read() as session:
            ids = await inbox.page(session, bot_id, wish, steps, limit + 1, before)
            rows = await inbox.surroundings(session, ids[:limit])
            failed = await inbox.failures(session, bot_id, ids[:limit])
        items = [await self._shown(rows[key], failed.get(key)) for key in ids[:limit] if key in rows]
        return InboxList(items=items, next_cursor=_cursor(items[-1]) if len(ids) > limit and items else None)

    async def counts(self, caller: Principal, bot_id: UUID) -> InboxCounts:
        """What asks for a person."""
        await self._bots.get(caller.id, bot_id)
        steps = await self._waiting_steps(bot_id)
        async with self._db.read() as session:
            return InboxCounts(
                waiting=await inbox.waiting(session, bot_id, steps) if steps else 0,
                person=await inbox.paused(session, bot_id),
                undelivered=await inbox.undelivered(session, bot_id),
            )

    async def _waiting_steps(self, bot_id: UUID) -> list[str]:
        """Steps of the published bot in which it waits for a person."""
        async with self._db.read() as session:
            revision = await sessions.published_revision(session, bot_id)
        facts = await self._names.of(bot_id, revision) if revision is not None else {}
        return [key for key, one in facts.items() if one.is_handover]

    async def _shown(self, row: Any, failed: inbox.Failure | None) -> InboxItem:
        facts = await self._facts(row)
        is_waiting = row.paused_by is None and facts is not None and facts.is_handover
        return InboxItem(
            id=row.id,
            bot_id=row.bot_id,
            channel_id=row.channel_id,
            channel_name=row.channel_name,
            user_id=row.user_id,
            person=row.username or _told_name(row.told),
            standing="person" if row.paused_by else "waiting" if is_waiting else "bot",
            paused_by=row.paused_by,
            step_id=row.step_id,
            step_name=facts.name if facts else None,
            revision=row.revision,
            error=failed.error if failed else None,
            failed_at=failed.created_at if failed else None,
            last=_last(row),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    async def _facts(self, row: Any) -> StepFacts | None:
        if row.revision is None or row.step_id is None:
            return None
        return (await self._names.of(row.bot_id, row.revision)).get(row.step_id)


def _last(row: Any) -> LastWords | None:
    if row.message_id is None:
        return None
    is_bots = row.sender_id == row.bot_id or row.reply_to is not None
    return LastWords(
        id=row.message_id,
        author="subscriber" if row.sender_id == row.user_id else "bot" if is_bots else "operator",
        text=row.text,
        attachments=row.attachments,
        has_widget=row.has_widget,
        created_at=row.said_at,
    )


def _told_name(told: Sequence[Any]) -> str | None:
    """What a person is called by the variables kept of them: any value may stand there."""
    name, verified, claimed, *parts = [one.strip() if isinstance(one, str) else "" for one in told]
    found = verified or claimed or name or " ".join(part for part in parts if part)
    return found[:MAX_NAME_CHARS] or None


def _cursor(item: InboxItem) -> str:
    return f"{int(item.updated_at.timestamp()) * 1_000_000 + item.updated_at.microsecond}_{item.id.hex}"


def _activity(cursor: str) -> inbox.Activity:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise errors.invalid_field("cursor", "is none of this list", "Use `next_cursor` of the page before")
    seconds, microseconds = divmod(int(found[1]), 1_000_000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    except (ValueError, OverflowError, OSError) as error:
        raise errors.invalid_field("cursor", "is none of this list", "Use `next_cursor` of the page before") from error
    return moment, UUID(found[2])
