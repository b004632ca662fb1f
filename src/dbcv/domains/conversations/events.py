"""Topics of the live channel that conversations speak on, and what is said there.

The accept path, the ledger and the sockets agree on these shapes; `kit/realtime.py` only carries them.
"""

from typing import Final
from uuid import UUID

CHANNEL: Final = "channel:"
BOT: Final = "bot:"
EVENT: Final = "event:"


def event_topic(event_id: UUID) -> str:
    """Where the end of one turn is told: {"type": "turn", "id", "session_id", "step_id", "replies", "error"}."""
    return f"{EVENT}{event_id}"


def channel_topic(channel_id: UUID) -> str:
    """Where all that is said in a channel is told: {"type": "message", "message"}, and turns with their replies."""
    return f"{CHANNEL}{channel_id}"


def bot_topic(bot_id: UUID) -> str:
    """Where a bot's editors see its turns and changes."""
    return f"{BOT}{bot_id}"
