"""People outside: the same person at every message, by the vendor's id in the channel. Called by the bot worker."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dbcv.domains.conversations.repository import senders
from dbcv.domains.conversations.service.webhooks import find_or_make_person
from dbcv.integration_kit.buttons import value_at
from dbcv.integration_kit.transport import Heard
from dbcv.kit.db import Database
from dbcv.kit.json_text import clean

KEPT = ("username", "first_name", "last_name", "language")
_ID = re.compile(r"[0-9a-f]{32}")


async def person_of(db: Database, channel_id: UUID, kind: str, heard: Heard) -> UUID:
    """Who said it, made at the first message and known again at every other; what changed of them is noted."""
    async with db.read() as session:
        known = await senders.sender(session, channel_id, heard.sender)
    profile = clean(heard.profile)
    if known is not None and known.profile == profile and known.address == heard.address and known.blocked_at is None:
        return known.subscriber_id
    person = await find_or_make_person(db, channel_id, heard.sender)
    async with db.transaction() as session:
        await senders.change(
            session, channel_id, heard.sender, profile=profile, address=heard.address, blocked_at=None
        )  # fmt: skip
        await senders.know(session, person, first_variables(kind, profile))
    return person


def first_variables(kind: str, profile: Mapping[str, Any]) -> dict[str, Any]:
    """What bots find of a new person: `user.telegram_id`, `user.first_name`, `user.language` and so on."""
    named = {name: profile[name] for name in KEPT if name in profile and name != "username"}
    return {f"{kind}_id": profile["id"], **named} if "id" in profile else named


async def block(db: Database, channel_id: UUID, external_id: str) -> None:
    """They do not want to hear from us until they say something again."""
    async with db.transaction() as session:
        await senders.note_block(session, channel_id, external_id)


async def address_of(db: Database, channel_id: UUID, subscriber_id: UUID) -> tuple[str, dict[str, Any], bool] | None:
    """(the vendor's id, where to answer, whether they blocked us) of somebody outside; None for everybody else."""
    async with db.read() as session:
        row = await senders.sender_of(session, channel_id, subscriber_id)
    return (row.external_id, row.address, row.blocked_at is not None) if row else None


async def pressed_value(db: Database, channel_id: UUID, message_id: str, place: int) -> str | None:
    """What a button of a message of this channel stands for."""
    if not _ID.fullmatch(message_id):
        return None
    async with db.read() as session:
        return value_at(await senders.params_of(session, channel_id, UUID(message_id)), place)
