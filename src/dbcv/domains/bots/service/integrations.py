"""The catalogue of integrations as people see it, and trying one out with the rights of a bot. Called by the endpoints
and the tools for assistants; what an action does is decided in `dbcv.integrations`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.service.bots import Bots
from dbcv.engine.effects import CallIntegration
from dbcv.integration_kit.definition import Action, Integration
from dbcv.integrations import CATALOGUE
from dbcv.kit.ids import new_id
from dbcv.kit.pace import RateLimiter


class Runner(Protocol):
    """What performs an action as a turn does: `runtime.perform.Performer`."""

    async def perform(self, effect: CallIntegration, bot_id: UUID) -> dict[str, Any]:
        """See there; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class IntegrationTrial:
    """What is tried: a configuration, without placeholders, and a credential of the bot."""

    integration_id: str
    config: dict[str, Any]
    credential_id: UUID | None


def page(after: str, limit: int, search: str = "", section: str = "") -> tuple[Sequence[Integration], str | None]:
    """Integrations by id, from behind `after`, and the cursor of the next page. `search` looks into names and what
    they are about, in both languages, actions included."""
    found = [each for each in CATALOGUE.all() if each.id > after and section in ("", each.section)]
    wanted = search.strip().casefold()
    found = [each for each in found if wanted in _words(each)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def integration(integration_id: str) -> Integration:
    """Raises NotFound."""
    found = CATALOGUE.get(integration_id)
    if found is None:
        raise errors.no_such_integration(integration_id, CATALOGUE.nearest(integration_id))
    return found


def action(action_id: str) -> tuple[Integration, Action]:
    """What "telegram.send_message" names. Raises NotFound."""
    found = CATALOGUE.find(action_id)
    if found is None:
        raise errors.no_such_integration(action_id, CATALOGUE.nearest(action_id))
    return found


class IntegrationTrials:
    """One a process. `pace`: how often an account may try."""

    def __init__(self, bots: Bots, runner: Runner, pace: RateLimiter) -> None:
        self._bots, self._runner, self._pace = bots, runner, pace

    async def run(self, caller_id: UUID, bot_id: UUID, trial: IntegrationTrial) -> dict[str, Any]:
        """The reply a turn would get; it really acts. Raises NotFound, Forbidden for viewers, RateLimited."""
        seen = await self._bots.get(caller_id, bot_id)
        if seen.access == "viewer":
            raise errors.not_an_editor()
        action(trial.integration_id)
        self._pace.take(caller_id)
        credential = str(trial.credential_id) if trial.credential_id else None
        effect = CallIntegration(trial.integration_id, trial.config, credential, f"{new_id()}:0")
        return await self._runner.perform(effect, bot_id)


def _words(integration: Integration) -> str:
    texts = [integration.id, *integration.name.values(), *integration.about.values()]
    for each in integration.actions:
        texts += [each.id, *each.name.values(), *each.about.values()]
    return "\n".join(texts).casefold()
