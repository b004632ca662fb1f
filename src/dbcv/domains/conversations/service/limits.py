"""How many sockets somebody may have open: counted in memory, a process each. Paces are kit/pace.py."""

from collections.abc import Hashable


class Presence:
    """How many of something (sockets) each key has open in this process, bounded."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: dict[Hashable, int] = {}

    def enter(self, key: Hashable) -> bool:
        """One more of `key`; False, and nothing counted, when it has as many as it may. Give back with `leave`."""
        now = self._open.get(key, 0)
        if now >= self._limit:
            return False
        self._open[key] = now + 1
        return True

    def leave(self, key: Hashable) -> None:
        """One less."""
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]
