"""The port of what a bot may reach of the product itself: `Call.house`. The runtime is behind it, with the rights of
the very bot whose turn calls: an integration cannot name another bot. All raise IntegrationFailed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar
from uuid import UUID

T = TypeVar("T")
Scope = Literal["bot", "user", "channel", "session"]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next_cursor` is None on the last one."""

    items: Sequence[T]
    next_cursor: UUID | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a channel. `name` of an account; `external_id` and `profile` of whom a transport brings."""

    id: UUID
    kind: str
    name: str | None
    external_id: str | None
    profile: Mapping[str, Any]
    since: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """One session of the bot. `is_paused`: a person answers in its place."""

    id: UUID
    subscriber_id: UUID
    channel_id: UUID
    step_id: str | None
    step_name: str | None
    is_paused: bool
    active_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What the bot says first. `name` and `data` are `event.name` and `event.data` of the turns that it begins."""

    text: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    data: Any = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast has come: `reached` sessions, `failed` turns among them."""

    reached: int
    failed: int
    errors: Sequence[str]
    began_at: datetime
    done_at: datetime | None
    error: str | None


class House(Protocol):
    """What one call may reach. Ids that are not the bot's own, or not of its owner's channels, are not found."""

    async def people(self, channel_id: UUID, external_id: str | None, limit: int, after: UUID | None) -> Page[Person]:
        """Who is in a channel, bots aside."""
        ...

    async def talks(
        self, channel_id: UUID | None, subscriber_id: UUID | None, is_paused: bool | None, limit: int,
        before: UUID | None,
    ) -> Page[Talk]:  # fmt: skip
        """The bot's sessions, the newest first."""
        ...

    async def read(self, scope: Scope, owner_id: UUID | None, path: str) -> Any:
        """A variable, None where there is none; of the bot itself where the scope is "bot"."""
        ...

    async def write(self, scope: Scope, owner_id: UUID | None, path: str, value: Any) -> None:
        """Set a variable, making what is missing on the way to it."""
        ...

    async def reset(self, session_id: UUID) -> None:
        """Let a session begin anew."""
        ...

    async def move(self, session_id: UUID, step_id: str) -> None:
        """Let a session wait in a step of the published bot."""
        ...

    async def pause(self, session_id: UUID) -> None:
        """A person answers from now on; the turn that is running still ends."""
        ...

    async def resume(self, session_id: UUID, answer_last: bool) -> None:
        """The bot answers again."""
        ...

    async def send(self, channel_id: UUID, subscriber_id: UUID, said: Said) -> UUID:
        """Say something to one person; the session it goes to."""
        ...

    async def broadcast(self, channel_id: UUID, said: Said) -> UUID:
        """Say something in all sessions of the bot in a channel; the broadcast's id."""
        ...

    async def progress(self, broadcast_id: UUID) -> Progress:
        """How far it has come."""
        ...

    async def stop(self, broadcast_id: UUID) -> None:
        """Go no further with it."""
        ...
