"""Files that messages of a bot's document name by their ids: filled in as messages hold them, with name and address.

Called by the runtime, once a document is loaded and before a scheduled message is on its way; it knows of no turn.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from dbcv.domains.media.service.links import path_of
from dbcv.kit.driver import Driver

_FILES = "SELECT id, name, size, content_type FROM attachment WHERE bot_id = $1 AND id = ANY($2::uuid[])"
_UUID_CHARS = 36


def held(attachment_id: UUID, name: str, size: int, content_type: str) -> dict[str, Any]:
    """A file as a message or a variable holds it. `url` needs a token; read the file by its id for a link without."""
    url = path_of(attachment_id)
    return {"id": str(attachment_id), "name": name, "url": url, "size": size, "content_type": content_type}


def messages_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What the steps of a bot's document say, those of its templates too."""
    steps = [step for flow in (document, *document.get("templates", ())) for step in flow.get("steps", ())]
    return [step["message"] for step in steps if step.get("message")]


async def fill(connection: Driver, bot_id: UUID, messages: Iterable[dict[str, Any]]) -> None:
    """Puts the bot's own files in the place of their ids, in the messages themselves; a file that is gone or another's
    is left out. What is no id (a variable, an address elsewhere) stays as it is."""
    naming = [message for message in messages if any(map(_named, _entries(message)))]
    wanted = {file_id for message in naming for file_id in map(_named, _entries(message)) if file_id is not None}
    if not wanted:
        return
    rows = await connection.fetch(_FILES, bot_id, list(wanted))
    found = {row["id"]: held(row["id"], row["name"], row["size"], row["content_type"]) for row in rows}
    for message in naming:
        pairs = [(entry, _named(entry)) for entry in _entries(message)]
        kept = [entry if file_id is None else found.get(file_id) for entry, file_id in pairs]
        message["attachments"] = [entry for entry in kept if entry is not None]


def _entries(message: dict[str, Any]) -> list[Any]:
    entries = message.get("attachments")
    return entries if isinstance(entries, list) else []


def _named(entry: Any) -> UUID | None:
    """The id, if the entry is one, or an object with nothing else to find the file by."""
    text = entry.get("id") if isinstance(entry, dict) and not entry.get("url") else entry
    if not isinstance(text, str) or len(text) != _UUID_CHARS:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
