"""Topics of the live channel that conversations speak on, and what is said there.

The accept path, the ledger and the sockets agree on these shapes; `kit/realtime.py` only carries them.
"""

from typing import Any, Final
from uuid import UUID

from dbcv.domains.conversations.tables import MessageRow

CHANNEL: Final = "channel:"
BOT: Final = "bot:"
EVENT: Final = "event:"


def event_topic(event_id: UUID) -> str:
    """Where the end of one turn is told: {"type": "turn", "id", "session_id", "replies", "error"}."""
    return f"{EVENT}{event_id}"


def channel_topic(channel_id: UUID) -> str:
    """Where everything said in a channel is told: {"type": "message", "message"}."""
    return f"{CHANNEL}{channel_id}"


def bot_topic(bot_id: UUID) -> str:
    """Where a bot's editors see its turns and changes."""
    return f"{BOT}{bot_id}"


def message_view(row: MessageRow) -> dict[str, Any]:
    """A message as sockets and `Prefer: wait` show it: the JSON of `MessageOut`."""
    return {
        "id": str(row.id),
        "channel_id": str(row.channel_id),
        "session_id": str(row.session_id),
        "sender_id": str(row.sender_id),
        "recipient_id": row.recipient_id and str(row.recipient_id),
        "reply_to": row.reply_to and str(row.reply_to),
        "text": row.text,
        "params": row.params,
        "attachments": row.attachments,
        "widget": row.widget,
        "external_id": row.external_id,
        "created_at": row.created_at.isoformat(),
    }
