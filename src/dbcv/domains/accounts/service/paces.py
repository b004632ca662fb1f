"""How fast one account may change things, and one address may bring newcomers. Messages have a pace of their own."""

from dataclasses import dataclass, field
from uuid import UUID

from dbcv.kit.pace import RateLimiter
from dbcv.kit.settings import Settings

BYTES_OF_ONE_CHANGE = 100_000
"""A body of ten times that counts as ten changes more: a large document is as much work as many small ones."""


def _any() -> RateLimiter:
    return RateLimiter(0.0, 1)


@dataclass(slots=True)
class Paces:
    """Without settings (commands, tests of one part) there is no limit."""

    changes: RateLimiter = field(default_factory=_any)
    newcomers: RateLimiter = field(default_factory=_any)

    @classmethod
    def of(cls, settings: Settings) -> "Paces":
        """As the operator set them."""
        return cls(
            RateLimiter(settings.changes_per_second, settings.change_burst),
            RateLimiter(settings.newcomers_per_second, settings.newcomer_burst),
        )

    def note_change(self, account_id: UUID, body_bytes: int = 0) -> None:
        """One call that may change something. Raises RateLimited."""
        self.changes.take(account_id, 1 + body_bytes // BYTES_OF_ONE_CHANGE)
