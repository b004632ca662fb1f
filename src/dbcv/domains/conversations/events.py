"""Topics of the live channel that conversations speak on, and what is said there; `kit/realtime.py` only carries it.

The end of a turn is also told under "bot:ID", without its replies, for those who watch a bot.
"""

from typing import Any
from uuid import UUID

CHANNEL_CHANGES = "channels"
"""Where every process hears which channel was changed or deleted: {"channel_id"}."""


def event_topic(event_id: UUID) -> str:
    """Where the end of one turn is told: {"type": "turn", "id", "session_id", "step_id", "replies", "error"}."""
    return f"event:{event_id}"


def channel_topic(channel_id: UUID) -> str:
    """Where all that is said in a channel is told: turns with message and replies; before a slow turn its message."""
    return f"channel:{channel_id}"


def person_topic(channel_id: UUID, user_id: UUID) -> str:
    """Where of all that is told in a channel one person's part is told. The sockets of a crowd listen here: what one of
    them says is not looked at by each of the others."""
    return f"{channel_topic(channel_id)}:{user_id}"


def told_in(channel_id: UUID, *people: UUID) -> list[str]:
    """The topics of what concerns these people of a channel."""
    return [channel_topic(channel_id), *(person_topic(channel_id, user_id) for user_id in people)]


def session_notice(row: Any, change: str, step_id: str | None) -> dict[str, Any]:
    """What those hear who watch the bot, own the channel or are the session's person.

    `change`: "paused", "resumed", "moved", "reset" or "deleted".
    """
    ids = {"session_id": str(row.id), "channel_id": str(row.channel_id), "bot_id": str(row.bot_id)}
    is_paused = change != "deleted" and row.paused_by is not None
    state = {"step_id": step_id, "is_paused": is_paused, "paused_by": str(row.paused_by) if is_paused else None}
    return {"type": "session", "change": change, "user_id": str(row.user_id)} | ids | state


def part_notice(
    channel_id: UUID, session_id: UUID, user_id: UUID, turn_id: UUID, index: int, text: str
) -> tuple[list[str], dict[str, Any]]:
    """(topics, payload): the text so far of an answer that is being written. `user_id` says for whom, and is not told;
    the message that is sent at the end has the turn's id as its `reply_to`."""
    ids = {"channel_id": str(channel_id), "session_id": str(session_id), "user_id": str(user_id)}
    payload = {"type": "message.part", **ids, "turn_id": str(turn_id), "index": index, "text": text}
    return told_in(channel_id, user_id), payload
