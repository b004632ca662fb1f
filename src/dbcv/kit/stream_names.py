"""How the streams are called and which shard a user is in: for `kit/streams.py`, and for who has no broker."""

from uuid import UUID


def user_messages(shard: int) -> str:
    """The stream that wakes the worker of `shard`."""
    return f"user_messages.{shard}"


def bot_messages(shard: int) -> str:
    """The stream of what must leave the house for users of `shard`."""
    return f"bot_messages.{shard}"


def shard_of(user_id: UUID, shards: int) -> int:
    """0..shards-1, always the same for a user; the last bytes of any UUID version vary enough."""
    return int.from_bytes(user_id.bytes[-4:]) % shards
