"""The product as one of its bots reaches it in a turn: behind `integration_kit.house`, over the domains' services.

Made by the wiring, given to runtime/integrating. It knows whose turn calls, and what brought that turn about: what bots
cause comes to an end as messages between bots do.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from dbcv.domains.conversations.schemas import SessionFilter
from dbcv.domains.conversations.schemas.variables import VariableChange, VariablesPatch
from dbcv.domains.conversations.service.own import Own
from dbcv.domains.schedules.service.sending import Sendings, Wish
from dbcv.engine.effects import CallIntegration
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.house import Page, Person, Progress, Said, Scope, Talk
from dbcv.kit.errors import AppError
from dbcv.runtime.delivery import MAX_HOPS
from dbcv.runtime.turn import BOT_MESSAGES

T = TypeVar("T")

CALLS_A_TURN = 20
"""Among so many calls a turn shares out what may still follow from it."""
BROADCAST_BUDGET = 10
"""Messages to other bots that each turn of a broadcast may cause."""
_CODES = {404: "not_found", 403: "refused", 409: "conflict", 422: "bad_config", 400: "bad_config", 413: "bad_config"}
_SAID = {"text": "{$event.said.text$}", "params": "{$event.said.params$}"}
"""What is said is a value, not a text with placeholders: whoever wrote a word of it cannot ask for variables."""


@dataclass(frozen=True, slots=True)
class Houses:
    """One a process."""

    own: Own
    sendings: Sendings

    def of(self, bot_id: UUID, effect: CallIntegration) -> "BotsHouse":
        """The house as this call of this bot reaches it."""
        return BotsHouse(self, bot_id, effect)


class BotsHouse:
    """Implements integration_kit.house.House."""

    def __init__(self, houses: Houses, bot_id: UUID, effect: CallIntegration) -> None:
        self._own, self._sendings, self._bot_id, self._effect = houses.own, houses.sendings, bot_id, effect

    async def people(self, channel_id: UUID, external_id: str | None, limit: int, after: UUID | None) -> Page[Person]:
        """See House."""
        rows, cursor = await _told(self._own.people(self._bot_id, channel_id, external_id, limit, after))
        people = [Person(row.id, row.kind, row.name, row.external_id, row.profile, row.since) for row in rows]
        return Page(people, cursor)

    async def talks(
        self, channel_id: UUID | None, subscriber_id: UUID | None, is_paused: bool | None, limit: int,
        before: UUID | None,
    ) -> Page[Talk]:  # fmt: skip
        """See House."""
        wish = SessionFilter(channel_id=channel_id, user_id=subscriber_id, is_paused=is_paused)
        page = await _told(self._own.talks(self._bot_id, wish, limit, before))
        talks = [
            Talk(
                each.id, each.user_id, each.channel_id, each.step_id, each.step_name, each.paused_by is not None,
                each.updated_at,
            )
            for each in page.items
        ]  # fmt: skip
        return Page(talks, UUID(page.next_cursor) if page.next_cursor else None)

    async def read(self, scope: Scope, owner_id: UUID | None, path: str) -> Any:
        """See House."""
        return await _told(self._own.read(self._bot_id, scope, owner_id or self._bot_id, path))

    async def write(self, scope: Scope, owner_id: UUID | None, path: str, value: Any) -> None:
        """See House."""
        try:
            patch = VariablesPatch(changes=[VariableChange(op="set", path=path, value=value)])
        except ValidationError as error:
            raise IntegrationFailed(f"path: {error.errors()[0]['msg']}", code="bad_config") from error
        await _told(self._own.write(self._bot_id, scope, owner_id or self._bot_id, patch))

    async def reset(self, session_id: UUID) -> None:
        """See House."""
        owner = await _told(self._own.session(self._bot_id, session_id))
        await _told(self._own.steering.reset(owner, session_id))

    async def move(self, session_id: UUID, step_id: str) -> None:
        """See House."""
        owner = await _told(self._own.session(self._bot_id, session_id))
        await _told(self._own.steering.move(owner, session_id, step_id))

    async def pause(self, session_id: UUID) -> None:
        """See House."""
        owner = await _told(self._own.session(self._bot_id, session_id))
        await _told(self._own.steering.pause(owner, session_id))

    async def resume(self, session_id: UUID, answer_last: bool) -> None:
        """See House."""
        owner = await _told(self._own.session(self._bot_id, session_id))
        await _told(self._own.steering.resume(owner, session_id, answer_last))

    async def send(self, channel_id: UUID, subscriber_id: UUID, said: Said) -> UUID:
        """See House."""
        share = self._share(CALLS_A_TURN)
        session_id, is_paused = await _told(self._own.session_with(self._bot_id, channel_id, subscriber_id))
        if is_paused:
            raise IntegrationFailed("a person answers in that conversation: the bot is silent there", code="conflict")
        await _told(self._sendings.begin(self._bot_id, self._wish(channel_id, said, share, session_id)))
        return session_id

    async def broadcast(self, channel_id: UUID, said: Said) -> UUID:
        """See House."""
        if self._effect.cause.hops:
            words = "what a broadcast or another bot has brought about cannot begin a broadcast: it would never end"
            raise IntegrationFailed(words, code="refused")
        await _told(self._own.channel(self._bot_id, channel_id))
        wish = self._wish(channel_id, said, BROADCAST_BUDGET)
        return await _told(self._sendings.begin(self._bot_id, wish))

    async def progress(self, broadcast_id: UUID) -> Progress:
        """See House."""
        fired = await _told(self._sendings.progress(self._bot_id, broadcast_id))
        row = fired.row
        return Progress(row.reached, fired.failed, fired.errors, row.fire_at, row.done_at, row.error)

    async def stop(self, broadcast_id: UUID) -> None:
        """See House."""
        await _told(self._sendings.stop(self._bot_id, broadcast_id))

    def _share(self, calls: int) -> int:
        """What may follow from each of so many calls. Raises IntegrationFailed when that is nothing."""
        cause = self._effect.cause
        share = (BOT_MESSAGES if cause.budget is None else cause.budget) // calls - 1
        if cause.hops >= MAX_HOPS or share < 0:
            words = "too much has followed from one message already: bots would go on without end"
            raise IntegrationFailed(words, code="refused")
        return share

    def _wish(self, channel_id: UUID, said: Said, budget: int, session_id: UUID | None = None) -> Wish:
        event_id = UUID(self._effect.key.rpartition(":")[0])
        cause = self._effect.cause
        data = {
            "said": {"text": said.text, "params": dict(said.params)}, "data": said.data, "hops": cause.hops + 1,
            "budget": budget, "chain": cause.chain or str(event_id),
        }  # fmt: skip
        return Wish(channel_id, self._effect.key, event_id, said.name, _SAID, data, session_id)


async def _told(doing: Awaitable[T]) -> T:
    """What the house refuses, as an action says it."""
    try:
        return await doing
    except AppError as error:
        first = error.errors[0] if error.errors else None
        words = f"{error.title}. {first.hint}" if first and first.hint else error.title
        code = "rate_limited" if error.code == "rate_limited" else _CODES.get(error.status, "failed")
        raise IntegrationFailed(words, code=code) from error
