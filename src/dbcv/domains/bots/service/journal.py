"""What is done to bots, told twice: to editors of an older version what changed since, and to the audit log who did it.
Called by the use cases of this domain inside their transactions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.publishing import MAX_LISTED_CHANGES
from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.tables import BotRow


async def note(
    session: AsyncSession,
    actor_id: UUID,
    action: str,
    bot: BotRow,
    after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """One event of the audit log, such as "bot.published"."""
    await audit.record(session, actor_id, action, bot.id, name=bot.name, bot_id=bot.id, before=before, after=after)


async def note_change(session: AsyncSession, author_id: UUID, bot: BotRow, changes: Sequence[dict[str, Any]]) -> None:
    """A new version of the draft, which `bot` has already. `changes`: [{"op", "kind", "id", "name", …}].

    The audit log gets how many parts of which kind, {"version": 7, "step": "2 added, 1 updated"}.
    """
    await bots.note_change(session, bot.id, bot.version, author_id, list(changes[:MAX_LISTED_CHANGES]))
    counts = Counter((change["kind"], change["op"]) for change in changes)
    said: dict[str, Any] = {"version": bot.version}
    for (kind, op), count in sorted(counts.items()):
        said[kind] = f"{said[kind]}, {count} {op}" if kind in said else f"{count} {op}"
    await note(session, author_id, "bot.changed", bot, said)
