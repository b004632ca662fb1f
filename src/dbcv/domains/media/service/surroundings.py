"""What files must ask of the domains above: a protocol that the processes fill in."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """Who owns a channel, and how large a file a visitor may send there (0: none)."""

    owner_id: UUID
    visitor_max_bytes: int


class Surroundings(Protocol):
    """Bots and channels as files see them."""

    async def channel_terms(self, caller: Principal, channel_id: UUID) -> ChannelTerms:
        """The channel's terms for somebody who may write there. Raises NotFound."""
        ...

    async def bot_account(self, caller: Principal, bot_id: UUID, to_change: bool) -> UUID:
        """Whose account the bot is. Raises NotFound for who may not see it, Forbidden `to_change` for a viewer."""
        ...

    async def users_of(self, caller: Principal, bot_id: UUID, attachment_id: UUID) -> list[tuple[str, str]]:
        """(path, name) of what names the file in the bot's draft and in what is published."""
        ...

    async def was_shown(self, caller: Principal, attachment_id: UUID, sender_ids: set[UUID]) -> bool:
        """Whether a message that the caller may read, said by one of the senders, holds the file."""
        ...
