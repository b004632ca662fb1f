"""Topics of the live channel that conversations speak on, and what is said there; `kit/realtime.py` only carries it.

The end of a turn is also told under "bot:ID", without its replies, for those who watch a bot.
"""

from uuid import UUID


def event_topic(event_id: UUID) -> str:
    """Where the end of one turn is told: {"type": "turn", "id", "session_id", "step_id", "replies", "error"}."""
    return f"event:{event_id}"


def channel_topic(channel_id: UUID) -> str:
    """Where all that is said in a channel is told: turns with message and replies; before a slow turn its message."""
    return f"channel:{channel_id}"
