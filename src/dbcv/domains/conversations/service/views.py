"""A message as sockets and `Prefer: wait` show it: the JSON of `MessageOut`, made without pydantic."""

from typing import Any

from dbcv.domains.conversations.service.accept import Accepted, Inbound
from dbcv.domains.conversations.tables import MessageRow


def message_view(row: MessageRow) -> dict[str, Any]:
    """A message that was read back."""
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
        "created_at": row.created_at,
    }


def kept_view(inbound: Inbound, accepted: Accepted) -> dict[str, Any]:
    """A message just kept, as `MessageOut` shows it, without reading it back."""
    return {
        "id": accepted.id,
        "channel_id": inbound.channel_id,
        "session_id": accepted.session_id,
        "sender_id": inbound.sender_id,
        "recipient_id": inbound.bot_id,
        "reply_to": None,
        "text": inbound.text,
        "params": inbound.params,
        "attachments": inbound.attachments,
        "widget": None,
        "external_id": inbound.external_id,
        "created_at": accepted.created_at,
    }
