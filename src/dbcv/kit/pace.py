"""How fast somebody may go: token buckets in memory, a process each, without waiting for anybody."""

import time
from collections.abc import Hashable

from dbcv.kit.errors import RateLimited

REMEMBERED = 50_000


class RateLimiter:
    """Token buckets: `burst` at once, `per_second` in the long run, for each key. 0 per second: no limit.

    Of each bucket only the moment is kept at which it will be full again.
    """

    def __init__(self, per_second: float, burst: int, remembered: int = REMEMBERED) -> None:
        self._cost = 1.0 / per_second if per_second else 0.0
        self._depth = burst * self._cost
        self._remembered = remembered
        self._full_at: dict[Hashable, float] = {}

    def take(self, key: Hashable, weight: int = 1) -> None:
        """One more from `key`, as heavy as `weight` ordinary ones. Raises RateLimited when its bucket is empty."""
        now = time.monotonic()
        full_at = max(self._full_at.get(key, now), now) + self._cost
        if full_at - now > self._depth:
            raise RateLimited(full_at - now - self._depth)
        self._full_at[key] = full_at + (weight - 1) * self._cost
        if len(self._full_at) > self._remembered:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Drop the full buckets; if that is not enough, the older half too: memory is bounded before fairness."""
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        for key in list(self._full_at)[: max(0, len(self._full_at) - self._remembered // 2)]:
            del self._full_at[key]
