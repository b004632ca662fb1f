"""Who changed what: `record` writes one event inside the caller's own transaction, so it is kept if and only if the
change is. Every domain calls it; never on the path of a message. Where a call came from is remembered beside it."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.repository import audit
from dbcv.domains.accounts.tables import AuditEventRow
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

MASK = "***"
MAX_TEXT_CHARS = 200
MAX_FIELDS = 50
MAX_NAME_CHARS = 320
_SECRET_PARTS = ("password", "secret", "token", "hash", "api_key", "authorization", "cookie", "private_key")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call comes from. `via`: "login", "api_token", "mcp", "command line", "system", "nobody" (logs in now)."""

    via: str = "system"
    address: str = ""
    user_agent: str = ""


_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  frozen


def came_from(origin: Origin) -> None:
    """To be called by whatever takes a call in, before it does anything; it holds for this call (task) only."""
    _origin.set(origin)


def origin() -> Origin:
    """Where the present call comes from."""
    return _origin.get()


async def record(
    session: AsyncSession,
    actor_id: UUID | None,
    action: str,
    object_id: UUID | None,
    *,
    name: str = "",
    bot_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that `actor_id` (None: the system) did `action`, such as "bot.published", to an object called `name`.

    With `bot_id` the bot's owner can read it. `before` and `after`: flat {field: value} of what changed; secrets are
    masked by their names, long values cut.
    """
    come = _origin.get()
    fields = {
        "id": new_id(),
        "actor_id": actor_id,
        "via": come.via[:16],
        "address": come.address[:64],
        "action": action[:64],
        "object_id": object_id,
        "object_name": name[:MAX_NAME_CHARS],
        "bot_id": bot_id,
        "before": _shown(before),
        "after": _shown(after),
    }
    await audit.add(session, fields)


def _shown(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: _value(key, value) for key, value in list((fields or {}).items())[:MAX_FIELDS]}


def _value(key: str, value: Any) -> Any:
    if any(part in key.lower() for part in _SECRET_PARTS):
        return MASK
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple) and len(value) <= MAX_FIELDS:
        return [_value("", item) for item in value]
    text = str(value).replace("\0", "")
    return text if len(text) <= MAX_TEXT_CHARS else text[: MAX_TEXT_CHARS - 1] + "…"


async def page(
    db: Database,
    limit: int,
    before: UUID | None,
    *,
    actor_id: UUID | None = None,
    object_id: UUID | None = None,
    bot_id: UUID | None = None,
    action: str | None = None,
) -> tuple[list[AuditEventRow], str | None]:
    """A page of events, the newest first, and the cursor of the next one. The caller has checked who may read them."""
    asked = {"actor_id": actor_id, "object_id": object_id, "bot_id": bot_id, "action": action}
    where = {name: value for name, value in asked.items() if value is not None}
    async with db.read() as session:
        rows = list(await audit.page(session, where, limit + 1, before))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None
