"""Turns as the runtime leaves them, written by hand; the counting run over them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dbcv.domains.analytics.repository import rolling as queries
from dbcv.domains.analytics.service.rolling import Rolling
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def enter(step: str) -> dict[str, Any]:
    return {"at": "enter", "step": step}


def walked(step: str, place: int = 0, group: int = 0, held: bool = True) -> dict[str, Any]:
    return {"at": "connection", "step": step, "group": group, "connection": place, "held": held, "rules": []}


@dataclass
class Past:
    """What happened to a bot, by the minute after NOON."""

    db: Database
    bot_id: UUID
    channel_id: UUID = field(default_factory=new_id)

    async def session(self, minutes: float = 0, channel_id: UUID | None = None) -> UUID:
        session_id = new_id()
        await self.run(
            "INSERT INTO session (id, user_id, bot_id, channel_id, created_at) VALUES ($1, $1, $2, $3, $4)",
            session_id, self.bot_id, channel_id or self.channel_id, NOON + timedelta(minutes=minutes),
        )  # fmt: skip
        return session_id

    async def turn(
        self, session_id: UUID, minutes: float, *trace: dict[str, Any], replies: int = 1, took_ms: int = 100,
        kind: str = "message", error: str | None = None, **record: Any,
    ) -> UUID:  # fmt: skip
        at = NOON + timedelta(minutes=minutes)
        turn_id = UUID(int=(int(at.timestamp() * 1000) - took_ms << 80) | 7 << 76 | (new_id().int & (1 << 62) - 1))
        content = {"trace": trace, "replies": ["r"] * replies, "from": None} | record
        await self.run(
            "INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record, error, created_at)"
            " VALUES ($1, $2, $3, 1, $4, $5, $6, $7)",
            turn_id, session_id, self.bot_id, kind, json.dumps(content), error, at,
        )  # fmt: skip
        return turn_id

    async def run(self, sql: str, *values: Any) -> list[Any]:
        async with self.db.driver() as connection:
            return list(await connection.fetch(sql, *values))

    async def count(self, minutes: float | None = None) -> None:
        """As if it was so many minutes after NOON."""

        async def border(_: Any) -> datetime:
            return NOON + timedelta(minutes=minutes or 0)

        with pytest.MonkeyPatch.context() as patch:
            if minutes is not None:
                patch.setattr(queries, "border", border)
            async with self.db.driver() as connection:
                await Rolling(0).catch_up(connection)


@pytest.fixture
async def past(db: Database) -> Past:
    """A bot without turns; whose it is does not matter to the counting."""
    return Past(db, new_id())
